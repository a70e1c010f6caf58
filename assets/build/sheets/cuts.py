"""Level cuts with names, on paper: filled outlines of everything on the left, in millimetres. Needs no OpenGL.

Cut by `visualizer.space.section`, so from the very triangles that the program draws. Seen from below with the front
above, as radiologists do. What lies in two muscles at once is hatched, and its area is written beside the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from assets.build.sheets import paper
from assets.build.sheets.plan import CUT_RIGHT_MM, CUT_UP_MM, REACH_MM, Level
from visualizer.scene.materials import BONE, CARTILAGE, LAYER_ACCENTS, NERVE, seed, stem
from visualizer.space.outlines import area
from visualizer.space.section import Outline, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot

PIXELS_PER_MM = 2.2
# Room for names on either side of a cut, and for words above it.
NAMES_PX, HEAD_PX, NAME_PX = 204, 26, 14
COLUMNS = 3
UNKNOWN_LAYER = "#9aa5b1"
# Smaller pieces than this stay without a name, mm².
NAMED_FROM_MM2 = 4.0


@dataclass(frozen=True, eq=False)
class Shape:
    """One structure on a cut: its outline, its path in pixels of the cell, its area in mm² and its middle in pixels."""

    outline: Outline
    path: QPainterPath
    area_mm2: float
    middle: QPointF


def in_cell(loop: np.ndarray) -> np.ndarray:
    """Pixels (k, 2) of the cell for points (k, 2) mm right and up of the middle of what a cut shows."""
    right = (loop[:, 0] + np.mean(CUT_RIGHT_MM) - CUT_RIGHT_MM[0]) * PIXELS_PER_MM + NAMES_PX
    down = (CUT_UP_MM[1] - loop[:, 1] - np.mean(CUT_UP_MM)) * PIXELS_PER_MM + HEAD_PX
    return np.column_stack([right, down])


def cell_size() -> tuple[int, int]:
    """Width and height of one cut in pixels, with its names."""
    width, height = (PIXELS_PER_MM * (high - low) for low, high in (CUT_RIGHT_MM, CUT_UP_MM))
    return round(width) + 2 * NAMES_PX, round(height) + HEAD_PX + 10


def shape(outline: Outline) -> Shape:
    """An outline made ready for painting."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for loop in outline.loops:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in in_cell(loop).tolist()]))
        path.closeSubpath()
    largest = max(outline.loops, key=lambda loop: abs(area(loop)))
    middle = in_cell(largest.mean(axis=0)[None])[0]
    # Loops of a solid and of its holes run opposite ways.
    total = abs(sum(area(loop) for loop in outline.loops))
    return Shape(outline, path, total, QPointF(*middle))


def shapes(anatomy: Anatomy, snapshot: Snapshot, level: Level) -> list[Shape]:
    """Everything of the left and the middle on a level: bones, muscles, nerve."""
    found = section(anatomy, snapshot, level.plane(anatomy, snapshot), REACH_MM)
    return [shape(outline) for outline in found.outlines if outline.side != "right" and outline.loops]


def colour(outline: Outline) -> QColor:
    """What fills a structure: its layer's accent, lighter or darker by its name."""
    if outline.layer == "nerve":
        return QColor(NERVE)
    if outline.layer == "bones":
        return QColor(CARTILAGE if outline.kind == "disc" else BONE)
    accent = QColor(LAYER_ACCENTS.get(outline.layer, UNKNOWN_LAYER))
    hue, saturation, _, _ = accent.getHslF()
    return QColor.fromHslF(hue, 0.75 * saturation, 0.60 + 0.25 * seed(outline))


def shared(found: Sequence[Shape]) -> tuple[QPainterPath, float]:
    """Where two muscles are in one place: the path in pixels, and its area in mm²."""
    both, total = QPainterPath(), 0.0
    muscles = [one for one in found if one.outline.kind == "muscle"]
    for one, other in combinations(muscles, 2):
        if one.path.boundingRect().intersects(other.path.boundingRect()):
            overlap = one.path.intersected(other.path)
            for polygon in overlap.toSubpathPolygons():
                points = np.array([point.toTuple() for point in polygon.toList()])
                total += abs(area(points)) / PIXELS_PER_MM**2
            both.addPath(overlap)
    return both, total


