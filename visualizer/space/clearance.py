"""Free room round the nerve: from each section to the walls near it, on four sides and towards each structure.

Takes sections and placed triangles, paired beforehand; gives millimetres. Distances are exact: from each circle of a
section (see `tube`) to the nearest point of each triangle, below zero where the two overlap. On a side, a wall counts
in full within 60 degrees of that side's direction and ever less beyond: room changes smoothly as walls pass by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.space.tube import CIRCLES, Sections
from visualizer.space.walls import Products, Triangles, cross, dot

SIDES_OF_NERVE = ("front", "behind", "inner", "outer")
# Walls farther from the nerve than this are none, mm.
REACH_MM = 18.0
# A wall counts in full where its direction's cosine with the side's is this or more; beyond, it counts as farther
# away by what is missing, times FADE, times its distance or CLOSE_MM.
FULL_COSINE, FADE, CLOSE_MM = 0.5, 4.0, 3.0
TOUCH_MM = 0.1
# A closed surface encloses a point where the part of it near by covers, from behind, this much of a sphere's 4 pi.
COVERED = 1.0


@dataclass(frozen=True, eq=False)
class Pairs:
    """Which triangle is held against which section, sorted by section, then structure: (p,) int each.

    A run is all pairs of one section with one structure. runs (r,): where each begins; run_of (p,): which run a pair is
    of; run_section, run_structure (r,): what it is. first_run: where each section's runs begin; run_order (r,): that
    section's place among them.
    """

    section: np.ndarray
    triangle: np.ndarray
    runs: np.ndarray
    run_of: np.ndarray
    run_section: np.ndarray
    run_structure: np.ndarray
    first_run: np.ndarray
    run_order: np.ndarray


def paired(section: np.ndarray, triangle: np.ndarray, structure: np.ndarray) -> Pairs:
    """Pairs of sections and triangles (p,) in any order; structure (triangles,) is what each triangle belongs to."""
    order = np.lexsort([triangle, structure[triangle], section])
    section, triangle = section[order], triangle[order]
    kind = structure[triangle]
    new_run = np.r_[True, (np.diff(section) != 0) | (np.diff(kind) != 0)]
    runs = np.flatnonzero(new_run)
    new_section = np.r_[True, np.diff(section[runs]) != 0]
    return Pairs(
        section=section,
        triangle=triangle,
        runs=runs,
        run_of=np.cumsum(new_run) - 1,
        run_section=section[runs],
        run_structure=kind[runs],
        first_run=np.flatnonzero(new_section),
        run_order=np.cumsum(new_section) - 1,
    )


@dataclass(frozen=True, eq=False)
class Clearance:
    """Room in mm.

    sides (4, n): front, behind, inner, outer, REACH_MM where no wall is near; bound (4, n) int: the structure that
    bounds it. runs (r,): from the nerve's surface to each run's structure.
    """

    sides: np.ndarray
    bound: np.ndarray
    runs: np.ndarray


def clearance(at: Sections, to: Triangles, pairs: Pairs) -> Clearance:
    """Free room round sections `at`, the triangles `to` being paired with them by `pairs`."""
    rooms, runs = rooms_of_pairs(at, to, pairs)
    of_run = np.minimum(np.minimum.reduceat(rooms, pairs.runs, axis=2), np.float32(REACH_MM))
    of_circle = np.minimum.reduceat(of_run, pairs.first_run, axis=2)
    # Front and behind along one line through the nerve, where the gap is narrowest; inner and outer anywhere.
    across = (of_circle[:, 0] + of_circle[:, 1]).argmin(axis=0)
    circle = np.stack([across, across, of_circle[:, 2].argmin(axis=0), of_circle[:, 3].argmin(axis=0)])
    section, order, everyone = np.arange(len(pairs.first_run)), pairs.run_order, np.arange(len(pairs.runs))
    sides = np.stack([of_circle[which, side, section] for side, which in enumerate(circle)])
    bound = np.empty(sides.shape, dtype=int)
    for side, which in enumerate(circle):
        won = np.flatnonzero(of_run[which[order], side, everyone] == sides[side, order])[::-1]
        bound[side, order[won]] = pairs.run_structure[won]
    return Clearance(sides, bound, runs)


def rooms_of_pairs(at: Sections, to: Triangles, pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Room on each side (circles, 4, p) that each pair leaves, and that each run leaves (r,)."""
    offsets, radii = at.circles()
    rooms = np.empty((len(offsets), len(SIDES_OF_NERVE), len(pairs.section)), dtype=np.float32)
    runs = np.full(len(pairs.runs), np.inf, dtype=np.float32)
    held = Held(at, to, pairs)
    # One circle at a time: what is worked on stays in the processor's cache.
    for room, offset, radius in zip(rooms, offsets, radii, strict=True):
        inwards = offset[pairs.section]
        distance, forward, inward, height = held.nearest(inwards)
        least = np.minimum.reduceat(distance, pairs.runs)
        inside = held.enclosed(inwards, distance, height, least)
        np.minimum(runs, np.where(inside, -least, least) - radius[pairs.run_section], out=runs)
        # Where a circle's middle lies all but in a wall, the wall's own direction stands for the way there.
        whole = FULL_COSINE * (distance + TOUCH_MM)
        fade = np.maximum(FADE, FADE * CLOSE_MM / (distance + TOUCH_MM))
        if inside.any():
            # Inside a structure only its nearest wall counts, and that the other way round.
            within = np.flatnonzero(inside[pairs.run_of])
            nearest = distance[within] <= least[pairs.run_of[within]]
            distance[within] = np.where(nearest, -distance[within], np.inf)
            forward[within] *= -1.0
            inward[within] *= -1.0
        forward -= held.out_forward
        inward -= held.out_inward
        distance -= radius[pairs.section]
        np.subtract(whole, forward, out=room[0])
        np.add(whole, forward, out=room[1])
        np.subtract(whole, inward, out=room[2])
        np.add(whole, inward, out=room[3])
        np.maximum(room, 0.0, out=room)
        room *= fade
        room += distance
    return rooms, runs


