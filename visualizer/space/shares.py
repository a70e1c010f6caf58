"""Which premise causes how much of a change: the Shapley value over groups of premises.

Premises are switched from balanced to the posture's group by group: tilt (with the lumbar share), tone, rotation (the
limbs' position: hips and knees) and disc height. What a group adds is averaged over all orders of switching, so that
the shares add up to the change and no order is preferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, permutations

import numpy as np

from visualizer.body.posture import FIELD_NAMES, Posture

# Group of premises -> how the names of its fields begin.
PREMISES = {
    "tilt": ("tilt_", "lumbar_"),
    "tone": ("tone_",),
    "rotation": ("hip_", "knee_"),
    "disc": ("disc_",),
}
# The one tone that thickens muscles in the model; the others are forces and move nothing.
THICKENING = ("tone_rotators",)
Coalition = frozenset[str]


def premise_fields(group: str) -> tuple[str, ...]:
    """Fields of `Posture` that belong to a group of premises."""
    return tuple(name for name in FIELD_NAMES if name.startswith(PREMISES[group]))


def acting_premises(balanced: Posture, posture: Posture) -> list[str]:
    """The groups in which the two postures differ by something that moves a surface."""
    return [
        group
        for group in PREMISES
        if any(
            getattr(balanced, name) != getattr(posture, name)
            for name in premise_fields(group)
            if group != "tone" or name in THICKENING
        )
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
