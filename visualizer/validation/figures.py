"""The published figures of `assets/anatomy/published.toml`, and how a model's value stands to one.

A figure is a mean with its standard deviation, a mean alone (then with a tolerance), a range, or one limit.
"""

from __future__ import annotations

from typing import Any

import msgspec

from visualizer.anatomy.load import AssetFolder, blamed_on
from visualizer.anatomy.model import Anatomy
from visualizer.anatomy.schema import convert

FILE = "anatomy/published.toml"


class Lever(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A moment arm: of `muscles`, `about` a movement of `levers.MOVEMENTS`, mean over the postures `at`.

    part: [first, last] tenths of a broad muscle's fibre lines, front to back or from above downwards.
    """

    muscles: list[str]
    about: str
    at: tuple[dict[str, float], ...] = ({},)
    part: tuple[int, int] = (0, 10)


class Lengthening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Length of `muscles` in the posture `at` less that in the posture `than`, both as changes from balanced."""

    muscles: list[str]
    at: dict[str, float]
    than: dict[str, float] = {}


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published figure; `source` is a key of the sources, `status` V, V2, M or C.

    beyond: how far a range may be exceeded, in the unit. basis: "independent", "built" (the model is made from it) or
    "calibrated" (a free value was fitted to it). note: what a reader must know; why: what explains a model outside.
    arm, less, longer: what the model's value is, where it is a moment arm (less another) or a change of length.
    """

    id: str
    quantity: str
    unit: str
    source: str
    status: str
    mean: float | None = None
    sd: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None
    beyond: float = 0.0
    basis: str = "independent"
    note: str = ""
    why: str = ""
    arm: Lever | None = None
    less: Lever | None = None
    longer: Lengthening | None = None


class Group(msgspec.Struct, frozen=True):
    """Figures that stand together in the table."""

    title: str
    figures: list[Figure]


class Tolerance(msgspec.Struct, frozen=True):
    """How far the model may be from a mean without SD: `percent` of it, at least `least` by unit."""

    percent: float
    least: dict[str, float]

    def allowed(self, figure: Figure) -> float:
        """In the figure's own unit."""
        return max(self.least[figure.unit], abs(figure.mean or 0.0) * self.percent / 100.0)

    def words(self, figure: Figure) -> str:
        """The rule as a reader sees it."""
        least, unit = self.least[figure.unit], "points" if figure.unit == "%" else figure.unit
        return f"{least:g} {unit} or {self.percent:g} %" if least else f"{self.percent:g} %"


class Published(msgspec.Struct, frozen=True):
    """The whole file; `models` are the sources that are other models."""

    models: list[str]
    tolerance: Tolerance
    source: dict[str, str]
    group: list[Group]

    def figures(self) -> list[Figure]:
        """All of them, in order."""
        return [figure for group in self.group for figure in group.figures]

    def kind(self, figure: Figure) -> str:
        """What the row compares the model with: what "made" it, another "model", or "people" (living or cadavers)."""
        if figure.basis != "independent":
            return "made"
        return "model" if figure.source in self.models else "people"


def published(anatomy: Anatomy) -> Published:
    """The figures that come with `anatomy`. Raises UserError where the file is damaged."""
    table: dict[str, Any] = AssetFolder(anatomy.root).table(FILE)
    with blamed_on(FILE):
        return convert(table, Published)


def span(figure: Figure) -> str:
    """The published value in words: "12.4 ± 4.4", "20 to 23", "at most 15"."""
    if figure.mean is not None:
        return f"{figure.mean:g}" + (f" ± {figure.sd:g}" if figure.sd is not None else "")
    if figure.low is not None and figure.high is not None:
        return f"{figure.low:g} to {figure.high:g}"
    return f"at most {figure.high:g}" if figure.high is not None else f"at least {figure.low:g}"


def verdict(figure: Figure, model: float, tolerance: Tolerance) -> str:
    """How the model stands to the figure: "within 1 SD", "within the range, 20 to 23", "outside" and the like."""
    if figure.basis == "calibrated":
        return "calibrated, no test"
    if figure.mean is None:
        low = -float("inf") if figure.low is None else figure.low
        high = float("inf") if figure.high is None else figure.high
        kind = "range" if figure.low is not None and figure.high is not None else "limit"
        inside = low - figure.beyond <= model <= high + figure.beyond
        slack = f", give or take {figure.beyond:g}" if figure.beyond else ""
        return f"{'within' if inside else 'outside'} the {kind}, {span(figure)}{slack}"
    away = abs(model - figure.mean)
    if figure.sd is None:
        return f"within {tolerance.words(figure)}" if away <= tolerance.allowed(figure) else "outside"
    if away <= figure.sd:
        return "within 1 SD"
    return "within 2 SD" if away <= 2 * figure.sd else "outside"
