"""The body's outline in a posture: carried by the bodies as dual quaternions, with shapes of its own for bent joints.

Takes `Anatomy.outline` and the bodies' transforms; gives vertices and normals, room frame, metres. Method: Kavan et
al. 2008 (dual quaternions keep a bent joint's girth), Catmull & Clark 1978 (one refinement). Numpy alone: the first
picture waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.anatomy.outline import Net, Outline

if TYPE_CHECKING:
    from visualizer.body.snapshot import Snapshot


class PreparedOutline:
    """An anatomy's outline made ready to be posed; it must have one."""

    def __init__(self, anatomy: Anatomy) -> None:
        if anatomy.outline is None:
            raise ValueError("this anatomy has no outline")
        self.shape: Outline = anatomy.outline
        self.bodies = anatomy.bodies
        self._rest = np.ascontiguousarray(self.shape.vertices.T)
        self._bends = self.shape.bends.transpose(0, 2, 1).reshape(len(self.shape.bends), self._rest.size)
        self._weight = np.ascontiguousarray(self.shape.weight.T)
        self._refine = Refinement(self.shape.net)
        self.opacity = self._refine(self.shape.opacity[:, None])[:, 0]
        quads = self.shape.net.quads
        self._quads = Sums(quads.ravel(), np.repeat(np.arange(len(quads)), 4))

    def posed(self, world_from_rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vertices m and unit normals, each (refined points, 3) float32, for transforms (bodies, 4, 4)."""
        points = np.ascontiguousarray(self.base(world_from_rest).T)
        fine = self._refine(np.concatenate([points, self._normals(points)], axis=1))
        vertices, normals = np.ascontiguousarray(fine[:, :3]), fine[:, 3:]
        length = np.sqrt(np.einsum("ij,ij->i", normals, normals))
        return vertices, normals / np.maximum(length, 1e-12)[:, None]

    def base(self, world_from_rest: np.ndarray) -> np.ndarray:
        """The base net's points in a posture, (3, n) float32 m."""
        return carried(dual_quaternions(world_from_rest), self._weight, self._bent(world_from_rest))

    def placed(self, world_from_rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The base net's points (3, n) m, and the rotations (n, 3, 3) that carry what is added to them at rest."""
        bodies, rest = dual_quaternions(world_from_rest), self._bent(world_from_rest)
        points = carried(bodies, self._weight, rest)
        ends = [
            carried(bodies, self._weight, rest + axis[:, None]) - points
            for axis in np.eye(3, dtype=np.float32)
        ]
        return points, np.stack(ends, axis=-1).transpose(1, 0, 2)

    def _bent(self, world_from_rest: np.ndarray) -> np.ndarray:
        """Points at rest (3, n) with what the bent joints of each side add."""
        if not len(self._bends):
            return self._rest
        left, right = (
            (bend_shares(self.shape.bend_deg, angles) @ self._bends).reshape(3, -1)
            for angles in joint_angles_deg(world_from_rest, self.bodies)
        )
        return self._rest + self.shape.left_share * left + (1.0 - self.shape.left_share) * right

    def _normals(self, points: np.ndarray) -> np.ndarray:
        """Unit normals (n, 3) of the base net at points (n, 3): of each quad its diagonals' product."""
        a, b, c, d = (points[corner].T for corner in self.shape.net.quads.T)
        area = np.ascontiguousarray(cross(c - a, d - b).T)
        sums = self._quads.of(area)
        return sums / np.maximum(np.sqrt((sums * sums).sum(axis=1)), 1e-12)[:, None]


def outline(anatomy: Anatomy, snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """The outline of a solved posture: vertices m and unit normals (n, 3) float32; `anatomy.outline.triangles`."""
    return anatomy.prepared(PreparedOutline).posed(snapshot.world_from_rest)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross products of columns, (3, n)."""
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def dual_quaternions(transforms: np.ndarray) -> np.ndarray:
    """Rigid transforms (k, 4, 4) as (8, k) float32: rotation x, y, z, w with w >= 0, then its dual part."""
    r, t = transforms[:, :3, :3].astype(float), transforms[:, :3, 3].T.astype(float)
    trace = np.einsum("kii->k", r)
    # The rotation is the eigenvector of Bar-Itzhack's matrix (2000): no case has to be told from another.
    matrix = np.empty((len(r), 4, 4))
    matrix[:, :3, :3] = r + r.transpose(0, 2, 1) - trace[:, None, None] * np.eye(3)
    matrix[:, 3, :3] = matrix[:, :3, 3] = np.stack(
        [r[:, 2, 1] - r[:, 1, 2], r[:, 0, 2] - r[:, 2, 0], r[:, 1, 0] - r[:, 0, 1]], axis=1
    )
    matrix[:, 3, 3] = trace
    turn = np.linalg.eigh(matrix)[1][:, :, 3].T
    turn *= np.where(turn[3] < 0.0, -1.0, 1.0)
    dual = 0.5 * np.concatenate([turn[3] * t + cross(t, turn[:3]), -(t * turn[:3]).sum(axis=0)[None]])
    return np.concatenate([turn, dual]).astype(np.float32)


def carried(bodies: np.ndarray, weight: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (3, n) moved by their blend `weight` (bodies, n) of dual quaternions (8, bodies)."""
    blend = bodies @ weight
    blend /= np.sqrt((blend[:4] * blend[:4]).sum(axis=0))
    axis, angle, dual, rest = blend[:3], blend[3], blend[4:7], blend[7]
    turned = cross(axis, cross(axis, points) + angle * points)
    return points + 2.0 * (turned + angle * dual - rest * axis + cross(axis, dual))


def joint_angles_deg(world_from_rest: np.ndarray, bodies: tuple[str, ...]) -> np.ndarray:
    """Flexion, adduction and internal rotation of the hip and flexion of the knee, left and right, (2, 4) float.

    Read from the bodies' rotations, in the hip joint's order of turns; the knee is taken as a hinge.
    """
    turn = dict(zip(bodies, world_from_rest[:, :3, :3].astype(float), strict=True))
    angles = np.empty((2, 4))
    for row, side, outward in zip(angles, SIDES, (1.0, -1.0), strict=True):
        hip = turn["pelvis"].T @ turn[f"femur_{side}"]
        knee = turn[f"femur_{side}"].T @ turn[f"tibia_{side}"]
        row[:] = (
            np.arctan2(hip[1, 2], hip[2, 2]),
            outward * np.arcsin(np.clip(hip[0, 2], -1.0, 1.0)),
            outward * np.arctan2(hip[0, 1], hip[0, 0]),
            np.arctan2(-knee[1, 2], knee[2, 2]),
        )
    return np.degrees(angles)


def bend_shares(bend_deg: np.ndarray, angles_deg: np.ndarray) -> np.ndarray:
    """How much of each shape of `bend_deg` (k, 4) a leg at `angles_deg` (4,) shows, (k,) float32; 0 when straight."""
    shares = np.ones(len(bend_deg), np.float32)
    for full, angle in zip(bend_deg.T, angles_deg, strict=True):
        knots = np.array(sorted({0.0, *full.tolist()}))
        for index in np.flatnonzero(full):
            shares[index] *= np.interp(angle, knots, knots == full[index])
    return shares


class Sums:
    """For each of n points the sum of rows of an array: row `row[i]` counts for point `owner[i]`, both (pairs,) int."""

    def __init__(self, owner: np.ndarray, row: np.ndarray) -> None:
        order = np.argsort(owner, kind="stable")
        self.count = np.bincount(owner)
        most = int(self.count.max())
        place = np.arange(len(owner)) - np.repeat(np.cumsum(self.count) - self.count, self.count)
        # One column for each that a point can have; those that it lacks point at a row of zeros.
        table = np.full((most, len(self.count)), -1)
        table[place, owner[order]] = row[order]
        self._first, *rest = table
        self._rest = [(np.flatnonzero(column >= 0), column[column >= 0]) for column in rest]

    def of(self, rows: np.ndarray) -> np.ndarray:
        """(n, k) sums of rows (rows, k)."""
        total = rows[self._first]
        for points, which in self._rest:
            if len(points) == len(total):
                total += rows[which]
            else:
                total[points] += rows[which]
        return total


class Refinement:
    """One step of Catmull & Clark over a net; a border keeps its points, and the middles of its edges."""

    def __init__(self, net: Net) -> None:
        self._corners = net.quads.T.copy()
        self._ends = net.edges.T.copy()
        first, last = np.full(len(net.edges), len(net.quads)), np.zeros(len(net.edges), int)
        quad = np.repeat(np.arange(len(net.quads)), 4)
        np.minimum.at(first, net.quad_edges.ravel(), quad)
        np.maximum.at(last, net.quad_edges.ravel(), quad)
        self._beside = np.stack([first, last])
        self._share = np.where(net.on_border, 0.0, 0.5).astype(np.float32)[:, None]
        self._around = Sums(net.quads.ravel(), quad)
        self._neighbours = Sums(net.edges.ravel(), net.edges[:, ::-1].ravel())
        quads, edges = (sums.count[:, None].astype(np.float32) for sums in (self._around, self._neighbours))
        self._quad_share, self._end_share, self._own_share = (
            1.0 / quads**2,
            1.0 / (quads * edges),
            1.0 - 2.0 / quads,
        )
        self._keeps = np.flatnonzero(np.bincount(net.edges[net.on_border].ravel(), minlength=net.count))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Whatever lies at the net's points, (n, k) float32, at those of the finer net."""
        a, b, c, d = (points[corner] for corner in self._corners)
        in_quad = 0.25 * (a + b + c + d)
        on_edge = 0.5 * (points[self._ends[0]] + points[self._ends[1]])
        beside = 0.5 * (in_quad[self._beside[0]] + in_quad[self._beside[1]])
        on_edge += self._share * (beside - on_edge)
        at_point = self._quad_share * self._around.of(in_quad)
        at_point += self._end_share * self._neighbours.of(points)
        at_point += self._own_share * points
        at_point[self._keeps] = points[self._keeps]
        return np.concatenate([at_point, on_edge, in_quad]).astype(np.float32, copy=False)
