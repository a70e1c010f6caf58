"""All forces of one posture, and where in the room they act: what the picture shows and the words say of them.

Takes an anatomy and a posture; gives `Acting`. Takes some tenths of a second: not for every frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.muscles import resample
from visualizer.body.posture import Posture
from visualizer.body.solve import PreparedBody
from visualizer.forces.draws import Draws, Interval, interval
from visualizer.forces.extension import Extension, hip_extension
from visualizer.forces.loads import Loads, loads
from visualizer.forces.mechanics import FOOT_OF
from visualizer.forces.stance import Stance, stance

# Less than this is no pull to compare with: a muscle at rest would seem to pull without end, N.
LEAST_PULL_N = 1.0


@dataclass(frozen=True, eq=False)
class Acting:
    """Forces of `posture`, room frame, m.

    loads: None lying down. ratio: muscle's key -> its pull against the balanced stance's, draw by draw. stance: on one
    foot, else None. extension: of the hips, by knee. lines: muscle's key -> (n, 3) middle of its fibre lines, from the
    insertion to the origin. discs: level -> (3, 3) its middle, the way up square to it, the way forwards along it.
    balanced: those of the balanced stance; None of these themselves.
    """

    posture: Posture
    loads: Loads | None
    ratio: dict[str, Interval]
    stance: Stance | None
    extension: dict[str, Extension]
    lines: dict[str, np.ndarray]
    discs: dict[str, np.ndarray]
    balanced: Acting | None


def acting(anatomy: Anatomy, posture: Posture) -> Acting:
    """Every force of `posture` that is shown."""
    balanced = anatomy.prepared(Draws).equilibrium.balanced
    return _acting(anatomy, posture, _acting(anatomy, balanced, None))


def _acting(anatomy: Anatomy, posture: Posture, balanced: Acting | None) -> Acting:
    side = FOOT_OF.get(posture.support)
    return Acting(
        posture=posture,
        loads=loads(anatomy, posture),
        ratio=_ratio(anatomy, posture),
        stance=None if side is None else stance(anatomy, posture, side),
        extension=hip_extension(anatomy, posture),
        lines=_lines(anatomy, posture),
        discs=anatomy.prepared(Draws).equilibrium.mechanics.discs(posture),
        balanced=balanced,
    )


def _ratio(anatomy: Anatomy, posture: Posture) -> dict[str, Interval]:
    if posture.support == "lying":
        return {}
    draws = anatomy.prepared(Draws)
    now, before = (draws.shared(one).muscle_n for one in (posture, draws.equilibrium.balanced))
    ratio = np.maximum(now, LEAST_PULL_N) / np.maximum(before, LEAST_PULL_N)
    return {muscle.key: interval(ratio[:, i]) for i, muscle in enumerate(anatomy.muscles)}


def _lines(anatomy: Anatomy, posture: Posture) -> dict[str, np.ndarray]:
    body = anatomy.prepared(PreparedBody)
    with body.lock:
        pose = body.skeleton.place(posture, body.fibres)
    paths = resample(pose.path_points, pose.path_count, pose.path_share)
    middle = np.add.reduceat(paths, body.first_fibre, axis=1) / body.fibre_count[:, None]
    return {
        muscle.key: line[::-1].astype(float)
        for muscle, line in zip(anatomy.muscles, middle.transpose(1, 2, 0), strict=True)
    }
