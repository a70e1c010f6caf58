"""The window driven as a person drives it: clicks, drags and keys change the session, and the picture follows."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton

from tests.scene.boxes import pixels_of
from visualizer.anatomy.model import LAYERS
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.naming import structure_name
from visualizer.session import (
    BALANCED,
    FLEXOR_DOMINANT,
    GHOST,
    HIDDEN,
    LAYER_STATES,
    MUSCLE_LAYERS,
    OPENING_VIEW,
    SHOWN,
    SITTING,
)

LEFT = Qt.MouseButton.LeftButton


def settled(window) -> bool:
    return window.session.transition is None


def same_camera(one: Camera, other: Camera) -> bool:
    """Whether two cameras see the same; -180 and 180 degrees are one direction."""
    return np.allclose(one.eye_from_world(1.0), other.eye_from_world(1.0))


def drawn(window) -> np.ndarray:
    return pixels_of(window.stage.view.grabFramebuffer())


def test_a_click_on_the_switch_moves_the_posture_and_the_picture(window, qtbot):
    before = drawn(window)
    qtbot.mouseClick(window.header.switch.buttons[FLEXOR_DOMINANT], LEFT)
    seen = set()
    window.session.events.posture.connect(lambda posture: seen.add(posture.tilt_deg))
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.posture == window.session.presets[FLEXOR_DOMINANT]
    assert any(0 < tilt_deg < 10 for tilt_deg in seen), "the way between was shown"
    assert window.header.switch.thumb() == (1.0, 1.0)
    assert np.abs(drawn(window) - before).max() > 60
    qtbot.mouseClick(window.header.switch.buttons[BALANCED], LEFT)
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.posture == window.session.presets[BALANCED]


def test_a_second_click_on_the_same_state_changes_nothing(window, qtbot):
    button = window.header.switch.buttons[BALANCED]
    qtbot.mouseClick(button, LEFT)
    assert settled(window)
    assert button.isChecked()


def test_the_switch_is_the_largest_control(window):
    largest = window.header.switch.width() * window.header.switch.height()
    others = [button for button in window.findChildren(QAbstractButton) if button.isVisible()]
    others = [button for button in others if not window.header.switch.isAncestorOf(button)]
    assert len(others) > 10
    panel_wide = window.panel.drawer.handle
    assert all(largest > 2 * o.width() * o.height() for o in others if o is not panel_wide)


def test_arrow_keys_switch(window, qtbot):
    qtbot.keyClick(window.header.switch, Qt.Key.Key_Right)
    assert window.session.preset == FLEXOR_DOMINANT
    qtbot.keyClick(window.header.switch, Qt.Key.Key_Left)
    assert window.session.preset == BALANCED


@pytest.mark.parametrize("start", [BALANCED, FLEXOR_DOMINANT, SITTING])
def test_space_holds_the_other_state(window, qtbot, start):
    window.session.move_to(start)
    qtbot.waitUntil(lambda: settled(window))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyPress(window.stage.view, Qt.Key.Key_Space)
    assert window.session.preset == (FLEXOR_DOMINANT if start == BALANCED else BALANCED)
    qtbot.wait(60)
    qtbot.keyRelease(window.stage.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.posture == window.session.presets[start]


def test_other_postures_are_in_a_menu_that_ticks_the_one_shown(window, qtbot):
    header = window.header
    assert not header.others.isChecked()
    assert set(header.postures.items) | {BALANCED, FLEXOR_DOMINANT, SITTING} == set(window.session.presets)
    header.postures.items["one-leg-right"].trigger()
    qtbot.waitUntil(lambda: window.session.transition is None)
    assert window.session.posture.support == "right foot"
    qtbot.mouseClick(header.others, LEFT)
    qtbot.waitUntil(header.postures.isVisible)
    assert header.others.isChecked()
    assert [name for name, item in header.postures.items.items() if item.isChecked()] == ["one-leg-right"]
    qtbot.keyClick(header.postures, Qt.Key.Key_Escape)


def test_sitting_is_one_click_away(window, qtbot):
    qtbot.mouseClick(window.header.sitting, LEFT)
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.posture == window.session.presets[SITTING]
    assert window.header.sitting.isChecked()
    assert window.header.switch.thumb()[1] == 0.0


def test_the_slider_tilts_and_shows_the_tilt(window, qtbot):
    slider = window.tilt.slider
    before = drawn(window)
    middle = slider.width() * -slider.minimum() / (slider.maximum() - slider.minimum())
    start, end = QPoint(int(middle), slider.height() // 2), QPoint(slider.width() - 30, slider.height() // 2)
    qtbot.mousePress(slider, LEFT, pos=start)
    qtbot.mouseMove(slider, end)
    qtbot.mouseRelease(slider, LEFT, pos=end)
    tilt_deg = window.session.posture.tilt_deg
    assert 10 < tilt_deg <= 20
    assert window.tilt.value.text() == f"+{tilt_deg:g}°"
    assert window.session.preset is None
    assert not any(button.isChecked() for button in window.header.switch.buttons.values())
    assert np.abs(drawn(window) - before).max() > 60


def test_the_slider_takes_over_from_a_move_under_way(window, qtbot):
    window.session.move_to(FLEXOR_DOMINANT)
    qtbot.wait(40)
    window.tilt.slider.setValue(window.tilt.slider.minimum())
    assert settled(window)
    qtbot.wait(60)
    assert window.session.posture.tilt_deg == -20.0, "a hip extends no further, so the pelvis stops"


@pytest.mark.parametrize("layer", LAYERS)
def test_clicks_show_ghost_and_hide_each_layer(window, qtbot, layer):
    for state in (*LAYER_STATES, *LAYER_STATES):
        qtbot.mouseClick(window.layers.buttons[layer, state], LEFT)
        assert window.session.layers[layer] == state
        checked = [each for each in LAYER_STATES if window.layers.buttons[layer, each].isChecked()]
        assert checked == [state]


def test_hiding_the_nerve_takes_it_from_the_picture(window, qtbot):
    before = drawn(window)
    qtbot.mouseClick(window.layers.buttons["nerve", HIDDEN], LEFT)
    assert np.abs(drawn(window) - before).max() > 60
    qtbot.mouseClick(window.layers.buttons["nerve", SHOWN], LEFT)
    assert np.abs(drawn(window) - before).max() < 12


def test_x_ray_is_lit_makes_muscles_see_through_and_gives_them_back(window, qtbot):
    window.session.set_layer("glutes", SHOWN)
    before = drawn(window)
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    assert window.layers.x_ray.isChecked()
    assert SHOWN not in {window.session.seen_state(layer) for layer in MUSCLE_LAYERS}
    assert window.session.seen_state("nerve") == SHOWN
    assert np.abs(drawn(window) - before).max() > 60
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    assert not window.layers.x_ray.isChecked()
    assert np.abs(drawn(window) - before).max() < 12


def test_x_ray_twice_around_a_layer_change_keeps_the_opening_picture_and_the_change(window, qtbot):
    opening = dict(window.session.layers)
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    qtbot.mouseClick(window.layers.buttons["flexors", HIDDEN], LEFT)
    assert window.session.seen_state("flexors") == HIDDEN
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    assert window.session.layers == opening | {"flexors": HIDDEN}


@pytest.mark.parametrize("view", VIEWS)
def test_a_click_on_a_view_takes_the_camera_there(window, qtbot, view):
    window.stage.view.show_from(VIEWS["front" if view == "back" else "back"])
    qtbot.mouseClick(window.views.buttons[view], LEFT)
    qtbot.waitUntil(lambda: same_camera(window.stage.view.camera(), VIEWS[view]))
    assert [name for name, button in window.views.buttons.items() if button.isChecked()] == [view]


def test_number_keys_choose_views_and_r_starts_over(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for key, view in zip("12345", VIEWS, strict=True):
        qtbot.keyClick(window.stage.view, key)
        assert window.session.view == view
    qtbot.keyClick(window.stage.view, "x")
    window.session.set_posture_fields({"tilt_deg": 7})
    qtbot.keyClick(window.stage.view, "r")
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.view == OPENING_VIEW
    assert window.session.layers == window.session.opening_layers
    assert window.session.preset == BALANCED


def test_background_and_language_switch(window, qtbot):
    window.stage.view.show_from("back")
    choices = window.header.choices
    qtbot.mouseClick(window.header.more, LEFT)
    assert choices.isVisible()
    qtbot.mouseClick(choices.backgrounds["dark"], LEFT)
    assert window.session.background == "dark"
    assert drawn(window).mean() < 80
    assert window.palette().window().color().lightness() < 60
    qtbot.mouseClick(choices.languages["es"], LEFT)
    assert window.header.switch.buttons[BALANCED].text() == "Equilibrado"
    assert "urgencias" in window.emergency.label.text()
    qtbot.mouseClick(choices.languages["en"], LEFT)
    qtbot.mouseClick(choices.backgrounds["light"], LEFT)
    assert window.session.background == "light"
    qtbot.keyClick(choices, Qt.Key.Key_Escape)
    assert not choices.isVisible()


def test_it_opens_on_the_deep_buttock_with_the_nerve_in_sight(window):
    assert window.session.view == OPENING_VIEW
    assert window.session.layer_state("nerve") == SHOWN
    assert window.session.layer_state("glutes") in (GHOST, HIDDEN)


def test_a_click_on_a_structure_selects_and_names_it(window, qtbot):
    window.stage.view.show_from("back")
    middle = window.stage.view.rect().center()
    qtbot.mouseClick(window.stage.view, LEFT, pos=middle)
    assert window.session.selection == "sciatic"
    window.stage.view.hovered.emit(window.stage.view.pick(middle.x(), middle.y()))
    assert "sciatic" in window.caption.text()


def test_the_window_shows_the_picture_as_it_was_drawn(window):
    inside = window.stage.view.rect().adjusted(20, 20, -20, -20)
    alone = pixels_of(window.stage.view.grabFramebuffer().copy(inside))
    inside.moveTopLeft(window.stage.view.mapTo(window, inside.topLeft()))
    composed = pixels_of(window.grab(inside).toImage())
    assert np.abs(composed - alone).max() < 12, "where the picture is not opaque, the window mixes into it"


def test_a_view_button_is_lit_only_while_the_camera_is_there(window, qtbot):
    view, buttons = window.stage.view, window.views.buttons
    middle = view.rect().center()
    qtbot.mouseClick(buttons["side"], LEFT)
    qtbot.waitUntil(lambda: same_camera(view.camera(), VIEWS["side"]))
    assert buttons["side"].isChecked()
    qtbot.mousePress(view, LEFT, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, 10))
    qtbot.mouseRelease(view, LEFT, pos=middle + QPoint(60, 10))
    assert not same_camera(view.camera(), VIEWS["side"])
    assert not any(button.isChecked() for button in buttons.values())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(view, "2")
    qtbot.waitUntil(lambda: same_camera(view.camera(), VIEWS["side"]))
    assert buttons["side"].isChecked()


@pytest.mark.parametrize("view", ["back", "deep-gluteal"])
def test_a_double_click_on_a_view_button_is_a_click(window, qtbot, view):
    button = window.views.buttons[view]
    window.stage.view.show_from(VIEWS["front"])
    qtbot.mouseClick(button, LEFT)
    qtbot.mouseDClick(button, LEFT)
    qtbot.wait(30)
    qtbot.waitUntil(lambda: same_camera(window.stage.view.camera(), VIEWS[view]))
    assert button.isChecked()


def test_each_muscle_has_one_name_in_panel_layers_and_caption(window, small_body, qtbot):
    muscles = {muscle.name: muscle for muscle in small_body.muscles}
    for wording in ("patient", "clinical"):
        qtbot.mouseClick(window.header.wording.buttons[wording], LEFT)
        for name, row in window.panel.muscles.rows.items():
            shown = row.name.text()
            assert shown == structure_name(muscles[name].names, window.session)
            assert shown in window.layers.names[muscles[name].layer].toolTip()
            part = SimpleNamespace(names=muscles[name].names)
            window._on_hover(part)
            assert window.caption.text().startswith(shown)


def test_both_states_have_the_same_calm_colour_and_say_what_the_pelvis_does(window, qtbot):
    switch = window.header.switch
    assert switch.lines == {BALANCED: "pelvis level", FLEXOR_DOMINANT: "pelvis tipped forward 10°"}

    def thumb_colour(state) -> np.ndarray:
        window.session.move_to(state)
        qtbot.waitUntil(lambda: settled(window))
        qtbot.wait(60)
        half = switch.buttons[state].geometry()
        return pixels_of(switch.grab().toImage())[half.center().y(), half.left() + 14]

    assert np.abs(thumb_colour(BALANCED) - thumb_colour(FLEXOR_DOMINANT)).max() <= 3


def test_a_click_on_the_inset_lights_the_button_of_the_view_it_brings(window, qtbot):
    window.resize(1366, 768)
    view, buttons = window.stage.view, window.views.buttons
    qtbot.waitUntil(lambda: view.inset_rect() is not None)
    for shown in ("side", OPENING_VIEW):
        left, top, width, height = view.inset_rect()
        qtbot.mouseClick(view, LEFT, pos=QPoint(left + width // 2, top + height // 2))
        qtbot.waitUntil(lambda shown=shown: same_camera(view.camera(), VIEWS[shown]), timeout=3000)
        assert [name for name, button in buttons.items() if button.isChecked()] == [shown]
        assert view.inset_rect() is not None
