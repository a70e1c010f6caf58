"""Corrections between key postures: none at rest, exact at a key, without a step between, the same on the right."""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.muscle_grid import MIRRORED_DRAWN, VERTICES_DRAWN
from visualizer.body import muscles
from visualizer.body.muscles import LimbAngles
from visualizer.body.solve import PreparedBody

QUICK = settings(max_examples=30, deadline=None, derandomize=True)
LEGS = st.builds(
    LimbAngles, st.floats(-50.0, 130.0), st.floats(-45.0, 45.0), st.floats(-30.0, 30.0), st.floats(0.0, 120.0)
)


@cache
def shapes() -> muscles.MuscleShapes:
    return load_anatomy().prepared(PreparedBody).shapes


def test_nothing_is_corrected_at_rest() -> None:
    added, held = muscles.correction(shapes(), LimbAngles(0.0, 0.0, 0.0, 0.0))
    np.testing.assert_array_equal(added, 0.0)
    np.testing.assert_allclose(held, 1.0, atol=2e-3)


def test_a_key_posture_gets_its_own_correction() -> None:
    own = shapes()
    angles = (own.key_flexion_deg, own.key_rotation_deg, own.key_adduction_deg)
    for key in product(*(range(len(values)) for values in angles)):
        leg = LimbAngles(*(float(values[place]) for values, place in zip(angles, key, strict=True)), 0.0)
        added, held = muscles.correction(own, leg)
        np.testing.assert_allclose(added, own.key_hip[key], atol=1e-6)
        np.testing.assert_allclose(held, own.key_hip_volume[key], atol=1e-6)
    flexed = [list(own.key_flexion_deg).index(flexion) for flexion in own.key_knee_flexion_deg]
    turned = [list(own.key_rotation_deg).index(rotation) for rotation in own.key_knee_rotation_deg]
    bent = own.key_knee_flexion_deg, own.key_knee_rotation_deg, own.key_adduction_deg, own.key_knee_deg
    for key in product(*(range(len(values)) for values in bent)):
        leg = LimbAngles(*(float(values[place]) for values, place in zip(bent, key, strict=True)))
        added, held = muscles.correction(own, leg)
        hip = flexed[key[0]], turned[key[1]], key[2]
        np.testing.assert_allclose(added, own.key_hip[hip] + own.key_knee[key], atol=1e-6)
        np.testing.assert_allclose(held, own.key_hip_volume[hip] + own.key_knee_volume[key], atol=1e-6)


@QUICK
@given(LEGS, st.sampled_from(["flexion", "rotation", "adduction", "knee"]))
def test_a_small_step_changes_little(leg: LimbAngles, angle: str) -> None:
    """Half a degree moves no vertex by more than 1.5 mm, beyond the keys as between them."""
    further = replace(leg, **{angle: getattr(leg, angle) + 0.5})
    here, there = (muscles.correction(shapes(), each)[0] for each in (leg, further))
    assert np.linalg.norm(there - here, axis=0).max() < 0.0015, astuple(leg)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-5.0, [(0, 1.0)]), (15.0, [(0, 0.5), (1, 0.5)]), (30.0, [(1, 1.0)]), (99.0, [(2, 1.0)])],
)
def test_places_between_keys(value: float, expected: list[tuple[int, float]]) -> None:
    assert muscles.between(np.array([0.0, 30.0, 60.0]), value) == expected


def test_the_right_half_is_the_left_ones_mirror_image() -> None:
    left = np.random.default_rng(2).normal(size=(3 * VERTICES_DRAWN, 3)).astype(np.float32)
    both = muscles.with_mirror_images(left).reshape(3, 2, VERTICES_DRAWN, 3)
    own = left.reshape(3, VERTICES_DRAWN, 3)
    assert np.array_equal(both[:, 0], own)
    assert np.array_equal(both[:, 1], own[:, MIRRORED_DRAWN] * np.float32([-1.0, 1.0, 1.0]))
