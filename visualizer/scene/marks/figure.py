"""What tipped, as a drawing: a line through the pelvis now and balanced, the angle between, the low back's curve.

Takes `Tilt` and a `Stage`; gives lines in pixels and the boxes of their words. Drawn where the body is seen from the
side, on the stage or in its inset; elsewhere a badge says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.scene.marks.model import Tilt
from visualizer.scene.marks.stage import Box, Measure, Point, Stage, inside, overlaps

# From the side: what runs across the body looks no longer than this share of what runs from back to front.
ACROSS_M = 0.1
SIDE_SHARE = 0.35
# The lines reach beyond the spines of the pelvis by this share of half their distance.
REACH = 1.75
ARC = 1.45
ARC_POINTS = 14
SMALLEST_DEG = 0.25
MARGIN, PAD_X, PAD_Y, OFF = 14.0, 10.0, 4.0, 12.0

Project = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Figure:
    """Lines in pixels: `now` drawn, `balanced` dashed, `arc` between them."""

    now: tuple[tuple[Point, ...], ...]
    balanced: tuple[tuple[Point, ...], ...]
    arc: tuple[Point, ...]


def figure(
    tilt: Tilt, stage: Stage, unit: float, measure: Measure, avoid: np.ndarray
) -> tuple[list[Figure], list[tuple[str, Box]]]:
    """Figures on the stage and in its inset, and words with their boxes; `avoid` (n, 4) is what words keep off."""
    labels = []
    changed = _is_changed(tilt)
    drawn = _drawn(tilt, stage.project, stage.open, changed)
    if drawn is not None:
        front, back = drawn.now[0][-1], drawn.now[0][0]
        outward = 1.0 if front[0] > back[0] else -1.0
        size = _size(tilt.pelvis_text, unit, measure)
        low = max(front[1], drawn.balanced[0][-1][1]) if changed else front[1]
        middle = (front[1] + drawn.balanced[0][-1][1]) / 2.0 if changed else front[1]
        tries = [
            _beside((front[0], middle), size, outward, unit),
            _beside((front[0], low + size[1]), size, outward, unit),
            _beside((front[0], low + size[1]), size, -outward, unit),
            _beside((front[0], min(front[1], middle) - 1.5 * size[1]), size, outward, unit),
            _beside(back, size, -outward, unit),
        ]
        box = _free(tries, stage.open, avoid, unit)
        if box is not None:
            labels.append((tilt.pelvis_text, box))
            avoid = np.vstack([avoid, box])
        if changed:
            size = _size(tilt.spine_text, unit, measure)
            curve = np.array(drawn.now[1])
            waist = curve[len(curve) // 2]
            spots = [(waist[0] - outward * far * unit, waist[1] + down * unit)
                     for far in (34.0, 60.0, 90.0) for down in (0.0, -40.0, 40.0)]  # fmt: skip
            tries = [_beside(spot, size, -outward, unit) for spot in spots]
            tries += [_beside((waist[0] + outward * 60.0 * unit, waist[1]), size, outward, unit)]
            box = _free(tries, stage.open, avoid, unit)
            if box is not None:
                labels.append((tilt.spine_text, box))
    if drawn is None:
        size = _size(tilt.pelvis_text, unit, measure)
        box = _free(_corners(stage, size, unit), stage.open, avoid, unit)
        if box is not None:
            labels.append((tilt.pelvis_text, box))
    return _with_inset(drawn, tilt, stage), labels


def figures_on(tilt: Tilt, stage: Stage) -> list[Figure]:
    """Figures on the stage and in its inset, without their words."""
    return _with_inset(_drawn(tilt, stage.project, stage.open, _is_changed(tilt)), tilt, stage)


def _with_inset(drawn: Figure | None, tilt: Tilt, stage: Stage) -> list[Figure]:
    inset = stage.inset
    small = None if inset is None else _drawn(tilt, inset.project, inset.box, _is_changed(tilt))
    return [each for each in (drawn, small) if each is not None]


def _is_changed(tilt: Tilt) -> bool:
    return abs(tilt.angle_deg) >= SMALLEST_DEG


def _drawn(tilt: Tilt, project: Project, area: Box, changed: bool) -> Figure | None:
    """The figure in a picture, or None where that does not show the pelvis from the side."""
    back, front = tilt.pelvis
    middle = (back + front) / 2.0
    half = np.linalg.norm(front - back) / 2.0
    now = (front - back) / np.linalg.norm(front - back)
    then = tilt.pelvis_balanced[1] - tilt.pelvis_balanced[0]
    then = then / np.linalg.norm(then)
    ends = np.array([-REACH, REACH])[:, None] * half
    share = np.linspace(0.0, 1.0, ARC_POINTS)[:, None]
    arc = (1.0 - share) * then + share * now
    arc = middle + ARC * half * arc / np.linalg.norm(arc, axis=1, keepdims=True)
    points = np.concatenate(
        [tilt.pelvis, [middle, middle + (ACROSS_M, 0.0, 0.0)], middle + ends * now, middle + ends * then, arc]
    )
    at = project(points)[:, :2]
    if not all(inside((*spot, *spot), area) for spot in at[[0, 1, 4, 5]]):
        return None
    across, along = np.linalg.norm(at[3] - at[2]) / ACROSS_M, np.linalg.norm(at[1] - at[0]) / (2.0 * half)
    if across > SIDE_SHARE * along:
        return None
    spine, spine_then = (_line(_rounded(project(line)[:, :2])) for line in (tilt.spine, tilt.spine_balanced))
    if not changed:
        return Figure((_line(at[4:6]), spine), (), ())
    return Figure((_line(at[4:6]), spine), (_line(at[6:8]), spine_then), _line(at[8:]))


def _rounded(points: np.ndarray) -> np.ndarray:
    """A polyline (n, 2) with its corners cut twice, same ends."""
    for _ in range(2):
        before, after = points[:-1], points[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut[1:-1], points[-1:]])
    return points


def _line(points: np.ndarray) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in points[:, :2])


def _size(text: str, unit: float, measure: Measure) -> tuple[float, float]:
    width, height = measure(text, "figure")
    return (width + 2.0 * PAD_X) * unit, (height + 2.0 * PAD_Y) * unit


def _beside(spot: Point, size: tuple[float, float], outward: float, unit: float) -> Box:
    """A box to the right (outward 1) or the left (-1) of a point."""
    left = spot[0] + OFF * unit if outward > 0.0 else spot[0] - OFF * unit - size[0]
    return left, spot[1] - size[1] / 2.0, left + size[0], spot[1] + size[1] / 2.0


def _corners(stage: Stage, size: tuple[float, float], unit: float) -> list[Box]:
    left, top, right, bottom = stage.open
    apart, (width, height) = MARGIN * unit, size
    across = (left + apart, right - apart - width)
    down = (top + apart, bottom - apart - height)
    return [(x, y, x + width, y + height) for y in down for x in across]


def _free(tries: Sequence[Box], area: Box, avoid: np.ndarray, unit: float) -> Box | None:
    """The first box that lies on the stage and off everything."""
    for box in tries:
        if inside(box, area, 4.0 * unit) and not overlaps(box, avoid, 4.0 * unit).any():
            return box
    return None
