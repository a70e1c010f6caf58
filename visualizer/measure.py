"""What `visualizer measure` tells of one posture: plain numbers in degrees and millimetres, LPS.

Takes an `Anatomy` and its `Snapshot`; gives a dictionary whose keys are an interface that other programs build on.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from visualizer.anatomy.model import Anatomy
    from visualizer.mechanics.snapshot import Snapshot


def millimetres(points_m: np.ndarray) -> list[Any]:
    """Points (3,) or (n, 3) m as nested lists in mm, to a thousandth."""
    values: list[Any] = (points_m.astype(float) * 1000.0).round(3).tolist()
    return values


def measures(anatomy: Anatomy, snapshot: Snapshot, posture_name: str) -> dict[str, Any]:
    """All numbers of a snapshot: posture, joints_deg, muscles, landmarks_mm, nerve_mm."""
    columns = zip(
        anatomy.muscles,
        snapshot.muscle_length_mm.tolist(),
        snapshot.muscle_change_mm.tolist(),
        snapshot.fibre_length_norm.tolist(),
        strict=True,
    )
    return {
        "posture": {"name": posture_name, **asdict(snapshot.posture)},
        "joints_deg": {name: round(float(value), 4) for name, value in snapshot.joints_deg.items()},
        "muscles": {
            muscle.key: {
                "length_mm": round(length, 3),
                "change_mm": round(change, 3),
                "fibre_length_norm": round(norm, 4),
            }
            for muscle, length, change, norm in columns
        },
        "landmarks_mm": {name: millimetres(point) for name, point in snapshot.landmarks.items()},
        "nerve_mm": {name: millimetres(route) for name, route in snapshot.routes.items()},
    }


def table(numbers: dict[str, Any]) -> str:
    """The same as text: muscles with length and change, joint angles, landmarks."""
    lines = [
        f"Posture: {numbers['posture']['name']}",
        "",
        f"{'muscle':34}{'length mm':>11}{'change mm':>11}{'fibre':>8}",
    ]
    lines += [
        f"{key:34}{row['length_mm']:11.1f}{row['change_mm']:+11.1f}{row['fibre_length_norm']:8.2f}"
        for key, row in numbers["muscles"].items()
    ]
    lines += ["", f"{'joint':34}{'degrees':>11}"]
    lines += [f"{key:34}{value:+11.1f}" for key, value in numbers["joints_deg"].items()]
    lines += ["", f"{'landmark, mm':34}{'left':>11}{'posterior':>11}{'up':>11}"]
    lines += [f"{key:34}{x:11.1f}{y:11.1f}{z:11.1f}" for key, (x, y, z) in numbers["landmarks_mm"].items()]
    lines += ["", f"{'nerve segment':34}{'length mm':>11}"]
    lines += [f"{key:34}{_length(points):11.1f}" for key, points in numbers["nerve_mm"].items()]
    return "\n".join(lines)


def _length(points: list[list[float]]) -> float:
    return sum(dist(a, b) for a, b in pairwise(points))
