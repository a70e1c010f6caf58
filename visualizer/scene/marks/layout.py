"""Where each mark lies on a stage: never on the nerve, never on another, no lines crossing, nothing cut off.

Takes `Marks`, a `Stage` and a measure of words; gives boxes, lines and words in pixels, ready to be painted. No Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.scene.marks.columns import CLEAR, GAP, MARGIN, RING, Columns, Item, Placed
from visualizer.scene.marks.figure import Figure, figure
from visualizer.scene.marks.force_layout import PlacedArrow, PlacedForces, arrows_on, forces_on
from visualizer.scene.marks.legend import PlacedLegend, legend
from visualizer.scene.marks.model import Chip, Marks, Name
from visualizer.scene.marks.stage import NO_BOXES, Box, Measure, Point, Stage, inside, overlaps
from visualizer.scene.marks.words import Row, moved, wrapped
from visualizer.space.ladder import Level

MOST_CHIPS = 5
# While forces are shown, they have the word.
MOST_CHIPS_BESIDE_FORCES = 2
MOST_NAMES = 4
# Markers whose rings would lie on one another are one place in this picture: the tighter one is told.
RINGS_APART, RINGS_STAY_APART = 1.5, 1.0
PAD_X, PAD_Y, STRIPE, WORD_GAP = 11.0, 7.0, 6.0, 9.0
WIDEST_SHARE, WIDEST = 0.40, 250.0
DOT = 3.0
# A marker comes when less than this share of its place is hidden, and stays until all of it is.
COMES_HIDDEN, STAYS_HIDDEN = 0.6, 1.0
# A slice that nobody chose has its edge drawn where it is seen at least this round: short axis to long one.
ROUND_ENOUGH = 0.2
# A structure is named where this many of its points are seen.
LEAST_SEEN, LEAST_FACING, NAME_POINTS = 2, 0.2, 40
# How far from its margin a place may lie, as a share of the stage.
FARTHEST_CHIP, FARTHEST_NAME = 0.8, 0.46
# How often the column is ordered anew to make room.
CHIP_TRIES, NAME_TRIES = 6, 3


@dataclass(frozen=True, eq=False)
class PlacedChip:
    """A marker on the stage: box with its words, line, ring; hidden: whether its place lies behind something."""

    chip: Chip
    box: Box
    rows: tuple[Row, ...]
    leader: tuple[Point, ...]
    ring: Point
    radius: float
    hidden: bool


@dataclass(frozen=True, eq=False)
class PlacedName:
    """A structure's name on the stage, with a line to a dot on it; place (3,) m is that of the dot."""

    name: Name
    box: Box
    rows: tuple[Row, ...]
    leader: tuple[Point, ...]
    dot: Point
    place: np.ndarray


@dataclass(frozen=True)
class PlacedWord:
    """Words on a piece of paper of their own, such as a badge."""

    box: Box
    row: Row


@dataclass(frozen=True, eq=False)
class Layout:
    """Everything in pixels of the window. unit: pixels a unit. nerve (n, 4): boxes that hold the drawn nerve."""

    unit: float
    chips: tuple[PlacedChip, ...]
    names: tuple[PlacedName, ...]
    figures: tuple[Figure, ...]
    words: tuple[PlacedWord, ...]
    legend: PlacedLegend | None
    rim: tuple[Point, ...]
    pointed: Point | None
    nerve: np.ndarray
    forces: PlacedForces | None = None

    def site_at(self, x: float, y: float) -> str | None:
        """The site whose chip or ring lies under a point."""
        for placed in self.chips:
            left, top, right, bottom = placed.box
            on_ring = np.hypot(x - placed.ring[0], y - placed.ring[1]) <= placed.radius + 3.0
            if on_ring or (left <= x <= right and top <= y <= bottom):
                return placed.chip.site
        return None


