"""Evaluate surfaces made of high-order Lagrange elements into triangle meshes.

Takes a node file (`*.geof`) and an element file (`*.mesh`) of the LLP26 shape model, package
`musculoskeletal-models` (MPL-2.0); gives vertices in the file's millimetres and triangles.
Nodes are numbered in element order, shared ones by the connectivity table; quads have x fastest,
triangles run by rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SUBDIVISIONS = 12


@dataclass(frozen=True)
class Mesh:
    """Vertices (n, 3) float mm and triangles (m, 3) int; `element` (m,) int names each triangle's element."""

    vertices: np.ndarray
    triangles: np.ndarray
    element: np.ndarray


def lagrange_basis(order: int, at: np.ndarray) -> np.ndarray:
    """One-dimensional Lagrange basis of `order` on equidistant nodes of [0, 1]; (len(at), order + 1)."""
    nodes = np.linspace(0.0, 1.0, order + 1)
    columns = [
        np.prod([(at - other) / (node - other) for other in np.delete(nodes, i)], axis=0)
        for i, node in enumerate(nodes)
    ]
    return np.stack(columns, axis=1)


def quad_patch(order_x: int, order_y: int, subdivisions: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (points, nodes) and triangles of a tensor-product quadrilateral, x fastest."""
    along = np.linspace(0.0, 1.0, subdivisions + 1)
    weights = np.einsum("yj,xi->yxji", lagrange_basis(order_y, along), lagrange_basis(order_x, along))
    weights = weights.reshape(len(along) ** 2, -1)
    row, column = np.divmod(np.arange(subdivisions**2), subdivisions)
    corner = row * (subdivisions + 1) + column
    above = corner + subdivisions + 1
    triangles = np.concatenate(
        [np.stack([corner, corner + 1, above + 1], 1), np.stack([corner, above + 1, above], 1)]
    )
    return weights, triangles


def triangle_patch(order: int, subdivisions: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (points, nodes) and triangles of a simplex of `order`, nodes by rows of falling length."""

    def lattice(n: int) -> np.ndarray:
        return np.array([(x, y) for y in range(n + 1) for x in range(n + 1 - y)], dtype=float) / n

    powers = [(a, b) for b in range(order + 1) for a in range(order + 1 - b)]

    def monomials(points: np.ndarray) -> np.ndarray:
        return np.stack([points[:, 0] ** a * points[:, 1] ** b for a, b in powers], axis=1)

    weights = monomials(lattice(subdivisions)) @ np.linalg.inv(monomials(lattice(order)))
    row_start = np.cumsum([0] + [subdivisions + 1 - y for y in range(subdivisions + 1)])
    triangles = []
    for y in range(subdivisions):
        for x in range(subdivisions - y):
            here, above = row_start[y] + x, row_start[y + 1] + x
            triangles.append((here, here + 1, above))
            if x < subdivisions - y - 1:
                triangles.append((here + 1, above + 1, above))
    return weights, np.array(triangles)


def element_nodes(mesh: dict) -> list[tuple[str, np.ndarray]]:
    """Kind (`quad44`: 4 nodes along x, 4 along y; `tri10`) and global node numbers of each element."""
    number: dict[str, int] = {}
    elements, fresh = [], 0
    for element in range(mesh["element_counter"]):
        kind = mesh["elements"][str(element)].split()[-1]
        count = int(kind[4]) * int(kind[5]) if kind.startswith("quad") else int(kind[3:])
        nodes = []
        for node in range(count):
            key = f"{element}_{node}"
            if key not in number:
                shared = [k for k in mesh["connectivity"].get(key, "").split() if k in number]
                number[key] = number[shared[0]] if shared else fresh
                fresh += not shared
            nodes.append(number[key])
        elements.append((kind, np.array(nodes)))
    return elements


def patch(kind: str, nodes: int, subdivisions: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (points, nodes) and triangles of an element, by its kind and number of nodes."""
    if kind.startswith("quad"):
        return quad_patch(int(kind[4]) - 1, int(kind[5]) - 1, subdivisions)
    return triangle_patch({10: 3, 15: 4}[nodes], subdivisions)


def merged(points: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which points (k,) are kept where elements repeat them along their borders, and the triangles (m, 3) of those."""
    _, first, inverse = np.unique(np.round(points, 3), axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(-1)[triangles]


def whole(triangles: np.ndarray) -> np.ndarray:
    """Which triangles (m,) bool have three corners."""
    a, b, c = triangles.T
    return (a != b) & (b != c) & (c != a)


def read_surface(mesh_file: Path, node_file: Path, subdivisions: int = SUBDIVISIONS) -> Mesh:
    """Evaluate one surface; duplicate vertices along element borders are merged.

    Raises ValueError where the two files do not belong together.
    """
    mesh = json.loads(mesh_file.read_text())
    fields = json.loads(node_file.read_text())["field_parameters"]
    nodes = np.array([[float(p[f"dim {i}"]) for i in range(3)] for _, p in sorted(fields.items())])
    elements = element_nodes(mesh)
    if max(e.max() for _, e in elements) + 1 != len(nodes):
        raise ValueError(f"{mesh_file.name} and {node_file.name} do not belong together.")
    vertices, triangles, owner, start = [], [], [], 0
    for index, (kind, element) in enumerate(elements):
        weights, faces = patch(kind, len(element), subdivisions)
        vertices.append(weights @ nodes[element])
        triangles.append(faces + start)
        owner.append(np.full(len(faces), index))
        start += len(weights)
    points = np.concatenate(vertices)
    kept, faces = merged(points, np.concatenate(triangles))
    own = whole(faces)
    return Mesh(points[kept], faces[own], np.concatenate(owner)[own])
