"""The session without a window: what was chosen, moves between postures, and what follows from them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.anatomy.model import LAYERS
from visualizer.body.posture import Posture
from visualizer.errors import UserError
from visualizer.session import (
    BALANCED,
    FLEXOR_DOMINANT,
    GHOST,
    HIDDEN,
    MUSCLE_LAYERS,
    SHOWN,
    Session,
    Transition,
)

PRESETS = {BALANCED: Posture(), FLEXOR_DOMINANT: Posture(tilt_deg=10.0, tone_rotators=0.6)}


@pytest.fixture
def session() -> Session:
    return Session(presets=PRESETS, opening_layers={"glutes": GHOST})


def test_a_move_ends_exactly_at_the_preset(session):
    session.move_to(FLEXOR_DOMINANT)
    assert session.preset == FLEXOR_DOMINANT
    assert session.posture == PRESETS[BALANCED]
    for _ in range(10):
        session.advance(0.06)
    assert session.posture == PRESETS[FLEXOR_DOMINANT]
    assert session.transition is None


@given(st.lists(st.floats(0.001, 0.2), min_size=1, max_size=30))
def test_a_move_never_turns_back_or_overshoots(steps_s):
    session = Session(presets=PRESETS)
    session.move_to(FLEXOR_DOMINANT)
    tilts_deg = [0.0]
    for step_s in steps_s:
        session.advance(step_s)
        tilts_deg.append(session.posture.tilt_deg)
    assert tilts_deg == sorted(tilts_deg)
    assert tilts_deg[-1] <= 10.0


def test_time_is_not_dropped_with_frames():
    move = Transition(PRESETS[BALANCED], PRESETS[FLEXOR_DOMINANT])
    assert move.at(0.2).tilt_deg == pytest.approx(5.0)
    assert move.at(0.0) == move.start
    assert move.at(9.0) == move.goal


def test_turning_round_half_way_starts_from_there(session):
    session.move_to(FLEXOR_DOMINANT)
    session.advance(0.2)
    half_way = session.posture.tilt_deg
    session.move_to(BALANCED)
    session.advance(0.001)
    assert session.posture.tilt_deg == pytest.approx(half_way, abs=0.01)


def test_each_posture_is_solved_once_and_kept(session):
    solved = []

    def solve(posture):
        solved.append(posture)
        return SimpleNamespace(posture=posture)

    session.solve_with(solve)
    session.set_posture_fields({"tilt_deg": 3})
    assert [posture.tilt_deg for posture in solved] == [0.0, 3.0]
    assert session.snapshot.posture is session.posture


def test_a_value_out_of_range_changes_nothing(session):
    session.move_to(FLEXOR_DOMINANT)
    with pytest.raises(UserError):
        session.set_posture_fields({"tilt_deg": 90})
    assert session.transition is not None
    assert session.posture == PRESETS[BALANCED]


def test_listeners_hear_only_of_changes(session):
    heard = []
    session.events.layers.connect(lambda layers: heard.append(layers))
    session.set_layer("glutes", HIDDEN)
    session.set_layer("glutes", HIDDEN)
    assert len(heard) == 1


def test_choosing_the_same_view_again_is_heard(session):
    heard = []
    session.events.view.connect(lambda view: heard.append(view), max_args=1)
    session.look_from("back")
    session.look_from("side")
    session.look_from("side")
    assert heard == ["back", "side", "side"]


def test_x_ray_returns_what_was(session):
    session.set_layer("rotators", HIDDEN)
    before = dict(session.layers)
    session.toggle_x_ray()
    seen = {layer: session.seen_state(layer) for layer in LAYERS}
    assert seen == {layer: GHOST if layer in MUSCLE_LAYERS else SHOWN for layer in LAYERS} | {
        "rotators": HIDDEN
    }
    session.toggle_x_ray()
    assert dict(session.layers) == before
    session.toggle_x_ray()
    session.set_layer("rotators", SHOWN)
    assert session.seen_state("rotators") == GHOST
    session.toggle_x_ray()
    assert session.seen_state("rotators") == SHOWN, "a choice made in x-ray stays"


def test_the_other_state_is_balanced_and_against_balanced_what_was_left(session):
    assert session.other == PRESETS[FLEXOR_DOMINANT]
    session.set_posture_fields({"tilt_deg": -7})
    assert session.other == PRESETS[BALANCED]
    session.move_to(BALANCED)
    assert session.other.tilt_deg == -7
    session.reset()
    assert session.other == PRESETS[FLEXOR_DOMINANT]


def test_text_size_and_wipe_stay_within_what_can_be_shown(session):
    for percent, kept in ((10, 80), (120, 120), (900, 200)):
        session.set_text_percent(percent)
        assert session.text_percent == kept
    for steps, share in ((100, 0.95), (-1, 0.9), (-100, 0.05)):
        session.move_wipe(steps)
        assert session.wipe == pytest.approx(share)


def test_comparisons_go_round(session):
    seen = [session.compare]
    for _ in range(3):
        session.next_comparison()
        seen.append(session.compare)
    assert seen == ["off", "split", "wipe", "off"]


def test_reset_opens_anew_but_keeps_language_and_background(session):
    session.language, session.background, session.selection = "es", "dark", "psoas_left"
    session.set_layer("bones", HIDDEN)
    session.set_posture_fields({"tilt_deg": -5})
    session.reset()
    session.advance(1.0)
    assert (session.preset, session.layers, session.selection) == (BALANCED, {"glutes": GHOST}, None)
    assert (session.language, session.background) == ("es", "dark")
