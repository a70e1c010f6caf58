"""Marks in a picture that moves: the words stay where they are for a moment, rings, dots and lines go with the body.

Takes a `Layout` of a moment ago and the stage as it is now; to arrange the words anew takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from visualizer.scene.marks.columns import to_ring
from visualizer.scene.marks.figure import figures_on
from visualizer.scene.marks.force_layout import carried_forces
from visualizer.scene.marks.layout import DOT, Layout, in_picture, nerve_boxes
from visualizer.scene.marks.model import Marks
from visualizer.scene.marks.stage import Point, Stage


def carried(before: Layout, marks: Marks, stage: Stage) -> Layout:
    """The layout of the same marks on a stage that differs in its camera alone; what leaves the picture has no mark."""
    places = [each.chip.place for each in before.chips] + [each.place for each in before.names]
    at = _on_stage(places, stage)
    chips = [
        replace(each, ring=spot, leader=_led(each.leader, spot, each.radius))
        for each, spot in zip(before.chips, at, strict=False)
        if spot is not None
    ]
    names = [
        replace(each, dot=spot, leader=_led(each.leader, spot, DOT * before.unit))
        for each, spot in zip(before.names, at[len(before.chips) :], strict=True)
        if spot is not None
    ]
    forces = before.forces
    if forces is not None:
        forces = carried_forces(forces, marks, stage, before.unit, nerve_boxes(marks, stage))
    return replace(
        before,
        chips=tuple(chips),
        names=tuple(names),
        figures=tuple(figures_on(marks.tilt, stage)),
        forces=forces,
        rim=in_picture(marks.rim, stage) if before.rim or marks.rim_with is None else (),
        pointed=next(iter(in_picture(None if marks.pointed is None else marks.pointed[None], stage)), None),
    )


def _on_stage(places: Sequence[np.ndarray], stage: Stage) -> list[Point | None]:
    """Pixels of points (3,) m; None for those outside the picture."""
    if not places:
        return []
    left, top, right, bottom = stage.open
    return [
        (float(x), float(y)) if left < x < right and top < y < bottom and 0.0 < depth < 1.0 else None
        for x, y, depth in stage.project(np.array(places))
    ]


def _led(leader: tuple[Point, ...], spot: Point, radius: float) -> tuple[Point, ...]:
    """A line from the words as before, to the edge of a ring that has moved."""
    return to_ring(leader[:-1], spot, radius)
