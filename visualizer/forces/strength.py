"""What the muscles can do: tension from length, activation, strength and shortness.

Takes fibre lengths against the balanced stance's and activations; gives forces in newtons. Curves of Thelen 2003; their
figures stand in `assets/anatomy/balance.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import SHORTENED, Posture

GLUTEALS = ("gluteus_maximus", "gluteus_medius")


@dataclass(frozen=True, eq=False)
class Strength:
    """What the muscles can do.

    names (muscles,). peak_force (muscles,) N along the tendon; capacity_n (muscles, 2) its bounds, from the smallest
    and the largest published area. fibre_length (muscles,) m at which they pull best: in the balanced stance, if
    at_rest (muscles,), the length there against that, is 1. curves: figures of the curves.
    """

    names: tuple[str, ...]
    tone_group: tuple[str, ...]
    peak_force: np.ndarray
    capacity_n: np.ndarray
    fibre_length: np.ndarray
    at_rest: np.ndarray
    curves: dict[str, float]
    activation_at_full_tone: float

    def set_by(self, posture: Posture) -> Strength:
        """The same muscles with the strength and shortness of `posture`."""
        share = dict.fromkeys(GLUTEALS, posture.gluteal_strength_percent / 100.0)
        left = {name: 1.0 - getattr(posture, f"short_{name}_percent") / 100.0 for name in SHORTENED}
        return replace(
            self,
            peak_force=self.peak_force * np.array([share.get(name, 1.0) for name in self.names]),
            at_rest=self.at_rest / np.array([left.get(name, 1.0) for name in self.names]),
        )

    def split(self, muscle: np.ndarray, share: np.ndarray) -> Strength:
        """Parts of these muscles: of which (parts,) muscle each is, and which (parts,) share of it."""
        return replace(
            self,
            names=tuple(self.names[index] for index in muscle),
            tone_group=tuple(self.tone_group[index] for index in muscle),
            peak_force=self.peak_force[muscle] * share,
            capacity_n=self.capacity_n[muscle] * share[:, None],
            fibre_length=self.fibre_length[muscle],
            at_rest=self.at_rest[muscle],
        )

    def activation(self, posture: Posture) -> np.ndarray:
        """(muscles,) share of full activation that the tones of `posture` stand for."""
        tone = np.array([getattr(posture, f"tone_{group}") for group in self.tone_group])
        return tone * self.activation_at_full_tone

    def passive(self, norm_length: np.ndarray) -> np.ndarray:
        """Passive force (…, muscles) N at lengths against the balanced stance's; 0 where slack."""
        exponent, strain = self.curves["passive_exponent"], self.curves["passive_strain"]
        stretch = np.clip(norm_length * self.at_rest - 1.0, 0.0, None) / strain
        return self.peak_force * np.expm1(exponent * stretch) / np.expm1(exponent)

    def active(self, norm_length: np.ndarray, activation: np.ndarray | float) -> np.ndarray:
        """Active force (…, muscles) N."""
        off = norm_length * self.at_rest - 1.0
        return np.asarray(self.peak_force * activation * np.exp(-(off**2) / self.curves["active_width"]))

    def tension(self, norm_length: np.ndarray, activation: np.ndarray) -> np.ndarray:
        """Total force (…, muscles) N."""
        return self.active(norm_length, activation) + self.passive(norm_length)


class Figures:
    """An anatomy's `balance.toml`, and what its muscles can do by it."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.table: dict[str, Any] = AssetFolder(anatomy.root).table("anatomy/balance.toml")
        curves = self.table["curves"]
        along = np.cos(np.radians([muscle.pennation_deg for muscle in anatomy.muscles]))
        area = np.array([muscle.pcsa_cm2 for muscle in anatomy.muscles])
        self.strength = Strength(
            names=tuple(muscle.name for muscle in anatomy.muscles),
            tone_group=tuple(muscle.tone_group for muscle in anatomy.muscles),
            peak_force=np.array([muscle.peak_force_n for muscle in anatomy.muscles]) * along,
            capacity_n=area * curves["specific_tension_n_per_cm2"] * along[:, None],
            fibre_length=np.array([muscle.fibre_length_mm for muscle in anatomy.muscles]) / 1000.0,
            at_rest=np.ones(len(anatomy.muscles)),
            curves=curves,
            activation_at_full_tone=self.table["tone"]["activation_at_full_tone"],
        )
