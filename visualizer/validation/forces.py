"""What the model says of loads, of standing on one leg and of the hips' extension, by the figures' ids.

Forces in newtons, medians over the draws of `forces`; ratios of body weight.
"""

from __future__ import annotations

from visualizer.body.posture import Posture, preset, with_fields
from visualizer.forces.extension import BENT, STRAIGHT, hip_extension
from visualizer.forces.loads import loads
from visualizer.forces.stance import WEAKER_PERCENT, stance
from visualizer.validation.bench import Bench

TILTED_DEG = 10.0
STATES = {"balanced": "balanced", "flexor_dominant": "flexor-dominant", "sitting": "sitting"}


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    return lumbar(bench) | one_leg(bench) | extension(bench)


def posture(bench: Bench, name: str, **fields: float) -> Posture:
    """A preset with other values."""
    return with_fields(preset(name, bench.anatomy.root), fields)


def lumbar(bench: Bench) -> dict[str, float]:
    """Compression and shear of the lower levels, and what flexor-dominant adds to them."""
    result = {}
    for key, name in STATES.items():
        found = loads(bench.anatomy, posture(bench, name))
        for level, load in found.levels.items() if found else ():
            result[f"compression_{level}_{key}"] = load.compression.median
            result[f"compression_{level}_{key}_change"] = load.compression_change.median
            result[f"shear_{level}_{key}_change"] = load.shear_change.median
    return result | {
        f"{name}_pressure": result[f"compression_l4_l5_{name}"] for name in ("balanced", "sitting")
    }


def one_leg(bench: Bench) -> dict[str, float]:
    """The hip that carries, its reserve with half the gluteals, and what tilt alone adds to the rotators' load."""
    usual = stance(bench.anatomy, posture(bench, "balanced"), "left")
    weaker = posture(bench, "balanced", gluteal_strength_percent=WEAKER_PERCENT)
    tilted = stance(bench.anatomy, posture(bench, "balanced", tilt_deg=TILTED_DEG), "left")
    added = {f"tilt_load_{name}": change.median for name, change in tilted.rotators_change_n.items()}
    return added | {
        "contact_one_leg": usual.contact_bw.median,
        "reserve_half_gluteals": stance(bench.anatomy, weaker, "left").reserve.median,
    }


def extension(bench: Bench) -> dict[str, float]:
    """Degrees that the flexor-dominant premises take from the hips' extension, and a healthy range, knee bent."""
    lost = -hip_extension(bench.anatomy, posture(bench, "flexor-dominant"))[STRAIGHT].change_deg
    healthy = hip_extension(bench.anatomy, posture(bench, "balanced"))
    return {
        "hip_extension_lost": lost,
        "hip_extension_straight": healthy[STRAIGHT].extension_deg,
        "hip_extension_bent": healthy[BENT].extension_deg,
    }
