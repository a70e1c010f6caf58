"""Flesh that lies beside its lines: as far as said, from the first fibre to the last, and ended where it is notched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from assets.build import muscles
from assets.build.fibres import FibreLines
from visualizer.body import muscles as loft

FIBRES = 9
LINES = FibreLines("a", FIBRES, (), (0.0, 1.0), 2.0, 5.0, 5.0, "", (), (), (), (), ())


def sheet() -> np.ndarray:
    """Lines down z, 200 mm long, side by side: under each ring vertex (RING, STATIONS, 3) mm."""
    across = (muscles.column_weights(FIBRES) @ np.arange(FIBRES))[loft.RING_COLUMN, None]
    return np.stack(np.broadcast_arrays(across, 0.0, np.linspace(0.0, -200.0, loft.STATIONS)), axis=2)


def test_flesh_lies_on_its_lines_where_nothing_is_said() -> None:
    np.testing.assert_array_equal(muscles.displaced(LINES, sheet()), 0.0)


def test_one_value_moves_all_fibres_and_two_go_over_from_first_to_last() -> None:
    lines = replace(LINES, back=((0.0, 5.0), (1.0, 5.0)), inward=((0.0, 0.0, 8.0), (1.0, 0.0, 8.0)))
    moved = muscles.displaced(lines, sheet())
    np.testing.assert_allclose(moved[..., 1], 5.0)
    np.testing.assert_allclose(moved[..., 0], -sheet()[..., 0], atol=1e-6)
    np.testing.assert_array_equal(moved[..., 2], 0.0)


def test_a_notch_ends_the_flesh_between_two_fibres_and_nowhere_else() -> None:
    placed = sheet() + muscles.displaced(replace(LINES, notch=(6.0, 7.5, 0.6)), sheet())
    between = (sheet()[:, 0, 0] > 6.0) & (sheet()[:, 0, 0] < 7.5)
    assert between.any()
    np.testing.assert_allclose(placed[between, -1, 2], -120.0, atol=1e-3)
    np.testing.assert_array_equal(placed[~between], sheet()[~between])
    assert (np.diff(placed[..., 2], axis=1) < 0.0).all()
