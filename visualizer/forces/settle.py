"""What follows from the premises before anything is posed: the tilt, where muscles decide it, and the rotators' tone.

Takes `Posture`; gives the `Posture` that is solved. And says how the tilt comes about: which premises tip the pelvis.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import FIELD_NAMES, Posture, preset
from visualizer.forces.balance import Balancer
from visualizer.forces.shapley import Coalition, coalitions, shapley
from visualizer.forces.stance import piriformis_activation

# Premises that can tip the pelvis -> how the names of their fields begin. Hamstrings extend the hip with the gluteals.
TIPPING: dict[str, tuple[str, ...]] = {
    "flexors": ("tone_flexors", "short_"),
    "gluteals": ("tone_glutes", "tone_hamstrings", "gluteal_"),
    "rotators": ("tone_rotators",),
    "trunk": ("tone_trunk_extensors", "tone_abdominals"),
}


def settled(anatomy: Anatomy, posture: Posture) -> Posture:
    """`posture` with what its premises decide.

    rotators_from "load": tone grows with piriformis' activation on one leg, against the balanced premises'. tilt_from
    "muscles": the tilt at which the pelvis comes to rest.
    """
    if posture.rotators_from == "load":
        balanced = preset("balanced", anatomy.root)
        by_hand = replace(posture, rotators_from="hand", tone_rotators=balanced.tone_rotators)
        load, usual = (piriformis_activation(anatomy, each) for each in (by_hand, balanced))
        tone = balanced.tone_rotators * load / usual if usual > 0.0 else balanced.tone_rotators
        posture = replace(posture, tone_rotators=float(np.clip(tone, 0.0, 1.0)))
    if posture.tilt_from == "muscles":
        posture = replace(posture, tilt_deg=anatomy.prepared(Balancer).at(posture).rest_tilt_deg)
    return posture


def fields_of(group: str) -> tuple[str, ...]:
    """Fields of `Posture` that belong to a tipping premise."""
    return tuple(name for name in FIELD_NAMES if name.startswith(TIPPING[group]))


def tilt_shares(anatomy: Anatomy, posture: Posture) -> dict[str, float]:
    """Degrees of the tilt that each premise causes, by its Shapley value; "tilt" where it was set by hand.

    What the premises do not explain (they rest elsewhere than the posture is) counts as set by hand. Sums up to the
    tilt.
    """
    if posture.tilt_from != "muscles":
        return {"tilt": posture.tilt_deg}
    balanced = preset("balanced", anatomy.root)
    acting = [
        group
        for group in TIPPING
        if any(getattr(posture, name) != getattr(balanced, name) for name in fields_of(group))
    ]
    balancer = anatomy.prepared(Balancer)
    rest = {
        chosen: np.array(balancer.at(with_fields_of(balanced, posture, chosen)).rest_tilt_deg)
        for chosen in coalitions(acting)
    }
    shares = {group: float(share) for group, share in shapley(acting, rest).items()}
    return shares | {"tilt": posture.tilt_deg - sum(shares.values())}


def with_fields_of(balanced: Posture, posture: Posture, chosen: Coalition) -> Posture:
    """`balanced` with the `chosen` tipping premises of `posture`."""
    return replace(
        balanced, **{name: getattr(posture, name) for group in chosen for name in fields_of(group)}
    )
