"""How a muscle's surface is laid out: few control points in the files, and between them those that are drawn.

Control points lie in RING lines round the muscle times STATIONS along it. `rings_drawn` and `ends_drawn` put a line
between each two of them, on a cubic through the four around it, and round off both ends. What is drawn is cut and
measured too: nobody above `body` sees the control points.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.anatomy.model import Part, Surface

STATIONS = 20
COLUMNS = 9
RING = 2 * (COLUMNS - 1)
# In the files a muscle's rings are followed by the middle of either end.
VERTICES_STORED = RING * STATIONS + 2
DRAWN_COLUMNS = 2 * COLUMNS - 1
DRAWN_RING = 2 * RING
# Drawn, they are followed by the middle lines of either end, without the rims, which are the ring's.
END = DRAWN_COLUMNS - 2
GRID = DRAWN_RING * STATIONS
VERTICES_DRAWN = GRID + 2 * END
DRAWN_OPPOSITE = -np.arange(DRAWN_RING) % DRAWN_RING
DRAWN_MIRRORED_RING = (DRAWN_COLUMNS - 1 - np.arange(DRAWN_RING)) % DRAWN_RING
MIRRORED_END = np.arange(END)[::-1]
# Where the right muscle's vertices are among those of the left one's mirror image.
MIRRORED_DRAWN = np.r_[
    (DRAWN_MIRRORED_RING[:, None] * STATIONS + np.arange(STATIONS)).ravel(),
    GRID + MIRRORED_END,
    GRID + END + MIRRORED_END,
]
# How far the rounded end stands out, against half its thickness, and how much its edge turns towards it.
ROUNDNESS = np.float32(0.6)
EDGE_TURN = np.float32(0.8)
SHADE_PASSES = 3


def round_matrix() -> np.ndarray:
    """(DRAWN_RING, RING): every line round the muscle, and the cubic midway between two."""
    matrix = np.zeros((DRAWN_RING, RING))
    for line in range(RING):
        matrix[2 * line, line] = 1.0
        for step, weight in zip((-1, 0, 1, 2), (-1, 9, 9, -1), strict=True):
            matrix[2 * line + 1, (line + step) % RING] += weight / 16
    return matrix.astype(np.float32)


ROUND = round_matrix()


def rings_drawn(rings: np.ndarray) -> np.ndarray:
    """Values (…, DRAWN_RING, STATIONS) of values (…, RING, STATIONS) at the control points."""
    return np.asarray(np.matmul(ROUND, rings))


def ends_drawn(rings: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and unit normals (muscles, VERTICES_DRAWN, 3) of drawn rings (3, muscles, DRAWN_RING, STATIONS).

    normals: outward, of about unit length, changed in place: those of the outermost rings turn towards their end.
    """
    muscles = rings.shape[1]
    points, facing = (np.empty((muscles, VERTICES_DRAWN, 3), dtype=np.float32) for _ in range(2))
    for number, (last, inner) in enumerate(((0, 1), (-1, -2))):
        edge, before = rings[..., last], rings[..., inner]
        opposite = edge[:, :, DRAWN_OPPOSITE]
        middle = (edge + opposite) * np.float32(0.5)
        away = middle - (before + before[:, :, DRAWN_OPPOSITE]) * np.float32(0.5)
        away /= np.maximum(np.sqrt((away * away).sum(axis=0)), 1e-9)
        half = np.sqrt(((edge - opposite) ** 2).sum(axis=0)) * np.float32(0.5)
        own = slice(GRID + number * END, GRID + (number + 1) * END)
        columns = slice(1, DRAWN_COLUMNS - 1)
        points[:, own] = np.moveaxis((middle + away * (ROUNDNESS * half))[:, :, columns], 0, 2)
        facing[:, own] = np.moveaxis(away[:, :, columns], 0, 2)
        normals[..., last] += EDGE_TURN * away
    points[:, :GRID] = np.moveaxis(rings.reshape(3, muscles, GRID), 0, 2)
    length = normals[0] * normals[0]
    length += normals[1] * normals[1]
    length += normals[2] * normals[2]
    normals /= np.maximum(np.sqrt(length, out=length), 1e-12)
    facing[:, :GRID] = np.moveaxis(normals.reshape(3, muscles, GRID), 0, 2)
    return points, facing


