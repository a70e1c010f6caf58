"""The coordinates that a muscle's picture is grained and banded by: across and along its fibres.

Takes rings of a lofted surface, mm; gives centimetres at each of its vertices. Fibres begin at uneven heights along a
crest; bands at equal distance from those beginnings would be kinked. These run square to the fibres, and smooth.
"""

from __future__ import annotations

import numpy as np

from visualizer.body import muscles as loft


def fibre_coordinates(rings: np.ndarray) -> np.ndarray:
    """Across and along the fibres, (n, 2) cm, of the vertices of one muscle; rings (RING, STATIONS, 3) mm.

    Across is the same on both faces, so that it has no seam.
    """
    width = np.linalg.norm(np.diff(rings[: loft.COLUMNS, loft.STATIONS // 2], axis=0), axis=1)
    across = np.r_[0.0, np.cumsum(width)][loft.RING_COLUMN] / 10.0
    along = along_fibres(rings) / 10.0
    both = np.stack([np.broadcast_to(across[:, None], along.shape), along], axis=2).reshape(-1, 2)
    return np.concatenate([both, [[across.mean(), along[:, end].mean()] for end in (0, -1)]])


def along_fibres(rings: np.ndarray) -> np.ndarray:
    """How far along its fibres each vertex lies, (RING, STATIONS) mm, 0 where it is least.

    Least squares: between neighbours it grows by as much as they are apart in the direction of the fibres there.
    """
    direction = np.gradient(rings, axis=1)
    direction /= np.maximum(np.linalg.norm(direction, axis=2, keepdims=True), 1e-9)
    vertex = np.arange(loft.RING * loft.STATIONS).reshape(loft.RING, loft.STATIONS)
    beside = np.roll(vertex, -1, axis=0)
    pairs = [(vertex[:, :-1], vertex[:, 1:]), (vertex, beside), (vertex[:, :-1], beside[:, 1:])]
    one, other = (np.concatenate([pair[end].ravel() for pair in pairs]) for end in (0, 1))
    place, direction = rings.reshape(-1, 3), direction.reshape(-1, 3)
    middle = (direction[one] + direction[other]) / 2.0
    growth = np.einsum("ni,ni->n", middle, place[other] - place[one])
    # The normal equations of those differences, with one vertex held.
    matrix, right = np.zeros((len(place), len(place))), np.zeros(len(place))
    for row, sign in ((one, -1.0), (other, 1.0)):
        np.add.at(matrix, (row, row), 1.0)
        np.add.at(right, row, sign * growth)
    np.add.at(matrix, (one, other), -1.0)
    np.add.at(matrix, (other, one), -1.0)
    matrix[0, 0] += 1.0
    solved = np.linalg.solve(matrix, right)
    return (solved - solved.min()).reshape(loft.RING, loft.STATIONS)
