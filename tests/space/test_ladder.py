"""The ladder: levels only rise as room falls, and the bounds are those that studies and `sites.toml` give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.anatomy.load import assets_root
from visualizer.space.ladder import Level, steps
from visualizer.space.sites import ROOM, Measure, ladder_of_sites, sites

OF = {"balanced": 14.0, "thickness": 5.5}
JUDGED = [
    (site, key)
    for site, entry in sites(assets_root()).items()
    for key, measure in entry.measure.items()
    if measure.judged
]


def measure(site: str, key: str) -> Measure:
    return sites(assets_root())[site].measure[key]


@pytest.mark.parametrize(("site", "key"), JUDGED)
@given(values=st.lists(st.floats(-10.0, 60.0), min_size=2, max_size=20))
def test_levels_are_monotone_in_room(site: str, key: str, values: list[float]) -> None:
    judge = measure(site, key)
    roomiest_first = sorted(values, reverse=judge.worse == "smaller")
    ranks = [judge.level(value, OF).rank for value in roomiest_first]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(("site", "key"), JUDGED)
def test_bounds_follow_each_other_and_lie_on_the_bad_side_of_normal(site: str, key: str) -> None:
    judge = measure(site, key)
    at = [bound.at(OF) for bound in judge.bounds if bound is not None]
    assert at == sorted(at, reverse=judge.worse == "smaller")
    assert len(set(at)) == len(at)


@pytest.mark.parametrize(
    ("site", "key", "value", "level"),
    [
        ("opening_l4_l5", "height", 20.0, Level.ROOMY),
        ("opening_l4_l5", "height", 19.9, Level.SNUG),
        ("opening_l4_l5", "height", 15.0, Level.TIGHT),
        ("opening_l5_s1", "disc_back", 4.0, Level.TIGHT),
        ("ischiofemoral", "ifs", 18.1, Level.ROOMY),
        ("ischiofemoral", "ifs", 17.9, Level.SNUG),
        ("ischiofemoral", "ifs", 15.0, Level.TIGHT),
        ("quadratus_femoris", "qfs", 10.0, Level.TIGHT),
        ("route", "strain", 7.9, Level.ROOMY),
        ("route", "strain", 8.0, Level.TIGHT),
        ("route", "strain", 15.0, Level.PRESSED),
        ("obturator_gemelli", "room", 1.0, Level.ROOMY),
        ("obturator_gemelli", "room", 0.9, Level.SNUG),
        ("obturator_gemelli", "room", 0.0, Level.TIGHT),
        ("obturator_gemelli", "room", -0.6, Level.PRESSED),
    ],
)
def test_published_cut_offs_and_our_conventions(site: str, key: str, value: float, level: Level) -> None:
    assert measure(site, key).level(value, OF) is level


def test_snug_is_the_healthy_mean_less_one_standard_deviation() -> None:
    for entry in sites(assets_root()).values():
        for judge in entry.measure.values():
            if judge.snug is not None and judge.normal is not None and judge.normal.sd is not None:
                assert judge.normal.mean is not None
                assert judge.snug.value == pytest.approx(judge.normal.mean - judge.normal.sd)


def test_what_is_our_own_choice_says_so() -> None:
    table = ladder_of_sites(assets_root())
    assert {bound.status for bound in table.room.bounds if bound} == {"convention"}
    assert table.gates.status == "convention"
    for entry in table.site.values():
        assert ROOM not in entry.measure or entry.measure[ROOM].bounds == table.room.bounds


def test_steps_work_on_whole_arrays_and_without_some_bounds() -> None:
    values = np.array([3.0, 1.0, 0.5, 0.0, -1.0])
    assert steps(values, (1.0, 0.0, -0.5), smaller=True).tolist() == [0, 0, 1, 2, 3]
    assert steps(-values, (None, 0.0, None), smaller=False).tolist() == [0, 0, 0, 2, 2]
