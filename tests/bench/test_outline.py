"""What the body's outline costs: a posture of it, and a frame with it against a frame without."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import pytest

import visualizer
from visualizer.body.outline import outline
from visualizer.body.posture import Posture
from visualizer.scene.appearance import Appearance
from visualizer.scene.materials import DEFAULT_LAYERS
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture
    from pytestqt.qtbot import QtBot

POSTURE_BUDGET_S = 0.003
SIZE = (640, 400)


@pytest.mark.benchmark(group="posture")
def test_the_outline_of_a_posture(benchmark: BenchmarkFixture) -> None:
    anatomy = visualizer.load_anatomy()
    snapshots = cycle([visualizer.solve(anatomy, Posture(tilt_deg=tilt)) for tilt in (-10.0, 0.0, 10.0)])
    benchmark(lambda: outline(anatomy, next(snapshots)))
    if benchmark.stats is not None:
        assert benchmark.stats.stats.min <= POSTURE_BUDGET_S


@pytest.mark.benchmark(group="frame")
@pytest.mark.parametrize("state", ["hidden", "ghost", "shown"])
@pytest.mark.parametrize("moving", [False, True], ids=["still", "moving"])
def test_a_frame(benchmark: BenchmarkFixture, qtbot: QtBot, state: str, moving: bool) -> None:
    anatomy = visualizer.load_anatomy()
    snapshots = cycle([visualizer.solve(anatomy, Posture(tilt_deg=tilt)) for tilt in (0.0, 5.0)])
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.set_anatomy(anatomy)
    view.set_appearance(Appearance(layers={**DEFAULT_LAYERS, "outline": state}))
    with qtbot.waitExposed(view):
        view.show()

    def frame() -> None:
        view.set_snapshot(next(snapshots))
        if not moving:
            view._rest.stop()
        view.makeCurrent()
        view.paintGL()
        view.doneCurrent()

    benchmark(frame)
