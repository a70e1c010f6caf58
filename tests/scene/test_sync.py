"""The view follows the session, field by field."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from psygnal import SignalGroupDescriptor

from tests.scene.boxes import snapshot_of
from visualizer.scene.cameras import VIEWS
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
    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()


@pytest.fixture
def view(qtbot: QtBot) -> AnatomyView:
    widget = AnatomyView()
    qtbot.addWidget(widget)
    return widget


def test_the_view_starts_as_the_session_is(view: AnatomyView) -> None:
    SceneSync(Chosen(selection="psoas_left"), view)
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
