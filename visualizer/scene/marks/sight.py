"""Whether points of a structure are seen: whether no solid muscle is drawn over them.

Exact, where `blockers` is coarse: muscles lie on one another a few millimetres deep, and a name must not end on the
wrong one. Takes a posture's muscle surface, metres, and a `Stage`.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visualizer.anatomy.model import Surface
    from visualizer.scene.marks.stage import Stage

# Points are those of the drawn surfaces; nothing so close to one is another surface.
ITSELF_M = 0.0003


def triangles_of(surface: Surface, keys: Container[str]) -> np.ndarray:
    """Triangles (m, 3) of those parts of a surface that have one of these keys."""
    rows = [
        surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
        for part in surface.parts
        if part.key in keys
    ]
    return np.concatenate([np.zeros((0, 3), np.int32), *rows])


class Sight:
    """Past triangles (m, 3) of vertices at (n, 3) m; what it looked at last is kept."""

    def __init__(self, vertices: np.ndarray, triangles: np.ndarray) -> None:
        self._vertices, self._triangles = vertices, triangles.T
        self._covering: Covering | None = None

    def on(self, stage: Stage) -> Covering:
        """What is drawn on a stage: the triangles that face the eye, nearest or not."""
        if self._covering is None or self._covering.stage is not stage:
            at = np.ascontiguousarray(stage.project(self._vertices).T, np.float32)
            x, y = at[0][self._triangles], at[1][self._triangles]
            # Pixels run downwards: what turns against a clock's hand on paper is seen from outside.
            facing = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0]) < 0.0
            corners = np.stack([x[:, facing], y[:, facing], at[2][self._triangles[:, facing]]])
            a, b, c = corners[:2].transpose(1, 0, 2)
            low, high = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
            self._covering = Covering(stage, corners, low, high)
        return self._covering


@dataclass(frozen=True, eq=False)
class Covering:
    """Triangles on a stage: corners (3, 3, m), coordinate first, pixels and depth; low, high (2, m): their boxes."""

    stage: Stage
    corners: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def leaves(self, points: np.ndarray) -> np.ndarray:
        """Whether each of `points` (k, 3) m is seen, (k,) bool."""
        way = self.stage.eye - points
        nearer = points + ITSELF_M * way / np.linalg.norm(way, axis=1, keepdims=True)
        at, depth = self.stage.project(points)[:, :2], self.stage.project(nearer)[:, 2]
        about = np.flatnonzero(within(self.low, self.high, at.min(axis=0), at.max(axis=0)))
        low, high = self.low[:, about, None], self.high[:, about, None]
        over, point = np.nonzero(within(low, high, at.T, at.T))
        reached = _depth_at(self.corners[:, :, about[over]].astype(float), at[point].T)
        seen = np.ones(len(points), bool)
        seen[point[reached < depth[point]]] = False
        return seen


def within(low: np.ndarray, high: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Whether boxes, `low` to `high` (2, …), meet those from `first` to `last` (2, …)."""
    return np.asarray(
        (low[0] <= last[0]) & (high[0] >= first[0]) & (low[1] <= last[1]) & (high[1] >= first[1])
    )


def _depth_at(corners: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Depth of triangles (3, 3, m) at places (2, m) of the stage; infinite for those beside it."""
    origin, one_way, other_way = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    offset = place - origin[:2]
    size = one_way[0] * other_way[1] - one_way[1] * other_way[0]
    size = np.where(size == 0.0, np.inf, size)
    one = (offset[0] * other_way[1] - offset[1] * other_way[0]) / size
    other = (one_way[0] * offset[1] - one_way[1] * offset[0]) / size
    inside = (one >= 0.0) & (other >= 0.0) & (one + other <= 1.0)
    return np.asarray(np.where(inside, origin[2] + one * one_way[2] + other * other_way[2], np.inf))
