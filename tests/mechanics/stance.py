"""Rigid transforms of the bodies for a posture, without the skeleton: enough to try the nerve on its own."""

from __future__ import annotations

import numpy as np

BODIES = ("pelvis", "l4", "l5", "femur_left", "femur_right", "tibia_left", "tibia_right")
LUMBAR_PIVOT = {"l5": np.array([0.0, 0.011, 0.107]), "l4": np.array([0.0, -0.008, 0.1385])}
# Share of the lordosis' change taken by L5/S1 and L4/5.
LUMBAR_SHARE = {"l5": 0.151, "l4": 0.228}


def turn_about(point: np.ndarray, axis: np.ndarray, degrees: float) -> np.ndarray:
    """(4, 4) rotation by the right hand about an axis through `point`."""
    x, y, z = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    angle = np.radians(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(4)
    turn[:3, :3] = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    turn[:3, 3] = point - turn[:3, :3] @ point
    return turn


def transforms(hip: np.ndarray, knee: np.ndarray, tilt: float = 0.0, flexion: float = 0.0, adduction: float = 0.0,
               rotation: float = 0.0, knee_flexion: float = 0.0) -> np.ndarray:  # fmt: skip
    """(bodies, 4, 4) for one posture of both legs, degrees; `hip`, `knee` (3,) m are the left centres."""
    pelvis = turn_about(np.zeros(3), np.array([1.0, 0.0, 0.0]), tilt)
    world = {"pelvis": pelvis}
    below = pelvis
    for level in ("l5", "l4"):
        below = below @ turn_about(LUMBAR_PIVOT[level], np.array([1.0, 0.0, 0.0]), -0.95 * tilt * LUMBAR_SHARE[level])
        world[level] = below
    for side, sign in (("left", 1.0), ("right", -1.0)):
        mirror = np.array([sign, 1.0, 1.0])
        flex = turn_about(hip * mirror, np.array([-1.0, 0.0, 0.0]), flexion)
        swing = turn_about(hip * mirror, np.array([0.0, sign, 0.0]), adduction)
        twist = turn_about(hip * mirror, np.array([0.0, 0.0, sign]), rotation)
        at_pelvis = pelvis[:3, :3] @ (hip * mirror) + pelvis[:3, 3] - hip * mirror
        carried = np.eye(4)
        carried[:3, 3] = at_pelvis
        world[f"femur_{side}"] = carried @ flex @ swing @ twist
        world[f"tibia_{side}"] = world[f"femur_{side}"] @ turn_about(knee * mirror, np.array([1.0, 0.0, 0.0]), knee_flexion)
    return np.stack([world[name] for name in BODIES])
