"""What a posture does to each muscle: shorter or longer, how much tension, which lever at the hip.

Takes an anatomy and a snapshot; gives a `MuscleState` a muscle. Tension from the curves of `forces`; moment arms as
change of length with joint angle (virtual work), from MuJoCo. Where the literature disagrees, the range is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import PreparedBody
from visualizer.forces.strength import Figures

UNCHANGED_PERCENT = 1.0  # of fibre length; less is called unchanged
UNCHANGED_TONE = 0.1  # of full tone; less is called unchanged
PROBE_DEG = 0.5


@dataclass(frozen=True)
class MuscleState:
    """One muscle in one posture, against balanced.

    change_mm, change_percent: of length, the latter of fibre length. state: "short", "long" or "unchanged". tension_n
    and tension_ratio (now against balanced) with the model's peak force; tension_range_n with the smallest and the
    largest published area. passive_n: its part without tone. hip_flexion_arm_mm: lever about the hip, flexor positive.
    tone_change: of its tone 0-1, a premise; effort: what that is called, "harder", "less" (not recruited) or
    "unchanged". disputed: what studies disagree on, or "".
    """

    change_mm: float
    change_percent: float
    state: str
    tension_n: float
    tension_ratio: float
    tension_range_n: tuple[float, float]
    passive_n: float
    hip_flexion_arm_mm: float
    tone_change: float
    effort: str
    disputed: str


def hip_flexion_arms_mm(anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """(muscles,) lever of each muscle about its hip's flexion axis, mm, positive where it flexes."""
    prepared = anatomy.prepared(PreparedBody)

    def lengths(step_deg: float) -> np.ndarray:
        moved = replace(
            posture,
            hip_flexion_left_deg=posture.hip_flexion_left_deg + step_deg,
            hip_flexion_right_deg=posture.hip_flexion_right_deg + step_deg,
        )
        with prepared.lock:
            return prepared.muscle_length_mm(prepared.skeleton.lengths(moved))

    return -(lengths(PROBE_DEG) - lengths(-PROBE_DEG)) / np.radians(2 * PROBE_DEG)


def named(change_percent: float) -> str:
    """Say "short", "long" or "unchanged" of a change in per cent of fibre length."""
    if abs(change_percent) < UNCHANGED_PERCENT:
        return "unchanged"
    return "short" if change_percent < 0 else "long"


def effort_of(tone_change: float) -> str:
    """Say "harder", "less" or "unchanged" of a change of tone, 0-1."""
    if round(abs(tone_change), 6) < UNCHANGED_TONE:
        return "unchanged"
    return "harder" if tone_change > 0 else "less"


def muscle_states(anatomy: Anatomy, snapshot: Snapshot) -> dict[str, MuscleState]:
    """Every muscle's state by key (`psoas_left`) in a solved posture."""
    prepared = anatomy.prepared(PreparedBody)
    posture = snapshot.posture
    strength = anatomy.prepared(Figures).strength
    able = strength.set_by(posture)
    change = snapshot.muscle_change_mm
    percent = 100.0 * change / prepared.fibre_length_mm
    norm, rest = 1.0 + percent / 100.0, np.ones(len(percent))
    active = able.active(norm, able.activation(posture))
    passive = able.passive(norm)
    balanced = strength.tension(rest, strength.activation(prepared.balanced))
    arms = hip_flexion_arms_mm(anatomy, posture)
    tension = active + passive
    stress = able.curves["specific_tension_n_per_cm2"]
    states = {}
    for index, muscle in enumerate(anatomy.muscles):
        low, high = (area * stress / muscle.peak_force_n * tension[index] for area in muscle.pcsa_cm2)
        group = f"tone_{muscle.tone_group}"
        tone = getattr(posture, group) - getattr(prepared.balanced, group)
        states[muscle.key] = MuscleState(
            change_mm=float(change[index]),
            change_percent=float(percent[index]),
            state=named(float(percent[index])),
            tension_n=float(tension[index]),
            tension_ratio=float(tension[index] / balanced[index]),
            tension_range_n=(float(low), float(high)),
            passive_n=float(passive[index]),
            hip_flexion_arm_mm=float(arms[index]),
            tone_change=float(tone),
            effort=effort_of(tone),
            disputed=muscle.disputed,
        )
    return states
