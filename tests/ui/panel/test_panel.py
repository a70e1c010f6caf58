"""The panel driven as a person drives it: what it says follows the session, and nothing is cut off."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.panel.conftest import HEIGHTS, LEFT, seen, set_tilt
from tests.ui.rooms import GREY, ROOMS
from visualizer.lesson.text import words


def test_the_headline_follows_tilt_and_language_with_its_figures_in_bold(panel):
    set_tilt(panel, 10)
    assert "<b>10°</b>" in panel.headline.text.text()
    panel._session.language = "es"
    assert "<b>9,5°</b>" in panel.headline.text.text()
    assert "dolor" in panel.headline.limits.text()


def test_beside_it_stands_that_less_room_is_not_pain(panel):
    assert words("en")("headline.companion") in panel.headline.limits.text()
    assert panel.headline.limits.isVisible()


def test_every_card_s_words_follow_the_wording(panel):
    row, muscle = panel.places.list.rows["infrapiriform"], panel.muscles.rows["psoas"]
    before = row.name.text(), muscle.name.text()
    panel._session.wording = "clinical"
    after = row.name.text(), muscle.name.text()
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert muscle.name.text() == "musculus psoas"


def test_the_headline_does_not_push_the_lens_about_while_the_tilt_moves(panel, qtbot):
    tops = set()
    set_tilt(panel, 10)
    qtbot.wait(10)
    for tilt_deg in (3, 0, -2.5, 9):
        set_tilt(panel, tilt_deg)
        QApplication.processEvents()
        tops.add(panel.lens.y())
    assert len(tops) == 1


def test_the_three_of_the_story_are_seen_and_the_others_unfold(panel, qtbot):
    rows = panel.muscles.rows
    seen(panel, qtbot, panel.muscles)
    assert all(rows[name].isVisible() for name in ("psoas", "rectus_femoris", "gluteus_minimus"))
    assert not rows["piriformis"].isVisible()
    qtbot.mouseClick(panel.muscles.groups["rotators"].button, LEFT)
    assert rows["piriformis"].isVisible()
    qtbot.mouseClick(panel.muscles.groups["rotators"].button, LEFT)
    assert not rows["piriformis"].isVisible()


def test_muscles_say_how_much_shorter_and_how_hard_they_work(panel):
    set_tilt(panel, 10)
    row = panel.muscles.rows["psoas"]
    assert row.change.text() == "−5.0\u00a0mm"
    assert row.percent.text() == "−6\u00a0%"
    assert (row.length_sign.state, row.effort_sign.state) == ("short", "harder")
    assert row.words.text() == "shorter, working harder (studies disagree)"
    assert row.bar.percent < 0
    set_tilt(panel, 0)
    assert (row.length_sign.state, row.effort_sign.state) == ("unchanged", "")
    assert row.change.text() == "0\u00a0mm"


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("percent", [80, 100, 150, 200])
@pytest.mark.parametrize("wording", ["patient", "clinical"])
def test_nothing_is_cut_off_or_lies_over_another(window, panel, qtbot, height, language, percent, wording):
    session = panel._session
    session.language, session.wording, session.text_percent = language, wording, percent
    session.set_posture_fields({"tilt_deg": 10})
    window.resize(window.width(), height)
    for group in panel.muscles.groups.values():
        qtbot.mouseClick(group.button, LEFT)
    session.site, session.drawer_open = GREY, True
    qtbot.wait(60)
    inside = panel.area.widget()
    assert inside.width() <= panel.area.viewport().width()
    for root in (*panel.cards, panel.drawer):
        texts = [each for each in root.findChildren(QLabel) if each.isVisible() and each.text()]
        for each in texts:
            width = each.width()
            high = each.heightForWidth(width) if each.wordWrap() else each.sizeHint().height()
            assert each.height() >= high - 1, each.text()
            assert each.wordWrap() or width >= each.sizeHint().width() - 1, each.text()
        if root is panel.drawer:
            continue
        rects = [(each.text(), each.rect().translated(each.mapTo(root, QPoint()))) for each in texts]
        for (one, first), (other, second) in itertools.combinations(rects, 2):
            assert not first.adjusted(1, 1, -1, -1).intersects(second), (one, other)
        assert all(root.rect().contains(rect) for _, rect in rects)


def test_every_site_of_the_body_has_a_name_in_both_wordings(panel):
    session = panel._session
    for language, wording in itertools.product(("en", "es"), ("patient", "clinical")):
        session.language, session.wording = language, wording
        names = [panel.places.list.rows[site].name.text() for site in ROOMS]
        assert all(names)
        assert len(set(names)) == len(names)
