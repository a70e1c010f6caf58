"""Lines, paper and words as all marks have them, painted with QPainter; words are set in Inter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QPen,
    QStaticText,
    QTransform,
)

from visualizer.anatomy.load import assets_root
from visualizer.scene.marks.stage import Box, Point
from visualizer.scene.marks.words import Row
from visualizer.scene.materials import Ink

FAMILY = "Inter"
# Role -> size in pixels at unit 1, and weight.
ROLES = {
    "title": (13.5, QFont.Weight.DemiBold),
    "value": (16.0, QFont.Weight.Bold),
    "word": (13.0, QFont.Weight.Medium),
    "note": (12.0, QFont.Weight.Medium),
    "name": (13.5, QFont.Weight.DemiBold),
    "figure": (16.0, QFont.Weight.Bold),
    "state": (15.0, QFont.Weight.DemiBold),
    "force": (13.5, QFont.Weight.DemiBold),
    "heading": (12.5, QFont.Weight.DemiBold),
    "legend": (12.5, QFont.Weight.Medium),
}
LINE_HEIGHT = 1.28
FINE = 10.0
CACHED = 512
ROUND = 8.0


@lru_cache(maxsize=CACHED)
def measure(text: str, role: str) -> tuple[float, float]:
    """Width and height in pixels of words in a role at unit 1."""
    # In large letters, whose height is a whole number of pixels, where words fill their box.
    fine = FINE if role == "force" else 1.0
    across = QFontMetricsF(font_of(role, fine)).horizontalAdvance(text) / fine
    return across + 1.0, ROLES[role][0] * LINE_HEIGHT


@lru_cache(maxsize=CACHED)
def font_of(role: str, unit: float) -> QFont:
    """The font of a role where a unit is so many pixels."""
    load_font()
    size, weight = ROLES[role]
    font = QFont(FAMILY)
    font.setPixelSize(max(1, round(size * unit)))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Figures of one width, as in the panel; left to the program's font, painting would have it and measuring not.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def load_font() -> None:
    """Make the shipped font known, where the window has not done so already."""
    if FAMILY not in QFontDatabase.families():
        for file in sorted((assets_root() / "fonts").glob("*.otf")):
            QFontDatabase.addApplicationFont(str(file))


def paint_leader(painter: QPainter, points: Sequence[Point], ink: Ink, unit: float) -> None:
    """Paint the line from words to their place."""
    stroke(painter, points, ink.casing, 3.2 * unit)
    stroke(painter, points, ink.text, 1.4 * unit)


def stroke(
    painter: QPainter, points: Sequence[Point], colour: str, width: float, dashes: tuple[float, ...] = ()
) -> None:
    """Paint a line of straight pieces."""
    pen = QPen(QColor(colour), width)
    spots = [QPointF(*point) for point in points]
    if dashes:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(dashes))
    painter.setPen(pen)
    if dashes:
        painter.drawPolyline(spots)
    else:
        # Square ends meet well enough at corners, and single lines are painted several times faster than a path.
        painter.drawLines([QLineF(*pair) for pair in pairwise(spots)])


def paper(painter: QPainter, box: Box, ink: Ink, unit: float, edge: str, width: float) -> None:
    """Paint the ground that words stand on."""
    left, top, right, bottom = box
    ground = QColor(ink.paper)
    ground.setAlphaF(ink.paper_opacity)
    painter.setPen(QPen(QColor(edge), width * unit))
    painter.setBrush(QBrush(ground))
    painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), ROUND * unit, ROUND * unit)


def write(painter: QPainter, rows: Sequence[Row], ink: Ink, unit: float) -> None:
    """Write rows, what is less important paler."""
    for row in rows:
        painter.setFont(font_of(row.role, unit))
        painter.setPen(QColor(ink.muted if row.role in ("word", "note", "legend") else ink.text))
        set_text(painter, row, unit)


def set_text(painter: QPainter, row: Row, unit: float) -> None:
    """Write a row in the painter's font and colour."""
    painter.drawStaticText(QPointF(*row.at), _static(row.text, row.role, unit))


@lru_cache(maxsize=CACHED)
def _static(text: str, role: str, unit: float) -> QStaticText:
    """Words set once; painted again and again."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(QTransform(), font_of(role, unit))
    return made


def words_in(box: Box, rows: Sequence[Row]) -> tuple[tuple[str, str, int, int], ...]:
    """What stands in a box and where, to the pixel, wherever the box is."""
    return tuple((row.text, row.role, round(row.at[0] - box[0]), round(row.at[1] - box[1])) for row in rows)
