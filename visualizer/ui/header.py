"""The top of the window: its name, the switch between the two states, sitting, the wording, and quieter choices."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from visualizer.lesson.text import words
from visualizer.session import BALANCED, FLEXOR_DOMINANT, SITTING, WORDINGS, Session
from visualizer.ui.choices import Choices
from visualizer.ui.follow import follow
from visualizer.ui.segmented import Segmented
from visualizer.ui.switch import StateSwitch
from visualizer.ui.theme import text_px
from visualizer.ui.widgets import named, push_button


class Title(QWidget):
    """The program's name and what it shows; each is left out where it would be cut off."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.subtitle = named(QLabel(), "appTitle"), named(QLabel(), "appSubtitle")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addStretch()
        column.addWidget(self.title)
        column.addWidget(self.subtitle)
        column.addStretch()

    def fit(self) -> None:
        """Show what there is room for."""
        for each in (self.title, self.subtitle):
            each.setVisible(each.sizeHint().width() <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again what fits."""
        super().resizeEvent(event)
        self.fit()


class Postures(QMenu):
    """The postures that have no button of their own, the one that is shown ticked."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        names = (name for name in session.presets if name not in (BALANCED, FLEXOR_DOMINANT, SITTING))
        self.items = {name: self.addAction("", partial(session.move_to, name)) for name in names}
        for action in self.items.values():
            action.setCheckable(True)
        self.setToolTipsVisible(True)

    def show_words(self) -> None:
        """Name the postures in the session's language."""
        text = words(self._session.language)
        for name, action in self.items.items():
            action.setText(text(f"posture.{name}"))
            action.setToolTip(text(f"posture.{name}_hint"))

    def show_goal(self) -> bool:
        """Tick the posture that is shown; whether there is one."""
        preset = self._session.preset
        for name, action in self.items.items():
            action.setChecked(name == preset)
        return preset in self.items


class Header(QFrame):
    """One row with the title at the left, the switch in the middle, and the quieter choices at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("header")
        self._session = session
        self.title = Title()
        self.switch = StateSwitch(session)
        self.sitting = named(push_button("", self._sit, checkable=True), "sitting")
        self.postures = Postures(session, self)
        self.others = push_button("small", self._open_postures, checkable=True)
        self.wording = Segmented(
            session, "wording", "settings.wording", {each: f"settings.{each}" for each in WORDINGS}
        )
        self.choices = Choices(session, self)
        self.more = push_button("small", self._open_choices)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 9, 16, 9)
        row.setSpacing(10)
        row.addWidget(self.title, 1)
        row.addWidget(self.switch)
        row.addWidget(self.sitting)
        row.addWidget(self.others)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        tools.addStretch()
        tools.addWidget(self.wording, 0, Qt.AlignmentFlag.AlignVCenter)
        tools.addWidget(self.more)
        row.addLayout(tools, 1)
        follow(session, language=self._on_words_change, text_percent=self._on_words_change)
        follow(session, transition=self._on_goal_change, posture=self._on_goal_change)

    def _sit(self) -> None:
        self._session.move_to(SITTING)
        self._on_goal_change(None)

    def _open_postures(self) -> None:
        self._on_goal_change(None)
        self.postures.popup(self.others.mapToGlobal(self.others.rect().bottomLeft()))

    def _open_choices(self) -> None:
        self.choices.open_below(self.more)

    def _on_goal_change(self, _changed: object) -> None:
        self.sitting.setChecked(self._session.preset == SITTING)
        self.others.setChecked(self.postures.show_goal())

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.title.title.setText(text("window.title"))
        self.title.subtitle.setText(text("window.subtitle"))
        self.title.fit()
        self.sitting.setText(text("posture.sitting"))
        self.sitting.setToolTip(text("posture.sitting_hint"))
        self.sitting.setMinimumHeight(text_px(42, self._session.text_percent))
        self.postures.show_words()
        self.others.setText("…")
        self.others.setToolTip(text("posture.others"))
        self.others.setAccessibleName(text("posture.others"))
        self.others.setMinimumHeight(text_px(42, self._session.text_percent))
        self.more.setText(f"Aa · {self._session.language.upper()}")
        self.more.setToolTip(text("settings.title"))
        self.more.setAccessibleName(text("settings.title"))
