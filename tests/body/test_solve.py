"""What must hold in any posture: symmetry, which muscles shorten, lengths as published, volume kept, nothing torn."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import trimesh
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from visualizer import validation
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import SIDES, Anatomy, Surface
from visualizer.body.muscles import correction
from visualizer.body.posture import Posture, presets, with_fields
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import PreparedBody, leg_angles, solve

MIRROR = np.array([-1.0, 1.0, 1.0])
TILTS = (-10.0, -5.0, 5.0, 10.0, 15.0)
# The range that the issue of compression is answered for, degrees.
FIELDS = {
    "tilt_deg": (-10.0, 15.0),
    "hip_flexion_left_deg": (0.0, 90.0),
    "hip_flexion_right_deg": (0.0, 90.0),
    "hip_rotation_left_deg": (-40.0, 40.0),
    "hip_rotation_right_deg": (-40.0, 40.0),
    "hip_adduction_left_deg": (-20.0, 20.0),
    "hip_adduction_right_deg": (-20.0, 20.0),
    "knee_flexion_left_deg": (0.0, 90.0),
    "knee_flexion_right_deg": (0.0, 90.0),
    "tone_rotators": (0.0, 1.0),
    "disc_height_l5_s1_mm": (-5.0, 0.0),
}
# Where broad muscles with short fibres fold most easily.
BENT = Posture(
    hip_flexion_left_deg=88.9,
    hip_adduction_left_deg=-12.7,
    hip_rotation_left_deg=-6.8,
    knee_flexion_left_deg=70.4,
)
TURNED_OUT = Posture(hip_flexion_left_deg=60.0, hip_rotation_left_deg=-38.0, hip_rotation_right_deg=-38.0)
FREE_SEGMENTS = ("sciatic", "tibial", "common_fibular")
QUICK = settings(max_examples=12, deadline=None, derandomize=True)


@cache
def anatomy() -> Anatomy:
    return load_anatomy()


@cache
def solved(**fields: float) -> Snapshot:
    return solve(anatomy(), with_fields(Posture(), fields))


def change_mm(name: str, snapshot: Snapshot) -> float:
    index = next(i for i, muscle in enumerate(anatomy().muscles) if muscle.key == f"{name}_left")
    return float(snapshot.muscle_change_mm[index])


@st.composite
def postures(draw: st.DrawFn) -> Posture:
    return with_fields(Posture(), {name: draw(st.floats(*limits)) for name, limits in FIELDS.items()})


def volumes(surface: Surface, vertices: np.ndarray) -> np.ndarray:
    """(parts,) m³ of closed surfaces."""
    corners = vertices[surface.triangles].astype(float)
    each = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])) / 6.0
    return np.add.reduceat(each, [part.first_triangle for part in surface.parts])


def edges(surface: Surface) -> np.ndarray:
    return np.unique(np.sort(surface.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1), axis=0)


def lengths_mm(vertices: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vertices[pairs[:, 0]] - vertices[pairs[:, 1]], axis=1) * 1000.0


def carried(snapshot: Snapshot, other: Snapshot, vertices: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """How far (n,) mm vertices went beyond the bone that they follow best."""
    left = []
    for before, after in zip(
        snapshot.world_from_rest.astype(float), other.world_from_rest.astype(float), strict=True
    ):
        step = after @ np.linalg.inv(before)
        left.append(np.linalg.norm(moved - (vertices @ step[:3, :3].T + step[:3, 3]), axis=1))
    return np.min(left, axis=0) * 1000.0


def test_balanced_leaves_every_bone_and_muscle_at_rest() -> None:
    snapshot = solved()
    np.testing.assert_allclose(
        snapshot.world_from_rest, np.tile(np.eye(4), (len(anatomy().bodies), 1, 1)), atol=1e-6
    )
    np.testing.assert_allclose(snapshot.muscle_vertices, anatomy().muscle_surface.vertices, atol=1e-4)
    np.testing.assert_allclose(snapshot.nerve_vertices, anatomy().nerve_surface.vertices, atol=1e-4)
    np.testing.assert_allclose(snapshot.muscle_change_mm, 0.0, atol=1e-6)


@pytest.mark.parametrize(
    "name", [name for name, posture in presets().items() if posture == posture.mirrored()]
)
def test_presets_are_as_symmetric_as_the_body(name: str) -> None:
    assert_mirrored(solve(anatomy(), presets()[name]), solve(anatomy(), presets()[name]))


@QUICK
@given(postures())
def test_the_mirrored_posture_gives_the_mirrored_body(posture: Posture) -> None:
    assert_mirrored(solve(anatomy(), posture), solve(anatomy(), posture.mirrored()))


def assert_mirrored(one: Snapshot, other: Snapshot) -> None:
    """Left of one is right of the other to a tenth of a millimetre."""
    names = [muscle.key for muscle in anatomy().muscles]
    swap = {"left": "right", "right": "left"}
    twin = [names.index("_".join(swap.get(word, word) for word in name.split("_"))) for name in names]
    np.testing.assert_allclose(one.muscle_length_mm, other.muscle_length_mm[twin], atol=0.1)
    for name, route in one.routes.items():
        segment, _, side = name.rpartition("_")
        np.testing.assert_allclose(
            route * 1000.0, other.routes[f"{segment}_{swap[side]}"] * MIRROR * 1000.0, atol=0.1
        )
    for mine, theirs in (
        (one.muscle_vertices, other.muscle_vertices),
        (one.nerve_vertices, other.nerve_vertices),
    ):
        distance, _ = cKDTree(theirs).query(mine * MIRROR)
        assert distance.max() * 1000.0 < 0.1


@QUICK
@given(postures())
def test_every_posture_gives_finite_numbers_and_unit_normals(posture: Posture) -> None:
    snapshot = solve(anatomy(), posture)
    for array in (snapshot.world_from_rest, snapshot.muscle_vertices, snapshot.nerve_vertices,
                  snapshot.muscle_length_mm, snapshot.fibre_length_norm, *snapshot.routes.values()):  # fmt: skip
        assert np.isfinite(array).all()
    for normals in (snapshot.muscle_normals, snapshot.nerve_normals):
        np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1.0, atol=1e-3)
    assert (snapshot.muscle_length_mm > 0).all()


@pytest.mark.parametrize("name", ["iliacus", "rectus_femoris", "tensor_fasciae_latae"])
def test_tilt_forward_shortens_the_flexors(name: str) -> None:
    assert change_mm(name, solved(tilt_deg=10.0)) < -3.0
    assert change_mm(name, solved(tilt_deg=-10.0)) > 3.0


@pytest.mark.parametrize(
    "name", ["gluteus_maximus", "biceps_femoris_long_head", "semitendinosus", "semimembranosus"]
)
def test_tilt_forward_lengthens_gluteus_maximus_and_hamstrings(name: str) -> None:
    assert change_mm(name, solved(tilt_deg=10.0)) > 5.0
    assert change_mm(name, solved(tilt_deg=-10.0)) < -5.0


def test_sitting_shortens_psoas_and_lengthens_gluteus_maximus() -> None:
    sitting = solve(anatomy(), presets()["sitting"])
    assert change_mm("psoas", sitting) < -20.0
    assert change_mm("gluteus_maximus", sitting) > 20.0


# Our quadratus femoris spreads down the side of the tuberosity, as low as in people; the source's is one higher line.
EXCEPTIONS = {"change_quadratus_femoris_15", "change_quadratus_femoris_20"}


def test_length_changes_with_tilt_are_those_of_the_source_model_but_for_known_exceptions() -> None:
    changes = [row for row in validation.rows(anatomy()) if row.id.startswith("change_")]
    assert len(changes) == 60
    assert {row.id for row in changes if row.outside} <= EXCEPTIONS


@pytest.mark.parametrize("tilt", TILTS)
def test_femurs_stay_upright_and_l1_level_while_the_pelvis_tilts(tilt: float) -> None:
    snapshot = solved(tilt_deg=tilt, lumbar_share=1.0)
    for body in ("femur_left", "femur_right", "l1"):
        turn = snapshot.world_from_rest[anatomy().bodies.index(body), :3, :3]
        assert np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))) < (
            1.0 if body == "l1" else 0.1
        )


@QUICK
@example(BENT)
@example(TURNED_OUT)
@given(postures())
def test_muscles_keep_their_volume(posture: Posture) -> None:
    """At one tone: a toned rotator grows, as those of symptomatic people have. What is pressed holds less, as told."""
    posture = replace(posture, tone_rotators=presets()["balanced"].tone_rotators)
    surface = anatomy().muscle_surface
    shapes, joints = anatomy().prepared(PreparedBody).shapes, solve(anatomy(), posture).joints_deg
    told = np.stack([correction(shapes, leg_angles(joints, side))[1] for side in SIDES], axis=1).ravel()
    before, after = (
        volumes(surface, v) for v in (surface.vertices, solve(anatomy(), posture).muscle_vertices)
    )
    before = before * told
    # What may give way to the nerve may hold less, and never more.
    beside = shapes.nerve_side != 0
    assert (after[beside] < 1.03 * before[beside]).all()
    assert (after[beside] > 0.7 * before[beside]).all()
    off = np.where(beside, 0.0, np.abs(after / before - 1))
    worst = int(np.argmax(off))
    assert after[worst] == pytest.approx(before[worst], rel=0.03), surface.parts[worst].key


def stretches(snapshot: Snapshot) -> np.ndarray:
    """Length of every edge of muscles and nerve against the balanced one; shorter ones than 3 mm count as 3 mm."""
    ratios = []
    for surface, vertices in (
        (anatomy().muscle_surface, snapshot.muscle_vertices),
        (anatomy().nerve_surface, snapshot.nerve_vertices),
    ):
        pairs = edges(surface)
        ratios.append(lengths_mm(vertices, pairs) / np.maximum(lengths_mm(surface.vertices, pairs), 3.0))
    return np.concatenate(ratios)


@pytest.mark.parametrize("posture", [*TILTS, "balanced", "flexor-dominant"])
def test_nothing_tears(posture: float | str) -> None:
    snapshot = solve(anatomy(), presets()[posture]) if isinstance(posture, str) else solved(tilt_deg=posture)
    assert stretches(snapshot).max() < 2.0


def test_sitting_stretches_only_the_fans_at_hip_and_knee() -> None:
    """A quarter turn of hip and knee: a few edges in the creases more than double, none comes apart."""
    stretch = stretches(solve(anatomy(), presets()["sitting"]))
    assert (stretch > 2.0).mean() < 0.002
    assert stretch.max() < 3.5


@QUICK
@example(BENT, "hip_rotation_left_deg")
@example(TURNED_OUT, "hip_flexion_left_deg")
@given(postures(), st.sampled_from(sorted(name for name in FIELDS if name.endswith("_deg"))))
def test_a_small_step_moves_nerve_and_muscles_a_little(posture: Posture, field: str) -> None:
    """A tenth of a degree; a thigh that swings carries its nerve along, which is no slip."""
    low, high = FIELDS[field]
    value = getattr(posture, field)
    other = replace(posture, **{field: value + 0.1 if value + 0.1 <= high else max(value - 0.1, low)})
    one, two = solve(anatomy(), posture), solve(anatomy(), other)
    assert carried(one, two, one.nerve_vertices, two.nerve_vertices).max() < 0.5
    assert carried(one, two, one.muscle_vertices, two.muscle_vertices).max() < 1.0


@QUICK
@given(postures())
def test_the_nerve_never_runs_inside_bone(posture: Posture) -> None:
    """The middle of the nerve, from where the roots join to the ankle, against every bone of its side."""
    snapshot = solve(anatomy(), posture)
    bones = anatomy().bones
    for part in bones.parts:
        if part.kind != "bone" or part.side not in ("left", "right"):
            continue
        rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
        triangles = (
            bones.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
            - part.first_vertex
        )
        world = snapshot.world_from_rest[bones.bodies[part.first_vertex, 0]].astype(float)
        route = np.concatenate([snapshot.routes[f"{name}_{part.side}"] for name in FREE_SEGMENTS])
        local = (route - world[:3, 3]) @ world[:3, :3]
        vertices = bones.vertices[rows].astype(float)
        bone = trimesh.Trimesh(vertices, triangles, process=False)
        assert not bone.contains(local).any(), part.key
