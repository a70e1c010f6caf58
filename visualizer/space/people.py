"""How a posture's findings hold over people: the spread of the bodies that the asset build carried the model's onto.

Takes `assets/anatomy/people.toml`; gives a `Spread` for each site and measure of a posture that was worked out for all
of them: a preset, or one whose tilt alone was changed; between the tilts worked out it is linear. It is a spread of
anatomy, in so many bodies: no confidence interval, and never the patient's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from visualizer.anatomy.load import AssetFolder, blamed_on
from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.anatomy.schema import convert
from visualizer.body.posture import Posture, presets
from visualizer.space.shares import MOVING, premise_fields

PATH = "anatomy/people.toml"
# Of each measure at each tilt: the shipped body's value and change, and 5th to 95th percentile over people; how many of
# them change the way that it does, and how many have such a value.
COLUMNS = ("now", "low", "high", "change", "change_low", "change_high", "same_sign", "of")
# What else than the tilt shapes a body; strengths, say, act through the tilt alone.
SHAPING = (
    *(name for group in MOVING for name in premise_fields(group) if name != "tilt_deg"),
    *(f"nerve_variant_{side}" for side in SIDES),
)
# A change has a common sign where no more than so many bodies change the other way.
MOST_OTHERS = 1


@dataclass(frozen=True)
class Spread:
    """5th to 95th percentile over people, in the measure's unit: of its change from balanced, and of its value.

    same_sign: how many `of` them change the way that the model's body does.
    """

    low: float
    high: float
    now_low: float
    now_high: float
    same_sign: int
    of: int

    @property
    def common(self) -> bool:
        """Whether all people, but for MOST_OTHERS, change the same way."""
        return self.of - self.same_sign <= MOST_OTHERS


class Range(msgspec.Struct, frozen=True):
    """A preset at several tilts: by site and measure a row of COLUMNS for each tilt, an empty one for no such value."""

    posture: str
    tilt_deg: list[float]
    site: dict[str, dict[str, list[list[float]]]]


class People(msgspec.Struct, frozen=True):
    """`people.toml`: made from the body whose digest is `body`."""

    people: int
    body: str
    range: list[Range]


def read(root: AssetFolder) -> People | None:
    """The file, or None where there is none. Raises UserError on a damaged one."""
    if PATH not in root.sha256:
        return None
    table = root.table(PATH)
    with blamed_on(PATH):
        return convert(table, People)


@dataclass(frozen=True)
class Worked:
    """One range, ready: postures that differ from `base` by their tilt alone; table (tilts, keys, columns)."""

    base: Posture
    tilt_deg: np.ndarray
    keys: tuple[tuple[str, str], ...]
    table: np.ndarray

    def holds(self, posture: Posture) -> bool:
        """Whether the posture lies in this range."""
        low, high = float(self.tilt_deg[0]), float(self.tilt_deg[-1])
        alike = all(getattr(self.base, name) == getattr(posture, name) for name in SHAPING)
        return low <= posture.tilt_deg <= high and alike

    def at(self, tilt_deg: float) -> dict[tuple[str, str], Spread]:
        """The spreads at one tilt."""
        after = int(np.clip(np.searchsorted(self.tilt_deg, tilt_deg), 0, len(self.tilt_deg) - 1))
        before = max(after - 1, 0)
        span = self.tilt_deg[after] - self.tilt_deg[before]
        share = (tilt_deg - self.tilt_deg[before]) / span if span else 1.0
        values = (1.0 - share) * self.table[before] + share * self.table[after]
        # At a tilt that was worked out, the one before it tells nothing.
        met = self.table[[after] if share == 1.0 else [before, after]]
        counts = met[:, :, -2:].min(axis=0).astype(int)
        return {
            key: Spread(float(low), float(high), float(now_low), float(now_high), int(same), int(of))
            for key, (_, now_low, now_high, _, low, high, *_), (same, of) in zip(
                self.keys, values, counts, strict=True
            )
            if of > 0
        }


def worked(one: Range, bases: Mapping[str, Posture]) -> Worked:
    """A range of the file, made ready."""
    keys = tuple((site, measure) for site, rows in one.site.items() for measure in rows)
    none = [0.0] * len(COLUMNS)
    table: list[Any] = [[row or none for row in one.site[site][measure]] for site, measure in keys]
    return Worked(
        bases[one.posture], np.array(one.tilt_deg), keys, np.array(table, dtype=float).transpose(1, 0, 2)
    )


class PreparedPeople:
    """An anatomy's ranges, read once; none where the body was not carried onto people."""

    def __init__(self, anatomy: Anatomy) -> None:
        known = read(AssetFolder(anatomy.root))
        bases = presets(anatomy.root)
        self.ranges = [worked(one, bases) for one in known.range if one.posture in bases] if known else []

    def spreads(self, posture: Posture) -> dict[tuple[str, str], Spread]:
        """By site and measure, the same for both sides; empty for a posture that was not worked out."""
        for one in self.ranges:
            if one.holds(posture):
                return one.at(posture.tilt_deg)
        return {}


def spreads(anatomy: Anatomy, posture: Posture) -> dict[tuple[str, str], Spread]:
    """How each measure of each site is spread over people in `posture`; empty where that is not known."""
    return anatomy.prepared(PreparedPeople).spreads(posture)
