"""Balanced beside now: one picture, two halves or a wipe, below the stage. C goes from one to the next."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from visualizer.lesson.text import words
from visualizer.session import COMPARISONS, Session
from visualizer.ui.follow import follow
from visualizer.ui.segmented import Segmented
from visualizer.ui.widgets import label


class CompareBar(QWidget):
    """The word, and a switch of three."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.name = label("muted")
        self.choice = Segmented(
            session, "compare", "compare.title", {each: f"compare.{each}" for each in COMPARISONS}
        )
        self.buttons = self.choice.buttons
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.name)
        row.addWidget(self.choice)
        follow(session, language=self._on_language_change)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.name.setText(text("compare.title"))
        for value, button in self.buttons.items():
            button.setToolTip(text(f"compare.{value}_hint"))
