"""Seats the shin bones and the patella at the knee: the shape model gives each bone alone, not how they meet.

Takes the left bones (mm, LPS) with the femur standing; gives (4, 4) transforms. The tibia stands on its
mechanical axis, turned so that its condyles face the femur's, and is then raised until both compartments leave
CARTILAGE_MM; the patella lies in the trochlea, an Insall-Salvati ratio above the tuberosity (Insall & Salvati 1971).
"""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

CARTILAGE_MM = 5.0
EMINENCE_CLEARANCE_MM = 3.0
EXTERNAL_TURN_DEG = (
    4.0  # of the tibia on the femur in extension: screw-home, half of the reported 5-10 degrees
)
INSALL_SALVATI = 1.05
PLATEAU_MM = 22.0


class Gap:
    """Signed distance (mm, positive outside) from points to one surface, by its nearest vertex's plane."""

    def __init__(self, mesh: trimesh.Trimesh) -> None:
        self.points, self.normals = np.array(mesh.vertices), np.array(mesh.vertex_normals)
        self.tree = cKDTree(self.points)

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Distance (n,) of `points` (n, 3)."""
        _, nearest = self.tree.query(points, workers=-1)
        return np.einsum("ij,ij->i", points - self.points[nearest], self.normals[nearest])


def posterior_line_deg(points: np.ndarray) -> float:
    """Angle (deg) of the line that touches both condyles behind, from the x axis towards the back."""
    middle = (points[:, 0].min() + points[:, 0].max()) / 2
    lateral, medial = points[points[:, 0] > middle], points[points[:, 0] < middle]
    across = lateral[np.argmax(lateral[:, 1])] - medial[np.argmax(medial[:, 1])]
    return float(np.degrees(np.arctan2(across[1], across[0])))


def plateau(tibia: trimesh.Trimesh) -> np.ndarray:
    """Vertices (n, 3) of the tibia's head."""
    return tibia.vertices[tibia.vertices[:, 2] > tibia.vertices[:, 2].max() - PLATEAU_MM]


def middle(points: np.ndarray) -> np.ndarray:
    """Middle (3,) of the bounding box of `points`."""
    return (points.min(axis=0) + points.max(axis=0)) / 2


def stand_tibia(tibia: trimesh.Trimesh, fibula: trimesh.Trimesh) -> np.ndarray:
    """(4, 4) that puts plateau above ankle and the condyles' back EXTERNAL_TURN_DEG outward of the x axis."""
    total = np.eye(4)
    for _ in range(4):
        shin, outer = (trimesh.transform_points(bone.vertices, total) for bone in (tibia, fibula))
        top = shin[shin[:, 2] > shin[:, 2].max() - PLATEAU_MM]
        low = shin[shin[:, 2] < shin[:, 2].min() + 18.0]
        # Between the malleoli: the talus turns there.
        ankle = (
            low[np.argmin(low[:, 0])] + outer[np.argmax(outer[:, 0] - 1e3 * (outer[:, 2] > low[:, 2].max()))]
        ) / 2
        upright = trimesh.geometry.align_vectors(middle(top) - ankle, [0.0, 0.0, 1.0])
        upright = _without_spin(upright)
        back = posterior_line_deg(trimesh.transform_points(top, upright))
        spin = trimesh.transformations.rotation_matrix(np.radians(EXTERNAL_TURN_DEG - back), [0.0, 0.0, 1.0])
        total = spin @ upright @ total
    return total


def _without_spin(turn: np.ndarray) -> np.ndarray:
    """The shortest rotation that carries the same direction to z as `turn`."""
    direction = turn[:3, :3].T @ [0.0, 0.0, 1.0]
    axis = np.cross(direction, [0.0, 0.0, 1.0])
    angle = np.arcsin(np.clip(np.linalg.norm(axis), 0.0, 1.0))
    return np.eye(4) if angle < 1e-9 else trimesh.transformations.rotation_matrix(angle, axis)


