"""The real body in the real window: it comes by itself, the nerve is in sight, and tilt moves the picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

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
    change = {name: row[2].text() for name, row in window.readout.rows.items()}
    assert change["rectus_femoris"].startswith("−")
    assert change["gluteus_maximus"].startswith("+")
    assert change["biceps_femoris_long_head"].startswith("+")
    window.session.move_to(SITTING)
    qtbot.waitUntil(lambda: window.session.transition is None)
    assert window.readout.rows["psoas"][2].text().startswith("−")
