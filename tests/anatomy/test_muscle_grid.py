"""What is drawn between a muscle's control points: closed, round, through all of them, and the same on both sides."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from visualizer.anatomy import muscle_grid as grid
from visualizer.anatomy.load import load_anatomy


def tube(radius: float, length: float) -> np.ndarray:
    """Control points (3, 1, RING, STATIONS) of a straight round muscle along z."""
    turn = 2.0 * np.pi * np.arange(grid.RING) / grid.RING
    flat = np.stack([radius * np.cos(turn), radius * np.sin(turn), 0.0 * turn])
    rings = np.repeat(flat[:, None, :, None], grid.STATIONS, axis=3)
    rings[2] = np.linspace(0.0, length, grid.STATIONS)
    return rings


def test_a_round_muscle_is_drawn_round() -> None:
    rings = grid.rings_drawn(tube(20.0, 200.0))
    across = np.hypot(rings[0], rings[1])
    # Straight from point to point it would be 0.38 mm flat.
    assert np.abs(across - 20.0).max() < 0.05
    assert np.array_equal(rings[:, :, ::2], tube(20.0, 200.0).astype(rings.dtype))


def test_its_ends_are_rounded_and_its_normals_turn_with_them() -> None:
    rings = grid.rings_drawn(tube(10.0, 100.0))
    points, normals = grid.ends_drawn(rings, np.concatenate([rings[:2] / 10.0, 0.0 * rings[2:]]))
    first, last = points[0, grid.GRID :].reshape(2, grid.END, 3)
    assert first[:, 2].max() < 0.0
    assert last[:, 2].min() > 100.0
    assert np.abs(np.linalg.norm(normals, axis=2) - 1.0).max() < 1e-5
    edge = normals[0, : grid.GRID].reshape(grid.DRAWN_RING, grid.STATIONS, 3)
    assert edge[:, 0, 2].max() < -0.3
    assert np.abs(edge[:, grid.STATIONS // 2, 2]).max() < 1e-5


@pytest.mark.parametrize("side", ["left", "right"])
def test_every_muscle_is_one_closed_surface_that_faces_outward(side: str) -> None:
    surface = load_anatomy().muscle_surface
    for part in (one for one in surface.parts if one.side == side):
        rows = slice(part.first_triangle, part.first_triangle + part.triangle_count)
        own = surface.vertices[part.first_vertex :][: part.vertex_count].astype(float)
        solid = trimesh.Trimesh(own, surface.triangles[rows] - part.first_vertex, process=False)
        assert solid.is_watertight, part.key
        assert solid.is_winding_consistent, part.key
        assert solid.volume > 0.0, part.key


def test_the_right_is_the_mirror_image_of_the_left() -> None:
    surface = load_anatomy().muscle_surface
    by_muscle = surface.vertices.reshape(-1, 2, grid.VERTICES_DRAWN, 3)
    mirrored = by_muscle[:, 0, grid.MIRRORED_DRAWN] * [-1.0, 1.0, 1.0]
    assert np.abs(by_muscle[:, 1] - mirrored).max() < 2e-6
    assert np.array_equal(grid.MIRRORED_DRAWN[grid.MIRRORED_DRAWN], np.arange(grid.VERTICES_DRAWN))


def test_fibres_do_not_jump_where_the_ring_closes() -> None:
    surface = load_anatomy().muscle_surface
    lines = surface.fibre.reshape(-1, grid.VERTICES_DRAWN, 2)[:, : grid.GRID, 0]
    across = lines.reshape(-1, grid.DRAWN_RING, grid.STATIONS)[:, :, 0]
    steps = np.abs(np.diff(across, axis=1, append=across[:, :1]))
    assert np.all(steps[:, -1] <= steps[:, :-1].max(axis=1) + 1e-5)


def test_one_dark_point_is_no_dark_spot() -> None:
    shade = np.ones((1, grid.VERTICES_STORED))
    shade[0, 7 * grid.STATIONS + 9] = 0.0
    drawn = grid.shade_drawn(shade)
    assert drawn.min() > 0.85
    assert drawn.max() <= 1.0
