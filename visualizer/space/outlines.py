"""Where a plane cuts closed surfaces: outlines that are closed by construction.

Takes vertices in the plane's own coordinates (right, up, height over the plane) and triangles; gives loops of points.
Every triangle that crosses the plane gives one segment between two of its edges. On a closed surface each edge is the
end of one segment and the start of another, so following them is a permutation, and its cycles are the loops.
"""

from __future__ import annotations

import numpy as np


def crossing(height: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Rows (k,) of the triangles (m, 3) whose corners lie on both sides of height (n,) 0."""
    above = height[triangles] > 0.0
    return np.flatnonzero((above[:, 0] != above[:, 1]) | (above[:, 0] != above[:, 2]))


def segments(flat: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut triangles (k, 3), all of which cross the plane: points (q, 2), and start and end (k,) of each segment.

    flat (n, 3): right, up and height of the vertices. Each point lies on one edge and is shared by its two triangles.
    """
    above = flat[triangles, 2] > 0.0
    lone_above = above.sum(axis=1) == 1
    alone = np.where(lone_above, above.argmax(axis=1), above.argmin(axis=1))
    # The same way round everywhere, so that every point is the end of one segment and the start of the next.
    turn = np.where(lone_above[:, None], [0, 1, 2], [0, 2, 1])
    corners = np.take_along_axis(triangles, (alone[:, None] + turn) % 3, axis=1).astype(np.int64)
    edges = np.stack([corners[:, (0, 0)], corners[:, 1:]], axis=-1)
    edges.sort(axis=-1)
    key, place = np.unique(edges[..., 0] * len(flat) + edges[..., 1], return_inverse=True)
    one, other = flat[key // len(flat)], flat[key % len(flat)]
    share = one[:, 2] / (one[:, 2] - other[:, 2])
    points = one[:, :2] + share[:, None] * (other[:, :2] - one[:, :2])
    place = place.reshape(-1, 2)
    return points, place[:, 0], place[:, 1]


def loops(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, ...]:
    """Closed loops (k, 2) of the segments from `start` to `end` (s,), the first point not repeated."""
    following = np.full(len(points), -1)
    following[start] = end
    after, found = following.tolist(), []
    for first in range(len(after)):
        if after[first] < 0:
            continue
        loop, here = [], first
        while after[here] >= 0:
            loop.append(here)
            after[here], here = -1, after[here]
        found.append(points[loop])
    return tuple(found)


def distance_to_segments(point: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Distances (s,) of a point (2,) to segments from start to end (s, 2)."""
    way = end - start
    share = ((point - start) * way).sum(axis=1) / np.maximum((way * way).sum(axis=1), 1e-12)
    nearest = start + np.clip(share, 0.0, 1.0)[:, None] * way
    return np.asarray(np.hypot(*(point - nearest).T))


def enclosed(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which of points (q, 2) lie inside (q,) bool, even-odd, the outline of segments from start to end (s, 2)."""
    x, y = points[:, 0, None], points[:, 1, None]
    crosses = (start[:, 1] <= y) != (end[:, 1] <= y)
    rise = end[:, 1] - start[:, 1]
    share = (y - start[:, 1]) / np.where(rise == 0.0, 1.0, rise)
    beyond = start[:, 0] + share * (end[:, 0] - start[:, 0]) > x
    return np.asarray((crosses & beyond).sum(axis=1) % 2 == 1)


def ends(found: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Start and end (s, 2) of every segment of closed loops."""
    if not found:
        return np.empty((0, 2)), np.empty((0, 2))
    return np.concatenate(found), np.concatenate([np.roll(loop, -1, axis=0) for loop in found])


def area(loop: np.ndarray) -> float:
    """Signed area of a closed loop (k, 2)."""
    following = np.roll(loop, -1, axis=0)
    return float((loop[:, 0] * following[:, 1] - loop[:, 1] * following[:, 0]).sum() / 2.0)
