"""The tilt's slider: a click goes where it points, the keys go on working, the wheel scrolls the panel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from visualizer.app import new_session
from visualizer.ui.tilt import STEPS_PER_DEGREE, TiltCard

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def card(qtbot):
    made = TiltCard(new_session())
    qtbot.addWidget(made)
    made.resize(340, 140)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def tilt(card) -> float:
    return card.slider.value() / STEPS_PER_DEGREE


def place_of(slider, tilt_deg: float) -> QPoint:
    """Where on the slider a tilt is."""
    x = min(range(slider.width()), key=lambda x: abs(slider.value_at(x) - tilt_deg * STEPS_PER_DEGREE))
    return QPoint(x, slider.height() // 2)


@pytest.mark.parametrize("tilt_deg", [-30.0, -22.0, -4.0, 3.0, 12.0, 20.0])
def test_a_click_goes_where_it_points(card, qtbot, tilt_deg):
    card._session.set_posture_fields({"hip_flexion_deg": 90.0})
    qtbot.mouseClick(card.slider, LEFT, pos=place_of(card.slider, tilt_deg))
    assert tilt(card) == pytest.approx(tilt_deg, abs=0.5)


def test_standing_the_pelvis_tips_back_no_further_than_hips_do(card, qtbot):
    for tilt_deg in (-28.0, -30.0):
        qtbot.mouseClick(card.slider, LEFT, pos=place_of(card.slider, tilt_deg))
        assert tilt(card) == card._session.posture.tilt_deg == -20.0


def test_a_press_beside_the_handle_can_be_dragged_on(card, qtbot):
    slider = card.slider
    qtbot.mousePress(slider, LEFT, pos=place_of(slider, 10.0))
    qtbot.mouseMove(slider, place_of(slider, -12.0))
    qtbot.mouseRelease(slider, LEFT, pos=place_of(slider, -12.0))
    assert tilt(card) == pytest.approx(-12.0, abs=0.5)


def test_a_click_gives_it_the_keyboard_and_every_key_works_after_it(card, qtbot):
    qtbot.mouseClick(card.slider, LEFT, pos=place_of(card.slider, 3.0))
    assert card.slider.hasFocus()
    start = tilt(card)
    for key, modifier, change in (
        (KEY.Key_Right, Qt.KeyboardModifier.NoModifier, 1.0),
        (KEY.Key_Right, Qt.KeyboardModifier.NoModifier, 1.0),
        (KEY.Key_Left, Qt.KeyboardModifier.NoModifier, -1.0),
        (KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier, 0.5),
        (KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier, -0.5),
        (KEY.Key_PageUp, Qt.KeyboardModifier.NoModifier, 5.0),
        (KEY.Key_PageDown, Qt.KeyboardModifier.NoModifier, -5.0),
    ):
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)
        start += change
        assert tilt(card) == start, key
    qtbot.keyClick(card.slider, KEY.Key_Home)
    assert tilt(card) == 0.0


def test_the_wheel_over_it_changes_nothing_and_goes_on_to_what_scrolls(card):
    slider = card.slider
    middle = QPointF(slider.rect().center())
    turn = QWheelEvent(
        middle, slider.mapToGlobal(middle), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider, turn)
    assert tilt(card) == 0.0
    assert not turn.isAccepted(), "Qt gives an event that is not accepted to the parent"
