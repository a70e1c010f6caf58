"""The look inside, painted: two slices side by side, balanced and now, a sketch of an MRI in the body's colours.

Takes a `Look`; paints with any QPainter, so that the panel, the stage, PNG and SVG show the same. What is drawn lies
within a smooth curve through the corners of the true outlines; dimensions and names stand on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTransform,
)

from visualizer.anatomy.model import Anatomy, Names
from visualizer.lesson.text import words
from visualizer.scene.lens_names import (
    Box,
    Circle,
    PlacedName,
    by_size,
    overlap,
    place_at_rim,
    place_on,
)
from visualizer.scene.lens_shapes import clipped, path_through, solid_area
from visualizer.scene.materials import BONE, CARTILAGE, LENS, MUSCLES, NERVE, ROOM_COLOURS, LensColours, seed
from visualizer.space.gaps import Gap
from visualizer.space.ladder import Level
from visualizer.space.look import Look, Slice
from visualizer.space.section import Outline

SMALL_PX, LARGE_PX = 11.0, 13.0
MAP_SIZE = 96
GAP_BETWEEN_PX = 10.0
# Lines of words above and below a circle.
ABOVE_LINES, BELOW_LINES = 1.1, 2.4
# How far the shapes are drawn, and how far paper covers them, against the circle's radius.
DRAWN_TO, COVERED_TO = 1.03, 1.08
# Widths in which a name may be broken into lines, wide first.
NAME_WIDTHS_EM = (8.0, 4.0)
# Gaps that are wider than this are not dimensioned, mm.
WIDEST_GAP_MM = 14.0
UNITS = {"mm": " mm", "deg": "°", "%": " %", "mm2": " mm²", "1/m": " /m"}


@dataclass(frozen=True)
class LensStyle:
    """How a look is told. names: of structures, by key; large: with all names and figures, for a stage or a file."""

    names: Mapping[str, Names]
    language: str = "en"
    wording: str = "patient"
    background: str = "light"
    text_percent: int = 100
    large: bool = False

    @property
    def colours(self) -> LensColours:
        """The palette of its background."""
        return LENS[self.background]

    @property
    def text_px(self) -> float:
        """Height of its words."""
        return (LARGE_PX if self.large else SMALL_PX) * self.text_percent / 100.0

    def font(self, weight: QFont.Weight = QFont.Weight.Normal, share: float = 1.0) -> QFont:
        """The application's font at that share of the words' height."""
        font = QFont()
        font.setPixelSize(max(round(self.text_px * share), 6))
        font.setWeight(weight)
        return font

    def name(self, key: str) -> str:
        """What a structure is called."""
        if key.startswith("sciatic"):
            return words(self.language)("layers.nerve")
        names = self.names[key]
        chosen = names.lay if self.wording == "patient" else names.clinical
        return chosen.get(self.language, names.latin)


def structure_names(anatomy: Anatomy) -> dict[str, Names]:
    """Names of everything that a slice may show, by key."""
    parts = [*anatomy.bones.parts, *anatomy.muscle_surface.parts, *anatomy.nerve_surface.parts]
    sides = {
        f"{name}_{side}": names for name, names in anatomy.nerve_names.items() for side in ("left", "right")
    }
    return sides | {part.key: part.names for part in parts}


def figure(value: float | None, unit: str, language: str) -> str:
    """A value with its unit as it is read: one decimal, a true minus, a comma in Spanish; "?" for none."""
    if value is None:
        return words(language)("lens.unknown")
    text = f"{value:.0f}" if unit == "mm2" else f"{value:.1f}"
    text = text.removeprefix("-") if float(text) == 0.0 else text.replace("-", "−")
    return (text.replace(".", ",") if language == "es" else text) + UNITS.get(unit, f" {unit}")


def mixed(start: QColor, end: QColor, share: float) -> QColor:
    """Colour that lies `share` (0-1) of the way between two."""
    channels = zip(
        (start.redF(), start.greenF(), start.blueF()), (end.redF(), end.greenF(), end.blueF()), strict=True
    )
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in channels))


def tissue(outline: Outline, level: Level, style: LensStyle) -> tuple[QColor, QColor]:
    """Fill and line of a structure; the nerve wears its room."""
    look, ink = style.colours, QColor(style.colours.ink)
    if outline.kind == "nerve":
        fill = QColor(ROOM_COLOURS[level] if outline.layer == "nerve" else NERVE)
        return fill, mixed(fill, ink, 0.55)
    if outline.kind == "disc":
        fill = QColor(CARTILAGE)
    elif outline.layer == "bones":
        fill = QColor(BONE)
    else:
        own = QColor(MUSCLES[outline.layer])
        lightness = look.flesh + 0.07 * (seed(outline) - 0.5)
        fill = QColor.fromHslF(own.hslHueF(), look.vivid * own.hslSaturationF(), lightness)
        return fill, mixed(fill, ink, look.line)
    dimmed = mixed(fill, QColor(look.ground), 0.1 if style.background == "light" else 0.22)
    return dimmed, mixed(fill, QColor("#5b4a2c"), 0.55)


def height_for(width: float, style: LensStyle) -> float:
    """Height that the pair needs for its circles to fill a width."""
    line = QFontMetricsF(style.font()).height()
    return (width - GAP_BETWEEN_PX) / 2.0 + (ABOVE_LINES + BELOW_LINES) * line


def paint_look(painter: QPainter, area: QRectF, look: Look, style: LensStyle) -> None:
    """Paint both slices with their captions into an area."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    width = (area.width() - GAP_BETWEEN_PX) / 2.0
    for column, name in enumerate(("balanced", "now")):
        cell = QRectF(area.left() + column * (width + GAP_BETWEEN_PX), area.top(), width, area.height())
        one = look.balanced if name == "balanced" else look.now
        SlicePainter(painter, cell, look, one, column, style).paint(name)
    painter.restore()


