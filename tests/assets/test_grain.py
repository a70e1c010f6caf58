"""Bands on a muscle run square to its fibres, smooth, the same on both sides of the body."""

from __future__ import annotations

import numpy as np
import pytest

from assets.build.grain import along_fibres, fibre_coordinates
from visualizer.anatomy.load import assets_root, load_anatomy
from visualizer.body import muscles as loft


def strap(begins_mm: np.ndarray) -> np.ndarray:
    """Rings (RING, STATIONS, 3) of a flat muscle 80 mm wide, its fibres upright, beginning at uneven heights."""
    column = loft.RING_COLUMN
    share = np.linspace(0.0, 1.0, loft.STATIONS)
    x = np.broadcast_to(10.0 * column[:, None], (loft.RING, loft.STATIONS))
    front = np.where(np.arange(loft.RING) < loft.COLUMNS, 2.0, -2.0)[:, None]
    y = np.broadcast_to(front, x.shape)
    z = begins_mm[column][:, None] * (1.0 - share) + 150.0 * share
    return np.stack([x, y, z], axis=2)


@pytest.fixture(scope="module")
def surface():
    return load_anatomy().muscle_surface


def rings_of(surface, part) -> np.ndarray:
    rows = slice(part.first_vertex, part.first_vertex + loft.RING * loft.STATIONS)
    return 1000.0 * surface.vertices[rows].reshape(loft.RING, loft.STATIONS, 3).astype(float)


def test_fibres_that_begin_at_uneven_heights_share_their_bands():
    begins = np.abs(np.arange(loft.COLUMNS) - 4.0) * 9.0
    rings = strap(begins)
    along = along_fibres(rings)
    assert along == pytest.approx(rings[..., 2] - rings[..., 2].min(), abs=0.5)
    assert along.min() == 0.0


def test_across_has_no_seam_between_the_faces():
    rings = strap(np.zeros(loft.COLUMNS))
    across = fibre_coordinates(rings)[:-2, 0].reshape(loft.RING, loft.STATIONS)[:, 0]
    assert np.abs(np.diff(np.r_[across, across[0]])).max() == pytest.approx(1.0)
    assert across[loft.OPPOSITE] == pytest.approx(across)


@pytest.mark.parametrize(
    "muscle", ["gluteus_maximus", "gluteus_medius", "rectus_femoris", "obturator_internus"]
)
def test_it_grows_along_every_fibre_by_about_as_much_as_that_is_long(surface, muscle):
    part = next(part for part in surface.parts if part.key == f"{muscle}_left")
    rings = rings_of(surface, part)
    along = along_fibres(rings)
    length = np.linalg.norm(np.diff(rings, axis=1), axis=2).sum(axis=1)
    # Where a rim folds it may go back by less than a millimetre.
    steps = np.diff(along, axis=1)[:, 1:-1]
    assert steps.min() > -1.0
    assert (steps > 0.0).mean() > 0.995
    assert (along[:, -1] - along[:, 0]) / length == pytest.approx(1.0, abs=0.2)


def test_the_body_carries_them_on_both_sides(surface):
    """As they were laid on the left muscles, and on the right ones as in a mirror."""
    stored = np.load(assets_root() / "body" / "muscles.npz")["fibre"].reshape(len(surface.parts), -1, 2)
    corners = np.load(assets_root() / "body" / "muscles.npz")["vertices"].reshape(len(surface.parts), -1, 3)
    for index in range(0, len(surface.parts), 2):
        rings = corners[index, : loft.RING * loft.STATIONS].reshape(loft.RING, loft.STATIONS, 3)
        wanted = fibre_coordinates(1000.0 * rings.astype(float))
        assert stored[index] == pytest.approx(wanted, abs=0.3), surface.parts[index].key
        assert np.array_equal(stored[index + 1], stored[index][loft.MIRRORED_ROWS])
