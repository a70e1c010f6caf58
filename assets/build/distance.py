"""A grid of signed distances to solids: how far a point lies outside them, and which way is out.

Takes closed meshes in millimetres; gives (n,) float mm, positive outside, by trilinear interpolation.
"""

from __future__ import annotations

import numpy as np
import trimesh
from scipy import ndimage

SOFTEN_VOXELS = 0.6


class DistanceGrid:
    """Signed distance to the union of solids inside a box, sampled every `spacing` mm."""

    def __init__(self, lower: np.ndarray, upper: np.ndarray, spacing: float = 1.5) -> None:
        self.spacing = spacing
        self.lower = np.asarray(lower, dtype=float)
        shape = np.ceil((np.asarray(upper) - self.lower) / self.spacing).astype(int) + 1
        self.inside = np.zeros(shape, dtype=bool)
        self.distance = np.full(shape, 1e3, dtype=np.float32)
        self._gradient: list[np.ndarray] = []

    def add(self, solids: list[trimesh.Trimesh]) -> None:
        """Unite with closed `solids`; two that overlap count once."""
        for solid in solids:
            self.inside |= self._voxels(solid)
        outside = ndimage.distance_transform_edt(~self.inside, sampling=self.spacing)
        within = ndimage.distance_transform_edt(self.inside, sampling=self.spacing)
        signed = np.where(self.inside, self.spacing / 2 - within, outside - self.spacing / 2)
        self.distance = ndimage.gaussian_filter(signed.astype(np.float32), SOFTEN_VOXELS)
        self._gradient = []

    def at(self, points: np.ndarray) -> np.ndarray:
        """Signed distance (n,) mm at `points` (n, 3) mm; beyond the box, the border's."""
        return self._sample(self.distance, points)

    def outward(self, points: np.ndarray) -> np.ndarray:
        """Unit directions (n, 3) away from the nearest solid."""
        if not self._gradient:
            self._gradient = [g.astype(np.float32) for g in np.gradient(self.distance)]
        direction = np.stack([self._sample(g, points) for g in self._gradient], axis=1)
        return direction / np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-6)

    def _sample(self, field: np.ndarray, points: np.ndarray) -> np.ndarray:
        index = ((points - self.lower) / self.spacing).T
        return ndimage.map_coordinates(field, index, order=1, mode="nearest")

    def _voxels(self, solid: trimesh.Trimesh) -> np.ndarray:
        """Voxels whose centre lies inside `solid`, by counting crossings along z."""
        filled = np.zeros(self.inside.shape, dtype=np.int16)
        first = np.maximum(np.floor((solid.bounds[0] - self.lower) / self.spacing).astype(int) - 1, 0)
        last = np.minimum(
            np.ceil((solid.bounds[1] - self.lower) / self.spacing).astype(int) + 2, self.inside.shape
        )
        if np.any(first >= last):
            return filled.astype(bool)
        column = np.stack(np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1])), -1)
        column = column.reshape(-1, 2)
        # A hair off the grid, so that no ray runs along an edge of a symmetric mesh.
        start = np.c_[self.lower[:2] + column * self.spacing + [1.3e-3, 2.1e-3], np.zeros(len(column))]
        start[:, 2] = solid.bounds[0, 2] - 10.0
        up = np.tile([0.0, 0.0, 1.0], (len(start), 1))
        hits, rays, _ = solid.ray.intersects_location(start, up, multiple_hits=True)
        level = np.ceil((hits[:, 2] - self.lower[2]) / self.spacing).astype(int).clip(0, filled.shape[2] - 1)
        np.add.at(filled, (column[rays, 0], column[rays, 1], level), 1)
        return np.cumsum(filled, axis=2, dtype=np.int16) % 2 == 1
