"""The nearest activations: as scipy's bounded least squares finds them, and honest where nothing holds."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.forces.sharing import Problem, as_well_as_can_be, solved

PEOPLE, ROWS, UNKNOWNS = 40, 6, 25


def problem(seed: int, reach: float) -> Problem:
    """Random levers; needs that some activation between 0 and `reach` meets."""
    random = np.random.default_rng(seed)
    columns = random.normal(size=(PEOPLE, ROWS, UNKNOWNS)) * 30.0
    need = np.einsum("prn,pn->pr", columns, random.uniform(0.0, reach, (PEOPLE, UNKNOWNS)))
    target = random.uniform(0.0, 0.1, (PEOPLE, UNKNOWNS))
    weight = random.uniform(0.3, 1.0, UNKNOWNS)
    return Problem(columns, need, target, weight, np.zeros(UNKNOWNS), np.ones(UNKNOWNS))


@pytest.mark.parametrize("seed", range(5))
def test_as_bounded_least_squares_finds_it(seed: int) -> None:
    given = problem(seed, 1.0)
    found = solved(given)
    for person in range(PEOPLE):
        assert found[person] == pytest.approx(as_well_as_can_be(given, person), abs=1e-4)
    assert np.einsum("prn,pn->pr", given.columns, found) == pytest.approx(given.need, abs=1e-4)


def test_what_nothing_can_hold_is_missed_by_as_little_as_possible() -> None:
    given = problem(9, 1.0)
    beyond = Problem(given.columns, 50.0 * given.need, given.target, given.weight, given.low, given.high)
    found = solved(beyond)
    assert ((found >= 0.0) & (found <= 1.0)).all()
    missed = np.abs(np.einsum("prn,pn->pr", beyond.columns, found) - beyond.need).max(axis=1)
    assert (missed > 1.0).all()


def test_without_balances_tones_stay() -> None:
    given = problem(1, 1.0)
    free = Problem(given.columns[:, :0], given.need[:, :0], given.target, given.weight, given.low, given.high)
    assert solved(free) == pytest.approx(given.target)
