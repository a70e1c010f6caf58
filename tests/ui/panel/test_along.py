"""The plot along the nerve: made when seen, pointed at, walked along by keys."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from tests.ui.panel.conftest import LEFT, mouse_over, seen


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