def layout(marks: Marks, stage: Stage, measure: Measure, before: frozenset[str] = frozenset()) -> Layout:
    """Lay out the marks.

    measure: gives the size of words at unit 1. before: sites that were marked a moment ago, which stay a little longer.
    """
    unit = stage.scale(marks.text_percent)
    nerve = nerve_boxes(marks, stage)
    most = MOST_CHIPS if marks.forces is None else MOST_CHIPS_BESIDE_FORCES
    chips = _in_sight(marks, stage, unit, before)
    anchors = _boxes([at for _, at, _ in chips[:most]], (RING + CLEAR) * unit)
    hidden = {chip.site for chip, _, behind in chips if behind}
    taken = stage.taken_boxes()
    arrows, nerves = _arrows(marks, stage, unit, nerve, anchors)
    drawn = np.concatenate([nerve, *(arrow.boxes for arrow in arrows)])
    words = _states(marks, stage, unit, measure, np.concatenate([drawn, taken, anchors]))
    taken = np.vstack([taken, *(word.box for word in words)])
    figures, labels = figure(marks.tilt, stage, unit, measure, np.concatenate([drawn, taken, anchors]))
    words += [_word(text, "figure", box, unit) for text, box in labels]
    taken = np.vstack([taken, *(box for _, box in labels)])
    placed_legend = legend(marks.legend, stage, unit, measure, np.concatenate([drawn, anchors]), taken)
    if placed_legend is not None:
        taken = np.vstack([taken, placed_legend.box])
    columns = Columns(stage.open, drawn, taken, unit)
    placed_chips = _place_chips(chips, most, columns, stage, taken, unit, measure, before)
    forces = forces_on(marks, arrows, columns, stage, unit, measure, nerves)
    told = set() if forces is None else {each.rows[0].text for each in forces.words}
    names = [name for name in marks.names if name.text not in told]
    placed_names = _place_names(names, marks, columns, stage, unit, measure, taken)
    rim = in_picture(marks.rim, stage)
    if marks.rim_with is not None and not (
        marks.rim_with in {chip.site for chip, _ in placed_chips} and _is_round(rim)
    ):
        rim = ()
    return Layout(
        unit=unit,
        chips=tuple(
            _finished_chip(chip, rows, columns.placed[chip.site], chip.site in hidden)
            for chip, rows in placed_chips
        ),
        names=tuple(
            _finished_name(name, place, rows, columns.placed[name.key]) for name, place, rows in placed_names
        ),
        figures=tuple(figures),
        words=tuple(words),
        legend=placed_legend,
        rim=rim,
        pointed=next(iter(in_picture(None if marks.pointed is None else marks.pointed[None], stage)), None),
        nerve=nerve,
        forces=None if forces is None else replace(forces, words=forces.finished(columns)),
    )  # fmt: skip


def nerve_boxes(marks: Marks, stage: Stage) -> np.ndarray:
    """Boxes (n, 4), each around two neighbouring rings of the nerve: together they hold all of it that is drawn."""
    if not len(marks.nerve):
        return NO_BOXES
    at = stage.project(marks.nerve)
    low, high = at[..., :2].min(axis=1), at[..., :2].max(axis=1)
    drawn = np.all((at[..., 2] > 0.0) & (at[..., 2] < 1.0), axis=1)
    boxes = np.column_stack([np.minimum(low[:-1], low[1:]), np.maximum(high[:-1], high[1:])])
    boxes = boxes[marks.follows & drawn[:-1] & drawn[1:]]
    return np.asarray(boxes[overlaps(stage.open, boxes)])


def _arrows(
    marks: Marks, stage: Stage, unit: float, nerve: np.ndarray, anchors: np.ndarray
) -> tuple[list[PlacedArrow], np.ndarray]:
    """Arrows now, and balanced where that is shown beside; and the boxes (n, 4) of the nerve in both."""
    if marks.forces is None:
        return [], nerve
    taken = stage.taken_boxes()
    arrows = arrows_on(marks.forces.arrows, marks, stage, unit, np.concatenate([nerve, anchors]), taken)
    if stage.comparing:
        beside, balanced = stage.balanced(), replace(marks, nerve=marks.forces.nerve_balanced)
        nerve_beside = nerve_boxes(balanced, beside)
        arrows += arrows_on(marks.forces.balanced, marks, beside, unit, nerve_beside, taken)
        nerve = np.concatenate([nerve, nerve_beside])
    return arrows, nerve


def _in_sight(
    marks: Marks, stage: Stage, unit: float, before: frozenset[str]
) -> list[tuple[Chip, Point, bool]]:
    """The chips whose place is in the picture, on the side that shows now, and whether it is hidden there.

    Where there is room, or it cannot be told, a hidden place is left out; a place that is at least snug never is.
    """
    if not marks.chips:
        return []
    places = np.array([chip.place for chip in marks.chips])
    at = stage.project(places)
    hidden = marks.blockers.hidden_share(places, stage.eye)
    reach = (RING + 3.0) * unit
    left, top, right, bottom = stage.open
    tight: list[tuple[Chip, Point, bool]] = []
    rest: list[tuple[Chip, Point, bool]] = []
    for chip, (x, y, depth), behind in zip(marks.chips, at, hidden, strict=True):
        if not (left + reach < x < right - reach and top + reach < y < bottom - reach and 0.0 < depth < 1.0):
            continue
        most = STAYS_HIDDEN if chip.site in before else COMES_HIDDEN
        each = (chip, (float(x), float(y)), bool(behind >= COMES_HIDDEN))
        if chip.site == marks.chosen or chip.level.rank > Level.ROOMY.rank:
            tight.append(each)
        elif behind < most:
            (rest if chip.level == Level.ROOMY else tight).append(each)
    # Where there is room, it is all the same which is marked: then rather those that were.
    return tight + sorted(rest, key=lambda each: each[0].site not in before)


