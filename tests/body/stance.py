"""Rigid transforms of the bodies for a posture, without the skeleton: enough to try the nerve on its own."""

from __future__ import annotations

import numpy as np

BODIES = ("pelvis", "l4", "l5", "femur_left", "femur_right", "tibia_left", "tibia_right")
LEFTWARD = np.array([1.0, 0.0, 0.0])
# From the pelvis up: pivot, and the level's share of the lordosis' change.
LUMBAR = {"l5": ((0.0, 0.011, 0.107), 0.151), "l4": ((0.0, -0.008, 0.138), 0.228)}
LORDOSIS_PER_TILT = 0.95


def turn_about(point: np.ndarray, axis: np.ndarray, degrees: float) -> np.ndarray:
    """(4, 4) rotation by the right hand about a unit axis through `point`."""
    x, y, z = axis
    angle = np.radians(degrees)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = np.eye(4)
    turn[:3, :3] = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    turn[:3, 3] = point - turn[:3, :3] @ point
    return turn


def transforms(
    hip: np.ndarray, knee: np.ndarray, tilt: float = 0.0, flexion: float = 0.0, adduction: float = 0.0,
    rotation: float = 0.0, knee_flexion: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """(bodies, 4, 4), both legs alike; degrees, the thigh against the room; `hip`, `knee` (3,) m: the left centres."""
    world = {"pelvis": turn_about(np.zeros(3), LEFTWARD, tilt)}
    below = world["pelvis"]
    for level, (pivot, share) in LUMBAR.items():
        below = below @ turn_about(np.array(pivot), LEFTWARD, -LORDOSIS_PER_TILT * tilt * share)
        world[level] = below
    for side, sign in (("left", 1.0), ("right", -1.0)):
        mirror = np.array([sign, 1.0, 1.0])
        centre = hip * mirror
        carried = np.eye(4)
        carried[:3, 3] = world["pelvis"][:3, :3] @ centre - centre
        flexed = turn_about(centre, -LEFTWARD, flexion)
        swung = turn_about(centre, np.array([0.0, sign, 0.0]), adduction)
        twisted = turn_about(centre, np.array([0.0, 0.0, sign]), rotation)
        world[f"femur_{side}"] = carried @ flexed @ swung @ twisted
        world[f"tibia_{side}"] = world[f"femur_{side}"] @ turn_about(knee * mirror, LEFTWARD, knee_flexion)
    return np.stack([world[name] for name in BODIES])
