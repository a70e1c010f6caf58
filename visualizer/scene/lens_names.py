"""Where the names of a slice stand: at the rim beside what they name, or on it where they fit. No Qt.

Takes a map of what is seen where, sizes of the names, and what is in the way; gives boxes and leader lines that do not
overlap. Lengths in pixels, y downwards; a rectangle is (left, top, right, bottom).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Box = tuple[float, float, float, float]

# Names keep this far from each other and from the rim.
MARGIN = 3.0
TICK = 7.0
# A name may stand this far round the rim from what it names, in steps.
TURNS_DEG = (0, -7, 7, -14, 14, -21, 21, -28, 28, -36, 36, -44, 44)
# What shows less than this share of the circle is not named.
LEAST_SHARE = 0.006


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
    leader: tuple[tuple[float, float], tuple[float, float]] | None


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


def place_at_rim(
    seen: np.ndarray, index: int, size: tuple[float, float], circle: Circle, cell: Box, taken: Sequence[Box]
) -> tuple[Box, tuple[tuple[float, float], tuple[float, float]]] | None:
    """A box of that size outside the circle beside structure `index`, with its leader; None if there is no room."""
    target, angle = anchor(seen, index)
    start = circle.x + target[0] * circle.radius, circle.y + target[1] * circle.radius
    for turn in TURNS_DEG:
        at = angle + np.radians(turn)
        way = float(np.cos(at)), float(np.sin(at))
        end = circle.x + way[0] * (circle.radius + TICK), circle.y + way[1] * (circle.radius + TICK)
        box = box_beside(end, way, size)
        inside = box[0] >= cell[0] and box[1] >= cell[1] and box[2] <= cell[2] and box[3] <= cell[3]
        if inside and clear_of(box, circle) and not any(overlap(box, other) for other in taken):
            return box, (start, end)
    return None


def anchor(seen: np.ndarray, index: int) -> tuple[tuple[float, float], float]:
    """The place in the unit circle that a leader starts from, and the angle at which it reaches the rim."""
    size = len(seen)
    around = np.linspace(0.0, 2.0 * np.pi, 180, endpoint=False)
    rows, columns = (((0.93 * wave(around) + 1.0) / 2.0 * size).astype(int) for wave in (np.sin, np.cos))
    own = seen[rows, columns] == index
    if own.sum() >= 4:
        at = middle_of_longest(own)
        angle = float(around[at])
        return (0.9 * float(np.cos(angle)), 0.9 * float(np.sin(angle))), angle
    mask = (seen == index) & circle_mask(size)
    y, x = (np.argwhere(mask) + 0.5).T / size * 2.0 - 1.0
    nearest = int(np.hypot(x - x.mean(), y - y.mean()).argmin())
    middle = float(x[nearest]), float(y[nearest])
    return middle, float(np.arctan2(middle[1], middle[0]))


def middle_of_longest(flags: np.ndarray) -> int:
    """Index in the middle of the longest run of a ring of flags (n,), at least one of them set."""
    count = len(flags)
    if flags.all():
        return 0
    first = int(np.argmin(flags))
    turned = np.roll(flags, -first)
    edges = np.diff(np.r_[0, turned.astype(int), 0])
    starts, stops = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    longest = int((stops - starts).argmax())
    return int((starts[longest] + stops[longest]) // 2 + first) % count


def box_beside(end: tuple[float, float], way: tuple[float, float], size: tuple[float, float]) -> Box:
    """The box of a size that continues a leader which ends at `end` and goes `way` (unit)."""
    left = end[0] + (way[0] - 1.0) / 2.0 * size[0] + way[0] * 2.0
    top = end[1] + (way[1] - 1.0) / 2.0 * size[1]
    return left, top, left + size[0], top + size[1]


def clear_of(box: Box, circle: Circle) -> bool:
    """Whether a box lies outside the circle."""
    x, y = np.clip(circle.x, box[0], box[2]), np.clip(circle.y, box[1], box[3])
    return bool(np.hypot(x - circle.x, y - circle.y) >= circle.radius + MARGIN)


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
