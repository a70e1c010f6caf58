"""What a posture changes at each site, and which premise causes how much of it.

Takes a posture; gives a `Finding` for each measure of `sites.toml` and each side. Premises are switched from balanced
to the posture's group by group: tilt (with the lumbar share), tone, rotation (the limbs' position: hips and knees) and
disc height. What a group adds is averaged over all orders of switching (the Shapley value), so that the shares add up
to the change and no order is preferred. Up to sixteen postures are solved: call it when the posture is at rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, permutations

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import FIELD_NAMES, Posture
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve
from visualizer.forces.muscle_state import MuscleState, muscle_states
from visualizer.space.corridor import Corridor, corridor
from visualizer.space.ladder import Level
from visualizer.space.room import PreparedRoom

# Group of premises -> how the names of its fields begin.
PREMISES = {
    "tilt": ("tilt_", "lumbar_"),
    "tone": ("tone_",),
    "rotation": ("hip_", "knee_"),
    "disc": ("disc_",),
}
Coalition = frozenset[str]


@dataclass(frozen=True)
class Finding:
    """One measure at one site of one side, against balanced.

    balanced, now, change: in `unit`; None where the posture has no such value. level, level_balanced: place on the
    ladder. reason: why it cannot be told, as a key of the text files' `reason` table, else "". set_by_user: a premise
    itself sets the value. place_mm: where on the nerve the site has least room, in the room, LPS. shares: what each
    premise contributes to the change; they add up to it (empty until worked out, or without a change to share out).
    """

    site: str
    side: str
    measure: str
    unit: str
    balanced: float | None
    now: float | None
    change: float | None
    level: Level
    level_balanced: Level
    reason: str
    set_by_user: bool
    place_mm: tuple[float, float, float]
    shares: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Findings:
    """All that the model says of the room in one posture.

    snapshot: the posture; resting: the balanced stance of the same body. items: every measure of every site and side.
    corridor, corridor_balanced: room at every millimetre of the nerve. muscles: state of each muscle by its key.
    """

    snapshot: Snapshot
    resting: Snapshot
    items: tuple[Finding, ...]
    corridor: Corridor
    corridor_balanced: Corridor
    muscles: Mapping[str, MuscleState]

    def tightest(self, side: str) -> tuple[Finding, ...]:
        """One finding a site of that side, its most telling measure, the tightest site first."""
        first: dict[str, Finding] = {}
        for item in self.items:
            if item.side == side:
                first.setdefault(item.site, item)
        return tuple(sorted(first.values(), key=lambda item: -item.level.rank))


def premise_fields(group: str) -> tuple[str, ...]:
    """Fields of `Posture` that belong to a group of premises."""
    return tuple(name for name in FIELD_NAMES if name.startswith(PREMISES[group]))


def changed_premises(balanced: Posture, posture: Posture) -> list[str]:
    """The groups in which the two postures differ."""
    return [
        group
        for group in PREMISES
        if any(getattr(balanced, name) != getattr(posture, name) for name in premise_fields(group))
    ]


def with_premises(balanced: Posture, posture: Posture, chosen: Coalition) -> Posture:
    """`balanced` with the `chosen` groups of premises as in `posture`."""
    values = {name: getattr(posture, name) for group in chosen for name in premise_fields(group)}
    return replace(balanced, **values)


def coalitions(groups: list[str]) -> Iterator[Coalition]:
    """Every set of groups, the empty one first."""
    for size in range(len(groups) + 1):
        yield from map(frozenset, combinations(groups, size))


def shapley(groups: list[str], value: Mapping[Coalition, np.ndarray]) -> dict[str, np.ndarray]:
    """Each group's share of value[all] - value[none], averaged over all orders; arrays of any one shape.

    Where a value is NaN, only orders that never meet it count; NaN where there is none.
    """
    orders = list(permutations(groups))
    added = np.zeros((len(orders), len(groups), *value[frozenset()].shape))
    for row, order in enumerate(orders):
        for place, group in enumerate(order):
            before = frozenset(order[:place])
            added[row, groups.index(group)] = value[before | {group}] - value[before]
    usable = ~np.isnan(added.sum(axis=1))
    count = usable.sum(axis=0)
    total = np.where(usable[:, None], added, 0.0).sum(axis=0)
    shares = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return dict(zip(groups, shares, strict=True))


@lru_cache(maxsize=64)
def tabled(anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """All measures of a posture, (measures, 2), in the order of `sites.toml`; NaN where there is none."""
    of = anatomy.prepared(PreparedRoom)
    values = of.values(solve(anatomy, posture))
    return np.array([values[site, measure] for site, entry in of.sites.items() for measure in entry.measure])


def findings(anatomy: Anatomy, snapshot: Snapshot) -> Findings:
    """What the model says of the room in a solved posture, against balanced in the same body; no shares yet."""
    of = anatomy.prepared(PreparedRoom)
    resting = of.resting(snapshot.posture)
    before, after = of.values(resting), of.values(snapshot)
    items = []
    for site, entry in of.sites.items():
        route = snapshot.routes
        for key, measure in entry.measure.items():
            for column, side in enumerate(SIDES):
                then, now = float(before[site, key][column]), float(after[site, key][column])
                name = f"{entry.place.segment}_{side}"
                rest = resting.routes.get(name, resting.routes[f"l4_{side}"])
                row = int(np.argmin(np.abs(rest[:, 2] * 1000.0 - np.mean(entry.place.z_mm))))
                place = route.get(name, route[f"l4_{side}"])[row] * 1000.0
                level = Level.SNUG if measure.severity(known(now)) > 0.0 else Level.ROOMY
                items.append(
                    Finding(site, side, key, measure.unit, known(then), known(now), known(now - then), level,
                            Level.ROOMY, "", False, (float(place[0]), float(place[1]), float(place[2])), {})
                )  # fmt: skip
    return Findings(
        snapshot,
        resting,
        tuple(items),
        corridor(anatomy, snapshot),
        corridor(anatomy, resting),
        muscle_states(anatomy, snapshot.posture),
    )


def with_shares(anatomy: Anatomy, found: Findings) -> Findings:
    """The same with each change shared out among the premises. Solves up to sixteen postures: not for every frame."""
    posture, balanced = found.snapshot.posture, found.resting.posture
    groups = changed_premises(balanced, posture)
    value = {
        chosen: tabled(anatomy, with_premises(balanced, posture, chosen)) for chosen in coalitions(groups)
    }
    shares = shapley(groups, value)
    items = []
    for index, item in enumerate(found.items):
        place = index // 2, index % 2
        own = {group: float(shares[group][place]) if group in shares else 0.0 for group in PREMISES}
        items.append(replace(item, shares=own if all(np.isfinite(list(own.values()))) else {}))
    return replace(found, items=tuple(items))


def known(value: float) -> float | None:
    """The number, or None for one that is not."""
    return float(value) if np.isfinite(value) else None
