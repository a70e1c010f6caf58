"""Which triangles may be nearest to which section of the nerve: chosen once, over a spread of postures.

Takes sections and walls in those postures; gives pairs. A triangle is a neighbour where, in any of the postures, it
comes within MARGIN_MM of bounding the nerve on some side, or within OWN_MM of being the nearest of its structure.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from visualizer.space.clearance import REACH_MM, neighbouring, paired
from visualizer.space.tube import Sections
from visualizer.space.walls import Triangles, Walls

MARGIN_MM, OWN_MM = 1.0, 0.3


def neighbours(walls: Walls, postures: Iterable[tuple[Sections, Triangles]]) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (p,) of a section and a triangle of `walls`."""
    chosen = np.zeros(0, dtype=np.int64)
    count = len(walls.structure)
    for at, to in postures:
        section, triangle = within_reach(at, to)
        pairs = paired(section, triangle, walls.structure)
        kept = neighbouring(at, to, pairs, MARGIN_MM, OWN_MM)
        chosen = np.union1d(chosen, pairs.section[kept] * count + pairs.triangle[kept])
    return chosen // count, chosen % count


def within_reach(at: Sections, to: Triangles) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (p,) of sections and triangles that may be within REACH_MM of each other: by their balls."""
    from scipy.spatial import cKDTree  # takes long to import, and few calls need it

    middle = (to.a + (to.ab + to.ac) / 3.0).T
    radius = np.sqrt(np.maximum(to.bb, to.cc)) * (2.0 / 3.0)
    reach = REACH_MM + float(at.half_width.max())
    near = np.flatnonzero(cKDTree(at.centre).query(middle)[0] - radius < reach)
    apart = np.sqrt(
        np.maximum(
            (at.centre**2).sum(axis=1)[:, None]
            + (middle[near] ** 2).sum(axis=1)
            - 2.0 * at.centre @ middle[near].T,
            0.0,
        )
    )
    section, triangle = np.nonzero(apart - radius[near] < REACH_MM + at.half_width[:, None])
    return section, near[triangle]
