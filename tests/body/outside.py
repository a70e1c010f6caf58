"""Which points lie outside a skin: from inside, a ray leaves it once more often than it enters, whatever its folds."""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import cKDTree

from visualizer.anatomy.model import Anatomy
from visualizer.body.snapshot import Snapshot

# The skin is open above, so rays go down; off the axes, so that none runs along an edge.
DOWN = np.array([[0.0013, 0.0021, -1.0], [-0.11, 0.07, -1.0], [0.05, -0.13, -1.0]])


def tissue(anatomy: Anatomy, snapshot: Snapshot) -> np.ndarray:
    """All vertices of bones, discs and muscles in a posture, (n, 3) m."""
    bones, transforms = anatomy.bones, snapshot.world_from_rest
    carry = transforms[bones.bodies[:, 0]] * bones.weight[:, None, None]
    carry = carry + transforms[bones.bodies[:, 1]] * (1.0 - bones.weight)[:, None, None]
    there = np.einsum("nij,nj->ni", carry[:, :3, :3], bones.vertices) + carry[:, :3, 3]
    return np.concatenate([there, snapshot.muscle_vertices])


def depth_outside_mm(skin: trimesh.Trimesh, points: np.ndarray) -> np.ndarray:
    """How far each point that lies outside is from the skin, (outside,) mm."""
    votes = np.zeros(len(points))
    for direction in DOWN / np.linalg.norm(DOWN, axis=1, keepdims=True):
        triangle, ray = skin.ray.intersects_id(
            points, np.tile(direction, (len(points), 1)), multiple_hits=True
        )
        leaves = np.sign(skin.face_normals[triangle] @ direction)
        votes += np.bincount(ray, leaves, len(points)) > 0.0
    outside = points[votes < 2]
    _, nearest = cKDTree(skin.vertices).query(outside)
    return (
        np.abs(np.einsum("ij,ij->i", outside - skin.vertices[nearest], skin.vertex_normals[nearest])) * 1000.0
    )
