"""Where the marks of forces lie: arrows that keep off or under the nerve, the hip's arc, words and bars at the margins.

Takes `Marks` and a `Stage`; gives lines and boxes in pixels. No Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.scene.marks.columns import CLEAR, Columns, Item, to_ring
from visualizer.scene.marks.model import Arc, Arrow, Bar, ForceWords, Marks
from visualizer.scene.marks.stage import NO_BOXES, Box, Measure, Point, Stage, inside
from visualizer.scene.marks.words import Row, moved, wrapped

PART_POINTS = 9
# An arrow goes under the nerve rather than far from its place: the price of all tries after the first
# together, against that of lying under the nerve with its whole length; and how much of it may.
LATER, MOST_UNDER = 0.5, 0.5
# In units of the stage's scale: half an arrow's width with its casing, its head, the shortest that says something.
HALF_WIDTH = {"pull": 8.0, "load": 10.0, "shear": 7.0}
HEAD = {"pull": 15.0, "load": 15.0, "shear": 12.0}
SHORTEST = 5.0
# Of a short arrow, the head is this share.
MOST_HEAD = 0.75
EDGE, DOT = 4.0, 3.0
# Pixels beside the arc that its lines may take.
HALF_ARC = 12.0
PAD_X, PAD_Y, LINE_GAP = 9.0, 5.0, 1.0
WIDEST, WIDEST_SHARE = 240.0, 0.38
BAR_WIDTH, BAR_HEIGHT, BAR_ABOVE = 150.0, 16.0, 5.0
FARTHEST, TRIES = 0.7, 4
# The arc is drawn where what runs across the body looks shorter than this share of what runs along it.
ACROSS_M, SIDE_SHARE = 0.1, 0.35
RADII_M = (0.19, 0.165, 0.14, 0.115)
HIDDEN = 0.6
# Where on an arrow words may hang, as shares of it.
ANCHORS = np.array((0.5, 0.1, 0.9))


@dataclass(frozen=True, eq=False)
class Shaft:
    """One arrow's lines: certain up to the low end of its range, likely to the median, possible to the high end.

    head: its tip and the middle of its base; half as wide as it is long.
    """

    certain: tuple[Point, ...]
    likely: tuple[Point, ...]
    possible: tuple[Point, ...]
    head: tuple[Point, Point]


@dataclass(frozen=True, eq=False)
class PlacedArrow:
    """A force on its stage, now's or balanced's; tried: where it lies; hidden: whether it lies behind something.

    boxes (n, 4) hold it; anchors (3, 3) m: its middle, its beginning and its head.
    """

    arrow: Arrow
    tried: int
    stage: Stage
    shafts: tuple[Shaft, ...]
    hidden: bool
    boxes: np.ndarray
    anchors: np.ndarray


@dataclass(frozen=True, eq=False)
class PlacedArc:
    """The fan that the thigh goes through: outlines from the hip of what is left and, if any, of what is lost.

    stop (3,) m: the end of what is left.
    """

    free: tuple[Point, ...]
    lost: tuple[Point, ...]
    stop: np.ndarray


@dataclass(frozen=True, eq=False)
class PlacedForceWords:
    """Words of a force, with a line to it; place (3,) m is where that ends."""

    key: str
    box: Box
    rows: tuple[Row, ...]
    leader: tuple[Point, ...]
    dot: Point
    place: np.ndarray
    bar: Bar | None
    bar_box: Box


@dataclass(frozen=True, eq=False)
class PlacedForces:
    """All of it; arrows and arc lie under the nerve, which the boxes nerve (n, 4) hold where they meet."""

    arrows: tuple[PlacedArrow, ...]
    arc: PlacedArc | None
    words: tuple[PlacedForceWords, ...]
    nerve: np.ndarray

    def finished(self, columns: Columns) -> tuple[PlacedForceWords, ...]:
        """The words where the full columns have them: their rows are set from their own corner until then."""
        return tuple(_finished(each, columns) for each in self.words)


def arrows_on(
    arrows: Sequence[Arrow], marks: Marks, stage: Stage, unit: float, nerve: np.ndarray, taken: np.ndarray
) -> list[PlacedArrow]:
    """Arrows in the picture, off the boxes `taken` (n, 4), and as little under the nerve and each other as can be."""
    placed: list[PlacedArrow] = []
    others = NO_BOXES
    for arrow in arrows:
        at, fits = _tried(arrow.tries, arrow, stage, unit)
        boxes = _boxes(at, arrow, unit)
        price = LATER * np.arange(len(boxes)) / len(boxes)
        under, on_others = (_meeting(boxes, each).mean(axis=1) for each in (nerve, others))
        fits &= ~_meeting(boxes, taken).any(axis=1) & (under <= MOST_UNDER)
        if fits.any():
            best = int(np.argmin(np.where(fits, price + under + on_others, np.inf)))
            middle = arrow.tries[best][:1, len(at[best][0]) // 2]
            hidden = float(marks.blockers.hidden_share(middle, stage.eye)[0]) >= HIDDEN
            placed.append(_placed(arrow, best, at[best], stage, unit, hidden))
            others = np.concatenate([others, placed[-1].boxes])
    return placed


def _tried(tries: np.ndarray, arrow: Arrow, stage: Stage, unit: float) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (tries, heads, n, 2) of an arrow, and where it is all in the picture and does not point at the eye."""
    at = stage.project(tries)
    left, top, right, bottom = stage.open
    edge = EDGE * unit + HALF_WIDTH[arrow.kind] * unit
    x, y, depth = np.moveaxis(at, -1, 0)
    seen = (x > left + edge) & (x < right - edge) & (y > top + edge) & (y < bottom - edge)
    seen &= (depth > 0.0) & (depth < 1.0)
    at = at[..., :2]
    length = np.linalg.norm(at[..., -1, :] - at[..., 0, :], axis=-1) * _shares(arrow)[1]
    return at, seen.all(axis=(1, 2)) & (length >= SHORTEST * unit).all(axis=1)