def triangles_drawn() -> np.ndarray:
    """Topology (n, 3) int32 of one left muscle, counter-clockwise from outside."""
    ring, station = np.meshgrid(np.arange(DRAWN_RING), np.arange(STATIONS - 1), indexing="ij")
    a = (ring * STATIONS + station).ravel()
    b = (((ring + 1) % DRAWN_RING) * STATIONS + station).ravel()
    kept = [np.stack([a, a + 1, b], 1), np.stack([b, a + 1, b + 1], 1)]
    line = np.arange(DRAWN_RING)
    following = (line + 1) % DRAWN_RING
    column = np.minimum(line, DRAWN_RING - line)
    for last, first_own, turned in ((0, GRID, False), (STATIONS - 1, GRID + END, True)):
        rim = line * STATIONS + last
        # On the two rims the middle line is the ring itself.
        middle = np.where((column == 0) | (column == DRAWN_COLUMNS - 1), rim, first_own + column - 1)
        quads = np.concatenate(
            [
                np.stack([rim, rim[following], middle[following]], 1),
                np.stack([rim, middle[following], middle], 1),
            ]
        )
        whole = (quads[:, 0] != quads[:, 1]) & (quads[:, 1] != quads[:, 2]) & (quads[:, 2] != quads[:, 0])
        kept.append(quads[whole][:, ::-1] if turned else quads[whole])
    return np.concatenate(kept).astype(np.int32)


def values_drawn(stored: np.ndarray) -> np.ndarray:
    """Plain values (muscles, VERTICES_DRAWN) from values (muscles, VERTICES_STORED), never beyond their neighbours."""
    low, high = (extreme(axis=1)[:, None, None] for extreme in (stored.min, stored.max))
    grid = np.clip(rings_drawn(stored[:, :-2].reshape(-1, RING, STATIONS)), low, high)
    ends = [grid[:, 1 : DRAWN_COLUMNS - 1, at] for at in (0, -1)]
    return np.concatenate([grid.reshape(len(grid), GRID), *ends], axis=1).astype(np.float32)


def shade_drawn(stored: np.ndarray) -> np.ndarray:
    """Baked shade (muscles, VERTICES_DRAWN) of what is stored (muscles, VERTICES_STORED), without single dark spots."""
    grid: np.ndarray = stored[:, :-2].reshape(-1, RING, STATIONS)
    for _ in range(SHADE_PASSES):
        grid = (np.roll(grid, 1, axis=1) + 2 * grid + np.roll(grid, -1, axis=1)) / 4
        beside = np.concatenate([grid[:, :, :1], grid, grid[:, :, -1:]], axis=2)
        grid = (beside[:, :, :-2] + 2 * grid + beside[:, :, 2:]) / 4
    smooth = np.concatenate([grid.reshape(len(grid), RING * STATIONS), stored[:, -2:]], axis=1)
    return values_drawn(smooth)


def across_drawn(stored: np.ndarray) -> np.ndarray:
    """Place across the fibres (muscles, VERTICES_DRAWN) cm from that round the ring, the same on both faces.

    Counted round and round it would jump back where the last line meets the first.
    """
    lines = stored[:, :-2].reshape(-1, RING, STATIONS)
    girth = lines[:, -1] + lines[:, 1] - lines[:, 0]
    both = np.where(np.arange(RING)[:, None] < COLUMNS, lines, girth[:, None] - lines)
    opposite = -np.arange(RING) % RING
    both = (both + both[:, opposite]) / 2
    return values_drawn(np.concatenate([both.reshape(len(both), RING * STATIONS), stored[:, -2:]], axis=1))


def drawn(stored: Surface) -> Surface:
    """The muscles' batch as it is drawn, of the one in the files: left and right muscles in turn."""
    count = len(stored.parts)
    by_muscle = {
        name: getattr(stored, name).reshape(count, VERTICES_STORED, -1)
        for name in ("vertices", "normals", "occlusion", "tendon", "fibre")
    }
    rings, normals = (
        rings_drawn(np.moveaxis(by_muscle[name][:, :-2], 2, 0).reshape(3, count, RING, STATIONS))
        for name in ("vertices", "normals")
    )
    points, facing = ends_drawn(rings, normals)
    left = triangles_drawn()
    right = MIRRORED_DRAWN[left[:, ::-1]]
    triangles = np.concatenate(
        [
            (right if part.side == "right" else left) + VERTICES_DRAWN * index
            for index, part in enumerate(stored.parts)
        ]
    )
    parts = tuple(
        Part(
            part.key, part.kind, part.layer, part.side, part.names, VERTICES_DRAWN * index, VERTICES_DRAWN,
            len(left) * index, len(left),
        )
        for index, part in enumerate(stored.parts)
    )  # fmt: skip
    total = count * VERTICES_DRAWN
    fibre = by_muscle["fibre"]
    return replace(
        stored,
        parts=parts,
        vertices=points.reshape(total, 3),
        normals=facing.reshape(total, 3),
        triangles=triangles.astype(np.int32),
        part=np.repeat(np.arange(count), VERTICES_DRAWN).astype(np.int32),
        occlusion=shade_drawn(by_muscle["occlusion"][..., 0]).ravel(),
        bodies=np.repeat(stored.bodies[::VERTICES_STORED], VERTICES_DRAWN, axis=0),
        weight=np.ones(total, dtype=np.float32),
        tendon=values_drawn(by_muscle["tendon"][..., 0]).ravel(),
        fibre=np.stack([across_drawn(fibre[..., 0]).ravel(), values_drawn(fibre[..., 1]).ravel()], axis=1),
    )
