"""Muscles grown side by side at rest: from thin sheets on their fibre lines to their volumes, pushing one another off.

Takes the free shapes of all left muscles, bone and nerve; gives ring vertices that share the room. The order of the
layers comes from the fibre lines: two muscles touch only where their faces look at each other and each one's middle
lies behind its own face. Millimetres throughout; rings are (muscles, RING, STATIONS, 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from scipy.spatial import cKDTree

from visualizer.body import muscles as loft

PASSES = 80
# Where a muscle has not come back to its side of the nerve to so many mm, it goes on for so many passes.
FREE_MM, MORE_PASSES = 1.5, 16
FULL_AT = 0.7  # share of the passes after which the whole volume is wanted
FIRST_SHARE = 0.3
# Free width kept between muscles, to the nerve and to bone. Round the nerve lies loose fat; how much was found in no
# study, so the figure is ours: what lets every place be roomy in balance, where a healthy nerve glides.
GAP_MM, NERVE_GAP_MM, BONE_GAP_MM = 0.6, 2.6, 0.4
# Every pass irons the displacements so much, but where a push of PRESSED_MM is felt only so much of that: else no dent
# as narrow as a tendon's end lasts.
FAIRING, PRESSED_MM, PRESSED_FAIRING = 0.25, 0.5, 0.3
REACH_MM = 9.0
SIDE_REACH_MM = 7.0
NERVE_REACH_MM, UNSIDED_REACH_MM = 14.0, 6.0
# A muscle that has a side of the nerve is led back to it from this far, and bends round it this broadly beside it: a
# dent as narrow as the nerve is ironed out by the smoothing. Beside the nerve what is asked falls by so much a mm.
SIDED_REACH_MM, NERVE_WIDTH_MM, SIDED_WIDTH_MM, NERVE_SLOPE = 30.0, 4.0, 10.0, 0.7
# Normals that look at each other count as near: this many mm for a right angle, in the search alone.
TURN_MM = 6.0
NEIGHBOURS = 5
OPPOSED = -0.2
CONJOINT_FROM = 0.8
ALONG, ROUND = 4, 2

MUSCLE, NERVE, NERVE_SIDE = range(3)

RING, STATIONS = loft.RING, loft.STATIONS
COLUMN = loft.RING_COLUMN.clip(2, loft.COLUMNS - 3)
INNER = np.where(np.arange(RING) < loft.COLUMNS, COLUMN, (RING - COLUMN) % RING)


@dataclass
class Nerve:
    """The left nerve's surface: points and normals (n, 3) mm.

    face (n,): +1 looks back, -1 forward, 0 aside, 2 has no side, 3 is not felt; to_pierced (n,): the same for the
    muscle that the nerve's variants pierce and pass above, which then lies in front of it.
    """

    points: np.ndarray
    normals: np.ndarray
    face: np.ndarray
    to_pierced: np.ndarray


@dataclass
class Flesh:
    """All left muscles while they grow.

    thin, full: free rings as sheets and at full size; rest: those of now; shift: displacement from rest; along, out:
    unit vectors (muscles, RING, STATIONS, 3); profile (muscles, STATIONS) 0 on tendon, 1 in mid-belly; half (muscles,
    STATIONS) mm half-thickness when grown; tendon (muscles,) mm; side (muscles,) +1 behind the nerve, -1 in front, 0
    free; conjoint (muscles,) bool; pierced (muscles,) bool, piriformis alone; volume (muscles,) mm³ wanted.
    """

    thin: np.ndarray
    full: np.ndarray
    along: np.ndarray
    out: np.ndarray
    profile: np.ndarray
    half: np.ndarray
    tendon: np.ndarray
    side: np.ndarray
    conjoint: np.ndarray
    pierced: np.ndarray
    volume: np.ndarray
    rest: np.ndarray = field(init=False)
    shift: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.rest = self.thin
        self.shift = np.zeros_like(self.thin)

    @property
    def rings(self) -> np.ndarray:
        """Where the rings are now."""
        return self.rest + self.shift


def smoothed(values: np.ndarray) -> np.ndarray:
    """Rings of values averaged with their neighbours round the ring and along the stations."""
    along = values.copy()
    along[:, :, 1:-1] = values[:, :, 1:-1] / 2 + (values[:, :, :-2] + values[:, :, 2:]) / 4
    return along / 2 + (np.roll(along, 1, axis=1) + np.roll(along, -1, axis=1)) / 4


def sample_weights() -> tuple[np.ndarray, np.ndarray]:
    """Corners (samples, 3) among a muscle's ring vertices, and their weights: ALONG x ROUND points a quad."""
    ring, station, u, v = (
        axis.ravel()
        for axis in np.meshgrid(
            np.arange(RING), np.arange(STATIONS - 1), np.arange(ALONG) / ALONG, np.arange(ROUND) / ROUND,
            indexing="ij",
        )
    )  # fmt: skip
    a = ring * STATIONS + station
    b = (ring + 1) % RING * STATIONS + station
    lower = (u + v <= 1)[:, None]
    corners = np.where(lower, np.stack([a, a + 1, b], 1), np.stack([b + 1, b, a + 1], 1))
    weights = np.where(lower, np.stack([1 - u - v, u, v], 1), np.stack([u + v - 1, 1 - u, 1 - v], 1))
    return corners, weights


