"""How deep points lie inside a surface: against solids whose depth is known."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.build import depth

QUICK = settings(max_examples=20, deadline=None, derandomize=True)
INSIDE_A_CUBE = st.tuples(*[st.floats(-9.9, 9.9)] * 3)


def cube(side: float) -> tuple[np.ndarray, np.ndarray]:
    solid = trimesh.creation.box((side, side, side))
    return np.asarray(solid.vertices), np.asarray(solid.faces)


@QUICK
@given(INSIDE_A_CUBE)
def test_depth_in_a_cube_is_the_way_to_its_nearest_face(point: tuple[float, float, float]) -> None:
    found = depth.inside(np.array([point]), *cube(20.0))
    assert found[0] == pytest.approx(10.0 - np.abs(point).max(), abs=1e-6)


def test_outside_there_is_no_depth_and_the_distance_may_end_on_an_edge() -> None:
    vertices, triangles = cube(20.0)
    points = np.array([[13.0, 14.0, 0.0], [0.0, 0.0, 11.0], [40.0, 0.0, 0.0]])
    np.testing.assert_array_equal(depth.inside(points, vertices, triangles), 0.0)
    np.testing.assert_allclose(depth.distance(points, vertices[triangles]), [5.0, 1.0, 30.0])


def test_a_surface_turned_inside_out_holds_the_same_points() -> None:
    vertices, triangles = cube(20.0)
    points = np.random.default_rng(5).uniform(-15.0, 15.0, (400, 3))
    np.testing.assert_allclose(
        depth.inside(points, vertices, triangles), depth.inside(points, vertices, triangles[:, ::-1])
    )


def test_many_points_are_measured_as_one_by_one() -> None:
    vertices, triangles = cube(20.0)
    points = np.random.default_rng(6).uniform(-12.0, 12.0, (depth.CHUNK + 40, 3))
    singly = [depth.inside(point[None], vertices, triangles)[0] for point in points]
    np.testing.assert_allclose(depth.inside(points, vertices, triangles), singly)
