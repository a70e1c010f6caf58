"""Which structures can be in the picture at all, so that the others cost nothing; plain arrays, no OpenGL.

It matters where a processor stands in for the graphics card, in close-ups, and for picking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visualizer.anatomy.model import Part

SAMPLES = 100
MARGIN = 1.1


class Spheres:
    """A sphere around each part of a surface, found anew from some of its vertices when they move."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        samples = [
            np.arange(part.first_vertex, part.first_vertex + part.vertex_count)[
                :: part.vertex_count // SAMPLES + 1
            ]
            for part in parts
        ]
        self._samples = np.concatenate(samples)
        self._starts = np.cumsum([0] + [len(some) for some in samples[:-1]])
        self.centres = np.zeros((len(parts), 3))
        self.radii = np.zeros(len(parts))

    def fit(self, vertices: np.ndarray) -> None:
        """Find the spheres of vertices (n, 3) m."""
        points = vertices[self._samples]
        low = np.minimum.reduceat(points, self._starts)
        high = np.maximum.reduceat(points, self._starts)
        self.centres = 0.5 * (low + high)
        self.radii = 0.5 * MARGIN * np.linalg.norm(high - low, axis=1)


def side_planes(clip_from_world: np.ndarray) -> np.ndarray:
    """Left, right, lower and upper side of what a (4, 4) projection shows, (4, 4) float: inward normal, offset."""
    x, y, _, w = clip_from_world
    planes: np.ndarray = np.array([w + x, w - x, w + y, w - y])
    planes /= np.linalg.norm(planes[:, :3], axis=1, keepdims=True)
    return planes


def in_picture(planes: np.ndarray, centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Whether spheres (n, 3) m, (n,) m reach into the picture, (n,) bool."""
    inside: np.ndarray = np.all(centres @ planes[:, :3].T + planes[:, 3] > -radii[:, None], axis=1)
    return inside


def runs(first: np.ndarray, count: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and count of the fewest stretches that hold the wanted ones of neighbouring stretches."""
    edges = np.diff(np.concatenate([[False], wanted, [False]]).astype(np.int8))
    begin, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    firsts = first[begin]
    return firsts, first[end - 1] + count[end - 1] - firsts
