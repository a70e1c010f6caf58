"""Where marks lie: laws that hold on every stage, for any places."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scene.marked import (
    FROM_BEHIND,
    LEVELS,
    NOTHING_IN_THE_WAY,
    assert_all_is_well,
    chip,
    marks_with,
    measure,
    straight_nerve,
)
from visualizer.scene.marks.layout import MOST_CHIPS, layout
from visualizer.scene.marks.stage import Inset, Stage, crosses, distance, enters
from visualizer.scene.marks.words import wrapped

PLAIN = Stage((0.0, 0.0, 1000.0, 620.0), FROM_BEHIND)
SIZES = [(537.0, 135.0), (740.0, 440.0), (1000.0, 560.0), (1500.0, 860.0), (3800.0, 2000.0)]
place = st.tuples(st.floats(-0.3, 0.3), st.floats(-0.1, 0.1), st.floats(-0.3, 0.3))


@given(
    places=st.lists(place, min_size=0, max_size=9),
    size=st.sampled_from(SIZES),
    nerve_at=st.floats(-0.3, 0.3),
    azimuth=st.floats(-180.0, 180.0),
    percent=st.sampled_from([80, 100, 150, 200]),
    with_inset=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_marks_lie_inside_apart_and_off_the_nerve_wherever_the_places_are(
    places, size, nerve_at, azimuth, percent, with_inset
):
    camera = replace(FROM_BEHIND, azimuth_deg=azimuth)
    inset = Inset((14.0, size[1] - 180.0, 160.0, size[1] - 14.0), lambda points: points[:, 1:] * 100.0)
    stage = Stage((0.0, 0.0, *size), camera, inset=inset if with_inset else None)
    chips = tuple(chip(str(n), at, LEVELS[n % 5], n % 2 == 0) for n, at in enumerate(places))
    marks = marks_with(chips, straight_nerve(nerve_at), text_percent=percent)
    laid_out = layout(marks, stage, measure)
    assert len(laid_out.chips) <= MOST_CHIPS
    assert_all_is_well(laid_out, stage)


@given(places=st.lists(place, min_size=1, max_size=6), line=st.floats(100.0, 900.0))
@settings(max_examples=60, deadline=None)
def test_while_states_are_compared_only_places_on_the_side_of_now_are_marked(places, line):
    stage = Stage(PLAIN.area, FROM_BEHIND, seen=(line, 0.0, 1000.0, 620.0))
    laid_out = layout(marks_with(tuple(chip(str(n), at) for n, at in enumerate(places))), stage, measure)
    assert all(each.ring[0] > line for each in laid_out.chips)
    assert all(each.box[0] > line for each in laid_out.chips)
    assert_all_is_well(laid_out, stage)


def test_five_markers_at_most_and_the_first_ones_first():
    chips = tuple(chip(str(n), (0.0, 0.0, 0.2 - 0.05 * n)) for n in range(9))
    laid_out = layout(marks_with(chips), PLAIN, measure)
    assert [each.chip.site for each in laid_out.chips] == ["0", "1", "2", "3", "4"]


def test_places_on_one_another_are_one_marker():
    chips = (
        chip("tighter", (0.0, 0.0, 0.0)),
        chip("wider", (0.0, 0.0, 0.004)),
        chip("apart", (0.0, 0.0, -0.1)),
    )
    laid_out = layout(marks_with(chips), PLAIN, measure)
    assert [each.chip.site for each in laid_out.chips] == ["tighter", "apart"]


@pytest.mark.parametrize("at", [(0.6, 0.0, 0.0), (0.0, 0.0, 0.9), (0.0, 3.0, 0.0)])
def test_a_place_outside_the_picture_or_behind_the_eye_has_no_marker(at):
    assert layout(marks_with((chip("gone", at),)), PLAIN, measure).chips == ()


def test_a_marker_lies_at_the_nearer_margin_unless_the_nerve_is_in_the_way():
    right_leg = chip("right", (-0.15, 0.0, 0.0))
    free = layout(marks_with((right_leg,), straight_nerve(-0.15)), PLAIN, measure)
    assert free.chips[0].box[0] > free.chips[0].ring[0]
    crowded = layout(marks_with((right_leg,), straight_nerve(-0.24)), PLAIN, measure)
    assert crowded.chips[0].box[2] < crowded.chips[0].ring[0]


def test_what_hides_a_place_takes_its_marker_away_unless_it_is_snug():
    wall = replace(NOTHING_IN_THE_WAY, bones=~NOTHING_IN_THE_WAY.bones)
    shown = chip("hidden", (0.0, 0.0, 0.0), LEVELS[0])
    assert len(layout(marks_with((shown,)), PLAIN, measure).chips) == 1
    assert layout(marks_with((shown,), blockers=wall), PLAIN, measure).chips == ()
    snug = replace(shown, level=LEVELS[1])
    assert not layout(marks_with((snug,)), PLAIN, measure).chips[0].hidden
    assert layout(marks_with((snug,), blockers=wall), PLAIN, measure).chips[0].hidden


@pytest.mark.parametrize("percent", [80, 100, 200])
def test_words_grow_with_the_text_size(percent):
    chips = (chip("a", (0.0, 0.0, 0.0)),)
    plain = layout(marks_with(chips), PLAIN, measure)
    other = layout(marks_with(chips, text_percent=percent), PLAIN, measure)
    assert other.unit == pytest.approx(plain.unit * percent / 100, abs=0.03)
    assert (other.chips[0].box[3] - other.chips[0].box[1]) >= 0.9 * percent / 100 * (
        plain.chips[0].box[3] - plain.chips[0].box[1]
    )


def test_chips_and_rings_can_be_pointed_at():
    laid_out = layout(marks_with((chip("a", (0.0, 0.0, 0.0)),)), PLAIN, measure)
    placed = laid_out.chips[0]
    assert laid_out.site_at(*placed.ring) == "a"
    assert laid_out.site_at(placed.box[0] + 2.0, placed.box[1] + 2.0) == "a"
    assert laid_out.site_at(placed.box[0] - 5.0, placed.box[1] - 5.0) is None


def test_the_tilt_is_drawn_from_the_side_and_told_on_a_badge_from_behind():
    behind = layout(marks_with(()), PLAIN, measure)
    assert behind.figures == ()
    assert [word.row.text for word in behind.words] == ["Pelvis 10° forward"]
    side = Stage(PLAIN.area, replace(FROM_BEHIND, azimuth_deg=-90.0))
    assert len(layout(marks_with((), straight_nerve(0.0)), side, measure).figures) == 1


def test_the_arc_spans_the_angle_between_now_and_balanced():
    marks = marks_with(())
    turn = np.radians(10.0)
    turned = marks.tilt.pelvis @ np.array(
        [(1, 0, 0), (0, np.cos(turn), np.sin(turn)), (0, -np.sin(turn), np.cos(turn))]
    )
    tilt = replace(marks.tilt, pelvis_balanced=turned)
    side = Stage(PLAIN.area, replace(FROM_BEHIND, azimuth_deg=-90.0))
    drawn = layout(marks_with((), tilt=tilt), side, measure).figures[0]
    angles = [np.arctan2(*np.subtract(line[-1], line[0])[::-1]) for line in (drawn.now[0], drawn.balanced[0])]
    assert np.degrees(abs(angles[0] - angles[1])) == pytest.approx(10.0, abs=0.5)
    for end, line in ((drawn.arc[-1], drawn.now[0]), (drawn.arc[0], drawn.balanced[0])):
        assert distance(end, line[0], line[-1]) < 0.5


def test_an_inset_from_the_side_carries_the_tilt_as_well():
    inset = Inset((20.0, 420.0, 180.0, 600.0), lambda points: np.column_stack(
        [100.0 - 300.0 * points[:, 1], 520.0 - 300.0 * points[:, 2]]
    ))  # fmt: skip
    laid_out = layout(marks_with(()), Stage(PLAIN.area, FROM_BEHIND, inset=inset), measure)
    assert len(laid_out.figures) == 1
    x, y = np.array(laid_out.figures[0].now[0]).T
    assert x.min() > 20.0
    assert x.max() < 180.0
    assert y.min() > 420.0


def test_what_is_compared_is_named_on_both_sides_of_the_line():
    right_half = Stage((500.0, 0.0, 1000.0, 620.0), FROM_BEHIND)
    laid_out = layout(marks_with((chip("a", (0.0, 0.0, 0.0)),)), right_half, measure)
    balanced, now = laid_out.words[:2]
    assert (balanced.row.text, now.row.text) == ("Balanced", "Now")
    assert balanced.box[2] < 500.0 < now.box[0]
    assert laid_out.chips[0].box[0] > 500.0
    assert_all_is_well(laid_out, right_half)
    assert {word.row.text for word in layout(marks_with(()), PLAIN, measure).words} == {"Pelvis 10° forward"}


def test_long_words_are_wrapped_between_words():
    lines = wrapped("In front of the big buttock muscle", "title", 120.0, measure)
    assert len(lines) > 1
    assert " ".join(lines) == "In front of the big buttock muscle"
    assert all(measure(line, "title")[0] <= 120.0 for line in lines)


def test_lines_and_boxes_meet_as_they_do_on_paper():
    assert crosses((0, 0), (10, 10), (0, 10), (10, 0))
    assert not crosses((0, 0), (4, 4), (0, 10), (10, 0))
    assert not crosses((0, 0), (10, 0), (0, 1), (10, 1))
    assert enters((0, 0), (10, 10), (4, 4, 6, 6))
    assert not enters((0, 0), (10, 0), (4, 4, 6, 6))
    assert distance((5, 5), (0, 0), (10, 0)) == 5.0
