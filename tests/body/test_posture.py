"""Postures: ranges, sides, presets, blends, and what is said of a wrong name or value."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.body.posture import (
    CHOICES,
    RANGES,
    SHORTENED,
    Posture,
    blend,
    preset,
    presets,
    with_fields,
    within_reach,
    without_side,
)
from visualizer.errors import UserError

NUMBERS = [field.name for field in fields(Posture) if without_side(field.name) not in CHOICES]
WORDS = [field.name for field in fields(Posture) if without_side(field.name) in CHOICES]


@st.composite
def postures(draw: st.DrawFn) -> Posture:
    """Any posture in range."""
    numbers = {name: draw(st.floats(*RANGES[without_side(name)])) for name in NUMBERS}
    return with_fields(
        Posture(), numbers | {name: draw(st.sampled_from(CHOICES[without_side(name)])) for name in WORDS}
    )


def test_presets_are_those_that_the_program_names() -> None:
    assert list(presets()) == [
        "balanced", "flexor-dominant", "sitting", "one-leg-left", "one-leg-right", "fair", "slump",
        "straight-leg-raise", "balanced-again",
    ]  # fmt: skip


def test_balanced_is_the_posture_without_changes() -> None:
    assert preset("balanced") == Posture()


def test_flexor_dominant_tilts_no_further_than_studies_allow() -> None:
    dominant = preset("flexor-dominant")
    assert 8.0 <= dominant.tilt_deg <= 11.0
    assert dominant.tone_flexors > Posture().tone_flexors
    assert dominant.tone_glutes < Posture().tone_glutes


def test_sitting_bends_hips_and_knees_to_a_right_angle_and_rolls_the_pelvis_back() -> None:
    sitting = preset("sitting")
    assert sitting.hip_flexion_left_deg == sitting.hip_flexion_right_deg == 90.0
    assert sitting.knee_flexion_left_deg == sitting.knee_flexion_right_deg == 90.0
    assert sitting.tilt_deg < 0


def test_a_name_without_side_means_both() -> None:
    posture = with_fields(Posture(), {"hip_rotation_deg": -20, "knee_flexion_left_deg": 30})
    assert (posture.hip_rotation_left_deg, posture.hip_rotation_right_deg) == (-20.0, -20.0)
    assert (posture.knee_flexion_left_deg, posture.knee_flexion_right_deg) == (30.0, 0.0)


def test_disc_height_without_level_means_both_lower_discs() -> None:
    posture = with_fields(Posture(), {"disc_height_mm": -3})
    assert posture.disc_height_l4_l5_mm == posture.disc_height_l5_s1_mm == -3.0


def test_values_may_come_as_words_from_the_command_line() -> None:
    assert with_fields(Posture(), {"tilt_deg": "12.5"}).tilt_deg == 12.5


@pytest.mark.parametrize("name", sorted(RANGES))
def test_both_ends_of_each_range_are_allowed_and_nothing_beyond(name: str) -> None:
    low, high = RANGES[name]
    for value in (low, high):
        with_fields(Posture(), {name: value})
    for value in (low - 0.01, high + 0.01, float("nan"), float("inf")):
        with pytest.raises(UserError, match="outside"):
            with_fields(Posture(), {name: value})


def test_an_unknown_field_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UserError, match="no field 'tilt'") as caught:
        with_fields(Posture(), {"tilt": 5})
    assert "tilt_deg" in caught.value.what_to_do


def test_an_unknown_posture_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no posture 'standing'") as caught:
        preset("standing")
    assert "flexor-dominant" in caught.value.what_to_do


@pytest.mark.parametrize(
    ("name", "value"), [("tilt_deg", "steep"), ("nerve_variant_left", "g"), ("support", "hands")]
)
def test_a_value_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UserError, match=value):
        with_fields(Posture(), {name: value})


@given(postures(), postures())
def test_a_blend_begins_and_ends_with_its_postures(start: Posture, end: Posture) -> None:
    assert blend(start, end, 0.0) == start
    for name in NUMBERS:
        assert getattr(blend(start, end, 1.0), name) == pytest.approx(getattr(end, name), abs=1e-9)


@given(postures(), postures(), st.floats(0.0, 1.0))
def test_a_blend_stays_in_range(start: Posture, end: Posture, share: float) -> None:
    mixed = blend(start, end, share)
    for name in NUMBERS:
        low, high = RANGES[without_side(name)]
        assert low - 1e-9 <= getattr(mixed, name) <= high + 1e-9


@given(postures())
def test_mirroring_twice_gives_the_same_posture(posture: Posture) -> None:
    assert posture.mirrored().mirrored() == posture
    assert posture.mirrored().hip_flexion_left_deg == posture.hip_flexion_right_deg


def test_who_stands_on_the_left_foot_stands_in_the_mirror_on_the_right() -> None:
    assert preset("one-leg-left").mirrored() == preset("one-leg-right")
    assert preset("sitting").mirrored() == preset("sitting")


def test_a_tilt_that_is_given_is_by_hand() -> None:
    dominant = preset("flexor-dominant")
    assert dominant.tilt_from == "muscles"
    assert with_fields(dominant, {"tilt_deg": 4.0}).tilt_from == "hand"
    assert with_fields(dominant, {"tone_flexors": 0.5}).tilt_from == "muscles"
    assert with_fields(dominant, {"tilt_deg": 4.0, "tilt_from": "muscles"}).tilt_from == "muscles"


def test_short_flexors_means_all_of_them() -> None:
    short = with_fields(Posture(), {"short_flexors_percent": 5.0})
    assert {getattr(short, f"short_{muscle}_percent") for muscle in SHORTENED} == {5.0}


@given(postures(), st.sampled_from(["tilt_deg", "hip_flexion_left_deg", "tone_glutes"]))
def test_no_hip_bends_further_than_peoples(posture: Posture, moved: str) -> None:
    """Back by 20 degrees at most, forward by 120; what was moved stops, and nothing else changes."""
    kept = within_reach(posture, {moved})
    for side in ("left", "right"):
        bend = getattr(kept, f"hip_flexion_{side}_deg") + kept.tilt_deg
        assert -20.0 - 1e-9 <= bend <= 120.0 + 1e-9
    hips = {"tilt_deg", "hip_flexion_left_deg", "hip_flexion_right_deg"}
    changed = {name for name in NUMBERS if getattr(kept, name) != getattr(posture, name)}
    assert changed <= hips
    if moved != "tilt_deg":
        assert kept.tilt_deg == posture.tilt_deg


def test_the_presets_are_within_reach() -> None:
    for posture in presets().values():
        assert within_reach(posture, ()) == posture
