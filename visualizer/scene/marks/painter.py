"""Paints a layout with QPainter: the same strokes on the stage and in files.

Colours are `materials.MARK_INKS` and `ROOM_COLOURS`; words are set in Inter. Everything is in pixels of the layout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPainterPath,
    QPen,
)

from visualizer.scene.marks.figure import Figure
from visualizer.scene.marks.force_painter import FORCE_SAMPLES, paint_force_sample, paint_forces
from visualizer.scene.marks.layout import Layout, PlacedChip, PlacedName, PlacedWord
from visualizer.scene.marks.legend import PlacedLegend
from visualizer.scene.marks.model import Sample
from visualizer.scene.marks.stage import Box, Point
from visualizer.scene.marks.stamps import lay_down
from visualizer.scene.marks.strokes import (
    ROUND,
    font_of,
    paint_leader,
    paper,
    set_text,
    stroke,
    words_in,
    write,
)
from visualizer.scene.marks.words import Row
from visualizer.scene.materials import MARK_INKS, MUSCLE_STATE_COLOURS, ROOM_COLOURS, Ink
from visualizer.space.ladder import Level

STRIPE = 6.0
DOTS = "#5c6873"
# Thickness of a ring by level, in units; pressed is filled.
RING_WIDTH = {Level.ROOMY: 2.0, Level.SNUG: 3.5, Level.TIGHT: 5.0, Level.PRESSED: 5.0, Level.CANNOT_TELL: 3.2}

# A hidden place's ring is four arcs: of a quarter turn each, this share is drawn.
ARC = 0.72


def paint(
    painter: QPainter, layout: Layout, background: str, lit: str | None = None, *, quick: bool = False
) -> None:
    """Paint a layout on a "light" or "dark" picture; lit: the site under the mouse, or None. quick: plain lines."""
    ink, unit = MARK_INKS[background], layout.unit
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not quick)
    for figure in layout.figures:
        _paint_figure(painter, figure, ink, unit)
    if layout.rim:
        points = layout.rim
        stroke(painter, points, ink.casing, 4.0 * unit)
        stroke(painter, points, ink.accent, 2.0 * unit)
    if layout.pointed is not None:
        painter.setPen(QPen(QColor(ink.casing), 2.0 * unit))
        painter.setBrush(QColor(ink.accent))
        painter.drawEllipse(QPointF(*layout.pointed), 5.0 * unit, 5.0 * unit)
    if layout.forces is not None:
        paint_forces(painter, layout.forces, ink, unit)
    for name in layout.names:
        _paint_name(painter, name, ink, unit)
    for chip in layout.chips:
        paint_leader(painter, chip.leader, ink, unit)
    for chip in layout.chips:
        _paint_site_ring(painter, chip, unit, chip.chip.site == lit)
        _paint_chip(painter, chip, ink, unit, chip.chip.site == lit)
    for word in layout.words:
        _paint_word(painter, word, ink, unit)
    if layout.legend is not None:
        _paint_legend(painter, layout.legend, ink, unit)


def _paint_site_ring(painter: QPainter, placed: PlacedChip, unit: float, lit: bool) -> None:
    radius, (x, y) = placed.radius * (1.35 if lit else 1.0), placed.ring
    level, set_by_user = placed.chip.level, placed.chip.set_by_user
    lay_down(
        painter,
        (x - radius, y - radius, x + radius, y + radius),
        (level, set_by_user, radius, unit, placed.hidden),
        lambda on: paint_ring(on, placed.ring, radius, level, set_by_user, unit, hidden=placed.hidden),
    )


def paint_ring(
    painter: QPainter,
    centre: Point,
    radius: float,
    level: Level,
    set_by_user: bool,
    unit: float,
    *,
    hidden: bool = False,
) -> None:
    """A site's ring: its thickness, filling and dots tell the level without colour, hatching that the user set it.

    `radius` is the ring's outer edge, casing included. hidden: the place lies behind something; dashed, as the nerve.
    """
    width = RING_WIDTH[level] * unit
    colour, middle = QColor(ROOM_COLOURS[level]), QPointF(*centre)
    reach = radius - width / 2.0 - 1.5 * unit
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for casing, extra in (("#15202b", 3.0), ("#ffffff", 1.8)):
        painter.setPen(QPen(QColor(casing), width + extra * unit))
        painter.drawEllipse(middle, reach, reach)
    pen = QPen(colour, width)
    if level == Level.CANNOT_TELL:
        pen = QPen(QColor(DOTS), width, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.RoundCap)
        pen.setDashPattern([0.01, 1.75])
    elif hidden:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        quarter = math.pi / 2.0 * reach / width
        pen.setDashPattern([ARC * quarter, (1.0 - ARC) * quarter])
    if level == Level.PRESSED:
        painter.setBrush(colour)
    painter.setPen(pen)
    painter.drawEllipse(middle, reach, reach)
    if level == Level.PRESSED:
        _paint_pressing(painter, centre, reach)
    if set_by_user:
        _paint_hatched_ring(painter, centre, reach - width / 2.0, reach + width / 2.0, unit)


def _paint_hatched_ring(painter: QPainter, centre: Point, inner: float, outer: float, unit: float) -> None:
    """Hatch the band between two circles as the chip's edge is hatched."""
    band = QPainterPath()
    band.addEllipse(QPointF(*centre), outer, outer)
    band.addEllipse(QPointF(*centre), inner, inner)
    painter.save()
    painter.setClipPath(band)
    _hatch(painter, QRectF(centre[0] - outer, centre[1] - outer, 2.0 * outer, 2.0 * outer), unit)
    painter.restore()


