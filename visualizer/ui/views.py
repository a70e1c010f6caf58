"""Where the body is looked at from: a button for each named camera, with its number key."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from visualizer.lesson.text import words
from visualizer.scene.cameras import VIEWS
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.roving import Roving
from visualizer.ui.widgets import push_button


class ViewBar(QWidget):
    """A row of buttons; the one is marked that shows what is seen, none once the body was turned by hand."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for view in VIEWS:
            button = push_button("look", partial(self._choose, view), checkable=True)
            row.addWidget(button)
            self.buttons[view] = button
        self._roving = Roving([list(self.buttons.values())], self)
        follow(session, view=self._on_view_change, language=self._on_language_change)

    def _choose(self, view: str) -> None:
        self._session.look_from(view)
        self._on_view_change(view)

    def _on_view_change(self, view: str) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name == view)
        if view in self.buttons:
            self._roving.stop_at(self.buttons[view])

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        for view, button in self.buttons.items():
            button.setText(text(f"views.{view}"))
            button.setToolTip(text(f"views.{view}_hint"))
