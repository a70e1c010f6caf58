"""The bar of a place: less room is always to the left, and what studies say lies on it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.anatomy.load import assets_root
from visualizer.space.sites import sites
from visualizer.ui.scale import scale_of

MEASURES = [
    (site, key, measure)
    for site, entry in sites(assets_root()).items()
    for key, measure in entry.measure.items()
]


def finding(balanced: float | None, measure) -> SimpleNamespace:
    """What the bar reads of a finding."""
    of = {"balanced": balanced or 1.0, "thickness": 5.0}
    bound = measure.tight or measure.pressed
    return SimpleNamespace(balanced=balanced, limit=None if bound is None else bound.at(of))


@pytest.mark.parametrize(("site", "key", "measure"), MEASURES)
@given(balanced=st.floats(-5, 200), value=st.floats(-50, 300), less=st.floats(0, 50))
def test_less_room_is_never_further_right(site, key, measure, balanced, value, less):
    scale = scale_of(finding(balanced, measure), measure)
    worse = value - less if measure.worse == "smaller" else value + less
    assert 0 <= scale.share(worse) <= scale.share(value) <= 1


@pytest.mark.parametrize(("site", "key", "measure"), MEASURES)
@given(balanced=st.none() | st.floats(0, 200))
def test_figures_of_studies_and_the_balanced_value_lie_on_the_bar(site, key, measure, balanced):
    scale = scale_of(finding(balanced, measure), measure)
    known = [*(scale.healthy or ()), *([] if scale.limit is None else [scale.limit])]
    for value in [*known, *([] if balanced is None else [balanced])]:
        assert min(scale.worst, scale.best) <= value <= max(scale.worst, scale.best)
    own = measure.critical is not None and measure.critical.of
    if scale.healthy and scale.limit is not None and not own:
        assert scale.share(scale.limit) <= max(scale.share(value) for value in scale.healthy)
