"""The outline follows the body: everything inside it, mirrored with the posture, without a jump, as thick as usual."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.body.outside import depth_outside_mm, tissue
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.anatomy.outline import MIRROR, Outline
from visualizer.body.outline import PreparedOutline, bend_shares, dual_quaternions, joint_angles_deg, outline
from visualizer.body.posture import RANGES, Posture, preset, presets, with_fields
from visualizer.body.solve import solve

TABLE = tomllib.loads((Path(__file__).parents[2] / "assets" / "build" / "outline.toml").read_text())
# What may show: less than half of what the least thickness is at a bent knee.
SHOWS_MM = 1.5
STEP_DEG = 0.5
# Beyond what its bodies move it by, at the most.
STEP_MM = 2.0
ANGLES = ("tilt_deg", "hip_flexion_deg", "hip_adduction_deg", "hip_rotation_deg", "knee_flexion_deg")
HELD = {
    **{name: {} for name in ("balanced", "flexor-dominant", "sitting")},
    "tilted back": {"tilt_deg": -15.0},
    "tilted forward": {"tilt_deg": 20.0},
    "hip extended": {"hip_flexion_deg": -20.0},
    "hip half bent": {"hip_flexion_deg": 45.0},
    "hip bent": {"hip_flexion_deg": 90.0},
    "knee half bent": {"knee_flexion_deg": 45.0},
    "knee bent": {"knee_flexion_deg": 90.0},
    "knee and hip bent": {"hip_flexion_deg": 90.0, "knee_flexion_deg": 90.0},
    "turned out": {"hip_rotation_deg": -35.0},
    "turned in": {"hip_rotation_deg": 35.0},
    "apart": {"hip_adduction_deg": -25.0},
}


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


@pytest.fixture(scope="module")
def shape(anatomy: Anatomy) -> Outline:
    assert anatomy.outline is not None
    return anatomy.outline


@pytest.fixture(scope="module")
def prepared(anatomy: Anatomy) -> PreparedOutline:
    return anatomy.prepared(PreparedOutline)


def posed(anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """The outline's vertices (n, 3) m."""
    return outline(anatomy, solve(anatomy, posture))[0]


def any_posture() -> st.SearchStrategy[Posture]:
    """Any angles of trunk and legs, each leg its own."""
    fields = {"tilt_deg": st.floats(*RANGES["tilt_deg"])}
    for name in ANGLES[1:]:
        for side in SIDES:
            fields[name.replace("_deg", f"_{side}_deg")] = st.floats(*RANGES[name])
    return st.builds(lambda values: with_fields(Posture(), values), st.fixed_dictionaries(fields))


def test_it_is_one_piece_that_is_open_above_only(anatomy: Anatomy, shape: Outline) -> None:
    vertices = posed(anatomy, Posture())
    mesh = trimesh.Trimesh(vertices, shape.triangles, process=False)
    assert mesh.is_winding_consistent
    assert len(trimesh.graph.connected_components(mesh.face_adjacency)) == 1
    border = np.unique(shape.net.edges[shape.net.on_border])
    assert shape.vertices[border, 2].min() > 0.3
    assert shape.opacity[border].max() == 0.0
    assert shape.vertices[:, 2].min() < -0.84


def test_normals_are_units_and_point_out_as_the_triangles_do(anatomy: Anatomy, shape: Outline) -> None:
    for name in presets():
        vertices, normals = outline(anatomy, solve(anatomy, preset(name)))
        assert vertices.dtype == normals.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-5)
        corners = vertices[shape.triangles]
        facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        agree = np.einsum("ij,ij->i", facing, normals[shape.triangles].mean(axis=1)) > 0.0
        assert agree.mean() > 0.985


@pytest.mark.parametrize("name", HELD)
def test_bones_and_muscles_stay_inside(anatomy: Anatomy, shape: Outline, name: str) -> None:
    posture = preset(name) if name in presets() else with_fields(Posture(), HELD[name])
    snapshot = solve(anatomy, posture)
    skin = trimesh.Trimesh(outline(anatomy, snapshot)[0], shape.triangles, process=False)
    outside = depth_outside_mm(skin, tissue(anatomy, snapshot))
    # The hamstring part of adductor magnus comes through the inner thigh where that is turned in as far as it goes.
    assert outside.max(initial=0.0) <= (2.6 if name == "turned in" else SHOWS_MM)
    assert len(outside) < 60


def test_a_muscle_that_sticks_out_is_found(anatomy: Anatomy, shape: Outline) -> None:
    skin = trimesh.Trimesh(posed(anatomy, Posture()), shape.triangles, process=False)
    points = tissue(anatomy, solve(anatomy, Posture()))
    assert len(depth_outside_mm(skin, points)) == 0
    depth = depth_outside_mm(skin, points + (0.0, 0.03, 0.0))
    assert len(depth) > 1000
    assert depth.max() > 15.0


@pytest.mark.parametrize("over", TABLE["over"], ids=lambda over: over["landmark"])
def test_skin_is_as_thick_over_landmarks_as_is_usual(
    anatomy: Anatomy, shape: Outline, over: dict[str, object]
) -> None:
    skin = trimesh.Trimesh(posed(anatomy, Posture()), shape.triangles, process=False)
    point = anatomy.landmarks[str(over["landmark"])][1]
    thickness_mm = float(trimesh.proximity.closest_point(skin, [point])[1][0]) * 1000.0
    low, high = over["usual"]  # type: ignore[misc]
    assert low <= thickness_mm <= high


