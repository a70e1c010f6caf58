"""Cameras: framing, orbit, pan, zoom and flights, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.scene.cameras import VIEWS, Camera, blend, framing

ASPECTS = st.floats(0.2, 5.0)
CAMERAS = st.builds(
    Camera,
    target=st.tuples(*[st.floats(-0.5, 0.5)] * 3),
    azimuth_deg=st.floats(-180.0, 180.0),
    elevation_deg=st.floats(-89.0, 89.0),
    width_m=st.floats(0.05, 2.0),
    height_m=st.floats(0.05, 2.0),
)


def on_screen(camera: Camera, aspect: float, point: np.ndarray) -> np.ndarray:
    """Place -1..1 of a world point: right, up, depth."""
    clip = camera.clip_from_eye(aspect) @ camera.eye_from_world(aspect) @ np.append(point, 1.0)
    return clip[:3] / clip[3]


@given(CAMERAS, ASPECTS)
def test_what_a_camera_frames_is_inside_a_picture_of_any_shape(camera: Camera, aspect: float) -> None:
    right, up, _ = camera.axes()
    for x in (-0.5, 0.5):
        for y in (-0.5, 0.5):
            corner = np.array(camera.target) + x * camera.width_m * right + y * camera.height_m * up
            assert np.abs(on_screen(camera, aspect, corner)).max() <= 1.0 + 1e-6


@given(CAMERAS, ASPECTS, st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(0.8, 1.25))
def test_zoom_keeps_the_point_under_the_cursor(
    camera: Camera, aspect: float, x: float, y: float, factor: float
) -> None:
    half = 0.5 * camera.visible_height_m(aspect)
    right_m, up_m = x * half * aspect, y * half
    right, up, _ = camera.axes()
    point = np.array(camera.target) + right_m * right + up_m * up
    zoomed = camera.zoomed(factor, right_m, up_m)
    if max(np.abs(zoomed.target)) < 1.2:
        assert on_screen(zoomed, aspect, point)[:2] == pytest.approx((x, y), abs=1e-6)


@given(CAMERAS, st.floats(-720.0, 720.0), st.floats(-360.0, 360.0))
def test_orbit_keeps_the_head_up(camera: Camera, right_deg: float, up_deg: float) -> None:
    axes = camera.orbited(right_deg, up_deg).axes()
    assert axes[1, 2] > 0.0
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(axes) == pytest.approx(1.0)


@given(CAMERAS, CAMERAS)
def test_a_flight_starts_and_ends_where_it_should(start: Camera, end: Camera) -> None:
    for camera, share in ((start, 0.0), (end, 1.0)):
        flown = blend(start, end, share)
        assert flown.axes() == pytest.approx(camera.axes(), abs=1e-9)
        assert flown.target == pytest.approx(camera.target, abs=1e-9)
        assert flown.height_m == pytest.approx(camera.height_m)


def test_a_flight_turns_the_shorter_way() -> None:
    start = Camera((0, 0, 0), 170.0, 0.0, 1.0, 1.0)
    end = Camera((0, 0, 0), -170.0, 0.0, 1.0, 1.0)
    assert abs(blend(start, end, 0.5).azimuth_deg) == pytest.approx(180.0)


def test_from_behind_the_patients_right_is_on_the_right() -> None:
    assert on_screen(VIEWS["back"], 1.6, np.array([-0.1, 0.0, 0.0]))[0] > 0.0
    assert on_screen(VIEWS["front"], 1.6, np.array([-0.1, 0.0, 0.0]))[0] < 0.0


def test_from_the_right_side_the_patient_faces_right_and_the_right_leg_is_nearer() -> None:
    front, right, left = np.array([0, -0.1, 0.0]), np.array([-0.1, 0, 0.0]), np.array([0.1, 0, 0.0])
    assert on_screen(VIEWS["side"], 1.6, front)[0] > 0.0
    assert on_screen(VIEWS["side"], 1.6, right)[2] < on_screen(VIEWS["side"], 1.6, left)[2]


def test_the_views_that_are_promised_exist() -> None:
    assert list(VIEWS) == ["back", "side", "front", "deep-gluteal", "l4-s1"]


@given(CAMERAS, ASPECTS)
def test_framing_shows_every_point(camera: Camera, aspect: float) -> None:
    points = np.random.default_rng(3).uniform(-0.2, 0.2, (50, 3))
    framed = framing(points, camera)
    for point in points:
        assert np.abs(on_screen(framed, aspect, point)[:2]).max() < 1.1


def test_dragging_right_turns_the_near_side_to_the_right() -> None:
    camera = Camera((0, 0, 0), 0.0, 0.0, 1.0, 1.0)
    near = np.array([0.0, 0.1, 0.0])
    assert on_screen(camera.orbited(10.0, 0.0), 1.0, near)[0] > 0.0
    assert on_screen(camera.orbited(0.0, 10.0), 1.0, near)[1] < 0.0
