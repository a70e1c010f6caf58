"""Load sharing: which activations, nearest to the tones, hold a posture still.

Takes `Posture` and `People` (what is uncertain: draws, or the middle alone); gives `Shared`. At every held hinge,
levers x forces + weight + passive moment = 0; among all activations between 0 and 1 the sum of squared differences
from the tones is least (the usual sum of squares where no tone is set).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import Posture, preset
from visualizer.forces.balance import Balancer
from visualizer.forces.mechanics import LEVELS, Mechanics, Statics
from visualizer.forces.sharing import Problem, solved
from visualizer.forces.strength import Figures, Strength

FLEXIONS = tuple(f"{level}_flexion" for level in LEVELS)
HIPS = tuple(f"hip_flexion_{side}" for side in SIDES)
# How the levels share a movement is known in the mean alone: each may bend off it, where one degree costs as much as a
# muscle that works 2 % off its tone. On a seat the trunk's mass may come to lie elsewhere, 20 mm at that price.
BENDING_COST = 0.02 / np.radians(1.0)
BENDING_RAD = np.radians(5.0)
SLOUCH_COST = 1.0
SLOUCH_M = 0.15
# The hips' spring is calibrated for a pelvis that tilts while one stands: it goes no further than that does, rad.
SPRUNG = np.radians(12.0)


@dataclass(frozen=True, eq=False)
class People:
    """What differs between people and is not known, a row a person.

    strength: of the muscles' parts, with peak_force (people, parts). tone: (people, parts) factor on the activation
    that tones stand for. forward_m: (people,) how much further forward the trunk's mass lies. level_stiffness:
    (people,) N m / rad a lumbar level. rest: (people, 5) N m, the levels' passive moments in the balanced stance, found
    so that the tones of `balanced` hold it.
    """

    strength: Strength
    tone: np.ndarray
    forward_m: np.ndarray
    level_stiffness: np.ndarray
    rest: np.ndarray

    def __len__(self) -> int:
        return len(self.forward_m)


@dataclass(frozen=True, eq=False)
class Shared:
    """Load sharing in one posture, a row a person.

    activation, force: (people, parts) of 1, N. asked: (people, parts) activation that the tones stand for. muscle_n:
    (people, muscles) N of whole muscles. unbalanced: hinge -> (people,) N m that the tones leave; left: the same after
    sharing, what no activation can hold. along: slide -> (people,) N of muscles and weight along it.
    """

    activation: np.ndarray
    force: np.ndarray
    asked: np.ndarray
    muscle_n: np.ndarray
    unbalanced: dict[str, np.ndarray]
    left: dict[str, np.ndarray]
    along: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Free:
    """Unknowns beside the activations: columns (people, rows, n) N m per unit, cost (n,), most (n,) either way."""

    columns: np.ndarray
    cost: np.ndarray
    most: np.ndarray


class Equilibrium:
    """An anatomy made ready for load sharing; `middle`: one person with the middle of all that is uncertain."""

    def __init__(self, anatomy: Anatomy) -> None:
        figures = anatomy.prepared(Figures)
        self.table = figures.table["loads"]
        self.mechanics = anatomy.prepared(Mechanics)
        self.balanced = preset("balanced", anatomy.root)
        self._balanced_statics = self.mechanics.statics(self.balanced)
        self.hip_stiffness = self._hip_stiffness(anatomy.prepared(Balancer).spring)
        strength = figures.strength.split(self.mechanics.muscle, self.mechanics.share)
        self.middle = self.standing(
            People(
                strength=replace(strength, peak_force=strength.peak_force[None]),
                tone=np.ones((1, len(self.mechanics.muscle))),
                forward_m=np.zeros(1),
                level_stiffness=np.degrees([self.table["level_nm_per_deg"]]),
                rest=np.zeros((1, len(FLEXIONS))),
            )
        )

    def _hip_stiffness(self, spring: float) -> float:
        """N m / rad of one hip: half of what the pelvis' calibrated spring leaves beside the lumbar levels."""
        share = self.balanced.lumbar_share
        levels = sum((share * part) ** 2 for part in self.mechanics.rhythm["lumbar_shares"].values())
        return max(spring - float(np.degrees(self.table["level_nm_per_deg"])) * levels, 0.0) / 2.0

    def standing(self, people: People) -> People:
        """`people` with the passive moments of the levels with which the tones hold the balanced stance."""
        statics = self._balanced_statics
        rows = tuple(name for name in statics.held if name not in FLEXIONS)
        force = self._shared(self.balanced, people, statics, rows).force
        moment = force @ statics.levers(FLEXIONS).T + statics.weights(FLEXIONS, people.forward_m)
        return replace(people, rest=-moment)

    def shared(self, posture: Posture, people: People | None = None) -> Shared:
        """The load sharing of `posture`, of the middle alone if no people are given."""
        statics = self.mechanics.statics(posture)
        return self._shared(posture, people or self.middle, statics, statics.held)

    def _passive(self, statics: Statics, people: People, rows: tuple[str, ...]) -> np.ndarray:
        """(people, rows) N m of discs, ligaments and capsules."""
        moment = np.zeros((len(people), len(rows)))
        for place, name in enumerate(rows):
            angle = statics.angle[name]
            if name in FLEXIONS:
                moment[:, place] = people.rest[:, FLEXIONS.index(name)] - people.level_stiffness * angle
            elif name in HIPS:
                moment[:, place] = -self.hip_stiffness * np.clip(angle, -SPRUNG, SPRUNG)
        return moment

    def _free(self, posture: Posture, statics: Statics, people: People, rows: tuple[str, ...]) -> Free:
        """What may give way beside the muscles: levels bend off the rhythm, and on a seat the trunk slouches."""
        bent = [name for name in FLEXIONS if name in rows]
        bending = np.array([[row == name for name in bent] for row in rows], dtype=float)
        bending = bending.reshape(len(rows), len(bent))
        columns = people.level_stiffness[:, None, None] * bending
        cost, most = np.full(bending.shape[1], BENDING_COST), np.full(bending.shape[1], BENDING_RAD)
        if posture.support == "seat":
            slouch = np.array([statics.weight_per_m[name] for name in rows])[:, None]
            columns = np.concatenate([columns, np.broadcast_to(slouch, (len(people), *slouch.shape))], axis=2)
            cost, most = np.r_[cost, SLOUCH_COST], np.r_[most, SLOUCH_M]
        return Free(columns, cost, most)

    def _shared(self, posture: Posture, people: People, statics: Statics, rows: tuple[str, ...]) -> Shared:
        able = people.strength.set_by(posture)
        asked = np.clip(able.activation(posture) * people.tone, 0.0, 1.0)
        passive = able.passive(statics.norm_length)
        full = able.active(statics.norm_length, 1.0)
        lever = statics.levers(rows)
        held = (
            passive @ lever.T + statics.weights(rows, people.forward_m) + self._passive(statics, people, rows)
        )
        pulls = lever * full[:, None]
        free = self._free(posture, statics, people, rows)
        parts = len(self.mechanics.muscle)
        found = solved(
            Problem(
                columns=np.concatenate([pulls, free.columns], axis=2),
                need=-held,
                target=np.concatenate([asked, np.zeros((len(people), len(free.most)))], axis=1),
                weight=np.r_[self.mechanics.share, free.cost**2],
                low=np.r_[np.zeros(parts), -free.most],
                high=np.r_[np.ones(parts), free.most],
            )
        )
        activation, bent = found[:, :parts], found[:, parts:]
        force = full * activation + passive
        left = held + np.einsum("prn,pn->pr", pulls, activation) + np.einsum("prn,pn->pr", free.columns, bent)
        unbalanced = held + np.einsum("prn,pn->pr", pulls, asked)
        slides = tuple(name for name in statics.weight if name not in statics.held)
        along = force @ statics.levers(slides).T + statics.weights(slides, people.forward_m)
        return Shared(
            activation=activation,
            force=force,
            asked=asked,
            muscle_n=force @ self.mechanics.whole,
            unbalanced=dict(zip(rows, unbalanced.T, strict=True)),
            left=dict(zip(rows, left.T, strict=True)),
            along=dict(zip(slides, along.T, strict=True)),
        )
