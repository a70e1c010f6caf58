"""A small switch between a few words: one Tab stop, arrow keys inside, the choice is a field of the session."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton

from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.widgets import push_button


class Segmented(QFrame):
    """Sets `field` of the session to one of the values of `texts` (value -> key of its word)."""

    def __init__(self, session: Session, field: str, name_key: str, texts: Mapping[str, str]) -> None:
        super().__init__()
        self.setProperty("class", "segmented")
        self._session, self._field, self._name_key, self._texts = session, field, name_key, texts
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for value in texts:
            button = push_button("segmentedPart", partial(setattr, session, field, value), checkable=True)
            self._group.addButton(button)
            self.buttons[value] = button
            row.addWidget(button)
        follow(session, **{field: self._on_change, "language": self._on_language_change})

    def _on_change(self, value: str) -> None:
        if value in self.buttons:
            self.buttons[value].setChecked(True)
            self._widen()

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.setAccessibleName(text(self._name_key))
        for value, button in self.buttons.items():
            button.setText(text(self._texts[value]))
            button.setToolTip(text(self._name_key))
            button.setAccessibleName(f"{text(self._name_key)}: {button.text()}")
        self._widen()

    def _widen(self) -> None:
        """The chosen word is bolder, so wider, and Qt does not ask again by itself."""
        for button in self.buttons.values():
            button.updateGeometry()
