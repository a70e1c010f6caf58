"""The body's outline as a value: a net of quads round the bones and muscles, made of its stored left half.

Takes the arrays of `body/outline.npz`; gives `Outline`, whole, with its once refined net (Catmull & Clark 1978).
Shown only: nothing is ever measured from it, its thickness is imposed and no patient's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

MIRROR = np.array([-1.0, 1.0, 1.0], np.float32)
# Arrays of the file: kind and shape.
ARRAYS: dict[str, tuple[type, tuple[int | str, ...]]] = {
    "vertices": (np.float32, ("points", 3)),
    "quads": (np.uint16, ("quads", 4)),
    "bodies": (np.uint8, ("points", 4)),
    "weight": (np.uint8, ("points", 4)),
    "opacity": (np.uint8, ("points",)),
    "bends": (np.int8, ("shapes", "points", 3)),
    "bend_step": (np.float32, ("shapes",)),
    "bend_deg": (np.float32, ("shapes", 4)),
}


@dataclass(frozen=True, eq=False)
class Net:
    """Quads (m, 4) int32 over n points, their edges (e, 2), each quad's edges (m, 4), and which edges lie on a border.

    `refined` numbers the points of the finer net: the n old ones, then one an edge, then one a quad.
    """

    count: int
    quads: np.ndarray
    edges: np.ndarray
    quad_edges: np.ndarray
    on_border: np.ndarray

    @classmethod
    def of(cls, quads: np.ndarray, count: int) -> Net:
        """The net of `quads` over `count` points."""
        after = np.roll(quads, -1, axis=1)
        # One number an edge: ten times as quick as rows of two.
        number = np.minimum(quads, after).astype(np.int64) * count + np.maximum(quads, after)
        # By hand: np.unique brings in numpy.ma, for which the first picture would wait.
        order = np.argsort(number, axis=None, kind="stable")
        numbers = number.ravel()[order]
        is_new = np.diff(numbers, prepend=-1) != 0
        first = np.flatnonzero(is_new)
        edge_of = np.empty(number.size, np.int64)
        edge_of[order] = np.cumsum(is_new) - 1
        edges = np.stack(np.divmod(numbers[first], count), axis=1)
        is_once = np.diff(first, append=number.size) == 1
        return cls(count, quads, edges, edge_of.reshape(-1, 4), is_once)

    def refined(self) -> np.ndarray:
        """Quads (4 m, 4) int32 of the net with a new point on each edge and in each quad."""
        edge, middle = self.count + self.quad_edges, self.count + len(self.edges) + np.arange(len(self.quads))
        corners = [np.stack([self.quads[:, k], edge[:, k], middle, edge[:, k - 1]], axis=1) for k in range(4)]
        return np.concatenate(corners).astype(np.int32)


@dataclass(frozen=True, eq=False)
class Outline:
    """The outline in the balanced stance; the base net has n points, the refined one more, its first n the same.

    vertices (n, 3) float32 m. weight (n, bodies) float32: how far a point follows each body. left_share (n,) float32:
    1 on the left half, 0 on the right, a half on the middle plane. opacity (n,) float32: 0 at the open upper edge.
    bends (k, n, 3) float32 m: what bent joints add before the bodies carry the points, full at bend_deg (k, 4) float32:
    the hip's flexion, adduction and internal rotation and the knee's flexion, 0 where that does not count.
    triangles (t, 3) int32 over the refined net's points, coarse_triangles over the base's.
    """

    vertices: np.ndarray
    weight: np.ndarray
    left_share: np.ndarray
    opacity: np.ndarray
    bends: np.ndarray
    bend_deg: np.ndarray
    net: Net
    triangles: np.ndarray
    coarse_triangles: np.ndarray


def triangulated(quads: np.ndarray) -> np.ndarray:
    """Two triangles (2 m, 3) int32 a quad, side by side."""
    return quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3).astype(np.int32)


def mirrored_body(bodies: Sequence[str]) -> np.ndarray:
    """Index of each body's counterpart on the other side, (bodies,) int."""
    swap = {"left": "right", "right": "left"}
    names = ["_".join(swap.get(word, word) for word in body.split("_")) for body in bodies]
    return np.array([bodies.index(name) for name in names])


def outline_from(half: Mapping[str, np.ndarray], bodies: Sequence[str]) -> Outline:
    """The whole outline of a stored left half.

    vertices (h, 3) float32 m, those of the middle plane at x = 0; quads (m, 4) uint16; bodies (h, 4) uint8 and weight
    (h, 4) uint8, in 255ths; opacity (h,) uint8; bends (k, h, 3) int8, in steps of bend_step (k,) float32 m;
    bend_deg (k, 4) float32.
    """
    vertices = half["vertices"]
    beside = np.flatnonzero(vertices[:, 0] != 0.0)
    mirror_of = np.arange(len(vertices))
    mirror_of[beside] = len(vertices) + np.arange(len(beside))
    left = half["quads"].astype(np.int32)
    quads = np.concatenate([left, mirror_of[left][:, ::-1]])
    weight = np.zeros((len(vertices), len(bodies)), np.float32)
    np.put_along_axis(weight, half["bodies"].astype(int), half["weight"].astype(np.float32), axis=1)
    weight /= weight.sum(axis=1, keepdims=True)
    swapped = weight[:, mirrored_body(bodies)]
    on_middle = vertices[:, 0] == 0.0
    weight[on_middle] = 0.5 * (weight + swapped)[on_middle]
    net = Net.of(quads, len(vertices) + len(beside))
    bends = half["bends"] * half["bend_step"][:, None, None]
    return Outline(
        vertices=np.concatenate([vertices, vertices[beside] * MIRROR]),
        weight=np.concatenate([weight, swapped[beside]]),
        left_share=np.concatenate([np.where(on_middle, 0.5, 1.0), np.zeros(len(beside))]).astype(np.float32),
        opacity=np.concatenate([half["opacity"], half["opacity"][beside]]).astype(np.float32) / 255.0,
        bends=np.concatenate([bends, bends[:, beside] * MIRROR], axis=1),
        bend_deg=half["bend_deg"],
        net=net,
        triangles=triangulated(net.refined()),
        coarse_triangles=triangulated(quads),
    )
