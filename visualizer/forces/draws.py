"""What is not known about forces, as seeded draws: every number is then a median with the range of nine draws in ten.

Each draw is one of `People`: how strongly tones activate (by a factor), the muscles' areas (between their published
extremes), where the trunk's mass lies, how stiff the lumbar levels are. The figures stand in
`assets/anatomy/balance.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture
from visualizer.forces.equilibrium import Equilibrium, People, Shared

SEED = 20
PERCENT = (5.0, 50.0, 95.0)
MOST_KNOWN = 16


@dataclass(frozen=True)
class Interval:
    """Nine draws in ten lie from low to high."""

    low: float
    median: float
    high: float


def interval(values: np.ndarray) -> Interval:
    """The median of draws (people,), and between what nine in ten lie."""
    return Interval(*np.percentile(values, PERCENT).tolist())


class Draws:
    """An anatomy made ready: the people, and what the postures that were asked for last are in each of them."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.equilibrium = anatomy.prepared(Equilibrium)
        random = np.random.default_rng(SEED)
        count = self.equilibrium.table["draws"]
        self.people = self.equilibrium.standing(self._drawn(random, count))
        self._known: dict[Posture, Shared] = {}
        self._lock = Lock()

    def _drawn(self, random: np.random.Generator, count: int) -> People:
        """So many people; both sides, and the parts of a muscle, alike."""
        table, middle = self.equilibrium.table, self.equilibrium.middle
        strength = middle.strength
        low, high = strength.capacity_n.T
        softest, stiffest = table["level_nm_per_deg_range"]
        size = _alike(random.random, strength.names, count)
        return replace(
            middle,
            strength=replace(strength, peak_force=low + (high - low) * size),
            tone=table["activation_factor"]
            ** (2.0 * _alike(random.random, strength.tone_group, count) - 1.0),
            forward_m=random.uniform(-1.0, 1.0, count) * table["forward_mm"] / 1000.0,
            level_stiffness=np.degrees(random.uniform(softest, stiffest, count)),
        )

    def shared(self, posture: Posture) -> Shared:
        """The load sharing of `posture` in each of the people."""
        with self._lock:
            if posture not in self._known:
                if len(self._known) >= MOST_KNOWN:
                    self._known.pop(next(iter(self._known)))
                self._known[posture] = self.equilibrium.shared(posture, self.people)
            return self._known[posture]


def _alike(draw: Callable[[tuple[int, int]], np.ndarray], names: tuple[str, ...], count: int) -> np.ndarray:
    """(count, names) draws, the same for the same name."""
    different = sorted(set(names))
    return draw((count, len(different)))[:, [different.index(name) for name in names]]
