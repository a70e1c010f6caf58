"""Words on their way to a place on the stage: rows in a role, and breaking them into lines."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.scene.marks.stage import Box, Measure, Point


@dataclass(frozen=True)
class Row:
    """Words in a role, from their upper left corner."""

    text: str
    role: str
    at: Point


def wrapped(text: str, role: str, widest: float, measure: Measure) -> list[str]:
    """Words in lines no wider than `widest` at unit 1; a single longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer, role)[0] <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def moved(rows: tuple[Row, ...], box: Box) -> tuple[Row, ...]:
    """Rows set from a box's own corner, where that box lies."""
    return tuple(Row(row.text, row.role, (row.at[0] + box[0], row.at[1] + box[1])) for row in rows)