def _place_chips(
    chips: Sequence[tuple[Chip, Point, bool]],
    most: int,
    columns: Columns,
    stage: Stage,
    taken: np.ndarray,
    unit: float,
    measure: Measure,
    before: frozenset[str],
) -> list[tuple[Chip, tuple[Row, ...]]]:
    radius = RING * unit
    shaped = [_chip_rows(chip, stage, unit, measure) for chip, _, _ in chips[: 2 * most]]
    # All as wide as the widest: the margin stays calm.
    widest = max((width for _, (width, _) in shaped), default=0.0)
    fitting: list[tuple[Chip, tuple[Row, ...], Item]] = []
    for (chip, at, _), (rows, (_, height)) in zip(chips, shaped, strict=False):
        if not overlaps((*at, *at), taken, radius).any():
            item = Item(chip.site, at, radius, (widest, height), FARTHEST_CHIP * stage.width, CHIP_TRIES)
            fitting.append((chip, rows, item))
    placed: list[tuple[Chip, tuple[Row, ...], Item]] = []
    for each in fitting:
        if len(placed) < most and _stands_apart(each, placed, before):
            placed.append(each)
    if not columns.add_together([item for _, _, item in placed]):
        placed = []
        for each in fitting:
            if len(placed) < most and _stands_apart(each, placed, before) and columns.add(each[2]):
                placed.append(each)
    return [(chip, rows) for chip, rows, _ in placed]


def _stands_apart(
    one: tuple[Chip, tuple[Row, ...], Item],
    others: Sequence[tuple[Chip, tuple[Row, ...], Item]],
    before: frozenset[str],
) -> bool:
    """Whether a marker's ring lies so far from the others' that they are two places in this picture."""
    chip, _, item = one
    least = item.radius * (RINGS_STAY_APART if chip.site in before else RINGS_APART)
    (x, y) = item.anchor
    return all(np.hypot(x - other.anchor[0], y - other.anchor[1]) >= least for _, _, other in others)


def _chip_rows(
    chip: Chip, stage: Stage, unit: float, measure: Measure
) -> tuple[tuple[Row, ...], tuple[float, float]]:
    """A chip's words from its own corner, and its size."""
    widest = min(WIDEST * unit, WIDEST_SHARE * stage.width) - (STRIPE + 2.0 * PAD_X) * unit
    left = (STRIPE + PAD_X) * unit
    rows, y, width = [], PAD_Y * unit, 0.0
    for line in wrapped(chip.title, "title", widest / unit, measure):
        across, height = measure(line, "title")
        rows.append(Row(line, "title", (left, y)))
        y, width = y + height * unit, max(width, across * unit)
    across, height = measure(chip.value, "value")
    rows.append(Row(chip.value, "value", (left, y)))
    beside, word_height = measure(chip.word, "word")
    x = left + (across + WORD_GAP) * unit
    drop = (height - word_height) * 0.72 * unit
    if (across + WORD_GAP + beside) * unit > widest:
        x, drop = left, height * unit
    rows.append(Row(chip.word, "word", (x, y + drop)))
    width = max(width, across * unit, x - left + beside * unit)
    y += max(height * unit, drop + word_height * unit)
    if chip.note:
        across, height = measure(chip.note, "note")
        rows.append(Row(chip.note, "note", (left, y)))
        y, width = y + height * unit, max(width, across * unit)
    return tuple(rows), (left + width + PAD_X * unit, y + PAD_Y * unit)


def _place_names(
    names: Sequence[Name],
    marks: Marks,
    columns: Columns,
    stage: Stage,
    unit: float,
    measure: Measure,
    taken: np.ndarray,
) -> list[tuple[Name, np.ndarray, tuple[Row, ...]]]:
    placed: list[tuple[Name, np.ndarray, tuple[Row, ...]]] = []
    for name in names:
        if len(placed) == MOST_NAMES or any(name.text == other.text for other, _, _ in placed):
            continue
        width, height = measure(name.text, "name")
        rows = (Row(name.text, "name", (4.0 * unit, 1.0 * unit)),)
        size = ((width + 8.0) * unit, (height + 2.0) * unit)
        for place, at in _name_anchors(name, marks, stage, unit, taken):
            if columns.add(Item(name.key, at, DOT * unit, size, FARTHEST_NAME * stage.width, NAME_TRIES)):
                placed.append((name, place, rows))
                break
    return placed


