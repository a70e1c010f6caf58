"""The body's outline in the picture: soft, over nothing that matters, gone in close-ups, never under the mouse."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

import visualizer
from tests.scene.boxes import pixels_of, snapshot_of, yellow
from visualizer.body.outline import PreparedOutline
from visualizer.body.posture import preset
from visualizer.export.image import render_image
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import Camera
from visualizer.scene.materials import BACKDROPS, DEFAULT_LAYERS
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot

SIZE = (480, 300)
NOTHING = dict.fromkeys(DEFAULT_LAYERS, "hidden")
WHOLE = Camera((0.0, 0.0, -0.25), 0.0, 3.0, 0.5, 1.3)


@pytest.fixture(scope="module")
def body() -> Anatomy:
    return visualizer.load_anatomy()


@pytest.fixture(scope="module")
def balanced(body: Anatomy) -> Snapshot:
    return visualizer.solve(body, visualizer.Posture())


def drawn(
    body: Anatomy, snapshot: Snapshot, outline: str, view: str | Camera = "back", background: str = "light",
    **layers: str,
) -> np.ndarray:  # fmt: skip
    """Pixels with the outline in a state, and other layers as given."""
    return pixels_of(render_image(body, snapshot, view, SIZE, background, {"outline": outline, **layers}))


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Largest difference of a colour, (height, width) int."""
    return np.abs(one - other).max(axis=-1)


def test_it_is_part_of_the_opening_picture(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    opening = pixels_of(render_image(body, balanced, "back", SIZE))
    assert np.array_equal(opening, drawn(body, balanced, "shown"))
    assert (difference(opening, drawn(body, balanced, "hidden")) > 8).sum() > 5000


@pytest.mark.parametrize("background", list(BACKDROPS))
def test_a_ghost_of_it_is_fainter(qtbot: QtBot, body: Anatomy, balanced: Snapshot, background: str) -> None:
    none, ghost, shown = (
        drawn(body, balanced, state, background=background) for state in ("hidden", "ghost", "shown")
    )
    faint, full = difference(ghost, none).sum(), difference(shown, none).sum()
    assert 0.2 * full < faint < 0.7 * full


@pytest.mark.parametrize("view", ["back", "side", "front"])
@pytest.mark.parametrize("background", list(BACKDROPS))
def test_the_nerve_keeps_its_yellow(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot, view: str, background: str
) -> None:
    without, within = (drawn(body, balanced, state, view, background) for state in ("hidden", "shown"))
    nerve = yellow(without)
    assert (yellow(within) & nerve).sum() > 0.93 * nerve.sum()
    assert np.median(difference(without, within)[nerve]) < 12


def test_what_is_see_through_under_it_stays(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    ghosts = drawn(body, balanced, "shown", glutes="ghost")
    bare = drawn(body, balanced, "shown", glutes="hidden")
    alone = difference(drawn(body, balanced, "hidden"), drawn(body, balanced, "hidden", glutes="hidden"))
    seen = alone > 12
    assert seen.sum() > 2000
    assert (difference(ghosts, bare)[seen] > 6).mean() > 0.9


def test_close_ups_are_free_of_it(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    assert np.array_equal(drawn(body, balanced, "shown", "l4-s1"), drawn(body, balanced, "hidden", "l4-s1"))


def test_it_leaves_the_colours_of_the_opening_picture(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot
) -> None:
    shown, hidden = (drawn(body, balanced, state, "deep-gluteal") for state in ("shown", "hidden"))
    assert 0 < difference(shown, hidden).max() < 30


def test_it_comes_and_goes_softly_as_the_camera_closes_in(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot
) -> None:
    strengths = []
    for height in (0.60, 0.45, 0.38, 0.32, 0.26, 0.20):
        camera = Camera((0.0, 0.02, 0.0), -90.0, 2.0, 0.1, height)
        shown, hidden = (
            drawn(body, balanced, state, camera, **except_outline()) for state in ("shown", "hidden")
        )
        strengths.append(difference(shown, hidden)[130:170, 220:260].mean())
    assert all(near <= far + 1.0 for far, near in pairwise(strengths))
    assert strengths[0] > 10.0
    assert strengths[-1] == 0.0


def except_outline() -> dict[str, str]:
    """Every other layer hidden."""
    return {layer: "hidden" for layer in DEFAULT_LAYERS if layer != "outline"}


def test_its_upper_edge_has_no_line(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    camera = Camera((0.0, 0.0, 0.26), 0.0, 0.0, 0.3, 0.45)
    shown, hidden = (
        drawn(body, balanced, state, camera, **except_outline()) for state in ("shown", "hidden")
    )
    column = difference(shown, hidden)[:, SIZE[0] // 2]
    assert column[:20].max() == 0
    assert column[-20:].min() > 10
    assert np.abs(np.diff(column)).max() <= 3


def test_it_is_alike_left_and_right(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    shown, hidden = (drawn(body, balanced, state, WHOLE, **except_outline()) for state in ("shown", "hidden"))
    there = difference(shown, hidden) > 6
    assert there.sum() > 3000
    assert (there & there[:, ::-1]).sum() > 0.97 * there.sum()


def test_it_follows_the_tilt(qtbot: QtBot, body: Anatomy, balanced: Snapshot) -> None:
    tilted = visualizer.solve(body, preset("flexor-dominant"))
    hidden = drawn(body, balanced, "hidden", "side", **except_outline())
    before, after = (
        difference(drawn(body, each, "shown", "side", **except_outline()), hidden) > 6
        for each in (balanced, tilted)
    )
    # The side view looks from the right: the belly lies to the right in the picture.
    rows = slice(SIZE[1] // 8, SIZE[1] // 3)
    foremost = [np.flatnonzero(there[rows].any(axis=0)).max() for there in (before, after)]
    assert foremost[1] > foremost[0] + 5


def test_it_is_never_under_the_mouse_and_hides_nothing_from_it(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot
) -> None:
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.set_anatomy(body)
    view.set_snapshot(balanced)
    with qtbot.waitExposed(view):
        view.show()
    found = {}
    for state in ("shown", "hidden"):
        view.set_appearance(Appearance(layers={**DEFAULT_LAYERS, "outline": state}))
        places = [(x, y) for x in range(40, SIZE[0], 60) for y in range(20, SIZE[1], 40)]
        found[state] = [part and part.key for part in (view.pick(x, y) for x, y in places)]
    assert found["shown"] == found["hidden"]
    assert len(set(found["shown"])) > 5


def test_it_is_posed_only_while_it_is_seen(
    qtbot: QtBot, body: Anatomy, balanced: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = PreparedOutline.posed
    monkeypatch.setattr(PreparedOutline, "posed", lambda self, pose: calls.append(1) or real(self, pose))
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(64, 64)
    view.set_anatomy(body)
    view.set_appearance(Appearance(layers={**DEFAULT_LAYERS, "outline": "hidden"}))
    with qtbot.waitExposed(view):
        view.show()
    for _ in range(3):
        view.set_snapshot(balanced)
        view.grabFramebuffer()
    assert not calls
    view.set_appearance(Appearance(layers=DEFAULT_LAYERS))
    for _ in range(3):
        view.grabFramebuffer()
    assert len(calls) == 1


def test_a_body_without_one_is_drawn_all_the_same(qtbot: QtBot, boxes: Anatomy) -> None:
    camera = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.3)
    shown, hidden = (
        pixels_of(render_image(boxes, snapshot_of(boxes), camera, SIZE, layers={"outline": state}))
        for state in ("shown", "hidden")
    )
    assert np.array_equal(shown, hidden)
