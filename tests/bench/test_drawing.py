"""What a frame costs in Python and in the driver, in a window so small that filling pixels hardly counts."""

from __future__ import annotations

import time
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from OpenGL import GL

import visualizer
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from collections.abc import Callable

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


def tilting(view: AnatomyView) -> Callable[[], None]:
    """Return what draws the next of two postures in turn."""
    anatomy = visualizer.load_anatomy()
    snapshots = cycle(visualizer.solve(anatomy, visualizer.Posture(tilt_deg=tilt)) for tilt in (0.0, 5.0))

    def frame() -> None:
        view.set_snapshot(next(snapshots))
        view.makeCurrent()
        view.paintGL()
        view.doneCurrent()

    return frame


# Processor time of this thread: Python and the driver, without the threads that fill pixels.
@pytest.mark.benchmark(timer=time.thread_time)
def test_a_frame_while_tilting_costs_little_without_the_rasterising(
    benchmark: BenchmarkFixture, view: AnatomyView
) -> None:
    view.makeCurrent()
    GL.glEnable(GL.GL_RASTERIZER_DISCARD)
    benchmark(tilting(view))
    if benchmark.enabled:
        assert benchmark.stats.stats.median <= FRAME_BUDGET_S


def test_a_frame_while_tilting(benchmark: BenchmarkFixture, view: AnatomyView) -> None:
    benchmark(tilting(view))


def test_what_is_under_the_mouse(benchmark: BenchmarkFixture, view: AnatomyView) -> None:
    assert benchmark(view.pick, 32.0, 32.0) is not None
