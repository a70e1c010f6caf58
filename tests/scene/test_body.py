"""The shipped body in the picture: the nerve can be found, every structure is drawn, tilt shows."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

import visualizer
from tests.scene.boxes import pixels_of, yellow
from visualizer.body.posture import preset
from visualizer.export.image import render_image
from visualizer.scene.appearance import Appearance, all_parts
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.materials import (
    BACKDROPS,
    DEFAULT_LAYERS,
    MUSCLE_STATE_COLOURS,
    ROOM_COLOURS,
    linear,
    on_screen,
)
from visualizer.scene.view import AnatomyView
from visualizer.space.findings import findings
from visualizer.space.ladder import Level

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot
    from visualizer.space.findings import Findings

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


# What the posture does, in pixels


@pytest.fixture(scope="module")
def tipped(body: Anatomy) -> Findings:
    return findings(body, visualizer.solve(body, preset("flexor-dominant")))


def bare(**layers: str) -> dict[str, str]:
    return {**dict.fromkeys(DEFAULT_LAYERS, "hidden"), **layers}


@pytest.mark.parametrize("background", list(BACKDROPS))
@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("site", ["obturator_gemelli", "quadratus_femoris"])
def test_the_nerve_at_a_site_has_the_colour_of_its_level(
    qtbot: QtBot, body: Anatomy, tipped: Findings, site: str, level: Level, background: str
) -> None:
    items = tuple(replace(item, level=level, set_by_user=False) for item in tipped.items)
    found = replace(tipped, items=items)
    place = next(np.array(item.place_mm) for item in items if (item.site, item.side) == (site, "right"))
    camera = Camera(tuple(place / 1000.0), -10.0, 0.0, 0.05, 0.05)
    layers = bare(nerve="shown")
    picture = pixels_of(render_image(body, found.snapshot, camera, (121, 121), background, layers, found))
    seen = picture[59:62, 59:62].reshape(-1, 3).mean(axis=0)
    assert seen == pytest.approx(255.0 * np.array(on_screen(ROOM_COLOURS[level])), abs=18.0)


@pytest.mark.parametrize("background", list(BACKDROPS))
@pytest.mark.parametrize("view", ["back", "side", "front"])
def test_the_balanced_stance_stands_as_a_line_behind_the_tipped_body(
    qtbot: QtBot, body: Anatomy, tipped: Findings, view: str, background: str
) -> None:
    layers = bare(bones="shown")
    with_line = pixels_of(render_image(body, tipped.snapshot, view, SIZE, background, layers, tipped))
    without = pixels_of(render_image(body, tipped.snapshot, view, SIZE, background, layers))
    line = np.abs(with_line - without).max(axis=-1) > 30
    assert line.sum() > 60
    assert (with_line[line][:, 2] > with_line[line][:, 0]).mean() > 0.9
    level = findings(body, tipped.resting)
    drawn = [
        pixels_of(render_image(body, tipped.resting, view, SIZE, background, layers, found))
        for found in (level, None)
    ]
    assert np.array_equal(*drawn)


def test_the_nerve_is_dashed_where_it_runs_behind_the_thigh(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot
) -> None:
    camera = Camera((0.10, 0.0, -0.22), 180.0, 0.0, 0.12, 0.12)
    layers = bare(nerve="shown", hamstrings="shown", flexors="shown", bones="shown")
    with_nerve = pixels_of(render_image(body, balanced, camera, (240, 240), layers=layers))
    without = pixels_of(
        render_image(body, balanced, camera, (240, 240), layers={**layers, "nerve": "hidden"})
    )
    rows = (np.abs(with_nerve - without).max(axis=-1) > 12).sum(axis=1) > 2
    changes = np.abs(np.diff(rows.astype(int))).sum()
    assert changes >= 10
    assert 0.4 < rows.mean() < 0.9
    open_nerve = bare(nerve="shown")
    free = pixels_of(render_image(body, balanced, camera, (240, 240), layers=open_nerve))
    assert yellow(free).any(axis=1).all()


def test_muscles_are_tinted_by_what_they_do(qtbot: QtBot, body: Anatomy, tipped: Findings) -> None:
    layers = bare(flexors="shown", hamstrings="shown")
    for view, channel in (("front", 0), ("back", 2)):
        tinted, plain = (
            pixels_of(render_image(body, tipped.snapshot, view, SIZE, layers=layers, findings=found))
            for found in (tipped, None)
        )
        changed = np.abs(tinted - plain).max(axis=-1) > 30
        assert changed.sum() > 500
        if channel == 2:
            assert (tinted - plain)[changed][:, 2].max() > 60


SIGHTS = {
    "full": np.eye(3),
    "deuteranopia": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    "protanopia": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}


@pytest.mark.parametrize("sight", list(SIGHTS))
def test_levels_and_muscle_states_are_told_apart_by_every_eye(sight: str) -> None:
    """Simulated after Machado, Oliveira & Fernandes 2009, in linear light; distances in CIE L*."""
    told = [colour for level, colour in ROOM_COLOURS.items() if level != Level.CANNOT_TELL]
    states = [MUSCLE_STATE_COLOURS[state] for state in ("short", "long", "harder", "less")]
    for colours in (told, states):
        seen = [np.clip(SIGHTS[sight] @ linear(colour), 0.0, 1.0) for colour in colours]
        for first, second in combinations(seen, 2):
            assert apart(first, second) > 7.0


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """Difference of two linear colours in CIE L*a*b* (D65)."""

    def lab(colour: np.ndarray) -> np.ndarray:
        xyz = (
            np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ colour
        )
        f = np.cbrt(np.maximum(xyz / (0.9505, 1.0, 1.089), 0.0089))
        return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])

    return float(np.linalg.norm(lab(first) - lab(second)))
