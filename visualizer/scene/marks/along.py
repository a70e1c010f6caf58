"""Which point of the nerve's corridor the mouse is on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from visualizer.space.corridor import Corridor

NEAR_PX = 24.0


def position_under(
    corridor: Corridor, project: Callable[[np.ndarray], np.ndarray], place: QPointF
) -> float | None:
    """Millimetres along the corridor, on either side, nearest to a place of the picture; None where it is not near."""
    seen = project(corridor.centre_m.reshape(-1, 3))[:, :2]
    away = np.hypot(*(seen - (place.x(), place.y())).T)
    nearest = int(np.argmin(away))
    if away[nearest] > NEAR_PX:
        return None
    return float(corridor.position_mm[nearest % len(corridor.position_mm)])
