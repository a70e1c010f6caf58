"""Closed surfaces as voxels: which lie inside, how deep a point lies, where a surface crosses itself.

Takes vertices (n, 3) and triangles (m, 3) int, millimetres; inside is where the winding number is not 0, so that a
surface that folds over itself counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import ndimage

# A hair off the grid, so that no column runs along an edge of a symmetric surface.
OFF_GRID = np.array([1.3e-3, 2.1e-3])


@dataclass(frozen=True)
class Voxels:
    """What lies inside one surface: filled (x, y, z) bool at `spacing` mm, the first voxel at index `first` (3,)."""

    filled: np.ndarray
    first: np.ndarray
    spacing: float

    @cached_property
    def depth(self) -> np.ndarray:
        """(x, y, z) float32 mm to the surface, 0 outside."""
        depth = ndimage.distance_transform_edt(self.filled, sampling=self.spacing) - self.spacing / 2
        return np.maximum(depth, 0.0).astype(np.float32)

    def depth_at(self, points: np.ndarray) -> np.ndarray:
        """How deep `points` (n, 3) mm lie inside, (n,) mm, 0 outside."""
        at = points / self.spacing - self.first
        near = ((at > 0) & (at < np.array(self.filled.shape) - 1)).all(axis=1)
        result = np.zeros(len(points))
        result[near] = ndimage.map_coordinates(self.depth, at[near].T, order=1)
        return result

    def near(self, points: np.ndarray) -> np.ndarray:
        """Whether any voxel round each of `points` (n, 3) mm is filled, (n,) bool."""
        at = np.floor(points / self.spacing - self.first).astype(int)
        result = np.zeros(len(points), dtype=bool)
        known = ((at >= 0) & (at < np.array(self.filled.shape) - 1)).all(axis=1)
        for corner in np.ndindex(2, 2, 2):
            result[known] |= self.filled[tuple((at[known] + corner).T)]
        return result

    def shared(self, other: Voxels) -> float:
        """Volume in cm³ that lies inside both."""
        low = np.maximum(self.first, other.first)
        high = np.minimum(self.first + self.filled.shape, other.first + other.filled.shape)
        if (high <= low).any():
            return 0.0
        mine, theirs = (
            grid.filled[tuple(slice(*ends) for ends in zip(low - grid.first, high - grid.first, strict=True))]
            for grid in (self, other)
        )
        return float((mine & theirs).sum()) * self.spacing**3 / 1000.0


def voxels(vertices: np.ndarray, triangles: np.ndarray, spacing: float) -> Voxels:
    """Fill one surface, by the crossings of its triangles with columns along z."""
    first = np.floor(vertices.min(axis=0) / spacing).astype(int) - 2
    shape = np.ceil(vertices.max(axis=0) / spacing).astype(int) + 3 - first
    corners = (vertices / spacing - first)[triangles]
    flat = corners[:, :, :2] - OFF_GRID
    low = np.ceil(flat.min(axis=1)).astype(int)
    count = np.maximum(np.floor(flat.max(axis=1)).astype(int) - low + 1, 0)
    columns = count.prod(axis=1)
    own = np.repeat(np.arange(len(triangles)), columns)
    step = np.arange(len(own)) - np.repeat(np.cumsum(columns) - columns, columns)
    cell = low[own] + np.stack([step // count[own, 1], step % count[own, 1]], axis=1)
    one, two = flat[:, 1] - flat[:, 0], flat[:, 2] - flat[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    scale = 1.0 / np.where(np.abs(area) > 1e-12, area, np.inf)
    away = cell - flat[own, 0]
    u = (away[:, 0] * two[own, 1] - away[:, 1] * two[own, 0]) * scale[own]
    v = (one[own, 0] * away[:, 1] - one[own, 1] * away[:, 0]) * scale[own]
    met = (u >= 0) & (v >= 0) & (u + v <= 1) & (np.abs(area[own]) > 1e-12)
    own, cell, u, v = own[met], cell[met], u[met], v[met]
    height = corners[own, 0, 2] * (1 - u - v) + corners[own, 1, 2] * u + corners[own, 2, 2] * v
    turns = np.zeros(shape, dtype=np.int16)
    np.add.at(
        turns, (cell[:, 0], cell[:, 1], np.ceil(height).astype(int)), np.sign(area[own]).astype(np.int16)
    )
    return Voxels(np.cumsum(turns, axis=2, dtype=np.int16) != 0, first, spacing)


def samples(vertices: np.ndarray, triangles: np.ndarray, count: int) -> np.ndarray:
    """`count` points (count, 3) spread evenly over a surface by area, always the same."""
    corners = vertices[triangles]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    at = (np.arange(count) + 0.5) / count
    own = np.searchsorted(np.cumsum(area) / area.sum(), at).clip(0, len(triangles) - 1)
    # The golden ratio's multiples fill a square evenly.
    u, v = np.modf(np.arange(count) * 0.7548776662)[0], np.modf(np.arange(count) * 0.5698402910)[0]
    over = u + v > 1
    u, v = np.where(over, 1 - u, u)[:, None], np.where(over, 1 - v, v)[:, None]
    return np.asarray(corners[own, 0] * (1 - u - v) + corners[own, 1] * u + corners[own, 2] * v)


def self_crossings(vertices: np.ndarray, triangles: np.ndarray) -> int:
    """How many pairs of an edge and a triangle of one surface cross, those that share a corner left out."""
    edges = np.unique(np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)
    start, end = vertices[edges[:, 0]], vertices[edges[:, 1]]
    corners = vertices[triangles]
    near = np.ones((len(edges), len(triangles)), dtype=bool)
    for axis in range(3):
        low, high = np.minimum(start, end)[:, axis, None], np.maximum(start, end)[:, axis, None]
        near &= (corners[:, :, axis].max(axis=1) >= low) & (corners[:, :, axis].min(axis=1) <= high)
    for corner in range(3):
        for end_of in range(2):
            near &= triangles[:, corner] != edges[:, end_of, None]
    edge, triangle = np.nonzero(near)
    way, first = (end - start)[edge], corners[triangle, 0]
    one, two = corners[triangle, 1] - first, corners[triangle, 2] - first
    across = np.cross(way, two)
    volume = (one * across).sum(axis=1)
    scale = 1.0 / np.where(np.abs(volume) > 1e-12, volume, np.inf)
    away = start[edge] - first
    u = (away * across).sum(axis=1) * scale
    turned = np.cross(away, one)
    v = (way * turned).sum(axis=1) * scale
    t = (two * turned).sum(axis=1) * scale
    met = (u > 0) & (v > 0) & (u + v < 1) & (t > 0) & (t < 1) & (np.abs(volume) > 1e-12)
    return int(met.sum())
