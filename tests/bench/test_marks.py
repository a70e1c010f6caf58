"""What the marks cost: to lay out and paint while the camera moves, and on top of a whole frame."""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from itertools import count, cycle
from typing import TYPE_CHECKING

import pytest

import visualizer
from visualizer.body.posture import preset
from visualizer.forces.acting import acting
from visualizer.scene.cameras import VIEWS
from visualizer.scene.marks.describe import Choices, describe
from visualizer.scene.marks.layout import layout
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.stage import Stage
from visualizer.scene.marks.strokes import measure
from visualizer.scene.view import AnatomyView
from visualizer.space.findings import Findings, findings

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture
    from pytestqt.qtbot import QtBot

SIZE = (976, 562)
LAYOUT_AND_PAINT_BUDGET_S = 0.012
MARKED_FRAME_AGAINST_PLAIN = 1.1
FRAMES, TURNS = 12, 5


@pytest.fixture(scope="module")
def found() -> Findings:
    body = visualizer.load_anatomy()
    return findings(body, visualizer.solve(body, preset("flexor-dominant")))


def test_describing(benchmark: BenchmarkFixture, found: Findings) -> None:
    benchmark(describe, visualizer.load_anatomy(), found, Choices())


@pytest.mark.parametrize("view", ["back", "side", "deep-gluteal"])
def test_laying_out_and_painting_while_the_camera_turns(
    benchmark: BenchmarkFixture, qapp: object, found: Findings, view: str
) -> None:
    overlay = Overlay()
    overlay.set_marks(describe(visualizer.load_anatomy(), found, Choices()))
    cameras = cycle([VIEWS[view], VIEWS[view].orbited(0.5, 0.0)])

    def frame() -> None:
        overlay.image(Stage((0.0, 0.0, *map(float, SIZE)), next(cameras)), "light", 1.0)

    benchmark(frame)
    if benchmark.enabled:
        assert benchmark.stats.stats.min <= LAYOUT_AND_PAINT_BUDGET_S


@pytest.mark.parametrize("view", ["back", "side", "deep-gluteal"])
def test_laying_out_forces_besides(
    benchmark: BenchmarkFixture, qapp: object, found: Findings, view: str
) -> None:
    body = visualizer.load_anatomy()
    forces = acting(body, found.snapshot.posture)
    marks = describe(body, found, Choices(forces=forces))
    stage = Stage((0.0, 0.0, *map(float, SIZE)), VIEWS[view])
    benchmark(layout, marks, stage, measure)


def test_forces_of_a_new_posture(benchmark: BenchmarkFixture) -> None:
    body = visualizer.load_anatomy()
    tilts = count()
    benchmark.pedantic(
        lambda: acting(body, replace(preset("balanced"), tilt_deg=1.0 + 0.01 * next(tilts))),
        rounds=5,
        warmup_rounds=1,
    )


def test_a_frame_with_marks_against_one_without(
    benchmark: BenchmarkFixture, qtbot: QtBot, found: Findings
) -> None:
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    body = visualizer.load_anatomy()
    view.set_anatomy(body)
    view.set_snapshot(found.snapshot)
    view.set_findings(found)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: not view.is_moving(), timeout=5000)
    marks = describe(body, found, Choices())
    cameras = cycle([VIEWS["side"], VIEWS["side"].orbited(0.5, 0.0)])

    def seconds() -> float:
        view.show_from(next(cameras))
        start = time.perf_counter()
        view.grabFramebuffer()
        return time.perf_counter() - start

    def ratio() -> float:
        """Means of turns of the camera, for not every frame of one paints the marks anew."""
        cost: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(TURNS):
            for marked, times in cost.items():
                view.set_marks(marks if marked else None)
                times.append(sum(seconds() for _ in range(FRAMES)))
        return statistics.median(cost[True]) / statistics.median(cost[False])

    measured = benchmark.pedantic(ratio, rounds=1)
    if benchmark.enabled:
        assert measured <= MARKED_FRAME_AGAINST_PLAIN
