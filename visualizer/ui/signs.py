"""Signs for what a muscle does: shorter, longer, working harder, working less, unchanged. Shape first, then colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from visualizer.scene.materials import MUSCLE_STATE_COLOURS
from visualizer.session import Session
from visualizer.ui.theme import THEMES

# Lines of each sign on a square of 18 × 18.
LINES: dict[str, list[list[tuple[float, float]]]] = {
    "short": [[(3, 9), (7, 9)], [(5, 6), (8, 9), (5, 12)], [(15, 9), (11, 9)], [(13, 6), (10, 9), (13, 12)]],
    "long": [[(8, 9), (4, 9)], [(6, 6), (3, 9), (6, 12)], [(10, 9), (14, 9)], [(12, 6), (15, 9), (12, 12)]],
    "harder": [[(5, 9), (9, 5), (13, 9)], [(5, 13.5), (9, 9.5), (13, 13.5)]],
    "less": [[(5, 5), (9, 9), (13, 5)], [(5, 13), (13, 13)]],
    "unchanged": [[(5.5, 9), (12.5, 9)]],
}
DARK_INK, LIGHT_INK = "#1b1511", "#ffffff"


class StateSign(QWidget):
    """One sign on a plate of its colour; a plain dash for unchanged, nothing for no state."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self.state = session, ""
        self.setFixedSize(18, 18)

    def show_state(self, state: str) -> None:
        """Show the sign of this state."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint plate and lines."""
        if not self.state:
            return
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(colours.muted)
        if self.state != "unchanged":
            plate = QColor(MUSCLE_STATE_COLOURS[self.state])
            ink = QColor(DARK_INK if plate.lightness() > 100 else LIGHT_INK)
            painter.setPen(QPen(QColor(colours.muted), 0.8))
            painter.setBrush(plate)
            painter.drawRoundedRect(QRectF(0.5, 0.5, 17, 17), 5, 5)
        pen = QPen(ink, 1.7)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for line in LINES[self.state]:
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))
