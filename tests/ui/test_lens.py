"""The look inside in use: keys and drags move along the nerve, the button fills the stage, words follow."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QWidget

from tests.scene.boxes import pixels_of
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.app import new_session
from visualizer.body.solve import solve
from visualizer.lesson.text import words
from visualizer.session import FLEXOR_DOMINANT, Session
from visualizer.space.findings import findings
from visualizer.space.planes import index_of
from visualizer.ui.lens import LensCard, LensStage

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


@pytest.fixture
def session(anatomy: Anatomy) -> Session:
    """A session that has solved the flexor-dominant posture."""
    made = new_session()
    made.posture = made.presets[FLEXOR_DOMINANT]
    made.solve_with(partial(solve, anatomy), partial(findings, anatomy))
    return made


@pytest.fixture
def card(qtbot, session: Session, anatomy: Anatomy) -> LensCard:
    """The lens of the panel, shown."""
    made = LensCard(session)
    qtbot.addWidget(made)
    made.resize(340, 300)
    made.set_anatomy(anatomy)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def stage(qtbot, session: Session, anatomy: Anatomy) -> tuple[QWidget, LensStage]:
    """A stage with the large lens over it."""
    under = QWidget()
    qtbot.addWidget(under)
    under.resize(900, 520)
    lens = LensStage(session, under)
    lens.set_anatomy(anatomy)
    under.show()
    qtbot.waitExposed(under)
    return under, lens


def drawn(widget: QWidget) -> np.ndarray:
    return pixels_of(widget.grab().toImage())


def test_before_the_body_is_there_it_says_so(qtbot) -> None:
    card = LensCard(new_session())
    qtbot.addWidget(card)
    card.show()
    assert card.title.text() == words("en")("lens.title_waiting")
    assert card.model.look() is None
    qtbot.keyClick(card.view, Qt.Key.Key_Down)
    assert card.model.session.along_mm is None
    assert np.ptp(drawn(card.view)) > 100, "the sentence is painted"


def test_it_opens_at_the_tightest_place_that_can_be_told(card: LensCard, session: Session) -> None:
    finding = card.model.finding()
    tightest = session.findings.tightest("right")
    assert finding in tightest
    assert finding.level.rank == max(item.level.rank for item in tightest)
    assert card.title.text().startswith("Look inside: ")
    assert card.view.accessibleName() == card.title.text()


def test_a_chosen_site_and_side_are_shown(card: LensCard, session: Session) -> None:
    session.side, session.site = "left", "infrapiriform"
    assert (card.model.look().side, card.model.look().finding.site) == ("left", "infrapiriform")
    assert "pear-shaped" in card.title.text()
    session.wording = "clinical"
    assert "infrapiriform foramen" in card.title.text()
    session.language = "es"
    assert card.title.text() == "Mirar dentro: en el foramen infrapiriforme"


def test_arrow_keys_walk_along_the_nerve_and_home_returns(qtbot, card: LensCard, session: Session) -> None:
    session.site = "obturator_gemelli"
    finding = card.model.finding()
    start = index_of(session.findings, "right", finding.place_mm)
    before = drawn(card.view)
    for key, modifier, goal in (
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, start + 1),
        (Qt.Key.Key_Right, SHIFT, start + 6),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, start + 5),
        (Qt.Key.Key_Left, SHIFT, start),
        (Qt.Key.Key_Down, SHIFT, start + 5),
    ):
        qtbot.keyClick(card.view, key, modifier)
        assert session.along_mm == goal
        assert card.model.look().position_mm == goal
    after = drawn(card.view)
    assert after.shape != before.shape or np.abs(after - before).max() > 60
    assert f"{start + 5} mm" in card.title.text()
    assert card.home.isVisible()
    qtbot.keyClick(card.view, Qt.Key.Key_Home)
    assert session.along_mm is None
    assert card.model.look().finding == finding
    assert not card.home.isVisible()


def test_the_nerve_ends_where_it_ends(qtbot, card: LensCard, session: Session) -> None:
    last = session.findings.corridor.position_mm[-1]
    session.along_mm = 2.0
    qtbot.keyClick(card.view, Qt.Key.Key_Up, SHIFT)
    assert session.along_mm == 0.0
    session.along_mm = float(last)
    qtbot.keyClick(card.view, Qt.Key.Key_Down)
    assert session.along_mm == last


def test_a_drag_moves_along_the_nerve_and_a_click_does_not(qtbot, card: LensCard, session: Session) -> None:
    middle = card.view.rect().center()
    qtbot.mouseClick(card.view, LEFT, pos=middle)
    assert session.along_mm is None
    start = card.model.position_mm()
    qtbot.mousePress(card.view, LEFT, pos=middle)
    qtbot.mouseMove(card.view, middle + QPoint(0, 20))
    qtbot.mouseMove(card.view, middle + QPoint(0, 50))
    qtbot.mouseRelease(card.view, LEFT, pos=middle + QPoint(0, 50))
    assert session.along_mm == pytest.approx(start + 20.0)
    qtbot.mouseMove(card.view, middle)
    assert session.along_mm == pytest.approx(start + 20.0), "let go"


def test_another_site_ends_the_walk(card: LensCard, session: Session) -> None:
    session.along_mm = 250.0
    session.site = "infrapiriform"
    assert session.along_mm is None
    session.along_mm = 250.0
    session.look_inside("infrapiriform")
    assert session.along_mm is None


def test_a_new_posture_moves_the_picture(card: LensCard, session: Session) -> None:
    session.site = "obturator_gemelli"
    before, outlines = drawn(card.view), card.model.look().now.section.outlines
    session.set_posture_fields({"tilt_deg": 4.0})
    after = drawn(card.view)
    assert card.model.look().now.section.outlines is not outlines
    assert after.shape != before.shape or np.abs(after - before).max() > 60


def test_the_wheel_scrolls_the_panel_and_not_the_nerve(card: LensCard, session: Session) -> None:
    assert not wheel(card.view).isAccepted()
    assert session.along_mm is None


def wheel(view: QWidget, notches: int = -1) -> QWheelEvent:
    event = QWheelEvent(
        QPointF(20, 20),
        QPointF(20, 20),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    event.setAccepted(True)
    view.wheelEvent(event)
    return event


def test_the_button_fills_the_stage_and_escape_leaves_it(
    qtbot, card: LensCard, session: Session, stage
) -> None:
    under, lens = stage
    assert not lens.isVisible()
    qtbot.mouseClick(card.resize_button, LEFT)
    assert session.lens_large
    assert lens.isVisible()
    assert lens.geometry() == under.rect()
    under.resize(1000, 600)
    assert lens.geometry() == under.rect()
    qtbot.keyClick(lens.card.view, Qt.Key.Key_Escape)
    assert not session.lens_large
    assert not lens.isVisible()
    qtbot.mouseDClick(card.view, LEFT)
    assert lens.isVisible()
    qtbot.mouseClick(lens.card.resize_button, LEFT)
    assert not lens.isVisible()


def test_the_large_lens_walks_by_wheel_and_keys_and_the_card_follows(
    qtbot, card: LensCard, session: Session, stage
) -> None:
    _, lens = stage
    session.lens_large = True
    session.along_mm = 200.0
    wheel(lens.card.view)
    assert session.along_mm == 205.0
    qtbot.keyClick(lens.card.view, Qt.Key.Key_Down)
    assert card.model.look().position_mm == lens.card.model.look().position_mm == 206.0
    assert lens.card.note.text()


@pytest.mark.parametrize("background", ["light", "dark"])
@pytest.mark.parametrize("percent", [80, 200])
def test_words_grow_and_colours_turn(card: LensCard, session: Session, background: str, percent: int) -> None:
    height = card.view.heightForWidth(300)
    session.background, session.text_percent = background, percent
    assert (card.view.heightForWidth(300) > height) == (percent > 100)
    corner = drawn(card.view)[1, 1]
    assert (corner.max() < 80) == (background == "dark") or corner.min() > 200


def test_a_lens_that_is_not_seen_costs_nothing(
    qtbot, session: Session, anatomy: Anatomy, monkeypatch
) -> None:
    card = LensCard(session)
    qtbot.addWidget(card)
    card.set_anatomy(anatomy)
    monkeypatch.setattr("visualizer.space.look.look_at_site", lambda *_: pytest.fail("sliced in the dark"))
    session.set_posture_fields({"tilt_deg": 3.0})


def test_the_focus_can_be_seen(qtbot, card: LensCard) -> None:
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    card.resize_button.setFocus()
    before = drawn(card.view)
    card.view.setFocus()
    qtbot.waitUntil(card.view.hasFocus)
    assert np.abs(drawn(card.view) - before).max() > 60
