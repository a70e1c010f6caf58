"""The look inside, painted: two slices side by side, balanced and now, a sketch of an MRI in the body's colours.

Takes a `Look`; paints with any QPainter, so that the panel, the stage, PNG and SVG show the same. What is drawn lies
within a smooth curve through the corners of the true outlines; dimensions and names stand on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

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

from visualizer.lesson.text import words
from visualizer.scene.lens_names import (
    Box,
    Circle,
    Leader,
    PlacedName,
    along,
    bar_boxes,
    by_size,
    overlap,
    place_at_rim,
    place_on,
)
from visualizer.scene.lens_shapes import clipped, path_through, total_area
from visualizer.scene.lens_style import (
    LensStyle,
    captions,
    figure,
    fitted,
    mixed,
    note,
    place_name,
    readable_on,
    tissue,
    wrapped,
)
from visualizer.scene.materials import ROOM_COLOURS

if TYPE_CHECKING:
    from visualizer.space.gaps import Gap
    from visualizer.space.look import Look, Slice
    from visualizer.space.section import Outline

MAP_SIZE = 96
GAP_BETWEEN_PX = 10.0
# Lines of words above and below a circle.
ABOVE_LINES, BELOW_LINES = 1.1, 2.4
# How far the shapes are drawn, and how far paper covers them, against the circle's radius.
DRAWN_TO, COVERED_TO = 1.03, 1.08
# Widths in which a name may be broken into lines, wide first.
NAME_WIDTHS_EM = (8.0, 4.0)
# Where along a dimension line its figure may stand, best first.
ALONG_GAP = (0.5, 0.2, 0.8)
# Gaps that are wider than this are not dimensioned, mm.
WIDEST_GAP_MM = 14.0


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
    for column, one in enumerate((look.balanced, look.now)):
        cell = QRectF(area.left() + column * (width + GAP_BETWEEN_PX), area.top(), width, area.height())
        SlicePainter(painter, cell, look, one, column, style).paint()
    painter.restore()


def paint_sheet(painter: QPainter, area: QRectF, look: Look, style: LensStyle) -> None:
    """Paint a look with its title above and what has to be said of it below, on paper."""
    text, colours = words(style.language), style.colours
    painter.fillRect(area, QColor(colours.paper))
    title, small = style.font(QFont.Weight.DemiBold, 1.35), style.font()
    line, pad = QFontMetricsF(small).height(), 0.02 * area.width()
    inner = area.adjusted(pad, 0.6 * line, -pad, -0.4 * line)
    centred = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
    heading = (
        text("lens.title", place=place_name(look.finding, look.position_mm, style))
        + f" ({text(f'lens.side.{look.side}')})"
    )
    head = QFontMetricsF(title).boundingRect(inner, centred, heading).height()
    painter.setPen(QColor(colours.ink))
    painter.setFont(title)
    painter.drawText(QRectF(inner.left(), inner.top(), inner.width(), head), centred, heading)
    said = f"{note(look, style)} {text('lens.model')}".strip()
    foot = QFontMetricsF(small).boundingRect(inner, centred, said).height()
    painter.setPen(QColor(colours.muted))
    painter.setFont(small)
    painter.drawText(QRectF(inner.left(), inner.bottom() - foot, inner.width(), foot), centred, said)
    paint_look(painter, inner.adjusted(0.0, head + 0.3 * line, 0.0, -foot - 0.3 * line), look, style)


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
        self.leaders: list[Leader] = []

    def paint(self) -> None:
        """Paint everything."""
        shapes = self.shapes()
        self.picture(shapes)
        self.gaps()
        self.scale_bar([path for outline, path in shapes if outline.kind == "nerve"])
        self.directions()
        self.caption()
        self.names(shapes)

    def at(self, point: np.ndarray) -> QPointF:
        """Pixels of a point (2,) mm of the plane."""
        return self.to_pixels.map(QPointF(float(point[0]), float(point[1])))

    def shapes(self) -> list[tuple[Outline, QPainterPath]]:
        """What is drawn, from the back to the front, in pixels: large muscles first, then bones, the nerve last."""
        reach = self.slice.section.reach_mm
        nerve, cut = self.slice.nerve, self.slice.section
        looked_at = self.slice.before or nerve
        half = DRAWN_TO * reach
        solid = [
            (outline, clipped(outline.loops, half)) for outline in cut.outlines if outline.kind != "nerve"
        ]
        solid.sort(key=lambda one: (one[0].layer == "bones", one[0].kind == "disc", -total_area(one[1])))
        for other in cut.nerves:
            loops = [loop for loop in other.loops if looked_at is None or loop is not looked_at.loops[0]]
            solid.append((replace(other, layer="other nerve"), clipped(loops, half)))
        if nerve is not None:
            solid.append((nerve, nerve.loops))
        paths = ((outline, path_through(loops, half)) for outline, loops in solid if loops)
        return [(outline, self.to_pixels.map(path)) for outline, path in paths if not path.isEmpty()]

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
        for gap in self.slice.gaps if not self.slice.flattened else ():
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
                self.gap_figure(gap, line)

    def gap_figure(self, gap: Gap, line: QLineF) -> None:
        """The figure of a gap: beside the nerve, or beside the line where it is longer than the nerve."""
        text, font = figure(gap.mm, "mm", self.style.language), self.style.font(QFont.Weight.DemiBold, 0.92)
        size = QFontMetricsF(font).size(0, text)
        left, right = min(line.x1(), line.x2()), max(line.x1(), line.x2())
        in_the_way = list(self.taken)
        if self.slice.nerve is not None:
            corners = [self.at(point) for point in self.slice.nerve.loops[0]]
            across, down = [corner.x() for corner in corners], [corner.y() for corner in corners]
            in_the_way.append((min(across), min(down), max(across), max(down)))
            if gap.kind in ("front", "behind"):
                left, right = min(across), max(across)
        room, width, half = 9.0, size.width() + 6.0, size.height() / 2.0
        for share in ALONG_GAP:
            place = line.pointAt(share)
            starts = [right + room, left - room - width]
            if abs(left - place.x()) < abs(right - place.x()):
                starts.reverse()
            for start in starts:
                box = (start, place.y() - half, start + width, place.y() + half)
                if not any(overlap(box, other) for other in in_the_way):
                    near = start if start > place.x() else start + width
                    self.painter.setPen(QPen(QColor(self.colours.ink), 0.8))
                    self.painter.drawLine(QLineF(place.x(), place.y(), near, place.y()))
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

    def scale_bar(self, nerves: Sequence[QPainterPath]) -> None:
        """Ten millimetres near the lower rim, in the middle or where it covers no nerve."""
        font = self.style.font(share=0.86)
        text = self.text("lens.bar")
        size = QFontMetricsF(font).size(0, text)
        half = max(5.0 * self.scale, size.width() / 2.0) + 3.0
        boxes = [QRectF(*box) for box in bar_boxes(self.circle, half, size.height() + 4.0)]
        box = next((box for box in boxes if not any(nerve.intersects(box) for nerve in nerves)), boxes[0])
        back = QColor(self.colours.paper)
        back.setAlphaF(0.72)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(back)
        self.painter.drawRoundedRect(box, 4.0, 4.0)
        self.painter.setPen(QPen(QColor(self.colours.ink), 1.6))
        x, y = box.center().x(), box.bottom() - 3.0
        self.painter.drawLine(QLineF(x - 5.0 * self.scale, y, x + 5.0 * self.scale, y))
        self.label((box.left(), box.top(), box.right(), y - 1.0), text, font)
        self.taken.append((box.left(), box.top(), box.right(), box.bottom()))

    def directions(self) -> None:
        """What lies above, below, to the left and to the right."""
        right, above, left, below = (
            self.text(f"lens.direction.{key}") for key in self.slice.section.plane.directions
        )
        circle, line = self.circle, QFontMetricsF(self.style.font()).height()
        font = fitted(self.style.font(share=0.9), f"‹ {left}   {below}   {right} ›", 0.98 * self.cell.width())
        for words_there, y in (
            (above, circle.y - circle.radius - 1.05 * line),
            (f"‹ {left}   {below}   {right} ›", circle.y + circle.radius + 0.1 * line),
        ):
            half = QFontMetricsF(font).horizontalAdvance(words_there) / 2.0
            box = circle.x - half, y, circle.x + half, y + line
            self.label(box, words_there, font, colour=self.colours.muted)

    def caption(self) -> None:
        """Which of the two it is and the room there, with a spot of the level's colour."""
        text = captions(self.look, self.style)[self.column]
        font = fitted(self.style.font(QFont.Weight.DemiBold, 1.1), text, 0.88 * self.cell.width())
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
                self.leaders += [at.leader] if at.leader is not None else []
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
                found = place_at_rim(seen, index, size, self.circle, cell, self.taken, self.leaders)
                if found is not None:
                    return PlacedName(text, *found)
        text, size = wrapped(name, font, 0.34 * self.diameter)
        drawn = [box for leader in self.leaders for box in along(leader)]
        box = place_on(seen, index, size, self.circle, [*taken, *drawn])
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
