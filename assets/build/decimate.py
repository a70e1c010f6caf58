"""Turns a full surface into the one that is shipped: few triangles, the full surface's normals.

Takes closed meshes in millimetres; gives closed meshes and what was lost. Bones astride the mid-line are
simplified on the left and mirrored, so that both halves agree exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import fast_simplification
import numpy as np
import trimesh
from scipy.spatial import cKDTree

from assets.build import implicit

GRAIN_MM = 1e-3  # a rounding that swallows the last bits, in which processors differ


@dataclass(frozen=True)
class Shipped:
    """A decimated surface (mm) with the full one's vertex normals (n, 3), and its distance from it."""

    mesh: trimesh.Trimesh
    normals: np.ndarray
    triangles_before: int
    mean_mm: float
    p95_mm: float
    max_mm: float


def rounded(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """`mesh` with its vertices on a grid of GRAIN_MM."""
    return trimesh.Trimesh(np.round(mesh.vertices / GRAIN_MM) * GRAIN_MM, mesh.faces, process=False)


def simplified(mesh: trimesh.Trimesh, triangles: int) -> trimesh.Trimesh:
    """Quadric edge collapse to about `triangles`; a closed mesh stays closed."""
    if len(mesh.faces) <= triangles:
        return mesh
    vertices, faces = fast_simplification.simplify(
        np.array(mesh.vertices), np.array(mesh.faces, dtype=np.int32), target_count=triangles
    )
    return trimesh.Trimesh(vertices, faces, process=False)


def is_symmetric(mesh: trimesh.Trimesh) -> bool:
    """Whether every vertex has its mirror image in x = 0."""
    distance, _ = cKDTree(mesh.vertices).query(mesh.vertices * [-1.0, 1.0, 1.0])
    return bool(distance.max() < 5e-3)


def surface_distance(points: np.ndarray, mesh: trimesh.Trimesh) -> np.ndarray:
    """Distance (n,) mm from `points` (n, 3) to the surface of `mesh`."""
    return trimesh.proximity.closest_point(mesh, points)[1]


def full_normals(mesh: trimesh.Trimesh, full: trimesh.Trimesh) -> np.ndarray:
    """Normals (n, 3) for the vertices of `mesh`: of the nearest vertices of `full`, weighted by nearness."""
    distance, nearest = cKDTree(full.vertices).query(mesh.vertices, k=4)
    blended = np.einsum("ij,ijk->ik", 1.0 / (distance + 0.05), full.vertex_normals[nearest])
    return blended / np.linalg.norm(blended, axis=1, keepdims=True)


def ship(full: trimesh.Trimesh, triangles: int) -> Shipped:
    """Decimate `full` to about `triangles` and measure both ways what that costs."""
    full = rounded(full)
    simple = simplified(full, triangles)
    if is_symmetric(full):
        simple = implicit.mirrored(simple)
    simple = rounded(simple)
    one_way = surface_distance(simple.vertices, full)
    step = max(1, len(full.vertices) // 6000)
    other_way = surface_distance(full.vertices[::step], simple)
    distance = np.concatenate([one_way, other_way])
    return Shipped(simple, full_normals(simple, full), len(full.faces), float(distance.mean()),
                   float(np.percentile(distance, 95)), float(distance.max()))  # fmt: skip


def mirrored_ship(shipped: Shipped) -> Shipped:
    """The right side's twin of a left bone."""
    flip = np.array([-1.0, 1.0, 1.0])
    mesh = trimesh.Trimesh(shipped.mesh.vertices * flip, shipped.mesh.faces[:, ::-1], process=False)
    return Shipped(mesh, shipped.normals * flip, shipped.triangles_before, shipped.mean_mm, shipped.p95_mm,
                   shipped.max_mm)  # fmt: skip
