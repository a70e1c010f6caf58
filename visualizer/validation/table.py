"""The validation table: one row a published figure, as text for the terminal and as JSON.

Takes an `Anatomy`; gives rows with the model's value, the published one and a verdict, in three tables with a total
each: against people, against other models, and what the model was made from, where agreement is no test.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from visualizer.anatomy.model import Anatomy
from visualizer.validation import forces, glutes, levers, muscles, nerve, nerve_course, spine
from visualizer.validation.bench import Bench
from visualizer.validation.figures import Figure, Published, published, span, verdict

WIDTH = 100
DIGITS = 2
BASIS_NOTE = {
    "independent": "",
    "built": "the model is made from this figure: agreement is no test",
    "calibrated": "a free value of the model was fitted to this figure: agreement is no test",
}
# The three tables, and what each is worth.
KINDS = {
    "people": "AGAINST PEOPLE AND CADAVERS: tests",
    "model": "AGAINST OTHER MODELS: agreement shows no more than that two models agree",
    "made": "WHAT THE MODEL WAS MADE FROM: agreement is no test",
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

    kind: "people", "model" or "made", as in `Published.kind`. note: what a reader must know, `why` included, which says
    why the model is outside; both may be empty.
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
    kind: str
    note: str
    why: str

    @property
    def outside(self) -> bool:
        """Whether the model is outside of what was published."""
        return self.verdict.startswith("outside")


def measured(anatomy: Anatomy, table: Published) -> dict[str, float]:
    """The model's value of every quantity, by the id of its figure."""
    bench = Bench(anatomy)
    return (
        spine.values(bench)
        | glutes.values(bench)
        | nerve.values(bench)
        | nerve_course.values(bench)
        | muscles.values(bench)
        | forces.values(bench)
        | levers.values(bench, table.figures())
    )


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
        table.source[figure.source], figure.status, word, figure.basis, table.kind(figure),
        "; ".join(note for note in notes if note), why,
    )  # fmt: skip


def rows(anatomy: Anatomy) -> tuple[Row, ...]:
    """Every published figure with the model's value, in the order of `published.toml`."""
    table = published(anatomy)
    model = measured(anatomy, table)
    return tuple(
        row(group.title, figure, model[figure.id], table) for group in table.group for figure in group.figures
    )


def as_json(table: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Rows as plain dictionaries; `note` only where there is one."""
    keys = ("id", "quantity", "unit", "model", "mean", "sd", "n", "source", "status", "kind", "verdict")
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
    for kind, title in KINDS.items():
        own = [row for row in table if row.kind == kind]
        lines += ["", title]
        for group, members in groupby(own, key=lambda row: row.group):
            lines += ["", group, *printed(members, sources)]
        lines += ["", *wrapped(total(own), 0)]
    lines += ["", "Sources"]
    for name, index in sources.items():
        lines += wrapped(f"[{index}] {name}", 2)
    return "\n".join([*lines, "", *wrapped(count(table), 0)])


def printed(members: Iterable[Row], sources: dict[str, int]) -> list[str]:
    """A line a row, and below it why the model is outside, once where several rows share the reason."""
    lines, told = [], ""
    for row in members:
        lines.append(
            f"{BASIS_SIGN[row.basis]} {row.quantity:50}{row.model:8.4g} {row.published:>15} {row.unit:5}"
            f"{row.status:3}{short(row.verdict):10}[{sources[row.source]}]"
        )
        if row.why != told:
            lines += wrapped(row.why, 6)
        told = row.why
    return lines


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


def total(own: Sequence[Row]) -> str:
    """How many rows of one kind are inside and outside; those with a standard deviation apart."""
    fitted = sum(row.basis == "calibrated" for row in own)
    outside = sum(row.outside for row in own)
    words = f"{len(own)} rows: {len(own) - outside - fitted} inside, {outside} outside"
    if fitted:
        return f"{words}, {fitted} fitted."
    spread = [row for row in own if row.sd is not None]
    if not spread:
        return f"{words}."
    one = sum(row.verdict == "within 1 SD" for row in spread)
    two = sum(row.verdict == "within 2 SD" for row in spread)
    return f"{words}. With an SD {len(spread)}: {one} within 1, {two} within 2, {len(spread) - one - two} outside."


def count(table: tuple[Row, ...]) -> str:
    """All totals in one paragraph."""
    names = {"people": "People", "model": "Other models", "made": "Made from"}
    totals = (f"{names[kind]}: {total([row for row in table if row.kind == kind])}" for kind in KINDS)
    return f"{len(table)} figures. " + " ".join(totals)
