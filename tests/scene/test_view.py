"""The view under Xvfb, with real mouse events and real pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.scene.boxes import findings_of, pixels_of, snapshot_of, yellow
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy

CAMERA = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.3)
MIDDLE = QPoint(160, 100)


@pytest.fixture
def view(qtbot: QtBot, boxes: Anatomy) -> AnatomyView:
    """A shown view of the boxes from behind, 320 x 200, the muscle a ghost."""
    widget = AnatomyView()
    qtbot.addWidget(widget)
    widget.resize(320, 200)
    widget.set_anatomy(boxes)
    widget.show_from(CAMERA)
    with qtbot.waitExposed(widget):
        widget.show()
    still(qtbot, widget)
    return widget


def still(qtbot: QtBot, view: AnatomyView) -> np.ndarray:
    """Pixels once nothing moves any more."""
    qtbot.waitUntil(lambda: not view.is_moving(), timeout=3000)
    return pixels_of(view.grabFramebuffer())


def drag(view: AnatomyView, qtbot: QtBot, button: Qt.MouseButton, by: QPoint, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(view, button, modifier, MIDDLE)
    for part in (1, 2, 3, 4):
        place = QPointF(MIDDLE) + QPointF(by) * part / 4
        _send_move(view, place, button, modifier)
    qtbot.mouseRelease(view, button, modifier, MIDDLE + by)


def _send_move(
    view: AnatomyView, place: QPointF, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove, place, view.mapToGlobal(place), Qt.MouseButton.NoButton, button, modifier
    )
    QApplication.sendEvent(view, event)


def test_the_nerve_shows_through_a_ghost_and_through_what_hides_it(qtbot: QtBot, view: AnatomyView) -> None:
    ghosted = yellow(still(qtbot, view))[80:120, 155:165]
    assert ghosted.mean() > 0.5
    view.set_appearance(Appearance(layers={}))
    hidden = still(qtbot, view)
    view.set_appearance(Appearance(layers={"nerve": "hidden"}))
    without = still(qtbot, view)
    assert np.abs(hidden - without)[90:110, 157:163].sum(axis=-1).min() > 12


def test_hiding_a_layer_changes_the_picture(qtbot: QtBot, view: AnatomyView) -> None:
    pictures = []
    for layers in ({}, {"bones": "hidden"}, {"glutes": "hidden"}, {"glutes": "ghost"}, {"nerve": "hidden"}):
        view.set_appearance(Appearance(layers=layers))
        pictures.append(still(qtbot, view))
    for first in range(len(pictures)):
        for second in range(first):
            assert np.abs(pictures[first] - pictures[second]).max() > 20


def test_one_structure_can_be_hidden(view: AnatomyView) -> None:
    left_side, right_side = (100, 100), (220, 100)
    view.set_appearance(Appearance(layers={}, parts={"bone_right": "hidden"}))
    assert view.pick(*left_side).key == "bone_left"
    assert view.pick(*right_side) is None


def test_a_posture_moves_bones_and_soft_parts(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    before = still(qtbot, view)
    view.set_snapshot(snapshot_of(boxes, lift_m=0.1))
    after = still(qtbot, view)
    assert np.abs(before - after)[:, 200:].max() > 60
    assert np.abs(before - after)[:, 60:105].max() == 0
    assert view.pick(220, 145) is None
    assert view.pick(100, 145).key == "bone_left"


def test_light_and_dark_differ(qtbot: QtBot, view: AnatomyView) -> None:
    light = still(qtbot, view)
    view.set_background("dark")
    dark = still(qtbot, view)
    assert light[5, 5].min() > 150
    assert dark[5, 5].max() < 80


def test_picking_names_what_is_there(view: AnatomyView) -> None:
    assert view.pick(160, 100).key == "sciatic"
    assert view.pick(180, 100).key == "gluteus"
    assert view.pick(100, 100).key == "bone_left"
    assert view.pick(220, 100).key == "bone_right"
    assert view.pick(5, 5) is None
    assert view.pick(-50, 5) is None


def test_picking_forgives_two_pixels(view: AnatomyView) -> None:
    edge = next(x for x in range(225, 320) if view.pick(x, 100) is None)
    exact = view.project(np.array([[-0.18, 0.02, 0.0]]))[0, 0]
    assert edge - exact == pytest.approx(2.0, abs=1.6)


def test_a_click_tells_the_structure(qtbot: QtBot, view: AnatomyView) -> None:
    with qtbot.waitSignal(view.clicked) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert heard.args[0].key == "bone_left"
    with qtbot.waitSignal(view.double_clicked) as heard:
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert heard.args[0] is None


def test_a_resting_mouse_tells_the_structure(qtbot: QtBot, view: AnatomyView) -> None:
    with qtbot.waitSignal(view.hovered) as heard:
        _send_move(view, QPointF(220, 100), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    assert heard.args[0].key == "bone_right"


def test_left_drag_orbits_and_is_no_click(qtbot: QtBot, view: AnatomyView) -> None:
    with qtbot.assertNotEmitted(view.clicked):
        drag(view, qtbot, Qt.MouseButton.LeftButton, QPoint(50, -20))
    camera = view.camera()
    assert camera.azimuth_deg == pytest.approx(20.0)
    assert camera.elevation_deg == pytest.approx(-8.0)
    assert camera.target == CAMERA.target


@pytest.mark.parametrize(("button", "shift"), [("MiddleButton", False), ("LeftButton", True)])
def test_middle_or_shift_drag_pans_with_the_hand(
    qtbot: QtBot, view: AnatomyView, button: str, shift: bool
) -> None:
    before = view.project(np.zeros((1, 3)))[0]
    drag(view, qtbot, Qt.MouseButton[button], QPoint(40, 20), shift)
    after = view.project(np.zeros((1, 3)))[0]
    assert after[:2] - before[:2] == pytest.approx((40.0, 20.0), abs=0.5)
    assert view.camera().azimuth_deg == CAMERA.azimuth_deg


def test_the_wheel_zooms_to_the_cursor(qtbot: QtBot, view: AnatomyView) -> None:
    corner = np.array([[-0.1, 0.0, 0.05]])
    before = view.project(corner)[0]
    place = QPointF(before[0], before[1])
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert view.camera().height_m < CAMERA.height_m
    assert view.project(corner)[0, :2] == pytest.approx(before[:2], abs=0.01)


def test_a_view_is_flown_to(qtbot: QtBot, view: AnatomyView) -> None:
    view.fly_to("front")
    qtbot.waitUntil(lambda: abs(view.camera().azimuth_deg) > 20.0, timeout=3000)
    assert abs(view.camera().azimuth_deg) < 179.0
    qtbot.waitUntil(lambda: abs(view.camera().azimuth_deg) == pytest.approx(180.0), timeout=3000)


def test_focus_frames_a_structure_as_it_lies_now(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    view.set_snapshot(snapshot_of(boxes, lift_m=0.1))
    view.focus("bone_right")
    qtbot.waitUntil(lambda: view.camera().target == pytest.approx((-0.1, 0.0, 0.1), abs=1e-6), timeout=3000)


@pytest.mark.parametrize("way", ["selected", "hovered"])
def test_a_pointed_out_structure_keeps_its_colours_and_gets_a_line(
    qtbot: QtBot, view: AnatomyView, way: str
) -> None:
    plain = still(qtbot, view)
    view.set_appearance(Appearance(**{way: "bone_right"}))
    change = np.abs(plain - still(qtbot, view)).max(axis=-1)
    assert change[90:110, 210:230].max() == 0
    assert change[:, :120].max() == 0
    edge = round(view.project(np.array([[-0.18, 0.02, 0.0]]))[0, 0])
    assert change[90:110, edge - 3 : edge + 4].max(axis=1).min() > 60


def test_the_picture_survives_another_window(qtbot: QtBot, view: AnatomyView) -> None:
    from PySide6.QtWidgets import QMainWindow

    before = still(qtbot, view)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(view)
    window.resize(320, 200)
    with qtbot.waitExposed(window):
        window.show()
    after = still(qtbot, view)
    assert np.abs(after - before).mean() < 2.0
    view.setParent(None)


def test_two_views_show_the_same(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    other = AnatomyView()
    qtbot.addWidget(other)
    other.resize(320, 200)
    other.set_anatomy(boxes)
    other.show_from(CAMERA)
    with qtbot.waitExposed(other):
        other.show()
    assert np.abs(still(qtbot, other) - still(qtbot, view)).mean() < 1.0


# Balanced beside now, and the inset


def test_split_shows_both_stances_with_one_camera_and_picks_in_each(
    qtbot: QtBot, view: AnatomyView, boxes: Anatomy
) -> None:
    found = findings_of(boxes, lift_m=0.1, tilt_deg=10.0)
    view.set_snapshot(found.snapshot)
    view.set_findings(found)
    view.set_compare("split")
    halves = np.array_split(still(qtbot, view), 2, axis=1)
    assert np.abs(halves[0] - halves[1])[:, 4:-4].max() > 60
    place = np.array([[-0.1, 0.0, 0.09]])
    for balanced in (True, False):
        lifted = place + (0.0, 0.0, 0.0 if balanced else 0.1)
        x, y, _ = view.project(lifted, balanced=balanced)[0]
        assert (x < 160) == balanced
        assert view.pick(x, y).key == "bone_right"
    x, y, _ = view.project(np.array([[-0.1, 0.0, -0.05]]))[0]
    assert view.pick(x, y) is None


def test_a_wipe_leaves_balanced_to_the_left_of_its_line(
    qtbot: QtBot, view: AnatomyView, boxes: Anatomy
) -> None:
    found = findings_of(boxes, lift_m=0.1, tilt_deg=10.0)
    view.set_snapshot(found.snapshot)
    view.set_findings(found)
    now = still(qtbot, view)
    view.set_compare("wipe", 0.75)
    wiped = still(qtbot, view)
    view.set_compare("wipe", 0.98)
    balanced = still(qtbot, view)
    assert np.abs(wiped - balanced)[:, :230].max() == 0
    assert np.abs(wiped - now)[:, 250:].max() < 40
    assert np.abs(wiped - now)[:, 200:230].max() > 60


def test_the_line_of_a_wipe_can_be_dragged(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    view.set_findings(findings_of(boxes))
    view.set_snapshot(snapshot_of(boxes))
    view.set_compare("wipe", 0.5)
    camera = view.camera()
    heard: list[float] = []
    view.wipe_dragged.connect(heard.append)
    drag(view, qtbot, Qt.MouseButton.LeftButton, QPoint(80, 0))
    assert heard[-1] == pytest.approx(0.75)
    assert view.camera() == camera


def test_without_findings_there_is_nothing_to_compare(view: AnatomyView) -> None:
    view.set_compare("split")
    assert len(view.panes()) == 1


def test_a_view_is_left_by_the_hand_and_by_flights_to_elsewhere(qtbot: QtBot, view: AnatomyView) -> None:
    view.show_from("back")
    with qtbot.waitSignal(view.camera_left_view):
        drag(view, qtbot, Qt.MouseButton.LeftButton, QPoint(40, 0))
    with qtbot.assertNotEmitted(view.camera_left_view):
        drag(view, qtbot, Qt.MouseButton.LeftButton, QPoint(40, 0))
    view.show_from("side")
    with qtbot.waitSignal(view.camera_left_view):
        view.focus("bone_right")


def test_a_double_click_never_zooms_out(qtbot: QtBot, view: AnatomyView) -> None:
    view.show_from(Camera((-0.1, 0.0, 0.0), 0.0, 0.0, 0.06, 0.06))
    view.focus("bone_right", at_once=True)
    assert view.camera().visible_height_m(1.6) <= 0.06


@pytest.fixture
def stage(qtbot: QtBot, boxes: Anatomy) -> AnatomyView:
    """A view wide enough for the inset."""
    widget = AnatomyView()
    qtbot.addWidget(widget)
    widget.resize(1000, 500)
    widget.set_anatomy(boxes)
    widget.show_from("back")
    with qtbot.waitExposed(widget):
        widget.show()
    still(qtbot, widget)
    return widget


def test_the_inset_shows_the_side_and_follows_the_posture(
    qtbot: QtBot, stage: AnatomyView, boxes: Anatomy
) -> None:
    left, top, width, height = stage.inset_rect()
    inside = np.s_[top + 4 : top + height - 4, left + 4 : left + width - 4]
    before = still(qtbot, stage)
    x, y, _ = stage.inset_project(np.array([[-0.18, 0.0, 0.0]]))[0].round().astype(int)
    assert before[y, x].max() - before[y, x].min() > 20  # bone, no backdrop
    stage.set_snapshot(snapshot_of(boxes, lift_m=0.1))
    assert np.abs(still(qtbot, stage) - before)[inside].max() > 60


def test_a_click_swaps_inset_and_picture_and_back(qtbot: QtBot, stage: AnatomyView) -> None:
    left, top, width, height = stage.inset_rect()
    middle = QPoint(left + width // 2, top + height // 2)
    with qtbot.waitSignal(stage.inset_clicked), qtbot.assertNotEmitted(stage.clicked):
        qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: stage.camera() == VIEWS["side"], timeout=3000)
    assert stage.inset_rect() is not None
    qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: stage.camera() == VIEWS["back"], timeout=3000)
    stage.show_from("side")
    assert stage.inset_rect() is None


def test_a_narrow_stage_has_no_inset(view: AnatomyView) -> None:
    assert view.inset_rect() is None