def _boxes(at: np.ndarray, arrow: Arrow, unit: float) -> np.ndarray:
    """Boxes (tries, n, 4) that hold an arrow drawn along pixels (tries, heads, n, 2)."""
    reach = HALF_WIDTH[arrow.kind] * unit
    first, last = at[..., :-1, :], at[..., 1:, :]
    boxes = np.concatenate([np.minimum(first, last) - reach, np.maximum(first, last) + reach], axis=-1)
    return np.asarray(boxes.reshape(len(at), -1, 4))


def _shares(arrow: Arrow) -> tuple[float, float]:
    """Where along the whole arrow the low end of its range and its median are."""
    low, median, high = arrow.reach
    return (low / high, median / high) if high > 0.0 else (0.0, 0.0)


def _placed(arrow: Arrow, tried: int, at: np.ndarray, stage: Stage, unit: float, hidden: bool) -> PlacedArrow:
    """An arrow along pixels (heads, n, 2)."""
    shafts = tuple(_shaft(line, arrow, unit) for line in at)
    where = (_shares(arrow)[1] * ANCHORS * (at.shape[1] - 1)).round().astype(int)
    return PlacedArrow(
        arrow, tried, stage, shafts, hidden, _boxes(at[None], arrow, unit)[0], arrow.tries[tried, 0, where]
    )


def _shaft(line: np.ndarray, arrow: Arrow, unit: float) -> Shaft:
    low, median = _shares(arrow)
    length = max(float(np.linalg.norm(line[-1] - line[0])), 1e-6)
    head = min(HEAD[arrow.kind] * unit / length, MOST_HEAD * median)
    if arrow.kind == "load":
        tip, base = 0.0, head
        spans = (base, max(low, base)), (max(low, base), max(median, base)), (max(median, base), 1.0)
    else:
        tip, base = median, median - head
        spans = (0.0, min(low, base)), (min(low, base), base), (median, 1.0)
    certain, likely, possible = (_part(line, *span) for span in spans)
    ends = _part(line, tip, base)
    return Shaft(certain, likely, possible, (ends[0], ends[-1]))


def _part(line: np.ndarray, first: float, last: float) -> tuple[Point, ...]:
    """A line (n, 2) from one share of it to another; nothing where these are the same."""
    if first == last:
        return ()
    at, count = np.linspace(first, last, PART_POINTS) * (len(line) - 1), np.arange(len(line))
    return _points(np.column_stack([np.interp(at, count, line[:, axis]) for axis in (0, 1)]))


def _points(at: np.ndarray) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in at[:, :2])


