"""Which of several causes gives how much of a change: the Shapley value.

What a cause adds is averaged over all orders in which they can come, so that the shares add up to the change and no
order is preferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, permutations

import numpy as np

Coalition = frozenset[str]


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
