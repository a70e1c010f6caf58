"""The tilt at which the pelvis rests for given tones, strength and shortness.

One coupled path q(tilt): femurs upright, the lumbar spine takes its share. The pelvis rests where virtual work
vanishes, sum F dL/dtheta + dV/dtheta + calibrated rest = 0. Lengths along the path come from MuJoCo, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, preset
from visualizer.body.solve import PreparedBody
from visualizer.forces.strength import Figures

GRAVITY = 9.81
STEP_DEG = 0.5


@dataclass(frozen=True)
class Balance:
    """Result for one posture's premises.

    rest_tilt_deg: where the pelvis comes to rest. torque_nm: net forward torque of muscles and weight at the posture's
    own tilt, rest of the body included (0 = balanced there). calibrated: what was fitted, by name.
    """

    rest_tilt_deg: float
    torque_nm: float
    calibrated: dict[str, float]


@dataclass(frozen=True, eq=False)
class Path:
    """A one-parameter path: angle (n,) rad, norm_length (n, muscles), weight (n,) N m, and arm (n, muscles) m.

    arm is dL/dangle.
    """

    angle: np.ndarray
    norm_length: np.ndarray
    arm: np.ndarray
    weight: np.ndarray


def path(body: PreparedBody, start: Posture, names: tuple[str, ...], degrees: np.ndarray) -> Path:
    """Lengths and weights as the fields `names` run through `degrees`, all else as in `start`."""
    lengths, energy = [], []
    for value in degrees.tolist():
        with body.lock:
            length = body.skeleton.lengths(replace(start, **dict.fromkeys(names, value)))
            lengths.append(body.muscle_length_mm(length) / 1000.0)
            energy.append(body.skeleton.potential_energy(GRAVITY))
    angle, length = np.radians(degrees), np.array(lengths)
    norm = 1.0 + (length - body.balanced_length_mm / 1000.0) / (body.fibre_length_mm / 1000.0)
    return Path(angle, norm, np.gradient(length, angle, axis=0), np.gradient(np.array(energy), angle))


class Balancer:
    """An anatomy made ready for balance: lengths along the tilt, and the calibration."""

    def __init__(self, anatomy: Anatomy) -> None:
        figures = anatomy.prepared(Figures)
        self.strength = figures.strength
        body = anatomy.prepared(PreparedBody)
        low, high = figures.table["range"]["lowest_deg"], figures.table["range"]["highest_deg"]
        degrees = np.arange(low, high + STEP_DEG, STEP_DEG)
        balanced = preset("balanced", anatomy.root)
        self.tilt = path(body, balanced, ("tilt_deg",), degrees)
        self.constant = -float(np.interp(0.0, self.tilt.angle, self._torque(balanced)))
        rest = np.radians(figures.table["calibration"]["flexor_dominant_rest_deg"])
        dominant = self._torque(preset("flexor-dominant", anatomy.root))
        self.spring = float((np.interp(rest, self.tilt.angle, dominant) + self.constant) / rest)

    def _torque(self, posture: Posture) -> np.ndarray:
        """(n,) N m along the tilt path, forward positive: muscles and weight, without what is calibrated."""
        able = self.strength.set_by(posture)
        tension = able.tension(self.tilt.norm_length, able.activation(posture))
        return -(tension * self.tilt.arm).sum(axis=1) - self.tilt.weight

    def at(self, posture: Posture) -> Balance:
        """Where the premises of `posture` bring the pelvis to rest."""
        angle = self.tilt.angle
        net = self._torque(posture) + self.constant - self.spring * angle
        falling = np.flatnonzero((net[:-1] > 0) & (net[1:] <= 0))
        if len(falling):
            # The stable rest nearest to neutral; net torque falls through zero there.
            step = falling[np.argmin(np.abs(angle[falling]))]
            rest = angle[step] + (angle[step + 1] - angle[step]) * net[step] / (net[step] - net[step + 1])
        else:
            rest = angle[-1] if net[-1] > 0 else angle[0]
        return Balance(
            rest_tilt_deg=float(np.degrees(rest)),
            torque_nm=float(np.interp(np.radians(posture.tilt_deg), angle, net)),
            calibrated={"constant_nm": self.constant, "spring_nm_per_deg": self.spring * np.pi / 180.0},
        )


def balance(anatomy: Anatomy, posture: Posture) -> Balance:
    """Resting tilt and net torque for the premises of `posture`."""
    return anatomy.prepared(Balancer).at(posture)
