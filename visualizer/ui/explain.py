"""Shares each change out among the premises in the background, once a posture has rested.

Takes the session's findings; replaces them by the same with shares. A result that is no longer about the session's
posture is dropped; no frame waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from visualizer.session import Session
from visualizer.ui.background import REST_MS, Background
from visualizer.ui.follow import follow

if TYPE_CHECKING:
    from visualizer.space.findings import Findings

__all__ = ["REST_MS", "Explainer"]
Explain = Callable[["Findings"], "Findings"]


class Explainer(QObject):
    """Listens to the session's findings; `explain_with` gives it the function to call. `stop` before it goes."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._explained: Findings | None = None
        self._background = Background("shares", self._wanted, self._give, self)
        follow(session, findings=self._on_findings_change)

    def explain_with(self, explain: Explain) -> None:
        """Use this function from now on."""
        self._background.work_with(explain)

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._background.stop()

    def _wanted(self) -> Findings | None:
        found = self._session.findings
        return None if found is self._explained else found

    def _give(self, _asked: Findings, explained: Findings) -> None:
        self._explained = explained
        self._session.findings = explained

    def _on_findings_change(self, _found: Findings | None) -> None:
        self._background.look()
