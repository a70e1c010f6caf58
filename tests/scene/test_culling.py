"""Leaving out what is outside the picture never leaves out anything that is inside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scene.boxes import boxes_anatomy
from visualizer.scene.cameras import Camera
from visualizer.scene.culling import Spheres, in_picture, runs, side_planes


@given(
    st.floats(-180, 180), st.floats(-80, 80), st.floats(-0.5, 0.5), st.floats(0.05, 1.0), st.floats(0.3, 3.0)
)
def test_a_part_with_a_vertex_in_the_picture_is_kept(
    azimuth_deg: float, elevation_deg: float, x: float, height_m: float, aspect: float
) -> None:
    surface = boxes_anatomy().bones
    camera = Camera((x, 0.0, 0.0), azimuth_deg, elevation_deg, 0.05, height_m)
    matrix = camera.clip_from_eye(aspect) @ camera.eye_from_world(aspect)
    clip = np.column_stack([surface.vertices, np.ones(len(surface.vertices))]) @ matrix.T
    inside = (np.abs(clip[:, :2]) <= clip[:, 3:]).all(axis=1) & (clip[:, 3] > 0)
    spheres = Spheres(surface.parts)
    spheres.fit(surface.vertices)
    kept = in_picture(side_planes(matrix), spheres.centres, spheres.radii)
    for index, part in enumerate(surface.parts):
        if inside[part.first_vertex : part.first_vertex + part.vertex_count].any():
            assert kept[index]


def test_what_is_far_outside_is_left_out() -> None:
    camera = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.1, 0.1)
    planes = side_planes(camera.clip_from_eye(1.0) @ camera.eye_from_world(1.0))
    centres = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, -0.5]])
    assert in_picture(planes, centres, np.full(3, 0.05)).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("wanted", "stretches"),
    [([1, 1, 1], [(0, 60)]), ([1, 0, 1], [(0, 10), (30, 30)]), ([0, 1, 1], [(10, 50)]), ([0, 0, 0], [])],
)
def test_neighbours_are_drawn_in_one_stretch(wanted: list[int], stretches: list[tuple[int, int]]) -> None:
    firsts, counts = runs(np.array([0, 10, 30]), np.array([10, 20, 30]), np.array(wanted, bool))
    assert list(zip(firsts.tolist(), counts.tolist(), strict=True)) == stretches
