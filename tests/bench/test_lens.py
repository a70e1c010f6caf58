"""What a look inside costs while a slider moves, and why the cut is our own and not trimesh's."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.findings import findings
from visualizer.space.look import look_at_site
from visualizer.space.outlines import crossing, loops, segments
from visualizer.space.section import section

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from visualizer.anatomy.model import Anatomy

BUDGET_S = 0.008
SITES = ("opening_l5_s1", "infrapiriform", "obturator_gemelli", "ischiofemoral")


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


@pytest.mark.parametrize("site", SITES)
def test_both_slices_of_a_new_posture(benchmark: BenchmarkFixture, anatomy: Anatomy, site: str) -> None:
    postures = [
        with_fields(preset("balanced", anatomy.root), {"tilt_deg": float(tilt)})
        for tilt in np.linspace(0, 10, 6)
    ]
    founds = cycle([findings(anatomy, solve(anatomy, posture)) for posture in postures])

    def update() -> None:
        found = next(founds)
        look_at_site(anatomy, found, next(item for item in found.tightest("right") if item.site == site))

    benchmark(update)
    if benchmark.stats is not None:
        # The least of many rounds: on a busy machine the median tells of the neighbours.
        assert benchmark.stats.stats.min <= BUDGET_S


@pytest.mark.parametrize("by", ["our own, with loops", "trimesh, segments only"])
def test_cut_of_all_muscles(benchmark: BenchmarkFixture, anatomy: Anatomy, by: str) -> None:
    """Ours gives each point once, so that loops close exactly; trimesh gives loose segments, in more time."""
    import trimesh

    found = findings(anatomy, solve(anatomy, preset("flexor-dominant", anatomy.root)))
    finding = next(item for item in found.tightest("right") if item.site == "obturator_gemelli")
    plane = look_at_site(anatomy, found, finding).now.section.plane
    flat, triangles = plane.flat(found.snapshot.muscle_vertices), anatomy.muscle_surface.triangles
    mesh = trimesh.Trimesh(flat, triangles, process=False)

    def ours() -> int:
        return len(loops(*segments(flat, triangles[crossing(flat[:, 2], triangles)])))

    def theirs() -> int:
        return len(trimesh.intersections.mesh_plane(mesh, np.array([0.0, 0.0, 1.0]), np.zeros(3)))

    assert benchmark(ours if by.startswith("our") else theirs) > 0


def test_section_alone(benchmark: BenchmarkFixture, anatomy: Anatomy) -> None:
    found = findings(anatomy, solve(anatomy, preset("flexor-dominant", anatomy.root)))
    finding = next(item for item in found.tightest("right") if item.site == "obturator_gemelli")
    plane = look_at_site(anatomy, found, finding).now.section.plane
    benchmark(section, anatomy, found.snapshot, plane)
