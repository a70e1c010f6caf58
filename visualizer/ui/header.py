"""The top of the window: its name, the switch between the two states, sitting, background and language."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from visualizer.lesson.text import LANGUAGES, words
from visualizer.session import SITTING, Session
from visualizer.ui.follow import follow
from visualizer.ui.switch import StateSwitch
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import clickable, named, push_button


class BackgroundButton(QAbstractButton):
    """Switches between the light and the dark background; shows a disc that is half bright, half dark."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        clickable(self, self._switch)
        follow(session, background=self._replay, language=self._replay)

    def sizeHint(self) -> QSize:
        """As high as the small buttons beside it."""
        return QSize(34, 34)

    def _switch(self) -> None:
        self._session.background = "light" if self._session.background == "dark" else "dark"

    def _replay(self, _changed: object) -> None:
        key = "window.to_light" if self._session.background == "dark" else "window.to_dark"
        self.setToolTip(words(self._session.language)(key))
        self.setAccessibleName(self.toolTip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the disc, on a soft ground under the mouse or with the keyboard's focus."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(colours.focus), 2) if self.hasFocus() else QPen(QColor(colours.line)))
        painter.setBrush(QColor(colours.hover if self.underMouse() else colours.card))
        painter.drawRoundedRect(ground, 10, 10)
        disc = QRectF(0, 0, 15, 15)
        disc.moveCenter(ground.center())
        painter.setPen(QPen(QColor(colours.text), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        half = QPainterPath(disc.center())
        half.arcTo(disc, 90, 180)
        painter.fillPath(half, QColor(colours.text))


class Header(QFrame):
    """One row with the title at the left, the switch in the middle, and the quieter choices at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("header")
        self._session = session
        self.title, self.subtitle = named(QLabel(), "appTitle"), named(QLabel(), "appSubtitle")
        self.subtitle.setWordWrap(True)
        self.switch = StateSwitch(session)
        self.sitting = named(push_button("", self._sit, checkable=True), "sitting")
        self.sitting.setMinimumHeight(42)
        self.background = BackgroundButton(session)
        self.languages: dict[str, QPushButton] = {}

        names = QVBoxLayout()
        names.setSpacing(2)
        names.addStretch()
        names.addWidget(self.title)
        names.addWidget(self.subtitle)
        names.addStretch()
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addStretch()
        tools.addWidget(self.background)
        for code, name in LANGUAGES.items():
            button = push_button("small", partial(self._speak, code), checkable=True)
            button.setText(code.upper())
            button.setAccessibleName(name)
            button.setToolTip(name)
            tools.addWidget(button)
            self.languages[code] = button

        row = QHBoxLayout(self)
        row.setContentsMargins(20, 11, 20, 11)
        row.setSpacing(14)
        row.addLayout(names, 1)
        row.addWidget(self.switch)
        row.addWidget(self.sitting)
        row.addLayout(tools, 1)
        follow(session, language=self._on_language_change)
        follow(session, transition=self._on_goal_change, posture=self._on_goal_change)

    def _sit(self) -> None:
        self._session.move_to(SITTING)
        self._on_goal_change(None)

    def _speak(self, language: str) -> None:
        self._session.language = language
        self._on_language_change(language)

    def _on_goal_change(self, _changed: object) -> None:
        self.sitting.setChecked(self._session.preset == SITTING)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.title.setText(text("window.title"))
        self.subtitle.setText(text("window.subtitle"))
        self.sitting.setText(text("posture.sitting"))
        self.sitting.setToolTip(text("posture.sitting_hint"))
        for code, button in self.languages.items():
            button.setChecked(code == language)
