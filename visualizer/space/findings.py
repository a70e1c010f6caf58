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
from visualizer.body.solve import solve
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
    """One measure of one side in a posture, against balanced.

    balanced, now, change: in `unit`; None where the posture has no such value. shares: what each premise contributes to
    the change; they add up to it (empty without a change to share out). severity: 0-1, from published figures alone.
    """

    site: str
    side: str
    measure: str
    unit: str
    balanced: float | None
    now: float | None
    change: float | None
    shares: Mapping[str, float]
    severity: float


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


def findings(anatomy: Anatomy, posture: Posture) -> tuple[Finding, ...]:
    """Every measure of every site and both sides, from the spine downwards.

    Balanced has the nerve variants of `posture`: they are anatomy, no premise.
    """
    of = anatomy.prepared(PreparedRoom)
    balanced = of.resting(posture).posture
    groups = changed_premises(balanced, posture)
    value = {
        chosen: tabled(anatomy, with_premises(balanced, posture, chosen)) for chosen in coalitions(groups)
    }
    before, after = value[frozenset()], value[frozenset(groups)]
    shares = shapley(groups, value)
    found = []
    measures = [(site, *item) for site, entry in of.sites.items() for item in entry.measure.items()]
    for row, (site, key, measure) in enumerate(measures):
        for column, side in enumerate(SIDES):
            place = row, column
            own = {group: float(shares[group][place]) if group in shares else 0.0 for group in PREMISES}
            now = known(after[place])
            found.append(
                Finding(
                    site=site,
                    side=side,
                    measure=key,
                    unit=measure.unit,
                    balanced=known(before[place]),
                    now=now,
                    change=known(after[place] - before[place]),
                    shares=own if all(np.isfinite(list(own.values()))) else {},
                    severity=measure.severity(now),
                )
            )
    return tuple(found)


def known(value: float) -> float | None:
    """The number, or None for one that is not."""
    return float(value) if np.isfinite(value) else None
