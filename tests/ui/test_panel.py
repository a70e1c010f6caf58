"""The panel driven as a person drives it: what it says follows the session, what is pressed changes it."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QWheelEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget

from tests.ui.conftest import solver
from tests.ui.rooms import GREY, ROOMS, finder
from visualizer.anatomy.load import assets_root
from visualizer.app import new_session
from visualizer.body.posture import NERVE_VARIANTS, RANGES, without_side
from visualizer.lesson.text import words
from visualizer.session import FLEXOR_DOMINANT, Session
from visualizer.space.ladder import Level
from visualizer.space.sites import sites
from visualizer.ui.clock import TransitionClock
from visualizer.ui.follow import follow
from visualizer.ui.panel import Panel
from visualizer.ui.theme import apply_theme, load_fonts

LEFT = Qt.MouseButton.LeftButton


# What a window of 1280 × 720 or 1366 × 768 leaves for the panel.
HEIGHTS = (560, 610)


@pytest.fixture
def session() -> Session:
    return new_session()


@pytest.fixture
def window(qtbot, qapp, small_body, session) -> QWidget:
    """A window with nothing in it but the panel, on the body of boxes; the lens waits for a true one."""
    made = QWidget()
    made.setObjectName("shell")
    load_fonts()
    follow(session, background=lambda _: dress(session), text_percent=lambda _: dress(session))
    dress(session)
    made.panel = Panel(session)
    made.panel.muscles.set_anatomy(small_body)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(made.panel)
    session.solve_with(solver(small_body), finder(small_body))
    made.clock = TransitionClock(session, made)
    qtbot.addWidget(made)
    made.resize(400, HEIGHTS[0])
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.panel.stop()


@pytest.fixture
def panel(window) -> Panel:
    return window.panel


def dress(session: Session) -> None:
    apply_theme(session.background, session.text_percent)


def set_tilt(panel: Panel, tilt_deg: float) -> None:
    panel._session.set_posture_fields({"tilt_deg": tilt_deg})


def mouse_over(widget: QWidget, place: QPoint | None = None) -> None:
    """Move the mouse itself over a widget."""
    QCursor.setPos(widget.mapToGlobal(widget.rect().center() if place is None else place))


def seen(panel: Panel, qtbot, widget: QWidget) -> None:
    """Scroll to a widget, once everything has its place."""
    qtbot.wait(30)
    panel.area.ensureWidgetVisible(widget, 0, 0)
    qtbot.wait(30)


# Headline and wording


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


# Places


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


# Muscles


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


# Along the nerve


@pytest.fixture
def along(panel, qtbot):
    seen(panel, qtbot, panel.along)
    qtbot.waitUntil(lambda: panel.along.plot is not None)
    seen(panel, qtbot, panel.along.knee)
    QApplication.processEvents()
    return panel.along


def place_of(along, at_mm: float) -> QPoint:
    """Where in the plot a position is."""
    return QPoint(round(along.plot.x_of(at_mm)), along.plot.height() // 2)


def test_the_plot_is_not_made_before_it_is_seen(panel):
    assert panel.along.plot is None


def test_the_mouse_over_the_curve_points_at_the_nerve_and_a_click_looks_inside(along, qtbot):
    session = along._session
    mouse_over(along.plot, place_of(along, 200.0))
    qtbot.waitUntil(lambda: session.pointed_mm is not None)
    assert session.pointed_mm == pytest.approx(200.0, abs=3.0)
    assert along.plot.under_mouse.isVisible()
    assert session.along_mm is None
    qtbot.mouseClick(along.plot, LEFT, pos=place_of(along, 120.0))
    assert session.along_mm == pytest.approx(120.0, abs=3.0)
    assert along.plot.chosen.value() == session.along_mm
    mouse_over(along.title)
    qtbot.waitUntil(lambda: session.pointed_mm is None)
    assert not along.plot.under_mouse.isVisible()


def test_what_the_stage_points_at_moves_the_line(along):
    along._session.pointed_mm = 77.0
    assert along.plot.under_mouse.isVisible()
    assert along.plot.under_mouse.value() == 77.0
    assert "mm" in along.where.text()


def test_arrow_keys_move_along_the_nerve(along, qtbot):
    along._session.along_mm = 50.0
    along.plot.setFocus()
    qtbot.keyClick(along.plot, Qt.Key.Key_Right)
    assert along._session.along_mm == 51.0
    qtbot.keyClick(along.plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert along._session.along_mm == 46.0
    qtbot.keyClick(along.plot, Qt.Key.Key_Escape)
    assert along._session.along_mm is None


def test_names_under_the_plot_do_not_overlap(along):
    placed = along.names.laid_out()
    assert placed
    for one, other in itertools.combinations(placed.values(), 2):
        assert not one.intersects(other)
    assert all(along.names.rect().toRectF().contains(rect) for rect in placed.values())


def test_balanced_and_now_are_drawn_of_the_side_talked_about(along, qtbot):
    along._session.set_posture_fields({"tilt_deg": 10})
    qtbot.wait(30)
    _, balanced = along.plot.balanced.getData()
    _, now = along.plot.rim.getData()
    assert (now < balanced).all()


# Premises


@pytest.fixture
def drawer(panel, qtbot):
    qtbot.mouseClick(panel.drawer.handle, LEFT)
    qtbot.wait(20)
    return panel.drawer


def test_the_drawer_opens_and_closes(panel, drawer, qtbot):
    assert panel._session.drawer_open
    assert drawer.tilt.slider.isVisible()
    assert panel.headline.text.visibleRegion().boundingRect().height() > 0, "what changes stays in sight"
    qtbot.mouseClick(drawer.handle, LEFT)
    assert not panel._session.drawer_open
    assert not drawer.tilt.slider.isVisible()


def test_each_premise_says_that_the_user_set_it(drawer):
    assert {premise.kind.text() for premise in drawer.premises.values()} == {"you set this"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right])
def test_sliders_set_their_premise_by_keys(drawer, qtbot, key):
    session = drawer._session
    session.move_to(FLEXOR_DOMINANT)
    qtbot.waitUntil(lambda: session.transition is None)
    for field, slider in drawer.sliders.items():
        before = getattr(session.posture, field)
        qtbot.keyClick(slider, key)
        after = getattr(session.posture, field)
        low, high = RANGES[without_side(field)]
        if key == Qt.Key.Key_Left or before < high:
            assert (after > before) == (key == Qt.Key.Key_Right), field
        assert low <= after <= high
        assert session.preset is None


def test_nerve_variants_are_chosen_by_their_description(drawer, qtbot):
    for field, box in drawer.boxes.items():
        for index, letter in enumerate(NERVE_VARIANTS):
            assert box.itemText(index).startswith(f"{letter} · ")
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert getattr(drawer._session.posture, field) == "b"


def test_back_to_the_preset(drawer, qtbot):
    session = drawer._session
    session.move_to(FLEXOR_DOMINANT)
    qtbot.waitUntil(lambda: session.transition is None)
    assert not drawer.back.isEnabled()
    qtbot.keyClick(drawer.sliders["tone_rotators"], Qt.Key.Key_Right)
    assert drawer.back.isEnabled()
    assert "Flexor-dominant" in drawer.back.text()
    qtbot.mouseClick(drawer.back, LEFT)
    qtbot.waitUntil(lambda: session.transition is None)
    assert session.posture == session.presets[FLEXOR_DOMINANT]


def test_the_wheel_over_a_premise_scrolls_and_sets_nothing(drawer, qtbot):
    session = drawer._session
    for control in (*drawer.sliders.values(), *drawer.boxes.values()):
        before = session.posture
        wheel = QWheelEvent(
            QPointF(10, 10), control.mapToGlobal(QPointF(10, 10)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(control, wheel)
        assert session.posture == before


# Room on the screen


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
