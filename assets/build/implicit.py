"""Smooth implicit solids: signed distance fields, their unions and cuts, and closed symmetric meshes of them.

A field is a float array of approximate signed distances in millimetres, negative inside, at points (..., 3).
Formulae after I. Quilez's notes on distance functions (ellipsoid bound, polygon, polynomial smooth minimum).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import fast_simplification
import numpy as np
import trimesh
from scipy import ndimage
from skimage import measure

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Field = Callable[[np.ndarray], np.ndarray]
TINY = 1e-6
LEAST_SNAP_MM = 0.02


def union(a: np.ndarray, b: np.ndarray, blend_mm: float) -> np.ndarray:
    """Union of two fields with a fillet of about `blend_mm`."""
    near = np.maximum(blend_mm - np.abs(a - b), 0.0)
    return np.minimum(a, b) - near * near / (4.0 * blend_mm)


def intersection(a: np.ndarray, b: np.ndarray, blend_mm: float) -> np.ndarray:
    """Intersection of two fields with its edge rounded by about `blend_mm`."""
    return -union(-a, -b, blend_mm)


def difference(a: np.ndarray, b: np.ndarray, blend_mm: float) -> np.ndarray:
    """Cut `b` out of `a`, the edge rounded by about `blend_mm`."""
    return intersection(a, -b, blend_mm)


def ellipsoid(points: np.ndarray, centre: ArrayLike, radii: ArrayLike,
              axes: np.ndarray | None = None) -> np.ndarray:  # fmt: skip
    """Ellipsoid with semi-axes `radii` (3,) along the rows of `axes` (3, 3), the frame's own if None."""
    offset = points - np.asarray(centre, dtype=points.dtype)
    if axes is not None:
        offset = offset @ np.asarray(axes, dtype=points.dtype).T
    return _scaled_distance(
        offset / np.asarray(radii, dtype=points.dtype), np.asarray(radii, dtype=points.dtype)
    )


def _scaled_distance(scaled: np.ndarray, radii: np.ndarray) -> np.ndarray:
    length = np.sqrt((scaled**2).sum(-1)) + TINY
    gradient = np.sqrt(((scaled / radii) ** 2).sum(-1)) + TINY
    return length * (length - 1.0) / gradient


def bar(points: np.ndarray, start: ArrayLike, end: ArrayLike, start_radii: ArrayLike,
        end_radii: ArrayLike, wide: ArrayLike) -> np.ndarray:  # fmt: skip
    """Tapered bar of elliptic section with rounded ends.

    `*_radii` (2,) are the semi-axes along `wide` (made normal to the bar) and across it.
    """
    first, last = np.asarray(start, float), np.asarray(end, float)
    near, far = np.asarray(start_radii, float), np.asarray(end_radii, float)
    along = last - first
    length = np.linalg.norm(along)
    along /= length
    broad = np.asarray(wide, float) - np.dot(np.asarray(wide, float), along) * along
    broad /= np.linalg.norm(broad)
    axes = np.stack([broad, np.cross(along, broad), along]).astype(points.dtype)
    local = (points - first.astype(points.dtype)) @ axes.T
    share = np.clip(local[..., 2] / length, 0.0, 1.0)
    radii = np.empty_like(local)
    for axis in (0, 1):
        radii[..., axis] = near[axis] + share * (far[axis] - near[axis])
    radii[..., 2] = np.minimum(radii[..., 0], radii[..., 1])
    local[..., 2] -= share * length
    return _scaled_distance(local / radii, radii)


def chain(points: np.ndarray, stations: Sequence[Sequence[float]], wide: ArrayLike,
          blend_mm: float = 2.0) -> np.ndarray:  # fmt: skip
    """Bars joined end to end; each station is (x, y, z, semi-axis along `wide`, semi-axis across)."""
    parts = [
        bar(points, here[:3], there[:3], here[3:], there[3:], wide)
        for here, there in itertools.pairwise(stations)
    ]
    return functools.reduce(lambda field, part: union(field, part, blend_mm), parts)


def polygon(u: np.ndarray, v: np.ndarray, corners: ArrayLike) -> np.ndarray:
    """Signed distance in a plane to a simple polygon with `corners` (n, 2)."""
    corner = np.asarray(corners, float)
    nearest = np.full(u.shape, np.inf, dtype=u.dtype)
    inside = np.zeros(u.shape, dtype=bool)
    for (u0, v0), (u1, v1) in zip(corner, np.roll(corner, -1, axis=0), strict=True):
        du, dv = u1 - u0, v1 - v0
        share = np.clip(((u - u0) * du + (v - v0) * dv) / (du * du + dv * dv), 0.0, 1.0)
        np.minimum(nearest, (u - u0 - share * du) ** 2 + (v - v0 - share * dv) ** 2, out=nearest)
        if dv != 0.0:
            inside ^= ((v0 > v) != (v1 > v)) & (u < (v - v0) * du / dv + u0)
    distance = np.sqrt(nearest)
    return np.where(inside, -distance, distance)


