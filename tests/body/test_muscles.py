"""Corrections between key postures: none at rest, exact at a key, without a step between, the same on the right."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.body import muscles
from visualizer.body.solve import PreparedBody

QUICK = settings(max_examples=30, deadline=None, derandomize=True)


@cache
def shapes() -> muscles.MuscleShapes:
    return load_anatomy().prepared(PreparedBody).shapes


def test_nothing_is_corrected_at_rest() -> None:
    np.testing.assert_array_equal(muscles.correction(shapes(), 0.0, 0.0), 0.0)


def test_a_key_posture_gets_its_own_correction() -> None:
    own = shapes()
    for hip in range(len(own.key_hip_deg)):
        for knee in range(len(own.key_knee_deg)):
            at_key = muscles.correction(own, float(own.key_hip_deg[hip]), float(own.key_knee_deg[knee]))
            np.testing.assert_allclose(at_key, own.key_offset[hip, knee], atol=1e-6)


@QUICK
@given(st.floats(-50.0, 130.0), st.floats(0.0, 120.0))
def test_a_small_step_changes_little(hip: float, knee: float) -> None:
    """Half a degree moves no vertex by more than 1.5 mm, beyond the keys as between them."""
    here = muscles.correction(shapes(), hip, knee)
    for other in ((hip + 0.5, knee), (hip, knee + 0.5)):
        step = muscles.correction(shapes(), *other) - here
        assert np.linalg.norm(step, axis=0).max() < 0.0015


@pytest.mark.parametrize(
    ("value", "expected"), [(-5.0, (0, 0.0)), (15.0, (0, 0.5)), (30.0, (1, 0.0)), (99.0, (1, 1.0))]
)
def test_places_between_keys(value: float, expected: tuple[int, float]) -> None:
    assert muscles.between(np.array([0.0, 30.0, 60.0]), value) == expected


def test_the_right_is_the_mirror_image_of_the_left() -> None:
    whole = shapes()
    np.testing.assert_allclose(muscles.mirrored(whole.offset[:, ::2]), whole.offset[:, 1::2], atol=1e-7)
    np.testing.assert_array_equal(muscles.mirrored(muscles.mirrored(whole.offset)), whole.offset)