CORNERS, WEIGHTS = sample_weights()
STATION_OF = (CORNERS % STATIONS * WEIGHTS).sum(axis=1)


def sampled(values: np.ndarray) -> np.ndarray:
    """Values of ring vertices (muscles, RING, STATIONS, 3) at the samples (muscles, samples, 3)."""
    flat = values.reshape(len(values), -1, 3)
    return np.einsum("msck,sc->msk", flat[:, CORNERS], WEIGHTS)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (…, 3) at length one."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def outward(rings: np.ndarray) -> np.ndarray:
    """Outward normals of the rings, as long as four times the area each vertex stands for."""
    return np.moveaxis(loft.ring_normals(np.moveaxis(rings, 3, 0)), 0, 3)


def enclosed(rings: np.ndarray) -> np.ndarray:
    """Volume (muscles,) mm³."""
    return loft.enclosed(np.moveaxis(rings, 3, 0))


@dataclass(frozen=True)
class Contacts:
    """Pairs of touching samples.

    at: index among all of them; depth: how far the partner's face is passed, mm; way: its outward normal; partner:
    MUSCLE, NERVE, or NERVE_SIDE where the muscle has a side of the nerve.
    """

    at: np.ndarray
    depth: np.ndarray
    way: np.ndarray
    partner: np.ndarray

    @property
    def free(self) -> bool:
        """Whether every muscle that has a side of the nerve is on it."""
        return not (self.depth[self.partner == NERVE_SIDE] > FREE_MM).any()


