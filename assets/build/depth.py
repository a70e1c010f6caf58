"""How deep points lie inside a closed surface, exactly: winding numbers, and the distance to the nearest triangle.

Takes points (n, 3), vertices and triangles (m, 3) int in millimetres. For few points: all triangles are tried.
"""

from __future__ import annotations

import numpy as np

CHUNK = 128


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Scalar products along the last axis."""
    return np.asarray((a * b).sum(axis=-1))


def winding(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Winding number (n,) of triangles `corners` (m, 3, 3) round each point (van Oosterom & Strackee 1983)."""
    a, b, c = (corners[None, :, i] - points[:, None] for i in range(3))
    long_a, long_b, long_c = (np.linalg.norm(ray, axis=2) for ray in (a, b, c))
    volume = dot(a, np.cross(b, c))
    spread = long_a * long_b * long_c + dot(a, b) * long_c + dot(b, c) * long_a + dot(c, a) * long_b
    return np.asarray(np.arctan2(volume, spread).sum(axis=1) / (2.0 * np.pi))


def distance(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Distance (n,) of each point from the nearest of the triangles `corners` (m, 3, 3)."""
    a, b, c = (corners[None, :, i] for i in range(3))
    place = points[:, None]
    normal = np.cross(b - a, c - a)
    size = np.maximum(dot(normal, normal), 1e-12)
    height, u, v = (
        dot(place - a, normal),
        dot(np.cross(place - a, c - a), normal) / size,
        dot(np.cross(b - a, place - a), normal) / size,
    )
    best = np.where((u >= 0) & (v >= 0) & (u + v <= 1), height**2 / size, np.inf)
    for start, end in ((a, b), (b, c), (c, a)):
        way = end - start
        along = np.clip(dot(place - start, way) / np.maximum(dot(way, way), 1e-12), 0.0, 1.0)
        off = place - start - along[..., None] * way
        best = np.minimum(best, dot(off, off))
    return np.asarray(np.sqrt(best.min(axis=1)))


def inside(points: np.ndarray, vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """How deep `points` lie inside the surface, (n,) mm, 0 outside."""
    corners = vertices[triangles]
    result = np.zeros(len(points))
    for first in range(0, len(points), CHUNK):
        own = points[first : first + CHUNK]
        within = np.flatnonzero(np.abs(winding(own, corners)) > 0.5)
        if len(within):
            result[first + within] = distance(own[within], corners)
    return result
