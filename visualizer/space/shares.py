"""Which premise causes how much of a change in the room: Shapley values over what moves a surface.

Premises are switched from balanced to the posture's group by group: tilt (with the lumbar share), the rotators' tone,
the limbs' position and disc height. Where the muscles decide the tilt, its share belongs to the premises that tip the
pelvis, in proportion to the degrees that each of them tips it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from visualizer.body.posture import FIELD_NAMES, Posture
from visualizer.forces.shapley import Coalition

# What moves a surface -> how the names of its fields begin.
MOVING = {
    "tilt": ("tilt_deg", "lumbar_"),
    "rotators": ("tone_rotators",),
    "limbs": ("hip_", "knee_"),
    "disc": ("disc_",),
}
# Every premise that can have a share.
PREMISES = ("flexors", "gluteals", "trunk", "rotators", "tilt", "limbs", "disc")


def premise_fields(group: str) -> tuple[str, ...]:
    """Fields of `Posture` that belong to what moves a surface."""
    return tuple(name for name in FIELD_NAMES if name.startswith(MOVING[group]))


def acting_premises(balanced: Posture, posture: Posture) -> list[str]:
    """The groups in which the two postures differ."""
    return [
        group
        for group in MOVING
        if any(getattr(balanced, name) != getattr(posture, name) for name in premise_fields(group))
    ]


def with_premises(balanced: Posture, posture: Posture, chosen: Coalition) -> Posture:
    """`balanced` with the `chosen` groups of premises as in `posture`."""
    values = {name: getattr(posture, name) for group in chosen for name in premise_fields(group)}
    return replace(balanced, **values)


def by_premise(moving: Mapping[str, float], tilts_deg: Mapping[str, float]) -> dict[str, float]:
    """Shares of all premises from those of what moves a surface and the degrees that each premise tips the pelvis."""
    shares = dict.fromkeys(PREMISES, 0.0) | {
        group: value for group, value in moving.items() if group != "tilt"
    }
    tilt_deg = sum(tilts_deg.values())
    for premise, degrees in tilts_deg.items():
        part = degrees / tilt_deg if abs(tilt_deg) > 1e-9 else float(premise == "tilt")
        shares[premise] += moving.get("tilt", 0.0) * part
    return shares


def finite(shares: Mapping[str, float]) -> bool:
    """Whether every share has a value."""
    return bool(np.isfinite(list(shares.values())).all())
