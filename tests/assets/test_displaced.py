"""What a muscle's figures make of its surface: how far beside its lines, how thick, and where its rings lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assets.build import muscles
from assets.build.fibres import FibreLines, Station, station_share
from visualizer.body import muscles as loft

FIBRES = 9
LINES = FibreLines("a", FIBRES, (), (0.0, 1.0), 2.0, 5.0, 5.0, "", (), (), (), (), False, ())


def test_flesh_lies_on_its_lines_where_nothing_is_said() -> None:
    np.testing.assert_array_equal(muscles.displaced(LINES), 0.0)


def test_one_value_moves_all_fibres_and_two_go_over_from_first_to_last() -> None:
    lines = replace(LINES, back=((0.0, 5.0), (1.0, 5.0)), inward=((0.0, 0.0, 8.0), (1.0, 0.0, 8.0)))
    moved = muscles.displaced(lines)
    across = (muscles.column_weights(FIBRES) @ np.arange(FIBRES))[loft.RING_COLUMN, None]
    np.testing.assert_allclose(moved[..., 1], 5.0)
    np.testing.assert_allclose(moved[..., 0], np.broadcast_to(-across, moved.shape[:2]), atol=1e-6)
    np.testing.assert_array_equal(moved[..., 2], 0.0)


def test_a_row_of_one_value_holds_for_all_fibres() -> None:
    rows = ((0.0, 1.0, 3.0), (1.0, 2.0))
    found = muscles.over_sheet(rows, LINES)
    assert found[0, 0] == 1.0
    assert found[loft.COLUMNS - 1, 0] == 3.0
    np.testing.assert_allclose(found[:, -1], 2.0)


def test_slips_give_every_fibre_a_column_of_its_own() -> None:
    np.testing.assert_array_equal(muscles.column_weights(loft.COLUMNS, slips=True), np.eye(loft.COLUMNS))


def test_a_thick_fibre_and_a_thin_one_share_the_volume_that_is_published() -> None:
    lines = replace(LINES, thick=((0.0, *[1.0, 0.4] * 4, 1.0), (1.0, *[1.0, 0.4] * 4, 1.0)), slips=True)
    paths = np.stack(np.broadcast_arrays(
        np.arange(FIBRES)[:, None] * 6.0, 0.0, np.linspace(0.0, -200.0, loft.STATIONS)
    )).astype(np.float32) / 1000.0  # fmt: skip
    free = muscles.free(lines, paths, 100.0)
    middle = free.half[2:7, loft.STATIONS // 2]
    assert (middle[::2] > 1.5 * middle[1:4:2].max()).all()
    assert loft.enclosed(free.rings(free.half, free.edge))[0] == pytest.approx(100e-6, rel=0.01)


def test_rings_lie_level_towards_the_end_of_fibres_of_unlike_lengths() -> None:
    ends = np.zeros((2, 3))
    start = np.array([[0.0, 0.0, 300.0], [5.0, 0.0, 200.0]])
    lines = replace(LINES, fibres=2, together=(0.5, 100.0), stations=(Station((), start), Station((), ends)))
    place, share = station_share(lines).T
    np.testing.assert_array_equal(place, 0.5)
    np.testing.assert_allclose((1.0 - share) * np.linalg.norm(start, axis=1), 100.0)
