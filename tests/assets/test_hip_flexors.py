"""Psoas and iliacus as living people have them, and the trunk's muscles ended on bone; left side, balanced stance."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import trimesh

from assets.build.check import left_parts, own
from assets.build.voxels import samples, self_crossings, voxels
from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import presets
from visualizer.body.solve import solve

SPACING_MM = 1.0


@cache
def surface(name: str, posture: str = "balanced") -> tuple[np.ndarray, np.ndarray]:
    """Vertices (n, 3) mm and triangles of one left muscle."""
    anatomy = load_anatomy()
    batch = anatomy.muscle_surface
    part = next(part for part in left_parts(batch, "muscle") if part.key == f"{name}_left")
    return own(batch, part, solve(anatomy, presets()[posture]).muscle_vertices)


@cache
def bone(name: str) -> trimesh.Trimesh:
    """One bone, mm."""
    bones = load_anatomy().bones
    part = next(part for part in bones.parts if part.key == name)
    return trimesh.Trimesh(*own(bones, part, bones.vertices), process=False)


def area_cm2(name: str, height_mm: float) -> float:
    """What a level cut goes through, so far above the hip centre."""
    filled = voxels(*surface(name), SPACING_MM)
    layer = filled.filled[:, :, round(height_mm / SPACING_MM) - int(filled.first[2])]
    return float(layer.sum()) * SPACING_MM**2 / 100.0


def test_psoas_is_even_from_the_third_lumbar_vertebra_to_the_sacrum() -> None:
    areas = [area_cm2("psoas", height) for height in (190.0, 170.0, 150.0, 130.0, 110.0)]
    # 10 to 12 cm2 in people whose psoas holds 170 cm3; published is 1.4 times that for this body.
    assert min(areas) > 9.0
    assert max(areas) < 12.0 * 1.4


def test_psoas_crosses_the_hip_as_tendon() -> None:
    assert area_cm2("psoas", 30.0) < 0.4 * area_cm2("psoas", 110.0)
    for height in (0.0, -15.0, -30.0):
        assert 0.3 < area_cm2("psoas", height) < 1.6


def test_psoas_reaches_from_the_first_lumbar_vertebra_to_the_lesser_trochanter() -> None:
    height = surface("psoas")[0][:, 2]
    vertebra, trochanter = bone("l1").vertices[:, 2], load_anatomy().landmarks["lesser_trochanter_left"][1]
    assert height.max() > np.median(vertebra)
    assert height.min() < 1000.0 * trochanter[2] + 10.0


def test_psoas_bends_round_the_brim_without_crossing_itself() -> None:
    assert self_crossings(*surface("psoas", "sitting")) <= 40


def test_iliacus_lies_on_the_whole_iliac_fossa() -> None:
    vertices, triangles = surface("iliacus")
    count = 2000
    points = samples(vertices, triangles, count)
    solid = trimesh.Trimesh(vertices, triangles, process=False)
    _, gap, _ = trimesh.proximity.closest_point(bone("hip_bone_left"), points)
    touched = solid.area / 100.0 * float((gap < 3.0).mean())
    # 50 to 74 cm2 in three bodies.
    assert touched > 45.0
    assert points[gap < 3.0, 2].max() > 120.0


@pytest.mark.parametrize("name", ["multifidus", "quadratus_lumborum", "erector_spinae"])
def test_muscles_of_the_back_end_on_the_first_lumbar_vertebra(name: str) -> None:
    vertices, _ = surface(name)
    top = vertices[vertices[:, 2] > vertices[:, 2].max() - 40.0]
    _, gap, _ = trimesh.proximity.closest_point(bone("l1"), top)
    assert gap.min() < 2.0