class SlicePainter:
    """Paints one slice into its cell: picture, rim, directions, gaps, names, caption."""

    def __init__(
        self, painter: QPainter, cell: QRectF, look: Look, one: Slice, column: int, style: LensStyle
    ) -> None:
        self.painter, self.cell, self.look, self.slice, self.style = painter, cell, look, one, style
        self.level, self.column = look.levels[column], column
        self.text, self.colours = words(style.language), style.colours
        line = QFontMetricsF(style.font()).height()
        # Room for names: beside the circle, and above and below it.
        side, end = (0.13 * cell.width(), 1.6 * line) if style.large else (0.0, 0.0)
        above, below = ABOVE_LINES * line + end, BELOW_LINES * line + end
        self.diameter = max(min(cell.width() - 2.0 * side, cell.height() - above - below), 20.0)
        free = max(cell.height() - above - below - self.diameter, 0.0)
        middle = QPointF(cell.center().x(), cell.top() + above + (free + self.diameter) / 2.0)
        self.circle = Circle(middle.x(), middle.y(), self.diameter / 2.0)
        self.scale = self.circle.radius / one.section.reach_mm
        self.to_pixels = QTransform(self.scale, 0.0, 0.0, -self.scale, middle.x(), middle.y())
        self.taken: list[Box] = []

    def paint(self, name: str) -> None:
        """Paint everything."""
        shapes = self.shapes()
        self.picture(shapes)
        self.gaps()
        self.scale_bar()
        self.directions()
        self.caption(name)
        self.names(shapes)

    def at(self, point: np.ndarray) -> QPointF:
        """Pixels of a point (2,) mm of the plane."""
        return self.to_pixels.map(QPointF(float(point[0]), float(point[1])))

    def shapes(self) -> list[tuple[Outline, QPainterPath]]:
        """What is drawn, from the back to the front, in pixels: large muscles first, then bones, the nerve last."""
        reach = self.slice.section.reach_mm
        nerve, cut = self.slice.nerve, self.slice.section
        looked_at = self.slice.before or nerve
        drawn = [outline for outline in cut.outlines if outline.kind != "nerve"]
        drawn.sort(key=lambda one: (one.layer == "bones", one.kind == "disc", -solid_area(one.loops, reach)))
        for other in cut.nerves:
            loops = tuple(loop for loop in other.loops if looked_at is None or loop is not looked_at.loops[0])
            if loops:
                drawn.append(Outline(other.key, "other nerve", other.kind, other.side, loops))
        if nerve is not None:
            drawn.append(nerve)
        made = []
        for outline in drawn:
            path = path_through(clipped(outline.loops, DRAWN_TO * reach), DRAWN_TO * reach)
            if not path.isEmpty():
                made.append((outline, self.to_pixels.map(path)))
        return made

    def picture(self, shapes: Sequence[tuple[Outline, QPainterPath]]) -> None:
        """Paint the ground, the structures and the rim; paper covers what lies outside."""
        painter, circle, thin = self.painter, self.circle, max(self.circle.radius / 110.0, 0.9)
        whole = QRectF(circle.x - circle.radius, circle.y - circle.radius, self.diameter, self.diameter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.ground))
        painter.drawEllipse(whole)
        for outline, path in shapes:
            fill, line = tissue(outline, self.level, self.style)
            painter.setBrush(fill)
            painter.setPen(QPen(line, thin, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPath(path)
            if outline is self.slice.nerve and self.marked():
                painter.setBrush(QBrush(line, Qt.BrushStyle.BDiagPattern))
                painter.drawPath(path)
        if self.slice.before is not None:
            dashes = QPen(QColor(self.colours.ink), thin, Qt.PenStyle.DashLine)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(dashes)
            painter.drawPath(self.to_pixels.map(path_through(self.slice.before.loops)))
        outside = QPainterPath()
        outside.setFillRule(Qt.FillRule.OddEvenFill)
        over = (COVERED_TO - 1.0) * circle.radius
        outside.addRect(whole.adjusted(-over, -over, over, over))
        outside.addEllipse(whole)
        painter.fillPath(outside, QColor(self.colours.paper))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.colours.rim), 1.6 * thin))
        painter.drawEllipse(whole)

    def marked(self) -> bool:
        """Whether the nerve is hatched here: now, where a premise itself set the value."""
        finding = self.look.finding
        return self.column == 1 and finding is not None and finding.set_by_user

    def gaps(self) -> None:
        """Dimension the gaps that are there: a line with a bar at each end, and in a large picture its figure."""
        painter, ink, ground = self.painter, QColor(self.colours.ink), QColor(self.colours.ground)
        thin = max(self.circle.radius / 110.0, 1.0)
        for gap in self.slice.gaps:
            if gap.kind in ("front", "behind") and not 0.0 <= gap.mm <= WIDEST_GAP_MM:
                continue
            start, end = self.at(gap.start), self.at(gap.end)
            line = QLineF(start, end)
            if line.length() < 0.5:
                continue
            across = line.unitVector().normalVector()
            step = QPointF(across.dx(), across.dy()) * max(0.055 * self.circle.radius, 4.0)
            strokes = [line, QLineF(start - step, start + step), QLineF(end - step, end + step)]
            for colour, width in ((ground, 3.2 * thin), (ink, 1.25 * thin)):
                painter.setPen(QPen(colour, width, c=Qt.PenCapStyle.RoundCap))
                painter.drawLines(strokes)
            if self.style.large:
                self.gap_figure(gap, (start + end) / 2.0)

    def gap_figure(self, gap: Gap, middle: QPointF) -> None:
        """The figure of a gap: beside the nerve, or beside the line where it is longer than the nerve."""
        text, font = figure(gap.mm, "mm", self.style.language), self.style.font(QFont.Weight.DemiBold, 0.92)
        size = QFontMetricsF(font).size(0, text)
        left = right = middle.x()
        if self.slice.nerve is not None and gap.kind in ("front", "behind"):
            across = [self.at(point).x() for point in self.slice.nerve.loops[0]]
            left, right = min(across), max(across)
        room, width = 9.0, size.width() + 6.0
        starts = [right + room, left - room - width]
        if abs(left - middle.x()) < abs(right - middle.x()):
            starts.reverse()
        for start in starts:
            box = (start, middle.y() - size.height() / 2.0, start + width, middle.y() + size.height() / 2.0)
            if not any(overlap(box, other) for other in self.taken):
                near = start if start > middle.x() else start + width
                self.painter.setPen(QPen(QColor(self.colours.ink), 0.8))
                self.painter.drawLine(QLineF(middle.x(), middle.y(), near, middle.y()))
                self.label(box, text, font, paper=True)
                return

    def label(self, box: Box, text: str, font: QFont, paper: bool = False, colour: str | None = None) -> None:
        """Words in the middle of a box, which is then taken; on a piece of paper if asked for."""
        rectangle = QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3]))
        if paper:
            back = QColor(self.colours.paper)
            back.setAlphaF(0.86)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(back)
            self.painter.drawRoundedRect(rectangle, 4.0, 4.0)
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour or self.colours.ink))
        self.painter.drawText(rectangle, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip), text)
        self.taken.append(box)

    def scale_bar(self) -> None:
        """Ten millimetres, near the lower rim."""
        half, y = 5.0 * self.scale, self.circle.y + 0.86 * self.circle.radius
        font = self.style.font(share=0.86)
        text = self.text("lens.bar")
        size = QFontMetricsF(font).size(0, text)
        box = (
            self.circle.x - max(half, size.width() / 2.0) - 3.0,
            y - size.height() - 1.0,
            self.circle.x + max(half, size.width() / 2.0) + 3.0,
            y + 3.0,
        )
        back = QColor(self.colours.paper)
        back.setAlphaF(0.72)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(back)
        self.painter.drawRoundedRect(QRectF(QPointF(box[0], box[1]), QPointF(box[2], box[3])), 4.0, 4.0)
        self.painter.setPen(QPen(QColor(self.colours.ink), 1.6))
        self.painter.drawLine(QLineF(self.circle.x - half, y, self.circle.x + half, y))
        self.label((box[0], box[1], box[2], y - 1.0), text, font)
        self.taken.append(box)

    def directions(self) -> None:
        """What lies above, below, to the left and to the right."""
        right, above, left, below = (
            self.text(f"lens.direction.{key}") for key in self.slice.section.plane.directions
        )
        font, circle = self.style.font(share=0.9), self.circle
        line = QFontMetricsF(font).height()
        y = circle.y + circle.radius + 0.15 * line
        self.label(
            (
                circle.x - circle.radius,
                circle.y - circle.radius - 1.1 * line,
                circle.x + circle.radius,
                circle.y - circle.radius - 0.05 * line,
            ),
            above,
            font,
            colour=self.colours.muted,
        )
        self.label(
            (circle.x - circle.radius, y, circle.x + circle.radius, y + line),
            f"‹ {left}   {below}   {right} ›",
            font,
            colour=self.colours.muted,
        )
        wide = QFontMetricsF(font).horizontalAdvance(f"‹ {left}   {below}   {right} ›") / 2.0
        narrow = QFontMetricsF(font).horizontalAdvance(above) / 2.0
        self.taken[-2:] = [
            (
                circle.x - narrow,
                circle.y - circle.radius - 1.1 * line,
                circle.x + narrow,
                circle.y - circle.radius,
            ),
            (circle.x - wide, y, circle.x + wide, y + line),
        ]

    def caption(self, name: str) -> None:
        """Which of the two it is and the room there, with a spot of the level's colour."""
        title = self.text(f"lens.{name}")
        value = self.value_now_and_then()[self.column]
        font = self.style.font(QFont.Weight.DemiBold, 1.1)
        text = f"{title} · {value}"
        if self.style.large:
            text = f"{text} · {self.text(f'level.{self.level}')}"
        size = QFontMetricsF(font).size(0, text)
        spot = 0.62 * size.height()
        y = self.circle.y + self.circle.radius + 1.15 * QFontMetricsF(self.style.font()).height()
        left = self.circle.x - (size.width() + spot + 5.0) / 2.0
        colour = QColor(ROOM_COLOURS[self.level])
        self.painter.setPen(QPen(mixed(colour, QColor(self.colours.ink), 0.45), 1.0))
        self.painter.setBrush(colour)
        round_spot = QRectF(left, y + (size.height() - spot) / 2.0, spot, spot)
        self.painter.drawEllipse(round_spot)
        if self.marked():
            self.painter.setBrush(QBrush(QColor(self.colours.ink), Qt.BrushStyle.BDiagPattern))
            self.painter.drawEllipse(round_spot)
        start = left + spot + 5.0
        self.label((start, y, start + size.width(), y + size.height()), text, font)

    def value_now_and_then(self) -> tuple[str, str]:
        """The figures of both captions."""
        finding = self.look.finding
        unit = "mm" if finding is None else finding.unit
        values = self.look.room_mm if finding is None else (finding.balanced, finding.now)
        before, after = (
            figure(value if told else None, unit, self.style.language)
            for value, told in zip(values, (True, self.look.told), strict=True)
        )
        return before, after

    def names(self, shapes: Sequence[tuple[Outline, QPainterPath]]) -> None:
        """Names at the rim in a large picture, on what they name otherwise; the nerve's own first."""
        seen = seen_map(shapes, self.circle)
        order = by_size(seen)
        if self.style.large and self.slice.nerve is not None:
            order = [len(shapes) - 1, *(index for index in order if index != len(shapes) - 1)]
        font = self.style.font(share=0.94 if self.style.large else 0.9)
        told: set[str] = set()
        nerve = shapes[-1][1].boundingRect() if self.slice.nerve is not None else QRectF()
        nerve_box = (nerve.left(), nerve.top(), nerve.right(), nerve.bottom())
        most = len(order) if self.style.large else 3
        placed: list[PlacedName] = []
        inks: dict[str, str] = {}
        for index in order:
            outline = shapes[index][0]
            if outline.kind == "nerve" and not self.style.large:
                continue
            name = self.style.name(outline.key)
            if name in told or len(told) >= most:
                continue
            at = self.placed(name, seen, index, font, [*self.taken, nerve_box])
            if at is not None and at.leader is None:
                inks[at.text] = readable_on(tissue(outline, self.level, self.style)[0])
            if at is not None:
                told.add(name)
                placed.append(at)
                self.taken.append(at.box)
        for one in placed:
            self.paint_name(one, font, inks.get(one.text))

    def placed(
        self, name: str, seen: np.ndarray, index: int, font: QFont, taken: Sequence[Box]
    ) -> PlacedName | None:
        """A place for a name: beside the rim in a large picture, else on what it names; None if there is no room."""
        cell = self.cell.left(), self.cell.top(), self.cell.right(), self.cell.bottom()
        if self.style.large:
            for width in NAME_WIDTHS_EM:
                text, size = wrapped(name, font, width * font.pixelSize())
                found = place_at_rim(seen, index, size, self.circle, cell, self.taken)
                if found is not None:
                    return PlacedName(text, *found)
        text, size = wrapped(name, font, 0.34 * self.diameter)
        box = place_on(seen, index, size, self.circle, taken)
        return None if box is None else PlacedName(text, box, None)

    def paint_name(self, name: PlacedName, font: QFont, name_colour: str | None) -> None:
        """A name and its leader."""
        if name.leader is not None:
            (x, y), (end_x, end_y) = name.leader
            for colour, width in ((self.colours.paper, 2.6), (self.colours.ink, 1.1)):
                self.painter.setPen(QPen(QColor(colour), width, c=Qt.PenCapStyle.RoundCap))
                self.painter.drawLine(QLineF(x, y, end_x, end_y))
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.colours.ink))
            self.painter.drawEllipse(QPointF(x, y), 1.8, 1.8)
        self.label(name.box, name.text, font, colour=name_colour)
        self.taken.pop()


