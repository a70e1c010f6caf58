"""The validation table: one row a published figure, as text for the terminal and as JSON.

Takes an `Anatomy`; gives rows with the model's value, the published one and a verdict. Agreement is a test only where
the model was not made from the figure, so the last line counts those apart.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from visualizer.anatomy.model import Anatomy
from visualizer.validation import glutes, muscles, nerve, spine
from visualizer.validation.bench import Bench
from visualizer.validation.figures import Figure, Published, published, span, verdict

WIDTH = 100
DIGITS = 2
BASIS_NOTE = {
    "independent": "",
    "built": "the model is made from this figure: agreement is no test",
    "calibrated": "a free value of the model was fitted to this figure: agreement is no test",
}
# One sign in the text for each basis.
BASIS_SIGN = {"independent": " ", "built": "=", "calibrated": "~"}


LEGEND = (
    "= the model is made from the figure, ~ a free value was fitted to it: agreement is no test.",
    "st: V seen in the source, V2 through a secondary source, M from memory, C computed from such.",
    "1 SD, 2 SD: within so many standard deviations. tolerance: no SD published, within 20 % or 1 mm",
    "(1 degree, 1 cm³, 1 g, 5 mm², 2 points of per cent). range, limit: within the one given.",
)


@dataclass(frozen=True)
class Row:
    """One figure and what the model says; `model` in `unit`, `published` in words.

    note: what a reader must know, `why` included, which says why the model is outside; both may be empty.
    """

    group: str
    id: str
    quantity: str
    unit: str
    model: float
    mean: float | None
    sd: float | None
    n: int | None
    published: str
    source: str
    status: str
    verdict: str
    basis: str
    note: str
    why: str

    @property
    def outside(self) -> bool:
        """Whether the model is outside of what was published."""
        return self.verdict.startswith("outside")


def measured(anatomy: Anatomy) -> dict[str, float]:
    """The model's value of every quantity, by the id of its figure."""
    bench = Bench(anatomy)
    return spine.values(bench) | glutes.values(bench) | nerve.values(bench) | muscles.values(bench)


def row(group: str, figure: Figure, model: float, table: Published) -> Row:
    """The row of one figure."""
    model = round(model, DIGITS) + 0.0
    word = verdict(figure, model, table.tolerance)
    outside = word.startswith("outside")
    why = figure.why if outside else ""
    notes = [BASIS_NOTE[figure.basis], figure.note]
    if outside and figure.mean is not None and figure.sd is None:
        notes.append(f"no SD published: allowed {table.tolerance.words(figure)}")
    notes.append(why)
    return Row(
        group, figure.id, figure.quantity, figure.unit, model, figure.mean, figure.sd, figure.n, span(figure),
        table.source[figure.source], figure.status, word, figure.basis, "; ".join(note for note in notes if note), why,
    )  # fmt: skip


def rows(anatomy: Anatomy) -> tuple[Row, ...]:
    """Every published figure with the model's value, in the order of `published.toml`."""
    table = published(anatomy)
    model = measured(anatomy)
    return tuple(
        row(group.title, figure, model[figure.id], table) for group in table.group for figure in group.figures
    )


def as_json(table: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Rows as plain dictionaries; `note` only where there is one."""
    keys = ("id", "quantity", "unit", "model", "mean", "sd", "n", "source", "status", "verdict")
    return [
        {key: getattr(row, key) for key in keys} | ({"note": row.note} if row.note else {}) for row in table
    ]


def as_text(table: tuple[Row, ...]) -> str:
    """Rows as a table of WIDTH columns in groups, then the sources by number, and a last line that counts."""
    sources = {name: index for index, name in enumerate(dict.fromkeys(row.source for row in table), 1)}
    lines = [
        f"{'':2}{'quantity':50}{'model':>8} {'published':>15} {'unit':5}{'st':3}{'verdict':10}from",
        *LEGEND,
    ]
    for title, members in groupby(table, key=lambda row: row.group):
        lines += ["", title]
        told = ""
        for row in members:
            lines.append(
                f"{BASIS_SIGN[row.basis]} {row.quantity:50}{row.model:8.4g} {row.published:>15} {row.unit:5}"
                f"{row.status:3}{short(row.verdict):10}[{sources[row.source]}]"
            )
            if row.why != told:
                lines += wrapped(row.why, 6)
            told = row.why
    lines += ["", "Sources"]
    for name, index in sources.items():
        lines += wrapped(f"[{index}] {name}", 2)
    return "\n".join([*lines, "", *wrapped(count(table), 0)])


def short(word: str) -> str:
    """A verdict as the narrow column has it."""
    if word.startswith("outside"):
        return "OUTSIDE"
    known = {"within 1 SD": "1 SD", "within 2 SD": "2 SD", "calibrated, no test": "fitted"}
    return known.get(word) or next((kind for kind in ("range", "limit") if kind in word), "tolerance")


def wrapped(text: str, indent: int) -> list[str]:
    """Text in lines of WIDTH columns."""
    margin = " " * indent
    return textwrap.wrap(text, WIDTH, initial_indent=margin, subsequent_indent=margin)


def count(table: tuple[Row, ...]) -> str:
    """How many are inside and outside, tests apart from what the model was made from."""
    of = Counter((row.basis, row.outside) for row in table)
    return (
        f"{len(table)} figures. Tests: {of['independent', False]} inside, {of['independent', True]} outside. "
        f"Made from the figure: {of['built', False]} inside, {of['built', True]} outside. "
        f"Fitted: {of['calibrated', False]}."
    )
