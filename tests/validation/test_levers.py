"""Moment arms: the right direction in every posture, no jump as the joint turns, and the names of movements."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.validation import levers
from visualizer.validation.bench import Bench
from visualizer.validation.figures import Lengthening, Lever, published

QUICK = settings(max_examples=25, deadline=None, derandomize=True)


@cache
def bench() -> Bench:
    return Bench(load_anatomy())


def arm(muscle: str, about: str, **at: float) -> float:
    return levers.arm(bench(), Lever(muscles=[muscle], about=about, at=(at,)))


@pytest.mark.parametrize(
    ("muscle", "about"),
    [
        ("gluteus_maximus", "hip_extension"), ("gluteus_maximus", "hip_adduction"),
        ("gluteus_maximus", "hip_rotation_out"), ("psoas", "hip_flexion"), ("iliacus", "hip_flexion"),
        ("tensor_fasciae_latae", "hip_abduction"), ("gluteus_minimus", "hip_abduction"),
        ("semimembranosus", "knee_flexion"), ("rectus_femoris", "knee_extension"),
        ("obturator_internus", "hip_rotation_out"), ("quadratus_femoris", "hip_adduction"),
    ],
)  # fmt: skip
def test_muscles_do_what_textbooks_say(muscle: str, about: str) -> None:
    at = {"knee_flexion_deg": 20.0} if about.startswith("knee") else {}
    assert arm(muscle, about, **at) > 5.0


@pytest.mark.parametrize(
    "muscle", ["semimembranosus", "semitendinosus", "biceps_femoris_long_head", "biceps_femoris_short_head"]
)
@pytest.mark.parametrize("knee", [10.0, 45.0, 90.0, 115.0])
def test_hamstrings_bend_the_knee_at_every_angle(muscle: str, knee: float) -> None:
    assert 5.0 < arm(muscle, "knee_flexion", knee_flexion_deg=knee) < 60.0


@pytest.mark.parametrize("flexion", [0.0, 30.0, 60.0, 90.0, 105.0])
def test_no_flexor_bows_away_from_the_hip(flexion: float) -> None:
    for muscle, most in (("psoas", 35.0), ("rectus_femoris", 50.0), ("tensor_fasciae_latae", 65.0)):
        assert 0.0 < arm(muscle, "hip_flexion", hip_flexion_deg=flexion) < most, muscle


def test_piriformis_turns_the_straight_thigh_out_and_the_bent_one_in() -> None:
    assert arm("piriformis", "hip_rotation_out") > 20.0
    assert arm("piriformis", "hip_rotation_in", hip_flexion_deg=90.0) > 5.0


@QUICK
@given(
    st.floats(-19, 108), st.floats(-29, 29), st.floats(-44, 44), st.floats(1, 118),
    st.sampled_from(["hip_flexion_deg", "hip_adduction_deg", "hip_rotation_deg", "knee_flexion_deg"]),
)  # fmt: skip
def test_no_line_jumps_from_one_side_of_a_bone_to_the_other(
    flexion: float, adduction: float, rotation: float, knee: float, moved: str
) -> None:
    posture = {
        "hip_flexion_deg": flexion, "hip_adduction_deg": adduction, "hip_rotation_deg": rotation,
        "knee_flexion_deg": knee,
    }  # fmt: skip
    before = bench().skeleton.place(bench().posture(**posture)).length
    after = bench().skeleton.place(bench().posture(**posture | {moved: posture[moved] + 0.5})).length
    # No muscle of the thigh has a lever of more than 100 mm.
    assert np.abs(after - before).max() * 1000.0 < 100.0 * np.radians(0.5)


def test_opposite_movements_have_opposite_arms() -> None:
    for one, other in (("hip_flexion", "hip_extension"), ("hip_rotation_in", "hip_rotation_out")):
        assert arm("piriformis", one) == pytest.approx(-arm("piriformis", other))


def test_longer_is_measured_against_balanced_unless_said() -> None:
    change = Lengthening(muscles=["psoas"], at={"hip_flexion_deg": 30.0})
    back = Lengthening(muscles=["psoas"], at={}, than={"hip_flexion_deg": 30.0})
    assert levers.longer(bench(), change) < -5.0
    assert levers.longer(bench(), back) == pytest.approx(-levers.longer(bench(), change))


def test_every_lever_of_the_table_names_a_known_movement_and_muscle() -> None:
    names = {muscle.name for muscle in bench().anatomy.muscles}
    for figure in published(bench().anatomy).figures():
        for lever in (figure.arm, figure.less):
            if lever is not None:
                assert lever.about in levers.MOVEMENTS, figure.id
                assert set(lever.muscles) <= names, figure.id
