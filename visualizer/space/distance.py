"""Distances from points to triangulated surfaces that move, and between their cross-sections.

Takes plain arrays in one frame, any unit of length; a distance to a closed surface is negative inside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CANDIDATES = 32
# Triangles looked at around the one whose middle is nearest; only the poles of muscles have more neighbours.
MOST_NEIGHBOURS = 16


@dataclass(frozen=True, eq=False)
class Skin:
    """Topology of surfaces: triangles (m, 3) int, and around (m, most) int, each triangle with those that touch it."""

    triangles: np.ndarray
    around: np.ndarray

    def middles(self, vertices: np.ndarray) -> np.ndarray:
        """Centre (m, 3) of each triangle."""
        a, b, c = (vertices[self.triangles[:, corner]] for corner in range(3))
        return np.asarray((a + b + c) / 3.0)

    def signed_distance(self, points: np.ndarray, vertices: np.ndarray) -> np.ndarray:
        """Distance (q,) of points (q, 3) to a surface with `vertices` (n, 3), exact around the nearest triangle."""
        from scipy.spatial import cKDTree  # takes long to import, and few calls need it

        return self.distance_at(points, cKDTree(self.middles(vertices)).query(points)[1], vertices)

    def gap(self, points: np.ndarray, vertices: np.ndarray, normals: np.ndarray) -> float:
        """Smallest of the distances of points (q, 3) to a closed surface, exact for the CANDIDATES that seem nearest.

        vertices, normals: (n, 3), outward.
        """
        from scipy.spatial import cKDTree  # as above

        middles = self.middles(vertices)
        apart, nearest = cKDTree(middles).query(points)
        inside = dot(points - middles[nearest], normals[self.triangles[nearest, 0]]) < 0.0
        first = np.argsort(np.where(inside, -apart, apart))[:CANDIDATES]
        distance = self.distance_at(points[first], nearest[first], vertices)
        # Where a surface folds sharply its nearest triangle may face away from a point outside.
        doubtful = np.flatnonzero(distance < 0.0)
        distance[doubtful] *= np.where(encloses(points[first[doubtful]], vertices, self.triangles), 1.0, -1.0)
        return float(distance.min())

    def distance_at(self, points: np.ndarray, nearest: np.ndarray, vertices: np.ndarray) -> np.ndarray:
        """As `signed_distance`, with the nearest triangle (q,) of each point known."""
        corners = vertices[self.triangles[self.around[nearest]]]
        weight, squared = closest_on_triangles(points[:, None], corners)
        least = squared.min(axis=1)
        offset = points[:, None] - (weight[..., None] * corners).sum(axis=2)
        a, b = corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0]
        facing = a[..., (1, 2, 0)] * b[..., (2, 0, 1)] - a[..., (2, 0, 1)] * b[..., (1, 2, 0)]
        # On an edge several triangles are as near: the one that faces the point most squarely tells the side.
        rise = dot(offset, facing) / np.sqrt(np.maximum(dot(facing, facing), 1e-30))
        rise = np.where(squared <= least[:, None] * 1.0001 + 1e-14, rise, 0.0)
        side = np.take_along_axis(rise, np.abs(rise).argmax(axis=1)[:, None], axis=1)[:, 0]
        return np.where(side >= 0.0, 1.0, -1.0) * np.sqrt(least)


def encloses(points: np.ndarray, vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Which of points (q, 3) lie inside a closed surface: (q,) bool, by what a ray along z leaves through."""
    a, b, c = (vertices[triangles[:, corner]] - points[:, None] for corner in range(3))
    ab, bc, ca = (p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0] for p, q in ((a, b), (b, c), (c, a)))
    turn = ab + bc + ca
    side = np.sign(turn)
    hit = (ab * side > 0) & (bc * side >= 0) & (ca * side >= 0)
    height = (a[..., 2] * bc + b[..., 2] * ca + c[..., 2] * ab) * side
    return np.asarray(np.where(hit & (height > 0), side, 0.0).sum(axis=1) > 0.5)


def skin(triangles: np.ndarray) -> Skin:
    """The topology of triangles (m, 3)."""
    count = len(triangles)
    corner = triangles.ravel()
    order = np.argsort(corner, kind="stable")
    valence = np.bincount(corner)
    first = np.r_[0, np.cumsum(valence)[:-1]]
    step = np.arange(valence.max())
    place = first[:, None] + np.where(step < valence[:, None], step, 0)
    touching = (order[place] // 3)[triangles].reshape(count, -1)
    # Each neighbour once, those that share an edge (listed twice) before those that share a corner.
    pairs, shared = np.unique(
        np.repeat(np.arange(count), touching.shape[1]) * count + touching.ravel(), return_counts=True
    )
    return Skin(triangles, padded(pairs // count, pairs % count, shared, count))


def padded(owner: np.ndarray, neighbour: np.ndarray, shared: np.ndarray, count: int) -> np.ndarray:
    """Neighbours (count, MOST_NEIGHBOURS) of each owner, most shared first, padded with the owner itself."""
    order = np.lexsort([-shared, owner])
    owner, neighbour = owner[order], neighbour[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    result = np.tile(np.arange(count)[:, None], MOST_NEIGHBOURS)
    kept = rank < MOST_NEIGHBOURS
    result[owner[kept], rank[kept]] = neighbour[kept]
    return result


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