class Held:
    """Sections held against their triangles: all that is the same for every circle of a section."""

    def __init__(self, at: Sections, to: Triangles, pairs: Pairs) -> None:
        self.at, self.to, self.pairs = at, to, pairs
        section, triangle = pairs.section, pairs.triangle
        centre, forward, inward = (
            np.ascontiguousarray(axis.T).take(section, axis=1) for axis in (at.centre, at.forward, at.inward)
        )
        ab, ac, normal, a = (way.take(triangle, axis=1) for way in (to.ab, to.ac, to.normal, to.a))
        self.products = to.products.take(triangle)
        away = centre - a
        self.b_forward, self.b_inward = dot(ab, forward), dot(ab, inward)
        self.c_forward, self.c_inward = dot(ac, forward), dot(ac, inward)
        self.out, self.ahead, self.square = dot(away, inward), dot(away, forward), dot(away, away)
        self.pb, self.pc = dot(away, ab), dot(away, ac)
        self.height, self.rise = dot(away, normal), dot(inward, normal)
        self.out_forward, self.out_inward = TOUCH_MM * dot(forward, normal), TOUCH_MM * self.rise

    def nearest(self, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """From circles at `offset` (p,) mm inwards to the nearest points: distance, the way forwards and inwards (p,).

        And last, how high each circle stands above its triangle's plane.
        """
        pb, pc = self.pb + offset * self.b_inward, self.pc + offset * self.c_inward
        v, w, square = nearest_point(pb, pc, self.products)
        forward = v * self.b_forward + w * self.c_forward - self.ahead
        inward = v * self.b_inward + w * self.c_inward - self.out - offset
        square += self.square + offset * (2.0 * self.out + offset)
        return np.sqrt(np.maximum(square, 0.0)), forward, inward, self.height + offset * self.rise

    def enclosed(
        self, offset: np.ndarray, distance: np.ndarray, height: np.ndarray, least: np.ndarray
    ) -> np.ndarray:
        """Which runs' structure encloses the circles at `offset` (p,): (r,) bool, given what `nearest` gave.

        A structure may do so whose nearest triangle turns its back. It does where its triangles near by cover much of
        what is seen, from behind: folds and crossings of a muscle's end are thus told from its inside.
        """
        pairs = self.pairs
        won = np.flatnonzero(distance <= least[pairs.run_of] * 1.0002 + 1e-4)
        run = pairs.run_of[won]
        start = np.flatnonzero(np.r_[True, np.diff(run) != 0])
        inside = np.asarray(np.minimum.reduceat(height[won], start) < 0.0)
        doubt = np.flatnonzero(inside[pairs.run_of])
        if not len(doubt):
            return inside
        section, triangle = pairs.section[doubt], pairs.triangle[doubt]
        circle = self.at.centre[section] + offset[doubt, None] * self.at.inward[section]
        a = self.to.a[:, triangle] - circle.T
        cover = solid_angle(a, a + self.to.ab[:, triangle], a + self.to.ac[:, triangle])
        inside[inside] = np.bincount(pairs.run_of[doubt], cover, len(inside))[inside] > COVERED
        return inside


def nearest_point(pb: np.ndarray, pc: np.ndarray, of: Products) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nearest points on triangles: weights of b and c, and the square of the distance less that from a, (p,) each.

    pb, pc (p,): products of a point's way from a with ab and ac. Choices are made by products with masks, several times
    faster than by `np.where`.
    """
    v, w = (of.cc * pb - of.bc * pc) * of.per_area, (of.bb * pc - of.bc * pb) * of.per_area
    inside = np.minimum(np.minimum(v, w), 1.0 - v - w) >= 0.0
    # How far along each side its nearest point lies, and the square there.
    on_b, on_c = np.clip(pb * of.per_bb, 0.0, 1.0), np.clip(pc * of.per_cc, 0.0, 1.0)
    square_b = on_b * (on_b * of.bb - 2.0 * pb)
    square_c = on_c * (on_c * of.cc - 2.0 * pc)
    from_b = pc - pb + (of.bb - of.bc)
    on_far = np.clip(from_b * of.per_far, 0.0, 1.0)
    square_far = of.bb - 2.0 * pb + on_far * (on_far * of.far - 2.0 * from_b)
    square = np.minimum(np.minimum(square_b, square_c), square_far)
    b = square == square_b
    c = (square == square_c) & ~b
    far = ~(b | c)
    edge_v, edge_w = on_b * b + (1.0 - on_far) * far, on_c * c + on_far * far
    square += (-v * pb - w * pc - square) * inside
    return edge_v + (v - edge_v) * inside, edge_w + (w - edge_w) * inside, square


def solid_angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """What triangles with these corners (3, n), seen from the origin, cover of a sphere (n,); positive from behind."""
    la, lb, lc = (np.sqrt(dot(corner, corner)) for corner in (a, b, c))
    volume = dot(a, cross(b, c))
    return np.asarray(
        2.0 * np.arctan2(volume, la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb)
    )


__all__ = ["CIRCLES", "SIDES_OF_NERVE", "Clearance", "Pairs", "clearance", "paired"]
