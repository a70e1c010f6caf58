"""How long forces take: a slider waits for what settles, everything else is worked out in the background."""

from __future__ import annotations

from itertools import count

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.forces.draws import Draws
from visualizer.forces.loads import loads
from visualizer.forces.settle import settled, tilt_shares
from visualizer.forces.stance import stance


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    body = load_anatomy()
    body.prepared(Draws)
    return body


def test_muscles_decide_the_tilt_while_a_slider_moves(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    posture = with_fields(preset("balanced", anatomy.root), {"tilt_from": "muscles", "tone_flexors": 0.5})
    benchmark(settled, anatomy, posture)


def test_rotators_follow_their_load(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    posture = with_fields(preset("balanced", anatomy.root), {"rotators_from": "load"})
    benchmark(settled, anatomy, posture)


def test_loads_of_three_hundred_draws(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    """A tilt of its own each time: what was asked for last is known."""
    tilts = count()

    def afresh() -> None:
        loads(
            anatomy, with_fields(preset("balanced", anatomy.root), {"tilt_deg": next(tilts) % 1000 / 100.0})
        )

    benchmark(afresh)


def test_one_leg_of_three_hundred_draws(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    tilts = count()

    def afresh() -> None:
        posture = with_fields(preset("balanced", anatomy.root), {"tilt_deg": next(tilts) % 1000 / 100.0})
        stance(anatomy, posture, "left")

    benchmark(afresh)


def test_who_tips_the_pelvis(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    benchmark(tilt_shares, anatomy, preset("flexor-dominant", anatomy.root))