def contacts(flesh: Flesh, nerve: Nerve) -> Contacts:
    """The nearest face of another muscle or of the nerve for every sample that has one within reach."""
    rings = flesh.rings
    points, normals = sampled(rings), unit(sampled(unit(outward(rings))))
    middles = sampled((rings[:, INNER] + rings[:, loft.OPPOSITE[INNER]]) / 2)
    muscles, count = points.shape[:2]
    low, high = points.min(axis=1) - REACH_MM, points.max(axis=1) + REACH_MM
    trees = [cKDTree(np.hstack([own, TURN_MM * facing])) for own, facing in zip(points, normals, strict=True)]
    reach = np.clip(0.8 * flesh.half.max(axis=1) + 1.0, 3.0, REACH_MM)
    best = np.full((muscles, count), np.inf)
    depth, way = np.zeros((muscles, count)), np.zeros((muscles, count, 3))
    partner = np.full((muscles, count), MUSCLE)
    # Square of the search's radius: the reach, and a turn of 60 degrees.
    radius = float(np.hypot(REACH_MM, TURN_MM))
    for i in range(muscles):
        for j in range(muscles):
            if i == j or (high[i] < low[j]).any() or (high[j] < low[i]).any():
                continue
            near = np.flatnonzero(((points[i] > low[j]) & (points[i] < high[j])).all(axis=1))
            if flesh.conjoint[i] and flesh.conjoint[j]:
                near = near[STATION_OF[near] < CONJOINT_FROM * (STATIONS - 1)]
            if not len(near):
                continue
            query = np.hstack([points[i, near], -TURN_MM * normals[i, near]])
            _, found = trees[j].query(query, NEIGHBOURS, distance_upper_bound=radius)
            place, rank = np.nonzero(found < count)
            a, b = near[place], found[place, rank]
            facing = (normals[i, a] * normals[j, b]).sum(axis=1)
            towards = points[j, b] - points[i, a]
            passed = (towards * normals[j, b]).sum(axis=1)
            aside = np.sqrt(np.maximum((towards**2).sum(axis=1) - passed**2, 0.0))
            between = middles[i, a] - middles[j, b]
            ok = (facing < OPPOSED) & (passed > -2.0) & (passed < min(reach[i], reach[j]))
            ok &= aside < SIDE_REACH_MM
            ok &= ((between * normals[j, b]).sum(axis=1) > 0) & ((between * normals[i, a]).sum(axis=1) < 0)
            score = aside**2 + passed**2 / 4
            _keep(
                best[i], depth[i], way[i], partner[i], a[ok], score[ok], passed[ok], normals[j, b][ok], MUSCLE
            )
        _nerve_contacts(flesh, nerve, i, points[i], normals[i], middles[i], (best, depth, way, partner))
    at = np.flatnonzero(np.isfinite(best.ravel()))
    return Contacts(at, depth.ravel()[at], way.reshape(-1, 3)[at], partner.ravel()[at])


def _keep(
    best: np.ndarray, depth: np.ndarray, way: np.ndarray, partner: np.ndarray, at: np.ndarray, score: np.ndarray,
    passed: np.ndarray, normals: np.ndarray, who: np.ndarray | int,
) -> None:  # fmt: skip
    """Enter the candidates that beat what each sample has so far."""
    order = np.argsort(-score, kind="stable")
    order = order[score[order] < best[at[order]]]
    who = np.broadcast_to(who, at.shape)
    best[at[order]], depth[at[order]], way[at[order]] = score[order], passed[order], normals[order]
    partner[at[order]] = who[order]


