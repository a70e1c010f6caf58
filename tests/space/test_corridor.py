"""The corridor: distances are those of an exact independent calculation, smooth in every premise, the same mirrored."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import trimesh
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy, Surface
from visualizer.body.posture import preset, with_fields
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve
from visualizer.space.clearance import REACH_MM, SIDES_OF_NERVE
from visualizer.space.corridor import Corridor, corridor
from visualizer.space.findings import findings
from visualizer.space.ladder import Level
from visualizer.space.sites import ROOM
from visualizer.space.tube import Sections

# What the corridor may differ from the exact distance: the section's circles leave out a sliver of the ellipse, and the
# drawn tube is a ring of twelve points.
TRUE_TO_MM = 0.35
FIELDS = {
    "tilt_deg": st.floats(-10.0, 10.0),
    "tone_rotators": st.floats(0.0, 0.8),
    "hip_flexion_deg": st.floats(-15.0, 20.0),
    "hip_rotation_deg": st.floats(-25.0, 25.0),
    "hip_adduction_deg": st.floats(-10.0, 10.0),
    "disc_height_l5_s1_mm": st.floats(-4.0, -0.1),
}
STEPS = {
    "tilt_deg": 0.1,
    "tone_rotators": 0.005,
    "hip_flexion_deg": 0.1,
    "hip_rotation_deg": 0.1,
    "hip_adduction_deg": 0.1,
    "disc_height_l5_s1_mm": 0.05,
}


@cache
def body() -> Anatomy:
    return load_anatomy()


def posed(name: str = "balanced", **fields: float) -> Snapshot:
    return solve(body(), with_fields(preset(name, body().root), fields))


@pytest.fixture(scope="module")
def balanced() -> Corridor:
    return corridor(body(), posed())


def placed_bones(snapshot: Snapshot) -> np.ndarray:
    bones, world = body().bones, snapshot.world_from_rest.astype(float)
    first, second = (
        np.einsum("nij,nj->ni", world[bones.bodies[:, which]][:, :3, :3], bones.vertices)
        + world[bones.bodies[:, which]][:, :3, 3]
        for which in (0, 1)
    )
    return np.asarray(bones.weight[:, None] * first + (1.0 - bones.weight[:, None]) * second)


def meshes(snapshot: Snapshot, surface: Surface, vertices: np.ndarray) -> dict[str, trimesh.Trimesh]:
    return {
        part.key: trimesh.Trimesh(
            vertices[part.first_vertex : part.first_vertex + part.vertex_count].astype(float) * 1000.0,
            surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
            - part.first_vertex,
            process=False,
        )
        for part in surface.parts
        if part.side != "left"
    }


def winding(points: np.ndarray, mesh: trimesh.Trimesh) -> np.ndarray:
    """Winding number (q,) of a closed mesh round points (q, 3): 1 inside, 0 outside."""
    a, b, c = (mesh.vertices[mesh.faces[:, corner]] - points[:, None] for corner in range(3))
    la, lb, lc = (np.linalg.norm(corner, axis=2) for corner in (a, b, c))
    volume = (a * np.cross(b, c)).sum(axis=2)
    flat = la * lb * lc + (a * b).sum(axis=2) * lc + (b * c).sum(axis=2) * la + (c * a).sum(axis=2) * lb
    return np.asarray(np.arctan2(volume, flat).sum(axis=1) / (2.0 * np.pi))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("balanced", {}),
        ("flexor-dominant", {}),
        ("balanced", {"hip_rotation_deg": 25.0, "tone_rotators": 0.5}),
        ("balanced", {"hip_flexion_deg": 20.0, "hip_adduction_deg": -10.0}),
    ],
)
def test_the_nearest_wall_is_as_far_as_an_exact_calculation_says(name: str, fields: dict[str, float]) -> None:
    snapshot = posed(name, **fields)
    along = corridor(body(), snapshot)
    right = along.around[1]
    walls = meshes(snapshot, body().bones, placed_bones(snapshot))
    walls |= meshes(snapshot, body().muscle_surface, snapshot.muscle_vertices)
    stretch = right.stretch("sciatic", (36.0, -150.0))
    checked = 0
    for structure in np.unique(right.run_structure[np.isin(right.run_section, stretch)]):
        gap, section = right.gap(stretch, [structure])
        if gap > 7.0:
            continue
        near = stretch[np.abs(stretch - section) <= 4]
        ring = np.concatenate([ring_of(right.sections, at) for at in near])
        wall = walls[along.structures[structure]]
        exact = trimesh.proximity.closest_point(wall, ring)[1]
        exact = np.where(winding(ring, wall) > 0.5, -exact, exact).min()
        assert gap == pytest.approx(exact, abs=TRUE_TO_MM), along.structures[structure]
        checked += 1
    assert checked >= 6


def ring_of(at: Sections, section: int) -> np.ndarray:
    """Points (72, 3) mm round a section of the right nerve, in the room."""
    turn = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)[:, None]
    ring = (
        at.centre[section]
        + at.half_width[section] * np.cos(turn) * at.inward[section]
        + at.half_thickness[section] * np.sin(turn) * at.forward[section]
    )
    return np.asarray(ring * [-1.0, 1.0, 1.0])


def test_no_wall_near_by_is_overlooked() -> None:
    """What is nearest is found among all structures, also in a posture that the neighbours were not chosen in."""
    snapshot = posed("flexor-dominant", hip_rotation_deg=15.0, tilt_deg=7.0)
    right = corridor(body(), snapshot).around[1]
    walls = meshes(snapshot, body().bones, placed_bones(snapshot))
    walls |= meshes(snapshot, body().muscle_surface, snapshot.muscle_vertices)
    whole = trimesh.util.concatenate(list(walls.values()))
    sections = np.flatnonzero((right.strand == 0) & (right.height_mm > -150.0) & (right.height_mm < 90.0))
    centres = right.centre_m[sections].astype(float) * 1000.0
    exact = trimesh.proximity.closest_point(whole, centres)[1]
    radius = right.sections.half_thickness[sections]
    found = np.array([right.run_mm[right.run_section == section].min() for section in sections])
    assert (found <= exact - radius + TRUE_TO_MM).all()


def test_it_runs_from_the_opening_to_the_knee_in_millimetres(balanced: Corridor) -> None:
    assert np.diff(balanced.position_mm) == pytest.approx(1.0)
    count = len(balanced.position_mm)
    assert count > 550
    for side in SIDES_OF_NERVE:
        room, bound = getattr(balanced, f"{side}_mm"), getattr(balanced, side)
        assert room.shape == bound.shape == (2, count)
        assert (np.isnan(room) == (bound < 0)).all()
        assert np.nanmax(room) < REACH_MM
    assert balanced.centre_m[0, :, 0].min() > 0.0 > balanced.centre_m[1, :, 0].max()


def test_walls_are_those_of_the_textbook(balanced: Corridor) -> None:
    def wall(side: str, height_mm: float) -> str:
        at = int(np.abs(balanced.centre_m[0, :, 2] * 1000.0 - height_mm).argmin())
        return balanced.structures[getattr(balanced, side)[0, at]]

    assert wall("behind", 25.0) == "piriformis_left"
    assert wall("front", 5.0) == "gemellus_superior_left"
    # Between the gemelli runs the tendon of obturator internus.
    assert wall("front", -8.0) in ("gemellus_inferior_left", "obturator_internus_left")
    assert wall("behind", -8.0) == "gluteus_maximus_left"
    assert wall("front", -45.0) == "quadratus_femoris_left"
    assert wall("behind", -250.0) == "biceps_femoris_long_head_left"


def test_front_and_behind_make_the_room_of_the_flat_nerve(balanced: Corridor) -> None:
    below = balanced.centre_m[0, :, 2] < 0.03
    both = (balanced.front_mm + balanced.behind_mm)[:, below]
    flat = np.isfinite(both) & (np.arange(len(below))[below] < 300)
    assert balanced.room_mm[:, below][flat] == pytest.approx(both[flat], abs=0.02)


def test_levels_along_it_rise_as_room_falls() -> None:
    along = corridor(body(), posed("flexor-dominant"))
    level = np.array([Level(name).rank for name in Level])[along.level]
    told = level >= 0
    order = np.argsort(along.room_mm[told])[::-1]
    assert (np.diff(level[told][order]) >= 0).all()
    assert (along.room_mm[~told] < -0.3).all()


@pytest.mark.parametrize("turned", [-20.0, 12.0, 25.0])
def test_a_mirrored_posture_has_the_mirrored_corridor(turned: float) -> None:
    fields = {
        "tilt_deg": 6.0,
        "hip_flexion_right_deg": 12.0,
        "hip_rotation_left_deg": turned,
        "tone_rotators": 0.5,
    }
    posture = with_fields(preset("balanced", body().root), fields)
    one, other = (corridor(body(), solve(body(), p)) for p in (posture, posture.mirrored()))
    assert other.room_mm[::-1] == pytest.approx(one.room_mm, abs=0.05)
    swap = {"left": "right", "right": "left"}
    for side in SIDES_OF_NERVE:
        mine, theirs = getattr(one, f"{side}_mm"), getattr(other, f"{side}_mm")[::-1]
        assert np.allclose(mine, theirs, atol=0.05, equal_nan=True)
        named = [one.structures[index] if index >= 0 else "" for index in getattr(one, side)[0]]
        beside = [one.structures[index] if index >= 0 else "" for index in getattr(other, side)[1]]
        mirrored = ["_".join(swap.get(word, word) for word in name.split("_")) for name in named]
        assert np.mean([name == theirs for name, theirs in zip(mirrored, beside, strict=True)]) > 0.98


# Without shrinking: each example solves two postures.
@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(fields=st.fixed_dictionaries(FIELDS), moved=st.sampled_from(sorted(FIELDS)))
def test_findings_are_continuous_in_every_premise(fields: dict[str, float], moved: str) -> None:
    """A small step of any premise moves no told value by more than a little."""
    before = findings(body(), posed(**fields))
    after = findings(body(), posed(**fields | {moved: fields[moved] + STEPS[moved]}))
    most = {"mm": 0.5, "mm2": 1.5, "deg": 0.6, "1/m": 0.6, "%": 0.05}
    for one, other in zip(before.items, after.items, strict=True):
        if Level.CANNOT_TELL in (one.level, other.level) and one.measure == ROOM:
            continue
        assert one.now is not None
        assert other.now is not None
        assert other.now == pytest.approx(one.now, abs=most[one.unit]), (one.site, one.measure, moved)


def test_another_nerve_has_its_own_corridor() -> None:
    posture = replace(preset("balanced", body().root), nerve_variant_left="f")
    along = corridor(body(), solve(body(), posture))
    assert np.isfinite(along.room_mm).all()
    assert not np.allclose(along.room_mm[0], along.room_mm[1], atol=0.1)
