"""The nerve's surface: elliptical tubes along its route, each closed by a point at both ends.

Takes the courses of both sides once, then routes (n, 3) m and thickness directions; gives vertices and normals. A part
of m route points has m rings of RING vertices, then its two end points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visualizer.body.nerve.binding import Course


# The way from the opening at L4/5 to the knee, as the nerve's parts have it.
WAY = (
    "l4", "lumbosacral_trunk", "sciatic_pelvic", "sciatic_infrapiriform", "sciatic_gluteal", "sciatic_femoral",
    "tibial",
)  # fmt: skip
RING = 12
PHASE = 2 * np.pi * np.arange(RING) / RING


def tube_triangles(rings: int) -> np.ndarray:
    """Triangles (2 * RING * rings, 3) of a closed tube of `rings` rings and its first and last point, outward."""
    ring, at = np.meshgrid(np.arange(rings - 1), np.arange(RING), indexing="ij")
    here, beside = ring * RING + at, ring * RING + (at + 1) % RING
    sides = np.stack([here, here + RING, beside, beside, here + RING, beside + RING], axis=-1).reshape(-1, 3)
    around, following = np.arange(RING), (np.arange(RING) + 1) % RING
    first, last = np.full(RING, rings * RING), np.full(RING, rings * RING + 1)
    end = (rings - 1) * RING
    caps = np.concatenate(
        [
            np.stack([around, following, first], axis=1),
            np.stack([end + following, end + around, last], axis=1),
        ]
    )
    return np.concatenate([sides, caps]).astype(np.int32)


@dataclass(frozen=True)
class NerveFrames:
    """The nerve's middle line and its directions at all route points, left side first: (3, n) m and unit vectors."""

    centre: np.ndarray
    along: np.ndarray
    across: np.ndarray
    through: np.ndarray


class Tube:
    """Rings of both sides' parts, ready to be placed.

    keys: `l4_left` ...; first_vertex, vertex_count, first_triangle, triangle_count per part; triangles (m, 3). half
    (n, 2) m: half width and thickness at all route points, those of the right side from `first_right` on.
    """

    def __init__(self, courses: Sequence[Course]) -> None:
        self.keys, self.vertex_count, self.triangle_count = [], [], []
        rings, rows, triangles, end_points, end_rows, outward = [], [], [], [], [], []
        first, offset = 0, 0
        for side, course in zip(("left", "right"), courses, strict=True):
            for name, piece in course.pieces.items():
                count = piece.stop - piece.start
                corners = tube_triangles(count) + first
                self.keys.append(f"{name}_{side}")
                self.vertex_count.append(count * RING + 2)
                self.triangle_count.append(len(corners))
                triangles.append(corners if side == "left" else corners[:, ::-1])
                rings.append(np.arange(piece.start, piece.stop) + offset)
                rows.append(first + np.arange(count * RING))
                end_points += [piece.start + offset, piece.stop - 1 + offset]
                end_rows += [first + count * RING, first + count * RING + 1]
                outward += [-1.0, 1.0]
                first += count * RING + 2
            offset += len(course.route_half)
        self.first_vertex = np.r_[0, np.cumsum(self.vertex_count)[:-1]]
        self.first_triangle = np.r_[0, np.cumsum(self.triangle_count)[:-1]]
        self.triangles = np.concatenate(triangles)
        self._rings, self._end_points = np.concatenate(rings), np.array(end_points)
        self._outward = np.array(outward)
        # Computed are all rings, then all end points; shown is part after part.
        self._order = np.argsort(np.concatenate([*rows, end_rows]))
        self.first_right = len(courses[0].route_half)
        self._before, self._after = self._neighbours(courses)
        self.half = np.concatenate([course.route_half for course in courses])
        half = self.half[self._rings]
        circle = np.stack([np.cos(PHASE), np.sin(PHASE)])[..., None]
        self._spokes = self._by_ring(circle * half.T[:, None])
        facing = circle / half.T[:, None]
        self._facing = self._by_ring(facing / np.linalg.norm(facing, axis=0))

    @staticmethod
    def _by_ring(values: np.ndarray) -> np.ndarray:
        """(2, 1, rings, RING) float32 from (2, RING, rings): across and through, ready to be multiplied."""
        return np.ascontiguousarray(values.swapaxes(1, 2)[:, None], dtype=np.float32)

    @staticmethod
    def _neighbours(courses: Sequence[Course]) -> tuple[np.ndarray, np.ndarray]:
        before, after, offset = [], [], 0
        for course in courses:
            for segment in course.segments.values():
                index = np.arange(segment.start, segment.stop)
                before.append(np.maximum(index - 1, segment.start) + offset)
                after.append(np.minimum(index + 1, segment.stop - 1) + offset)
            offset += len(course.route_half)
        return np.concatenate(before), np.concatenate(after)

    def frames(self, points: Sequence[np.ndarray], thickness_axis: Sequence[np.ndarray]) -> NerveFrames:
        """The frames for both sides' route points and thickness directions (n, 3)."""
        centre, axis = np.concatenate(points).T, np.concatenate(thickness_axis).T
        tangent = centre[:, self._after] - centre[:, self._before]
        tangent /= np.sqrt((tangent * tangent).sum(axis=0))
        axis = axis - (axis * tangent).sum(axis=0) * tangent
        axis /= np.sqrt((axis * axis).sum(axis=0))
        # Width = tangent x thickness; the right side, a mirror image, turns the other way.
        width = tangent[[1, 2, 0]] * axis[[2, 0, 1]] - tangent[[2, 0, 1]] * axis[[1, 2, 0]]
        width[:, self.first_right :] *= -1.0
        return NerveFrames(centre, tangent, width, axis)

    def surface(self, at: NerveFrames) -> tuple[np.ndarray, np.ndarray]:
        """Vertices and normals (v, 3) float32."""
        across, through = (
            values[:, self._rings, None].astype(np.float32) for values in (at.across, at.through)
        )
        vertices = self._spokes[0] * across + self._spokes[1] * through + at.centre[:, self._rings, None]
        normals = self._facing[0] * across + self._facing[1] * through
        ends = self._outward * at.along[:, self._end_points]
        return self._ordered(vertices, at.centre[:, self._end_points]), self._ordered(normals, ends)

    def _ordered(self, rings: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """(v, 3) float32, part after part, from rings (3, rings, RING) and end points (3, ends)."""
        whole = np.concatenate([rings.reshape(3, -1), ends], axis=1, dtype=np.float32)
        return np.ascontiguousarray(whole.take(self._order, axis=1).T)