def _paint_pressing(painter: QPainter, centre: Point, reach: float) -> None:
    """Two white wedges towards each other: a filled ring alone would be lost on a dark picture."""
    x, y = centre
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#ffffff"))
    for side in (-1.0, 1.0):
        wide, near, tall = x + side * 0.85 * reach, x + side * 0.15 * reach, 0.5 * reach
        painter.drawPolygon([QPointF(wide, y - tall), QPointF(wide, y + tall), QPointF(near, y)])


def _paint_chip(painter: QPainter, placed: PlacedChip, ink: Ink, unit: float, lit: bool) -> None:
    said = (placed.chip.level, placed.chip.set_by_user, *words_in(placed.box, placed.rows))
    lay_down(
        painter, placed.box, (ink, unit, lit, said), lambda on: _paint_chip_at(on, placed, ink, unit, lit)
    )


def _paint_chip_at(painter: QPainter, placed: PlacedChip, ink: Ink, unit: float, lit: bool) -> None:
    left, top, right, bottom = placed.box
    paper(painter, placed.box, ink, unit, ink.accent if lit else ink.edge, 2.0 if lit else 1.0)
    stripe = QRectF(left, top, STRIPE * unit, bottom - top)
    whole = QPainterPath()
    whole.addRoundedRect(QRectF(left, top, right - left, bottom - top), ROUND * unit, ROUND * unit)
    painter.save()
    painter.setClipPath(whole)
    painter.fillRect(stripe, QColor(ROOM_COLOURS[placed.chip.level]))
    if placed.chip.set_by_user:
        _hatch(painter, stripe, unit)
    painter.restore()
    write(painter, placed.rows, ink, unit)


def _hatch(painter: QPainter, area: QRectF, unit: float) -> None:
    """White slanting lines over an area, and over the painter's clip where that is smaller."""
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor("#ffffff"), 1.8 * unit))
    y = area.top() - area.width()
    while y < area.bottom() + area.width():
        painter.drawLine(QPointF(area.left(), y + area.width()), QPointF(area.right(), y))
        y += 4.5 * unit
    painter.restore()


def _paint_name(painter: QPainter, placed: PlacedName, ink: Ink, unit: float) -> None:
    paint_leader(painter, placed.leader, ink, unit)
    painter.setPen(QPen(QColor(ink.casing), 1.5 * unit))
    painter.setBrush(QColor(ink.text))
    painter.drawEllipse(QPointF(*placed.dot), 3.0 * unit, 3.0 * unit)
    said = words_in(placed.box, placed.rows)
    lay_down(painter, placed.box, (ink, unit, said), lambda on: _paint_name_at(on, placed, ink, unit))


