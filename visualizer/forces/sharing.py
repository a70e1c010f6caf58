"""The nearest activations that hold: least squares with bounds and balances, for many people at once.

Minimises sum weight (x - target)² with columns x = need and low <= x <= high, for each person. Newton's method on the
multipliers of the balances; where no x holds, the balances are met as well as can be (scipy's bounded least squares).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_STEPS = 60
HALVINGS = 12
# Balances are met to this, N m; one that cannot be met weighs so much more than squared activations.
NEAR_NM = 1e-6
STRICT = 1e3


@dataclass(frozen=True, eq=False)
class Problem:
    """columns (people, rows, n), need (people, rows), target (people, n); weight, low, high (n,) alike for all."""

    columns: np.ndarray
    need: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, multiplier: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best x (people, n) for multipliers (people, rows), and what that leaves of the balances."""
        free = self.target + np.einsum("prn,pr->pn", self.columns, multiplier) / self.weight
        x = np.clip(free, self.low, self.high)
        return x, self.need - np.einsum("prn,pn->pr", self.columns, x)

    def of(self, chosen: np.ndarray) -> Problem:
        """The same for some of the people."""
        return Problem(
            self.columns[chosen], self.need[chosen], self.target[chosen], self.weight, self.low, self.high
        )


def solved(problem: Problem) -> np.ndarray:
    """The best x (people, n)."""
    multiplier = np.zeros(problem.need.shape)
    x, left = problem.at(multiplier)
    for _ in range(MOST_STEPS):
        open_ = np.flatnonzero(np.abs(left).max(axis=1, initial=0.0) > NEAR_NM)
        if not len(open_):
            return x
        multiplier[open_], x[open_], left[open_] = step(problem.of(open_), multiplier[open_], left[open_])
    for person in open_:
        x[person] = as_well_as_can_be(problem, int(person))
    return x


def step(
    problem: Problem, multiplier: np.ndarray, left: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One step of Newton's method, halved for each person until it brings the balances nearer."""
    free = problem.target + np.einsum("prn,pr->pn", problem.columns, multiplier) / problem.weight
    moves = ((free > problem.low) & (free < problem.high)) / problem.weight
    slope = (problem.columns * moves[:, None]) @ problem.columns.transpose(0, 2, 1)
    rows = slope.shape[1]
    slope += np.eye(rows) * (1e-9 * np.trace(slope, axis1=1, axis2=2)[:, None, None] / rows + 1e-12)
    way = np.linalg.solve(slope, left[..., None])[..., 0]
    before = (left**2).sum(axis=1)
    share = np.ones(len(left))
    for _ in range(HALVINGS):
        x, after = problem.at(multiplier + share[:, None] * way)
        worse = (after**2).sum(axis=1) > before
        if not worse.any():
            break
        share[worse] /= 2.0
    return multiplier + share[:, None] * way, x, after


def as_well_as_can_be(problem: Problem, person: int) -> np.ndarray:
    """The best x (n,) where the balances cannot be met: they are missed by as little as possible."""
    from scipy.optimize import lsq_linear  # hardly ever needed, and slow to import

    root = np.sqrt(problem.weight)
    found = lsq_linear(
        np.vstack([np.diag(root), STRICT * problem.columns[person]]),
        np.r_[root * problem.target[person], STRICT * problem.need[person]],
        bounds=(problem.low, problem.high),
        method="bvls",
    )
    return np.asarray(np.clip(found.x, problem.low, problem.high))
