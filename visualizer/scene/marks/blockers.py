"""Whether something opaque stands between a place and the eye, told from a coarse grid of what is drawn solid.

Bones and muscles are reduced to points some millimetres apart; a posture puts them into a grid of the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy, Surface
    from visualizer.body.snapshot import Snapshot

CELL_M = 0.006
LOW = np.array((-0.27, -0.40, -0.55))
HIGH = np.array((0.27, 0.30, 0.36))
SHAPE = tuple(int(n) for n in np.ceil((HIGH - LOW) / CELL_M))
# What lies this close to a place is its own wall, m.
OWN_M = 0.012
STEP_M = 0.005


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of the room, flat bool, that hold opaque bone, and opaque bone or muscle."""

    bones: np.ndarray
    anything: np.ndarray

    def hidden(self, points: np.ndarray, eye: np.ndarray, *, by_muscles: bool = False) -> np.ndarray:
        """Whether each of `points` (n, 3) m is hidden from `eye` (3,) m, (n,) bool."""
        way = eye - points
        far = np.linalg.norm(way, axis=1, keepdims=True)
        steps = np.arange(OWN_M, np.linalg.norm(HIGH - LOW), STEP_M)
        at = points[:, None] + (way / far)[:, None] * steps[:, None]
        cell = ((at - LOW) / CELL_M).astype(np.int32)
        inside = ((cell >= 0) & (cell < SHAPE)).all(axis=-1) & (steps < far)
        flat = (cell[..., 0] * SHAPE[1] + cell[..., 1]) * SHAPE[2] + cell[..., 2]
        cells = self.anything if by_muscles else self.bones
        return np.asarray((cells[np.where(inside, flat, 0)] & inside).any(axis=1))


class PreparedBlockers:
    """An anatomy made ready: points on its bones, close enough that no ray slips between them."""

    def __init__(self, anatomy: Anatomy) -> None:
        bones = anatomy.bones
        points, part = _samples(bones)
        self._points, self._part = points, part
        first = np.array([each.first_vertex for each in bones.parts])
        body = bones.bodies[first, 0][part]
        self._of_body = [np.flatnonzero(body == index) for index in range(len(anatomy.bodies))]
        self._bone_keys = [each.key for each in bones.parts]
        self._muscle_part = anatomy.muscle_surface.part
        self._muscle_keys = [each.key for each in anatomy.muscle_surface.parts]
        self._last: tuple[Snapshot, frozenset[str]] | None = None
        self._grid = Grid(np.zeros(0, bool), np.zeros(0, bool))

    def grid(self, snapshot: Snapshot, solid: frozenset[str]) -> Grid:
        """What hides in a posture, when the structures `solid` are opaque; the last answer is kept."""
        if self._last is None or self._last[0] is not snapshot or self._last[1] != solid:
            self._last, self._grid = (snapshot, solid), self._filled(snapshot, solid)
        return self._grid

    def _filled(self, snapshot: Snapshot, solid: frozenset[str]) -> Grid:
        bone = np.array([key in solid for key in self._bone_keys])[self._part]
        muscle = np.array([key in solid for key in self._muscle_keys])[self._muscle_part]
        bones = np.zeros(int(np.prod(SHAPE)), bool)
        for rows, world in zip(self._of_body, snapshot.world_from_rest, strict=True):
            _fill(bones, self._points[rows[bone[rows]]] @ world[:3, :3].T + world[:3, 3])
        both = bones.copy()
        _fill(both, snapshot.muscle_vertices[muscle])
        return Grid(bones, both)


def _fill(cells: np.ndarray, points: np.ndarray) -> None:
    cell = ((points - LOW) / CELL_M).astype(np.int32)
    cell = cell[((cell >= 0) & (cell < SHAPE)).all(axis=1)]
    cells[(cell[:, 0] * SHAPE[1] + cell[:, 1]) * SHAPE[2] + cell[:, 2]] = True


def _samples(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 3) float32 m on a surface, at least one in each cell that it passes, and their parts (n,)."""
    corners = surface.vertices[surface.triangles]
    part = surface.part[surface.triangles[:, 0]]
    edge = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    found, owner = [surface.vertices], [surface.part]
    for pieces in (2, 4, 8, 16):
        own = (
            (edge > 0.5 * pieces * CELL_M)
            if pieces == 16
            else ((edge > 0.5 * pieces * CELL_M) & (edge <= pieces * CELL_M))
        )
        i, j = np.meshgrid(np.arange(pieces + 1), np.arange(pieces + 1))
        share = np.column_stack([i[i + j <= pieces], j[i + j <= pieces]]) / pieces
        weight = np.column_stack([1.0 - share.sum(axis=1), share])
        found.append(np.einsum("kc,ncx->nkx", weight, corners[own]).reshape(-1, 3))
        owner.append(np.repeat(part[own], len(weight)))
    points, parts = np.concatenate(found).astype(np.float32), np.concatenate(owner)
    near = ((points > LOW - 0.2) & (points < HIGH + 0.2)).all(axis=1)
    points, parts = points[near], parts[near]
    cell = np.column_stack([np.floor(points / (0.7 * CELL_M)).astype(np.int64), parts])
    cell -= cell.min(axis=0)
    code = np.ravel_multi_index(tuple(cell.T), tuple(cell.max(axis=0) + 1))
    keep = np.unique(code, return_index=True)[1]
    return points[keep], parts[keep]
