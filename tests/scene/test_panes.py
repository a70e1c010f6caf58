"""Where pictures and inset lie, without a window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.scene.panes import COMPARE, INSET_FROM_WIDTH, inset_rect, panes

SIZES = st.tuples(st.integers(64, 4000), st.integers(260, 3000))


@given(st.sampled_from(COMPARE), st.floats(0.0, 1.0), SIZES)
def test_every_point_of_the_stage_is_seen_in_exactly_one_pane(
    compare: str, wipe: float, size: tuple[int, int]
) -> None:
    width, height = size
    shown = panes(compare, wipe, width, height)
    for x in (0, width // 3, width // 2, width - 1):
        assert sum(pane.holds(x, height // 2) for pane in shown) == 1
    assert sum(pane.seen[2] * pane.seen[3] for pane in shown) == width * height
    assert not shown[-1].balanced
    assert [pane.balanced for pane in shown[:-1]] == [True] * (len(shown) - 1)


def test_both_halves_are_seen_by_the_same_camera_in_the_same_size() -> None:
    left, right = panes("split", 0.5, 1000, 600)
    assert left.rect[2:] == right.rect[2:]


@given(st.floats(0.0, 1.0), SIZES)
def test_a_wipe_uncovers_one_picture_and_always_leaves_both(wipe: float, size: tuple[int, int]) -> None:
    balanced, now = panes("wipe", wipe, *size)
    assert balanced.rect == now.rect == (0, 0, *size)
    assert min(balanced.seen[2], now.seen[2]) > 0


@given(SIZES)
def test_the_inset_lies_inside_the_lower_left_and_leaves_the_middle_free(size: tuple[int, int]) -> None:
    width, height = size
    rect = inset_rect(width, height)
    if rect is None:
        assert width < INSET_FROM_WIDTH
        return
    left, top, wide, high = rect
    assert left > 0
    assert left + wide < 0.3 * width or width < 1100
    assert top + high < height
    assert wide / high == pytest.approx(190 / 220, abs=0.01)
