"""On one leg: the pelvis drops only without a reserve, less strength leaves less, and the leg that is named stands."""

from __future__ import annotations

import pytest

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.forces.equilibrium import Equilibrium
from visualizer.forces.stance import abductors_nm, on_one_leg, piriformis_activation, stance


def reserve(anatomy: Anatomy, percent: float) -> float:
    posture = with_fields(preset("balanced"), {"gluteal_strength_percent": percent})
    return stance(anatomy, posture, "left").reserve.median


def test_half_the_abductors_strength_still_holds_the_pelvis(anatomy: Anatomy) -> None:
    """A nerve block that took 52 % of it let no pelvis drop (Kendall 2013, n = 9)."""
    weaker = with_fields(preset("balanced"), {"gluteal_strength_percent": 48.0})
    found = stance(anatomy, weaker, "left")
    assert found.reserve.low > 1.0
    assert not found.drops


def test_less_strength_leaves_less_reserve(anatomy: Anatomy) -> None:
    assert reserve(anatomy, 100.0) > reserve(anatomy, 70.0) > reserve(anatomy, 40.0)


def test_the_hip_carries_more_than_the_body_and_what_is_needed_is_available(anatomy: Anatomy) -> None:
    found = stance(anatomy, preset("balanced"), "right")
    assert 2.0 < found.contact_bw.median < 4.0
    assert found.needed_nm.median < found.available_nm.low


def test_forward_tilt_raises_the_load_of_piriformis(anatomy: Anatomy) -> None:
    """As in walking with the pelvis tilted by 10 degrees (PMC9255277)."""
    found = stance(anatomy, with_fields(preset("balanced"), {"tilt_deg": 10.0}), "left")
    assert found.rotators_change_n["piriformis"].low > 0.0


def test_half_the_gluteals_raise_the_load_of_piriformis_and_gluteus_minimus(anatomy: Anatomy) -> None:
    found = stance(anatomy, preset("balanced"), "left")
    for name in ("piriformis", "gluteus_minimus"):
        assert found.weaker_change_n[name].low > 0.0


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_leg_that_is_named_stands(anatomy: Anatomy, side: str) -> None:
    here = on_one_leg(anatomy, preset("flexor-dominant"), side)
    assert here.support == f"{side} foot"
    assert getattr(here, f"hip_flexion_{side}_deg") == 0.0
    assert here.tilt_deg == preset("flexor-dominant").tilt_deg
    statics = anatomy.prepared(Equilibrium).mechanics.statics(here)
    other = "right" if side == "left" else "left"
    assert statics.weight[f"hip_adduction_{side}"] > 50.0
    assert abs(statics.weight[f"hip_adduction_{other}"]) < 10.0


def test_abductors_are_as_strong_on_both_sides(anatomy: Anatomy) -> None:
    equilibrium = anatomy.prepared(Equilibrium)
    strong = []
    for side in ("left", "right"):
        here = on_one_leg(anatomy, preset("balanced"), side)
        strong.append(abductors_nm(equilibrium.mechanics.statics(here), here, equilibrium.middle, side))
    assert strong[0] == pytest.approx(strong[1], rel=1e-3)


def test_piriformis_works_on_one_leg(anatomy: Anatomy) -> None:
    weaker = with_fields(preset("balanced"), {"gluteal_strength_percent": 50.0})
    assert (
        0.0
        < piriformis_activation(anatomy, preset("balanced"))
        < piriformis_activation(anatomy, weaker)
        < 1.0
    )
