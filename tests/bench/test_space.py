"""What measuring the room around the nerve costs: following a slider, and its shares at rest."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import Posture, preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.corridor import corridor
from visualizer.space.findings import findings, tabled, with_shares
from visualizer.space.room import PreparedRoom
from visualizer.space.slices import cut

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from visualizer.anatomy.model import Anatomy

OPENINGS_BUDGET_S = 0.0003
# Against solving a posture once, on the same machine in the same minute: 2 ms on a quiet one.
CORRIDOR_BUDGET_SOLVES = 4.5
FOLLOWING_BUDGET_SOLVES = 8.5
SHARES_BUDGET_SOLVES = 90
ALL_PREMISES = {"tilt_deg": 8.0, "tone_rotators": 0.7, "hip_rotation_deg": -20.0, "disc_height_mm": -3.0}


def within(benchmark: BenchmarkFixture, budget_s: float) -> None:
    """Hold the median against the budget, where timing is switched on."""
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median <= budget_s


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    anatomy = load_anatomy()
    findings(anatomy, solve(anatomy, preset("balanced", anatomy.root)))
    return anatomy


def solve_s(anatomy: Anatomy) -> float:
    """What solving one posture costs here and now."""
    spent = []
    for tilt in np.linspace(-5.0, 10.0, 31):
        start = time.perf_counter()
        solve(anatomy, with_fields(preset("balanced", anatomy.root), {"tilt_deg": float(tilt)}))
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def test_openings(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    benchmark(anatomy.prepared(PreparedRoom).openings.sizes, snapshot.world_from_rest)
    within(benchmark, OPENINGS_BUDGET_S)


def test_corridor(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    benchmark(corridor, anatomy, snapshot)
    within(benchmark, CORRIDOR_BUDGET_SOLVES * solve_s(anatomy))


def test_solve_corridor_and_all_sites_follow_a_slider(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    tilts = count()

    def follow() -> None:
        tilt = -5.0 + next(tilts) % 150 / 10.0
        posture = with_fields(preset("flexor-dominant", anatomy.root), {"tilt_deg": tilt})
        findings(anatomy, solve(anatomy, posture))

    benchmark(follow)
    within(benchmark, FOLLOWING_BUDGET_SOLVES * solve_s(anatomy))


def test_shares_with_every_premise_changed(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    found = findings(anatomy, solve(anatomy, with_fields(preset("balanced", anatomy.root), ALL_PREMISES)))

    def afresh() -> None:
        tabled.cache_clear()
        with_shares(anatomy, found)

    benchmark.pedantic(afresh, rounds=5, warmup_rounds=1)
    within(benchmark, SHARES_BUDGET_SOLVES * solve_s(anatomy))


def ischium(anatomy: Anatomy) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A hip bone's vertices (n, 3) mm and triangles, and the heights at which IFS is measured."""
    part = next(part for part in anatomy.bones.parts if part.key == "hip_bone_left")
    vertices = anatomy.bones.vertices[part.first_vertex : part.first_vertex + part.vertex_count] * 1000.0
    triangles = anatomy.bones.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
    return vertices.astype(float), triangles - part.first_vertex, np.arange(-60.0, -41.0, 3.0)


@pytest.mark.benchmark(group="seven slices of a hip bone")
def test_slices_by_whole_arrays(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    benchmark(cut, *ischium(anatomy))


@pytest.mark.benchmark(group="seven slices of a hip bone")
def test_slices_by_trimesh(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    """Why `slices.cut` is not trimesh's: a slider is followed, and this takes several times as long."""
    trimesh = pytest.importorskip("trimesh")
    vertices, triangles, heights = ischium(anatomy)
    mesh = trimesh.Trimesh(vertices, triangles, process=False)
    benchmark(trimesh.intersections.mesh_multiplane, mesh, [0, 0, 0], [0, 0, 1], heights)


@pytest.mark.benchmark(group="distances at a hundred sections")
@pytest.mark.parametrize("by", ["neighbours", "trimesh"])
def test_nearest_points(benchmark: BenchmarkFixture, anatomy: Anatomy, by: str) -> None:
    """Why `clearance` is not trimesh's: a muscle that moves needs a new tree there at every posture.

    One muscle and a point a section take three quarters of the time there that all walls and five circles take here.
    """
    snapshot = solve(anatomy, preset("flexor-dominant", anatomy.root))
    if by == "neighbours":
        benchmark(corridor, anatomy, snapshot)
        return
    trimesh = pytest.importorskip("trimesh")
    part = next(part for part in anatomy.muscle_surface.parts if part.key == "gluteus_maximus_left")
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    own = anatomy.muscle_surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
    points = snapshot.routes["sciatic_left"].astype(float)

    def closest() -> Posture | None:
        mesh = trimesh.Trimesh(snapshot.muscle_vertices[rows], own - part.first_vertex, process=False)
        trimesh.proximity.closest_point(mesh, points)
        return None

    benchmark(closest)
