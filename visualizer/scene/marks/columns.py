"""Words at the margins with lines to their places: finds heights so that nothing overlaps and no lines cross.

Takes items with an anchor and a size; gives a box and a bent line each. An item that finds no place is left out, so
those with the first claim come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from visualizer.scene.marks.stage import NO_BOXES, Box, Point, crosses, distance, enters

LEFT, RIGHT = 0, 1
# In units of the stage's scale.
MARGIN, GAP, STUB, CLEAR, RING = 14.0, 8.0, 14.0, 6.0, 11.0
STEPS = 120
DODGE = 40.0


@dataclass(frozen=True)
class Item:
    """Words of a size (width, height) for an anchor, which keeps `radius` free about itself; all in pixels.

    farthest: how far the anchor may lie from the margin. tries: how often the column may be ordered anew for it.
    """

    key: str
    anchor: Point
    radius: float
    size: tuple[float, float]
    farthest: float
    tries: int


Orders = tuple[tuple[Item, ...], tuple[Item, ...]]


@dataclass(frozen=True)
class Placed:
    """An item's box, and its line from the box to the edge of its ring."""

    item: Item
    side: int
    box: Box
    leader: tuple[Point, ...]


class Columns:
    """The two margins of a stage, filled item by item.

    blocked (n, 4): boxes that words may not cover. shut (n, 4): boxes that lines may not enter either.
    """

    def __init__(self, area: Box, blocked: np.ndarray, shut: np.ndarray, unit: float) -> None:
        self._area, self._unit, self._shut = area, unit, shut
        self._blocked = np.concatenate([blocked, shut])
        self._orders: Orders = ((), ())
        self.placed: dict[str, Placed] = {}

    def add(self, item: Item) -> bool:
        """Place one more item; False, and nothing changed, where there is no room for it."""
        for side in self._sides(item):
            found = self._with(item, side)
            if found is not None:
                self._orders, self.placed = found
                return True
        return False

    def add_together(self, items: Sequence[Item]) -> bool:
        """Place these first items at once, which is quicker; False, and nothing changed, where that does not fit."""
        orders: tuple[list[Item], list[Item]] = ([], [])
        for item in sorted(items, key=lambda each: each.anchor[1]):
            sides = self._sides(item)
            if not sides:
                return False
            orders[sides[0]].append(item)
        blocked = np.concatenate([self._blocked, _rings(items)])
        aims = {each.key: each.anchor[1] for each in items}
        placed: list[Placed] = []
        for side, own in enumerate(orders):
            column = self._packed(own, aims, side, blocked) if own else []
            if column is None:
                return False
            placed += column
        if self._conflict(placed) is not None:
            return False
        self._orders = tuple(orders[LEFT]), tuple(orders[RIGHT])
        self.placed = {each.item.key: each for each in placed}
        return True

    def _sides(self, item: Item) -> list[int]:
        """The margins to try, the better one first: near, with the place beside the words, no nerve in the way."""
        left, _, right, _ = self._area
        x, y = item.anchor
        whole, aside = right - left, 3.0 * item.radius
        words = item.size[0] + (MARGIN + STUB) * self._unit + item.radius
        level = (self._blocked[:, 1] < y) & (self._blocked[:, 3] > y)
        price = {}
        for side, way, near, far in ((LEFT, x - left, left, x - aside), (RIGHT, right - x, x + aside, right)):
            across = bool((level & (self._blocked[:, 2] > near) & (self._blocked[:, 0] < far)).any())
            only_way = whole - way < words
            if way <= (0.5 * whole if across and not only_way else item.farthest):
                price[side] = way + 0.3 * whole * across + whole * (way < words)
        return sorted(price, key=lambda side: price[side])

    def _with(self, item: Item, side: int) -> tuple[Orders, dict[str, Placed]] | None:
        own = sorted([*self._orders[side], item], key=lambda each: each.anchor[1])
        rings = _rings([*(each.item for each in self.placed.values()), item])
        others = [each for each in self.placed.values() if each.side != side]
        if any(_hits(each.box, rings[-1:]) for each in others):
            return None
        aims = {each.key: each.anchor[1] for each in own}
        for _ in range(item.tries):
            column = self._packed(own, aims, side, np.concatenate([self._blocked, rings]))
            if column is None:
                return None
            conflict = self._conflict([*others, *column])
            if conflict is None:
                orders = (
                    (tuple(own), self._orders[RIGHT]) if side == LEFT else (self._orders[LEFT], tuple(own))
                )
                return orders, {each.item.key: each for each in (*others, *column)}
            first, second, at_ring = conflict
            if at_ring and first in own:
                # The line is to pass its neighbour's ring on its own side.
                below = first.anchor[1] >= second.anchor[1]
                aims[first.key] += (1.0 if below else -1.0) * DODGE * self._unit
            elif first is not second and first in own and second in own:
                i, j = own.index(first), own.index(second)
                own[i], own[j] = own[j], own[i]
            else:
                return None
        return None

    def _packed(
        self, items: Sequence[Item], aims: dict[str, float], side: int, blocked: np.ndarray
    ) -> list[Placed] | None:
        """The items one below the other, as near to the heights they aim at as can be; None where they do not fit."""
        margin, gap, clear = MARGIN * self._unit, GAP * self._unit, CLEAR * self._unit
        left, top, right, bottom = self._area
        step = max((bottom - top) / STEPS, 2.0)
        tops = np.arange(top + margin, bottom - margin, step)
        best = np.zeros(len(tops))
        choices = []
        spans = []
        for place, item in enumerate(items):
            width, height = item.size
            span = (left + margin, left + margin + width) if side == LEFT else (
                right - margin - width, right - margin
            )  # fmt: skip
            spans.append(span)
            if width > right - left - 2.0 * margin:
                return None
            cost = np.abs(tops + height / 2.0 - aims[item.key])
            cost[_forbidden(tops, step, height, span, blocked, clear)] = np.inf
            cost[tops + height > bottom - margin] = np.inf
            if place:
                # The one before ends above: its best top at or before each slot.
                reach = int(np.ceil((items[place - 1].size[1] + gap) / step))
                so_far = np.minimum.accumulate(best)
                first = np.maximum.accumulate(np.where(best == so_far, np.arange(len(best)), 0))
                before = np.full(len(tops), np.inf)
                before[reach:] = so_far[:-reach] if reach else so_far
                chosen = np.zeros(len(tops), int)
                chosen[reach:] = first[: max(len(tops) - reach, 0)]
                choices.append(chosen)
                cost = cost + before
            best = cost
        slot = int(np.argmin(best))
        if not np.isfinite(best[slot]):
            return None
        slots = [slot]
        for chosen in reversed(choices):
            slots.append(int(chosen[slots[-1]]))
        boxes = [
            (span[0], tops[slot], span[1], tops[slot] + item.size[1])
            for item, span, slot in zip(items, spans, reversed(slots), strict=True)
        ]
        placed = [Placed(item, side, box, ()) for item, box in zip(items, boxes, strict=True)]
        edge = max(box[2] for box in boxes) if side == LEFT else min(box[0] for box in boxes)
        return [replace(each, leader=_leader(each, edge, STUB * self._unit)) for each in placed]

    def _conflict(self, placed: list[Placed]) -> tuple[Item, Item, bool] | None:
        """Two items whose lines cross, or one whose line meets the other's words or (True) ring; else None."""
        for index, one in enumerate(placed):
            if not one.leader:
                return one.item, one.item, False
            segments = list(pairwise(one.leader))
            for a, b in segments:
                if any(enters(a, b, tuple(box)) for box in self._shut):
                    return one.item, one.item, False
            for other in placed[:index] + placed[index + 1 :]:
                clear = other.item.radius + 0.4 * CLEAR * self._unit
                for a, b in segments:
                    if enters(a, b, other.box):
                        return one.item, other.item, False
                    if distance(other.item.anchor, a, b) < clear:
                        return one.item, other.item, True
            for other in placed[:index]:
                for c, d in pairwise(other.leader):
                    if any(crosses(a, b, c, d) for a, b in segments):
                        return one.item, other.item, False
        return None


