"""Muscle tension from length and tone: normalised active and passive curves.

Takes fibre lengths against optimum and activations; gives forces in newtons. Curves of Thelen 2003; their figures
stand in `assets/anatomy/balance.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture


@dataclass(frozen=True, eq=False)
class Strength:
    """What the muscles can do: peak_force (muscles,) N, along the tendon; fibre_length (muscles,) m; curve figures."""

    peak_force: np.ndarray
    fibre_length: np.ndarray
    tone_group: tuple[str, ...]
    curves: dict[str, float]
    activation_at_full_tone: float

    def activation(self, posture: Posture) -> np.ndarray:
        """(muscles,) share of full activation that the tones of `posture` stand for."""
        tone = np.array([getattr(posture, f"tone_{group}") for group in self.tone_group])
        return tone * self.activation_at_full_tone

    def passive(self, norm_length: np.ndarray) -> np.ndarray:
        """Passive force (…, muscles) N at fibre lengths against optimum; 0 where slack."""
        exponent, strain = self.curves["passive_exponent"], self.curves["passive_strain"]
        stretch = np.clip(norm_length - 1.0, 0.0, None) / strain
        return self.peak_force * np.expm1(exponent * stretch) / np.expm1(exponent)

    def active(self, norm_length: np.ndarray, activation: np.ndarray) -> np.ndarray:
        """Active force (…, muscles) N at fibre lengths against optimum."""
        return (
            self.peak_force * activation * np.exp(-((norm_length - 1.0) ** 2) / self.curves["active_width"])
        )

    def tension(self, norm_length: np.ndarray, activation: np.ndarray) -> np.ndarray:
        """Total force (…, muscles) N."""
        return self.active(norm_length, activation) + self.passive(norm_length)


def strength(anatomy: Anatomy, figures: dict[str, Any]) -> Strength:
    """The muscles of `anatomy` with the curves of `figures` (`balance.toml`)."""
    pennation = np.radians([muscle.pennation_deg for muscle in anatomy.muscles])
    return Strength(
        peak_force=np.array([muscle.peak_force_n for muscle in anatomy.muscles]) * np.cos(pennation),
        fibre_length=np.array([muscle.fibre_length_mm for muscle in anatomy.muscles]) / 1000.0,
        tone_group=tuple(muscle.tone_group for muscle in anatomy.muscles),
        curves=figures["curves"],
        activation_at_full_tone=figures["tone"]["activation_at_full_tone"],
    )
