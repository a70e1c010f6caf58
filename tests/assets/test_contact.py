"""Flesh in flesh, in bone and on the nerve: the measures measure, and what they find stays within its limits."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.build import check, growth, muscles
from assets.build.distance import DistanceGrid
from assets.build.report import Row
from assets.build.voxels import samples, self_crossings, voxels
from visualizer.anatomy.load import load_anatomy
from visualizer.body import muscles as loft
from visualizer.body.posture import RANGES, presets

LIMITS = tomllib.loads((Path(check.__file__).with_name("limits.toml")).read_text())
RANDOM = LIMITS.pop("random")
QUICK = settings(max_examples=15, deadline=None, derandomize=True)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row["posture"]: row for row in check.rows(load_anatomy(), check.chosen(0))}


@pytest.mark.parametrize(
    ("posture", "measure", "limit"),
    [(posture, key, limit) for posture, limits in LIMITS.items() for key, limit in limits.items()],
)
def test_chosen_postures_stay_within_their_limits(
    rows: dict[str, Row], posture: str, measure: str, limit: float
) -> None:
    assert abs(rows[posture][measure]) <= limit, rows[posture]


def test_every_chosen_posture_has_limits() -> None:
    assert set(LIMITS) == set(check.chosen(0)) > set(presets())


@pytest.mark.rebuild
def test_random_postures_stay_within_their_limits() -> None:
    """The worst of the first ten of those forty that the limits tell of, which take minutes."""
    drawn = {name: posture for name, posture in check.chosen(10).items() if name.startswith("random")}
    found = check.quantiles(check.rows(load_anatomy(), drawn))
    assert {key: limits for key, limits in RANDOM.items() if found[key][-1] > limits[-1]} == {}, found


def test_random_postures_are_always_the_same_and_inside_the_range() -> None:
    first, again = check.chosen(20), check.chosen(30)
    assert [first[f"random {i}"] for i in range(20)] == [again[f"random {i}"] for i in range(20)]
    flexion = [posture.hip_flexion_left_deg for posture in again.values()]
    assert min(flexion) < 0.0 < 90.0 < max(flexion) <= RANGES["hip_flexion_deg"][1]


def ball(centre: tuple[float, float, float], radius: float) -> tuple[np.ndarray, np.ndarray]:
    solid = trimesh.creation.icosphere(3, radius)
    return np.asarray(solid.vertices + centre), np.asarray(solid.faces)


@QUICK
@given(st.floats(6.0, 20.0), st.tuples(*[st.floats(-3.0, 3.0)] * 3))
def test_voxels_hold_the_volume_of_a_ball(radius: float, centre: tuple[float, float, float]) -> None:
    grid = voxels(*ball(centre, radius), 1.0)
    assert grid.filled.sum() == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.06)


def test_two_balls_share_their_lens_and_its_depth() -> None:
    one, two = ball((0.0, 0.0, 0.0), 12.0), ball((18.0, 0.0, 0.0), 12.0)
    first, second = voxels(*one, 0.75), voxels(*two, 0.75)
    lens = np.pi * (24 - 18) ** 2 * (18**2 + 4 * 18 * 12) / (12 * 18)
    assert first.shared(second) * 1000.0 == pytest.approx(lens, rel=0.12)
    assert first.depth_at(samples(*two, 3000)).max() == pytest.approx(6.0, abs=0.8)
    assert first.shared(voxels(*ball((40.0, 0.0, 0.0), 12.0), 0.75)) == 0.0


def test_samples_lie_on_the_surface_and_spread_over_it() -> None:
    points = samples(*ball((0.0, 0.0, 0.0), 10.0), 2000)
    distance = np.linalg.norm(points, axis=1)
    assert distance.min() > 9.8
    assert distance.max() < 10.01
    assert np.linalg.norm(points.mean(axis=0)) < 0.5


def test_a_surface_crosses_itself_only_where_it_is_folded_through() -> None:
    vertices, triangles = ball((0.0, 0.0, 0.0), 10.0)
    assert self_crossings(vertices, triangles) == 0
    vertices[np.argmax(vertices[:, 2])] = (0.0, 0.0, -15.0)
    assert self_crossings(vertices, triangles) > 0


def sheet(height: float) -> tuple[np.ndarray, np.ndarray]:
    """Thin and full rings of a flat muscle that runs along x at a height, 60 mm wide and 200 mm long."""
    across = np.cos(muscles.PHASE)[:, None] * 30.0
    rise = np.sign(np.sin(muscles.PHASE)) * np.abs(np.sin(muscles.PHASE)) ** 0.75
    along = np.linspace(0.0, 200.0, loft.STATIONS)
    profile = np.sin(np.pi * np.linspace(0.05, 0.95, loft.STATIONS))

    def rings(half: float) -> np.ndarray:
        return np.stack(
            np.broadcast_arrays(along, across, height + rise[:, None] * (1.0 + (half - 1.0) * profile)),
            axis=2,
        )

    return rings(2.0), rings(12.0)


def test_two_muscles_that_want_one_place_share_it() -> None:
    """Two bellies of 24 mm on lines 10 mm apart: each keeps its volume, and next to nothing overlaps."""
    thin, full = (np.stack(pair) for pair in zip(sheet(0.0), sheet(10.0), strict=True))
    profile = np.tile(np.sin(np.pi * np.linspace(0.05, 0.95, loft.STATIONS)), (2, 1))
    volume = np.abs(growth.enclosed(full))
    # The loft's outside is where its volume is positive.
    if growth.enclosed(full)[0] < 0:
        thin, full = thin[:, ::-1], full[:, ::-1]
    along, out = (np.broadcast_to(axis, thin.shape).copy() for axis in ([1.0, 0.0, 0.0], [0.0, 0.0, 1.0]))
    flesh = growth.Flesh(
        thin=thin, full=full, along=along, out=out, profile=profile, half=12.0 * profile,
        tendon=np.full(2, 2.0), side=np.zeros(2), conjoint=np.zeros(2, dtype=bool),
        pierced=np.zeros(2, dtype=bool), volume=volume,
    )  # fmt: skip
    nowhere = growth.Nerve(np.full((20, 3), 1e4), np.tile([0.0, 0.0, 1.0], (20, 1)), *np.zeros((2, 20)))
    air = DistanceGrid(np.array([-50.0, -60.0, -60.0]), np.array([250.0, 60.0, 80.0]), 20.0)
    grown = growth.grow(flesh, nowhere, air)
    np.testing.assert_allclose(growth.enclosed(grown), volume, rtol=0.05)
    triangles = loft.triangles("left").astype(int)
    closed = [loft.closed(np.moveaxis(rings, 2, 0)[:, None]).astype(float) for rings in grown]
    one, two = (voxels(vertices, triangles, 1.5) for vertices in closed)
    assert one.shared(two) < 0.02 * volume.min() / 1000.0


def test_what_is_drawn_holds_what_has_grown() -> None:
    """Joined flat, a round muscle holds less than it is drawn with: it is stored so much thinner."""
    turn = 2.0 * np.pi * np.arange(loft.RING) / loft.RING
    along = np.linspace(0.0, 200.0, loft.STATIONS)
    radius = 12.0 + 8.0 * np.sin(np.pi * along / 200.0)
    across, deep = (np.outer(way, radius) for way in (-np.cos(turn), np.sin(turn)))
    grown = np.stack([across, deep, np.tile(along, (loft.RING, 1))], axis=2)[None]
    wanted = loft.enclosed(np.moveaxis(grown, 3, 0) / 1000.0)
    assert wanted[0] > 0.0
    stored = muscles.volume_stored(grown)
    assert stored[0] < 0.99 * wanted[0]
    held = loft.held(np.moveaxis(grown, 3, 0) / 1000.0, stored)
    assert muscles.volume_drawn(held)[0] == pytest.approx(wanted[0], rel=1e-3)
