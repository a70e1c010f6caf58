"""Pushes the outline out of bone and muscle, evenly and smoothly, and draws it to its usual distance from landmarks.

Takes the left half of the net and the tissue of a posture, mm, LPS; gives its movement, or the half with it.
Thicknesses stand in `outline.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import trimesh
from scipy import spatial

from assets.build.distance import DistanceGrid
from assets.build.outline_fit import TABLE, Half, unit
from visualizer.anatomy.model import Anatomy

GRID_MM = 3.0
MARGIN_MM = 45.0
STEP_MM = 6.0
# How tissue between the net's points counts: for so many points round it, to be covered so much.
CORNERS = 4
TENDON_MM = 3.0
# A calf is no cover for the thigh that it is folded against: so far apart at rest, skin and tissue have no business.
SAME_MM = 105.0
PULL = 0.4
# A joint's crease may be so much deeper than the skin was at rest.
CREASE_MM = 1.0
ROUNDS = 120
SETTLING = 20


@dataclass(frozen=True, eq=False)
class Tissue:
    """All left and middle bones and muscles in one posture.

    grid: how far a place lies outside of them. points, at_rest (n, 3) mm: their vertices there and at rest.
    """

    grid: DistanceGrid
    points: np.ndarray
    at_rest: np.ndarray

    @classmethod
    def of(cls, anatomy: Anatomy, bones: np.ndarray, muscles: np.ndarray) -> Tissue:
        """The tissue with the vertices (n, 3) m of bones and muscles there."""
        solids, at_rest = [], []
        for surface, vertices in ((anatomy.bones, bones), (anatomy.muscle_surface, muscles)):
            for part in surface.parts:
                if part.side != "right":
                    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
                    faces = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
                    faces = faces - part.first_vertex
                    solids.append(trimesh.Trimesh(vertices[rows] * 1000.0, faces, process=False))
                    at_rest.append(surface.vertices[rows] * 1000.0)
        lower = np.min([solid.bounds[0] for solid in solids], axis=0)
        upper = np.max([solid.bounds[1] for solid in solids], axis=0)
        grid = DistanceGrid(
            np.maximum(lower - MARGIN_MM, (-12.0, -np.inf, -np.inf)), upper + MARGIN_MM, GRID_MM
        )
        grid.add(solids)
        return cls(grid, np.concatenate([solid.vertices for solid in solids]), np.concatenate(at_rest))

    def near(self, skin: np.ndarray) -> Tissue:
        """Only the points that lie near the skin's points (n, 3) mm."""
        rows = spatial.cKDTree(skin).query(self.points, distance_upper_bound=MARGIN_MM)[0] < np.inf
        return replace(self, points=self.points[rows], at_rest=self.at_rest[rows])

    def push_mm(
        self, half: Half, points: np.ndarray, normals: np.ndarray, least: np.ndarray, deepest: float
    ) -> np.ndarray:
        """How far (n,) mm each point of the skin must go out to keep `least` (n,) over the tissue.

        A point that would have to go further than `deepest` lies in a fold, where it may stay.
        """
        push = least - self.grid.at(points)
        push[push > deepest] = 0.0
        # Thin tendons slip between the net's points: one that is hardly covered at its nearest pushes all round it.
        _, corners = spatial.cKDTree(points).query(self.points, k=CORNERS)
        apart = self.points[:, None] - points[corners]
        height = (apart * normals[corners]).sum(axis=2)
        aside = np.linalg.norm(apart - height[:, :, None] * normals[corners], axis=2)
        same = np.linalg.norm(self.at_rest[:, None] - half.points[corners], axis=2) < SAME_MM
        need = np.minimum(least[corners], TENDON_MM) + height
        counts = same & (aside < half.spacing[corners]) & (np.abs(height) < MARGIN_MM) & (need[:, :1] > 0.0)
        np.maximum.at(push, corners[counts], need[counts])
        return np.clip(push, 0.0, STEP_MM)


def least_mm(points: np.ndarray) -> np.ndarray:
    """Least thickness (n,) mm wanted at points (n, 3) mm."""
    wanted = np.interp(points[:, 2], TABLE["least"]["height"], TABLE["least"]["mm"])
    for more in TABLE["more"]:
        wanted = wanted + more["mm"] * np.exp(-(((points - more["at"]) / more["reach"]) ** 2).sum(axis=1))
    return wanted


def pushed_out(
    half: Half,
    start: np.ndarray,
    tissue: Tissue,
    least: np.ndarray,
    pull: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    deepest: float = np.inf,
) -> np.ndarray:
    """What moves the half's points from `start` (n, 3) out of the tissue, as smoothly as may be; (n, 3) mm.

    pull: further movement along the normals, (n,) mm, of points there.
    """
    mean, sideways = half.mean_of_neighbours(), np.where(half.on_middle, 0.0, 1.0)
    moved = np.zeros_like(start)
    near = tissue.near(start)

    def hollow(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """How far (n,) mm a point lies under the middle of its neighbours."""
        return np.asarray(((mean @ points - points) * normals).sum(axis=1))

    crease = np.maximum(hollow(half.points, half.normals(half.points)), 0.0) + CREASE_MM
    for step in range(ROUNDS):
        settling = step >= ROUNDS - SETTLING
        points = start + moved
        normals = half.normals(points)
        push = near.push_mm(half, points, normals, least, deepest)
        moved = moved + 0.5 * push[:, None] * unit(normals + 0.5 * tissue.grid.outward(points))
        fill = np.clip(hollow(points, normals) - crease, 0.0, STEP_MM)
        moved = moved + 0.5 * fill[:, None] * normals
        if pull is not None and not settling:
            moved = moved + pull(points, normals)[:, None] * normals
        smooth = 0.12 if settling else 0.5
        for _ in range(2):
            moved = (1.0 - smooth) * moved + smooth * (mean @ moved)
        moved[:, 0] *= sideways
    return moved


def fitted(half: Half, anatomy: Anatomy, tissue: Tissue) -> Half:
    """Pushed out to the least thickness, drawn to its distance from landmarks, smooth in between."""

    def pull(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        total = np.zeros(len(points))
        for over in TABLE["over"]:
            from_mark = points - anatomy.landmarks[over["landmark"]][1] * 1000.0
            apart = np.linalg.norm(from_mark, axis=1)
            nearest = np.argmin(apart)
            thickness = from_mark[nearest] @ normals[nearest]
            near = np.exp(-(((apart - apart[nearest]) / over["reach"]) ** 2))
            total += PULL * np.clip(over["mm"] - thickness, -STEP_MM, STEP_MM) * near
        return total

    moved = pushed_out(half, half.points, tissue, least_mm(half.points), pull)
    return replace(half, points=half.points + moved)
