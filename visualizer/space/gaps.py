"""How much room the nerve has within one slice, in front and behind, and how flat that would make it.

Takes outlines in millimetres of the plane; gives distances with both their ends. A wall in front is one that lies
squarely before the nerve's front; where it reaches into the nerve its depth counts below 0, straight through the nerve.
A wall that holds the whole thickness is no wall: there the model's surfaces overlap and nothing can be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualizer.space.outlines import area, ends
from visualizer.space.section import Outline

# Points round the nerve from which its room is measured.
AROUND = 72
# A point belongs to the front or the back of the nerve, and a wall lies there, where it faces that way this squarely.
FACING = 0.7
# Room is looked for as far as this, mm.
FARTHEST_MM = 25.0
# A nerve is never drawn flatter than this share of its thickness.
FLATTEST = 0.25


@dataclass(frozen=True, eq=False)
class Gap:
    """A distance to dimension: from start to end (2,) mm on the plane; below 0 the two overlap by so much.

    kind: "front", "behind", or the key of the measure. wall: key of the structure at its end, or "".
    """

    kind: str
    start: np.ndarray
    end: np.ndarray
    mm: float
    wall: str


class Walls:
    """The segments of several outlines: from start to end (s, 2) mm, owner (s,) index into keys."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.keys = [outline.key for outline in outlines]
        pairs = [ends(outline.loops) for outline in outlines]
        self.start = np.concatenate([np.empty((0, 2)), *(start for start, _ in pairs)])
        self.end = np.concatenate([np.empty((0, 2)), *(end for _, end in pairs)])
        self.owner = np.repeat(np.arange(len(pairs)), [len(start) for start, _ in pairs])

    def inside(self, points: np.ndarray) -> np.ndarray:
        """Which outline holds which of points (n, 2): (outlines, n) bool, even-odd."""
        x, y = points[:, 0, None], points[:, 1, None]
        rise = self.end[:, 1] - self.start[:, 1]
        share = (y - self.start[:, 1]) / np.where(rise == 0.0, 1.0, rise)
        crosses = (self.start[:, 1] <= y) != (self.end[:, 1] <= y)
        beyond = self.start[:, 0] + share * (self.end[:, 0] - self.start[:, 0]) > x
        hits = (crosses & beyond).astype(int)
        return np.stack([hits[:, self.owner == one].sum(axis=1) % 2 == 1 for one in range(len(self.keys))])

    def nearest(self, points: np.ndarray, axis: np.ndarray | None = None) -> Gap | None:
        """The smallest distance from points (n, 2) to any of the segments, along `axis` (2,) by FACING at least."""
        way = self.end - self.start
        share = ((points[:, None] - self.start) * way).sum(axis=2) / np.maximum(
            (way * way).sum(axis=1), 1e-12
        )
        offset = self.start + np.clip(share, 0.0, 1.0)[..., None] * way - points[:, None]
        apart = np.sqrt((offset * offset).sum(axis=2))
        if axis is not None:
            apart = np.where(offset @ axis >= FACING * apart, apart, np.inf)
        if not np.isfinite(apart).any():
            return None
        point, segment = np.unravel_index(int(apart.argmin()), apart.shape)
        end = points[point] + offset[point, segment]
        return Gap("", points[point], end, float(apart[point, segment]), self.keys[self.owner[segment]])

    def exits(self, points: np.ndarray, axis: np.ndarray) -> np.ndarray:
        """How far (outlines, n) each outline's nearest border lies from points (n, 2) along `axis`; inf without one."""
        across = np.array([-axis[1], axis[0]])
        start, end = self.start - points[:, None], self.end - points[:, None]
        a, b = start @ across, end @ across
        share = a / np.where(a == b, 1.0, a - b)
        along = start @ axis + share * ((end - start) @ axis)
        along = np.where((a <= 0.0) != (b <= 0.0), along, np.inf)
        along = np.where(along >= 0.0, along, np.inf)
        own = [along[:, self.owner == one].min(axis=1, initial=np.inf) for one in range(len(self.keys))]
        return np.stack(own)


def gaps_around(outlines: Iterable[Outline], nerve: Outline) -> tuple[Gap, ...]:
    """The least room in front of the nerve and behind it; none on a side where nothing lies within FARTHEST_MM.

    Empty where a structure holds the nerve's whole thickness: the surfaces overlap, and there is no room to speak of.
    """
    loop = resampled(nerve.loops[0])
    backwards = thickness_axis(loop)
    walls = Walls([outline for outline in outlines if outline.kind != "nerve"])
    if not walls.keys:
        return ()
    facing, thickness = outward(loop), np.ptp(loop @ backwards)
    gaps = []
    for kind, axis in (("front", -backwards), ("behind", backwards)):
        own = loop[facing @ axis > FACING]
        held = walls.inside(own)
        if held.any():
            depth = np.where(held, walls.exits(own, -axis), 0.0)
            wall, point = np.unravel_index(int(depth.argmax()), depth.shape)
            deepest = float(depth[wall, point])
            if deepest >= thickness:
                return ()
            gaps.append(Gap(kind, own[point], own[point] - deepest * axis, -deepest, walls.keys[wall]))
            continue
        gap = walls.nearest(own, axis)
        if gap is not None and gap.mm < FARTHEST_MM:
            gaps.append(replace(gap, kind=kind))
    return tuple(gaps)


def flattened(nerve: Outline, gaps: tuple[Gap, ...], missing_mm: float) -> tuple[Outline, float]:
    """The nerve flatter by `missing_mm` and as much wider, its area kept, between what lies before and behind it.

    With the share of its thickness that it lost.
    """
    loop = resampled(nerve.loops[0])
    axis, middle = thickness_axis(loop), loop.mean(axis=0)
    share = min(missing_mm / float(np.ptp(loop @ axis)), 1.0 - FLATTEST)
    across = np.array([-axis[1], axis[0]])
    squeeze = np.outer(axis, axis) * (1.0 - share) + np.outer(across, across) / (1.0 - share)
    room = {gap.kind: gap.mm for gap in gaps}
    shift = (room.get("behind", 0.0) - room.get("front", 0.0)) / 2 * axis
    return replace(nerve, loops=((nerve.loops[0] - middle) @ squeeze + middle + shift,)), share


def resampled(loop: np.ndarray, count: int = AROUND) -> np.ndarray:
    """Points (count, 2) along a closed loop (k, 2), equally far apart."""
    closed = np.concatenate([loop, loop[:1]])
    at = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
    steps = np.linspace(0.0, at[-1], count, endpoint=False)
    return np.stack([np.interp(steps, at, closed[:, axis]) for axis in (0, 1)], axis=1)


def outward(loop: np.ndarray) -> np.ndarray:
    """Unit normals (n, 2), outward, of a closed loop (n, 2)."""
    along = np.roll(loop, -1, axis=0) - np.roll(loop, 1, axis=0)
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1) * np.sign(area(loop))
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12))


def thickness_axis(loop: np.ndarray) -> np.ndarray:
    """Unit direction (2,), upwards in the plane, in which a closed loop of evenly spaced points (n, 2) is thinnest."""
    _, axes = np.linalg.eigh(np.cov((loop - loop.mean(axis=0)).T))
    axis = axes[:, 0]
    return np.asarray(axis if axis[1] >= 0.0 else -axis)
