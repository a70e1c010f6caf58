"""Paints the marks of forces: arrows, the arc of the hip, words with a bar."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QRegion

from visualizer.scene.marks.force_layout import PlacedArc, PlacedArrow, PlacedForces, PlacedForceWords, Shaft
from visualizer.scene.marks.model import Bar
from visualizer.scene.marks.stage import Box, Point
from visualizer.scene.marks.stamps import lay_down
from visualizer.scene.marks.strokes import paint_leader, paper, stroke, words_in, write
from visualizer.scene.materials import Ink

FORCE_SAMPLES = PULL, LOAD, RANGE = ("pull", "load", "range")
# In units: how thick the shaft is; half the head's width against its length.
SHAFT = {"pull": 5.0, "load": 8.0, "shear": 4.0}
SPREAD = {"pull": 0.48, "load": 0.62, "shear": 0.5}
LIKELY, POSSIBLE = 0.62, 0.36
BEHIND = 0.55
# How strongly the fan of the hip is filled.
FREE, LOST = 0.42, 0.3
# Room beyond the longest of a bar, as a share of it.
BAR_ROOM = 1.05


def paint_forces(painter: QPainter, forces: PlacedForces, ink: Ink, unit: float) -> None:
    """Paint everything, words last."""
    painter.save()
    painter.setClipRegion(_off(forces.nerve, painter))
    if forces.arc is not None:
        _paint_arc(painter, forces.arc, ink, unit)
    for arrow in forces.arrows:
        _paint_arrow(painter, arrow, ink, unit)
    painter.restore()
    for words in forces.words:
        paint_leader(painter, words.leader, ink, unit)
    for words in forces.words:
        _paint_words(painter, words, ink, unit)


def _paint_arc(painter: QPainter, arc: PlacedArc, ink: Ink, unit: float) -> None:
    for outline, colour, share in ((arc.lost, ink.muted, LOST), (arc.free, ink.accent, FREE)):
        filling = QColor(colour)
        filling.setAlphaF(share)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(filling)
        painter.drawPolygon([QPointF(*point) for point in outline])
    if arc.lost:
        edge = (*arc.lost[2:], arc.lost[0])
        stroke(painter, edge, ink.casing, 3.5 * unit)
        stroke(painter, edge, ink.muted, 1.8 * unit, dashes=(4.0, 3.0))
    edge = (*arc.free[1:], arc.free[0])
    stroke(painter, edge, ink.casing, 5.0 * unit)
    stroke(painter, edge, ink.accent, 2.6 * unit)


def _off(boxes: np.ndarray, painter: QPainter) -> QRegion:
    """The picture without these boxes (n, 4)."""
    region = QRegion(painter.window())
    edges = np.column_stack([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])]).astype(int)
    for left, top, right, bottom in edges.tolist():
        region -= QRect(QPoint(left, top), QPoint(right, bottom))
    return region


def _paint_arrow(painter: QPainter, placed: PlacedArrow, ink: Ink, unit: float) -> None:
    strength = BEHIND if placed.hidden else 1.0
    for shaft in placed.shafts:
        paint_shaft(painter, shaft, placed.arrow.kind, ink, unit, strength)


def paint_shaft(
    painter: QPainter, shaft: Shaft, kind: str, ink: Ink, unit: float, strength: float = 1.0
) -> None:
    """Paint one arrow: full colour as far as it is sure to reach, paler and paler along its range."""
    width = SHAFT[kind] * unit
    head = _triangle(shaft.head, SPREAD[kind])
    casing = QColor(ink.casing)
    casing.setAlphaF(strength)
    for line in (shaft.certain, shaft.likely):
        _line(painter, line, casing, width + 3.0 * unit)
    painter.setPen(QPen(casing, 3.0 * unit))
    painter.setBrush(casing)
    painter.drawPolygon(head)
    for line, share in ((shaft.possible, POSSIBLE), (shaft.likely, LIKELY), (shaft.certain, 1.0)):
        colour = QColor(ink.accent)
        colour.setAlphaF(share * strength)
        _line(painter, line, colour, width)
    colour = QColor(ink.accent)
    colour.setAlphaF(strength)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(head)


def _line(painter: QPainter, points: Sequence[Point], colour: QColor, width: float) -> None:
    """One line in one stroke, so that a pale one has no darker joints."""
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline([QPointF(*point) for point in points])


def _triangle(head: tuple[Point, Point], spread: float) -> QPolygonF:
    (x, y), (base_x, base_y) = head
    across, down = spread * (y - base_y), spread * (base_x - x)
    return QPolygonF(
        [QPointF(x, y), QPointF(base_x + across, base_y + down), QPointF(base_x - across, base_y - down)]
    )


def _paint_words(painter: QPainter, placed: PlacedForceWords, ink: Ink, unit: float) -> None:
    painter.setPen(QPen(QColor(ink.casing), 1.5 * unit))
    painter.setBrush(QColor(ink.text))
    painter.drawEllipse(QPointF(*placed.dot), 3.0 * unit, 3.0 * unit)
    said = (placed.bar, *words_in(placed.box, placed.rows))
    lay_down(painter, placed.box, (ink, unit, said), lambda on: _paint_words_at(on, placed, ink, unit))


def _paint_words_at(painter: QPainter, placed: PlacedForceWords, ink: Ink, unit: float) -> None:
    paper(painter, placed.box, ink, unit, ink.edge, 1.0)
    write(painter, placed.rows, ink, unit)
    if placed.bar is not None:
        _paint_bar(painter, placed.bar, placed.bar_box, ink, unit)


def _paint_bar(painter: QPainter, bar: Bar, box: Box, ink: Ink, unit: float) -> None:
    """What is there, full as far as is sure and paler along its range; a line across it is what is needed."""
    left, top, right, bottom = box
    scale = (right - left) / (BAR_ROOM * max(bar.high, bar.needed))
    middle, thick = (top + bottom) / 2.0, 0.5 * (bottom - top)
    ends = (0.0, bar.low, bar.median, bar.high)
    painter.setPen(Qt.PenStyle.NoPen)
    for first, last, share in zip(ends, ends[1:], (1.0, LIKELY, POSSIBLE), strict=False):
        colour = QColor(ink.accent)
        colour.setAlphaF(share)
        painter.fillRect(
            QRectF(left + scale * first, middle - thick / 2.0, scale * (last - first), thick), colour
        )
    at = left + scale * bar.needed
    stroke(painter, ((at, top), (at, bottom)), ink.paper, 5.0 * unit)
    stroke(painter, ((at, top), (at, bottom)), ink.text, 2.4 * unit)


def paint_force_sample(painter: QPainter, what: str, box: Box, ink: Ink, unit: float) -> None:
    """A sign of the legend."""
    left, top, right, bottom = box
    middle, wide = (top + bottom) / 2.0, right - left
    points = [(left + share * wide, middle) for share in (0.0, 0.4, 0.7, 1.0)]
    if what == RANGE:
        shaft = Shaft((), (points[0], points[2]), (points[2], points[3]), (points[1], points[1]))
        paint_shaft(painter, shaft, "load", ink, unit)
    else:
        shaft = Shaft((points[0], points[1]), (), (), (points[3], points[1]))
        paint_shaft(painter, shaft, what, ink, 0.8 * unit)
