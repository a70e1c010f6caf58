"""Where the names of a slice stand: at the rim beside what they name, or on it where they fit. No Qt.

Takes a map of what is seen where, sizes of the names, and what is in the way; gives boxes and leader lines that do not
overlap. Lengths in pixels, y downwards; a rectangle is (left, top, right, bottom).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Leader = tuple[Point, Point]

# Where a bar stands near the rim: share of the radius, and turns from the lowest point, best first.
BAR_AT, BAR_TURNS_DEG = 0.86, (0.0, -30.0, 30.0, -48.0, 48.0)
# Names keep this far from each other and from the rim.
MARGIN = 3.0
TICK = 7.0
# A name may stand this far round the rim from what it names, in steps.
# What touches the rim has its name near by: only the first LEAST_TURNS.
TURNS_DEG, LEAST_TURNS = (0, -7, 7, -14, 14, -21, 21, -28, 28, -36, 36, -44, 44), 7
# What shows less than this share of the circle is not named.
LEAST_SHARE = 0.006
# A leader that goes up, down or sideways by more than this ends at a corner of its box.
STEEP = 0.6
# Of 180 steps round the rim: what is seen on fewer does not touch it.
LEAST_ARC = 4


@dataclass(frozen=True)
class Circle:
    """Where the slice is drawn."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class PlacedName:
    """A name's box, and the leader from what it names to the box's side, or None where the box lies on it."""

    text: str
    box: Box
    leader: Leader | None


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes come nearer than MARGIN."""
    return (
        one[0] < other[2] + MARGIN
        and other[0] < one[2] + MARGIN
        and one[1] < other[3] + MARGIN
        and other[1] < one[3] + MARGIN
    )


def by_size(seen: np.ndarray) -> list[int]:
    """Structures in a map of indices (n, n), -1 for none, that are large enough to be named; largest first."""
    inside = seen[circle_mask(len(seen))]
    count = np.bincount(inside[inside >= 0], minlength=1)
    return [int(index) for index in np.argsort(-count) if count[index] >= LEAST_SHARE * len(inside)]


def circle_mask(size: int) -> np.ndarray:
    """Which cells (size, size) of a map lie in its circle."""
    at = (np.arange(size) + 0.5) / size * 2.0 - 1.0
    return np.asarray(at[:, None] ** 2 + at**2 <= 0.97**2)


def bar_boxes(circle: Circle, half: float, height: float) -> list[tuple[float, float, float, float]]:
    """Boxes (left, top, width, height) for a bar near the lower rim: in the middle, then ever farther aside."""
    reach, turns = BAR_AT * circle.radius, np.radians(BAR_TURNS_DEG)
    return [
        (circle.x + x - half, circle.y + y + 3.0 - height, 2.0 * half, height)
        for x, y in zip(reach * np.sin(turns), reach * np.cos(turns), strict=True)
    ]


def place_at_rim(
    seen: np.ndarray,
    index: int,
    size: tuple[float, float],
    circle: Circle,
    cell: Box,
    taken: Sequence[Box],
    leaders: Sequence[Leader],
) -> tuple[Box, Leader] | None:
    """A box of that size outside the circle beside structure `index`, with its leader; None if there is no room.

    The box lies in `cell`, off what is `taken`; the leader crosses none of `leaders` and no box.
    """
    for target, angle in ways_out(seen, index):
        start = circle.x + target[0] * circle.radius, circle.y + target[1] * circle.radius
        way = float(np.cos(angle)), float(np.sin(angle))
        end = circle.x + way[0] * (circle.radius + TICK), circle.y + way[1] * (circle.radius + TICK)
        box = box_beside(end, way, size)
        inside = box[0] >= cell[0] and box[1] >= cell[1] and box[2] <= cell[2] and box[3] <= cell[3]
        if not inside or not clear_of(box, circle) or any(overlap(box, other) for other in taken):
            continue
        leader = start, end
        if not any(cross(leader, other) for other in leaders) and not any(
            hits(leader, other) for other in taken
        ):
            return box, leader
    return None


def ways_out(seen: np.ndarray, index: int) -> Iterator[tuple[Point, float]]:
    """Places in the unit circle from which a leader may start, and the angles at which it reaches the rim; best first.

    What touches the rim is pointed at where it does, in the middle of that stretch or near it; what does not, from its
    own middle.
    """
    size = len(seen)
    around = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
    rows, columns = (((0.93 * wave(around) + 1.0) / 2.0 * size).astype(int) for wave in (np.sin, np.cos))
    own = seen[rows, columns] == index
    if own.sum() >= LEAST_ARC:
        middle, half = middle_of_longest(own)
        steps = [0, *(sign * step for step in range(3, max(half - 1, 0), 3) for sign in (1, -1))]
        angles = [float(around[(middle + step) % len(around)]) for step in steps]
        yield from (((0.9 * float(np.cos(angle)), 0.9 * float(np.sin(angle))), angle) for angle in angles)
        start, turns = (
            (0.9 * float(np.cos(angles[0])), 0.9 * float(np.sin(angles[0]))),
            TURNS_DEG[:LEAST_TURNS],
        )
    else:
        mask = (seen == index) & circle_mask(size)
        y, x = (np.argwhere(mask) + 0.5).T / size * 2.0 - 1.0
        nearest = int(np.hypot(x - x.mean(), y - y.mean()).argmin())
        start, turns = (float(x[nearest]), float(y[nearest])), TURNS_DEG
    towards = float(np.arctan2(start[1], start[0]))
    yield from ((start, towards + float(np.radians(turn))) for turn in turns)


def cross(one: Leader, other: Leader) -> bool:
    """Whether two leaders cross."""

    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return (
        side(*one, other[0]) * side(*one, other[1]) < 0.0
        and side(*other, one[0]) * side(*other, one[1]) < 0.0
    )


def hits(leader: Leader, box: Box) -> bool:
    """Whether a leader runs through a box."""
    (x, y), (end_x, end_y) = leader
    share = np.linspace(0.0, 1.0, 24)
    across, down = x + share * (end_x - x), y + share * (end_y - y)
    return bool(((across > box[0]) & (across < box[2]) & (down > box[1]) & (down < box[3])).any())


def middle_of_longest(flags: np.ndarray) -> tuple[int, int]:
    """Index in the middle of the longest run of a ring of flags (n,), one of them set, and half the run's length."""
    count = len(flags)
    if flags.all():
        return 0, count // 2
    first = int(np.argmin(flags))
    turned = np.roll(flags, -first)
    edges = np.diff(np.r_[0, turned.astype(int), 0])
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    longest = int((stops - starts).argmax())
    middle = int((starts[longest] + stops[longest]) // 2 + first) % count
    return middle, int(stops[longest] - starts[longest]) // 2


def box_beside(end: tuple[float, float], way: tuple[float, float], size: tuple[float, float]) -> Box:
    """The box of a size that continues a leader which ends at `end` and goes `way` (unit)."""
    # Between the corners of a box its side, and beyond them a corner, is what the leader ends at.
    across, down = (float(np.clip(one / STEEP, -1.0, 1.0)) for one in way)
    left = end[0] + (across - 1.0) / 2.0 * size[0] + way[0] * 2.0
    top = end[1] + (down - 1.0) / 2.0 * size[1]
    return left, top, left + size[0], top + size[1]


def clear_of(box: Box, circle: Circle) -> bool:
    """Whether a box lies outside the circle."""
    x, y = np.clip(circle.x, box[0], box[2]), np.clip(circle.y, box[1], box[3])
    return bool(np.hypot(x - circle.x, y - circle.y) >= circle.radius + MARGIN)


def along(leader: Leader) -> list[Box]:
    """Small boxes that cover a leader."""
    (x, y), (end_x, end_y) = leader
    points = (
        (x + share * (end_x - x), y + share * (end_y - y)) for share in np.linspace(0.0, 1.0, 24).tolist()
    )
    return [(at_x - 1.0, at_y - 1.0, at_x + 1.0, at_y + 1.0) for at_x, at_y in points]


def place_on(
    seen: np.ndarray, index: int, size: tuple[float, float], circle: Circle, taken: Sequence[Box]
) -> Box | None:
    """A box of that size wholly on what is seen of structure `index`; None if it fits nowhere."""
    count = len(seen)
    pixel = 2.0 * circle.radius / count
    width, height = int(np.ceil(size[0] / pixel)) + 1, int(np.ceil(size[1] / pixel)) + 1
    free = (seen == index) & circle_mask(count)
    left, top = circle.x - circle.radius, circle.y - circle.radius
    for box in taken:
        x0, x1 = (
            int(np.clip((x - left) / pixel, 0, count)) for x in (box[0] - MARGIN, box[2] + MARGIN + pixel)
        )
        y0, y1 = (
            int(np.clip((y - top) / pixel, 0, count)) for y in (box[1] - MARGIN, box[3] + MARGIN + pixel)
        )
        free[y0:y1, x0:x1] = False
    if width >= count or height >= count:
        return None
    total = np.zeros((count + 1, count + 1), dtype=int)
    total[1:, 1:] = free.cumsum(axis=0).cumsum(axis=1)
    filled = (
        total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    )
    rows, columns = np.nonzero(filled == width * height)
    if not len(rows):
        return None
    own = np.argwhere(free).mean(axis=0)
    best = int(np.hypot(rows + height / 2 - own[0], columns + width / 2 - own[1]).argmin())
    x = left + columns[best] * pixel + (width * pixel - size[0]) / 2
    y = top + rows[best] * pixel + (height * pixel - size[1]) / 2
    return x, y, x + size[0], y + size[1]
