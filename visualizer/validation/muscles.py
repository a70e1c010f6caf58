"""What the model says of the muscles: size, change of length with tilt, moment arms, resting tilt, by the figures' ids.

Left side; lengths in mm, volumes in cm³. Moment arms are the slope of the length over the hip's flexion, flexion
positive, femurs fixed while the pelvis tilts.
"""

from __future__ import annotations

import numpy as np

from visualizer.body.posture import preset
from visualizer.forces.balance import balance
from visualizer.validation.bench import Bench
from visualizer.validation.geometry import volume

TILTS_DEG = (5, 10, 15, 20)
ARM_STEP_DEG = 0.5
# Density of muscle, which the studies that weigh it give their volumes by.
GRAMS_PER_CM3 = 1.06
THIRDS = {
    "gluteus_minimus": ("anterior", "middle", "posterior"),
    "gluteus_maximus": ("superior", "middle", "inferior"),
}


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    return sizes(bench) | tilting(bench) | resting(bench)


def sizes(bench: Bench) -> dict[str, float]:
    """Volume of the surface, mass, length from origin to insertion, and fibre length of each muscle."""
    result = {}
    for muscle in bench.anatomy.muscles:
        if muscle.side != "left":
            continue
        whole = volume(bench.triangles_mm(bench.anatomy.muscle_surface, muscle.key)) / 1000.0
        result[f"volume_{muscle.name}"] = whole
        result[f"mass_{muscle.name}"] = whole * GRAMS_PER_CM3
        result[f"length_{muscle.name}"] = bench.fibres_mm(list(muscle.tendons))
        result[f"fibre_{muscle.name}"] = muscle.fibre_length_mm
    _join_adductor_magnus(bench, result)
    result["volume_piriformis_handsfield"] = result["piriformis_volume_mri"] = result["volume_piriformis"]
    return result


def _join_adductor_magnus(bench: Bench, result: dict[str, float]) -> None:
    """Studies measure both parts as one: flesh is summed, fibres are as many as their peak force stands for."""
    whole, part = "adductor_magnus", "adductor_magnus_hamstring_part"
    force = {muscle.name: muscle.peak_force_n for muscle in bench.anatomy.muscles}
    for quantity in ("volume", "mass"):
        result[f"{quantity}_{whole}"] += result[f"{quantity}_{part}"]
    fibres = sum(force[name] * result[f"fibre_{name}"] for name in (whole, part))
    result[f"fibre_{whole}"] = fibres / (force[whole] + force[part])


def fibre_groups(bench: Bench) -> dict[str, list[str]]:
    """Fibre lines by the names that the source models use: whole muscles, and thirds of two broad ones."""
    lines = {muscle.name: list(muscle.tendons) for muscle in bench.anatomy.muscles if muscle.side == "left"}
    groups = dict(lines)
    groups["gemelli"] = lines["gemellus_superior"] + lines["gemellus_inferior"]
    for name, thirds in THIRDS.items():
        # Fibres are numbered from front to back, or from above downwards.
        for third, members in zip(thirds, np.array_split(np.array(lines[name]), len(thirds)), strict=True):
            groups[f"{name}_{third}"] = [str(member) for member in members]
    return groups


def tilting(bench: Bench) -> dict[str, float]:
    """Change of length at each tilt, and the moment arm at 10 degrees."""
    result = {}
    for name, tendons in fibre_groups(bench).items():
        rest = bench.fibres_mm(tendons)
        for tilt in TILTS_DEG:
            result[f"change_{name}_{tilt}"] = bench.fibres_mm(tendons, tilt_deg=tilt) - rest
        before, after = (
            bench.fibres_mm(tendons, tilt_deg=10.0 + step) for step in (-ARM_STEP_DEG, ARM_STEP_DEG)
        )
        result[f"arm_{name}"] = (before - after) / np.radians(2 * ARM_STEP_DEG)
    return result


def resting(bench: Bench) -> dict[str, float]:
    """Where the premises of the presets bring the pelvis to rest."""
    root = bench.anatomy.root
    balanced, dominant, sitting = (
        balance(bench.anatomy, preset(name, root)) for name in ("balanced", "flexor-dominant", "sitting")
    )
    return {
        "rest_tilt_balanced": balanced.rest_tilt_deg,
        "rest_tilt_flexor_dominant": dominant.rest_tilt_deg,
        "rest_tilt_sitting": sitting.rest_tilt_deg,
    }
