"""What a frame costs in Python and in the driver, in a window so small that filling pixels hardly counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import visualizer
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture
    from pytestqt.qtbot import QtBot

FRAME_BUDGET_S = 0.008


@pytest.fixture
def view(qtbot: QtBot) -> AnatomyView:
    """The real body in a 64 x 64 window."""
    widget = AnatomyView()
    qtbot.addWidget(widget)
    widget.resize(64, 64)
    widget.set_anatomy(visualizer.load_anatomy())
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


# Processor time of this thread: Python and the driver, without the threads that fill pixels.
@pytest.mark.benchmark(timer=time.thread_time)
def test_a_frame_while_tilting(benchmark: BenchmarkFixture, view: AnatomyView) -> None:
    anatomy = visualizer.load_anatomy()
    snapshots = [visualizer.solve(anatomy, visualizer.Posture(tilt_deg=tilt)) for tilt in (0.0, 5.0)]
    count = 0

    def frame() -> None:
        nonlocal count
        count += 1
        view.set_snapshot(snapshots[count % 2])
        view.makeCurrent()
        view.paintGL()
        view.doneCurrent()

    benchmark(frame)
    if benchmark.enabled:
        assert benchmark.stats.stats.median <= FRAME_BUDGET_S


def test_what_is_under_the_mouse(benchmark: BenchmarkFixture, view: AnatomyView) -> None:
    assert benchmark(view.pick, 32.0, 32.0) is not None
