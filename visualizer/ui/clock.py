"""The clock that moves a posture towards another: real time passes, frames may be dropped."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

from visualizer.session import Session
from visualizer.ui.follow import follow

FRAME_MS = 16


class TransitionClock(QObject):
    """Calls `session.advance` while a transition is under way."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last_s = 0.0
        follow(session, transition=self._on_transition_change)

    def _on_transition_change(self, transition: object) -> None:
        if transition is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._last_s = perf_counter()
            self._timer.start()

    def _tick(self) -> None:
        now_s = perf_counter()
        step_s, self._last_s = now_s - self._last_s, now_s
        self._session.advance(step_s)
