"""The window driven as a person drives it: clicks, drags and keys change the session, and the picture follows."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from tests.scene.boxes import pixels_of
from visualizer.anatomy.model import LAYERS
from visualizer.scene.cameras import VIEWS, Camera
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
    others = [window.header.sitting, window.tilt.slider, *window.views.buttons.values(), window.reset]
    assert all(largest > 2 * other.width() * other.height() for other in others)


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
    assert window.session.preset == (BALANCED if start == FLEXOR_DOMINANT else FLEXOR_DOMINANT)
    qtbot.wait(60)
    qtbot.keyRelease(window.stage.view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: settled(window))
    assert window.session.posture == window.session.presets[start]


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
    assert window.session.posture.tilt_deg == window.tilt.slider.minimum() / 2


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


def test_x_ray_ghosts_all_muscles_and_gives_them_back(window, qtbot):
    before = dict(window.session.layers)
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    assert {window.session.layers[layer] for layer in MUSCLE_LAYERS} == {GHOST}
    assert window.session.layers["nerve"] == SHOWN
    qtbot.mouseClick(window.layers.x_ray, LEFT)
    assert window.session.layers == before


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
    qtbot.mouseClick(window.header.background, LEFT)
    assert window.session.background == "dark"
    assert drawn(window).mean() < 80
    assert window.palette().window().color().lightness() < 60
    qtbot.mouseClick(window.header.languages["es"], LEFT)
    assert window.header.switch.buttons[BALANCED].text() == "Equilibrado"
    assert "urgencias" in window.emergency.label.text()
    qtbot.mouseClick(window.header.languages["en"], LEFT)
    qtbot.mouseClick(window.header.background, LEFT)
    assert window.session.background == "light"


def test_numbers_follow_the_tilt(window):
    window.session.set_posture_fields({"tilt_deg": 10})
    assert window.readout.lordosis.text() == "+9.5°"
    assert {value.text() for _, _, value in window.readout.rows.values()} == {"+5.0 mm"}
    window.session.set_posture_fields({"tilt_deg": -10})
    assert {value.text() for _, _, value in window.readout.rows.values()} == {"−5.0 mm"}


def test_it_opens_on_the_deep_buttock_with_the_nerve_in_sight(window):
    assert window.session.view == OPENING_VIEW
    assert window.session.layer_state("nerve") == SHOWN
    assert window.session.layer_state("glutes") in (GHOST, HIDDEN)


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_everything_fits_a_small_screen(window, qtbot, size, language):
    window.session.language = language
    window.resize(*size)
    qtbot.wait(20)
    assert (window.width(), window.height()) == size
    assert window.emergency.isVisible()
    assert window.emergency.height() >= window.emergency.heightForWidth(size[0])
    panel = window.readout.parentWidget()
    assert panel.width() <= panel.parentWidget().width(), "no part of a card is cut off at the right"
    assert window.stage.width() > 0.6 * size[0]
    for control in (window.header.switch, *window.views.buttons.values()):
        assert control.width() >= control.minimumSizeHint().width()


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
