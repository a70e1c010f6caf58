"""The nerve wears its room: which colour each vertex of its surface takes, and where it is hatched.

Takes the nerve's `Surface` once, then `Findings`; gives arrays that the renderer uploads. The corridor's level colours
the way from the spine to the knee, a site's own level the nerve at its place. No Qt, no OpenGL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES
from visualizer.body.nerve.tube import PHASE, RING, WAY
from visualizer.scene.materials import ROOM_COLOURS, linear
from visualizer.space.finding import WHOLE_ROUTE
from visualizer.space.ladder import Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visualizer.anatomy.model import Part, Surface
    from visualizer.space.corridor import Corridor
    from visualizer.space.findings import Finding, Findings

LEVELS = tuple(Level)
# Colours run into each other over some four millimetres.
BLEND = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0
BLEND_MM = 2.0
# How far to either side of its place a site's level reaches, mm, and how near two sites count as one place.
SITE_REACH_MM = 6.0
SAME_PLACE_MM = 2.0
# What lies in the spine's canal is not drawn through bone: its place along is one between two dashes, cm.
IN_THE_CANAL, BETWEEN_DASHES_CM = ("radix", "ganglion"), 0.6


class NervePaint:
    """A nerve's surface made ready to be coloured.

    fibre (v, 3) float32: across the flat of the nerve -1 to 1, along it in cm, and 1 for the ends of a tube. Along runs
    on from the L4 opening to the ankle, and starts anew in each branch; in the spine's canal it stands still.
    """

    def __init__(self, surface: Surface) -> None:
        count = len(surface.vertices)
        self._along_mm, self._chain = np.zeros(count), np.full(count, -1)
        across, is_end = np.zeros(count), np.zeros(count)
        parts = {part.key: part for part in surface.parts}
        ways = [[f"{name}_{side}" for name in WAY if f"{name}_{side}" in parts] for side in SIDES]
        on_a_way = {key for way in ways for key in way}
        chains = [*ways, *([key] for key in parts if key not in on_a_way)]
        for chain, keys in enumerate(chains):
            start = 0.0
            for key in keys:
                rows = _rows(parts[key])
                self._chain[rows] = chain
                self._along_mm[rows] = start + along_part(surface.vertices[rows]) * 1000.0
                across[rows] = across_part(parts[key])
                is_end[rows][-2:] = 1.0
                start = float(self._along_mm[rows].max())
        along_cm = self._along_mm / 10.0
        for key, part in parts.items():
            if key.rpartition("_")[0].endswith(IN_THE_CANAL):
                along_cm[_rows(part)] = BETWEEN_DASHES_CM
        self.fibre = np.column_stack([across, along_cm, is_end]).astype(np.float32)
        side_of = np.array([part.side for part in surface.parts])
        self._sides = [side_of[surface.part] == side for side in SIDES]
        self._colours = np.array([linear(ROOM_COLOURS[level]) for level in LEVELS])

    def plain(self) -> np.ndarray:
        """The nerve's own yellow everywhere, (v, 4) float32: linear colour, hatched 0..1."""
        rows = np.zeros((len(self._chain), 4), np.float32)
        rows[:, :3] = self._colours[LEVELS.index(Level.ROOMY)]
        return rows

    def rows(self, found: Findings, *, balanced: bool = False) -> np.ndarray:
        """Colours for the posture of `found`, or for the balanced stance beside it, (v, 4) float32 as `plain`."""
        rows = self.plain()
        corridor = found.corridor_balanced if balanced else found.corridor
        for side, name in enumerate(SIDES):
            self._lay_corridor(rows, side, corridor)
            sites = [item for item in found.tightest(name) if item.site != WHOLE_ROUTE]
            self._lay_sites(rows, side, sites, found.snapshot.nerve_vertices, balanced=balanced)
        return rows

    def _lay_corridor(self, rows: np.ndarray, side: int, corridor: Corridor) -> None:
        weights = np.eye(len(LEVELS))[np.asarray(corridor.level[side], int)]
        padded = np.pad(weights, ((2, 2), (0, 0)), mode="edge")
        soft = sum(share * padded[step : step + len(weights)] for step, share in enumerate(BLEND))
        own = np.flatnonzero(self._chain == side)
        position = corridor.position_mm
        inside = (self._along_mm[own] >= position[0]) & (self._along_mm[own] <= position[-1])
        own = own[inside]
        nearest = np.clip(np.searchsorted(position, self._along_mm[own]), 0, len(position) - 1)
        rows[own, :3] = (soft @ self._colours)[nearest]

    def _lay_sites(
        self, rows: np.ndarray, side: int, sites: Iterable[Finding], vertices: np.ndarray, *, balanced: bool
    ) -> None:
        """Lay each site's level round its place; between two sites the nearer one counts, at one place the tighter."""
        own = np.flatnonzero(self._sides[side])
        if not len(own):
            return
        nearest_mm = np.full(len(own), SITE_REACH_MM + BLEND_MM)
        level, hatched = np.zeros(len(own), int), np.zeros(len(own))
        for item in sorted(sites, key=lambda item: item.level.rank):
            away = vertices[own] - np.asarray(item.place_mm, np.float32) / 1000.0
            at = own[np.argmin(np.einsum("ij,ij->i", away, away))]
            apart = np.abs(self._along_mm[own] - self._along_mm[at])
            apart[self._chain[own] != self._chain[at]] = np.inf
            nearer = apart <= nearest_mm + SAME_PLACE_MM * (nearest_mm < SITE_REACH_MM)
            nearest_mm[nearer] = apart[nearer]
            level[nearer] = LEVELS.index(item.level_balanced if balanced else item.level)
            hatched[nearer] = float(item.set_by_user and not balanced)
        share = np.clip((SITE_REACH_MM + BLEND_MM - nearest_mm) / (2.0 * BLEND_MM), 0.0, 1.0)[:, None]
        rows[own, :3] += share * (self._colours[level] - rows[own, :3])
        rows[own, 3] = hatched * (share[:, 0] > 0.5)


def along_part(points: np.ndarray) -> np.ndarray:
    """How far along its own tube each vertex (v, 3) of a part lies, (v,) in the points' unit; 0 without rings."""
    rings = (len(points) - 2) // RING
    along = np.zeros(len(points))
    if rings * RING + 2 != len(points) or rings < 2:
        return along
    middles = points[: rings * RING].reshape(rings, RING, 3).mean(axis=1, dtype=float)
    at = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(middles, axis=0), axis=1))]
    along[: rings * RING] = np.repeat(at, RING)
    along[-1] = at[-1]
    return along


def across_part(part: Part) -> np.ndarray:
    """Place across the flat of the nerve, -1 to 1, of each vertex of a part, (v,)."""
    rings = (part.vertex_count - 2) // RING
    across = np.zeros(part.vertex_count)
    if rings * RING + 2 == part.vertex_count:
        across[: rings * RING] = np.tile(np.cos(PHASE), rings)
    return across


def _rows(part: Part) -> slice:
    return slice(part.first_vertex, part.first_vertex + part.vertex_count)
