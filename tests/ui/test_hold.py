"""Holding a key to compare, without a window: whatever happens to the key, the posture comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.body.posture import Posture
from visualizer.session import BALANCED, FLEXOR_DOMINANT, SITTING, Session
from visualizer.ui.hold import Hold, Phase

PRESETS = {
    BALANCED: Posture(),
    FLEXOR_DOMINANT: Posture(tilt_deg=10.0, tone_rotators=0.6),
    SITTING: Posture(tilt_deg=-25.0, hip_flexion_left_deg=90.0, hip_flexion_right_deg=90.0),
}
BY_HAND = Posture(tilt_deg=3.5, disc_height_l4_l5_mm=-2.0)


def session_in(posture: Posture) -> Session:
    return Session(presets=PRESETS, posture=posture)


@pytest.mark.parametrize("posture", [PRESETS[FLEXOR_DOMINANT], PRESETS[SITTING], BY_HAND])
def test_from_anything_else_it_shows_balanced_and_gives_the_very_posture_back(posture):
    session = session_in(posture)
    hold = Hold(session)
    hold.press(on_button=False)
    assert session.destination == PRESETS[BALANCED]
    session.advance(9.0)
    assert not hold.release()
    session.advance(9.0)
    assert session.posture == posture


def test_from_balanced_it_shows_flexor_dominant_or_the_state_that_was_left():
    session = session_in(PRESETS[BALANCED])
    hold = Hold(session)
    hold.press(on_button=False)
    assert session.preset == FLEXOR_DOMINANT
    hold.release()
    session.move_to(SITTING)
    session.advance(9.0)
    session.move_to(BALANCED)
    hold.press(on_button=False)
    assert session.preset == SITTING


def test_a_tap_on_a_button_is_the_buttons_and_a_longer_press_compares():
    session = session_in(BY_HAND)
    hold = Hold(session)
    hold.press(on_button=True)
    assert session.transition is None
    assert hold.release(), "a tap"
    assert session.transition is None
    hold.press(on_button=True)
    hold.wait_is_over()
    assert session.destination == PRESETS[BALANCED]
    assert not hold.release()
    assert session.destination == BY_HAND


def test_losing_the_key_gives_back_what_was_and_is_no_tap():
    session = session_in(BY_HAND)
    hold = Hold(session)
    hold.press(on_button=False)
    hold.let_go()
    assert (hold.phase, session.destination) == (Phase.UP, BY_HAND)
    assert not hold.release(), "the release that arrives late means nothing"
    hold.press(on_button=True)
    hold.let_go()
    assert not hold.release()
    hold.wait_is_over()
    assert session.destination == BY_HAND


def test_what_the_user_chooses_while_holding_stays():
    session = session_in(PRESETS[FLEXOR_DOMINANT])
    hold = Hold(session)
    hold.press(on_button=False)
    session.move_to(SITTING)
    hold.release()
    assert session.preset == SITTING


EVENTS = st.lists(
    st.sampled_from(["press", "press on a button", "wait", "release", "lose"]) | st.floats(0.0, 0.5),
    max_size=30,
)


@given(
    EVENTS, st.sampled_from([*PRESETS.values(), BY_HAND]), st.sampled_from([*PRESETS]), st.floats(0.0, 0.5)
)
def test_whatever_happens_to_the_key_the_destination_comes_back(events, start, goal, under_way_s):
    session = session_in(start)
    session.move_to(goal)
    session.advance(under_way_s)
    hold = Hold(session)
    for event in events:
        match event:
            case "press" | "press on a button":
                hold.press(on_button=event != "press")
            case "wait":
                hold.wait_is_over()
            case "release":
                hold.release()
            case "lose":
                hold.let_go()
            case float():
                session.advance(event)
    hold.let_go()
    session.advance(9.0)
    assert session.posture == PRESETS[goal]
    assert session.transition is None
