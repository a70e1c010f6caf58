"""What measuring the room around the nerve costs, once a posture has come to rest; solving comes on top."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.corridor import PreparedCorridor
from visualizer.space.findings import findings, tabled, with_shares
from visualizer.space.room import PreparedRoom

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from visualizer.anatomy.model import Anatomy

OPENINGS_BUDGET_S = 0.0003
PROFILE_BUDGET_S = 0.060
# Against solving a posture once, on the same machine in the same minute.
MEASURE_BUDGET_SOLVES = 6
# Four premises changed at once: sixteen postures are solved and measured.
FINDINGS_BUDGET_SOLVES = 16 * (1 + MEASURE_BUDGET_SOLVES)
ALL_PREMISES = {"tilt_deg": 8.0, "tone_rotators": 0.7, "hip_rotation_deg": -20.0, "disc_height_mm": -3.0}


def within(benchmark: BenchmarkFixture, budget_s: float) -> None:
    """Hold the median against the budget, where timing is switched on."""
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median <= budget_s


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


def test_openings(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    benchmark(anatomy.prepared(PreparedRoom).openings.sizes, snapshot.world_from_rest)
    within(benchmark, OPENINGS_BUDGET_S)


def solve_s(anatomy: Anatomy) -> float:
    """What solving one posture costs here and now."""
    spent = []
    for tilt in np.linspace(-5.0, 10.0, 21):
        start = time.perf_counter()
        solve(anatomy, with_fields(preset("balanced", anatomy.root), {"tilt_deg": float(tilt)}))
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def test_all_sites_of_one_posture(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    benchmark(anatomy.prepared(PreparedRoom).values, snapshot)
    within(benchmark, MEASURE_BUDGET_SOLVES * solve_s(anatomy))


def test_profile(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    benchmark(anatomy.prepared(PreparedCorridor).along, snapshot)
    within(benchmark, PROFILE_BUDGET_S)


def test_findings_with_every_premise_changed(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    posture = with_fields(preset("balanced", anatomy.root), ALL_PREMISES)

    def afresh() -> None:
        tabled.cache_clear()
        with_shares(anatomy, findings(anatomy, solve(anatomy, posture)))

    benchmark.pedantic(afresh, rounds=5, warmup_rounds=1)
    within(benchmark, FINDINGS_BUDGET_SOLVES * solve_s(anatomy))
