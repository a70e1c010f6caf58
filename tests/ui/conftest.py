"""A window around a body of four boxes that is solved in no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.scene.boxes import boxes_anatomy, snapshot_of
from visualizer.anatomy.model import SIDES, Anatomy, Names
from visualizer.app import new_session
from visualizer.body.posture import Posture
from visualizer.ui.main_window import MainWindow

MILLIMETRES_PER_DEGREE = 0.5
MUSCLES = {
    "psoas": "flexors",
    "rectus_femoris": "flexors",
    "gluteus_minimus": "glutes",
    "gluteus_maximus": "glutes",
    "biceps_femoris_long_head": "hamstrings",
    "piriformis": "rotators",
}


@pytest.fixture(scope="session")
def small_body() -> Anatomy:
    """Boxes to draw, and muscles to read out."""
    muscles = tuple(
        SimpleNamespace(
            key=f"{name}_{side}", name=name, layer=layer, side=side,
            names=Names(name, {"en": f"musculus {name}"}, {"en": f"the {name}"}),
        )
        for name, layer in MUSCLES.items()
        for side in SIDES
    )  # fmt: skip
    return replace(boxes_anatomy(), muscles=muscles)


@pytest.fixture
def window(qtbot, qapp: QApplication, small_body: Anatomy) -> Iterator[MainWindow]:
    """Open the window with the small body in it."""
    before = set(QApplication.topLevelWidgets())
    made = MainWindow(qapp, new_session())
    made.resize(1120, 640)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.show_anatomy(small_body)
    made.session.solve_with(solver(small_body))
    yield made
    made.close()
    assert {widget for widget in QApplication.topLevelWidgets() if widget.isVisible()} <= before


def solver(anatomy) -> Callable[[Posture], SimpleNamespace]:
    """Return a solver that lifts the boxes and lengthens each muscle by half a millimetre a degree."""

    def solve(posture: Posture) -> SimpleNamespace:
        count = len(anatomy.muscles)
        return SimpleNamespace(
            **vars(snapshot_of(anatomy, lift_m=posture.tilt_deg * 0.002)),
            posture=posture,
            joints_deg={"l4_l5_flexion": -0.95 * posture.tilt_deg, "hip_flexion_left": posture.tilt_deg},
            muscle_change_mm=np.full(count, MILLIMETRES_PER_DEGREE * posture.tilt_deg),
            muscle_length_mm=np.full(count, 250.0),
        )

    return solve
