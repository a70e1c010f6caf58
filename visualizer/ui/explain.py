"""Shares each change out among the premises in the background, once a posture has rested.

Takes the session's findings; replaces them by the same with shares. A result that is no longer about the session's
posture is dropped; no frame waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from visualizer.session import Session
from visualizer.ui.follow import follow

if TYPE_CHECKING:
    from visualizer.space.findings import Findings

REST_MS = 150
Explain = Callable[["Findings"], "Findings"]


class Explainer(QObject):
    """Listens to the session's findings; `explain_with` gives it the function to call. `stop` before it goes."""

    done = Signal(object, object)  # the findings asked about, and the same with shares or the exception

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._explain: Explain | None = None
        self._thread: Thread | None = None
        self._explained: Findings | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        self.done.connect(self._on_done)
        follow(session, findings=self._on_findings_change)

    def explain_with(self, explain: Explain) -> None:
        """Use this function from now on."""
        self._explain = explain
        self._on_findings_change(self._session.findings)

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._rest.stop()
        self._explain = None
        if self._thread is not None:
            self._thread.join()

    def _on_findings_change(self, found: Findings | None) -> None:
        if found is None or found is self._explained or self._explain is None:
            self._rest.stop()
        else:
            self._rest.start()

    def _start(self) -> None:
        found = self._session.findings
        if self._thread is not None or found is None or self._explain is None:
            return  # what is under way starts the next one when it ends
        self._thread = Thread(target=self._run, args=(self._explain, found), name="shares", daemon=True)
        self._thread.start()

    def _run(self, explain: Explain, found: Findings) -> None:
        try:
            result: Findings | Exception = explain(found)
        except Exception as error:
            result = error
        self.done.emit(found, result)

    def _on_done(self, asked: Findings, result: Findings | Exception) -> None:
        self._thread = None
        if self._explain is None:
            return
        if self._session.findings is not asked:
            self._on_findings_change(self._session.findings)
        elif isinstance(result, Exception):
            self._explained = asked
            raise result
        else:
            self._explained = result
            self._session.findings = result
