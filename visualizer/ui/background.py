"""Works something out in a thread once what it depends on has rested; one at a time, nothing stale arrives.

`wanted` says what is to be worked out now, or None; `give` takes it and what came of it, in the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

REST_MS = 150


class Background(QObject):
    """Call `look` whenever something changed, and `stop` before it goes. An exception is raised where it is given."""

    done = Signal(object, object)  # what was asked about, and what came of it or the exception

    def __init__(
        self,
        name: str,
        wanted: Callable[[], Any],
        give: Callable[[Any, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._wanted, self._give = name, wanted, give
        self._work: Callable[[Any], Any] | None = None
        self._thread: Thread | None = None
        self._failed: Any = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        self.done.connect(self._on_done)

    def work_with(self, work: Callable[[Any], Any]) -> None:
        """Use this function from now on."""
        self._work = work
        self.look()

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._rest.stop()
        self._work = None
        if self._thread is not None:
            self._thread.join()

    def look(self) -> None:
        """Begin when what is wanted has not changed for a while."""
        if self._asked() is None:
            self._rest.stop()
        else:
            self._rest.start()

    def _asked(self) -> Any:
        """What is wanted, unless nobody can work it out or it has failed before."""
        wanted = None if self._work is None else self._wanted()
        return None if wanted is None or wanted == self._failed else wanted

    def _start(self) -> None:
        asked = self._asked()
        if self._thread is not None or asked is None:
            return  # what is under way starts the next one when it ends
        self._thread = Thread(target=self._run, args=(self._work, asked), name=self._name, daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Any], Any], asked: Any) -> None:
        try:
            result = work(asked)
        except Exception as error:
            result = error
        self.done.emit(asked, result)

    def _on_done(self, asked: Any, result: Any) -> None:
        self._thread = None
        if self._asked() != asked:
            self.look()
        elif isinstance(result, Exception):
            self._failed = asked
            raise result
        else:
            self._give(asked, result)
