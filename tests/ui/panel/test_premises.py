"""The drawer of what the user sets: it opens, its sliders, menus and keys set the session."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.panel.conftest import LEFT
from visualizer.body.posture import NERVE_VARIANTS, RANGES, fields_meant, without_side
from visualizer.session import FLEXOR_DOMINANT


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
    qtbot.mouseClick(drawer.separately, LEFT)
    for field, slider in drawer.sliders.items():
        name = fields_meant(field)[0]
        before = getattr(session.posture, name)
        qtbot.keyClick(slider, key)
        after = getattr(session.posture, name)
        low, high = RANGES[without_side(name)]
        if low < before < high or (before == low) == (key == Qt.Key.Key_Right):
            assert (after > before) == (key == Qt.Key.Key_Right), field
        assert low <= after <= high
        assert session.preset is None


def test_nerve_variants_are_chosen_by_their_description(drawer, qtbot):
    variants = {field: box for field, box in drawer.boxes.items() if field.startswith("nerve")}
    for field, box in variants.items():
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


def test_all_flexors_are_set_together_until_each_is_asked_for(drawer, qtbot):
    each = drawer.premises["short_psoas_percent"]
    assert not each.isVisible()
    drawer.sliders["short_flexors_percent"].setValue(10)
    assert drawer._session.posture.short_iliacus_percent == drawer._session.posture.short_psoas_percent == 5.0
    qtbot.mouseClick(drawer.separately, LEFT)
    assert each.isVisible()
    drawer.sliders["short_psoas_percent"].setValue(20)
    assert drawer._session.posture.short_psoas_percent == 10.0
    assert drawer._session.posture.short_iliacus_percent == 5.0
    assert drawer.premises["short_flexors_percent"].value.text() == "differ"


def test_muscles_may_decide_the_tilt_and_the_hand_takes_it_back(drawer, qtbot):
    session = drawer._session
    box = drawer.boxes["tilt_from"]
    assert drawer.tilt.kind.text() == "You set this"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert session.posture.tilt_from == "muscles"
    assert drawer.tilt.kind.text() == "Follows from the muscles"
    qtbot.keyClick(drawer.tilt.slider, Qt.Key.Key_Right)
    assert session.posture.tilt_from == "hand"
    assert box.currentIndex() == 0
