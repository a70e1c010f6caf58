"""Names on the shipped body: each line ends on the muscle that it names, from every view in every preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import visualizer
from tests.scene.test_marks_describe import found
from tests.scene.test_marks_probe import PRESETS
from visualizer.export.image import appearance_in
from visualizer.scene.cameras import VIEWS, named
from visualizer.scene.marks.describe import Choices, describe
from visualizer.scene.marks.layout import layout
from visualizer.scene.marks.strokes import measure
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

WINDOWS = [(866, 508), (952, 555)]
# The muscles of the story that can be seen from there.
SEEN = {"back": {"gluteus_minimus"}, "side": {"psoas", "rectus_femoris", "gluteus_minimus"},
        "front": {"psoas", "rectus_femoris"}}  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot) -> AnatomyView:
    widget = AnatomyView()
    qtbot.addWidget(widget)
    widget.set_anatomy(visualizer.load_anatomy())
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.mark.parametrize("size", WINDOWS)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_name_stands_on_its_own_muscle_and_only_once(
    view: AnatomyView, preset: str, size: tuple[int, int]
) -> None:
    of = found(preset)
    view.resize(*size)
    view.set_snapshot(of.snapshot)
    wrong = []
    for name in VIEWS:
        look = appearance_in(name, {})
        view.set_appearance(look)
        view.show_from(named(name, of.snapshot))
        marks = describe(visualizer.load_anatomy(), of, Choices(appearance=look))
        names = layout(marks, view.stage(), measure).names
        assert len({each.name.text for each in names}) == len(names)
        # What is faded may lie over it.
        without = {layer: "hidden" for layer, state in look.layers.items() if state == "ghost"}
        view.set_appearance(appearance_in(name, without))
        for each in names:
            part = view.pick(*each.dot)
            if not each.name.key.startswith("sciatic") and (part is None or part.key != each.name.key):
                wrong.append((name, each.name.key, None if part is None else part.key))
        stems = {each.name.key.rsplit("_", 1)[0] for each in names}
        assert preset == "sitting" or SEEN.get(name, set()) <= stems, (name, stems)
    assert not wrong
