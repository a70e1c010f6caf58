"""What `visualizer measure` tells of one posture: plain numbers in degrees and millimetres, LPS.

Takes an `Anatomy` and a `Posture`; gives a dictionary whose keys are an interface that other programs build on.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from math import dist
from typing import Any

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import Posture
from visualizer.body.solve import solve
from visualizer.forces.balance import balance
from visualizer.forces.muscle_state import muscle_states
from visualizer.space.corridor import FACES, Profile
from visualizer.space.corridor import profile as clearance
from visualizer.space.findings import findings


def millimetres(points_m: np.ndarray) -> list[Any]:
    """Points (3,) or (n, 3) m as nested lists in mm, to a thousandth."""
    values: list[Any] = (points_m.astype(float) * 1000.0).round(3).tolist()
    return values


def profile_numbers(profile: Profile) -> dict[str, Any]:
    """The clearance profile: positions, and for each side and face the distance and the structure's key."""
    return {
        "position_mm": profile.position_mm.round(1).tolist(),
        **{
            side: {
                face: {
                    "distance_mm": profile.distance_mm[row, column].round(2).tolist(),
                    "structure": [profile.structures[index] for index in profile.structure[row, column]],
                }
                for column, face in enumerate(FACES)
            }
            for row, side in enumerate(SIDES)
        },
    }


def rounded(value: Any) -> Any:
    """Numbers inside dictionaries and tuples to a ten-thousandth."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, float) else value


def measures(anatomy: Anatomy, posture: Posture, posture_name: str) -> dict[str, Any]:
    """All numbers of a posture: joints, muscles, landmarks, nerve, findings, profile and balance."""
    snapshot = solve(anatomy, posture)
    states = muscle_states(anatomy, posture)
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
                "state": rounded(asdict(states[muscle.key])),
            }
            for muscle, length, change, norm in columns
        },
        "landmarks_mm": {name: millimetres(point) for name, point in snapshot.landmarks.items()},
        "nerve_mm": {name: millimetres(route) for name, route in snapshot.routes.items()},
        "findings": [rounded(asdict(finding)) for finding in findings(anatomy, posture)],
        "profile": profile_numbers(clearance(anatomy, snapshot)),
        "balance": rounded(asdict(balance(anatomy, posture))),
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
    lines += ["", f"{'site, measure, side':48}{'balanced':>10}{'now':>10}{'change':>10}{'severity':>10}"]
    lines += [_finding_line(row) for row in numbers["findings"]]
    lines += ["", f"Resting tilt for these tones {numbers['balance']['rest_tilt_deg']:+.1f} degrees"]
    lines += ["", f"{'nerve segment':34}{'length mm':>11}"]
    lines += [f"{key:34}{_length(points):11.1f}" for key, points in numbers["nerve_mm"].items()]
    return "\n".join(lines)


def _finding_line(row: dict[str, Any]) -> str:
    name = f"{row['site']}, {row['measure']} ({row['unit']}), {row['side']}"
    cells = [
        f"{'-':>10}" if row[key] is None else f"{row[key]:10.2f}" for key in ("balanced", "now", "change")
    ]
    return f"{name:48}{''.join(cells)}{row['severity']:10.2f}"


def _length(points: list[list[float]]) -> float:
    return sum(dist(a, b) for a, b in pairwise(points))
