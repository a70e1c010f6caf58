"""Cameras: framing, orbit, pan, zoom and flights, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import visualizer
from visualizer.scene.cameras import (
    INSET,
    SPAN_LIMITS_M,
    TELLING,
    VIEWS,
    Camera,
    blend,
    closing_in,
    framed,
    framing,
    is_side,
    projected,
    telling,
)

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


@given(CAMERAS)
def test_closing_in_never_zooms_out_and_looks_at_the_structure(camera: Camera) -> None:
    points = np.random.default_rng(3).uniform(-0.3, 0.3, (50, 3))
    closer = closing_in(points, camera)
    assert max(closer.width_m, closer.height_m) <= max(camera.width_m, camera.height_m) + 1e-9
    assert np.all(np.abs(closer.target) <= 0.3)
    assert (closer.azimuth_deg, closer.elevation_deg) == (camera.azimuth_deg, camera.elevation_deg)


def test_closing_in_on_a_long_structure_keeps_to_what_is_seen_of_it() -> None:
    leg = np.array([[0.0, 0.0, z] for z in np.linspace(-0.8, 0.1, 50)])
    camera = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.2, 0.2)
    closer = closing_in(leg, camera)
    assert abs(closer.target[2]) < 0.1


@pytest.mark.parametrize("site", list(TELLING))
def test_a_site_is_told_from_mirrored_angles_on_both_sides(site: str) -> None:
    right, left = (
        telling(site, "right", np.array([-0.06, 0.04, 0.02])),
        telling(site, "left", np.array([0.06, 0.04, 0.02])),
    )
    mirror = np.diag([-1.0, 1.0, 1.0])
    assert right.axes()[2] @ mirror == pytest.approx(left.axes()[2], abs=1e-9)
    assert np.array(right.target) @ mirror == pytest.approx(np.array(left.target))
    assert SPAN_LIMITS_M[0] <= right.width_m <= SPAN_LIMITS_M[1]


def test_every_site_of_the_data_has_an_angle_of_its_own() -> None:
    from visualizer.anatomy.load import AssetFolder

    sites = AssetFolder(visualizer.load_anatomy().root).table("anatomy/sites.toml")["site"]
    sciatic = {site for site in sites if not site.startswith(("opening_l1", "opening_l2", "opening_l3"))}
    assert sciatic <= set(TELLING)


@pytest.mark.parametrize("view", ["back", "side", "front"])
@pytest.mark.parametrize("aspect", [1.4, 1.73])
def test_sitting_is_not_cropped(view: str, aspect: float) -> None:
    body = visualizer.load_anatomy()
    from visualizer.body.posture import preset

    landmarks = visualizer.solve(body, preset("sitting")).landmarks
    camera = framed(VIEWS[view], landmarks)
    places = projected(np.array(list(landmarks.values())), camera, (0, 0, round(1000 * aspect), 1000))
    assert places[:, :2].min() > 0.0
    assert places[:, 0].max() < 1000 * aspect
    assert places[:, 1].max() < 1000


@pytest.mark.parametrize("name", ["balanced", "flexor-dominant", "sitting"])
def test_the_lowest_levels_are_in_the_middle_of_their_close_up(name: str) -> None:
    body = visualizer.load_anatomy()
    from visualizer.body.posture import preset

    landmarks = visualizer.solve(body, preset(name)).landmarks
    camera = framed(VIEWS["l4-s1"], landmarks)
    levels = np.array([landmarks[each] for each in ("vertebra_l4", "vertebra_l5", "s1_endplate")])
    places = projected(levels, camera, (0, 0, 1700, 1000))[:, :2] / (1700, 1000)
    assert np.all((places > 0.15) & (places < 0.85))
    assert (camera == VIEWS["l4-s1"]) == (name != "sitting")


def test_standing_is_framed_as_ever_and_a_rising_thigh_without_a_jump() -> None:
    body = visualizer.load_anatomy()
    spans = []
    for bend in range(0, 95, 5):
        snapshot = visualizer.solve(
            body, visualizer.Posture(hip_flexion_left_deg=bend, hip_flexion_right_deg=bend)
        )
        spans.append(framed(VIEWS["side"], snapshot.landmarks).height_m)
    assert spans[0] == VIEWS["side"].height_m
    assert np.abs(np.diff(spans)).max() < 0.12


def test_the_side_is_known_as_the_side() -> None:
    assert is_side(VIEWS["side"])
    assert is_side(INSET)
    for view in ("back", "front", "deep-gluteal", "l4-s1"):
        assert not is_side(VIEWS[view])
