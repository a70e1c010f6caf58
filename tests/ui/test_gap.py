"""Room along the nerve, made ready for the plot."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.ui.rooms import corridor_of, finder
from visualizer.ui.gap import LEVELS, MOST_MM, by_level, gap_width_mm, position_of

N = 40


@given(
    width=arrays(float, N, elements=st.floats(0, MOST_MM)),
    level=arrays(int, N, elements=st.integers(0, len(LEVELS) - 1)),
)
def test_the_coloured_pieces_make_up_the_whole_curve(width, level):
    pieces = np.array(by_level(width, level))
    assert np.array_equal(np.nanmax(pieces, axis=0), width)
    rows = np.arange(N)
    assert np.array_equal(pieces[level, rows], width), "each sample has its own level's colour"
    joined = ~np.isnan(pieces[:, :-1]) & ~np.isnan(pieces[:, 1:])
    assert joined.any(axis=0).all(), "no gap between the pieces"


def test_what_is_wide_open_is_cut_off_and_overlaps_are_no_room():
    corridor = corridor_of(0.0)
    corridor.front_mm[0, :3] = np.nan, 40.0, -30.0
    assert gap_width_mm(corridor, "left")[:3].tolist() == [MOST_MM, MOST_MM, 0.0]


def test_a_site_lies_where_its_place_is(small_body):
    from types import SimpleNamespace

    found = finder(small_body)(SimpleNamespace(posture=SimpleNamespace(tilt_deg=10.0)))
    for item in found.items:
        at_mm = position_of(item, found.corridor)
        assert abs(at_mm - (150.0 - item.place_mm[2])) <= 2.0 or item.place_mm[2] < -240
