"""Landmarks lie where an anatomist puts them, and keep the proportions that studies give."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

TABLE = Path(__file__).parents[2] / "assets" / "anatomy" / "landmarks.toml"
Points = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def points() -> Points:
    return {name: np.array(entry["point_mm"]) for name, entry in tomllib.loads(TABLE.read_text()).items()}


def test_each_right_landmark_mirrors_the_left_one(points: Points) -> None:
    left = [name for name in points if name.endswith("_left")]
    assert len(left) > 20
    for name in left:
        mirrored = points[name] * [-1.0, 1.0, 1.0]
        np.testing.assert_allclose(points[name.replace("_left", "_right")], mirrored, atol=0.01)
        assert points[name][0] > 0


def test_pelvis_stands_with_asis_11_degrees_below_psis(points: Points) -> None:
    down, back = (
        points["asis_left"][2] - points["psis_left"][2],
        points["psis_left"][1] - points["asis_left"][1],
    )
    assert np.degrees(np.arctan2(-down, back)) == pytest.approx(11.0, abs=0.2)


def test_pelvic_distances_are_plausible(points: Points) -> None:
    """Inter-ASIS 200-270 mm, hip centres 150-200 mm apart, PSIS 70-120 mm (textbook ranges of adults)."""
    assert 200 < 2 * points["asis_left"][0] < 270
    assert 150 < 2 * points["hip_centre_left"][0] < 200
    assert 70 < 2 * points["psis_left"][0] < 120
    assert 85 < 2 * points["ischial_spine_left"][0] < 120


def test_hip_centres_define_the_origin(points: Points) -> None:
    assert points["hip_centre_left"][1:] == pytest.approx([0.0, 0.0], abs=0.01)


def test_pelvic_incidence_is_within_the_published_range(points: Points) -> None:
    """Mac-Thiong 2011: mean +/- 2 SD is 32 to 74 degrees."""
    entry = tomllib.loads(TABLE.read_text())["s1_endplate"]
    _, back, up = points["s1_endplate"]
    incidence = entry["inclination_deg"] + np.degrees(np.arctan2(back, up))
    assert 32 < incidence < 74


def test_ischium_and_trochanters_lie_in_order(points: Points) -> None:
    spine, tuberosity = points["ischial_spine_left"], points["ischial_tuberosity_left"]
    greater, lesser = points["greater_trochanter_left"], points["lesser_trochanter_left"]
    assert spine[0] < tuberosity[0]
    assert spine[2] > tuberosity[2] + 30
    assert spine[1] > points["hip_centre_left"][1] + 30
    assert greater[0] > points["hip_centre_left"][0] + 40 > tuberosity[0]
    assert lesser[0] < greater[0] - 35
    assert lesser[1] > greater[1]
    assert lesser[2] < greater[2] - 15
    assert points["greater_trochanter_tip_left"][2] == pytest.approx(0.0, abs=12.0)


def test_asis_lies_above_and_in_front_of_pubis(points: Points) -> None:
    asis, pubis = points["asis_left"], points["pubic_tubercle_left"]
    assert asis[2] > pubis[2] + 60
    tilt = np.degrees(np.arctan2(pubis[1] - asis[1], asis[2] - pubis[2]))
    assert -15 < tilt < 15


def test_sacrum_runs_down_and_back_from_the_promontory(points: Points) -> None:
    order = [
        "sacral_promontory",
        "sacral_foramen_s1_left",
        "sacral_foramen_s2_left",
        "sacral_foramen_s3_left",
    ]
    heights = [points[name][2] for name in order]
    backs = [points[name][1] for name in order]
    assert heights == sorted(heights, reverse=True)
    assert backs == sorted(backs)
    assert points["coccyx_tip"][2] < points["sacral_apex"][2]


def test_vertebrae_stand_above_each_other(points: Points) -> None:
    heights = [points[f"vertebra_l{level}"][2] for level in (5, 4, 3, 2, 1)]
    assert all(25 < step < 45 for step in np.diff(heights))


def test_knee_and_ankle_lie_under_the_hip(points: Points) -> None:
    hip = points["hip_centre_left"]
    knee = (points["lateral_epicondyle_left"] + points["medial_epicondyle_left"]) / 2
    ankle = (points["lateral_malleolus_left"] + points["medial_malleolus_left"]) / 2
    assert knee[0] == pytest.approx(hip[0], abs=3.0)
    assert knee[1] == pytest.approx(hip[1], abs=5.0)
    assert ankle[:2] == pytest.approx(knee[:2], abs=25.0)
