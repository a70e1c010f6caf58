"""Muscles give way to the nerve: none lies in it, both sides do alike, and nothing jumps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.build import depth
from assets.build.check import left_parts, own
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.muscle_grid import RING, STATIONS
from visualizer.body import muscles
from visualizer.body.give_way import Yielding
from visualizer.body.posture import Posture, with_fields
from visualizer.body.solve import PreparedBody, leg_angles, solve

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
# What people do in the chair and on the couch; beyond it thigh meets belly.
LIMB = st.fixed_dictionaries(
    {
        "tilt_deg": st.floats(-15.0, 15.0),
        "hip_flexion_left_deg": st.floats(0.0, 90.0),
        "hip_adduction_left_deg": st.floats(-15.0, 15.0),
        "hip_rotation_left_deg": st.floats(-30.0, 30.0),
        "knee_flexion_left_deg": st.floats(0.0, 100.0),
    }
)


def before_and_after(posture: Posture) -> tuple[np.ndarray, np.ndarray, Yielding]:
    """Rings (3, left muscles, RING, STATIONS) m as the keys leave them, and given way."""
    body = load_anatomy().prepared(PreparedBody)
    pose = body.skeleton.place(posture)
    model, _ = body.nerve(posture)
    solved = solve(load_anatomy(), posture)
    added, held = muscles.correction(body.shapes, leg_angles(solved.joints_deg, "left"))
    lines = body.left_fibres
    paths = muscles.resample(pose.path_points[lines], pose.path_count[lines], pose.path_share[lines])
    rings = muscles.placed(body.left_shapes, body.left_shapes.offset + added, paths, held)
    yielding = body.yielding(model, "left alone")
    return rings, yielding.give_way(rings, model.state(pose.world_from_rest).frames), yielding


def test_only_what_is_near_the_nerve_moves() -> None:
    before, after, yielding = before_and_after(with_fields(Posture(), {"hip_rotation_deg": -40.0}))
    moved = np.linalg.norm(after - before, axis=0)
    assert moved.shape[1:] == (RING, STATIONS)
    assert moved.max() > 0.001
    near = np.zeros(moved.size, dtype=bool)
    near[yielding.at] = near[yielding.opposite] = True
    assert moved.ravel()[~near].max() == 0.0


def test_at_rest_little_has_to_give_way() -> None:
    before, after, _ = before_and_after(Posture())
    moved = np.linalg.norm(after - before, axis=0)
    assert moved.max() < 0.005
    assert np.percentile(moved, 99.0) < 0.0005


@QUICK
@given(LIMB, st.sampled_from(sorted(["tilt_deg", "hip_flexion_left_deg", "hip_rotation_left_deg"])))
def test_giving_way_does_not_jump(fields: dict[str, float], name: str) -> None:
    """Half a degree changes what a muscle gives way by no more than 1.5 mm."""
    posture = with_fields(Posture(), fields)
    steps = [
        after - before
        for before, after, _ in map(
            before_and_after, (posture, replace(posture, **{name: fields[name] + 0.5}))
        )
    ]
    assert np.linalg.norm(steps[1] - steps[0], axis=0).max() < 0.0015, fields


@pytest.mark.parametrize(
    ("fields", "most_mm"),
    [
        ({}, 0.3),
        ({"tilt_deg": 10.0}, 0.3),
        ({"hip_flexion_deg": 90.0, "tilt_deg": -25.0, "knee_flexion_deg": 90.0}, 0.3),
        ({"hip_rotation_deg": -40.0}, 1.0),
        ({"hip_rotation_deg": -22.5, "hip_adduction_deg": 25.0}, 1.0),
        ({"hip_flexion_deg": 60.0, "hip_rotation_deg": 35.0, "hip_adduction_deg": 20.0}, 1.5),
        ({"knee_flexion_deg": 30.0}, 0.3),
        ({"knee_flexion_deg": 100.0, "hip_rotation_deg": 30.0}, 1.0),
        ({"tone_rotators": 1.0}, 0.7),
    ],
)
def test_the_nerve_as_drawn_lies_in_no_muscle(fields: dict[str, float], most_mm: float) -> None:
    anatomy = load_anatomy()
    snapshot = solve(anatomy, with_fields(Posture(), fields))
    nerve = np.concatenate(
        [
            own(snapshot.nerve_surface, part, snapshot.nerve_vertices)[0]
            for part in left_parts(snapshot.nerve_surface, "nerve")
        ]
    )
    for part in left_parts(anatomy.muscle_surface, "muscle"):
        vertices, triangles = own(anatomy.muscle_surface, part, snapshot.muscle_vertices)
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        near = nerve[((nerve > low) & (nerve < high)).all(axis=1)]
        if len(near):
            assert depth.inside(near, vertices, triangles).max() < most_mm, part.key


def test_both_sides_give_way_alike() -> None:
    """A turned thigh looks the same on the left as on the right, worked out with its mirror image or without."""
    anatomy = load_anatomy()
    both = solve(anatomy, with_fields(Posture(), {"hip_rotation_deg": -35.0}))
    left = solve(anatomy, with_fields(Posture(), {"hip_rotation_left_deg": -35.0}))
    right = solve(anatomy, with_fields(Posture(), {"hip_rotation_right_deg": -35.0}))
    mirror = np.array([-1.0, 1.0, 1.0])
    for part in left_parts(anatomy.muscle_surface, "muscle"):
        rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
        np.testing.assert_allclose(left.muscle_vertices[rows], both.muscle_vertices[rows], atol=2e-5)
        key = part.key.replace("_left", "_right")
        other = next(one for one in anatomy.muscle_surface.parts if one.key == key)
        there = right.muscle_vertices[other.first_vertex : other.first_vertex + other.vertex_count]
        own_middle = left.muscle_vertices[rows].mean(axis=0)
        np.testing.assert_allclose(there.mean(axis=0), own_middle * mirror, atol=1e-4)
