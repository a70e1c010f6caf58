"""Roots, plexus and dural sac: clear of bone, as thick as their parts; the nerve on what is turned."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from tests.body.test_nerve import ASSETS, SPINE, TABLE, facets, model, resting, world
from visualizer.anatomy.load import load_anatomy

ROOTS = ("l4", "l5", "s1", "s2", "s3")
OUT, IN = {"rotation": 40.0}, {"rotation": -40.0}


def half_mm(segment: str) -> np.ndarray:
    course = model().courses[0]
    return course.route_half[course.segments[segment]] * 1000


def area_mm2(segment: str) -> np.ndarray:
    return np.pi * half_mm(segment).prod(axis=1)


def below(points: np.ndarray, heights_mm: float) -> int:
    """Index of the first point (n, 3) m of a line coming down that lies below a height."""
    return int(np.flatnonzero(points[:, 2] * 1000 < heights_mm)[0])


def buttock(**posture: float) -> np.ndarray:
    """The sciatic nerve (n, 3) mm from under piriformis to the fold, the pelvis at rest."""
    rest = model().segments(model().route(world()))["sciatic_left"]
    moved = model().segments(model().route(world(**posture)))["sciatic_left"]
    return moved[below(rest, 14.0) : below(rest, -75.0)].astype(float) * 1000


def bow_mm(line: np.ndarray) -> float:
    """How much longer a line (n, 3) is than the straight way between its ends."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum() - np.linalg.norm(line[-1] - line[0]))


@pytest.mark.parametrize("segment", ["l4_radix", "l4_ganglion", "l4", "l5_radix", "l5_ganglion", "l5"])
def test_lumbar_roots_pass_their_openings_clear_of_bone(segment: str) -> None:
    line, thin = resting(segment), half_mm(segment)[:, 1] / 1000
    for bone in ("l3", "l4", "l5", "sacrum", "hip_bone_left"):
        tree, middle, normal = facets(bone)
        distance, index = tree.query(line)
        height = ((line - middle[index]) * normal[index]).sum(axis=1)
        away = np.where(distance < 0.003, height, np.sign(height) * distance)
        assert (away - thin).min() > -4e-4, bone


