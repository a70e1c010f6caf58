"""What a posture changes at each site: a `Finding` for each measure of `sites.toml` and each side, with its level.

Takes a solved posture and compares it with the balanced stance of the same body. `findings` follows a slider;
`with_shares` adds which premise causes how much, which solves up to sixteen postures: call it when the posture is at
rest.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve
from visualizer.forces.muscle_state import muscle_states
from visualizer.forces.shapley import coalitions, shapley
from visualizer.space.corridor import corridor
from visualizer.space.finding import Finding, Findings
from visualizer.space.gates import found
from visualizer.space.room import PreparedRoom
from visualizer.space.shares import acting_premises, by_premise, finite, with_premises

__all__ = ["Finding", "Findings", "findings", "with_shares"]


@lru_cache(maxsize=64)
def tabled(anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """All measures of a posture, (measures, 2), in the order of `sites.toml`; NaN where there is none."""
    of = anatomy.prepared(PreparedRoom)
    snapshot = solve(anatomy, posture)
    values = of.measured(snapshot, corridor(anatomy, snapshot)).values
    return np.array([values[site, measure] for site, entry in of.sites.items() for measure in entry.measure])


def findings(anatomy: Anatomy, snapshot: Snapshot) -> Findings:
    """What the model says of the room in a solved posture, against balanced in the same body; no shares yet."""
    of = anatomy.prepared(PreparedRoom)
    balanced = of.balanced(snapshot.posture)
    now = of.judged(snapshot, balanced.measured)
    return Findings(
        snapshot,
        balanced.snapshot,
        found(of.ladder, balanced, now),
        now.corridor,
        balanced.corridor,
        muscle_states(anatomy, snapshot),
        tuple(site for site, entry in of.sites.items() if entry.of_sciatic),
    )


def with_shares(anatomy: Anatomy, known: Findings) -> Findings:
    """The same with each change shared out among the premises. Solves up to sixteen postures: not for every frame."""
    from visualizer.forces.settle import tilt_shares  # what the first findings do without

    posture, balanced = known.snapshot.posture, known.resting.posture
    groups = acting_premises(balanced, posture)
    rows = [(item.balanced, item.now) for item in known.items]
    before, after = np.array(rows, dtype=float).reshape(-1, 2, 2).transpose(2, 0, 1)
    value = {
        chosen: tabled(anatomy, with_premises(balanced, posture, chosen))
        for chosen in coalitions(groups)
        if 0 < len(chosen) < len(groups)
    } | {frozenset(groups): after, frozenset(): before}
    shares = shapley(groups, value)
    tilts_deg = tilt_shares(anatomy, posture)
    items = []
    for index, item in enumerate(known.items):
        place = index // 2, index % 2
        own = by_premise({group: float(share[place]) for group, share in shares.items()}, tilts_deg)
        items.append(replace(item, shares=own if finite(own) else {}))
    return replace(known, items=tuple(items))
