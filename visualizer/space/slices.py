"""Sections of surfaces by level planes, and how far apart they lie within a plane. Plain arrays, any unit of length."""

from __future__ import annotations

import numpy as np


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
    from scipy.spatial import cKDTree  # takes long to import, and few calls need it

    if not np.isin(one[0], other[0]).any():
        return float("inf")
    # Planes are told apart by a third coordinate that no distance within one can reach.
    size = 10.0 * (np.abs(one[1]).max() + np.abs(other[1]).max())
    here, there = (np.column_stack([segments[:, 0], plane * size]) for plane, segments in (one, other))
    apart = cKDTree(there).query(here)[0]
    # A nearest pair is at most as far apart as the nearest starts; its own starts lie at most its lengths farther.
    long, also_long = (np.linalg.norm(np.diff(side[1], axis=1), axis=2)[:, 0] for side in (one, other))
    near = np.flatnonzero(apart <= apart.min() + long + also_long.max())
    mine, theirs = np.nonzero(one[0][near, None] == other[0])
    mine = near[mine]
    way = one[1][mine, 0] - other[1][theirs, 0]
    close = way[:, 0] ** 2 + way[:, 1] ** 2 <= (apart.min() + long[mine] + also_long[theirs]) ** 2
    pairs = one[1][mine[close]], other[1][theirs[close]]
    return float(np.sqrt(min(squared_to_segments(*pairs).min(), squared_to_segments(*pairs[::-1]).min())))


def squared_to_segments(starts: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Squared distances (n,) of the starts of segments (n, 2, 2) to other segments (n, 2, 2)."""
    (x, y), (way_x, way_y) = (starts[:, 0] - segments[:, 0]).T, (segments[:, 1] - segments[:, 0]).T
    share = (x * way_x + y * way_y) / np.maximum(way_x * way_x + way_y * way_y, 1e-30)
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    x, y = x - share * way_x, y - share * way_y
    return np.asarray(x * x + y * y)
