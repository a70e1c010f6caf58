"""How a rung of the ladder of room is drawn in the panel: a disc of its colour beside its word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from visualizer.scene.materials import ROOM_COLOURS
from visualizer.session import Session
from visualizer.space.ladder import Level
from visualizer.ui.theme import THEMES


class LevelDot(QWidget):
    """A disc; a dotted ring where it cannot be told; hatched where a premise itself sets the value."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self.level, self.set_by_user = session, Level.ROOMY, False
        self.setFixedSize(14, 14)

    def show_level(self, level: Level, set_by_user: bool) -> None:
        """Show this rung."""
        if (level, set_by_user) != (self.level, self.set_by_user):
            self.level, self.set_by_user = level, set_by_user
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = THEMES[self._session.background]
        disc = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        if self.level == Level.CANNOT_TELL:
            painter.setPen(QPen(QColor(colours.muted), 1.8, Qt.PenStyle.DotLine))
            painter.drawEllipse(disc)
            return
        painter.setPen(QPen(QColor(colours.muted), 1.0))
        painter.setBrush(QColor(ROOM_COLOURS[self.level]))
        painter.drawEllipse(disc)
        if self.set_by_user:
            light = self.level in (Level.TIGHT, Level.PRESSED)
            painter.setBrush(QBrush(QColor("#ffffff" if light else "#15202b"), Qt.BrushStyle.BDiagPattern))
            painter.drawEllipse(disc)