def _paint_name_at(painter: QPainter, placed: PlacedName, ink: Ink, unit: float) -> None:
    ground = QColor(ink.paper)
    ground.setAlphaF(0.78)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    left, top, right, bottom = placed.box
    painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), 4.0 * unit, 4.0 * unit)
    write(painter, placed.rows, ink, unit)


def _paint_word(painter: QPainter, placed: PlacedWord, ink: Ink, unit: float) -> None:
    said = words_in(placed.box, (placed.row,))
    lay_down(painter, placed.box, (ink, unit, said), lambda on: _paint_word_at(on, placed, ink, unit))


def _paint_word_at(painter: QPainter, placed: PlacedWord, ink: Ink, unit: float) -> None:
    paper(painter, placed.box, ink, unit, ink.edge, 1.0)
    painter.setFont(font_of(placed.row.role, unit))
    painter.setPen(QColor(ink.accent if placed.row.role == "figure" else ink.text))
    set_text(painter, placed.row, unit)


def _paint_legend(painter: QPainter, placed: PlacedLegend, ink: Ink, unit: float) -> None:
    rows = [Row(entry.text, entry.role, entry.at) for entry in placed.entries]
    samples = tuple(entry.sample.what if entry.sample is not None else "" for entry in placed.entries)
    said = (samples, words_in(placed.box, rows))
    lay_down(painter, placed.box, (ink, unit, said), lambda on: _paint_legend_at(on, placed, rows, ink, unit))


def _paint_legend_at(
    painter: QPainter, placed: PlacedLegend, rows: Sequence[Row], ink: Ink, unit: float
) -> None:
    paper(painter, placed.box, ink, unit, ink.edge, 1.0)
    for entry in placed.entries:
        if entry.sample is not None:
            _paint_sample(painter, entry.sample, entry.sample_box, ink, unit)
    write(painter, rows, ink, unit)


def _paint_sample(painter: QPainter, sample: Sample, box: Box, ink: Ink, unit: float) -> None:
    left, top, right, bottom = box
    centre, radius = ((left + right) / 2.0, (top + bottom) / 2.0), (right - left) / 2.0
    if sample.what in MUSCLE_STATE_COLOURS:
        _paint_muscle(
            painter,
            sample.what,
            QRectF(left, top + 1.5 * unit, right - left, bottom - top - 3.0 * unit),
            unit,
        )
    elif sample.what in FORCE_SAMPLES:
        paint_force_sample(painter, sample.what, box, ink, unit)
    elif sample.what == "set_by_user":
        paint_ring(painter, centre, radius, Level.SNUG, True, 0.85 * unit)
    else:
        paint_ring(painter, centre, radius, Level(sample.what), False, 0.85 * unit)


def _paint_muscle(painter: QPainter, state: str, area: QRectF, unit: float) -> None:
    """A piece of muscle as the picture tints and bands it, its fibres lying flat."""
    colour, plain = QColor(MUSCLE_STATE_COLOURS[state]), QColor(MUSCLE_STATE_COLOURS["unchanged"])
    whole = QPainterPath()
    whole.addRoundedRect(area, 3.0 * unit, 3.0 * unit)
    painter.fillPath(whole, colour if state == "less" else plain)
    painter.save()
    painter.setClipPath(whole)
    painter.setPen(QPen(colour, {"short": 2.0, "long": 3.0}.get(state, 1.5) * unit))
    if state == "harder":
        for row in (0.25, 0.5, 0.75):
            y = area.top() + row * area.height()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
    elif state in ("short", "long"):
        step = {"short": 4.0, "long": 8.0}[state] * unit
        x = area.left() + step / 2.0
        while x < area.right():
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            x += step
    painter.restore()


def _paint_figure(painter: QPainter, figure: Figure, ink: Ink, unit: float) -> None:
    for line in figure.balanced:
        stroke(painter, line, ink.casing, 3.5 * unit)
        stroke(painter, line, ink.muted, 1.8 * unit, dashes=(4.0, 3.0))
    for line in (*figure.now, figure.arc):
        stroke(painter, line, ink.casing, 5.5 * unit)
    for line in (*figure.now, figure.arc):
        stroke(painter, line, ink.accent, 3.0 * unit)
