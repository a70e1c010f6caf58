"""Muscles give way to the nerve where a posture between the keys has left them in it.

Takes the rings of one side's muscles and the nerve's frames of the posture; gives rings with control points moved off
the nerve's surface: of muscles that lie behind or in front of it backwards or forwards, of others to their own middle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.muscle_grid import RING, STATIONS
from visualizer.body.muscles import OPPOSITE, cross
from visualizer.body.nerve.binding import Course
from visualizer.body.nerve.model import NerveModel
from visualizer.body.nerve.tube import NerveFrames

# Parts that muscles pass before or behind, and parts that only have neighbours.
SIDED, FREE = ("sciatic", "tibial", "fibular_division"), ("common_fibular",)
EVERY = 3
# Muscles are looked at so far from the resting nerve, m: those with a side of it slide along it.
SIDED_REACH, FREE_REACH = 0.070, 0.050
GAP, THIN = 0.0001, 0.001
# All m: a dent is as broad as the nerve and half the way to the next control point, so much at least and at most; then
# it rises with SLOPE, and ends over FADE. From deeper than MOST no muscle is led back; one without a side might go the
# wrong way, and stays where its middle is nearer to the nerve's than UNSURE.
BROAD, SLOPE, DENT, FADE = (0.003, 0.004), 0.7, 0.014, 0.012
SIDED_MOST, FREE_MOST, MOST_FADE = 0.016, 0.010, 0.006
UNSURE, SURE = 0.002, 0.006
# Ends are attached: share with which the outermost stations give way.
FIRM_ENDS = (0.5,)
# Beyond a node's own stretch along the nerve, and where nothing can be wanted any more.
STRETCH, STRETCH_FADE = 0.012, 0.006
SIDED_NEAR, FREE_NEAR, HIGH = 0.032, 0.018, 0.014
# No node lies farther than this from the one before it, m.
NODES_APART = np.float32(0.022)


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Scalar products (n,) of vectors (3, n)."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


@dataclass(frozen=True)
class Nodes:
    """Points of one side's nerve: index among all route points (n,), half width and thickness (n, 2) m.

    sided (n,): 1 where muscles have a side of it; over (n,): 1 where it runs behind piriformis; before, after (n,): the
    neighbours along the nerve, or the point itself at an end.
    """

    index: np.ndarray
    half: np.ndarray
    sided: np.ndarray
    over: np.ndarray
    before: np.ndarray
    after: np.ndarray


@dataclass(frozen=True)
class Yielding:
    """Control points of one side's muscles that may meet the nerve.

    at (n,): index among its muscles' ring vertices; opposite (n,): those across the muscle; side (n,): of the nerve;
    loose (n,): 1, less at the muscle's ends; broad (n,) m: half the way to the next one; piriformis (n,): 1 where it is
    that muscle's; near (n,): square of the distance m beyond which they cannot meet it; roughly (n,): of that from
    every second node; forgiven (n,) m: what each would give way at rest, where what has grown is right.
    """

    nodes: Nodes
    at: np.ndarray
    opposite: np.ndarray
    side: np.ndarray
    loose: np.ndarray
    broad: np.ndarray
    piriformis: np.ndarray
    near: np.ndarray
    roughly: np.ndarray
    forgiven: np.ndarray

    def give_way(self, rings: np.ndarray, frames: NerveFrames) -> np.ndarray:
        """The `rings` (3, muscles, RING, STATIONS) m with their points moved off the nerve."""
        centre, along, across, through = (
            values[:, self.nodes.index].astype(np.float32)
            for values in (frames.centre, frames.along, frames.across, frames.through)
        )
        rings = rings.copy(order="C")
        flat = rings.reshape(3, -1)
        points = flat.take(self.at, axis=1)
        # Every second node tells which points are near any at all.
        few = centre[:, ::2]
        far = (dot(few, few)[:, None] - 2.0 * (few.T @ points)).min(axis=0) + dot(points, points)
        near = np.flatnonzero(far < self.roughly)
        points = points[:, near]
        # The square of each point's distance from each node, but for what is the same for all nodes.
        node = (dot(centre, centre) - 2.0 * (points.T @ centre)).argmin(axis=1)
        spoke = points - centre.take(node, axis=1)
        close = np.flatnonzero(dot(spoke, spoke) < self.near[near])
        near, node, spoke, points = near[close], node[close], spoke[:, close], points[:, close]
        depth = through.take(node, axis=1)
        side = self.side[near] * self.nodes.sided[node] - self.piriformis[near] * self.nodes.over[node]
        low = np.flatnonzero(side * dot(spoke, depth) < HIGH)
        near, node, spoke, side, points = near[low], node[low], spoke[:, low], side[low], points[:, low]
        at, far = self.at[near], self.opposite[near]
        thickness = flat.take(far, axis=1) - flat.take(at, axis=1)
        # Between a node and its neighbour the nerve is drawn straight.
        ahead = dot(spoke, along.take(node, axis=1))
        beyond = np.where(ahead > 0, self.nodes.after[node], self.nodes.before[node])
        span = dot(centre.take(beyond, axis=1) - centre.take(node, axis=1), along.take(node, axis=1))
        share = np.clip(ahead / np.where(span == 0, np.inf, span), 0.0, 1.0)
        there, way, width, depth = (
            values.take(node, axis=1) * (1 - share) + values.take(beyond, axis=1) * share
            for values in (centre, along, across, through)
        )
        off, lack = self._lack(near, node, points - there, side, thickness, (way, width, depth))
        lack = np.maximum(lack - self.forgiven[near], 0.0)
        flat[:, at] += lack * off
        # Where the muscle is too thin to give way on this side alone, its other side goes along.
        excess = np.maximum(lack - np.maximum(dot(thickness, off) - THIN, 0.0), 0.0) * (far != at)
        flat[:, far] += excess * off
        return rings

    def _lack(
        self, near: np.ndarray, node: np.ndarray, spoke: np.ndarray, side: np.ndarray, thickness: np.ndarray,
        axes: tuple[np.ndarray, np.ndarray, np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
        """Directions (3, n) off the nerve and how far, (n,) m, for points `near` at `spoke` (3, n) from their `node`.

        side (n,): 1 behind the nerve there, -1 in front, 0 neither; thickness (3, n) m: across the muscle; axes: along,
        across and through the nerve.
        """
        way, width, depth = axes
        inner = spoke + thickness / 2
        inner -= dot(inner, way) * way
        length = np.sqrt(dot(inner, inner)) + np.float32(1e-6)
        sided = side != 0
        off = np.where(sided, side * depth, inner / length)
        beside = cross(way, off)
        half_width, half_depth = self.nodes.half[node].T
        high, wide = (
            np.sqrt((half_width * dot(ray, width)) ** 2 + (half_depth * dot(ray, depth)) ** 2)
            for ray in (off, beside)
        )
        height = dot(spoke, off)
        aside = np.maximum(np.abs(dot(spoke, beside)) - np.where(sided, self.broad[near], BROAD[0]), 0.0)
        over = np.maximum(aside - wide, 0.0)
        wanted = high * np.sqrt(np.maximum(1.0 - (aside / wide) ** 2, 0.0)) + GAP - SLOPE * over
        lack = np.maximum(wanted - height, 0.0) * self.loose[near]
        lack *= np.clip((DENT - over) / FADE, 0.0, 1.0)
        lack *= np.clip((STRETCH - np.abs(dot(spoke, way))) / STRETCH_FADE, 0.0, 1.0)
        most = np.where(self.side[near] * sided != 0, SIDED_MOST, FREE_MOST)
        lack *= np.clip((most + height) / MOST_FADE, 0.0, 1.0)
        lack *= np.where(sided, 1.0, np.clip((length - UNSURE) / (SURE - UNSURE), 0.0, 1.0))
        return off, lack.astype(np.float32)


def yielding(
    muscle_names: list[str], nerve_side: np.ndarray, rings: np.ndarray, members: np.ndarray, model: NerveModel,
    side: int,
) -> Yielding:  # fmt: skip
    """What may meet the nerve on one side, 0 left or 1 right.

    rings (3, muscles, RING, STATIONS) m at rest, members: indices of this side's muscles among them; theirs are
    muscle_names and nerve_side.
    """
    frames = model.state(np.tile(np.eye(4), (model.bodies, 1, 1))).frames
    course = model.courses[side]
    reached = frames.centre[2] > rings[2, members].min()
    place = nodes_of(course, side * model.tube.first_right, model.tube.half, reached)
    points = rings[:, members].reshape(3, -1)
    sense, piriformis = (
        np.repeat(values, RING * STATIONS).astype(np.float32)
        for values in (nerve_side, np.array(muscle_names) == "piriformis")
    )
    away = np.full(points.shape[1], np.inf)
    for centre in frames.centre[:, place.index].T:
        np.minimum(away, ((points - centre[:, None]) ** 2).sum(axis=0), out=away)
    near = np.flatnonzero(away < np.where(sense != 0, SIDED_REACH, FREE_REACH) ** 2)
    member, ring, station = np.unravel_index(near, (len(members), RING, STATIONS))
    at, opposite = (
        np.ravel_multi_index((members[member], row, station), rings.shape[1:])
        for row in (ring, OPPOSITE[ring])
    )
    has_side = (sense[near] != 0) | (piriformis[near] * place.over.max() > 0)
    reach = np.where(has_side, SIDED_NEAR, FREE_NEAR).astype(np.float32)
    loose = np.ones(STATIONS, dtype=np.float32)
    loose[: len(FIRM_ENDS)], loose[-len(FIRM_ENDS) :] = FIRM_ENDS, FIRM_ENDS[::-1]
    steps = [np.sqrt(((rings - np.roll(rings, way, axis=2)) ** 2).sum(axis=0)).ravel()[at] for way in (1, -1)]
    broad = np.clip(sum(steps) / 4, *BROAD).astype(np.float32)
    nothing = np.zeros(len(at), dtype=np.float32)
    found = Yielding(
        place, at, opposite, sense[near], loose[station], broad, piriformis[near], reach**2,
        (reach + NODES_APART) ** 2, nothing,
    )  # fmt: skip
    moved = (found.give_way(rings, frames) - rings).reshape(3, -1).take(at, axis=1)
    return replace(found, forgiven=np.sqrt(dot(moved, moved)))


def nodes_of(course: Course, first: int, half: np.ndarray, reached: np.ndarray) -> Nodes:
    """Every so many route points of the parts that muscles meet; `first` of this side among all.

    half (n, 2) m and reached (n,) bool, whether muscles reach so far down: of all route points.
    """
    rows = {name: np.arange(part.start, part.stop) for name, part in course.segments.items()}
    below = np.arange(len(course.over)) >= course.pieces["sciatic_infrapiriform"].start
    rows["sciatic"] = rows["sciatic"][(below | course.over)[rows["sciatic"]]]
    own = {name: rows[name][reached[rows[name] + first]][::EVERY] for name in (*SIDED, *FREE) if name in rows}
    index = np.concatenate(list(own.values()))
    count = [len(part) for part in own.values()]
    start = np.repeat(np.cumsum(count) - count, count)
    place = np.arange(len(index))
    return Nodes(
        index=index + first,
        half=half[index + first].astype(np.float32),
        sided=np.repeat([float(name in SIDED) for name in own], count).astype(np.float32),
        over=course.over[index].astype(np.float32),
        before=np.maximum(place - 1, start),
        after=np.minimum(place + 1, start + np.repeat(count, count) - 1),
    )
