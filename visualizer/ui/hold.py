"""Holding a key to look at the other state: what it means to press it, to wait, to let go and to lose it. No Qt.

The posture comes back exactly as it was, unless the user chose another one meanwhile.
"""

from __future__ import annotations

from enum import Enum

from visualizer.body.posture import Posture
from visualizer.session import Session

# Shorter than this on a button, a press is the button's own.
TAP_S = 0.2


class Phase(Enum):
    """Up; down on a button and too short to mean anything yet; held, so that the other state is shown."""

    UP = "up"
    WAITING = "waiting"
    HELD = "held"


class Hold:
    """The one key that compares. Whoever has a clock calls `wait_is_over` TAP_S after a press on a button."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.phase = Phase.UP
        self._before = self._shown = session.posture

    def press(self, on_button: bool) -> None:
        """The key went down: compare at once, or wait where a button has the keyboard."""
        if self.phase is Phase.UP:
            self.phase = Phase.WAITING
            if not on_button:
                self.wait_is_over()

    def wait_is_over(self) -> None:
        """It is no tap: show the other state."""
        if self.phase is Phase.WAITING:
            self.phase = Phase.HELD
            self._before, self._shown = self._session.destination, self._session.other
            self._session.move_to_posture(self._shown)

    def release(self) -> bool:
        """The key went up: show again what was. Return whether it was a tap, which is the button's."""
        tapped = self.phase is Phase.WAITING
        self.let_go()
        return tapped

    def let_go(self) -> None:
        """The key is out of reach, because another window has the keyboard: as if it went up, but never a tap."""
        if self.phase is Phase.HELD and self._still(self._shown):
            self._session.move_to_posture(self._before)
        self.phase = Phase.UP

    def _still(self, shown: Posture) -> bool:
        return self._session.destination == shown
