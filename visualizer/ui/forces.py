"""Forces shown where they act: the button that shows them, and what works them out behind the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.background import Background
from visualizer.ui.follow import follow
from visualizer.ui.widgets import push_button

if TYPE_CHECKING:
    from visualizer.body.posture import Posture
    from visualizer.forces.acting import Acting

KEY = "F"


class ForcesButton(QWidget):
    """Shows the forces, or hides them again."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.button = push_button("small", self._toggle, checkable=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        follow(session, language=self._on_language_change, forces_shown=self._on_forces_shown_change)

    def _toggle(self) -> None:
        self._session.toggle_forces()
        self._on_forces_shown_change(self._session.forces_shown)

    def _on_forces_shown_change(self, shown: bool) -> None:
        self.button.setChecked(shown)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.button.setText(text("forces.title"))
        self.button.setToolTip(text("forces.hint"))


class ForceFinder(QObject):
    """Gives the session the forces of its posture while they are shown; `find_with` gives it the function to call."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._background = Background("forces", self._wanted, self._give, self)
        follow(session, forces_shown=self._on_change, posture=self._on_change, transition=self._on_change)
        follow(session, snapshot=self._on_change)

    def find_with(self, find: Callable[[Posture], Acting]) -> None:
        """Use this function from now on."""
        self._background.work_with(find)

    def stop(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._background.stop()

    def _wanted(self) -> Posture | None:
        """The posture whose forces are missing, once nothing moves and the body can be solved."""
        session = self._session
        known = session.forces is not None and session.forces.posture == session.posture
        resting = session.transition is None and session.snapshot is not None
        return session.posture if session.forces_shown and resting and not known else None

    def _give(self, _asked: Posture, forces: Acting) -> None:
        self._session.forces = forces

    def _on_change(self, _changed: object) -> None:
        self._background.look()
