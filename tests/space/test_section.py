"""Slices: the same outlines as an independent cut of the same triangles, comparable planes, and true dimensions."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import SIDES, Anatomy, Surface
from visualizer.body.posture import Posture, preset, with_fields
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve
from visualizer.errors import UserError
from visualizer.space.findings import Finding, Findings, findings
from visualizer.space.gaps import Walls, flattened, gaps_around, resampled, thickness_axis
from visualizer.space.look import chosen_look, look_along, look_at_site
from visualizer.space.outlines import area, ends
from visualizer.space.section import Outline, Plane, Section, plane_at_site, section

WITHIN_MM = 0.05
PRESETS = ("balanced", "flexor-dominant", "sitting")
POSTURES = st.fixed_dictionaries(
    {
        "tilt_deg": st.floats(-10, 12),
        "hip_flexion_deg": st.floats(0, 60),
        "hip_rotation_left_deg": st.floats(-25, 25),
        "hip_adduction_right_deg": st.floats(-10, 10),
        "knee_flexion_deg": st.floats(0, 60),
        "disc_height_l5_s1_mm": st.floats(-3, 0),
        "tone_rotators": st.floats(0, 1),
    }
)


@cache
def body() -> Anatomy:
    return load_anatomy()


@cache
def found_in(posture: Posture) -> Findings:
    return findings(body(), solve(body(), posture))


def named(name: str) -> Findings:
    return found_in(preset(name, body().root))


def moved(values: dict[str, float]) -> Findings:
    return found_in(with_fields(preset("balanced", body().root), values))


def speaking(found: Findings) -> list[Finding]:
    """One finding a site and side."""
    first = {(item.site, item.side): item for item in reversed(found.items)}
    return list(first.values())


def site(found: Findings, name: str, side: str = "left") -> Finding:
    return next(item for item in found.tightest(side) if item.site == name)


@cache
def meshes_of(snapshot: Snapshot) -> dict[str, trimesh.Trimesh]:
    """Every drawn structure in the room, mm, put together without the code under test."""
    anatomy = body()
    bones = anatomy.bones
    placed = np.einsum(
        "nij,nj->ni",
        snapshot.world_from_rest[bones.bodies[:, 0]].astype(float),
        np.c_[bones.vertices, np.ones(len(bones.vertices))],
    )
    other = np.einsum(
        "nij,nj->ni",
        snapshot.world_from_rest[bones.bodies[:, 1]].astype(float),
        np.c_[bones.vertices, np.ones(len(bones.vertices))],
    )
    skinned = (placed * bones.weight[:, None] + other * (1.0 - bones.weight[:, None]))[:, :3]
    batches: list[tuple[Surface, np.ndarray]] = [
        (bones, skinned),
        (anatomy.muscle_surface, snapshot.muscle_vertices),
        (snapshot.nerve_surface, snapshot.nerve_vertices),
    ]
    return {
        part.key: trimesh.Trimesh(
            vertices.astype(float) * 1000.0,
            surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count],
            process=False,
        )
        for surface, vertices in batches
        for part in surface.parts
        if part.layer != "ligaments"
    }


def independent(mesh: trimesh.Trimesh, plane: Plane) -> np.ndarray:
    """Segments (s, 2, 2) mm on the plane."""
    origin = plane.origin * 1000.0
    cut = np.asarray(trimesh.intersections.mesh_plane(mesh, plane.normal, origin)).reshape(-1, 2, 3)
    return np.stack([(cut - origin) @ plane.right, (cut - origin) @ plane.up], axis=-1)


def farthest(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Largest distance of points (n, 2) to the nearest of the segments."""
    way = end - start
    share = ((points[:, None] - start) * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-12)
    place = start + np.clip(share, 0.0, 1.0)[..., None] * way
    return float(np.linalg.norm(place - points[:, None], axis=-1).min(axis=1).max())


def check(snapshot: Snapshot, cut: Section) -> None:
    """Every structure within reach is there, and is what trimesh makes of its triangles."""
    ours = {outline.key: outline for outline in cut.outlines}
    for key, mesh in meshes_of(snapshot).items():
        other = independent(mesh, cut.plane)
        near = len(other) and np.linalg.norm(other, axis=-1).min() < cut.reach_mm - 0.01
        if near:
            assert key in ours, key
        if key in ours:
            start, end = ends(ours[key].loops)
            assert farthest(other.reshape(-1, 2), start, end) < WITHIN_MM, key
            assert farthest(start, other[:, 0], other[:, 1]) < WITHIN_MM, key
            length = np.linalg.norm(end - start, axis=1).sum()
            assert length == pytest.approx(np.linalg.norm(other[:, 1] - other[:, 0], axis=1).sum(), abs=0.05)


@pytest.mark.parametrize("name", PRESETS)
def test_outlines_equal_an_independent_section_at_every_site(name: str) -> None:
    found = named(name)
    for finding in speaking(found):
        _, plane = plane_at_site(body(), found, finding)
        check(found.snapshot, section(body(), found.snapshot, plane))


