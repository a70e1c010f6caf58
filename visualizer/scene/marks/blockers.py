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

CELL_M, STEP_M = np.float32(0.008), 0.006
LOW = np.array((-0.27, -0.60, -0.55), np.float32)
HIGH = np.array((0.27, 0.30, 0.36), np.float32)
SHAPE = tuple(int(n) for n in np.ceil((HIGH - LOW) / CELL_M))
# What lies this close to a place on the nerve is its own wall, of bone or of muscle, which is thicker; what lies this
# close to a point of a structure's surface is the structure.
# A place is looked for at itself and this far about it, so that no single cell decides.
ABOUT_M = 0.008
AROUND = np.concatenate([np.zeros((1, 3)), np.eye(3), -np.eye(3)])
BONE_WALL_M, MUSCLE_WALL_M, SURFACE_M = 0.026, 0.060, 0.014


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells of the room, flat bool, that hold opaque bone, and opaque bone or muscle."""

    bones: np.ndarray
    anything: np.ndarray

    def hidden_share(self, places: np.ndarray, eye: np.ndarray) -> np.ndarray:
        """How much of each place (n, 3) m on the nerve, and about it, is hidden from `eye` (3,) m: (n,) 0-1."""
        about = (places[:, None] + ABOUT_M * AROUND).reshape(-1, 3)
        hidden = _meets(self.bones, about, eye, BONE_WALL_M) | _meets(
            self.anything, about, eye, MUSCLE_WALL_M
        )
        return np.asarray(hidden.reshape(-1, len(AROUND)).mean(axis=1))

    def hides_surface(self, points: np.ndarray, eye: np.ndarray) -> np.ndarray:
        """Whether bone hides each point (n, 3) m of a structure's surface from `eye` (3,) m, (n,) bool."""
        return _meets(self.bones, points, eye, SURFACE_M)


class PreparedBlockers:
    """An anatomy made ready: points on its bones, close enough that no ray slips between them."""

    def __init__(self, anatomy: Anatomy) -> None:
        bones = anatomy.bones
        points, part = _samples(bones)
        body = bones.bodies[[each.first_vertex for each in bones.parts], 0][part]
        order = np.argsort(body, kind="stable")
        self._points, self._part = points[order], part[order]
        self._first = np.searchsorted(body[order], np.arange(len(anatomy.bodies) + 1))
        self._bone_keys = ["" if each.layer == "ligaments" else each.key for each in bones.parts]
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
        opaque_bone = np.array([key in solid for key in self._bone_keys])[self._part]
        opaque_muscle = np.array([key in solid for key in self._muscle_keys])[self._muscle_part]
        placed = np.empty_like(self._points)
        for first, last, world in zip(self._first, self._first[1:], snapshot.world_from_rest, strict=False):
            placed[first:last] = self._points[first:last] @ world[:3, :3].T + world[:3, 3]
        bones = np.zeros(int(np.prod(SHAPE)), bool)
        _fill(bones, placed[opaque_bone])
        anything = bones.copy()
        _fill(anything, snapshot.muscle_vertices[opaque_muscle])
        return Grid(bones, anything)


def _meets(cells: np.ndarray, points: np.ndarray, eye: np.ndarray, start_m: float) -> np.ndarray:
    """Whether the ray from each point to the eye meets a filled cell farther than `start_m` from the point."""
    way = np.asarray(eye - points, np.float32)
    far = np.sqrt((way * way).sum(axis=1, keepdims=True))
    steps = np.arange(start_m, float(np.linalg.norm(HIGH - LOW)), STEP_M).astype(np.float32)
    along = points.astype(np.float32)[:, :, None] + (way / far)[:, :, None] * steps
    code, inside = _codes(along.swapaxes(0, 1))
    return np.asarray(np.any(cells[code] & inside & (steps < far), axis=1))


def _fill(cells: np.ndarray, points: np.ndarray) -> None:
    code, inside = _codes(points.T)
    cells[code[inside]] = True


def _codes(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells of places (3, ...) m, 0 where outside; and whether each is inside."""
    inside, code = np.ones(places.shape[1:], bool), np.zeros(places.shape[1:], np.int32)
    for values, low, count in zip(places, LOW, SHAPE, strict=True):
        cell = ((values - low) / CELL_M).astype(np.int32)
        inside &= cell.view(np.uint32) < count
        code = code * count + cell
    return np.where(inside, code, 0), inside


def _samples(surface: Surface) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 3) float32 m on a surface, one in each cell that it passes and more, and their parts (n,)."""
    corners = surface.vertices[surface.triangles]
    part = surface.part[surface.triangles[:, 0]]
    edge = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    pieces_needed = np.minimum(np.ceil(np.log2(np.maximum(2.0 * edge / CELL_M, 1.0))), 4.0).astype(int)
    found, owner = [surface.vertices], [surface.part]
    for halvings in range(1, 5):
        own, pieces = pieces_needed == halvings, 2**halvings
        i, j = np.meshgrid(np.arange(pieces + 1), np.arange(pieces + 1))
        share = np.column_stack([i[i + j <= pieces], j[i + j <= pieces]]) / pieces
        weight = np.column_stack([1.0 - share.sum(axis=1), share])
        found.append(np.einsum("kc,ncx->nkx", weight, corners[own]).reshape(-1, 3))
        owner.append(np.repeat(part[own], len(weight)))
    points, parts = np.concatenate(found).astype(np.float32), np.concatenate(owner)
    # One of those that share a smaller cell is enough.
    cell = np.column_stack([np.floor(points / (0.7 * CELL_M)).astype(np.int64), parts])
    cell -= cell.min(axis=0)
    code = np.ravel_multi_index(tuple(cell.T), tuple(cell.max(axis=0) + 1))
    keep = np.unique(code, return_index=True)[1]
    return points[keep], parts[keep]
