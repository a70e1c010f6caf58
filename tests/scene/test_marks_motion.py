"""While the camera turns: words stand still, rings and dots are on the body in every frame, lines join them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import visualizer
from tests.scene.test_marks_describe import found
from visualizer.export.image import appearance_in
from visualizer.scene.cameras import VIEWS, framed
from visualizer.scene.marks.describe import Choices, describe
from visualizer.scene.marks.layout import Layout, layout
from visualizer.scene.marks.model import Marks
from visualizer.scene.marks.motion import carried
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.stage import Stage
from visualizer.scene.marks.strokes import measure

AREA = (0.0, 0.0, 976.0, 562.0)
TURNED = st.floats(-12.0, 12.0)


def marked(view: str) -> tuple[Marks, Stage, Layout]:
    marks = describe(
        visualizer.load_anatomy(), found("flexor-dominant"), Choices(appearance=appearance_in(view, {}))
    )
    stage = Stage(AREA, framed(VIEWS[view], found("flexor-dominant").snapshot.landmarks))
    return marks, stage, layout(marks, stage, measure)


@pytest.mark.parametrize("view", ["back", "side", "deep-gluteal"])
@given(across=TURNED, up=TURNED)
@settings(max_examples=40, deadline=None)
def test_words_stand_and_rings_go_with_the_body(qapp, view: str, across: float, up: float) -> None:
    marks, stage, before = marked(view)
    now = Stage(AREA, stage.camera.orbited(across, up))
    after = carried(before, marks, now)
    boxes = {each.chip.site: each.box for each in before.chips}
    for each in after.chips:
        assert each.box == boxes[each.chip.site]
        assert np.allclose(now.project(each.chip.place)[:2], each.ring)
        if each.leader:
            assert np.hypot(*np.subtract(each.leader[-1], each.ring)) == pytest.approx(each.radius)
    for name in after.names:
        assert np.allclose(now.project(name.place)[:2], name.dot)
    fresh = layout(marks, now, measure)
    assert after.figures == fresh.figures
    # At rest it may come or go with the marker that it is about.
    assert after.rim == fresh.rim or not (after.rim and fresh.rim)


def test_a_picture_at_rest_is_left_as_it_was(qapp) -> None:
    marks, stage, before = marked("side")
    after = carried(before, marks, stage)
    assert [each.ring for each in after.chips] == [each.ring for each in before.chips]
    assert np.allclose([each.dot for each in after.names], [each.dot for each in before.names])
    for one, other in zip([*after.chips, *after.names], [*before.chips, *before.names], strict=True):
        assert np.allclose(one.leader, other.leader)


def test_words_hold_still_in_motion_and_are_arranged_at_rest(qapp) -> None:
    marks, stage, before = marked("side")
    overlay = Overlay()
    overlay.set_marks(marks)
    overlay.image(stage, "light", 1.0)
    turned = Stage(AREA, stage.camera.orbited(6.0, 0.0))
    moving = overlay.image(turned, "light", 1.0, quick=True)
    at_rest = overlay.image(turned, "light", 1.0)
    assert at_rest is not moving
    arranged = overlay.layout(turned)
    assert arranged is not None
    expected = layout(marks, turned, measure, frozenset(each.chip.site for each in before.chips))
    assert [each.box for each in arranged.chips] == [each.box for each in expected.chips]
