"""The stored neighbours of the nerve: what they leave out bounds no room, in postures that they were not chosen in."""

from __future__ import annotations

import numpy as np
import pytest

from assets.build.neighbours import within_reach
from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.clearance import clearance, paired
from visualizer.space.surroundings import PreparedSurroundings
from visualizer.space.walls import Walls

# Rooms that anything is said of, mm.
TOLD_MM = 8.0
SAME_MM = 0.1


@pytest.mark.parametrize(
    ("fields", "share"),
    [
        ({"tilt_deg": 9.3, "tone_rotators": 0.45}, 1.0),
        ({"tilt_deg": -9.1, "hip_rotation_deg": 9.0}, 1.0),
        ({"tilt_deg": 6.2, "hip_flexion_deg": 14.0, "hip_adduction_deg": 4.0}, 1.0),
        ({"tilt_deg": 3.1, "hip_rotation_deg": -9.0, "tone_rotators": 0.8}, 0.998),
        ({"tilt_deg": -22.0, "hip_flexion_deg": 83.0, "knee_flexion_deg": 75.0}, 0.98),
    ],
)
def test_rooms_to_stored_neighbours_are_those_to_everything_in_reach(
    fields: dict[str, float], share: float
) -> None:
    anatomy = load_anatomy()
    snapshot = solve(anatomy, with_fields(preset("balanced", anatomy.root), fields))
    prepared = anatomy.prepared(PreparedSurroundings)
    at = prepared.sections(snapshot, "left")
    walls = Walls(anatomy)
    to = walls.placed(snapshot, "left")
    section, triangle = within_reach(at, to)
    everything = clearance(at, to, paired(section, triangle, walls.structure)).sides
    section, triangle = anatomy.neighbours["a"]
    stored = clearance(
        at, to, paired(section, np.searchsorted(walls.chosen, triangle), walls.structure)
    ).sides
    told = everything < TOLD_MM
    assert told.mean() > 0.5
    assert (np.abs(stored - everything)[told] < SAME_MM).mean() >= share
