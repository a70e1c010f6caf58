"""The legend: what the signs on the stage mean, in a corner, as small as it has to be to stay off the nerve.

Takes `Legend` and a `Stage`; gives a box, and words and samples in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.scene.marks.model import Legend, Sample
from visualizer.scene.marks.stage import Box, Measure, Point, Stage, inside, overlaps

MARGIN, PAD_X, PAD_Y, APART, LINE_GAP = 12.0, 11.0, 7.0, 13.0, 4.0
# A sample, and how far its word stands from it.
SAMPLE, SAMPLE_GAP = 16.0, 5.0
# How wide it is tried, as shares of the stage.
SHARES, COMPACT_SHARES = (0.95, 0.6, 0.4, 0.0), (0.95, 0.6, 0.5, 0.4, 0.35, 0.3, 0.0)
# Small letters are set in whole pixels: lines that are full come out wider by as much.
WIDER = 1.05


@dataclass(frozen=True)
class Entry:
    """A word from its upper left corner, and the sample before it; None for a heading."""

    text: str
    role: str
    at: Point
    sample: Sample | None
    sample_box: Box


@dataclass(frozen=True)
class PlacedLegend:
    """The legend on the stage."""

    box: Box
    entries: tuple[Entry, ...]


def legend(
    what: Legend, stage: Stage, unit: float, measure: Measure, nerve: np.ndarray, taken: np.ndarray
) -> PlacedLegend | None:
    """The first shape and corner, lower right first, that covers neither the nerve nor what is taken; else None."""
    left, top, right, bottom = stage.open
    apart = MARGIN * unit
    shares = COMPACT_SHARES if what.compact else SHARES
    shapes = [_flow(what, share * stage.width / unit - 2.0 * MARGIN, measure) for share in shares]
    avoid = np.concatenate([nerve, taken])
    for at_right, at_bottom in ((True, True), (False, True), (True, False), (False, False)):
        for entries, (width, height) in shapes:
            x = right - apart - width * unit if at_right else left + apart
            y = bottom - apart - height * unit if at_bottom else top + apart
            box = (x, y, x + width * unit, y + height * unit)
            if inside(box, stage.open) and not overlaps(box, avoid, 4.0 * unit).any():
                return PlacedLegend(box, tuple(_moved(entry, unit, x, y) for entry in entries))
    if what.compact and len(what.groups) > 1:
        return legend(replace(what, groups=what.groups[:1]), stage, unit, measure, nerve, taken)
    return None


def _flow(what: Legend, widest: float, measure: Measure) -> tuple[list[Entry], tuple[float, float]]:
    """Entries at unit 1 from the upper left corner, and the size: a group in one line, or broken to be no wider."""
    entries: list[Entry] = []
    y, width, height = PAD_Y, 0.0, 0.0
    for heading, samples in what.groups:
        across, height = measure(heading, "heading")
        entries.append(Entry(heading, "heading", (PAD_X, y), None, (0.0, 0.0, 0.0, 0.0)))
        width = max(width, across + 2.0 * PAD_X)
        spans = [SAMPLE + SAMPLE_GAP + measure(sample.word, "legend")[0] for sample in samples]
        x = PAD_X + across + APART
        if not what.compact and x + sum(spans) + APART * (len(spans) - 1) > widest - PAD_X:
            x, y = PAD_X, y + height + LINE_GAP
        for sample, span in zip(samples, spans, strict=True):
            if x > PAD_X and x + span > widest - PAD_X:
                x, y = PAD_X, y + height + LINE_GAP
            middle = y + 0.5 * height
            box = (x, middle - 0.5 * SAMPLE, x + SAMPLE, middle + 0.5 * SAMPLE)
            entries.append(Entry(sample.word, "legend", (x + SAMPLE + SAMPLE_GAP, y), sample, box))
            x += span + APART
            width = max(width, x - APART + PAD_X)
        y += height + LINE_GAP
    return entries, (width * WIDER if what.compact else width, y - LINE_GAP + PAD_Y)


def _moved(entry: Entry, unit: float, x: float, y: float) -> Entry:
    left, top, right, bottom = (value * unit for value in entry.sample_box)
    return Entry(
        entry.text,
        entry.role,
        (x + entry.at[0] * unit, y + entry.at[1] * unit),
        entry.sample,
        (x + left, y + top, x + right, y + bottom),
    )