def paint_axes(painter: QPainter, frame: QRectF) -> None:
    """A frame with a tick every 10 mm, longer every 50, and figures: mm left of and behind the hip centres' middle."""
    painter.setPen(QPen(QColor(paper.COLOURS.rim), 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(frame)
    painter.setPen(QPen(QColor(paper.COLOURS.muted), 1.0))
    painter.setFont(paper.font(11))
    for value in range(-200, 201, 10):
        long = 8.0 if value % 50 == 0 else 4.0
        x = frame.left() + (value - CUT_RIGHT_MM[0]) * PIXELS_PER_MM
        y = frame.top() + (CUT_UP_MM[1] + value) * PIXELS_PER_MM
        if CUT_RIGHT_MM[0] < value < CUT_RIGHT_MM[1]:
            painter.drawLine(QPointF(x, frame.bottom()), QPointF(x, frame.bottom() - long))
            if value % 50 == 0:
                painter.drawText(QPointF(x - 8, frame.bottom() - 11), str(value))
        if -CUT_UP_MM[1] < value < -CUT_UP_MM[0]:
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.left() + long, y))
            if value % 50 == 0:
                painter.drawText(QPointF(frame.left() + 10, y + 4), str(value))


def paint_names(painter: QPainter, frame: QRectF, found: Sequence[Shape]) -> None:
    """Names in the margins, each with a line to its structure."""
    painter.setFont(paper.font(NAME_PX - 1))
    named = [one for one in found if one.area_mm2 >= NAMED_FROM_MM2 and frame.contains(one.middle)]
    for on_the_left in (True, False):
        here = sorted(
            (one for one in named if (one.middle.x() < frame.center().x()) == on_the_left),
            key=lambda one: one.middle.y(),
        )
        places = spread([one.middle.y() for one in here], frame.top() + 8, frame.bottom() - 8)
        for one, y in zip(here, places, strict=True):
            edge = frame.left() - 4 if on_the_left else frame.right() + 4
            painter.setPen(QPen(QColor(paper.COLOURS.muted), 0.7))
            painter.drawLine(QPointF(edge, y), one.middle)
            painter.setPen(QColor(paper.COLOURS.ink))
            text = f"{stem(one.outline).replace('_', ' ')} {one.area_mm2 / 100.0:.1f}"
            box = QRectF(0 if on_the_left else edge + 3, y - 9, NAMES_PX - 7, 18)
            side = Qt.AlignmentFlag.AlignRight if on_the_left else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


def spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Heights as near as can be to those `wanted`, in their order, a line apart, between low and high."""
    step = min(float(NAME_PX), (high - low) / max(len(wanted), 1))
    places = list(wanted)
    for index, place in enumerate(places):
        places[index] = max(place, low if index == 0 else places[index - 1] + step)
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], high if index == len(places) - 1 else places[index + 1] - step)
    return places


def cell(anatomy: Anatomy, snapshot: Snapshot, level: Level) -> QImage:
    """One cut with its names (area in cm² behind each), its scale, and what two muscles share."""
    image = paper.blank(*cell_size())
    frame = QRectF(NAMES_PX, HEAD_PX, image.width() - 2 * NAMES_PX, image.height() - HEAD_PX - 10)
    found = shapes(anatomy, snapshot, level)
    both, shared_mm2 = shared(found)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(paper.font(NAME_PX + 1))
    painter.setPen(QColor(paper.COLOURS.ink))
    told = f"{level.name}; two muscles in one place: {shared_mm2 / 100.0:.2f} cm²"
    painter.drawText(QRectF(0, 0, image.width(), HEAD_PX), Qt.AlignmentFlag.AlignCenter, told)
    painter.setClipRect(frame)
    for one in found:
        painter.setPen(QPen(QColor(paper.COLOURS.ink), 0.8))
        painter.setBrush(colour(one.outline))
        painter.drawPath(one.path)
    painter.fillPath(both, QBrush(QColor(paper.COLOURS.ink), Qt.BrushStyle.BDiagPattern))
    paint_axes(painter, frame)
    painter.setClipping(False)
    paint_names(painter, frame, found)
    painter.end()
    return image


def sheet(anatomy: Anatomy, snapshot: Snapshot, name: str, chosen: Sequence[Level]) -> QImage:
    """All levels of one posture."""
    cells = [cell(anatomy, snapshot, level) for level in chosen]
    rows = [("", cells[first : first + COLUMNS]) for first in range(0, len(cells), COLUMNS)]
    title = (
        f"Level cuts, {name}: left side, from below, front above; mm; area in cm²; "
        "hatched: two muscles in one place"
    )
    return paper.sheet(title, (), rows)