def _meeting(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of `boxes` (tries, n, 4) lie on any of `others` (m, 4), (tries, n) bool."""
    low, high = boxes[..., :2].min(axis=(0, 1)), boxes[..., 2:].max(axis=(0, 1))
    near = others[np.all((low < others[:, 2:]) & (high > others[:, :2]), axis=1)]
    met = np.all((boxes[:, :, None, :2] < near[:, 2:]) & (boxes[:, :, None, 2:] > near[:, :2]), axis=3)
    return np.asarray(met.any(axis=2))


# Arc


def arc_on(arc: Arc | None, stage: Stage, unit: float) -> PlacedArc | None:
    """The arc as large as it fits, where the body is seen from the side."""
    if arc is None:
        return None
    across = stage.project(
        np.array([arc.hip, arc.hip + (ACROSS_M, 0.0, 0.0), arc.hip - (0.0, 0.0, ACROSS_M)])
    )
    aside, down = np.linalg.norm(across[1:, :2] - across[0, :2], axis=1)
    if aside > SIDE_SHARE * down:
        return None
    for radius_m in RADII_M:
        free, lost = arc.hip + radius_m * arc.free, arc.hip + radius_m * arc.lost
        at = stage.project(np.vstack([arc.hip, free, lost]))
        box = (*at[:, :2].min(axis=0).tolist(), *at[:, :2].max(axis=0).tolist())
        if inside(box, stage.open, EDGE * unit):
            break
    else:
        return None
    hip = stage.project(arc.hip[None])
    outlines = [_points(np.vstack([hip, stage.project(part)])) for part in (free, lost)]
    return PlacedArc(outlines[0], () if np.allclose(lost[0], lost[-1]) else outlines[1], free[-1])


# Words


def forces_on(
    marks: Marks,
    arrows: Sequence[PlacedArrow],
    columns: Columns,
    stage: Stage,
    unit: float,
    measure: Measure,
    nerve: np.ndarray,
) -> PlacedForces | None:
    """Everything of the forces; words that find no room in the columns are left out."""
    if marks.forces is None:
        return None
    arc = arc_on(marks.forces.arc, stage, unit)
    anchors = {each.arrow.key: each.anchors for each in arrows if each.stage is stage}
    if arc is not None:
        anchors["extension"] = arc.stop[None]
    words: list[PlacedForceWords] = []
    for said in marks.forces.words:
        rows, size, bar_box = _rows(said, stage, unit, measure)
        for place in anchors.get(said.key, said.places):
            at = _spot(place, stage, (DOT + CLEAR) * unit)
            if at is None:
                continue
            item = Item(said.key, at, DOT * unit, size, FARTHEST * stage.width, TRIES)
            if columns.add(item):
                words.append(PlacedForceWords(said.key, bar_box, rows, (), at, place, said.bar, bar_box))
                break
    return _together(arrows, arc, words, nerve)


def _together(
    arrows: Sequence[PlacedArrow], arc: PlacedArc | None, words: Sequence[PlacedForceWords], nerve: np.ndarray
) -> PlacedForces:
    """All of it, with those boxes of the nerve (n, 4) that arrows or the arc come near."""
    near = [arrow.boxes for arrow in arrows]
    if arc is not None:
        fan = np.array([*arc.free, *arc.lost])
        near.append(np.array([[*(fan.min(axis=0) - HALF_ARC), *(fan.max(axis=0) + HALF_ARC)]]))
    drawn = np.concatenate([NO_BOXES, *near])
    over = nerve[_meeting(nerve[None], drawn)[0]] if len(nerve) and len(drawn) else NO_BOXES
    return PlacedForces(tuple(arrows), arc, tuple(words), over)


def _spot(place: np.ndarray, stage: Stage, reach: float) -> Point | None:
    """A point (3,) m on the stage, or None outside it."""
    x, y, depth = stage.project(place[None])[0].tolist()
    return (x, y) if inside((x, y, x, y), stage.open, reach) and 0.0 < depth < 1.0 else None


def _rows(
    said: ForceWords, stage: Stage, unit: float, measure: Measure
) -> tuple[tuple[Row, ...], tuple[float, float], Box]:
    """Words from their own corner, their size with the bar, and the bar's box from that corner."""
    widest = min(WIDEST, WIDEST_SHARE * stage.width / unit) - 2.0 * PAD_X
    rows, y, width = [], PAD_Y, 0.0
    texts = [(said.title, "note"), *((line, "force") for line in said.lines)]
    for text, role in texts:
        for line in wrapped(text, role, widest, measure):
            across, height = measure(line, role)
            rows.append(Row(line, role, (PAD_X * unit, y * unit)))
            y, width = y + height + LINE_GAP, max(width, across)
    bar_box = (0.0, 0.0, 0.0, 0.0)
    if said.bar is not None:
        width = max(width, BAR_WIDTH)
        bar_box = (PAD_X, y + BAR_ABOVE, PAD_X + width, y + BAR_ABOVE + BAR_HEIGHT)
        y = bar_box[3]
    size = ((width + 2.0 * PAD_X) * unit, (y + PAD_Y) * unit)
    left, top, right, bottom = (value * unit for value in bar_box)
    return tuple(rows), size, (left, top, right, bottom)


def _finished(words: PlacedForceWords, columns: Columns) -> PlacedForceWords:
    placed = columns.placed[words.key]
    left, top = placed.box[:2]
    bar = words.bar_box
    return replace(
        words,
        box=placed.box,
        rows=moved(words.rows, placed.box),
        leader=placed.leader,
        bar_box=(bar[0] + left, bar[1] + top, bar[2] + left, bar[3] + top),
    )


# In a picture that moves


def carried_forces(
    before: PlacedForces, marks: Marks, stage: Stage, unit: float, nerve: np.ndarray
) -> PlacedForces:
    """The forces of a moment ago on a stage whose camera moved: arrows and dots go with the body, words stay."""
    arrows, words = [], []
    for arrow in before.arrows:
        own = stage.balanced() if stage.comparing and arrow.stage.open[0] == 0.0 else stage
        at, fits = _tried(arrow.arrow.tries[arrow.tried][None], arrow.arrow, own, unit)
        if fits[0]:
            arrows.append(_placed(arrow.arrow, arrow.tried, at[0], own, unit, arrow.hidden))
    arc = None if marks.forces is None else arc_on(marks.forces.arc, stage, unit)
    for said in before.words:
        place = arc.stop if said.key == "extension" and arc is not None else said.place
        dot = _spot(place, stage, 0.0)
        if dot is not None:
            words.append(replace(said, dot=dot, leader=to_ring(said.leader[:-1], dot, DOT * unit)))
    return _together(arrows, arc, words, nerve)