@settings(max_examples=8, deadline=None)
@given(values=POSTURES, along=st.floats(0, 560), side=st.sampled_from(SIDES))
def test_outlines_equal_an_independent_section_in_any_posture(
    values: dict[str, float], along: float, side: str
) -> None:
    look = look_along(body(), moved(values), side, along)
    check(moved(values).snapshot, look.now.section)


def test_another_nerve_variant_is_cut_as_it_lies() -> None:
    found = found_in(
        with_fields(preset("balanced", body().root), {"nerve_variant_left": "b", "tilt_deg": 5.0})
    )
    look = look_along(body(), found, "left", 150.0)
    check(found.snapshot, look.now.section)


@settings(max_examples=25, deadline=None)
@given(values=POSTURES, along=st.floats(0, 560), side=st.sampled_from(SIDES))
def test_planes_are_true_and_oriented_alike(values: dict[str, float], along: float, side: str) -> None:
    look = look_along(body(), moved(values), side, along)
    for one in (look.balanced, look.now):
        plane = one.section.plane
        axes = np.stack([plane.right, plane.up, plane.normal])
        assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-9)
        assert np.linalg.det(axes) == pytest.approx(1.0)
        assert plane.right[0] < -0.5, "the patient's right is on the right"
    assert look.balanced.section.plane.up[1] > 0.3, "what lies behind is above"
    assert look.balanced.section.reach_mm == look.now.section.reach_mm
    assert look.balanced.section.plane.directions == look.now.section.plane.directions


def test_points_go_to_the_plane_and_back_and_the_rim_lies_on_it() -> None:
    plane = look_along(body(), named("sitting"), "right", 200.0).now.section.plane
    points = np.array([[3.0, -4.0], [0.0, 20.0]])
    assert np.allclose(plane.flat(plane.room(points)), np.c_[points, [0.0, 0.0]], atol=1e-9)
    rim = plane.flat(plane.rim(25.0))
    assert np.allclose(np.hypot(rim[:, 0], rim[:, 1]), 25.0)
    assert np.allclose(rim[:, 2], 0.0, atol=1e-9)
    assert np.allclose(rim[0], rim[-1])


@pytest.mark.parametrize("name", ["obturator_gemelli", "opening_l5_s1", "ischiofemoral"])
def test_left_and_right_are_mirror_images(name: str) -> None:
    found = named("flexor-dominant")
    left, right = (look_at_site(body(), found, site(found, name, side)) for side in SIDES)
    sign = 1.0 if name.startswith("opening") else -1.0
    ours = {outline.key: outline for outline in left.now.section.outlines}
    for outline in right.now.section.outlines:
        if outline.side == "right":
            own = np.sort(np.concatenate(ours[outline.key.replace("right", "left")].loops)[:, 0])
            assert np.allclose(np.sort(sign * np.concatenate(outline.loops)[:, 0]), own, atol=0.02)


@pytest.mark.parametrize(
    "joint", ["sciatic_pelvic_left", "sciatic_infrapiriform_left", "sciatic_gluteal_left"]
)
def test_parts_of_the_nerve_that_share_a_joint_are_one_outline(joint: str) -> None:
    snapshot = named("flexor-dominant").snapshot
    part = next(part for part in snapshot.nerve_surface.parts if part.key == joint)
    origin = snapshot.nerve_vertices[part.first_vertex + part.vertex_count - 1].astype(float)
    both = 0
    for turn in np.radians(np.arange(-40.0, 41.0, 10.0)):
        up = np.array([0.0, np.cos(turn), np.sin(turn)])
        cut = section(body(), snapshot, Plane(origin, np.array([-1.0, 0.0, 0.0]), up, ("", "", "", "")))
        pieces = [one for one in cut.outlines if one.key.startswith("sciatic") and one.side == "left"]
        whole = [one for one in cut.nerves if one.key.startswith("sciatic") and one.side == "left"]
        assert [len(one.loops) for one in whole] == [1]
        both += len(pieces) > 1
        parts = sum(abs(area(loop)) for one in pieces for loop in one.loops)
        assert abs(area(whole[0].loops[0])) == pytest.approx(parts, rel=1e-6)
    assert both, "the plane met two parts"


@pytest.mark.parametrize("name", PRESETS)
def test_sizes_of_openings_are_those_of_the_findings(name: str) -> None:
    found = named(name)
    sized = [item for item in found.items if item.measure in ("height", "depth")]
    assert len(sized) >= 10
    for finding in sized:
        look = look_at_site(body(), found, finding)
        assert look.balanced.gaps[0].mm == pytest.approx(finding.balanced, abs=1e-3)
        assert look.now.gaps[0].mm == pytest.approx(finding.now, abs=1e-3)


@pytest.mark.parametrize("name", ["balanced", "flexor-dominant"])
def test_widths_of_axial_slices_are_those_of_the_findings(name: str) -> None:
    found = named(name)
    for finding in (item for item in found.items if item.measure in ("ifs", "qfs")):
        look = look_at_site(body(), found, finding)
        # The slice takes whole bones and muscles, the measure what lies near the trochanter.
        assert look.balanced.gaps[0].mm == pytest.approx(finding.balanced, abs=0.3)
        assert look.now.gaps[0].mm == pytest.approx(finding.now, abs=0.3)


