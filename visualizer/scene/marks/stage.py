"""The stage that marks are laid out on: its size, the camera, what is taken already; and boxes.

Pixels from the upper left corner, y downwards. A box is (left, top, right, bottom); many are an (n, 4) float array.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from visualizer.scene.cameras import Camera

Box = tuple[float, float, float, float]
Point = tuple[float, float]
# Width and height in pixels of words set in a role such as "title".
Measure = Callable[[str, str], tuple[float, float]]
NO_BOXES = np.zeros((0, 4))
# The stage on which words have their plain size; they grow and shrink with it, within limits.
PLAIN_WIDTH, PLAIN_HEIGHT = 1000.0, 620.0
SCALE_LIMITS = (0.9, 3.2)
SCALE_STEPS = 40


@dataclass(frozen=True, eq=False)
class Inset:
    """A small picture on the stage: where it lies, and what it shows, (n, 3) m to (n, 2) pixels of the stage."""

    box: Box
    project: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Stage:
    """Where marks go: `camera` fills `area`, and `seen` (all of it, if left out) is the part that shows now.

    Left of `seen`, the window shows balanced. taken: boxes that belong to others. inset: the small side view, or None.
    """

    area: Box
    camera: Camera
    taken: tuple[Box, ...] = ()
    inset: Inset | None = None
    seen: Box | None = None

    @property
    def open(self) -> Box:
        """The part of the window that shows the posture now."""
        return self.seen or self.area

    @property
    def comparing(self) -> bool:
        """Whether balanced is shown to the left."""
        return self.open[0] > 0.0

    def balanced(self) -> Stage:
        """Where balanced is shown while comparing: a pane as large to the left, or the left part of the same."""
        left, top, right, bottom = self.area
        shift = right - left if left > 0.0 else 0.0
        area = left - shift, top, right - shift, bottom
        return Stage(area, self.camera, self.taken, self.inset, (0.0, top, self.open[0], bottom))

    @property
    def width(self) -> float:
        """Pixels."""
        return self.area[2] - self.area[0]

    @property
    def height(self) -> float:
        """Pixels."""
        return self.area[3] - self.area[1]

    def taken_boxes(self) -> np.ndarray:
        """(n, 4): what is taken, the inset included."""
        boxes = self.taken if self.inset is None else (*self.taken, self.inset.box)
        return np.array(boxes, float).reshape(-1, 4)

    @cached_property
    def eye(self) -> np.ndarray:
        """(3,) m: where the picture is seen from."""
        aspect = self.width / self.height
        return np.asarray(self.camera.axes()[2] * self.camera.distance_m(aspect) + self.camera.target)

    def project(self, points: np.ndarray) -> np.ndarray:
        """World points (..., 3) m as x, y pixels and the share of depth; in the picture where that is 0 to 1."""
        clip = points @ self._clip_from_world[:, :3].T + self._clip_from_world[:, 3]
        behind = clip[..., 3:] <= 1e-6
        half = np.array([self.width, -self.height, 1.0]) / 2.0
        middle = np.abs(half) + (self.area[0], self.area[1], 0.0)
        if not behind.any():
            return np.asarray(clip[..., :3] / clip[..., 3:] * half + middle)
        at = clip[..., :3] / np.where(behind, 1.0, clip[..., 3:]) * half + middle
        return np.asarray(np.where(behind, np.array([0.0, 0.0, 2.0]), at))

    @cached_property
    def _clip_from_world(self) -> np.ndarray:
        aspect = self.width / self.height
        return np.asarray(self.camera.clip_from_eye(aspect) @ self.camera.eye_from_world(aspect))

    def anywhere(self) -> Box:
        """The whole window, up to the right edge of the picture."""
        return (0.0, *self.area[1:])

    def scale(self, text_percent: int) -> float:
        """Pixels a unit: 1 on a stage of plain size."""
        fitting = min(self.width / PLAIN_WIDTH, self.height / PLAIN_HEIGHT)
        # In steps, so that words set once serve while a window is resized.
        return (
            round(float(np.clip(fitting, *SCALE_LIMITS)) * text_percent / 100.0 * SCALE_STEPS) / SCALE_STEPS
        )


def corners(rect: tuple[int, int, int, int]) -> Box:
    """The box of a rectangle given as x, y, width, height."""
    left, top, width, height = (float(value) for value in rect)
    return left, top, left + width, top + height


def inside(box: Box, outer: Box, margin: float = 0.0) -> bool:
    """Whether a box lies in another one, so far from its edge."""
    return (
        box[0] >= outer[0] + margin
        and box[1] >= outer[1] + margin
        and box[2] <= outer[2] - margin
        and box[3] <= outer[3] - margin
    )


def overlaps(box: Box, boxes: np.ndarray, apart: float = 0.0) -> np.ndarray:
    """Which of `boxes` (n, 4) come closer to `box` than `apart`, (n,) bool."""
    left, top, right, bottom = box
    return np.asarray(
        (boxes[:, 0] < right + apart)
        & (boxes[:, 2] > left - apart)
        & (boxes[:, 1] < bottom + apart)
        & (boxes[:, 3] > top - apart)
    )


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments a-b and c-d cross or touch."""

    def turn(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) <= 0.0 and turn(c, d, a) * turn(c, d, b) <= 0.0 and _meet(a, b, c, d)


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments' boxes meet: parallel ones would pass for crossing else."""
    return all(
        max(min(a[axis], b[axis]), min(c[axis], d[axis])) <= min(max(a[axis], b[axis]), max(c[axis], d[axis]))
        for axis in (0, 1)
    )


def enters(a: Point, b: Point, box: Box) -> bool:
    """Whether the segment a-b meets a box."""
    low, high = 0.0, 1.0
    for axis in (0, 1):
        step = b[axis] - a[axis]
        first, last = box[axis] - a[axis], box[axis + 2] - a[axis]
        if step == 0.0:
            if first > 0.0 or last < 0.0:
                return False
            continue
        near, far = sorted((first / step, last / step))
        low, high = max(low, near), min(high, far)
        if low > high:
            return False
    return True


def distance(point: Point, a: Point, b: Point) -> float:
    """From a point to the segment a-b."""
    step = b[0] - a[0], b[1] - a[1]
    length = step[0] ** 2 + step[1] ** 2
    along = (point[0] - a[0]) * step[0] + (point[1] - a[1]) * step[1]
    share = min(max(along / length, 0.0), 1.0) if length else 0.0
    return float(np.hypot(point[0] - a[0] - share * step[0], point[1] - a[1] - share * step[1]))
