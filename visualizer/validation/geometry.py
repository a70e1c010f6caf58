"""Callipers for meshes: distances along a line, plane sections. Triangles are corners (n, 3, 3), any unit."""

from __future__ import annotations

import numpy as np
import trimesh


def hits(triangles: np.ndarray, origin: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Distances along the line from `origin` (3,) where it meets the triangles; negative ones lie behind."""
    way = np.asarray(direction, dtype=float) / np.linalg.norm(direction)
    first, second = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    across = np.cross(way, second)
    volume = (first * across).sum(axis=1)
    met = np.abs(volume) > 1e-12
    scale = 1.0 / np.where(met, volume, 1.0)
    start = origin - triangles[:, 0]
    u = (start * across).sum(axis=1) * scale
    turned = np.cross(start, first)
    v = turned @ way * scale
    met &= (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9)
    return np.asarray((second * turned).sum(axis=1) * scale)[met]


def span(triangles: np.ndarray, origin: np.ndarray, direction: np.ndarray) -> float:
    """Distance between the first surfaces on both sides of `origin` along a line."""
    distance = hits(triangles, origin, direction)
    return float(distance[distance > 0].min() - distance[distance < 0].max())


def section(triangles: np.ndarray, origin: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Segments (n, 2, 3) in which a plane cuts the triangles."""
    return np.asarray(trimesh.intersections.mesh_plane(mesh_of(triangles), normal, origin))


def extents(segments: np.ndarray) -> tuple[float, float, float]:
    """Greatest width, thickness at a right angle to it, and area of a convex section."""
    points = segments.reshape(-1, 3)
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    wide, thick = np.ptp(centred @ axes[0]), np.ptp(centred @ axes[1])
    spokes = segments - points.mean(axis=0)
    area = np.linalg.norm(np.cross(spokes[:, 0], spokes[:, 1]), axis=1).sum() / 2
    return float(wide), float(thick), float(area)


def volume(triangles: np.ndarray) -> float:
    """Volume inside closed triangles."""
    return abs(float(mesh_of(triangles).volume))


def mesh_of(triangles: np.ndarray) -> trimesh.Trimesh:
    """The triangles as they are, for trimesh."""
    return trimesh.Trimesh(**trimesh.triangles.to_kwargs(triangles), process=False)
