"""The largest control: Balanced or Flexor-dominant, with Sitting beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from visualizer.lesson.text import words
from visualizer.session import BALANCED, FLEXOR_DOMINANT, TRANSITION_S, Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES, mixed
from visualizer.ui.widgets import push_button

STATES = (BALANCED, FLEXOR_DOMINANT)
MARGIN = 5


class StateSwitch(QWidget):
    """A pill of two halves whose thumb slides to the state that the posture is, or moves to.

    With a posture that is neither, the thumb fades away. Left and Right choose with the keyboard.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.buttons: dict[str, QPushButton] = {}
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        row.setSpacing(0)
        for state in STATES:
            button = push_button("segment", partial(self._choose, state), checkable=True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            row.addWidget(button, 1)
            self.buttons[state] = button
        self._place, self._strength = 0.0, 1.0
        self._ends = (0.0, 0.0, 1.0, 1.0)
        self._slide = QVariantAnimation(self)
        self._slide.setStartValue(0.0)
        self._slide.setEndValue(1.0)
        self._slide.setDuration(int(TRANSITION_S * 1000))
        self._slide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._slide.valueChanged.connect(self._slide_on)
        follow(session, language=self._on_language_change, background=self._on_background_change)
        follow(session, transition=self._on_goal_change, posture=self._on_goal_change)

    def sizeHint(self) -> QSize:
        """Large enough to be the first thing that the eye finds."""
        return QSize(440, 58)

    def thumb(self) -> tuple[float, float]:
        """Place of the thumb, 0 left to 1 right, and how visible it is, 0 to 1, when it rests."""
        return self._ends[1], self._ends[3]

    def _choose(self, state: str) -> None:
        self._session.move_to(state)
        self._on_goal_change(None)

    def _on_goal_change(self, _changed: object) -> None:
        preset = self._session.preset
        for state, button in self.buttons.items():
            button.setChecked(state == preset)
        place = float(STATES.index(preset)) if preset in STATES else self._ends[1]
        strength = float(preset in STATES)
        if (place, strength) != self.thumb():
            self._ends = (self._place, place, self._strength, strength)
            self._slide.stop()
            self._slide.start()

    def _slide_on(self, share: float) -> None:
        place, place_end, strength, strength_end = self._ends
        self._place = place + (place_end - place) * share
        self._strength = strength + (strength_end - strength) * share
        self.update()

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.setAccessibleName(text("posture.switch"))
        for state, button in self.buttons.items():
            button.setText(text(f"posture.{state}"))
            button.setToolTip(text(f"posture.{state}_hint"))

    def _on_background_change(self, background: str) -> None:
        self._colours = THEMES[background]
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a state."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(STATES[event.key() == Qt.Key.Key_Right])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the track, the thumb and the words, whose colour changes as the thumb slides under them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        painter.setPen(QPen(QColor(self._colours.focus if focus else self._colours.line), 2 if focus else 1))
        painter.setBrush(QColor(self._colours.track))
        track = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        inside = track.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        width = inside.width() / 2
        thumb = QRectF(inside.left() + width * self._place, inside.top(), width, inside.height())
        colour = mixed(self._colours.accent, self._colours.warm, self._place)
        shade = QLinearGradient(thumb.topLeft(), thumb.bottomLeft())
        shade.setColorAt(0.0, colour.lighter(108))
        shade.setColorAt(1.0, colour)
        painter.setOpacity(self._strength)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 30))
        painter.drawRoundedRect(thumb.translated(0, 1.5), thumb.height() / 2, thumb.height() / 2)
        painter.setBrush(shade)
        painter.drawRoundedRect(thumb, thumb.height() / 2, thumb.height() / 2)
        painter.setOpacity(1.0)
        on_thumb = (self._colours.accent_text, self._colours.warm_text)
        for index, button in enumerate(self.buttons.values()):
            covered = self._strength * max(0.0, 1.0 - abs(self._place - index))
            ground = self._colours.text if button.underMouse() else self._colours.muted
            painter.setFont(button.font())
            painter.setPen(mixed(ground, on_thumb[index], covered))
            painter.drawText(button.geometry(), Qt.AlignmentFlag.AlignCenter, button.text())
