"""The surfaces near the nerve in any posture: bones and muscles of one side, as triangles, the right ones mirrored.

Takes an anatomy; gives, for a snapshot, what the distances of `clearance` need of each triangle. Both sides are seen as
the left one: bones and muscles of the right are exact mirror images.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.anatomy.muscle_grid import MIRRORED_DRAWN, VERTICES_DRAWN
from visualizer.body.snapshot import Snapshot
from visualizer.space.tube import MIRROR

MIRROR_TRANSFORM = np.outer([-1.0, 1.0, 1.0, 1.0], [-1.0, 1.0, 1.0, 1.0]).astype(np.float32)
LEFT_FROM_MIRRORED = np.argsort(MIRRORED_DRAWN)


@dataclass(frozen=True, eq=False)
class Products:
    """What a nearest point needs of triangles a, b, c, (m,) each: products of the sides ab and ac, and one over them.

    bb, cc, far: squares of the sides ab, ac and bc; bc: product of ab and ac. per_bb, per_cc, per_far: one over the
    squares; per_area: one over the square of twice the area.
    """

    bb: np.ndarray
    bc: np.ndarray
    cc: np.ndarray
    far: np.ndarray
    per_bb: np.ndarray
    per_cc: np.ndarray
    per_far: np.ndarray
    per_area: np.ndarray

    @classmethod
    def of(cls, ab: np.ndarray, ac: np.ndarray) -> Products:
        """Of triangles with these sides (3, m)."""
        bb, bc, cc = dot(ab, ab), dot(ab, ac), dot(ac, ac)
        far = bb - 2.0 * bc + cc
        squares = bb, cc, far, bb * cc - bc * bc
        return cls(bb, bc, cc, far, *(1.0 / np.maximum(square, 1e-12) for square in squares))

    def take(self, rows: np.ndarray) -> Products:
        """The same of the triangles `rows` (p,)."""
        return Products(*(getattr(self, field.name).take(rows) for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Triangles:
    """Placed triangles, mm: corner a, ways ab and ac to the others, unit normals outward (3, m).

    The coordinate comes first here: arithmetic on whole components is several times faster than on rows of three.
    """

    a: np.ndarray
    ab: np.ndarray
    ac: np.ndarray
    normal: np.ndarray
    products: Products


class Walls:
    """Chosen triangles of the left half, and the structure that each belongs to: an index into `structures`.

    chosen (m,): which of the anatomy's triangles, the bones' first, then the muscles'. structures: keys of the bones,
    then muscles. structure (m,); on the right, `of_right` maps it to the other side's (parts,).
    """

    def __init__(self, anatomy: Anatomy, chosen: np.ndarray | None = None) -> None:
        bones, muscles = anatomy.bones, anatomy.muscle_surface
        parts = [*bones.parts, *muscles.parts]
        self.structures = tuple(part.key for part in parts)
        index = {key: at for at, key in enumerate(self.structures)}
        self.of_right = np.array([index.get(swapped(key), at) for key, at in index.items()])
        corners = np.concatenate([bones.triangles, muscles.triangles + len(bones.vertices)])
        structure = np.concatenate(
            [
                bones.part[bones.triangles[:, 0]],
                muscles.part[muscles.triangles[:, 0]] + len(bones.parts),
            ]
        )
        # Nothing is measured to a ligament.
        near = np.array([part.side != "right" and part.layer != "ligaments" for part in parts])[structure]
        self.chosen = np.flatnonzero(near) if chosen is None else chosen
        rows, local = np.unique(corners[self.chosen], return_inverse=True)
        self._corners = np.ascontiguousarray(local.reshape(-1, 3).T)
        self.structure = structure[self.chosen]
        own = rows < len(bones.vertices)
        self._place_bones(anatomy, rows[own])
        left = rows[~own] - len(bones.vertices)
        muscle, place = left // VERTICES_DRAWN, left % VERTICES_DRAWN
        # Left and right muscles follow on in turn.
        mirrored = (muscle + 1) * VERTICES_DRAWN + LEFT_FROM_MIRRORED[place]
        self._muscle_rows = {"left": left, "right": mirrored}

    def _place_bones(self, anatomy: Anatomy, rows: np.ndarray) -> None:
        """Make ready the bones' vertices `rows`: at rest, in runs that follow one body or, discs, share two."""
        bones = anatomy.bones
        self._rest = bones.vertices[rows] * np.float32(1000.0)
        self._weight = bones.weight[rows]
        pairs = bones.bodies[rows]
        starts = np.flatnonzero(np.r_[len(rows) > 0, (np.diff(pairs, axis=0) != 0).any(axis=1)])
        self._runs = [
            (slice(start, stop), tuple(pairs[start]))
            for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True)
        ]
        swap = [anatomy.bodies.index(swapped(name)) for name in anatomy.bodies]
        self._bodies = {"left": np.arange(len(swap)), "right": np.array(swap)}

    def placed(self, snapshot: Snapshot, side: str) -> Triangles:
        """The triangles of one side in a posture, as left ones."""
        world = snapshot.world_from_rest[self._bodies[side]]
        muscles = snapshot.muscle_vertices[self._muscle_rows[side]] * np.float32(1000.0)
        if side == "right":
            world = world * MIRROR_TRANSFORM
            muscles *= MIRROR
        vertices = np.empty((len(self._rest) + len(muscles), 3), dtype=np.float32)
        vertices[len(self._rest) :] = muscles
        for run, (body, other) in self._runs:
            turn, shift = world[:, :3, :3], world[:, :3, 3] * np.float32(1000.0)
            vertices[run] = self._rest[run] @ turn[body].T + shift[body]
            shared = self._weight[run, None]
            if shared.min() < 1.0:
                second = self._rest[run] @ turn[other].T + shift[other]
                vertices[run] = shared * vertices[run] + (1.0 - shared) * second
        by_axis = np.ascontiguousarray(vertices.T)
        a, b, c = (by_axis.take(corner, axis=1) for corner in self._corners)
        ab, ac = b - a, c - a
        normal = cross(ab, ac)
        normal /= np.maximum(np.sqrt(dot(normal, normal)), 1e-9)
        return Triangles(a, ab, ac, normal, Products.of(ab, ac))


def swapped(key: str) -> str:
    """The other side's name: `femur_left` -> `femur_right`; a middle one is its own."""
    for side, other in (("left", "right"), ("right", "left")):
        if key.endswith(f"_{side}"):
            return key.removesuffix(side) + other
    return key


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Scalar products (…) of vectors (3, …)."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products of vectors (3, n)."""
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
