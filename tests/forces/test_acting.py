"""What is drawn of forces: the same numbers as the loads', and lines that lie where the muscles are."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.body.posture import preset
from visualizer.body.solve import solve
from visualizer.forces.acting import acting
from visualizer.forces.loads import loads


@pytest.fixture(scope="module")
def dominant(anatomy):
    return acting(anatomy, preset("flexor-dominant", anatomy.root))


def test_its_numbers_are_those_of_the_loads(anatomy, dominant):
    assert dominant.loads == loads(anatomy, dominant.posture)
    assert dominant.balanced.loads == loads(anatomy, dominant.balanced.posture)


def test_in_the_balanced_stance_nothing_differs_from_balance(dominant):
    assert all(each.low == each.median == each.high == 1.0 for each in dominant.balanced.ratio.values())


def test_a_ratio_excludes_one_where_the_change_excludes_none(dominant):
    for key, ratio in dominant.ratio.items():
        change = dominant.loads.pull_change_n[key]
        if dominant.loads.pull_n[key].low > 2.0 and change.low > 1.0:
            assert ratio.low > 1.0, key


def test_lines_run_from_the_insertion_to_the_origin(anatomy, dominant):
    at = solve(anatomy, dominant.posture).landmarks
    for side in ("left", "right"):
        psoas = dominant.lines[f"psoas_{side}"]
        assert np.linalg.norm(psoas[0] - at[f"lesser_trochanter_{side}"]) < 0.02
        assert psoas[-1][2] > at["vertebra_l4"][2]
        rectus = dominant.lines[f"rectus_femoris_{side}"]
        assert np.linalg.norm(rectus[-1] - at[f"aiis_{side}"]) < 0.02


def test_discs_lie_between_their_bones_and_their_ways_are_square(anatomy, dominant):
    at = solve(anatomy, dominant.posture).landmarks
    for level, above, below in (
        ("l4_l5", "vertebra_l4", "vertebra_l5"),
        ("l5_s1", "vertebra_l5", "s1_endplate"),
    ):
        middle, up, forwards = dominant.discs[level]
        assert at[below][2] < middle[2] < at[above][2]
        assert np.allclose([up @ up, forwards @ forwards], 1.0)
        # The one is the lower vertebra's, the other the upper one's: they differ by what the level bends.
        assert abs(up @ forwards) < np.sin(np.radians(5.0))
        assert up[2] > 0.0
        assert forwards[1] < 0.0


@pytest.mark.parametrize(("name", "side"), [("one-leg-left", "left"), ("flexor-dominant", None)])
def test_a_reserve_is_told_on_one_foot_alone(anatomy, name, side):
    found = acting(anatomy, preset(name, anatomy.root)).stance
    assert (found and found.side) == side


def test_lying_down_no_loads_are_told(anatomy):
    found = acting(anatomy, preset("fair", anatomy.root))
    assert found.loads is None
    assert found.ratio == {}
