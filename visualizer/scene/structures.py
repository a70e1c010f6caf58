"""Where a single structure lies now: its vertices in the posture that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot


def points_of(anatomy: Anatomy, snapshot: Snapshot | None, key: str) -> np.ndarray | None:
    """Vertices (n, 3) m of the structure with this key, in the balanced stance without a snapshot; None if unknown."""
    for part in anatomy.bones.parts:
        if part.key == key:
            rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
            points = np.asarray(anatomy.bones.vertices, float)[rows]
            if snapshot is None:
                return points
            first, second = np.moveaxis(snapshot.world_from_rest[anatomy.bones.bodies[rows]], 1, 0)
            weight = anatomy.bones.weight[rows, None, None]
            body = weight * first + (1.0 - weight) * second
            return np.asarray(np.einsum("nij,nj->ni", body[:, :3, :3], points) + body[:, :3, 3])
    nerve = anatomy.nerve_surface if snapshot is None else snapshot.nerve_surface
    for surface, moved in (
        (anatomy.muscle_surface, None if snapshot is None else snapshot.muscle_vertices),
        (nerve, None if snapshot is None else snapshot.nerve_vertices),
    ):
        for part in surface.parts:
            if part.key == key:
                rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
                return np.asarray(surface.vertices if moved is None else moved, float)[rows]
    return None
