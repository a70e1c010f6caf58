"""Load sharing: nothing is left out of balance, nothing better is near, both sides are alike, and nothing jumps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, preset, with_fields
from visualizer.forces.equilibrium import Equilibrium, Shared

HELD = ["balanced", "flexor-dominant", "sitting", "one-leg-left", "slump"]
TONELESS = {
    f"tone_{group}": 0.0
    for group in ("flexors", "glutes", "rotators", "hamstrings", "trunk_extensors", "abdominals")
}


@pytest.fixture(scope="module")
def equilibrium(anatomy: Anatomy) -> Equilibrium:
    return anatomy.prepared(Equilibrium)


@pytest.mark.parametrize("name", HELD)
def test_nothing_is_left_out_of_balance(equilibrium: Equilibrium, name: str) -> None:
    found = equilibrium.shared(preset(name))
    assert max(abs(moment).max() for moment in found.left.values()) < 0.1
    assert (found.activation >= 0.0).all()
    assert (found.activation <= 1.0).all()


def test_tones_alone_do_not_hold_the_body_and_sharing_keeps_near_them(equilibrium: Equilibrium) -> None:
    found = equilibrium.shared(preset("flexor-dominant"))
    assert max(abs(moment).max() for moment in found.unbalanced.values()) > 1.0
    assert np.abs(found.activation - found.asked).max() < 0.1


@pytest.mark.parametrize("fields", [{}, TONELESS], ids=["tones", "no tones"])
def test_no_other_activations_that_hold_the_body_are_nearer(
    equilibrium: Equilibrium, fields: dict[str, float]
) -> None:
    """At the optimum, what pulls a free activation from its tone is a combination of the balances' gradients."""
    posture = with_fields(preset("one-leg-left"), fields)
    statics = equilibrium.mechanics.statics(posture)
    found = equilibrium.shared(posture)
    activation, able = found.activation[0], equilibrium.middle.strength.set_by(posture)
    free = (activation > 1e-6) & (activation < 1.0 - 1e-6)
    gradients = (statics.levers(statics.held) * able.active(statics.norm_length, 1.0))[:, free].T
    pull = (equilibrium.mechanics.share * (activation - found.asked[0]))[free]
    explained = gradients @ np.linalg.lstsq(gradients, pull, rcond=None)[0]
    assert explained == pytest.approx(pull, abs=1e-5)


def by_side(found: Shared) -> tuple[np.ndarray, np.ndarray]:
    return found.muscle_n[0, ::2], found.muscle_n[0, 1::2]


@pytest.mark.parametrize("name", ["balanced", "flexor-dominant", "one-leg-left"])
def test_the_mirror_image_of_a_posture_has_mirrored_forces(equilibrium: Equilibrium, name: str) -> None:
    posture = preset(name)
    left, right = by_side(equilibrium.shared(posture))
    other_left, other_right = by_side(equilibrium.shared(posture.mirrored()))
    assert left == pytest.approx(other_right, abs=1.0)
    assert right == pytest.approx(other_left, abs=1.0)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("tilt_deg", -10.0, 12.0),
        ("tone_flexors", 0.0, 1.0),
        ("short_psoas_percent", 0.0, 15.0),
        ("gluteal_strength_percent", 30.0, 100.0),
    ],
)
def test_forces_are_continuous_in_every_premise(
    equilibrium: Equilibrium, field: str, low: float, high: float
) -> None:
    forces = np.array(
        [
            equilibrium.shared(with_fields(preset("balanced"), {field: value})).muscle_n[0]
            for value in np.linspace(low, high, 45)
        ]
    )
    assert np.abs(np.diff(forces, axis=0)).max() < 30.0


def test_a_trunk_further_forward_presses_more(equilibrium: Equilibrium) -> None:
    """In a tipped pelvis the back muscles work already, and work more."""
    dominant = preset("flexor-dominant")
    pressed = [
        -equilibrium.shared(dominant, replace(equilibrium.middle, forward_m=np.array([forward]))).along[
            "l4_l5_height"
        ]
        for forward in (0.0, 0.01, 0.02)
    ]
    assert pressed[0] < pressed[1] < pressed[2]


def test_lying_asks_nothing_of_the_muscles(equilibrium: Equilibrium) -> None:
    found = equilibrium.shared(Posture(support="lying"))
    assert found.left == found.along == {}
    assert found.activation == pytest.approx(found.asked)
