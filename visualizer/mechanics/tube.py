"""The nerve's surface: elliptic tubes along its route, with the same topology in every variant.

Takes a `Route` and the courses of both sides; gives vertices and normals in the order of `Anatomy.nerve_surface`:
left then right, each the segments of TUBES, each rings of RING vertices closed by the middles of the end rings.
A segment that a variant lacks shrinks to a point inside the nerve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.mechanics.nerve import Course, Route

RING = 12
# The nerve's segments and how many rings each is drawn with, proximal to distal.
TUBES = {
    "l4": 24, "l5": 20, "s1": 16, "s2": 14, "s3": 14, "lumbosacral_trunk": 16,
    "sciatic": 96, "tibial": 56, "common_fibular": 36, "fibular_division": 32,
}  # fmt: skip
COUNTS = np.array(list(TUBES.values()))
FIRST = np.r_[0, np.cumsum(COUNTS)[:-1]]
RINGS = int(COUNTS.sum())
VERTICES_PER_SIDE = RINGS * RING + 2 * len(TUBES)
PHASE = 2 * np.pi * np.arange(RING) / RING
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Sampling:
    """How a course's route points become RINGS ring centres: row (RINGS,), share (RINGS, 1) of the next row, half (RINGS, 2) m."""

    row: np.ndarray
    share: np.ndarray
    half: np.ndarray


def sampling(course: Course) -> Sampling:
    """Evenly along each segment; a segment that the course lacks sits at the sciatic nerve's start, without size."""
    rows, shares, halves = [], [], []
    for name, count in TUBES.items():
        segment = course.segments.get(name)
        if segment is None:
            start = course.segments["sciatic"].start
            rows.append(np.full(count, start))
            shares.append(np.zeros(count))
            halves.append(np.full((count, 2), 1e-6))
            continue
        at = np.linspace(segment.start, segment.stop - 1, count)
        row = np.minimum(at.astype(int), segment.stop - 2)
        rows.append(row)
        shares.append(at - row)
        half = course.route_half
        halves.append(half[row] + (half[row + 1] - half[row]) * (at - row)[:, None])
    return Sampling(np.concatenate(rows), np.concatenate(shares)[:, None], np.concatenate(halves))


def triangles() -> np.ndarray:
    """Topology (n, 3) int32 of both sides, counter-clockwise seen from outside."""
    faces = []
    for side in range(2):
        base = side * VERTICES_PER_SIDE
        for index, (first, count) in enumerate(zip(FIRST, COUNTS, strict=True)):
            start = base + first * RING + 2 * index
            ring, phase = np.meshgrid(np.arange(count - 1), np.arange(RING), indexing="ij")
            a = (start + ring * RING + phase).ravel()
            b = (start + ring * RING + (phase + 1) % RING).ravel()
            around = np.arange(RING)
            onward = (around + 1) % RING
            last, pole = start + (count - 1) * RING, start + count * RING
            one = np.concatenate(
                [
                    np.stack([a, b, a + RING], 1),
                    np.stack([b, b + RING, a + RING], 1),
                    np.stack([start + onward, start + around, np.full(RING, pole)], 1),
                    np.stack([last + around, last + onward, np.full(RING, pole + 1)], 1),
                ]
            )
            faces.append(one if side == 0 else one[:, ::-1])
    return np.concatenate(faces).astype(np.int32)


def slices() -> list[tuple[str, int, int]]:
    """Segment, first vertex and vertex count of one side, in order."""
    return [
        (name, int(first * RING + 2 * index), int(count * RING + 2))
        for index, (name, first, count) in enumerate(zip(TUBES, FIRST, COUNTS, strict=True))
    ]


def along(points: np.ndarray) -> np.ndarray:
    """Directions (RINGS, 3) of the segments' centre lines `points` (RINGS, 3)."""
    before, after = np.arange(RINGS) - 1, np.arange(RINGS) + 1
    before[FIRST] = FIRST
    after[FIRST + COUNTS - 1] = FIRST + COUNTS - 1
    step = points[after] - points[before]
    return step / np.maximum(np.linalg.norm(step, axis=1, keepdims=True), 1e-9)


def surface(route: Route, samplings: Sequence[Sampling]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and unit normals, (n, 3) float32, of both sides."""
    vertices, normals = [], []
    for side, sample in enumerate(samplings):
        points, axis = (
            rows[sample.row] + (rows[sample.row + 1] - rows[sample.row]) * sample.share
            for rows in (route.points[side], route.thickness_axis[side])
        )
        tangent = along(points)
        thick = axis - (axis * tangent).sum(axis=1, keepdims=True) * tangent
        thick /= np.maximum(np.linalg.norm(thick, axis=1, keepdims=True), 1e-9)
        wide = np.cross(tangent, thick) * (1.0 if side == 0 else -1.0)
        cos, sin = np.cos(PHASE)[:, None], np.sin(PHASE)[:, None]
        half = sample.half[:, None, :]
        spokes = wide[:, None] * cos * half[..., :1] + thick[:, None] * sin * half[..., 1:]
        outward = wide[:, None] * cos * half[..., 1:] + thick[:, None] * sin * half[..., :1]
        outward /= np.linalg.norm(outward, axis=2, keepdims=True)
        last = FIRST + COUNTS - 1
        vertices.append(with_ends(points[:, None] + spokes, points[FIRST], points[last]))
        normals.append(with_ends(outward, -tangent[FIRST], tangent[last]))
    return np.concatenate(vertices).astype(np.float32), np.concatenate(normals).astype(np.float32)


def with_ends(rings: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Flat (VERTICES_PER_SIDE, 3): each segment's rings (RINGS, RING, 3), then its two end points."""
    result = np.empty((VERTICES_PER_SIDE, 3))
    result[RING_ROWS] = rings.reshape(-1, 3)
    result[END_ROWS] = first
    result[END_ROWS + 1] = last
    return result


RING_ROWS = np.concatenate(
    [start + np.arange(count - 2) for _, start, count in slices()]
)
END_ROWS = np.array([start + count - 2 for _, start, count in slices()])