def readable_on(fill: QColor) -> str:
    """The ink, dark or light, that can be read on a fill."""
    light, dark = LENS["dark"].ink, LENS["light"].ink
    return dark if fill.lightnessF() > 0.5 else light


def seen_map(shapes: Sequence[tuple[Outline, QPainterPath]], circle: Circle) -> np.ndarray:
    """Which of the shapes is seen where: indices (MAP_SIZE, MAP_SIZE) over the circle's square, -1 for none."""
    image = QImage(MAP_SIZE, MAP_SIZE, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    share = MAP_SIZE / (2.0 * circle.radius)
    painter.setTransform(
        QTransform(
            share, 0.0, 0.0, share, share * (circle.radius - circle.x), share * (circle.radius - circle.y)
        )
    )
    for index, (_, path) in enumerate(shapes):
        painter.fillPath(path, QColor(index, index, index))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(MAP_SIZE, image.bytesPerLine())
    seen = pixels[:, :MAP_SIZE].astype(int)
    return np.where(seen == 255, -1, seen)


def wrapped(text: str, font: QFont, width: float) -> tuple[str, tuple[float, float]]:
    """A name in lines that are not much wider than `width` where its words allow it, and the size that it takes."""
    metrics, lines = QFontMetricsF(font), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    size = max(map(metrics.horizontalAdvance, lines)) + 2.0, metrics.height() * len(lines)
    return "\n".join(lines), size