def test_room_in_the_slice_is_the_room_of_the_finding_where_the_walls_are_square() -> None:
    found = named("flexor-dominant")
    look = look_at_site(body(), found, site(found, "quadratus_femoris", "right"))
    for one, mm in ((look.balanced, look.finding.balanced), (look.now, look.finding.now)):
        assert sum(gap.mm for gap in one.gaps) == pytest.approx(mm, abs=0.5)


def test_a_posture_like_balanced_shows_the_same_slice_twice() -> None:
    found = named("balanced")
    look = look_at_site(body(), found, site(found, "infrapiriform"))
    for one, other in zip(look.balanced.section.outlines, look.now.section.outlines, strict=True):
        assert one.key == other.key
        assert all(np.allclose(a, b, atol=1e-3) for a, b in zip(one.loops, other.loops, strict=True))


def test_a_chosen_point_is_the_same_point_in_both_slices() -> None:
    found = named("flexor-dominant")
    look = look_along(body(), found, "right", 200.4)
    assert look.position_mm == 200.0
    for one, corridor in ((look.balanced, found.corridor_balanced), (look.now, found.corridor)):
        assert np.allclose(one.section.plane.origin, corridor.centre_m[1, 200])


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (("left", "nowhere", None), 'no site "nowhere"'),
        (("middle", None, None), 'no side "middle"'),
        (("left", None, 9999.0), "no point at 9999 mm"),
        (("left", None, float("nan")), "no point at nan mm"),
    ],
)
def test_what_is_not_there_is_a_clear_sentence(
    choice: tuple[str, str | None, float | None], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        chosen_look(body(), named("balanced"), *choice)


# Gaps and flattening, on shapes whose measures are known


def ellipse(width: float, thickness: float) -> Outline:
    angle = np.linspace(0.0, 2.0 * np.pi, 120, endpoint=False)
    loop = np.stack([width / 2 * np.cos(angle), thickness / 2 * np.sin(angle)], axis=1)
    return Outline("nerve", "nerve", "nerve", "left", (loop,))


def slab(low: float, high: float, key: str = "slab") -> Outline:
    loop = np.array([[-40.0, low], [40.0, low], [40.0, high], [-40.0, high]])
    return Outline(key, "glutes", "muscle", "left", (loop,))


@settings(max_examples=50, deadline=None)
@given(front=st.floats(-2.0, 9.0), behind=st.floats(-2.0, 9.0))
def test_room_before_and_behind_is_what_it_is(front: float, behind: float) -> None:
    nerve = ellipse(16.0, 6.0)
    walls = [slab(3.0 + behind, 30.0, "behind"), slab(-30.0, -3.0 - front, "front")]
    gaps = {gap.kind: gap for gap in gaps_around(walls, nerve)}
    assert gaps["front"].mm == pytest.approx(front, abs=0.05)
    assert gaps["behind"].mm == pytest.approx(behind, abs=0.05)
    assert {kind: gap.wall for kind, gap in gaps.items()} == {"front": "front", "behind": "behind"}
    for gap in gaps.values():
        assert np.linalg.norm(gap.end - gap.start) == pytest.approx(abs(gap.mm), abs=1e-6)


def test_where_a_muscle_holds_the_whole_nerve_there_is_no_room_to_speak_of() -> None:
    assert gaps_around([slab(-20.0, 20.0)], ellipse(16.0, 6.0)) == ()


def test_a_wall_far_away_is_no_wall() -> None:
    assert [gap.kind for gap in gaps_around([slab(5.0, 9.0), slab(-90.0, -60.0)], ellipse(16.0, 6.0))] == [
        "behind"
    ]


@given(missing=st.floats(0.1, 3.0))
def test_a_flatter_nerve_keeps_its_area_and_loses_what_is_missing(missing: float) -> None:
    nerve = ellipse(16.0, 6.0)
    flat, share = flattened(nerve, (), missing)
    assert abs(area(flat.loops[0])) == pytest.approx(abs(area(nerve.loops[0])))
    assert np.ptp(flat.loops[0][:, 1]) == pytest.approx(6.0 - missing, abs=0.02)
    assert share == pytest.approx(missing / 6.0, abs=0.01)


def test_a_loop_is_thinnest_across_its_width() -> None:
    assert np.allclose(thickness_axis(resampled(ellipse(12.0, 4.0).loops[0])), [0.0, 1.0], atol=1e-6)


def test_holes_are_outside() -> None:
    ring = Outline("ring", "bones", "bone", "", (slab(-10.0, 10.0).loops[0], slab(-5.0, 5.0).loops[0]))
    inside = Walls([ring]).inside(np.array([[0.0, 0.0], [0.0, 7.0], [0.0, 12.0]]))
    assert inside[0].tolist() == [False, True, False]
