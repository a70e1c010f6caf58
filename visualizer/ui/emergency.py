"""When to get help at once: always on the screen, never behind a control."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES


class Sign(QWidget):
    """A disc with an exclamation mark."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setFixedSize(30, 30)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme's alert colour."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.alert))
        painter.drawEllipse(QRectF(1, 1, 28, 28))
        font = QFont(self.font())
        font.setPixelSize(18)
        font.setWeight(QFont.Weight.Bold)
        painter.setFont(font)
        painter.setPen(QColor(colours.alert_back))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "!")


class EmergencyText(QFrame):
    """The signs that need a doctor now, over the whole width of the window."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("emergency")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.RichText)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 9, 20, 10)
        row.setSpacing(14)
        row.addWidget(Sign(session))
        row.addWidget(self.label, 1)
        follow(session, language=self._on_language_change)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Claim the height that this width asks for."""
        super().resizeEvent(event)
        self._claim_height()

    def changeEvent(self, event: QEvent) -> None:
        """Claim the height that another size of the words asks for."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._claim_height()

    def _claim_height(self) -> None:
        """Never be less high than the words need."""
        self.setMinimumHeight(self.heightForWidth(self.width()))

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.label.setText(f"<b>{text('emergency.title')}.</b> {text('emergency.text')}")
        self._claim_height()
