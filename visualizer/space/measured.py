"""`Measured`: a posture's rooms in numbers. `Judged`: those, and what can be said of each by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.body.snapshot import Snapshot
from visualizer.space.corridor import Corridor
from visualizer.space.ladder import Level

Values = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True, eq=False)
class Measured:
    """One posture, measured: values (2,), left first, by site and measure key; NaN where there is none.

    place_m: by site, where on the nerve it has least room, (2, 3) m in the room; thickness_mm (2,) of the nerve there.
    """

    values: Values
    place_m: dict[str, np.ndarray]
    thickness_mm: dict[str, np.ndarray]


# Level, and the reason where it cannot be told, by site, measure and side; side 0 is left.
Told = dict[tuple[str, str, int], tuple[Level, str]]


@dataclass(frozen=True, eq=False)
class Judged:
    """One posture: solved, measured and judged."""

    snapshot: Snapshot
    corridor: Corridor
    measured: Measured
    told: Told
