"""The tilt of the pelvis, set by hand: a premise, as its card says."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStyle, QStyleOptionSlider

from visualizer.body.posture import RANGES, Posture
from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import Card, label, named

STEPS_PER_DEGREE = 2
SMALL_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}


def signed_degrees(value: float) -> str:
    """`+10°`, `−5°`, `0°`: a true minus sign, no sign at zero, no decimals that say nothing."""
    text = f"{round(value * 2) / 2:+g}".replace("-", "−")
    return f"{'0' if text in ('+0', '−0') else text}°"


class TiltSlider(QSlider):
    """A slider with a mark where the balanced stance is.

    A click goes where it points, and gives the slider the keyboard: arrows move by 1 degree, with Shift by half a
    degree, PageUp and PageDown by 5, Home to level. The wheel is left to the panel that scrolls.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._session = session
        self.setSingleStep(STEPS_PER_DEGREE)
        self.setPageStep(5 * STEPS_PER_DEGREE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def value_at(self, x: float) -> int:
        """The value whose handle has its middle at this place."""
        handle = self._handle().width()
        share = (x - handle / 2) / max(1, self.width() - handle)
        return round(self.minimum() + min(max(share, 0.0), 1.0) * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the mouse, so that it can be dragged on from there."""
        if event.button() == Qt.MouseButton.LeftButton and not self._handle().contains(
            event.position().toPoint()
        ):
            self.setValue(self.value_at(event.position().x()))
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home is level; an arrow with Shift is the smallest step."""
        step = SMALL_STEPS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Home:
            self.setValue(0)
        elif step is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.setValue(self.value() + step)
        else:
            super().keyPressEvent(event)

    def _handle(self) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark, then the slider over it."""
        share = -self.minimum() / (self.maximum() - self.minimum())
        handle = self._handle().width()
        middle = handle / 2 + (self.width() - handle) * share
        painter = QPainter(self)
        painter.fillRect(
            QRectF(middle - 1, 3, 2, self.height() - 6), QColor(THEMES[self._session.background].muted)
        )
        painter.end()
        super().paintEvent(event)


class TiltCard(Card):
    """Slider in half degrees over the range that the model answers for, with the value in large figures."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        low, high = RANGES["tilt_deg"]
        self.slider = TiltSlider(session)
        self.slider.setRange(int(low * STEPS_PER_DEGREE), int(high * STEPS_PER_DEGREE))
        self.slider.setMinimumHeight(26)
        self.slider.valueChanged.connect(self._on_slide)
        self.value = named(QLabel(), "tiltValue")
        self.back, self.level, self.forward = (label("muted") for _ in range(3))
        ends = QHBoxLayout()
        ends.addWidget(self.back)
        ends.addStretch()
        ends.addWidget(self.forward)
        figure = QHBoxLayout()
        figure.addWidget(self.value)
        figure.addWidget(self.level)
        figure.addStretch()
        self.body.addLayout(figure)
        self.body.addWidget(self.slider)
        self.body.addLayout(ends)
        follow(session, language=self._on_language_change, posture=self._on_posture_change)

    def _on_slide(self, steps: int) -> None:
        self._session.set_posture_fields({"tilt_deg": steps / STEPS_PER_DEGREE})
        # The hips may have stopped it.
        self._on_posture_change(self._session.posture)

    def _on_posture_change(self, posture: Posture) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(posture.tilt_deg * STEPS_PER_DEGREE))
        self.slider.blockSignals(False)
        self._show_value()

    def _show_value(self) -> None:
        tilt_deg, text = self._session.posture.tilt_deg, words(self._session.language)
        by_hand = self._session.posture.tilt_from == "hand"
        self.kind.setText(text("tilt.kind" if by_hand else "tilt.follows"))
        self.value.setText(signed_degrees(tilt_deg))
        if abs(tilt_deg) < 0.25:
            self.level.setText(text("tilt.level"))
        else:
            self.level.setText(text("tilt.forward" if tilt_deg > 0 else "tilt.back").lower())

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.title.setText(text("tilt.title"))
        self.back.setText(f"← {text('tilt.back')}")
        self.forward.setText(f"{text('tilt.forward')} →")
        self.slider.setToolTip(text("tilt.hint"))
        self.slider.setAccessibleName(text("tilt.title"))
        self._show_value()
