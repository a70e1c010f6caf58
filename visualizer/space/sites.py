"""The places where the sciatic nerve's room is measured, what studies say of each measure, and its steps on the ladder.

Takes `assets/anatomy/sites.toml`; gives names, places, units, figures and bounds, and the `Level` of a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from visualizer.anatomy.load import AssetFolder, blamed_on
from visualizer.anatomy.schema import convert
from visualizer.space.ladder import Level, level_of

PATH = "anatomy/sites.toml"
# The measure that the corridor is judged by, of a site or of any millimetre.
ROOM = "room"


class Figure(msgspec.Struct, frozen=True):
    """A published value: mean with SD and n, or lowest and highest; its source and status (V, V2, M, C)."""

    source: str
    status: str
    mean: float | None = None
    sd: float | None = None
    n: int | None = None
    range: tuple[float, float] | None = None


class Bound(msgspec.Struct, frozen=True):
    """A step of the ladder: its value, what is true from there on, source, status (also "convention": our own choice).

    of: what the value is a share of: "balanced", the place's own then; "thickness", the nerve's there; or "".
    """

    value: float
    meaning: str
    source: str
    status: str
    of: str = ""

    def at(self, of: Mapping[str, float]) -> float:
        """The bound in the measure's own unit."""
        return self.value * of[self.of] if self.of else self.value


class Measure(msgspec.Struct, frozen=True):
    """One quantity at a site. worse is `smaller` or `larger`; error is the change that cannot be told from none.

    set_by: fields of the posture that set the quantity directly. no_limit says why a measure has no step of the ladder.
    """

    unit: str
    definition: dict[str, str]
    worse: str
    error: float | None = None
    error_share: float = 0.0
    set_by: tuple[str, ...] = ()
    normal: Figure | None = None
    snug: Bound | None = None
    tight: Bound | None = None
    pressed: Bound | None = None
    no_limit: str = ""

    @property
    def bounds(self) -> tuple[Bound | None, Bound | None, Bound | None]:
        """Where snug, tight and pressed begin."""
        return self.snug, self.tight, self.pressed

    @property
    def judged(self) -> bool:
        """Whether the measure has a place on the ladder."""
        return any(self.bounds)

    @property
    def critical(self) -> Bound | None:
        """The bound against which room is counted: the published cut-off."""
        return self.tight or self.pressed or self.snug

    def level(self, value: float, of: Mapping[str, float]) -> Level:
        """Place of a finite value on the ladder; `of`: the place's "balanced" value and the nerve's "thickness"."""
        at = [None if bound is None else bound.at(of) for bound in self.bounds]
        return level_of(value, at, self.worse == "smaller")

    def tellable(self, value: float) -> float:
        """The least change from `value` that the measure can tell."""
        return max(self.error or 0.0, self.error_share * abs(value))


class Place(msgspec.Struct, frozen=True):
    """Where along the nerve a site lies: a segment, and heights (from, to) in mm on its resting route."""

    segment: str
    z_mm: tuple[float, float]
    between: dict[str, str]


class Site(msgspec.Struct, frozen=True):
    """One site: names by language, the place, and its measures by key, the most telling first.

    where, where_clinical: the name as a place in a sentence ("under the pear-shaped muscle"). of_sciatic: whether the
    sciatic nerve passes. checked: joint -> degrees between which the site was held against what `checked_against` says.
    """

    clinical: dict[str, str]
    lay: dict[str, str]
    where: dict[str, str]
    where_clinical: dict[str, str]
    place: Place
    measure: dict[str, Measure]
    of_sciatic: bool = True
    checked: dict[str, tuple[float, float]] = {}
    checked_against: str = ""

    def was_checked(self, joints_deg: Mapping[str, float], side: str) -> bool:
        """Whether a posture with these joint angles lies where the site was checked."""
        return all(
            low <= joints_deg.get(f"{joint}_{side}", joints_deg.get(joint, 0.0)) <= high
            for joint, (low, high) in self.checked.items()
        )


class Gates(msgspec.Struct, frozen=True):
    """What holds at all sites: overlap_mm, deeper than which surfaces that overlap tell nothing."""

    overlap_mm: float
    source: str
    status: str


class Sites(msgspec.Struct, frozen=True):
    """The whole file: sites by key from the top downwards, the measure that judges the corridor, the gates."""

    site: dict[str, Site]
    room: Measure
    gates: Gates


@cache
def ladder_of_sites(root: Path) -> Sites:
    """The whole file. Raises UserError on a damaged one."""
    table = AssetFolder(root).table(PATH)
    with blamed_on(PATH):
        shared = table["measure"]
        for entry in table["site"].values():
            entry["measure"] = {key: shared_with(own, shared) for key, own in entry["measure"].items()}
        return convert({"site": table["site"], "room": shared[ROOM], "gates": table["gates"]}, Sites)


def shared_with(own: dict[str, Any], shared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A measure's table, with what it is `like` filled in."""
    rest = {key: value for key, value in own.items() if key != "like"}
    return shared[own["like"]] | rest if "like" in own else rest


def sites(root: Path) -> dict[str, Site]:
    """All sites by key, from the top downwards. Raises UserError on a damaged file."""
    return ladder_of_sites(root).site
