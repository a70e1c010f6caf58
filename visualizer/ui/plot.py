"""The plot of room along the nerve, with pyqtgraph: imported when the first curve is drawn.

Takes corridors; says where the mouse is and where it was clicked, in millimetres along the nerve.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from visualizer.anatomy.model import SIDES
from visualizer.scene.materials import ROOM_COLOURS
from visualizer.scene.naming import site_name
from visualizer.session import Session
from visualizer.space.corridor import Corridor
from visualizer.ui.gap import LEVELS, MOST_MM, by_level, gap_width_mm
from visualizer.ui.theme import THEMES


class Plot(QFrame):
    """Two curves over the positions of the corridor, ticks at the sites, a line at the chosen and the pointed one."""

    pointed = Signal(object)  # mm, or None
    clicked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("class", "plot")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.widget = pg.PlotWidget()
        self.widget.setMenuEnabled(False)
        self.widget.setMouseEnabled(x=False, y=False)
        self.widget.hideButtons()
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.widget.setYRange(0.0, MOST_MM, padding=0.04)
        self.widget.setFixedHeight(150)
        bottom, left = (self.widget.getAxis(axis) for axis in ("bottom", "left"))
        bottom.setStyle(showValues=False, tickLength=5)
        left.setStyle(tickLength=0, tickTextOffset=4)
        left.setTickSpacing(5, 5)
        self.balanced = self.widget.plot(connect="finite")
        self.rim = self.widget.plot(connect="finite")
        self.now = [self.widget.plot(connect="finite") for _ in LEVELS]
        self.chosen = pg.InfiniteLine(angle=90, movable=False)
        self.under_mouse = pg.InfiniteLine(angle=90, movable=False)
        for line in (self.chosen, self.under_mouse):
            line.hide()
            self.widget.addItem(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.widget)

    def show_corridors(self, now: Corridor, balanced: Corridor, side: str) -> None:
        """Draw one side of both."""
        position, width = now.position_mm, gap_width_mm(now, side)
        self.widget.setXRange(float(position[0]), float(position[-1]), padding=0.01)
        self.balanced.setData(balanced.position_mm, gap_width_mm(balanced, side))
        self.rim.setData(position, width)
        pieces = by_level(width, now.level[SIDES.index(side)])
        for curve, piece in zip(self.now, pieces, strict=True):
            curve.setData(position, piece)

    def show_sites(self, places: dict[str, float]) -> None:
        """Tick the axis where the sites are."""
        self.widget.getAxis("bottom").setTicks([[(place, "") for place in places.values()]])

    def dress(self, theme: str) -> None:
        """Colour everything for the light or the dark theme."""
        colours = THEMES[theme]
        self.widget.setBackground(colours.card)
        for name in ("left", "bottom"):
            axis = self.widget.getAxis(name)
            axis.setPen(colours.line)
            axis.setTextPen(colours.muted)
            axis.setTickPen(pg.mkPen(colours.muted, width=1.4))
            axis.setTickFont(self.font())
        self.balanced.setPen(pg.mkPen(colours.muted, width=1.0))
        self.rim.setPen(pg.mkPen(colours.muted, width=3.6))
        for level, curve in zip(LEVELS, self.now, strict=True):
            curve.setPen(pg.mkPen(ROOM_COLOURS[level], width=2.4))
        self.chosen.setPen(pg.mkPen(colours.accent, width=2.0))
        self.under_mouse.setPen(pg.mkPen(colours.text, width=1.2, style=Qt.PenStyle.DashLine))

    def show_line(self, line: pg.InfiniteLine, at_mm: float | None) -> None:
        """Put a line at a position, or away."""
        line.setVisible(at_mm is not None)
        if at_mm is not None:
            line.setPos(at_mm)

    def position_at(self, place: QPointF) -> float | None:
        """Millimetres along the nerve at a place of this widget, None outside the curves."""
        box = self.widget.getPlotItem().vb
        inside = self.widget.mapToScene(self.widget.mapFrom(self, place.toPoint()))
        if not box.sceneBoundingRect().contains(inside):
            return None
        low, high = box.viewRange()[0]
        return float(min(max(box.mapSceneToView(inside).x(), low), high))

    def x_of(self, at_mm: float) -> float:
        """Where a position lies across this widget, in its pixels."""
        scene = self.widget.getPlotItem().vb.mapViewToScene(QPointF(at_mm, 0.0))
        return float(self.widget.mapTo(self, self.widget.mapFromScene(scene)).x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say where the mouse is."""
        self.pointed.emit(self.position_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Say that it went."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Say where it was clicked."""
        at_mm = self.position_at(event.position())
        if at_mm is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(at_mm)


class SiteNames(QWidget):
    """Names of the sites under their ticks, the tightest first, as many as have room on two lines."""

    def __init__(self, plot: Plot, session: Session) -> None:
        super().__init__()
        self.setProperty("class", "kind")
        self._plot, self._session = plot, session
        self._places: dict[str, float] = {}

    def show_sites(self, places: dict[str, float]) -> None:
        """Name these sites at these positions."""
        self._places = places
        self.setFixedHeight(2 * self.fontMetrics().height())
        self.update()

    def laid_out(self) -> dict[str, QRectF]:
        """Where each name that has room stands."""
        metrics = self.fontMetrics()
        taken: dict[str, QRectF] = {}
        for site, at_mm in self._places.items():
            name = site_name(site, self._session)
            width = min(float(metrics.horizontalAdvance(name)) + 2.0, self.width() * 0.46)
            left = min(max(self._plot.x_of(at_mm) - width / 2, 0.0), self.width() - width)
            lines = (QRectF(left, line * metrics.height(), width, metrics.height()) for line in (0, 1))
            free = (
                rect
                for rect in lines
                if not any(rect.adjusted(-8, 1, 8, -1).intersects(other) for other in taken.values())
            )
            place = next(free, None)
            if place is not None:
                taken[site] = place
        return taken

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the names."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        for site, rect in self.laid_out().items():
            painter.setPen(QColor(colours.text if site == self._session.site else colours.muted))
            name = self.fontMetrics().elidedText(
                site_name(site, self._session), Qt.TextElideMode.ElideRight, int(rect.width())
            )
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, name)