def _nerve_contacts(
    flesh: Flesh, nerve: Nerve, i: int, points: np.ndarray, normals: np.ndarray, middles: np.ndarray,
    found: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> None:  # fmt: skip
    """Contacts of muscle `i` with the nerve: on its own side of it where one is given, however deep."""
    side, face = (-1.0, nerve.to_pierced) if flesh.pierced[i] else (flesh.side[i], nerve.face)
    usable = np.flatnonzero((face == side) | (face == 2) if side else face != 3)
    reach = SIDED_REACH_MM if side else NERVE_REACH_MM
    low, high = nerve.points[usable].min(axis=0) - reach, nerve.points[usable].max(axis=0) + reach
    near = np.flatnonzero(((points > low) & (points < high)).all(axis=1))
    if not len(near):
        return
    tree = cKDTree(nerve.points[usable])
    near = near[np.isfinite(tree.query(points[near], distance_upper_bound=reach)[0])]
    if not len(near):
        return
    _, b = tree.query(points[near], 8)
    a, b = np.repeat(near, 8), usable[b.ravel()]
    towards = nerve.points[b] - points[a]
    passed = (towards * nerve.normals[b]).sum(axis=1)
    aside = np.sqrt(np.maximum((towards**2).sum(axis=1) - passed**2, 0.0))
    sided = (side != 0) & (face[b] != 2)
    between = middles[a] - nerve.points[b]
    beside = np.maximum(aside - NERVE_WIDTH_MM, 0.0)
    depth_there = passed - np.where(sided, NERVE_SLOPE * beside, 0.0)
    ok = (depth_there > -3.0) & (aside < np.where(sided, SIDED_WIDTH_MM, NERVE_WIDTH_MM))
    ok &= passed < np.where(sided, SIDED_REACH_MM, UNSIDED_REACH_MM)
    ok &= sided | (
        ((normals[a] * nerve.normals[b]).sum(axis=1) < OPPOSED)
        & ((between * nerve.normals[b]).sum(axis=1) > 0)
    )
    score = aside**2 + passed**2 / 4
    who = np.where(sided, NERVE_SIDE, NERVE)[ok]
    best, depth, way, partner = found
    _keep(best[i], depth[i], way[i], partner[i], a[ok], score[ok], depth_there[ok], nerve.normals[b][ok], who)


def pushes(flesh: Flesh, touching: Contacts, bone: Bone) -> tuple[np.ndarray, np.ndarray]:
    """Displacement of the ring vertices (muscles, RING, STATIONS, 3) mm by contact and bone, and pressure 0-1."""
    muscles = len(flesh.rest)
    count = len(CORNERS)
    move = np.zeros((muscles * count, 3))
    weight = np.zeros(muscles * count)
    gap = touching.depth + np.where(touching.partner != MUSCLE, NERVE_GAP_MM, GAP_MM)
    limit = np.clip(flesh.half.max(axis=1) / 12.0, 0.2, 1.0) * 2.0
    share = np.where(touching.partner != MUSCLE, 1.0, 0.5)
    step = share * np.clip(gap, 0.0, limit[touching.at // count])
    move[touching.at] += step[:, None] * touching.way
    weight[touching.at] += step
    points = sampled(flesh.rings).reshape(-1, 3)
    lack = np.clip(BONE_GAP_MM - bone.at(points), 0.0, 2.0)
    inside = np.flatnonzero(lack > 0)
    move[inside] += lack[inside, None] * bone.outward(points[inside])
    weight[inside] += lack[inside]
    share_of = WEIGHTS**2 * weight.reshape(muscles, count, 1)
    vertices = RING * STATIONS
    place = np.arange(muscles)[:, None, None] * vertices + CORNERS
    total = np.bincount(place.ravel(), share_of.ravel(), muscles * vertices)
    push = np.stack(
        [
            np.bincount(
                place.ravel(),
                (share_of * move.reshape(muscles, count, 1, 3)[..., axis]).ravel(),
                muscles * vertices,
            )
            for axis in range(3)
        ],
        axis=1,
    )
    push /= np.maximum(total, 1e-12)[:, None]
    pressure = np.clip(np.linalg.norm(push, axis=1), 0.0, 1.0)
    shape = (muscles, RING, STATIONS)
    return push.reshape(*shape, 3), pressure.reshape(shape)


def settle(flesh: Flesh, push: np.ndarray) -> None:
    """Take the push, smoothly: not along the fibres, tendons as a whole, ends where they are attached."""
    lengthwise = (push * flesh.along).sum(axis=3, keepdims=True) * flesh.along
    keep = np.zeros(STATIONS)
    keep[[0, 1, -2, -1]] = 0.3
    push = push - lengthwise * (1.0 - keep)[:, None]
    push = smoothed(push)
    flesh.shift += 1.2 * push
    felt = np.clip(np.linalg.norm(push, axis=3, keepdims=True) / PRESSED_MM, 0.0, 1.0)
    fairing = FAIRING * (1.0 - (1.0 - PRESSED_FAIRING) * felt)
    flesh.shift += fairing * (smoothed(flesh.shift) - flesh.shift)
    whole = flesh.shift
    for _ in range(6):
        whole = whole / 2 + (np.roll(whole, 1, axis=1) + np.roll(whole, -1, axis=1)) / 4
    whole = (whole + whole[:, loft.OPPOSITE]) / 2
    soft = np.clip((flesh.half - 3.0) / 8.0, 0.06, 1.0)[:, None, :, None]
    flesh.shift += 0.5 * (1.0 - soft) * (whole - flesh.shift)
    flesh.shift[:, :, [0, -1]] *= 0.85
    flesh.shift[:, :, [1, -2]] *= 0.95
    keep_thickness(flesh)


def keep_thickness(flesh: Flesh) -> None:
    """No section thinner than its tendon: faces that come nearer than that part again."""
    rings = flesh.rings
    spoke = (rings - rings[:, loft.OPPOSITE]) / 2
    thick = (spoke * flesh.out).sum(axis=3)
    face = np.zeros(RING)
    face[1 : loft.COLUMNS - 1], face[loft.COLUMNS :] = 1.0, -1.0
    least = 0.8 * np.minimum(flesh.tendon[:, None], flesh.half / 2)[:, None, :]
    sign = np.sign((flesh.rest - flesh.rest[:, loft.OPPOSITE]) * flesh.out).sum(axis=3)
    lack = np.clip(least - thick * np.sign(sign), 0.0, 0.6) * np.abs(face)[:, None]
    flesh.shift += (lack * np.sign(sign))[..., None] * flesh.out


def inflate(flesh: Flesh, pressure: np.ndarray, wanted: np.ndarray) -> None:
    """Move the surfaces out along their normals towards each muscle's wanted volume, less where it is pressed."""
    rings = flesh.rings
    area = outward(rings)
    missing = wanted - enclosed(rings)
    weight = flesh.profile[:, None, :] * (1.0 - 0.8 * pressure) + 0.02
    # What is squeezed pushes back.
    starved = (missing > 0.05 * wanted)[:, None, None]
    weight = np.where(
        starved, np.sqrt(np.maximum(flesh.profile, 0.02))[:, None, :] * np.ones_like(weight), weight
    )
    size = np.linalg.norm(area, axis=3) / 4.0
    step = np.clip(missing / np.maximum((size * weight).sum(axis=(1, 2)), 1e-9), -0.5, 0.5)
    flesh.shift += unit(area) * (step[:, None, None] * weight)[..., None]


class Bone(Protocol):
    """Bones as the muscles feel them."""

    def at(self, points: np.ndarray) -> np.ndarray:
        """Signed distance (n,) mm of points (n, 3) mm, positive outside."""

    def outward(self, points: np.ndarray) -> np.ndarray:
        """Unit directions (n, 3) away from bone."""


def advance(
    flesh: Flesh, nerve: Nerve, bone: Bone, passes: int, pull: float, *, until_free: bool = False
) -> None:
    """Let grown muscles push one another where a posture brought them; `pull` draws them back to `rest` each pass.

    until_free: go on, for MORE_PASSES at most, where a muscle is not on its side of the nerve by then.
    """
    for turn in range(passes + MORE_PASSES * until_free):
        if turn % 2 == 0:
            touching = contacts(flesh, nerve)
            if turn >= passes and touching.free:
                break
        push, pressure = pushes(flesh, touching, bone)
        settle(flesh, push)
        flesh.shift *= 1.0 - pull
        inflate(flesh, pressure, flesh.volume)


def grow(flesh: Flesh, nerve: Nerve, bone: Bone, passes: int = PASSES) -> np.ndarray:
    """Grow all muscles together; gives their rings."""
    touching = contacts(flesh, nerve)
    for turn in range(passes):
        if turn % 2 == 0:
            touching = contacts(flesh, nerve)
        push, pressure = pushes(flesh, touching, bone)
        settle(flesh, push)
        size = min(1.0, turn / (FULL_AT * passes))
        flesh.rest = flesh.thin + size * (flesh.full - flesh.thin)
        share = FIRST_SHARE + (1.0 - FIRST_SHARE) * size
        inflate(flesh, pressure, share * flesh.volume)
    return flesh.rings
