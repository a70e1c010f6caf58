"""The places where the sciatic nerve's room is measured, and what published studies say of each measure.

Takes `assets/anatomy/sites.toml`; gives names, places, units and figures, and the severity that colours a value.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from visualizer.anatomy.load import AssetFolder, blamed_on
from visualizer.anatomy.schema import convert

PATH = "anatomy/sites.toml"


class Figure(msgspec.Struct, frozen=True):
    """A published value: mean with SD and n, or lowest and highest; its source and status (V, V2, M, C)."""

    source: str
    status: str
    mean: float | None = None
    sd: float | None = None
    n: int | None = None
    range: tuple[float, float] | None = None


class Critical(msgspec.Struct, frozen=True):
    """A published value at or beyond which nerves were found pressed, or patients told from healthy people."""

    value: float
    meaning: str
    source: str
    status: str


class Measure(msgspec.Struct, frozen=True):
    """One quantity at a site. worse is `smaller` or `larger`; no_severity says why a value is not judged."""

    unit: str
    definition: dict[str, str]
    worse: str
    normal: Figure | None = None
    critical: Critical | None = None
    no_severity: str = ""

    def severity(self, value: float | None) -> float:
        """0-1 for a value in `unit`: 0 at or better than normal, 1 at or beyond critical, linear between.

        Normal is the published mean, or else that end of the normal range which lies towards critical. 0 where there is
        no value or no published threshold.
        """
        start = self.unharmed
        if value is None or start is None or self.critical is None:
            return 0.0
        return min(max((value - start) / (self.critical.value - start), 0.0), 1.0)

    @property
    def unharmed(self) -> float | None:
        """The value at which severity leaves 0, None without a published normal value."""
        if self.normal is None or self.normal.mean is not None:
            return None if self.normal is None else self.normal.mean
        if self.normal.range is None:
            return None
        return self.normal.range[0] if self.worse == "smaller" else self.normal.range[1]


class Place(msgspec.Struct, frozen=True):
    """Where along the nerve a site lies: a segment, and heights (from, to) in mm on its resting route."""

    segment: str
    z_mm: tuple[float, float]
    between: dict[str, str]


class Site(msgspec.Struct, frozen=True):
    """One site: names by language, the place, and its measures by key, the most telling first."""

    clinical: dict[str, str]
    lay: dict[str, str]
    place: Place
    measure: dict[str, Measure]


@cache
def sites(root: Path) -> dict[str, Site]:
    """All sites by key, from the top downwards. Raises UserError on a damaged file."""
    table = AssetFolder(root).table(PATH)
    with blamed_on(PATH):
        return {key: convert(entry, Site) for key, entry in table["site"].items()}
