"""What presses on the lower lumbar discs, what shears them, and what each muscle pulls, in a posture that is held up.

Takes an anatomy and a posture; gives `Loads`, each number a median with its interval over the draws. No height of a
disc is derived from a load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture
from visualizer.forces.draws import Draws, Interval, interval
from visualizer.forces.equilibrium import Shared
from visualizer.forces.mechanics import LOADED


@dataclass(frozen=True)
class LevelLoad:
    """One lumbar level: compression square to the disc, and shear that pushes the upper vertebra forwards, N.

    *_change: against the balanced stance, draw by draw.
    """

    compression: Interval
    compression_change: Interval
    shear: Interval
    shear_change: Interval


@dataclass(frozen=True)
class Loads:
    """Result for a posture.

    levels: "l4_l5", "l5_s1". pull_n: muscle's key -> its force N; pull_change_n: against the balanced stance.
    compression_by_psoas: level -> N of its compression that both psoas muscles pull. unbalanced_nm: largest moment at
    a lumbar level or a hip that the tones alone leave; left_nm: the largest after load sharing, in any draw.
    """

    levels: dict[str, LevelLoad]
    pull_n: dict[str, Interval]
    pull_change_n: dict[str, Interval]
    compression_by_psoas: dict[str, Interval]
    unbalanced_nm: float
    left_nm: float


def loads(anatomy: Anatomy, posture: Posture) -> Loads | None:
    """The loads of `posture`; None where it lies down, since what a couch carries is not known."""
    if posture.support == "lying":
        return None
    draws = anatomy.prepared(Draws)
    mechanics = draws.equilibrium.mechanics
    now, before = draws.shared(posture), draws.shared(draws.equilibrium.balanced)
    change = now.muscle_n - before.muscle_n
    keys = [muscle.key for muscle in anatomy.muscles]
    lever = mechanics.statics(posture).lever
    psoas = np.array([muscle.name == "psoas" for muscle in anatomy.muscles])[mechanics.muscle]
    middle = draws.equilibrium.shared(posture)
    return Loads(
        levels={level: _level(level, now, before) for level in LOADED},
        pull_n={key: interval(now.muscle_n[:, i]) for i, key in enumerate(keys)},
        pull_change_n={key: interval(change[:, i]) for i, key in enumerate(keys)},
        compression_by_psoas={
            level: interval(-now.force[:, psoas] @ lever[f"{level}_height"][psoas]) for level in LOADED
        },
        unbalanced_nm=max(float(np.abs(moment).max()) for moment in middle.unbalanced.values()),
        left_nm=max(float(np.abs(moment).max()) for moment in now.left.values()),
    )


def _level(level: str, now: Shared, before: Shared) -> LevelLoad:
    compression, pressed = (-shared.along[f"{level}_height"] for shared in (now, before))
    shear, sheared = (shared.along[f"{level}_shear"] for shared in (now, before))
    return LevelLoad(
        interval(compression), interval(compression - pressed), interval(shear), interval(shear - sheared)
    )
