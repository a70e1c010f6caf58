"""Loads: inside what others found, intervals in order, forces within their muscles' published capacity."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.forces.draws import Draws, Interval, interval
from visualizer.forces.loads import Loads, loads
from visualizer.forces.strength import Figures


@pytest.fixture(scope="module")
def dominant(anatomy: Anatomy) -> Loads:
    found = loads(anatomy, preset("flexor-dominant"))
    assert found is not None
    return found


def intervals(found: Loads) -> list[Interval]:
    levels = [value for level in found.levels.values() for value in vars(level).values()]
    return [
        *levels,
        *found.pull_n.values(),
        *found.pull_change_n.values(),
        *found.compression_by_psoas.values(),
    ]


def test_every_number_lies_in_its_interval(dominant: Loads) -> None:
    for each in intervals(dominant):
        assert each.low <= each.median <= each.high


def test_nothing_is_left_out_of_balance_in_any_draw(dominant: Loads) -> None:
    assert dominant.left_nm < 0.1
    assert dominant.unbalanced_nm > 1.0


def test_flexor_dominant_presses_and_shears_more_in_nine_draws_of_ten(dominant: Loads) -> None:
    for level in dominant.levels.values():
        assert level.compression_change.low > 0.0
        assert level.shear_change.low > 0.0


def test_what_it_adds_is_of_the_size_that_another_estimate_gives(dominant: Loads) -> None:
    l4_l5 = dominant.levels["l4_l5"]
    assert 498.0 < l4_l5.compression.median < 1665.0
    assert 39.0 < l4_l5.compression_change.median < 515.0
    assert 70.0 < dominant.levels["l5_s1"].shear_change.median < 248.0


def test_balanced_has_no_change_and_lying_no_loads(anatomy: Anatomy) -> None:
    found = loads(anatomy, preset("balanced"))
    assert found is not None
    assert {
        change for level in found.levels.values() for change in vars(level.compression_change).values()
    } == {0.0}
    assert loads(anatomy, preset("straight-leg-raise")) is None


def test_a_shorter_psoas_presses_more(anatomy: Anatomy) -> None:
    usual, short = (
        loads(anatomy, with_fields(preset("balanced"), {"short_psoas_percent": percent}))
        for percent in (0.0, 12.0)
    )
    assert usual is not None
    assert short is not None
    assert short.compression_by_psoas["l4_l5"].median > usual.compression_by_psoas["l4_l5"].median


def test_forces_stay_within_the_largest_published_area(anatomy: Anatomy) -> None:
    draws = anatomy.prepared(Draws)
    strength = anatomy.prepared(Figures).strength
    low, high = strength.capacity_n.T
    assert (strength.peak_force >= 0.99 * low).all()
    assert (strength.peak_force <= 1.01 * high).all()
    for name in ("balanced", "flexor-dominant", "sitting", "one-leg-left"):
        most = draws.shared(preset(name)).muscle_n.max(axis=0)
        assert (most <= high).all()


def test_draws_are_seeded(anatomy: Anatomy) -> None:
    draws = anatomy.prepared(Draws)
    again = Draws(anatomy)
    assert len(draws.people) >= 300
    assert draws.people.rest == pytest.approx(again.people.rest)


def test_an_interval_leaves_one_draw_in_ten_outside() -> None:
    found = interval(np.arange(101.0))
    assert (found.low, found.median, found.high) == (5.0, 50.0, 95.0)
