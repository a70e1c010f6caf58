"""The view follows the session, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest
from psygnal import SignalGroupDescriptor

from tests.scene.boxes import findings_of, snapshot_of
from visualizer.scene.cameras import VIEWS, telling
from visualizer.scene.sync import SceneSync
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy


@dataclass
class Chosen:
    """The fields of a session that concern the picture."""

    snapshot: Any = None
    layers: dict[str, str] = field(default_factory=lambda: {"glutes": "ghost"})
    selection: str | None = None
    view: str = "side"
    background: str = "dark"
    compare: str = "off"
    wipe: float = 0.5
    muscle_states: bool = True
    site: str | None = None
    side: str = "right"
    findings: Any = None
    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()


@pytest.fixture
def view(qtbot: QtBot) -> AnatomyView:
    widget = AnatomyView()
    qtbot.addWidget(widget)
    return widget


def test_the_view_starts_as_the_session_is(view: AnatomyView) -> None:
    _kept = SceneSync(Chosen(selection="psoas_left"), view)
    assert view.camera() == VIEWS["side"]
    assert view.background() == "dark"
    assert view.appearance().layers == {"glutes": "ghost"}
    assert view.appearance().selected == "psoas_left"


def test_changes_arrive(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    chosen = Chosen()
    sync = SceneSync(chosen, view)
    chosen.background = "light"
    chosen.layers = {"trunk": "hidden"}
    chosen.selection = "sciatic"
    chosen.snapshot = snapshot_of(boxes)
    chosen.view = "l4-s1"
    assert "hip_bone_right" in view.appearance().in_the_way
    chosen.view = "back"
    assert not view.appearance().in_the_way
    assert view.background() == "light"
    assert view.appearance().layers == {"trunk": "hidden"}
    assert view.appearance().selected == "sciatic"
    qtbot.waitUntil(lambda: view.camera() == VIEWS["back"], timeout=3000)
    view.hovered.emit(SimpleNamespace(key="psoas_left"))
    assert view.appearance().hovered == "psoas_left"
    sync.disconnect()
    chosen.background = "dark"
    assert view.background() == "light"


def test_a_view_that_the_user_has_left_moves_nothing(view: AnatomyView) -> None:
    chosen = Chosen()
    _kept = SceneSync(chosen, view)
    view.move_by_hand(view.camera().orbited(20.0, 0.0))
    left = view.camera()
    chosen.view = ""
    assert view.camera() == left
    assert view.appearance().in_the_way == frozenset()


def test_a_session_that_opens_off_every_view_is_shown(view: AnatomyView) -> None:
    before = view.camera()
    _kept = SceneSync(Chosen(view=""), view)
    assert view.camera() == before


def test_compare_wipe_and_muscle_states_arrive(view: AnatomyView, boxes: Anatomy) -> None:
    chosen = Chosen()
    _kept = SceneSync(chosen, view)
    chosen.findings = findings_of(boxes)
    chosen.compare = "wipe"
    chosen.wipe = 0.25
    assert view.wipe() == 0.25
    chosen.compare = "split"
    assert [pane.balanced for pane in view.panes()] == [True, False]
    chosen.muscle_states = False
    assert not view.appearance().muscle_states


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_site_is_flown_to_from_its_telling_angle(
    qtbot: QtBot, view: AnatomyView, boxes: Anatomy, side: str
) -> None:
    chosen = Chosen(view="", side=side)
    _kept = SceneSync(chosen, view)
    chosen.findings = findings_of(boxes, "opening_l4_l5", (20.0, 30.0, 40.0))
    chosen.site = "opening_l4_l5"
    goal = telling("opening_l4_l5", side, np.array([0.02, 0.03, 0.04]))
    qtbot.waitUntil(lambda: view.camera() == goal, timeout=3000)
    assert f"psoas_{side}" in view.appearance().in_the_way