@given(posture=any_posture())
@settings(max_examples=40, deadline=None)
def test_a_mirrored_posture_has_the_mirrored_outline(anatomy: Anatomy, posture: Posture) -> None:
    prepared = anatomy.prepared(PreparedOutline)
    shape = prepared.shape
    here, there = (
        prepared.base(solve(anatomy, each).world_from_rest).T for each in (posture, posture.mirrored())
    )
    left, right = np.flatnonzero(shape.left_share == 1.0), np.flatnonzero(shape.left_share == 0.0)
    np.testing.assert_allclose(here[left] * MIRROR, there[right], atol=2e-6)
    np.testing.assert_allclose(here[right] * MIRROR, there[left], atol=2e-6)


@given(posture=any_posture(), field=st.sampled_from(ANGLES), share=st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_half_a_degree_moves_no_point_much_more_than_its_bodies(
    anatomy: Anatomy, posture: Posture, field: str, share: float
) -> None:
    prepared = anatomy.prepared(PreparedOutline)
    shape = prepared.shape
    low, high = RANGES[field]
    start = low + share * (high - low - STEP_DEG)
    first, second = (
        solve(anatomy, with_fields(posture, {field: angle})).world_from_rest.astype(float)
        for angle in (start, start + STEP_DEG)
    )
    before, after = prepared.base(first).T, prepared.base(second).T
    carried = np.zeros(len(before))
    for index, (a, b) in enumerate(zip(first, second, strict=True)):
        step = b @ np.linalg.inv(a)
        moved = np.linalg.norm(before @ step[:3, :3].T + step[:3, 3] - before, axis=1)
        carried = np.maximum(carried, np.where(shape.weight[:, index] > 0.0, moved, 0.0))
    assert (np.linalg.norm(after - before, axis=1) - carried).max() * 1000.0 <= STEP_MM


@given(turn=st.tuples(*[st.floats(-1.0, 1.0)] * 3), shift=st.tuples(*[st.floats(-1.0, 1.0)] * 3))
@settings(max_examples=30, deadline=None)
def test_bodies_that_move_as_one_carry_it_rigidly(
    anatomy: Anatomy, turn: tuple[float, float, float], shift: tuple[float, float, float]
) -> None:
    prepared = anatomy.prepared(PreparedOutline)
    move = trimesh.transformations.euler_matrix(*turn)
    move[:3, 3] = shift
    rest = np.tile(np.eye(4), (len(anatomy.bodies), 1, 1))
    vertices, normals = prepared.posed(rest)
    moved, turned = prepared.posed(np.tile(move, (len(anatomy.bodies), 1, 1)))
    np.testing.assert_allclose(moved, vertices @ move[:3, :3].T + move[:3, 3], atol=3e-6)
    np.testing.assert_allclose(turned, normals @ move[:3, :3].T, atol=2e-4)


def test_the_balanced_stance_is_the_stored_shape(shape: Outline, prepared: PreparedOutline) -> None:
    rest = np.tile(np.eye(4, dtype=np.float32), (len(prepared.bodies), 1, 1))
    np.testing.assert_allclose(prepared.base(rest).T, shape.vertices, atol=1e-7)


def test_dual_quaternions_of_a_half_turn_are_finite() -> None:
    half_turns = np.stack([np.diag([1.0, -1.0, -1.0, 1.0]), np.diag([-1.0, -1.0, 1.0, 1.0])])
    values = dual_quaternions(half_turns)
    np.testing.assert_allclose(np.linalg.norm(values[:4], axis=0), 1.0, atol=1e-6)


@given(posture=any_posture())
@settings(max_examples=30, deadline=None)
def test_joint_angles_are_read_back_from_the_bodies(anatomy: Anatomy, posture: Posture) -> None:
    snapshot = solve(anatomy, posture)
    angles = joint_angles_deg(snapshot.world_from_rest, anatomy.bodies)
    for side, found in zip(SIDES, angles, strict=True):
        wanted = [
            snapshot.joints_deg[f"{name}_{side}"]
            for name in ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")
        ]
        np.testing.assert_allclose(found, wanted, atol=1.5)


def test_a_shape_is_whole_at_its_angle_and_gone_at_the_next(shape: Outline) -> None:
    for index, angles in enumerate(shape.bend_deg):
        shares = bend_shares(shape.bend_deg, angles)
        assert shares[index] == pytest.approx(1.0)
        alone = (shape.bend_deg != 0.0).sum(axis=1) == 1
        others = alone & (np.arange(len(shares)) != index)
        same = ((shape.bend_deg != 0.0) & (shape.bend_deg == angles)).any(axis=1)
        assert not shares[others & ~same].any()
    assert not bend_shares(shape.bend_deg, np.zeros(4)).any()


def test_tilting_forward_brings_the_belly_forward_and_hollows_the_back(anatomy: Anatomy) -> None:
    balanced, tilted = (posed(anatomy, preset(name)) for name in ("balanced", "flexor-dominant"))
    trunk = (np.abs(balanced[:, 0]) < 0.04) & (balanced[:, 2] > 0.0) & (balanced[:, 2] < 0.25)
    assert balanced[trunk, 1].min() - tilted[trunk, 1].min() > 0.015

    def hollow_m(vertices: np.ndarray) -> float:
        back = vertices[(np.abs(balanced[:, 0]) < 0.02) & (balanced[:, 1] > 0.03) & (balanced[:, 2] > -0.02)]
        low, high = back[back[:, 2] < 0.06, 1].max(), back[back[:, 2] > 0.25, 1].max()
        waist = back[(back[:, 2] > 0.10) & (back[:, 2] < 0.22), 1].min()
        return float(0.5 * (low + high) - waist)

    assert hollow_m(tilted) > hollow_m(balanced) + 0.004


def test_an_anatomy_without_one_still_solves(anatomy: Anatomy) -> None:
    assert solve(replace(anatomy, outline=None), Posture()).world_from_rest.shape[1:] == (4, 4)
