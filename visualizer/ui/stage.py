"""The middle of the window: progress while the body loads, then the picture, or why there is none.

A notice can lie over its upper edge; the caption below names the structure under the mouse.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from visualizer.errors import UserError
from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import named, push_button

NOTICE_MS = 15_000
RADIUS = 14
BUSY_STEP_MS = 100
BUSY_STEP = 0.08


class BusyBar(QWidget):
    """A thin bar with a light that wanders while something is under way."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFixedSize(220, 5)
        self._share = 0.0
        self._wander = QTimer(self)
        self._wander.setInterval(BUSY_STEP_MS)
        self._wander.timeout.connect(self._step)

    def set_busy(self, busy: bool) -> None:
        """Start or end the wandering."""
        self.setVisible(busy)
        if busy:
            self._wander.start()
        else:
            self._wander.stop()

    def _step(self) -> None:
        self._share = (self._share + BUSY_STEP) % 1.0
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and the light."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(self.rect(), 2.5, 2.5)
        painter.setBrush(QColor(colours.accent))
        length = 70.0
        left = (self.width() + length) * self._share - length
        painter.setClipRect(self.rect())
        painter.drawRoundedRect(QRectF(left, 0, length, self.height()), 2.5, 2.5)


class Message(QWidget):
    """A heading, a sentence or two, and the busy bar, in the middle of the stage."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.title, self.text = named(QLabel(), "stageTitle"), QLabel()
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self.text.setFixedWidth(480)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.busy = BusyBar(session)
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch()
        for widget in (self.title, self.text, self.busy):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()


class Notice(QFrame):
    """A sentence that can be closed and goes by itself after a while."""

    def __init__(self, stage: QWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self.setObjectName("notice")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.close_button = push_button("small", self.hide)
        self.close_button.setText("×")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 10, 10)
        row.addWidget(self.label, 1)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a sentence above everything else."""
        self.label.setText(text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Lie across the stage's upper edge."""
        width = min(640, self._stage.width() - 40)
        self.setFixedWidth(width)
        self.setFixedHeight(max(self.heightForWidth(width), 48))
        self.move((self._stage.width() - width) // 2, 20)


class Corner(QWidget):
    """Rounds one corner of the stage: what lies outside the curve gets the window's colour."""

    def __init__(self, stage: QWidget, session: Session, right: bool, bottom: bool) -> None:
        super().__init__(stage)
        self._stage, self._session, self._right, self._bottom = stage, session, right, bottom
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(RADIUS, RADIUS)

    def place(self) -> None:
        """Move into the stage's corner."""
        x, y = self._stage.width() - RADIUS, self._stage.height() - RADIUS
        self.move(x * self._right, y * self._bottom)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the outside of the curve and its line."""
        colours = THEMES[self._session.background]
        square = QRectF(self.rect())
        whole = QRectF(-RADIUS * self._right, -RADIUS * self._bottom, 2 * RADIUS, 2 * RADIUS)
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(square)
        inside.addEllipse(whole)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outside.subtracted(inside), QColor(colours.window))
        painter.setPen(QColor(colours.line))
        painter.drawEllipse(whole.adjusted(0.5, 0.5, -0.5, -0.5))


class Stage(QFrame):
    """Shows a message or the 3-D view."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("stage")
        self._session = session
        self._message_key: str | None = None
        self.message = Message(session)
        self.notice = Notice(self)
        self._corners = [
            Corner(self, session, right, bottom) for right in (False, True) for bottom in (False, True)
        ]
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 1, 1, 1)
        self._stack.addWidget(self.message)
        # A window that gets its first OpenGL child while it is shown is destroyed and made anew, which flickers.
        QOpenGLWidget(self).hide()
        self.view: QWidget | None = None
        follow(session, language=self._on_language_change)

    def show_progress(self, key: str) -> None:
        """Say what is under way."""
        self._message_key = key
        self.message.text.hide()
        self.message.busy.set_busy(True)
        self._stack.setCurrentWidget(self.message)
        self._on_language_change(self._session.language)

    def show_error(self, error: UserError) -> None:
        """Say why there is no picture, and what to do."""
        self._message_key = "stage.no_picture"
        self.message.text.setText(f"{error.what_happened}\n\n{error.what_to_do}")
        self.message.text.show()
        self.message.busy.set_busy(False)
        self._stack.setCurrentWidget(self.message)
        self._on_language_change(self._session.language)

    def show_view(self, view: QWidget) -> None:
        """Show the 3-D view instead of the message."""
        self._message_key, self.view = None, view
        self.message.busy.set_busy(False)
        self._stack.addWidget(view)
        self._stack.setCurrentWidget(view)
        self._place_overlays()

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        if self._message_key is not None:
            self.message.title.setText(text(self._message_key))
        self.notice.close_button.setToolTip(text("window.dismiss"))
        self.notice.close_button.setAccessibleName(text("window.dismiss"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the notice in its place."""
        super().resizeEvent(event)
        self._place_overlays()

    def _place_overlays(self) -> None:
        for corner in self._corners:
            corner.place()
        if self.notice.isVisible():
            self.notice.place()
            self.notice.raise_()