def smooth_corners(corners: ArrayLike, rounds: int = 2) -> np.ndarray:
    """Corners (n, 2) of a closed polygon cut by Chaikin's rule: every quarter point, `rounds` times."""
    corner = np.asarray(corners, float)
    for _ in range(rounds):
        following = np.roll(corner, -1, axis=0)
        corner = np.stack([0.75 * corner + 0.25 * following, 0.25 * corner + 0.75 * following], 1).reshape(
            -1, 2
        )
    return corner


def sampled(field: Field, low: np.ndarray, high: np.ndarray, step_mm: float, soften_mm: float) -> np.ndarray:
    """Field on a grid from `low` over `high` (3,), blurred by `soften_mm` (standard deviation)."""
    axes = [np.arange(a, b + step_mm, step_mm, dtype=np.float32) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = np.concatenate([field(slab) for slab in np.array_split(grid, 8)])
    blurred: np.ndarray = ndimage.gaussian_filter(values, soften_mm / step_mm, mode="nearest")
    return blurred


def mesh(field: Field, low: ArrayLike, high: ArrayLike, triangles: int, step_mm: float = 0.9,
         soften_mm: float = 0.6) -> trimesh.Trimesh:  # fmt: skip
    """Make the closed surface of the largest piece of `field` in the box, decimated to about `triangles`."""
    corner, end = np.asarray(low, float), np.asarray(high, float)
    return _surface(sampled(field, corner, end, step_mm, soften_mm), corner, triangles, step_mm)


def symmetric_mesh(half: Field, low: ArrayLike, high: ArrayLike, triangles: int, step_mm: float = 0.9,
                   soften_mm: float = 0.6) -> trimesh.Trimesh:  # fmt: skip
    """As `mesh`, for a field given at x >= 0 and mirrored in x = 0; the surface is exactly symmetric."""
    corner, end = np.array(low, float), np.asarray(high, float)
    # The blur must see across the plane of symmetry: these slabs are mirrored, then dropped.
    corner[0] = -4 * step_mm
    values = sampled(lambda points: half(_left(points)), corner, end, step_mm, soften_mm)[4:]
    both = np.concatenate([values[:0:-1], values])
    corner[0] = -(len(values) - 1) * step_mm
    return mirrored(_surface(both, corner, triangles, step_mm))


def _left(points: np.ndarray) -> np.ndarray:
    folded = points.copy()
    folded[..., 0] = np.abs(folded[..., 0])
    return folded


def _surface(values: np.ndarray, corner: np.ndarray, triangles: int, step_mm: float) -> trimesh.Trimesh:
    vertices, faces, _, _ = measure.marching_cubes(values, 0.0, spacing=(step_mm,) * 3)
    whole = trimesh.Trimesh(vertices + corner, faces)
    largest = max(whole.split(only_watertight=True), key=lambda part: len(part.faces))
    points, simple = fast_simplification.simplify(
        largest.vertices.astype(np.float32), largest.faces.astype(np.int32), target_count=triangles
    )
    result = trimesh.Trimesh(points, simple)
    trimesh.repair.fix_normals(result)
    return result


def mirrored(whole: trimesh.Trimesh, snap_mm: float = 0.35) -> trimesh.Trimesh:
    """Weld the left half of `whole`, cut at x = 0, to its mirror image.

    Vertices within `snap_mm` of the plane are drawn onto it; half as far, and so on, where that would tear the surface.
    """
    vertices = np.array(whole.vertices)
    vertices[np.abs(vertices[:, 0]) < snap_mm, 0] = 0.0
    half, faces, _ = trimesh.intersections.slice_faces_plane(
        vertices, whole.faces, [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]
    )
    half[np.abs(half[:, 0]) < TINY, 0] = 0.0
    faces = faces[(half[faces][:, :, 0] > 0.0).any(axis=1)]
    result = trimesh.Trimesh(
        np.concatenate([half, half * [-1.0, 1.0, 1.0]]),
        np.concatenate([faces, faces[:, ::-1] + len(half)]),
        process=False,
    )
    result.merge_vertices(digits_vertex=5)
    result.update_faces(result.nondegenerate_faces())
    result.remove_unreferenced_vertices()
    if whole.is_watertight and not result.is_watertight and snap_mm > LEAST_SNAP_MM:
        return mirrored(whole, snap_mm / 2)
    return result