@pytest.mark.parametrize("root", ROOTS)
def test_a_ganglion_is_a_spindle_in_its_opening(root: str) -> None:
    size, line = area_mm2(f"{root}_ganglion"), resting(f"{root}_ganglion")
    plain = area_mm2(root)[-1]
    assert size.argmax() in range(len(size) // 3, 2 * len(size) // 3 + 1)
    assert size.max() == pytest.approx(np.pi / 4 * TABLE["ganglion"][root]["width"] ** 2, rel=0.02)
    np.testing.assert_allclose(size[[0, -1]], plain, rtol=0.02)
    assert np.linalg.norm(line - resting(root)[0], axis=1).min() < 1.5e-3
    # No step between neighbouring sections: a swelling, not a ring.
    assert np.abs(np.diff(half_mm(f"{root}_ganglion")[:, 0])).max() < 1.0


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_runs_on_from_the_canal_through_its_opening(root: str) -> None:
    canal, outside = resting(f"{root}_radix"), resting(root)
    np.testing.assert_allclose(canal[-1], outside[0], atol=1e-5)
    before, after = canal[-1] - canal[-3], outside[2] - outside[0]
    assert before @ after > 0.5 * np.linalg.norm(before) * np.linalg.norm(after)
    np.testing.assert_allclose(
        half_mm(f"{root}_radix").prod(axis=1)[-1], half_mm(root).prod(axis=1)[0], rtol=0.01
    )


@pytest.mark.parametrize(
    ("upper", "z_mm"), [(("l4", "l5", "s1"), 32.0), (("l4", "l5", "s1", "s2"), 20.0), (ROOTS, 13.0)]
)
def test_the_plexus_is_as_thick_as_the_roots_that_have_joined(upper: tuple[str, ...], z_mm: float) -> None:
    joined = sum(area_mm2(root)[-1] for root in upper)
    own = area_mm2("sciatic")[np.argmin(np.abs(resting("sciatic")[:, 2] * 1000 - z_mm))]
    assert own == pytest.approx(joined, rel=0.05)


def test_the_lumbosacral_trunk_is_l4_and_l5_side_by_side() -> None:
    assert area_mm2("lumbosacral_trunk")[-1] == pytest.approx(
        area_mm2("l4")[-1] + area_mm2("l5")[-1], rel=0.05
    )


def test_the_dural_sac_runs_from_l3_into_the_upper_third_of_s2() -> None:
    anatomy = load_anatomy()
    part = next(part for part in anatomy.bones.parts if part.key == "dural_sac")
    own = anatomy.bones.vertices[part.first_vertex : part.first_vertex + part.vertex_count] * 1000
    assert own[:, 2].max() == pytest.approx(SPINE["levels"]["l3"]["upper_endplate"]["centre"][2], abs=5.0)
    s2, s3 = (
        np.array(anatomy.landmarks[f"sacral_foramen_{level}_left"][1][1:]) * 1000 for level in ("s1", "s2")
    )
    tip = own[own[:, 2].argmin(), 1:]
    assert 0.1 < (tip - s2) @ (s3 - s2) / ((s3 - s2) @ (s3 - s2)) < 0.6
    corners = own[anatomy.bones.triangles[part.first_triangle :][: part.triangle_count] - part.first_vertex]
    sac = trimesh.Trimesh(**trimesh.triangles.to_kwargs(corners))
    assert sac.is_watertight
    starts = np.array([resting(f"{root}_radix")[0] * 1000 for root in ROOTS])
    assert sac.contains(starts).all()


def test_the_sac_lies_in_the_canal_of_the_vertebrae() -> None:
    anatomy = load_anatomy()
    part = next(part for part in anatomy.bones.parts if part.key == "dural_sac")
    own = anatomy.bones.vertices[part.first_vertex : part.first_vertex + part.vertex_count]
    for level in ("l3", "l4", "l5"):
        bone = trimesh.load(ASSETS / "body" / "bones" / f"{level}.stl")
        assert not bone.contains(own).any(), level


@pytest.mark.parametrize("root", ["s1", "s2", "s3"])
def test_sacral_roots_run_within_the_sacrum(root: str) -> None:
    hull = trimesh.load(ASSETS / "body" / "bones" / "sacrum.stl").convex_hull
    line = resting(f"{root}_radix")
    away = trimesh.proximity.signed_distance(hull, line)
    assert away.min() > -4e-3


def test_turning_the_thigh_in_takes_the_nerve_outwards_and_bends_it_more() -> None:
    # Balius et al. 2022, ultrasound of 58 people; outwards and forwards, and back as the thigh turns out.
    rest, turned_in, turned_out = buttock(), buttock(**IN), buttock(**OUT)
    moved_in, moved_out = ((one - rest).mean(axis=0) for one in (turned_in, turned_out))
    assert moved_in[0] > 1.0
    assert moved_in[1] < 0.0
    assert moved_out[0] < -1.0
    assert moved_out[1] > 1.0
    assert bow_mm(turned_in) > 1.2 * bow_mm(rest)
    assert bow_mm(turned_out) < bow_mm(rest)


def test_spreading_a_bent_thigh_slackens_the_nerve() -> None:
    # Martin et al. 2017: less strain with abduction in terminal flexion.
    bent, spread = (
        model().state(world(flexion=100.0, adduction=adduction)).tracts[0].tract_change_mm
        for adduction in (0.0, -15.0)
    )
    assert spread < bent


def test_the_nerve_makes_a_gentle_curve_behind_the_hip() -> None:
    line = buttock()
    step = np.diff(line, axis=0)
    step /= np.linalg.norm(step, axis=1, keepdims=True)
    turns = np.degrees(np.arccos(np.clip((step[1:] * step[:-1]).sum(axis=1), -1.0, 1.0)))
    assert turns.sum() < 55.0
    assert turns.max() < 6.0
