"""How far the hips extend, and which muscle stops them.

A flexor stops the hip where its fibres are as long as they get: as long as in a healthy hip at its published end, less
what it is shortened by. Rectus femoris crosses the knee too, and stops a hip whose knee is bent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, preset, with_fields
from visualizer.body.solve import PreparedBody
from visualizer.forces.balance import Path, path
from visualizer.forces.strength import Figures

# Where each flexor is as long as it gets: with the knee straight or bent.
STRAIGHT, BENT = "knee_straight", "knee_bent"
STOPS = {"psoas": STRAIGHT, "iliacus": STRAIGHT, "tensor_fasciae_latae": STRAIGHT, "rectus_femoris": BENT}
RANGE_DEG = (-45.0, 45.0)
STEP_DEG = 0.5
BOTH_HIPS = ("hip_flexion_left_deg", "hip_flexion_right_deg")


@dataclass(frozen=True)
class Extension:
    """The range with the knee straight or bent.

    extension_deg: of the hip beyond the upright thigh, pelvis held; negative where it does not come straight.
    change_deg: against flexors of full length. stopped_by: the muscle that stops it; ends_deg: where each would.
    """

    extension_deg: float
    change_deg: float
    stopped_by: str
    ends_deg: dict[str, float]


class Extender:
    """An anatomy made ready: lengths along extension of the hip, and the longest that each flexor gets."""

    def __init__(self, anatomy: Anatomy) -> None:
        figures = anatomy.prepared(Figures)
        self.strength = figures.strength
        body = anatomy.prepared(PreparedBody)
        table = figures.table["hip_extension"]
        degrees = np.arange(*RANGE_DEG, STEP_DEG)
        self.full = preset("balanced", anatomy.root)
        knees = {STRAIGHT: 0.0, BENT: table["bent_knee_deg"]}
        self.paths = {
            name: path(body, with_fields(self.full, {"knee_flexion_deg": knee}), BOTH_HIPS, degrees)
            for name, knee in knees.items()
        }
        ends = {STRAIGHT: -np.radians(table["healthy_deg"]), BENT: -np.radians(table["healthy_bent_deg"])}
        self.longest = {
            muscle: float(
                np.interp(ends[knee], self.paths[knee].angle, self.lengths(muscle, self.paths[knee]))
            )
            for muscle, knee in STOPS.items()
        }

    def lengths(self, muscle: str, way: Path) -> np.ndarray:
        """(n,) length of a muscle's fibres along the way, against the balanced stance."""
        return way.norm_length[:, self.strength.names.index(muscle)]

    def _ends_deg(self, posture: Posture, knee: str) -> dict[str, float]:
        """Extension at which each flexor is as long as it gets; the fascia keeps the tensor's from the knee."""
        ends = {}
        for muscle, longest in self.longest.items():
            way = self.paths[knee if STOPS[muscle] == BENT else STRAIGHT]
            left = 1.0 - getattr(posture, f"short_{muscle}_percent") / 100.0
            # Fibres shorten as the thigh comes forward; interp wants them longer and longer.
            length = self.lengths(muscle, way)[::-1]
            ends[muscle] = -float(np.degrees(np.interp(longest * left, length, way.angle[::-1])))
        return ends

    def at(self, posture: Posture) -> dict[str, Extension]:
        """The range that the shortness of `posture` leaves, knee straight and bent."""
        result = {}
        for name in self.paths:
            ends, full = self._ends_deg(posture, name), self._ends_deg(self.full, name)
            first = min(ends, key=ends.__getitem__)
            result[name] = Extension(ends[first], ends[first] - min(full.values()), first, ends)
        return result


def hip_extension(anatomy: Anatomy, posture: Posture) -> dict[str, Extension]:
    """The hips' range of extension, by knee."""
    return anatomy.prepared(Extender).at(posture)
