"""Moment arms and lengths of muscles in the postures in which they were measured, by the figures' ids.

Takes the figures that say what they measure (`arm`, `longer`); gives mm, positive in the named movement. A moment
arm is the change of length with the joint's angle (tendon excursion), as the cadaver studies take it. Left side.
"""

from __future__ import annotations

import numpy as np

from visualizer.validation.bench import Bench
from visualizer.validation.figures import Figure, Lengthening, Lever

STEP_DEG = 1.0
# The field of `Posture`, and the direction in which a muscle that shortens helps.
MOVEMENTS = {
    "hip_flexion": ("hip_flexion_deg", 1.0),
    "hip_extension": ("hip_flexion_deg", -1.0),
    "hip_adduction": ("hip_adduction_deg", 1.0),
    "hip_abduction": ("hip_adduction_deg", -1.0),
    "hip_rotation_in": ("hip_rotation_deg", 1.0),
    "hip_rotation_out": ("hip_rotation_deg", -1.0),
    "knee_flexion": ("knee_flexion_deg", 1.0),
    "knee_extension": ("knee_flexion_deg", -1.0),
}


def values(bench: Bench, figures: list[Figure]) -> dict[str, float]:
    """The model's value of every figure that says what it measures."""
    result = {}
    for figure in figures:
        if figure.arm is not None:
            result[figure.id] = arm(bench, figure.arm) - (arm(bench, figure.less) if figure.less else 0.0)
        elif figure.longer is not None:
            result[figure.id] = longer(bench, figure.longer)
    return result


def fibres(bench: Bench, muscles: list[str], part: tuple[int, int]) -> list[str]:
    """Fibre lines of left muscles, those between two tenths of each."""
    lines = {muscle.name: muscle.tendons for muscle in bench.anatomy.muscles if muscle.side == "left"}
    chosen = []
    for name in muscles:
        own = lines[name]
        first, last = (round(tenth * len(own) / 10) for tenth in part)
        chosen += list(own[first:last])
    return chosen


def arm(bench: Bench, lever: Lever) -> float:
    """Moment arm in mm, mean over its postures."""
    field, sense = MOVEMENTS[lever.about]
    lines = fibres(bench, lever.muscles, lever.part)
    slopes = []
    for posture in lever.at:
        middle = posture.get(field, 0.0)
        before, after = (
            bench.fibres_mm(lines, **(posture | {field: middle + step})) for step in (-STEP_DEG, STEP_DEG)
        )
        slopes.append((before - after) / np.radians(2 * STEP_DEG))
    return sense * float(np.mean(slopes))


def longer(bench: Bench, change: Lengthening) -> float:
    """How much longer, mm."""
    lines = fibres(bench, change.muscles, (0, 10))
    return bench.fibres_mm(lines, **change.at) - bench.fibres_mm(lines, **change.than)
