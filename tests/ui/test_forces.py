"""Forces are off by default, one button or key away, and worked out behind the window for the posture that is shown."""

from __future__ import annotations

from threading import Event
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from visualizer.app import new_session
from visualizer.ui.background import REST_MS
from visualizer.ui.forces import KEY, ForceFinder


def of(posture):
    return SimpleNamespace(posture=posture)


@pytest.fixture
def session():
    made = new_session()
    made.solve_with(of)
    return made


@pytest.fixture
def finder(session, qapp):
    made = ForceFinder(session)
    yield made
    made.stop()


def test_nothing_is_worked_out_while_they_are_not_shown(session, finder, qtbot):
    asked = []
    finder.find_with(lambda posture: (asked.append(posture), of(posture))[1])
    session.set_posture_fields({"tilt_deg": 4})
    qtbot.wait(3 * REST_MS)
    assert not session.forces_shown
    assert asked == []
    assert session.forces is None


def test_shown_they_come_once_the_posture_has_rested_and_once_only(session, finder, qtbot):
    asked = []
    finder.find_with(lambda posture: (asked.append(posture), of(posture))[1])
    session.toggle_forces()
    qtbot.waitUntil(lambda: session.forces is not None)
    assert session.forces.posture == session.posture
    session.toggle_forces()
    session.toggle_forces()
    qtbot.wait(2 * REST_MS)
    assert len(asked) == 1


def test_forces_of_another_posture_go_at_once(session, finder, qtbot):
    finder.find_with(of)
    session.toggle_forces()
    qtbot.waitUntil(lambda: session.forces is not None)
    session.set_posture_fields({"tilt_deg": 5})
    assert session.forces is None
    qtbot.waitUntil(lambda: session.forces is not None)
    assert session.forces.posture.tilt_deg == 5


def test_nothing_is_begun_while_the_body_moves(session, finder, qtbot):
    asked = []
    finder.find_with(lambda posture: (asked.append(posture), of(posture))[1])
    session.move_to("flexor-dominant")
    session.toggle_forces()
    qtbot.wait(2 * REST_MS)
    assert asked == []
    session.advance(1.0)
    qtbot.waitUntil(lambda: session.forces is not None)
    assert asked == [session.presets["flexor-dominant"]]


def test_a_result_that_came_too_late_is_dropped(session, finder, qtbot):
    go_on, begun = Event(), Event()

    def slowly(posture):
        begun.set()
        go_on.wait(5)
        return of(posture)

    finder.find_with(slowly)
    session.toggle_forces()
    qtbot.waitUntil(begun.is_set)
    seen = []
    session.events.forces.connect(seen.append)
    session.set_posture_fields({"tilt_deg": 7})
    go_on.set()
    qtbot.waitUntil(lambda: session.forces is not None)
    assert [each.posture.tilt_deg for each in seen if each is not None] == [7]


def test_hidden_meanwhile_the_result_is_dropped(session, finder, qtbot):
    go_on, begun = Event(), Event()
    finder.find_with(lambda posture: (begun.set(), go_on.wait(5), of(posture))[2])
    session.toggle_forces()
    qtbot.waitUntil(begun.is_set)
    session.toggle_forces()
    go_on.set()
    qtbot.wait(2 * REST_MS)
    assert session.forces is None


def test_the_button_and_the_key_show_and_hide_them(window, qtbot):
    window.force_finder.find_with(of)
    qtbot.mouseClick(window.forces.button, Qt.MouseButton.LeftButton)
    assert window.session.forces_shown
    assert window.forces.button.isChecked()
    qtbot.waitUntil(lambda: window.session.forces is not None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.stage.view.setFocus()
    qtbot.keyClick(window.stage.view, getattr(Qt.Key, f"Key_{KEY}"))
    assert not window.session.forces_shown
    assert not window.forces.button.isChecked()


def test_start_over_hides_them(window, qtbot):
    window.force_finder.find_with(of)
    window.session.toggle_forces()
    qtbot.mouseClick(window.reset, Qt.MouseButton.LeftButton)
    assert not window.session.forces_shown


def test_closing_waits_for_what_is_under_way(window, qtbot):
    begun, over = Event(), Event()

    def slowly(posture):
        begun.set()
        Event().wait(0.2)
        over.set()
        return of(posture)

    window.force_finder.find_with(slowly)
    window.session.toggle_forces()
    qtbot.waitUntil(begun.is_set)
    window.close()
    assert over.is_set()
    qtbot.wait(50)
    assert window.session.forces is None
