"""Ambient occlusion, baked: how much of the sky above each vertex its surroundings leave free.

Takes vertices with normals and everything that may stand in the way (mm); gives (n,) in 0 to 1, 1 = open. Two
terms are multiplied: a broad one, within which near surfaces darken more than far ones, and one for cavities.
"""

from __future__ import annotations

import numpy as np
import trimesh
from embreex import rtcore_scene
from embreex.mesh_construction import TriangleMesh

BROAD_MM, CAVITY_MM = 80.0, 12.0
CAVITY_STRENGTH = 0.6
RAYS = 160
LIFT_MM = 0.35
CHUNK = 4096
STEPS = 255  # stored in such steps: what differs in the last bits between processors is lost
GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


def hemisphere(rays: int) -> np.ndarray:
    """(rays, 3) directions about z, denser towards it as its cosine."""
    share = (np.arange(rays) + 0.5) / rays
    radius, angle = np.sqrt(share), GOLDEN * np.arange(rays)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1.0 - share)], axis=1)


def axes_about(normals: np.ndarray) -> np.ndarray:
    """(n, 3, 3) frames whose last row is the normal, each spun by another angle."""
    helper = np.where(np.abs(normals[:, :1]) < 0.8, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    first = np.cross(helper, normals)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(normals, first)
    spin = GOLDEN * np.arange(len(normals))[:, None]
    return np.stack(
        [np.cos(spin) * first + np.sin(spin) * second, np.cos(spin) * second - np.sin(spin) * first, normals],
        axis=1,
    )


def bake(vertices: np.ndarray, normals: np.ndarray, around: list[trimesh.Trimesh]) -> np.ndarray:
    """Occlusion (n,) of `vertices` (n, 3) with `normals` (n, 3) among the meshes `around`, which include their own."""
    scene = rtcore_scene.EmbreeScene()
    everything = trimesh.util.concatenate(around)
    TriangleMesh(
        scene=scene,
        vertices=everything.vertices.astype(np.float32),
        indices=everything.faces.astype(np.int32),
    )
    rays, result = hemisphere(RAYS), []
    for start in range(0, len(vertices), CHUNK):
        normal = normals[start : start + CHUNK]
        directions = np.einsum("rk,nkj->nrj", rays, axes_about(normal)).reshape(-1, 3)
        origins = np.repeat(vertices[start : start + CHUNK] + LIFT_MM * normal, RAYS, axis=0)
        reach = scene.run(origins.astype(np.float32), directions.astype(np.float32), query="DISTANCE")
        result.append(open_share(reach.reshape(-1, RAYS)))
    return np.round(np.concatenate(result) * STEPS) / STEPS


def open_share(reach: np.ndarray) -> np.ndarray:
    """Occlusion (n,) from how far (mm) each of the rays (n, rays) went."""
    broad = np.clip(reach / BROAD_MM, 0.0, 1.0).mean(axis=1)
    cavity = np.clip(reach / CAVITY_MM, 0.0, 1.0).mean(axis=1)
    return np.sqrt(broad) * (1.0 - CAVITY_STRENGTH * (1.0 - cavity))
