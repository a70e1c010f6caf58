"""The list of places: tightest first, chosen by mouse and keys, lit from the stage."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from tests.ui.panel.conftest import LEFT, mouse_over, seen, set_tilt
from tests.ui.rooms import GREY
from visualizer.anatomy.load import assets_root
from visualizer.lesson.text import words
from visualizer.space.ladder import Level
from visualizer.space.people import Spread
from visualizer.space.sites import sites


def test_places_stand_tightest_first_and_say_their_room(panel, qtbot):
    set_tilt(panel, 10)
    shown = panel.places.list
    assert shown.order == tuple(item.site for item in panel._session.findings.tightest("right"))
    qtbot.wait(30)
    tops = [shown.rows[site].y() for site in shown.order]
    assert tops == sorted(tops)
    first = shown.rows[shown.order[0]]
    assert first.site == "obturator_gemelli"
    assert first.value.text() == "2.7 → 0.6\u00a0mm"
    assert first.word.text() == "tight"
    assert first.dot.level == Level.TIGHT
    assert shown.rows["infrapiriform"].dot.set_by_user


def test_surfaces_that_overlap_in_the_model_leave_no_room(panel):
    set_tilt(panel, 14)
    assert panel.places.list.rows["obturator_gemelli"].value.text() == "2.7 → 0\u00a0mm"


def test_a_click_on_a_place_chooses_it_and_the_mouse_over_it_points_at_it(panel, qtbot):
    set_tilt(panel, 10)
    panel._session.along_mm = 40.0
    row = panel.places.list.rows["ischial_tunnel"]
    seen(panel, qtbot, row)
    mouse_over(row)
    qtbot.waitUntil(lambda: panel._session.pointed_site == "ischial_tunnel")
    assert row.property("pointed")
    qtbot.mouseClick(row, LEFT)
    assert panel._session.site == "ischial_tunnel"
    assert panel._session.along_mm is None, "the lens goes to the place"
    assert row.property("chosen")
    mouse_over(panel.places.title)
    qtbot.waitUntil(lambda: panel._session.pointed_site is None)


def test_what_the_stage_points_at_is_lit_in_the_list(panel):
    panel._session.pointed_site = "route"
    lit = [site for site, row in panel.places.list.rows.items() if row.property("pointed")]
    assert lit == ["route"]


def test_arrow_keys_go_through_the_places_and_escape_back_to_the_tightest(panel, qtbot):
    set_tilt(panel, 10)
    shown = panel.places.list
    shown.setFocus()
    assert shown.property("focused")
    for place in (1, 2, 3):
        qtbot.keyClick(shown, Qt.Key.Key_Down)
        assert panel._session.site == shown.order[place]
    qtbot.keyClick(shown, Qt.Key.Key_Up)
    assert panel._session.site == shown.order[2]
    qtbot.keyClick(shown, Qt.Key.Key_End)
    assert panel._session.site == shown.order[-1]
    qtbot.keyClick(shown, Qt.Key.Key_Home)
    assert panel._session.site == shown.order[0]
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert panel._session.site is None
    assert shown.chosen == shown.order[0]


def test_the_list_is_one_tab_stop(panel):
    shown = panel.places.list
    inside = [each for each in shown.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert shown.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not inside


def test_what_cannot_be_told_says_why_and_shows_no_value(panel, qtbot):
    set_tilt(panel, 10)
    row = panel.places.list.rows[GREY]
    why = words("en")("reason.overlap")
    assert row.value.text().endswith("→ ?\u00a0mm")
    assert why in row.toolTip()
    assert not row.why.isVisible()
    seen(panel, qtbot, row)
    qtbot.mouseClick(row, LEFT)
    assert row.why.isVisible()
    assert row.why.text() == why


def test_the_side_switch_shows_the_other_leg(panel, qtbot):
    qtbot.mouseClick(panel.places.side.buttons["left"], LEFT)
    assert panel._session.side == "left"
    assert {row.finding.side for row in panel.places.list.rows.values()} == {"left"}


def test_a_tooltip_gives_the_published_figures_with_the_language_s_comma(panel):
    panel._session.language = "es"
    hint = panel.places.list.rows["opening_l4_l5"].toolTip()
    normal = sites(assets_root())["opening_l4_l5"].measure["height"].normal
    assert f"{normal.range[0]:.1f}".replace(".", ",") in hint


def people(low: float, high: float, same_sign: int = 26):
    """What says of any posture that people change by so much, the tunnel alone."""
    return lambda posture: {("ischial_tunnel", "tuberosity"): Spread(low, high, 2.9, 5.1, same_sign, 26)}


def test_the_chosen_place_says_how_people_change(panel, qtbot):
    panel.places.list.spread_with(people(-1.8, -1.1))
    set_tilt(panel, 10)
    row = panel.places.list.rows["ischial_tunnel"]
    assert not row.people.isVisible()
    seen(panel, qtbot, row)
    qtbot.mouseClick(row, LEFT)
    assert row.people.isVisible()
    assert row.people.text() == "−1.5\u00a0mm; in 26 bodies −1.8 to −1.1\u00a0mm."
    assert words("en")("places.people_hint") in row.toolTip()
    assert row.bar.spread.now_low == 2.9
    assert not row.value.property("apart")


def test_a_change_without_a_common_sign_is_said_and_grey(panel):
    panel.places.list.spread_with(people(-1.8, 0.4, same_sign=20))
    set_tilt(panel, 10)
    row = panel.places.list.rows["ischial_tunnel"]
    assert row.people.text().endswith(words("en")("places.people_apart", others=6, of=26))
    assert row.value.property("apart")
    panel.places.list.spread_with(people(-1.8, -0.1, same_sign=25))
    assert not row.value.property("apart")


def test_in_balance_people_differ_in_the_value_itself(panel):
    panel.places.list.spread_with(people(0.0, 0.0))
    row = panel.places.list.rows["ischial_tunnel"]
    assert row.people.text() == "In 26 bodies: 2.9 to 5.1\u00a0mm."


def test_a_place_that_was_not_worked_out_in_people_says_so_and_has_no_whisker(panel):
    panel.places.list.spread_with(people(-1.8, -1.1))
    set_tilt(panel, 10)
    row = panel.places.list.rows["opening_l4_l5"]
    assert row.people.text() == words("en")("places.people_none")
    assert row.bar.spread is None


def test_what_cannot_be_told_is_not_told_of_people_either(panel):
    panel.places.list.spread_with(lambda posture: {(GREY, "ifs"): Spread(6.0, 8.0, 30.0, 50.0, 26, 26)})
    set_tilt(panel, 10)
    row = panel.places.list.rows[GREY]
    assert not row.people.text()
    assert row.bar.spread is None


def test_on_the_way_to_another_posture_what_is_said_of_people_stays(panel, qtbot):
    panel.places.list.spread_with(people(-1.8, -1.1))
    set_tilt(panel, 10)
    row = panel.places.list.rows["ischial_tunnel"]
    said = row.people.text()
    panel._session.move_to("balanced")
    panel._session.advance(0.1)
    assert panel._session.transition is not None
    assert row.people.text() == said
    assert row.bar.spread is None
    panel._session.advance(1.0)
    assert row.people.text() != said
    assert row.bar.spread is not None
