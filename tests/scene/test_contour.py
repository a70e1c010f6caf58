"""Lines round structures: the same however they are come by, and there only where there is something to outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import visualizer
from tests.scene.boxes import pixels_of
from visualizer.body.posture import Posture
from visualizer.scene import flat_shaders, items
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.contour import Contour
from visualizer.scene.materials import DEFAULT_LAYERS
from visualizer.scene.programs import made
from visualizer.scene.shaders import Program
from visualizer.scene.view import AnatomyView
from visualizer.space.findings import Findings, findings

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SIZE = (640, 400)
SELECTED = "femur_left"
ROUNDING = 2


@pytest.fixture(scope="module")
def tipped() -> list[Findings]:
    body = visualizer.load_anatomy()
    return [findings(body, visualizer.solve(body, Posture(tilt_deg=tilt))) for tilt in (5.0, 10.0)]


def shown(qtbot: QtBot, found: Findings) -> AnatomyView:
    view = AnatomyView()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.set_anatomy(visualizer.load_anatomy())
    view.set_appearance(Appearance(layers=DEFAULT_LAYERS))
    view.show_from("side")
    show(view, found)
    with qtbot.waitExposed(view):
        view.show()
    return view


def show(view: AnatomyView, found: Findings) -> None:
    view.set_snapshot(found.snapshot)
    view.set_findings(found)


def still(qtbot: QtBot, view: AnatomyView) -> np.ndarray:
    """Pixels once nothing moves any more."""
    qtbot.waitUntil(lambda: not view.is_moving(), timeout=5000)
    return pixels_of(view.grabFramebuffer())


@pytest.mark.parametrize("camera", [VIEWS["side"], VIEWS["side"].orbited(12.0, 5.0)], ids=["same", "turned"])
@pytest.mark.parametrize("selected", [None, SELECTED])
def test_lines_that_were_kept_are_those_that_would_be_drawn_anew(
    qtbot: QtBot, tipped: list[Findings], camera: Camera, selected: str | None
) -> None:
    first, second = tipped
    moved, fresh = shown(qtbot, first), shown(qtbot, second)
    still(qtbot, moved)
    for view in (moved, fresh):
        view.set_appearance(Appearance(layers=DEFAULT_LAYERS, selected=selected))
        view.show_from(camera)
    show(moved, second)
    assert np.array_equal(still(qtbot, moved), still(qtbot, fresh))


@pytest.mark.parametrize("selected", [None, SELECTED])
@pytest.mark.parametrize("view", ["side", "deep-gluteal"])
def test_looking_for_lines_in_tiles_finds_all_of_them(
    qtbot: QtBot, tipped: list[Findings], monkeypatch: pytest.MonkeyPatch, selected: str | None, view: str
) -> None:
    tiled, whole = shown(qtbot, tipped[1]), shown(qtbot, tipped[1])
    for each in (tiled, whole):
        each.set_appearance(Appearance(layers=DEFAULT_LAYERS, selected=selected))
        each.show_from(view)
    pixels = still(qtbot, tiled)

    def everywhere(name: str) -> Program:
        if name == "contour":
            return Program(flat_shaders.BACKDROP_VERTEX, flat_shaders.CONTOUR)
        return made(name)

    monkeypatch.setattr(items, "made", everywhere)
    whole.set_anatomy(visualizer.load_anatomy())
    show(whole, tipped[1])
    # A place on the screen is reckoned from other corners, which may round otherwise.
    assert np.abs(pixels.astype(int) - still(qtbot, whole)).max() <= ROUNDING


def test_nothing_is_laid_over_a_picture_in_which_nothing_is_outlined(
    qtbot: QtBot, tipped: list[Findings], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid = []
    real = Contour.lay
    monkeypatch.setattr(Contour, "lay", lambda self, *given: laid.append(given[-1]) or real(self, *given))
    view = shown(qtbot, tipped[1])
    view.set_findings(None)
    still(qtbot, view)
    laid.clear()
    view.show_from(VIEWS["side"].orbited(3.0, 0.0))
    still(qtbot, view)
    assert not laid
    view.set_findings(tipped[1])
    still(qtbot, view)
    # The dashed line alone: on the stage and in the inset.
    assert set(laid) == {items.GHOST}
