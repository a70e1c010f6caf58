"""Regions of a surface batch: the vertices of some structures, whole or in part, and the triangles among them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visualizer.anatomy.model import Part, Surface


def part_named(surface: Surface, key: str) -> Part:
    """The part with that key."""
    return next(part for part in surface.parts if part.key == key)


def region(surface: Surface, keys: Iterable[str], inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows (n,) of vertices, and triangles (m, 3) among them: those of parts `keys` wholly `inside` (all,) bool."""
    triangles = []
    for key in keys:
        part = part_named(surface, key)
        triangles.append(surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count])
    kept = np.concatenate(triangles)
    kept = kept[inside[kept].all(axis=1)]
    rows, local = np.unique(kept, return_inverse=True)
    return rows, local.reshape(-1, 3)
