"""The tilt of the pelvis, set by hand: a premise, as its card says."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider

from visualizer.body.posture import RANGES, Posture
from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import Card, label, named

STEPS_PER_DEGREE = 2
HANDLE_PX = 26


def signed_degrees(value: float) -> str:
    """`+10°`, `−5°`, `0°`: a true minus sign, no sign at zero, no decimals that say nothing."""
    text = f"{round(value * 2) / 2:+g}".replace("-", "−")
    return f"{'0' if text in ('+0', '−0') else text}°"


class TiltSlider(QSlider):
    """A slider with a mark where the balanced stance is."""

    def __init__(self, session: Session) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._session = session

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark, then the slider over it."""
        share = -self.minimum() / (self.maximum() - self.minimum())
        middle = HANDLE_PX / 2 + (self.width() - HANDLE_PX) * share
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
        self.slider.setSingleStep(STEPS_PER_DEGREE)
        self.slider.setPageStep(5 * STEPS_PER_DEGREE)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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

    def _on_posture_change(self, posture: Posture) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(posture.tilt_deg * STEPS_PER_DEGREE))
        self.slider.blockSignals(False)
        self._show_value()

    def _show_value(self) -> None:
        tilt_deg, text = self._session.posture.tilt_deg, words(self._session.language)
        self.value.setText(signed_degrees(tilt_deg))
        if abs(tilt_deg) < 0.25:
            self.level.setText(text("tilt.level"))
        else:
            self.level.setText(text("tilt.forward" if tilt_deg > 0 else "tilt.back").lower())

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.title.setText(text("tilt.title"))
        self.kind.setText(text("tilt.kind"))
        self.back.setText(f"← {text('tilt.back')}")
        self.forward.setText(f"{text('tilt.forward')} →")
        self.slider.setToolTip(text("tilt.hint"))
        self.slider.setAccessibleName(text("tilt.title"))
        self._show_value()