def seat_tibia(femur: trimesh.Trimesh, tibia: trimesh.Trimesh) -> np.ndarray:
    """(4, 4) that brings a standing tibia under the femur's condyles: shift and a little varus or valgus."""
    low = femur.vertices[femur.vertices[:, 2] < femur.vertices[:, 2].min() + 40]
    gap = Gap(femur)
    top = plateau(tibia)
    start = middle(low) - middle(top)
    start[2] = low[:, 2].min() - CARTILAGE_MM - np.percentile(top[:, 2], 80)
    behind = low[:, 1].max() - top[:, 1].max()
    pivot = middle(top)
    side = top[:, 0] - pivot[0]

    def placed(values: np.ndarray) -> np.ndarray:
        turn = trimesh.transformations.rotation_matrix(np.radians(values[3]), [0.0, 1.0, 0.0], pivot)
        return trimesh.transform_points(top, turn) + values[:3]

    def misfit(values: np.ndarray) -> np.ndarray:
        distance = gap(placed(values))
        # The mean of the closest points: smoother than the least one.
        closest = [np.sort(distance[part])[:40].mean() for part in (side > 12.0, side < -12.0)]
        eminence = np.sort(distance[np.abs(side) <= 12.0])[:20].mean()
        return np.array([
            3.0 * (closest[0] - CARTILAGE_MM), 3.0 * (closest[1] - CARTILAGE_MM),
            3.0 * min(0.0, eminence - EMINENCE_CLEARANCE_MM),
            0.3 * (values[0] - start[0]), 0.3 * (values[1] - behind), 0.6 * values[3],
        ])  # fmt: skip

    best = least_squares(misfit, [start[0], behind, start[2], 0.0], diff_step=1e-3, x_scale=[1, 1, 1, 0.5]).x
    turn = trimesh.transformations.rotation_matrix(np.radians(best[3]), [0.0, 1.0, 0.0], pivot)
    return trimesh.transformations.translation_matrix(best[:3]) @ turn


def seat_patella(femur: trimesh.Trimesh, tibia: trimesh.Trimesh, patella: trimesh.Trimesh) -> np.ndarray:
    """(4, 4) that lays the patella's facets CARTILAGE_MM off the trochlea at INSALL_SALVATI's height."""
    tuberosity = tibial_tuberosity(tibia)
    points, normals = np.array(patella.vertices), np.array(patella.vertex_normals)
    length = np.ptp(points[:, 2])
    centre = middle(points)
    facets = (normals[:, 1] > 0.55) & (points[:, 2] > points[:, 2].min() + 0.3 * length)
    gap = Gap(femur)
    target = femur.vertices[femur.vertices[:, 2] < femur.vertices[:, 2].min() + 45]
    start = np.array([middle(target)[0], target[:, 1].min() - 8.0, 0.0]) - centre
    start[2] = tuberosity[2] + INSALL_SALVATI * length - points[:, 2].min()

    def matrix(values: np.ndarray) -> np.ndarray:
        turn = trimesh.transformations.euler_matrix(*np.radians(values[2:]))
        to_pivot = trimesh.transformations.translation_matrix(-centre)
        return (
            trimesh.transformations.translation_matrix(centre + np.array([*values[:2], start[2]]))
            @ turn
            @ to_pivot
        )

    def misfit(values: np.ndarray) -> np.ndarray:
        distance = gap(trimesh.transform_points(points[facets], matrix(values)))
        rest = gap(trimesh.transform_points(points[~facets], matrix(values)))
        return np.concatenate([
            (distance - CARTILAGE_MM) / np.sqrt(len(distance)),
            3.0 * np.minimum(0.0, rest - CARTILAGE_MM) / np.sqrt(len(rest)),
            0.05 * values[2:],
        ])  # fmt: skip

    best = least_squares(misfit, [*start[:2], 0.0, 0.0, 0.0], diff_step=1e-3, x_scale=[1, 1, 3, 3, 3]).x
    return matrix(best)


def tibial_tuberosity(tibia: trimesh.Trimesh) -> np.ndarray:
    """Most anterior point (3,) of the tibia between 25 and 60 mm below its top."""
    below = tibia.vertices[:, 2].max() - tibia.vertices[:, 2]
    front = tibia.vertices[(below > 25) & (below < 60)]
    return front[np.argmin(front[:, 1])]
