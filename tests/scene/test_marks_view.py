"""Marks on the view: seen, hovered and clicked with a real mouse, and the same in a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pytest
from psygnal import SignalGroupDescriptor
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from tests.scene.boxes import pixels_of, snapshot_of
from tests.scene.marked import chip, marks_with
from visualizer.export.image import render_image
from visualizer.scene.cameras import Camera
from visualizer.scene.marks.follow import MarksFollow
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.view import AnatomyView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy
    from visualizer.scene.marks.layout import PlacedChip

CAMERA = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.3)
SIZE = (800, 500)
MARKS = marks_with(
    (chip("upper", (-0.02, 0.05, 0.06)), chip("lower", (-0.02, 0.05, -0.06))), np.zeros((0, 12, 3))
)


@pytest.fixture
def view(qtbot: QtBot, boxes: Anatomy) -> AnatomyView:
    """A shown view of the boxes from behind, with two markers."""
    widget = AnatomyView()
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    widget.set_anatomy(boxes)
    widget.show_from(CAMERA)
    with qtbot.waitExposed(widget):
        widget.show()
    still(qtbot, widget)
    widget.set_marks(MARKS)
    return widget


def still(qtbot: QtBot, view: AnatomyView) -> np.ndarray:
    """Pixels once nothing moves any more."""
    qtbot.waitUntil(lambda: not view.is_moving(), timeout=3000)
    return pixels_of(view.grabFramebuffer())


def placed(view: AnatomyView, site: str) -> PlacedChip:
    """Where a site's marker lies on the view."""
    overlay = Overlay()
    overlay.set_marks(MARKS)
    return next(each for each in overlay.layout(view.stage()).chips if each.chip.site == site)


def words_of(view: AnatomyView, site: str) -> QPoint:
    """A point on a chip."""
    left, top, _, _ = placed(view, site).box
    return QPoint(int(left) + 20, int(top) + 10)


def rest_at(view: AnatomyView, place: QPoint) -> None:
    at = QPointF(place)
    nothing = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        view,
        QMouseEvent(
            QEvent.Type.MouseMove, at, view.mapToGlobal(at), nothing, nothing, Qt.KeyboardModifier.NoModifier
        ),
    )


def test_stage_and_view_project_alike(view: AnatomyView) -> None:
    points = np.random.default_rng(1).uniform(-0.2, 0.2, (40, 3))
    assert np.allclose(view.stage().project(points), view.project(points), atol=1e-6)


def test_a_click_on_a_chip_or_its_ring_tells_the_site_and_picks_nothing(
    qtbot: QtBot, view: AnatomyView
) -> None:
    x, y = placed(view, "upper").ring
    for place, site in ((words_of(view, "lower"), "lower"), (QPoint(round(x), round(y)), "upper")):
        with qtbot.assertNotEmitted(view.clicked), qtbot.waitSignal(view.site_clicked) as heard:
            qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        assert heard.args == [site]


def test_a_click_beside_the_chips_picks_as_ever(qtbot: QtBot, view: AnatomyView) -> None:
    x, y = view.project(np.array([[0.1, 0.02, 0.0]]))[0, :2]
    with qtbot.assertNotEmitted(view.site_clicked), qtbot.waitSignal(view.clicked) as heard:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(int(x), int(y)))
    assert heard.args[0].key == "bone_left"


def test_a_double_click_on_a_chip_flies_nowhere(qtbot: QtBot, view: AnatomyView) -> None:
    with qtbot.assertNotEmitted(view.double_clicked):
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=words_of(view, "lower"))


def test_a_resting_mouse_lights_the_marker_until_it_leaves(qtbot: QtBot, view: AnatomyView) -> None:
    plain = still(qtbot, view)
    with qtbot.waitSignal(view.site_hovered) as heard:
        rest_at(view, words_of(view, "upper"))
    assert heard.args == ["upper"]
    lit = still(qtbot, view)
    x, y = (round(value) for value in placed(view, "upper").ring)
    assert np.abs(lit - plain)[y - 16 : y + 17, x - 16 : x + 17].max() > 40
    with qtbot.waitSignal(view.site_hovered) as heard:
        QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert heard.args == [None]
    assert np.abs(still(qtbot, view) - plain).max() < 3


def test_marks_come_and_go_without_a_trace(qtbot: QtBot, view: AnatomyView) -> None:
    with_marks = still(qtbot, view)
    view.set_marks(None)
    without = still(qtbot, view)
    assert (np.abs(with_marks - without).max(axis=-1) > 30).mean() > 0.02
    for _ in range(3):
        view.set_marks(MARKS)
        view.set_snapshot(snapshot_of(view._anatomy))
        assert np.abs(still(qtbot, view) - with_marks).mean() < 0.2
        view.set_marks(None)
        assert np.abs(still(qtbot, view) - without).mean() < 0.2


def test_a_file_has_the_marks_of_the_window(qtbot: QtBot, view: AnatomyView, boxes: Anatomy) -> None:
    window = still(qtbot, view)
    marked = pixels_of(render_image(boxes, snapshot_of(boxes), CAMERA, SIZE, marks=MARKS))
    plain = pixels_of(render_image(boxes, snapshot_of(boxes), CAMERA, SIZE))
    written = np.abs(marked - plain).max(axis=-1) > 30
    assert written.mean() > 0.02
    left, top, right, bottom = (round(value) for value in placed(view, "lower").box)
    words = slice(top + 4, bottom - 4), slice(left + 10, right - 4)
    assert np.abs(marked[words] - window[words]).mean() < 3.0


@dataclass
class Chosen:
    """The fields of a session that concern the marks."""

    findings: Any = None
    layers: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    view: str = "back"
    muscle_states: bool = True
    language: str = "en"
    wording: str = "patient"
    side: str = "right"
    site: str | None = None
    along_mm: float | None = None
    pointed_mm: float | None = None
    pointed_site: str | None = None
    text_percent: int = 100
    forces_shown: bool = False
    forces: object = None
    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()


def test_marks_follow_the_session_and_light_the_walls(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    import visualizer
    from tests.scene.test_marks_describe import found

    body = visualizer.load_anatomy()
    view = AnatomyView()
    qtbot.addWidget(view)
    told: list[Any] = []
    monkeypatch.setattr(view, "set_marks", told.append)
    chosen = Chosen()
    follow = MarksFollow(chosen, view, body)
    assert told == [None]
    chosen.findings = found("flexor-dominant")
    first = told[-1].chips[0]
    chosen.language = "es"
    assert told[-1].chips[0].title != first.title
    assert told[-1].chips[0].value == first.value.replace(".", ",")
    chosen.side = "left"
    assert told[-1].chips[0].place[0] == pytest.approx(-first.place[0], abs=1e-3)
    chosen.site = "ischiofemoral"
    assert told[-1].chips[0].site == "ischiofemoral"
    chosen.text_percent = 150
    assert told[-1].text_percent == 150
    view.site_hovered.emit("obturator_gemelli")
    assert chosen.pointed_site == "obturator_gemelli"
    assert view.appearance().walls
    assert all(key.endswith("_left") for key in view.appearance().walls)
    chosen.pointed_site = None
    assert view.appearance().walls == frozenset()
    before = len(told)
    follow.disconnect()
    chosen.language = "en"
    assert len(told) == before
