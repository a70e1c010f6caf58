"""The keyboard as a person uses it: Space compares wherever the focus is, Tab is short, F6 and Ctrl keys work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.ui.test_main_window import settled
from visualizer.session import BALANCED, COMPARISONS, FLEXOR_DOMINANT, GHOST, SITTING
from visualizer.ui.hold import TAP_S

KEY = Qt.Key
LONGER_THAN_A_TAP_MS = int(TAP_S * 1000) + 60


@pytest.fixture
def active(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.stage.view.setFocus()
    return window


def focus(window) -> QWidget:
    found = window.focusWidget()
    assert found is not None
    return found


def by_hand(window) -> object:
    window.session.set_posture_fields({"tilt_deg": 4.5, "disc_height_mm": -1})
    return window.session.posture


def test_space_lets_go_when_another_window_takes_the_keyboard(active, qtbot):
    before = by_hand(active)
    qtbot.keyPress(active.stage.view, KEY.Key_Space)
    assert active.session.preset == BALANCED
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not active.isActiveWindow())
    qtbot.waitUntil(lambda: settled(active))
    assert active.session.posture == before
    other.close()
    active.activateWindow()
    qtbot.waitUntil(active.isActiveWindow)
    qtbot.keyPress(active.stage.view, KEY.Key_Space)
    assert active.session.preset == BALANCED, "and it works again"
    qtbot.keyRelease(active.stage.view, KEY.Key_Space)


def test_space_lets_go_when_the_application_is_left(active, qtbot):
    before = by_hand(active)
    qtbot.keyPress(active.stage.view, KEY.Key_Space)
    QApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    qtbot.waitUntil(lambda: settled(active))
    assert active.session.posture == before


def test_space_held_on_a_button_compares_and_does_not_press_it(active, qtbot):
    before = by_hand(active)
    active.header.sitting.setFocus()
    qtbot.keyPress(active.header.sitting, KEY.Key_Space)
    qtbot.wait(LONGER_THAN_A_TAP_MS)
    assert active.session.preset == BALANCED
    qtbot.keyRelease(active.header.sitting, KEY.Key_Space)
    qtbot.waitUntil(lambda: settled(active))
    assert active.session.posture == before


def test_a_tap_of_space_and_enter_press_the_button_that_has_the_keyboard(active, qtbot):
    active.header.sitting.setFocus()
    qtbot.keyClick(active.header.sitting, KEY.Key_Space)
    assert active.session.preset == SITTING
    button = active.layers.buttons["nerve", GHOST]
    button.setFocus()
    qtbot.keyClick(button, KEY.Key_Return)
    assert active.session.layers["nerve"] == GHOST


def test_space_in_a_text_field_is_a_space(active, qtbot):
    field = QLineEdit(active.stage_area)
    field.show()
    field.setFocus()
    qtbot.keyClick(field, KEY.Key_Space)
    assert field.text() == " "
    assert settled(active)


def test_the_hint_says_what_space_will_show(active, qtbot):
    assert "other state" in active.space_hint.text()
    active.session.move_to(FLEXOR_DOMINANT)
    assert "balanced" in active.space_hint.text()
    qtbot.waitUntil(lambda: settled(active))
    qtbot.keyPress(active.stage.view, KEY.Key_Space)
    assert "balanced" in active.space_hint.text(), "it does not flicker while held"
    qtbot.keyRelease(active.stage.view, KEY.Key_Space)


def test_the_panel_is_few_tabs_from_the_switch(active, qtbot):
    active.header.switch.setFocus()
    visited = []
    while not active.panel.isAncestorOf(focus(active)):
        qtbot.keyClick(focus(active), KEY.Key_Tab)
        visited.append(focus(active))
        assert len(visited) <= 6, visited
    for stop in visited[:2]:
        assert active.header.isAncestorOf(stop)
    qtbot.keyClick(focus(active), KEY.Key_Backtab)
    assert active.header.isAncestorOf(focus(active))


def test_tab_goes_round_the_whole_window_and_back_in_few_steps(active, qtbot):
    active.header.switch.setFocus()
    forward = [focus(active)]
    for _ in range(40):
        qtbot.keyClick(focus(active), KEY.Key_Tab)
        if focus(active) is active.header.switch:
            break
        forward.append(focus(active))
    assert focus(active) is active.header.switch
    assert len(set(forward)) == len(forward) <= 22
    layers = [stop for stop in forward if stop in active.layers.buttons.values()]
    views = [stop for stop in forward if stop in active.views.buttons.values()]
    assert (len(layers), len(views)) == (1, 1)
    qtbot.keyClick(focus(active), KEY.Key_Backtab)
    assert focus(active) is forward[-1]


def test_what_gets_the_keyboard_in_the_panel_is_scrolled_into_sight(active, qtbot):
    active.header.switch.setFocus()
    for _ in range(40):
        qtbot.keyClick(focus(active), KEY.Key_Tab)
        if focus(active) in active.layers.buttons.values():
            break
    assert not focus(active).visibleRegion().isEmpty()


def test_arrow_keys_walk_through_the_layers_and_the_views(active, qtbot):
    button = active.layers.buttons["bones", "shown"]
    button.setFocus()
    for key in (KEY.Key_Down, KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Up, KEY.Key_Up):
        qtbot.keyClick(focus(active), key)
    assert focus(active) is active.layers.buttons["outline", "hidden"]
    back = active.views.buttons["back"]
    back.setFocus()
    qtbot.keyClick(back, KEY.Key_Right)
    qtbot.keyClick(focus(active), KEY.Key_Return)
    assert active.session.view == "side"


def test_f6_jumps_between_header_panel_and_stage_and_returns_to_where_one_was(active, qtbot):
    active.header.sitting.setFocus()
    areas = []
    for _ in range(3):
        qtbot.keyClick(focus(active), KEY.Key_F6)
        areas.append(active._path.area_of(focus(active)))
    assert areas == [active.panel, active.stage_area, active.header]
    assert focus(active) is active.header.sitting
    qtbot.keyClick(focus(active), KEY.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert active._path.area_of(focus(active)) is active.stage_area


def test_ctrl_keys_size_the_words(active, qtbot):
    control = Qt.KeyboardModifier.ControlModifier
    before = active.header.title.title.fontMetrics().height()
    for _ in range(20):
        qtbot.keyClick(active.stage.view, KEY.Key_Plus, control)
    assert active.session.text_percent == 200
    assert active.header.title.title.fontMetrics().height() > 1.5 * before
    qtbot.keyClick(active.stage.view, KEY.Key_Minus, control)
    assert active.session.text_percent == 190
    qtbot.keyClick(active.stage.view, KEY.Key_0, control)
    assert active.session.text_percent == 100
    assert active.header.title.title.fontMetrics().height() == before


def test_c_goes_through_the_comparisons_and_ctrl_arrows_move_the_wipe(active, qtbot):
    control = Qt.KeyboardModifier.ControlModifier
    for expected in (*COMPARISONS[1:], COMPARISONS[0], *COMPARISONS[1:]):
        qtbot.keyClick(active.stage.view, KEY.Key_C)
        assert active.session.compare == expected
        lit = [name for name, button in active.compare.buttons.items() if button.isChecked()]
        assert lit == [expected]
    assert active.session.compare == "wipe"
    qtbot.keyClick(active.stage.view, KEY.Key_Right, control)
    assert active.session.wipe == pytest.approx(0.55)
    active.stage.view.wipe_dragged.emit(0.3)
    assert active.session.wipe == pytest.approx(0.3)
    qtbot.mouseClick(active.compare.buttons["off"], Qt.MouseButton.LeftButton)
    assert active.session.compare == "off"
    qtbot.keyClick(active.stage.view, KEY.Key_Right, control)
    assert active.session.wipe == pytest.approx(0.3), "without a line there is nothing to move"


def test_no_two_shortcuts_share_a_key(window):

    keys = [
        shortcut.key().toString(QKeySequence.SequenceFormat.PortableText)
        for shortcut in window.findChildren(QShortcut)
    ]
    assert len(keys) == len(set(keys))
