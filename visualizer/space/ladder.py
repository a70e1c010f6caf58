"""The ladder: one scale for the room at every place, words first. *Roomy, snug, tight, pressed*, or *cannot tell*.

Takes a value and the bounds of `sites.toml`; gives its `Level`. The gates say when a level is not to be believed: a
change that is smaller than the measure's own error cannot move a place on the ladder, though a level that stays where
it was in balance can be told however small the change is.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import numpy as np


class Level(StrEnum):
    """How much room there is; the value is the code in JSON and in the text files."""

    ROOMY = "roomy"
    SNUG = "snug"
    TIGHT = "tight"
    PRESSED = "pressed"
    CANNOT_TELL = "cannot_tell"

    @property
    def rank(self) -> int:
        """Higher is tighter; what cannot be told comes before everything that can."""
        return RANKS[self]


RANKS = {Level.CANNOT_TELL: -1, Level.ROOMY: 0, Level.SNUG: 1, Level.TIGHT: 2, Level.PRESSED: 3}
STEPS = (Level.SNUG, Level.TIGHT, Level.PRESSED)
# Why a level cannot be told: keys of the text files' `reason` table.
NO_VALUE, NO_LIMIT, OUT_OF_RANGE, OVERLAP, SMALL_CHANGE = (
    "no_value",
    "no_limit",
    "out_of_range",
    "overlap",
    "small_change",
)


def reaches(level: Level, beyond: Any) -> Any:
    """Whether a value so far beyond a step's bound (…) has reached it: at the bound itself, but `snug` only past it."""
    return beyond > 0.0 if level is Level.SNUG else beyond >= 0.0


def steps(
    values: np.ndarray | float, bounds: Sequence[np.ndarray | float | None], smaller: bool
) -> np.ndarray:
    """How many of the bounds (snug, tight, pressed; None for one that is not there) values (n,) reach: index in Level.

    `smaller`: whether less is worse.
    """
    reached = np.zeros(np.shape(values), dtype=int)
    sign = 1.0 if smaller else -1.0
    for step, (level, bound) in enumerate(zip(STEPS, bounds, strict=True), start=1):
        if bound is not None:
            reached = np.where(reaches(level, sign * (np.asarray(bound) - values)), step, reached)
    return reached


def level_of(value: float, bounds: Sequence[float | None], smaller: bool) -> Level:
    """The same of one value, as a level."""
    sign, reached = 1.0 if smaller else -1.0, Level.ROOMY
    for level, bound in zip(STEPS, bounds, strict=True):
        if bound is not None and reaches(level, sign * (bound - value)):
            reached = level
    return reached
