"""How the leg model of `myo-sim` compares: its bones fitted onto ours.

Takes package `myo-sim` (Apache-2.0; its legs are the 2016 full-body model's) and the shipped bones (mm, LPS); gives
rows for the report. Nothing of it is shipped: our fibre lines are authored on our bones, and the tests hold their
length changes against that model's own.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import trimesh

from assets.build.report import Row

BONES = {
    "pelvis": (("r_pelvis", "l_pelvis", "sacrum"), ("hip_bone_left", "hip_bone_right", "sacrum")),
    "femur": (("r_femur",), ("femur_left",)),
    "tibia and fibula": (("r_tibia", "r_fibula"), ("tibia_left", "fibula_left")),
    "patella": (("r_patella",), ("patella_left",)),
}


def to_left_lps(points: np.ndarray) -> np.ndarray:
    """Right-sided OpenSim points (n, 3) m (x forward, y up, z right) as left ones, LPS millimetres."""
    return np.c_[points[:, 2], -points[:, 0], points[:, 1]] * 1000.0


def fits(bones: dict[str, trimesh.Trimesh]) -> list[Row]:
    """Residuals of a similarity fit of each of its bones to ours, vertex to surface."""
    folder = files("myo_sim") / "models" / "meshes"
    rows = []
    for body, (theirs, ours) in BONES.items():
        points = to_left_lps(
            np.concatenate([trimesh.load(folder / f"{name}.stl").vertices for name in theirs])
        )
        target = trimesh.util.concatenate([bones[name] for name in ours])
        start = trimesh.transformations.translation_matrix(
            target.bounds.mean(axis=0) - (points.min(axis=0) + points.max(axis=0)) / 2
        )
        fit, placed, _ = trimesh.registration.icp(
            points, target.vertices, initial=start, max_iterations=200, threshold=1e-7, reflection=False
        )
        _, distance, _ = trimesh.proximity.closest_point(target, placed)
        rows.append(
            {
                "body": body,
                "scale": round(float(np.cbrt(np.linalg.det(fit[:3, :3]))), 3),
                "mean_mm": round(float(distance.mean()), 1),
                "p95_mm": round(float(np.percentile(distance, 95)), 1),
            }
        )
    return rows
