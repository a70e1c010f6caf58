"""Signs for what a muscle does: shorter, longer, working harder, working less, unchanged. Shape first, then colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from visualizer.scene.materials import MUSCLE_STATE_COLOURS

# Lines of each sign on a square of 16 × 16.
LINES: dict[str, list[list[tuple[float, float]]]] = {
    "short": [[(1, 8), (6.5, 8)], [(4, 5), (7, 8), (4, 11)], [(15, 8), (9.5, 8)], [(12, 5), (9, 8), (12, 11)]],
    "long": [[(7, 8), (2, 8)], [(4, 5), (1, 8), (4, 11)], [(9, 8), (14, 8)], [(12, 5), (15, 8), (12, 11)]],
    "harder": [[(3.5, 8), (8, 3.5), (12.5, 8)], [(3.5, 13), (8, 8.5), (12.5, 13)]],
    "less": [[(3.5, 5), (8, 9.5), (12.5, 5)], [(4.5, 13), (11.5, 13)]],
    "unchanged": [[(4, 8), (12, 8)]],
}  # fmt: skip


class StateSign(QWidget):
    """One sign in its colour; empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ""
        self.setFixedSize(16, 16)

    def show_state(self, state: str) -> None:
        """Show the sign of this state."""
        if state != self.state:
            self.state = state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint its lines."""
        if not self.state:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(MUSCLE_STATE_COLOURS[self.state]), 2.0)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for line in LINES[self.state]:
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))
