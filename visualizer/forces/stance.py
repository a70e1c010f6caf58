"""Standing on one leg with the premises of a posture: the hip's reserve, its contact force, and the rotators' load.

The limbs are those of the presets `one-leg-*`; tilt, tones, strength and shortness are the posture's own. The pelvis
drops only where the abductors at full strength cannot hold it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import Posture, preset
from visualizer.forces.draws import Draws, Interval, interval
from visualizer.forces.equilibrium import Equilibrium, People, Shared
from visualizer.forces.mechanics import GRAVITY, Statics

LOADED_MUSCLES = (
    "piriformis",
    "gemellus_superior",
    "obturator_internus",
    "gemellus_inferior",
    "quadratus_femoris",
    "gluteus_minimus",
)
LIMBS = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")
WEAKER_PERCENT = 50.0


@dataclass(frozen=True)
class Stance:
    """One leg, the pelvis held level.

    needed_nm: moment that the abductors must give; available_nm: all of them at full strength; reserve: the ratio.
    contact_bw: force between head and socket, body weights. drops: whether the reserve is below one in the middle
    draw. rotators_n: muscle -> N; rotators_change_n: against the balanced premises on one leg; weaker_change_n: what
    half the gluteals' strength adds.
    """

    side: str
    needed_nm: Interval
    available_nm: Interval
    reserve: Interval
    contact_bw: Interval
    drops: bool
    rotators_n: dict[str, Interval]
    rotators_change_n: dict[str, Interval]
    weaker_change_n: dict[str, Interval]


def on_one_leg(anatomy: Anatomy, posture: Posture, side: str) -> Posture:
    """`posture` with the limbs of the preset `one-leg-*`, standing on `side`."""
    limbs = preset(f"one-leg-{side}", anatomy.root)
    names = [f"{limb}_{each}_deg" for limb in LIMBS for each in SIDES]
    return replace(posture, support=limbs.support, **{name: getattr(limbs, name) for name in names})


def abductors_nm(statics: Statics, posture: Posture, people: People, side: str) -> np.ndarray:
    """(people,) N m that all abductors of one hip give at full strength."""
    able = people.strength.set_by(posture)
    force = able.active(statics.norm_length, 1.0) + able.passive(statics.norm_length)
    return np.asarray(force @ np.clip(-statics.lever[f"hip_adduction_{side}"], 0.0, None))


def contact_n(shared: Shared, side: str) -> np.ndarray:
    """(people,) N between head and socket."""
    return np.linalg.norm([shared.along[f"hip_{axis}_{side}"] for axis in "xyz"], axis=0)


def stance(anatomy: Anatomy, posture: Posture, side: str) -> Stance:
    """Standing on the leg of `side` with the premises of `posture`."""
    draws = anatomy.prepared(Draws)
    equilibrium = draws.equilibrium
    here = on_one_leg(anatomy, posture, side)
    statics = equilibrium.mechanics.statics(here)
    needed = statics.weights((f"hip_adduction_{side}",), draws.people.forward_m)[:, 0]
    available = abductors_nm(statics, here, draws.people, side)
    middle = abductors_nm(statics, here, equilibrium.middle, side)[0]
    body_weight = GRAVITY * float(equilibrium.mechanics.model.body_mass.sum())
    shared = draws.shared(here)
    before = draws.shared(on_one_leg(anatomy, equilibrium.balanced, side))
    weaker = draws.shared(replace(here, gluteal_strength_percent=WEAKER_PERCENT))
    place = {muscle.name: i for i, muscle in enumerate(anatomy.muscles) if muscle.side == side}

    def pulls(of: np.ndarray) -> dict[str, Interval]:
        return {name: interval(of[:, place[name]]) for name in LOADED_MUSCLES}

    return Stance(
        side=side,
        needed_nm=interval(needed),
        available_nm=interval(available),
        reserve=interval(available / needed),
        contact_bw=interval(contact_n(shared, side) / body_weight),
        drops=bool(middle < statics.weight[f"hip_adduction_{side}"]),
        rotators_n=pulls(shared.muscle_n),
        rotators_change_n=pulls(shared.muscle_n - before.muscle_n),
        weaker_change_n=pulls(weaker.muscle_n - shared.muscle_n),
    )


def piriformis_activation(anatomy: Anatomy, posture: Posture) -> float:
    """Activation of piriformis on one leg with the premises of `posture`, mean of both sides, middle draw."""
    equilibrium = anatomy.prepared(Equilibrium)
    parts = [anatomy.muscles[index].key for index in equilibrium.mechanics.muscle]
    found = [
        equilibrium.shared(on_one_leg(anatomy, posture, side)).activation[
            0, parts.index(f"piriformis_{side}")
        ]
        for side in SIDES
    ]
    return float(np.mean(found))