def _forbidden(
    tops: np.ndarray, step: float, height: float, span: tuple[float, float], blocked: np.ndarray, clear: float
) -> np.ndarray:
    """Which of `tops` would put a box of that height and that span of x onto something blocked, (tops,) bool."""
    near = (blocked[:, 0] < span[1] + clear) & (blocked[:, 2] > span[0] - clear)
    first = np.floor((blocked[near, 1] - clear - height - tops[0]) / step) + 1.0
    last = np.ceil((blocked[near, 3] + clear - tops[0]) / step)
    change = np.zeros(len(tops) + 1, int)
    np.add.at(change, np.clip(first, 0, len(tops)).astype(int), 1)
    np.add.at(change, np.clip(last, 0, len(tops)).astype(int), -1)
    return np.asarray(np.cumsum(change)[:-1] > 0)


def _leader(placed: Placed, edge: float, stub: float) -> tuple[Point, ...]:
    """From the box along its height to the column's edge, then straight to the ring; () where none can be drawn."""
    (x, y), radius = placed.item.anchor, placed.item.radius
    left, top, right, bottom = placed.box
    outward = 1.0 if placed.side == LEFT else -1.0
    inner, middle = (right, left)[placed.side], (top + bottom) / 2.0
    bend = edge + outward * stub
    if (x - bend) * outward > radius:
        start: tuple[Point, ...] = ((inner, middle), (bend, middle))
    elif (x - inner) * outward > 1.5 * radius:
        start = ((inner, middle),)
    else:
        inset = min(stub, (right - left) / 3.0)
        start = ((min(max(x, left + inset), right - inset), bottom if y > bottom else top),)
    return to_ring(start, placed.item.anchor, radius)


def to_ring(start: tuple[Point, ...], ring: Point, radius: float) -> tuple[Point, ...]:
    """The line that begins with the points `start` and ends at the edge of a ring; () where it would lie inside."""
    last = start[-1]
    x, y = ring
    length = float(np.hypot(x - last[0], y - last[1]))
    if length <= radius:
        return ()
    end = (x - (x - last[0]) * radius / length, y - (y - last[1]) * radius / length)
    return (*start, end)


def _rings(items: Sequence[Item]) -> np.ndarray:
    """Boxes (n, 4) about the items' anchors."""
    if not items:
        return NO_BOXES
    return np.array(
        [
            (each.anchor[0] - each.radius, each.anchor[1] - each.radius,
             each.anchor[0] + each.radius, each.anchor[1] + each.radius)
            for each in items
        ]
    )  # fmt: skip


def _hits(box: Box, boxes: np.ndarray) -> bool:
    return bool(
        (
            (boxes[:, 0] < box[2]) & (boxes[:, 2] > box[0]) & (boxes[:, 1] < box[3]) & (boxes[:, 3] > box[1])
        ).any()
    )
