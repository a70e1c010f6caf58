"""What the contact sheets show: six sides, the postures, and the levels of the cuts.

Levels are carried by the pelvis and by the left thigh bone, so that the same place of the body is cut in every posture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.body.posture import Posture, presets, with_fields
from visualizer.space.planes import Plane

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot

# Name -> azimuth and elevation of the camera, degrees; of a left structure.
SIDES_SEEN = {
    "from behind": (0.0, 0.0),
    "from in front": (180.0, 0.0),
    "from the outside": (90.0, 0.0),
    "from the inside": (-90.0, 0.0),
    "from above": (0.0, 90.0),
    "from below": (0.0, -90.0),
}
MOVED: dict[str, dict[str, float | str]] = {
    "flexion 90": {"hip_flexion_deg": 90.0},
    "flexion 110": {"hip_flexion_deg": 110.0},
    "extension 20": {"hip_flexion_deg": -20.0},
    "internal rotation 40": {"hip_rotation_deg": 40.0},
    "external rotation 40": {"hip_rotation_deg": -40.0},
    "adduction 30": {"hip_adduction_deg": 30.0},
    "abduction 30": {"hip_adduction_deg": -30.0},
    "tilt +15": {"tilt_deg": 15.0},
    "tilt -15": {"tilt_deg": -15.0},
    "knee 90": {"knee_flexion_deg": 90.0},
    "lunge": {
        "hip_flexion_left_deg": 80.0,
        "knee_flexion_left_deg": 90.0,
        "hip_flexion_right_deg": -15.0,
        "knee_flexion_right_deg": 40.0,
    },
}
# Heights in mm above the hip centre, below the fourth lumbar vertebra, which is the first level.
OF_THE_PELVIS = (140.0, 110.0, 80.0, 60.0, 40.0, 20.0, 0.0, -20.0, -40.0)
OF_THE_THIGH = (-60.0, -80.0, -100.0, -150.0, -200.0, -250.0, -300.0, -350.0)
# What a cut shows, mm: the left half of the body.
CUT_RIGHT_MM, CUT_UP_MM = (-12.0, 182.0), (-116.0, 130.0)
REACH_MM = 150.0


def postures() -> dict[str, Posture]:
    """The presets and those of `MOVED`, by name."""
    return presets() | {name: with_fields(Posture(), values) for name, values in MOVED.items()}


@dataclass(frozen=True)
class Level:
    """A level cut of the balanced stance, `height_mm` above the hip centres, that follows a body."""

    name: str
    body: str
    height_mm: float

    def plane(self, anatomy: Anatomy, snapshot: Snapshot) -> Plane:
        """The plane in a posture: the left of the body on the right, its front above."""
        world = snapshot.world_from_rest[anatomy.bodies.index(self.body)].astype(float)
        middle = np.array([np.mean(CUT_RIGHT_MM), -np.mean(CUT_UP_MM), self.height_mm]) / 1000.0
        turn, moved = world[:3, :3], world[:3, 3]
        return Plane(turn @ middle + moved, turn[:, 0], -turn[:, 1], ("outer", "front", "inner", "behind"))


def levels(anatomy: Anatomy) -> list[Level]:
    """From the fourth lumbar vertebra down to the knee."""
    surface = anatomy.bones
    l4 = next(part for part in surface.parts if part.key == "l4")
    rows = slice(l4.first_vertex, l4.first_vertex + l4.vertex_count)
    middle = 1000.0 * float(np.mean([surface.vertices[rows, 2].min(), surface.vertices[rows, 2].max()]))
    found = [Level(f"Through L4, {middle:.0f} mm above the hip centre", "l4", middle)]
    for body, heights in (("pelvis", OF_THE_PELVIS), ("femur_left", OF_THE_THIGH)):
        for height in heights:
            where = "at" if height == 0.0 else f"{abs(height):.0f} mm {'above' if height > 0.0 else 'below'}"
            found.append(Level(f"{where[0].upper()}{where[1:]} the hip centre", body, height))
    return found
