"""Length, strain and glide of the nerve, from its route in the balanced stance and now.

The model: the nerve is held at its first opening and at the ankle and slides freely between them, so one tension pulls
it throughout. A stretch gives way with 1 / area ** stiffening: 0 would be equal strain, 1 equal stress; between lies
what makes mid-thigh glide as measured (Ridehalgh 2014). A point of the nerve glides by the difference between what has
been stretched above it and what the route above it has grown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.body.nerve.binding import Course

TRACT = ("l4", "lumbosacral_trunk", "sciatic", "tibial")


@dataclass(frozen=True)
class TractState:
    """One nerve in one posture against balanced.

    route_mm, route_change_mm, route_strain: from the L4 opening to the parting, as the way lies. tract_change_mm:
    from the opening to the ankle. strain (n - 1,): of the nerve itself between the tract's n points. glide_mm (n,): how
    far the nerve's substance slides along its bed at each point, distally positive.
    """

    route_mm: float
    route_change_mm: float
    route_strain: float
    tract_change_mm: float
    strain: np.ndarray
    glide_mm: np.ndarray


class Tract:
    """The way from the L4 opening to the ankle; `points` (n,) are its indices among the route points."""

    def __init__(self, course: Course, resting: np.ndarray, root_area_mm2: float, stiffening: float) -> None:
        indices = [np.arange(len(resting))[course.segments[name]] for name in TRACT]
        # Neighbouring segments share the point where they join.
        self.points = np.concatenate([indices[0], *(index[1:] for index in indices[1:])])
        self.parting = sum(len(index) - 1 for index in indices[:-1])
        area = np.pi * course.route_half[self.points].prod(axis=1) * 1e6
        area[: len(indices[0]) + len(indices[1]) - 1] = root_area_mm2
        self.resting_mm = self.steps_mm(resting)
        give = self.resting_mm / ((area[1:] + area[:-1]) / 2) ** stiffening
        self.share = give / give.sum()

    def steps_mm(self, route: np.ndarray) -> np.ndarray:
        """Length (n - 1,) between successive points of the tract on a route (all, 3) m."""
        step = np.diff(route[self.points], axis=0)
        return np.asarray(np.sqrt((step * step).sum(axis=1)) * 1000)

    def state(self, route: np.ndarray) -> TractState:
        """The tract on a route (all, 3) m."""
        steps = self.steps_mm(route)
        change = steps - self.resting_mm
        total = float(change.sum())
        stretched = total * self.share
        length, growth = float(steps[: self.parting].sum()), float(change[: self.parting].sum())
        return TractState(
            route_mm=length,
            route_change_mm=growth,
            route_strain=growth / (length - growth),
            tract_change_mm=total,
            strain=stretched / self.resting_mm,
            glide_mm=np.r_[0.0, np.cumsum(stretched - change)],
        )
