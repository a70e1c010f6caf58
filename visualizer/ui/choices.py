"""The small window of quiet choices: how large the words are, the background, the language."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QWidget

from visualizer.lesson.text import LANGUAGES, words
from visualizer.session import TEXT_PERCENT, TEXT_STEP, Session
from visualizer.ui.follow import follow
from visualizer.ui.roving import Roving
from visualizer.ui.widgets import label, push_button

BACKGROUNDS = ("light", "dark", "system")
GAP = 6


class Choices(QFrame):
    """Opens below the button that asks for it; a click elsewhere or Esc closes it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("choices")
        self._session = session
        self.smaller = push_button("small", partial(self._resize_text, -TEXT_STEP))
        self.larger = push_button("small", partial(self._resize_text, TEXT_STEP))
        self.percent = push_button("small", partial(session.set_text_percent, 100))
        self.backgrounds = {
            name: push_button("small", partial(self._choose_background, name), checkable=True)
            for name in BACKGROUNDS
        }
        self.languages: dict[str, QPushButton] = {}
        for code, name in LANGUAGES.items():
            self.languages[code] = push_button("small", partial(self._speak, code), checkable=True)
            self.languages[code].setText(name)
        self._names = {key: label("muted") for key in ("text_size", "background", "language")}
        rows = {
            "text_size": (self.smaller, self.percent, self.larger),
            "background": tuple(self.backgrounds.values()),
            "language": tuple(self.languages.values()),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 14, 16, 14)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for number, (key, buttons) in enumerate(rows.items()):
            row = QHBoxLayout()
            row.setSpacing(GAP)
            for button in buttons:
                row.addWidget(button)
            row.addStretch()
            grid.addWidget(self._names[key], number, 0)
            grid.addLayout(row, number, 1)
        Roving(tuple(rows.values()), self)
        self.smaller.setText("A−")
        self.larger.setText("A+")
        follow(session, language=self._on_language_change, text_percent=self._on_text_percent_change)
        follow(session, background=self._on_background_change)
        follow(session, background_of_system=self._on_background_change)

    def open_below(self, button: QWidget) -> None:
        """Open under a button, right edges in line, with the keyboard."""
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width(), button.height() + GAP))
        self.move(corner.x() - self.width(), corner.y())
        self.show()
        self.smaller.setFocus(Qt.FocusReason.PopupFocusReason)

    def _resize_text(self, percent: int) -> None:
        self._session.set_text_percent(self._session.text_percent + percent)

    def _choose_background(self, name: str) -> None:
        self._session.background_of_system = name == "system"
        if name != "system":
            self._session.background = name
        self._on_background_change(name)

    def _speak(self, language: str) -> None:
        self._session.language = language
        self._on_language_change(language)

    def _on_text_percent_change(self, percent: int) -> None:
        low, high = TEXT_PERCENT
        self.percent.setText(f"{percent} %")
        self.smaller.setEnabled(percent > low)
        self.larger.setEnabled(percent < high)

    def _on_background_change(self, _changed: object) -> None:
        chosen = "system" if self._session.background_of_system else self._session.background
        for name, button in self.backgrounds.items():
            button.setChecked(name == chosen)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        for key, title in self._names.items():
            title.setText(text(f"settings.{key}"))
        for name, button in self.backgrounds.items():
            button.setText(text(f"settings.{name}"))
            button.setAccessibleName(f"{text('settings.background')}: {button.text()}")
        for code, button in self.languages.items():
            button.setChecked(code == language)
        for button, key in ((self.smaller, "smaller"), (self.larger, "larger"), (self.percent, "usual")):
            button.setToolTip(text(f"settings.{key}"))
            button.setAccessibleName(text(f"settings.{key}"))
        if self.isVisible():
            self.adjustSize()
