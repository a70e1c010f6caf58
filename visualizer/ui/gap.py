"""Room along the nerve as the panel shows it: width of the gap that the nerve lies in, in front and behind together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES
from visualizer.space.ladder import Level

if TYPE_CHECKING:
    from visualizer.space.corridor import Corridor
    from visualizer.space.findings import Finding

MOST_MM = 15.0
LEVELS = tuple(Level)


def gap_width_mm(corridor: Corridor, side: str) -> np.ndarray:
    """(n,) room in the gap, 0 to MOST_MM; where nothing is near it counts as wide open."""
    room = np.nan_to_num(corridor.room_mm[SIDES.index(side)], nan=MOST_MM)
    return np.asarray(np.clip(room, 0.0, MOST_MM))


def by_level(width: np.ndarray, level: np.ndarray) -> list[np.ndarray]:
    """The curve (n,) cut into one for each level, NaN elsewhere; each piece reaches the next one's first sample."""
    pieces = []
    for index in range(len(LEVELS)):
        own = level == index
        own[1:] |= own[:-1].copy()
        pieces.append(np.where(own, width, np.nan))
    return pieces


def position_of(finding: Finding, corridor: Corridor) -> float:
    """Where on the corridor a site has least room, in mm."""
    centre = corridor.centre_m[SIDES.index(finding.side)]
    away = np.linalg.norm(centre - np.asarray(finding.place_mm) / 1000.0, axis=1)
    return float(corridor.position_mm[int(np.nanargmin(away))])