def _name_anchors(
    name: Name, marks: Marks, stage: Stage, unit: float, taken: np.ndarray
) -> list[tuple[np.ndarray, Point]]:
    """Of the structure's points that are seen the middle one, one above and one below it, each (3,) m and pixels."""
    points = name.points
    if len(name.normals):
        way = stage.eye - points
        facing = (name.normals * way).sum(axis=1) > LEAST_FACING * np.linalg.norm(way, axis=1)
        points = points[facing]
    if not len(points):
        return []
    at = stage.project(points)
    reach = MARGIN * unit
    left, top, right, bottom = stage.open
    free = (at[:, 2] > 0.0) & (at[:, 2] < 1.0) & (at[:, 0] > left + reach) & (at[:, 0] < right - reach)
    free &= (at[:, 1] > top + reach) & (at[:, 1] < bottom - reach)
    low, high = taken[None, :, :2] - reach, taken[None, :, 2:] + reach
    free &= ~np.any(np.all((at[:, None, :2] > low) & (at[:, None, :2] < high), axis=2), axis=1)
    rows = np.flatnonzero(free)
    rows = rows[:: max(1, len(rows) // NAME_POINTS)]
    rows = rows[~marks.blockers.hides_surface(points[rows], stage.eye)]
    if len(rows):
        seen = marks.sight.on(stage).leaves(points[rows])
        hidden = at[rows[~seen], :2]
        # Not at the very edge of what lies over it.
        edge = np.linalg.norm(at[rows, None, :2] - hidden, axis=2).min(axis=1, initial=np.inf)
        rows = rows[seen & (edge > CLEAR * unit)]
    if len(rows) < LEAST_SEEN:
        return []
    at, points = at[rows, :2], points[rows]
    middle = int(np.argmin(np.linalg.norm(at - np.median(at, axis=0), axis=1)))
    downwards = np.argsort(at[:, 1])
    chosen = dict.fromkeys((middle, *(int(downwards[int(share * (len(at) - 1))]) for share in (0.2, 0.8))))
    return [(points[row], (float(at[row, 0]), float(at[row, 1]))) for row in chosen]


def _finished_chip(chip: Chip, rows: tuple[Row, ...], placed: Placed, hidden: bool) -> PlacedChip:
    at, radius = placed.item.anchor, placed.item.radius
    return PlacedChip(chip, placed.box, moved(rows, placed.box), placed.leader, at, radius, hidden)


def _finished_name(name: Name, place: np.ndarray, rows: tuple[Row, ...], placed: Placed) -> PlacedName:
    return PlacedName(name, placed.box, moved(rows, placed.box), placed.leader, placed.item.anchor, place)


def in_picture(points: np.ndarray | None, stage: Stage) -> tuple[Point, ...]:
    """Points (n, 3) m on the stage; none at all where one of them lies behind the eye."""
    if points is None:
        return ()
    at = stage.project(points)
    if not ((at[:, 2] > 0.0) & (at[:, 2] < 1.0)).all():
        return ()
    return tuple((float(x), float(y)) for x, y, _ in at)


def _is_round(points: tuple[Point, ...]) -> bool:
    """Whether a closed line of points is seen openly rather than from its edge."""
    if not points:
        return False
    long, short = np.linalg.svd(np.array(points) - np.mean(points, axis=0), compute_uv=False)
    return bool(short > ROUND_ENOUGH * long)


def _states(marks: Marks, stage: Stage, unit: float, measure: Measure, avoid: np.ndarray) -> list[PlacedWord]:
    """The words "balanced" and "now" beside the line between the two: at the top, or where the nerve leaves room."""
    if not stage.comparing:
        return []
    line, top, _, bottom = stage.open
    words = []
    for word, side in zip(marks.states, (-1.0, 1.0), strict=True):
        width, height = measure(word, "state")
        across, tall = (width + 2.0 * PAD_X) * unit, (height + PAD_Y) * unit
        left = line + GAP * unit if side > 0.0 else line - GAP * unit - across
        tops = [top + MARGIN * unit, bottom - MARGIN * unit - tall]
        tops += [top + share * (bottom - top) for share in (0.2, 0.35, 0.5, 0.65, 0.8)]
        boxes = [(left, y, left + across, y + tall) for y in tops]
        box = next((box for box in boxes if _is_free(box, stage, avoid)), None)
        if box is not None:
            words.append(_word(word, "state", box, unit))
    return words


def _is_free(box: Box, stage: Stage, avoid: np.ndarray) -> bool:
    return inside(box, stage.anywhere()) and not overlaps(box, avoid).any()


def _word(text: str, role: str, box: Box, unit: float) -> PlacedWord:
    return PlacedWord(box, Row(text, role, (box[0] + PAD_X * unit, box[1] + 0.5 * PAD_Y * unit)))


def _boxes(points: Sequence[Point], reach: float) -> np.ndarray:
    if not points:
        return NO_BOXES
    at = np.array(points)
    return np.column_stack([at - reach, at + reach])
