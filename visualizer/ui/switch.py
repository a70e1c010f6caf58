"""The largest control: Balanced or Flexor-dominant, each with what the pelvis does in it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEasingCurve, QRect, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from visualizer.lesson.text import words
from visualizer.session import BALANCED, FLEXOR_DOMINANT, TRANSITION_S, Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES, mixed, text_px
from visualizer.ui.widgets import push_button

STATES = (BALANCED, FLEXOR_DOMINANT)
MARGIN = 5
# Around the words of a half, and the widths between which the whole is laid out.
PADDING, NARROWEST, WIDEST = 22, 330, 460
NAME_PX, LINE_PX = 17, 12


class StateSwitch(QWidget):
    """A pill of two halves whose thumb slides to the state that the posture is, or moves to.

    Both states have the same calm colour. With a posture that is neither, the thumb fades away. Left, Right and Enter
    choose with the keyboard.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.buttons: dict[str, QPushButton] = {}
        self.lines = dict.fromkeys(STATES, "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        row.setSpacing(0)
        for state in STATES:
            button = push_button("segment", partial(self._choose, state), checkable=True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            # Its words are painted here, and may be smaller than it knows.
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
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
        follow(session, language=self._on_words_change, text_percent=self._on_words_change)
        follow(session, background=self._on_background_change)
        follow(session, transition=self._on_goal_change, posture=self._on_goal_change)

    def sizeHint(self) -> QSize:
        """Large enough to be the first thing that the eye finds, and for its words."""
        name, line = QFontMetrics(self._font(NAME_PX)), QFontMetrics(self._font(LINE_PX))
        words_px = max(
            max(name.horizontalAdvance(button.text()), line.horizontalAdvance(self.lines[state]))
            for state, button in self.buttons.items()
        )
        width = max(WIDEST, 2 * (words_px + 2 * PADDING + MARGIN))
        return QSize(width, name.height() + line.height() + 4 * MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Narrower, its words get smaller."""
        return QSize(NARROWEST, self.sizeHint().height())

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

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.setAccessibleName(text("posture.switch"))
        for state, button in self.buttons.items():
            tilt_deg = self._session.presets[state].tilt_deg
            self.lines[state] = text(
                "switch.forward" if tilt_deg else "switch.level", degrees=f"{tilt_deg:g}"
            )
            button.setText(text(f"posture.{state}"))
            button.setToolTip(text(f"posture.{state}_hint"))
            button.setAccessibleDescription(self.lines[state])
        self.updateGeometry()
        self.update()

    def _on_background_change(self, background: str) -> None:
        self._colours = THEMES[background]
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a state, Enter the other one."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._choose(STATES[event.key() == Qt.Key.Key_Right])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(FLEXOR_DOMINANT if self._session.preset == BALANCED else BALANCED)
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
        self._paint_thumb(
            painter, QRectF(inside.left() + width * self._place, inside.top(), width, inside.height())
        )
        for index, (state, button) in enumerate(self.buttons.items()):
            covered = self._strength * max(0.0, 1.0 - abs(self._place - index))
            ground = self._colours.text if button.underMouse() else self._colours.muted
            painter.setPen(mixed(ground, self._colours.accent_text, covered))
            self._write(painter, button.geometry(), button.text(), self.lines[state])

    def _paint_thumb(self, painter: QPainter, thumb: QRectF) -> None:
        colour = QColor(self._colours.accent)
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

    def _write(self, painter: QPainter, half: QRect, name: str, line: str) -> None:
        """Two centred lines, smaller where they would not fit."""
        fonts = [self._fitted(NAME_PX, name, half.width()), self._fitted(LINE_PX, line, half.width())]
        heights = [QFontMetrics(font).height() for font in fonts]
        top = half.top() + (half.height() - sum(heights)) // 2
        for font, height, words_ in zip(fonts, heights, (name, line), strict=True):
            painter.setFont(font)
            painter.drawText(
                QRect(half.left(), top, half.width(), height), Qt.AlignmentFlag.AlignCenter, words_
            )
            top += height

    def _font(self, pixels: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(text_px(pixels, self._session.text_percent))
        font.setWeight(QFont.Weight.DemiBold if pixels == NAME_PX else QFont.Weight.Medium)
        return font

    def _fitted(self, pixels: int, text: str, width: int) -> QFont:
        font = self._font(pixels)
        room, need = width - PADDING, QFontMetrics(font).horizontalAdvance(text)
        if need > room:
            font.setPixelSize(max(1, font.pixelSize() * room // need))
        return font
