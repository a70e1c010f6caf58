"""Distances from points to triangulated surfaces that move, and between their cross-sections.

Takes plain arrays in one frame, any unit of length; a distance to a closed surface is negative inside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CANDIDATES = 32


@dataclass(frozen=True, eq=False)
class Skin:
    """Topology of closed surfaces: triangles (m, 3) int, and fan (n, most) int, the triangles around each vertex."""

    triangles: np.ndarray
    fan: np.ndarray

    def signed_distance(self, points: np.ndarray, vertices: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """Distance (q,) of points (q, 3) to the surface with `vertices` and outward `normals` (n, 3).

        Exact to the triangles around the nearest vertex.
        """
        from scipy.spatial import cKDTree  # takes long to import, and few calls need it

        _, nearest = cKDTree(vertices).query(points)
        return self.distance_at(points, nearest, vertices, normals)

    def gap(self, points: np.ndarray, vertices: np.ndarray, normals: np.ndarray) -> float:
        """Smallest of the distances of points (q, 3), exact for the CANDIDATES that lie nearest to a vertex."""
        from scipy.spatial import cKDTree  # as above

        apart, nearest = cKDTree(vertices).query(points)
        inside = dot(points - vertices[nearest], normals[nearest]) < 0.0
        first = np.argsort(np.where(inside, -apart, apart))[:CANDIDATES]
        return float(self.distance_at(points[first], nearest[first], vertices, normals).min())

    def distance_at(
        self, points: np.ndarray, nearest: np.ndarray, vertices: np.ndarray, normals: np.ndarray
    ) -> np.ndarray:
        """As `signed_distance`, with the nearest vertex (q,) of each point known."""
        corners = self.triangles[self.fan[nearest]]
        weight, squared = closest_on_triangles(points[:, None], vertices[corners])
        best = squared.argmin(axis=1)
        row = np.arange(len(points))
        corner, share = corners[row, best], weight[row, best]
        offset = points - (share[:, :, None] * vertices[corner]).sum(axis=1)
        outside = (offset * (share[:, :, None] * normals[corner]).sum(axis=1)).sum(axis=1) >= 0.0
        return np.where(outside, 1.0, -1.0) * np.sqrt(squared[row, best])


def skin(triangles: np.ndarray, most: int | None = None) -> Skin:
    """The topology of triangles (m, 3) that use each of their vertices.

    Fans are padded with their first triangle, and cut to `most` triangles where that is given.
    """
    corner = triangles.ravel()
    order = np.argsort(corner, kind="stable")
    count = np.bincount(corner)
    first = np.r_[0, np.cumsum(count)[:-1]]
    step = np.arange(min(count.max(), most or count.max()))
    place = first[:, None] + np.where(step < count[:, None], step, 0)
    return Skin(triangles, order[place] // 3)


def closest_on_triangles(points: np.ndarray, corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest point of each triangle (…, 3, 3) to `points` (…, 3): corner weights (…, 3), and squared distance (…)."""
    a = corners[..., 0, :]
    to_b, to_c, to_p = corners[..., 1, :] - a, corners[..., 2, :] - a, points - a
    bb, bc, cc = dot(to_b, to_b), dot(to_b, to_c), dot(to_c, to_c)
    pb, pc = dot(to_p, to_b), dot(to_p, to_c)
    area = np.maximum(bb * cc - bc * bc, 1e-30)
    v, w = (cc * pb - bc * pc) / area, (bb * pc - bc * pb) / area
    along_b = np.clip(pb / np.maximum(bb, 1e-30), 0.0, 1.0)
    along_c = np.clip(pc / np.maximum(cc, 1e-30), 0.0, 1.0)
    # The third side, from b to c: its length squared, and where the point falls on it.
    far = np.clip((pc - pb + bb - bc) / np.maximum(bb - 2 * bc + cc, 1e-30), 0.0, 1.0)
    zero = np.zeros_like(v)
    options_v = np.stack([v, along_b, zero, 1.0 - far], axis=-1)
    options_w = np.stack([w, zero, along_c, far], axis=-1)
    squared = (
        dot(to_p, to_p)[..., None]
        - 2 * (options_v * pb[..., None] + options_w * pc[..., None])
        + options_v**2 * bb[..., None] + 2 * options_v * options_w * bc[..., None] + options_w**2 * cc[..., None]
    )  # fmt: skip
    squared[..., 0][(v < 0) | (w < 0) | (v + w > 1)] = np.inf
    best = squared.argmin(axis=-1)[..., None]
    v, w = (np.take_along_axis(options, best, axis=-1)[..., 0] for options in (options_v, options_w))
    distance = np.take_along_axis(squared, best, axis=-1)[..., 0]
    return np.stack([1.0 - v - w, v, w], axis=-1), np.maximum(distance, 0.0)


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Scalar products (…) of vectors (…, 3)."""
    return np.asarray(a[..., 0] * b[..., 0] + a[..., 1] * b[..., 1] + a[..., 2] * b[..., 2])


def cut(vertices: np.ndarray, triangles: np.ndarray, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Section of a surface by planes at `heights` (s,): plane index (k,), and segments (k, 2, 2) in x and y."""
    above = vertices[triangles, 2] > heights[:, None, None]
    count = above.sum(axis=2)
    plane, triangle = np.nonzero((count == 1) | (count == 2))
    alone = np.where(count == 1, above.argmax(axis=2), above.argmin(axis=2))[plane, triangle]
    # Contours run the same way round everywhere, so that every corner of one is the start of a segment.
    turned = (alone[:, None] + np.where((count[plane, triangle] == 1)[:, None], [0, 1, 2], [0, 2, 1])) % 3
    corners = vertices[np.take_along_axis(triangles[triangle], turned, axis=1)]
    tip, ends = corners[:, :1], corners[:, 1:]
    share = (heights[plane, None] - tip[..., 2]) / (ends[..., 2] - tip[..., 2])
    return plane, tip[..., :2] + share[..., None] * (ends - tip)[..., :2]


def gap_in_planes(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    """Smallest distance within any one plane between two sections that `cut` gave; infinite if none shares a plane."""
    from scipy.spatial import cKDTree  # as above

    if not np.isin(one[0], other[0]).any():
        return float("inf")
    # Planes are told apart by a third coordinate that no distance within one can reach.
    size = 10.0 * (np.abs(one[1]).max() + np.abs(other[1]).max())
    here, there = (np.column_stack([segments[:, 0], plane * size]) for plane, segments in (one, other))
    apart = cKDTree(there).query(here)[0]
    # Only starts that are nearly as near as the nearest can lead to a smaller distance: two segments' length decides.
    longest = sum(float(np.linalg.norm(np.diff(side[1], axis=1), axis=2).max()) for side in (one, other))
    near = np.flatnonzero(apart <= apart.min() + longest)
    mine, theirs = np.nonzero(one[0][near, None] == other[0])
    pairs = one[1][near[mine]], other[1][theirs]
    return float(np.sqrt(min(squared_to_segments(*pairs).min(), squared_to_segments(*pairs[::-1]).min())))


def squared_to_segments(starts: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Squared distances (n,) of the starts of segments (n, 2, 2) to other segments (n, 2, 2)."""
    (x, y), (way_x, way_y) = (starts[:, 0] - segments[:, 0]).T, (segments[:, 1] - segments[:, 0]).T
    share = (x * way_x + y * way_y) / np.maximum(way_x * way_x + way_y * way_y, 1e-30)
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    x, y = x - share * way_x, y - share * way_y
    return np.asarray(x * x + y * y)
