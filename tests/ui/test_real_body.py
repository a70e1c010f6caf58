"""The real body in the real window: it comes by itself, the nerve is in sight, and tilt moves the picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor

from tests.scene.boxes import pixels_of, yellow
from visualizer.app import new_session
from visualizer.scene.cameras import VIEWS
from visualizer.session import FLEXOR_DOMINANT, SITTING
from visualizer.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot, qapp) -> Iterator[MainWindow]:
    made = MainWindow(qapp, new_session())
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.start()
    qtbot.waitUntil(lambda: made.session.snapshot is not None, timeout=60_000)
    return made


def test_the_nerve_is_in_sight_from_every_view_and_tilt_moves_the_picture(window, qtbot):
    view = window.stage.view
    pictures = {}
    for preset in ("balanced", FLEXOR_DOMINANT):
        window.session.move_to(preset)
        qtbot.waitUntil(lambda: window.session.transition is None)
        for name in VIEWS:
            view.show_from(name)
            pictures[preset, name] = pixels_of(view.grabFramebuffer())
            assert yellow(pictures[preset, name]).mean() > 0.0005, (preset, name)
    for name in VIEWS:
        change = np.abs(pictures["balanced", name] - pictures[FLEXOR_DOMINANT, name]).max(axis=2)
        assert (change > 40).mean() > 0.01, name


def test_numbers_have_the_signs_of_a_forward_tilt(window, qtbot):
    window.session.move_to(FLEXOR_DOMINANT)
    qtbot.waitUntil(lambda: window.session.transition is None)
    rows = window.panel.muscles.rows
    assert rows["rectus_femoris"].change.text().startswith("−")
    assert rows["rectus_femoris"].length_sign.state == "short"
    assert rows["rectus_femoris"].effort_sign.state == "harder"
    assert rows["gluteus_maximus"].change.text().startswith("+")
    assert rows["gluteus_maximus"].effort_sign.state == "less"
    assert rows["biceps_femoris_long_head"].change.text().startswith("+")
    window.session.move_to(SITTING)
    qtbot.waitUntil(lambda: window.session.transition is None)
    assert rows["psoas"].change.text().startswith("−")


def test_shares_come_by_themselves_and_belong_to_the_posture(window, qtbot):
    window.session.move_to(FLEXOR_DOMINANT)
    qtbot.waitUntil(lambda: window.session.transition is None)
    qtbot.waitUntil(lambda: any(item.shares for item in window.session.findings.items), timeout=20_000)
    assert window.session.findings.snapshot is window.session.snapshot
    for item in window.session.findings.items:
        if item.shares:
            assert sum(item.shares.values()) == pytest.approx(item.change, abs=1e-6)


def test_every_place_of_the_body_has_a_row_and_a_place_in_the_plot(window, qtbot):
    panel = window.panel
    found = window.session.findings
    assert panel.places.list.order == tuple(item.site for item in found.tightest("right"))
    for row in panel.places.list.rows.values():
        assert row.name.text()
        assert row.value.text()

    def scrolled_to_the_plot() -> bool:
        panel.area.ensureWidgetVisible(panel.along)
        return panel.along.plot is not None

    qtbot.waitUntil(scrolled_to_the_plot)
    low, high = found.corridor.position_mm[[0, -1]]
    for site in panel.places.list.order:
        window.session.site = site
        qtbot.wait(5)
        assert panel.along.looked_at_mm is None or low <= panel.along.looked_at_mm <= high


@pytest.mark.parametrize("language", ["en", "es"])
def test_headline_and_lens_are_seen_without_scrolling_on_a_small_screen(window, qtbot, language):
    panel = window.panel
    window.session.language = language
    window.resize(1280, 720)
    for preset in (FLEXOR_DOMINANT, "balanced"):
        window.session.move_to(preset)
        qtbot.waitUntil(lambda: window.session.transition is None)
        qtbot.wait(50)
        assert panel.area.verticalScrollBar().value() == 0
        for card in (panel.headline, panel.lens):
            assert card.visibleRegion().boundingRect().height() == card.height()


def test_pointing_in_list_plot_and_stage_is_one_thing(window, qtbot):
    session, view = window.session, window.stage.view
    session.move_to(FLEXOR_DOMINANT)
    qtbot.waitUntil(lambda: session.transition is None)
    view.site_hovered.emit("obturator_gemelli")
    assert window.panel.places.list.rows["obturator_gemelli"].property("pointed")
    session.pointed_site = "subgluteal"
    assert view.appearance().walls, "the walls of the place are lit"
    session.pointed_site = None
    assert not view.appearance().walls
    view.nerve_pointed.emit(150.0)
    window.panel.area.ensureWidgetVisible(window.panel.along)
    qtbot.waitUntil(lambda: window.panel.along.plot is not None)
    assert window.panel.along.plot.under_mouse.value() == 150.0
    session.pointed_mm = None


def test_a_click_on_the_nerve_looks_inside_there(window, qtbot):
    session, view = window.session, window.stage.view
    found = session.findings
    view.show_from("back")
    ways = view.project(found.corridor.centre_m[1])[:, :2]
    on_nerve = [
        row
        for row, (x, y) in enumerate(ways)
        if view.site_at(x, y) is None and (part := view.pick(x, y)) is not None and part.layer == "nerve"
    ]
    at = on_nerve[len(on_nerve) // 2]
    place = QPoint(*(round(value) for value in ways[at]))
    QCursor.setPos(view.mapToGlobal(place))
    qtbot.waitUntil(lambda: session.pointed_mm is not None)
    assert session.pointed_mm == pytest.approx(found.corridor.position_mm[at], abs=6.0)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert session.along_mm == pytest.approx(found.corridor.position_mm[at], abs=6.0)


@pytest.mark.parametrize("size", [(1120, 640), (1366, 768)])
def test_in_sitting_the_whole_body_is_on_the_stage(window, qtbot, size):
    session, view = window.session, window.stage.view
    window.resize(*size)
    session.move_to(SITTING)
    qtbot.waitUntil(lambda: session.transition is None)
    points = np.array(list(session.snapshot.landmarks.values()))
    for name in ("back", "side", "front"):
        session.look_from(name)
        view.show_from(name)
        x, y, _depth = view.project(points).T
        assert 0 <= x.min() < x.max() <= view.width(), name
        assert 0 <= y.min() < y.max() <= view.height(), name
