"""Ligaments, tract and pubic disc: closed, from bone to bone, off the nerve, shown only when asked for."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import trimesh

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy, Part, Surface
from visualizer.body.posture import preset
from visualizer.body.solve import solve
from visualizer.scene.materials import DEFAULT_LAYERS
from visualizer.scene.structures import points_of
from visualizer.session import HIDDEN
from visualizer.space.walls import Walls

BANDS = {
    "sacrotuberous_ligament": ("sacrum", "hip_bone_left"),
    "sacrospinous_ligament": ("sacrum", "hip_bone_left"),
    "iliolumbar_ligament": ("l5", "hip_bone_left"),
    "iliotibial_tract": ("hip_bone_left", "tibia_left"),
}
MIRROR = np.array([-1.0, 1.0, 1.0])
ON_BONE_MM, OFF_NERVE_MM = 3.0, 1.0


@cache
def anatomy() -> Anatomy:
    return load_anatomy()


def part_of(surface: Surface, key: str) -> Part:
    return next(part for part in surface.parts if part.key == key)


def mesh(surface: Surface, key: str) -> trimesh.Trimesh:
    part = part_of(surface, key)
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    faces = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
    return trimesh.Trimesh(surface.vertices[rows] * 1000.0, faces - part.first_vertex, process=False)


def nearest_mm(points: np.ndarray, solid: trimesh.Trimesh) -> np.ndarray:
    return np.asarray(trimesh.proximity.closest_point(solid, points)[1])


@pytest.mark.parametrize("key", [*(f"{name}_left" for name in BANDS), "pubic_disc"])
def test_each_is_closed_and_looks_outward(key: str) -> None:
    solid = mesh(anatomy().bones, key)
    assert solid.is_watertight
    assert solid.volume > 0


@pytest.mark.parametrize("name", BANDS)
def test_right_mirrors_left(name: str) -> None:
    left, right = (mesh(anatomy().bones, f"{name}_{side}") for side in ("left", "right"))
    assert right.vertices == pytest.approx(left.vertices * MIRROR, abs=1e-3)
    assert right.volume == pytest.approx(left.volume, rel=1e-4)


@pytest.mark.parametrize(("name", "bones"), BANDS.items())
def test_both_ends_lie_on_bone(name: str, bones: tuple[str, str]) -> None:
    ends = mesh(anatomy().bones, f"{name}_left").vertices[-2:]
    for end, bone in zip(ends, bones, strict=True):
        assert nearest_mm(end[None], mesh(anatomy().bones, bone)) < ON_BONE_MM


@pytest.mark.parametrize("name", BANDS)
def test_the_nerve_lies_in_no_ligament(name: str) -> None:
    nerve = anatomy().nerve_surface.vertices * 1000.0
    solid = mesh(anatomy().bones, f"{name}_left")
    near = nerve[((nerve > solid.bounds[0] - 10.0) & (nerve < solid.bounds[1] + 10.0)).all(axis=1)]
    assert not solid.contains(near).any()
    assert nearest_mm(near, solid).min(initial=np.inf) > OFF_NERVE_MM


def test_the_nerve_leaves_outward_of_the_sacrotuberous_ligament() -> None:
    spine = anatomy().landmarks["ischial_spine_left"][1][2] * 1000.0
    nerve, band = (
        points[np.abs(points[:, 2] - spine) < 6.0]
        for points in (
            mesh(anatomy().nerve_surface, "sciatic_gluteal_left").vertices,
            mesh(anatomy().bones, "sacrotuberous_ligament_left").vertices,
        )
    )
    assert len(nerve)
    assert nerve[:, 0].min() > np.median(band[:, 0])


def test_the_iliolumbar_ligament_follows_the_lowest_vertebra_at_one_end_and_the_pelvis_at_the_other() -> None:
    bones, part = anatomy().bones, part_of(anatomy().bones, "iliolumbar_ligament_left")
    first, last = part.first_vertex + part.vertex_count - 2, part.first_vertex + part.vertex_count - 1
    assert anatomy().bodies[bones.bodies[first, 0]] == "l5"
    assert bones.weight[first] == 1.0
    assert anatomy().bodies[bones.bodies[last, 1]] == "pelvis"
    assert bones.weight[last] == 0.0


@pytest.mark.parametrize("posture", ["flexor-dominant", "sitting"])
@pytest.mark.parametrize("name", ["iliotibial_tract", "iliolumbar_ligament"])
def test_the_ends_stay_on_their_bones_as_the_body_moves(name: str, posture: str) -> None:
    moved = solve(anatomy(), preset(posture))
    for side in ("left", "right"):
        points = points_of(anatomy(), moved, f"{name}_{side}")
        assert points is not None
        for end, bone in zip(points[-2:], BANDS[name], strict=True):
            there = points_of(anatomy(), moved, bone.replace("left", side))
            assert there is not None
            assert np.linalg.norm(there - end, axis=1).min() * 1000.0 < 8.0


def test_the_pubic_disc_fills_the_gap_between_the_pubic_bones() -> None:
    disc, hip = mesh(anatomy().bones, "pubic_disc"), mesh(anatomy().bones, "hip_bone_left")
    middle = anatomy().landmarks["pubic_symphysis"][1] * 1000.0
    assert disc.contains(middle[None]).all()
    assert disc.bounds[1, 0] > hip.vertices[:, 0].min()


def test_nothing_is_measured_to_a_ligament_and_the_opening_picture_has_none() -> None:
    walls = Walls(anatomy())
    assert not {walls.structures[index].rsplit("_", 1)[0] for index in np.unique(walls.structure)} & set(
        BANDS
    )
    assert DEFAULT_LAYERS["ligaments"] == HIDDEN
