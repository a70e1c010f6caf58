"""From outlines in millimetres to what a painter draws: cut off near the picture, smooth through their corners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

from visualizer.space.outlines import area

# Corners nearer to each other than this are drawn as one, mm.
CLOSEST_MM = 0.35
# Corners nearer than this to the line between their neighbours come from the triangles' diagonals, where those
# neighbours are not far apart, mm.
FLATTEST_MM, LONGEST_MM = 0.12, 9.0


def clipped(loops: Sequence[np.ndarray], half: float) -> tuple[np.ndarray, ...]:
    """Closed loops (k, 2), cut off at a square of that half side around the origin; what is empty is left out."""
    found = []
    for loop in loops:
        if np.abs(loop).max() <= half:
            found.append(loop)
            continue
        kept = loop
        for axis in (0, 1):
            for sign in (1.0, -1.0):
                kept = cut_off(kept, axis, sign, half)
        if len(kept) > 2:
            found.append(kept)
    return tuple(found)


def cut_off(loop: np.ndarray, axis: int, sign: float, half: float) -> np.ndarray:
    """The part of a closed loop (k, 2) on which sign * coordinate is at most `half`."""
    over = sign * loop[:, axis] - half if len(loop) else np.empty(0)
    if not (over > 0.0).any():
        return loop
    after, over_after = np.roll(loop, -1, axis=0), np.roll(over, -1)
    crosses = (over > 0.0) != (over_after > 0.0)
    share = np.where(crosses, over / np.where(over == over_after, 1.0, over - over_after), 0.0)
    border = loop + share[:, None] * (after - loop)
    both = np.stack([loop, border], axis=1).reshape(-1, 2)
    return np.asarray(both[np.stack([over <= 0.0, crosses], axis=1).ravel()])


def total_area(loops: Sequence[np.ndarray]) -> float:
    """Area of loops together."""
    return sum(abs(area(loop)) for loop in loops)


def path_through(loops: Sequence[np.ndarray], half: float = np.inf) -> QPainterPath:
    """A path with a smooth curve through the corners of each closed loop; solid inside an odd number of them.

    half: where the loops were cut off; corners there stay sharp.
    """
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for loop in loops:
        points = thinned(loop)
        if len(points) < 3:
            continue
        before, after = controls(points, np.abs(points).max(axis=1) > half - CLOSEST_MM)
        path.moveTo(*points[0].tolist())
        curves = np.concatenate([after, np.roll(before, -1, axis=0), np.roll(points, -1, axis=0)], axis=1)
        for curve in curves.tolist():
            path.cubicTo(*curve)
        path.closeSubpath()
    return path


def thinned(loop: np.ndarray) -> np.ndarray:
    """A closed loop (k, 2) without corners that come too soon, or that lie on an edge between two others."""
    kept = loop[np.linalg.norm(loop - np.roll(loop, 1, axis=0), axis=1) >= CLOSEST_MM]
    if len(kept) < 6:
        return np.asarray(kept)
    before, after = np.roll(kept, 1, axis=0), np.roll(kept, -1, axis=0)
    chord, offset = after - before, kept - before
    turn = chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0]
    flat = np.abs(turn) < FLATTEST_MM * np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    flat &= np.linalg.norm(chord, axis=1) < LONGEST_MM
    # Never two in a row, so that a gentle bend of many corners keeps its shape.
    index = np.arange(len(flat))
    run = index - np.maximum.accumulate(np.where(flat, -1, index))
    return np.asarray(kept[~(flat & (run % 2 == 1))])


def controls(points: np.ndarray, sharp: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bezier control points (k, 2) before and after each corner of a closed loop: centripetal Catmull-Rom.

    sharp (k,) bool: corners that the curve does not round.
    """
    to_next = np.roll(points, -1, axis=0) - points
    step = np.sqrt(np.linalg.norm(to_next, axis=1, keepdims=True))
    step_before, from_before = np.roll(step, 1, axis=0), np.roll(to_next, 1, axis=0)
    slope = from_before / step_before - (from_before + to_next) / (step_before + step) + to_next / step
    slope = np.where(sharp[:, None], 0.0, slope)
    return points - slope * step_before / 3.0, points + slope * step / 3.0
