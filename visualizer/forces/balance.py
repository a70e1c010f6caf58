"""The tilt at which the pelvis rests for given tones, and the hip extension that is left.

One coupled path q(tilt): femurs upright, the lumbar spine takes its share. The pelvis rests where virtual work
vanishes, sum F dL/dtheta + dV/dtheta + calibrated rest = 0. Lengths along the path come from MuJoCo, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, preset
from visualizer.body.solve import PreparedBody
from visualizer.forces.strength import Strength, strength

GRAVITY = 9.81
STEP_DEG = 0.5
EXTENSION_RANGE_DEG = (-45.0, 20.0)


@dataclass(frozen=True)
class Balance:
    """Result for one posture's tones.

    rest_tilt_deg: where the pelvis comes to rest. torque_nm: net forward torque of muscles and weight at the posture's
    own tilt, rest of the body included (0 = balanced there). hip_extension_deg: extension of the hip joint from the
    balanced stance at which the flexors' passive tension reaches the stop of a healthy hip;
    hip_extension_change_deg: against balanced. calibrated: what was fitted, by name.
    """

    rest_tilt_deg: float
    torque_nm: float
    hip_extension_deg: float
    hip_extension_change_deg: float
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


class Balancer:
    """An anatomy made ready for balance: lengths along tilt and along hip extension, and the calibration."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.figures: dict[str, Any] = AssetFolder(anatomy.root).table("anatomy/balance.toml")
        self.strength: Strength = strength(anatomy, self.figures)
        self.body = anatomy.prepared(PreparedBody)
        self.balanced = preset("balanced", anatomy.root)
        dominant = preset("flexor-dominant", anatomy.root)
        low, high = self.figures["range"]["lowest_deg"], self.figures["range"]["highest_deg"]
        self.tilt = self._path(np.arange(low, high + STEP_DEG, STEP_DEG), "tilt_deg")
        self.extension = self._path(np.arange(*EXTENSION_RANGE_DEG, STEP_DEG), "hip_flexion_deg")
        self.constant = -float(np.interp(0.0, self.tilt.angle, self._torque(self.balanced)))
        rest = np.radians(self.figures["calibration"]["flexor_dominant_rest_deg"])
        pull = float(np.interp(rest, self.tilt.angle, self._torque(dominant))) + self.constant
        self.spring = pull / rest
        stop = -np.radians(self.figures["hip_extension"]["healthy_deg"])
        self.is_flexor = np.array([group == "flexors" for group in self.strength.tone_group])
        self.stop_torque = float(np.interp(stop, self.extension.angle, self._flexor_torque(0.0)))
        self.healthy_extension_deg = self._extension(0.0)
        lost = self.healthy_extension_deg - self.figures["hip_extension"]["lost_by_sitters_deg"]
        shortened = brentq(lambda share: self._extension(share) - lost, 0.0, 0.3)
        self.shortening_per_tone = shortened / (dominant.tone_flexors - self.balanced.tone_flexors)

    def _path(self, degrees: np.ndarray, field: str) -> Path:
        """Lengths and weights along one posture field, all else balanced."""
        lengths, energy = [], []
        for value in degrees:
            if field == "tilt_deg":
                posture = replace(self.balanced, tilt_deg=float(value))
            else:
                posture = replace(
                    self.balanced, hip_flexion_left_deg=float(value), hip_flexion_right_deg=float(value)
                )
            with self.body.lock:
                pose = self.body.skeleton.place(posture)
                lengths.append(self.body.muscle_length_mm(pose.length) / 1000.0)
                energy.append(self.body.skeleton.potential_energy(GRAVITY))
        angle = np.radians(degrees)
        length = np.array(lengths)
        change = length - self.body.balanced_length_mm / 1000.0
        norm = 1.0 + change / self.strength.fibre_length
        return Path(angle, norm, np.gradient(length, angle, axis=0), np.gradient(np.array(energy), angle))

    def _torque(self, posture: Posture) -> np.ndarray:
        """(n,) N m along the tilt path, forward positive: muscles and weight, without what is calibrated."""
        tension = self.strength.tension(self.tilt.norm_length, self.strength.activation(posture))
        return -(tension * self.tilt.arm).sum(axis=1) - self.tilt.weight

    def _flexor_torque(self, shortened: float) -> np.ndarray:
        """(n,) N m along the extension path: passive pull of the flexors, their fibres `shortened` by a share."""
        length = self.extension.norm_length / (1.0 - shortened * self.is_flexor)
        return (self.strength.passive(length) * np.clip(-self.extension.arm, 0.0, None)).sum(axis=1)

    def _extension(self, shortened: float) -> float:
        """Degrees of hip extension at which that pull reaches the stop."""
        torque = self._flexor_torque(shortened)
        # Torque falls as the thigh comes forward; interp wants it rising.
        return float(-np.degrees(np.interp(self.stop_torque, torque[::-1], self.extension.angle[::-1])))

    def _shortened(self, posture: Posture) -> float:
        """Share by which a flexor tone above balanced has shortened the fibres."""
        return self.shortening_per_tone * max(posture.tone_flexors - self.balanced.tone_flexors, 0.0)

    def at(self, posture: Posture) -> Balance:
        """Where the tones of `posture` bring the pelvis to rest, and the hip extension they leave."""
        angle = self.tilt.angle
        net = self._torque(posture) + self.constant - self.spring * angle
        falling = np.flatnonzero((net[:-1] > 0) & (net[1:] <= 0))
        if len(falling):
            # The stable rest nearest to neutral; net torque falls through zero there.
            step = falling[np.argmin(np.abs(angle[falling]))]
            rest = angle[step] + (angle[step + 1] - angle[step]) * net[step] / (net[step] - net[step + 1])
        else:
            rest = angle[-1] if net[-1] > 0 else angle[0]
        extension = self._extension(self._shortened(posture))
        return Balance(
            rest_tilt_deg=float(np.degrees(rest)),
            torque_nm=float(np.interp(np.radians(posture.tilt_deg), angle, net)),
            hip_extension_deg=extension,
            hip_extension_change_deg=extension - self.healthy_extension_deg,
            calibrated={
                "constant_nm": self.constant,
                "spring_nm_per_deg": self.spring * np.pi / 180.0,
                "hip_extension_stop_nm": self.stop_torque,
                "flexor_shortening_percent": 100.0 * self._shortened(posture),
            },
        )


def balance(anatomy: Anatomy, posture: Posture) -> Balance:
    """Resting tilt, net torque and hip extension for the tones of `posture`."""
    return anatomy.prepared(Balancer).at(posture)
