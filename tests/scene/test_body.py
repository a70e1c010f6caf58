"""The shipped body in the picture: the nerve can be found, every structure is drawn, tilt shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import visualizer
from tests.scene.boxes import pixels_of, yellow
from visualizer.export.image import render_image
from visualizer.scene.appearance import Appearance, all_parts
from visualizer.scene.cameras import VIEWS
from visualizer.scene.materials import BACKDROPS, DEFAULT_LAYERS
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot

SIZE = (480, 300)


@pytest.fixture(scope="module")
def body() -> Anatomy:
    return visualizer.load_anatomy()


@pytest.fixture(scope="module")
def balanced(body: Anatomy) -> Snapshot:
    return visualizer.solve(body, visualizer.Posture())


@pytest.mark.parametrize("background", list(BACKDROPS))
def test_the_opening_picture_shows_the_nerve_on_both_sides(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot, background: str
) -> None:
    seen = yellow(pixels_of(render_image(body, balanced, "back", SIZE, background)))
    middle = SIZE[0] // 2
    for half in (seen[:, :middle], seen[:, middle:]):
        assert half.sum() > 300
        rows = np.flatnonzero(half.any(axis=1))
        assert rows.max() - rows.min() > 0.6 * SIZE[1]


@pytest.mark.parametrize("view", list(VIEWS))
def test_the_nerve_leaves_a_trace_in_every_view_under_everything(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot, view: str
) -> None:
    everything = dict.fromkeys(DEFAULT_LAYERS, "shown")
    with_nerve = pixels_of(render_image(body, balanced, view, SIZE, layers=everything))
    without = pixels_of(render_image(body, balanced, view, SIZE, layers={**everything, "nerve": "hidden"}))
    assert (np.abs(with_nerve - without).max(axis=-1) > 25).sum() > 150


def test_tilt_moves_the_picture(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    tilted = visualizer.solve(body, visualizer.Posture(tilt_deg=10.0))
    before = pixels_of(render_image(body, balanced, "side", SIZE))
    after = pixels_of(render_image(body, tilted, "side", SIZE))
    assert (np.abs(before - after).max(axis=-1) > 25).sum() > 1000


def test_left_and_right_are_mirror_images_from_behind(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot
) -> None:
    seen = yellow(pixels_of(render_image(body, balanced, "back", SIZE)))
    both = seen & seen[:, ::-1]
    assert both.sum() > 0.7 * seen.sum()


def test_every_structure_is_drawn_and_can_be_picked(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(64, 64)
    view.set_anatomy(body)
    view.set_snapshot(balanced)
    with qtbot.waitExposed(view):
        view.show()
    nothing = dict.fromkeys(DEFAULT_LAYERS, "hidden")
    view.set_appearance(Appearance(layers=nothing))
    for part in all_parts(body):
        view.set_appearance(Appearance(layers=nothing))
        view.focus(part.key, at_once=True)
        empty = pixels_of(view.grabFramebuffer())
        view.set_appearance(Appearance(layers=nothing, parts={part.key: "shown"}))
        drawn = np.abs(pixels_of(view.grabFramebuffer()) - empty).max(axis=-1) > 8
        assert drawn.sum() > 20, part.key
        rows, columns = np.nonzero(drawn)
        row = rows[len(rows) // 2]
        inside = columns[rows == row]
        column = inside[len(inside) // 2]
        found = view.pick(float(column), float(row))
        assert found is not None, part.key
        assert found.key == part.key
