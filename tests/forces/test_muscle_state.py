"""Muscle states: what is shorter or longer comes from the posture, who works harder from the premises."""

from __future__ import annotations

import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.forces.muscle_state import MuscleState, effort_of, muscle_states


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


def states(anatomy: Anatomy, name: str, **fields: float) -> dict[str, MuscleState]:
    return muscle_states(anatomy, solve(anatomy, with_fields(preset(name, anatomy.root), fields)))


def test_in_balance_nothing_has_changed(anatomy: Anatomy) -> None:
    for state in states(anatomy, "balanced").values():
        assert (state.state, state.effort) == ("unchanged", "unchanged")
        assert state.tension_ratio == pytest.approx(1.0)


def test_the_flexor_dominant_posture_says_who_works_harder_and_who_is_not_recruited(anatomy: Anatomy) -> None:
    found = states(anatomy, "flexor-dominant")
    for name in ("psoas", "rectus_femoris", "piriformis"):
        assert found[f"{name}_right"].effort == "harder"
    assert found["gluteus_maximus_right"].effort == "less"
    assert found["psoas_right"].state == "short"
    assert found["gluteus_maximus_right"].state == "long"


def test_tilt_alone_changes_length_and_no_effort(anatomy: Anatomy) -> None:
    found = states(anatomy, "balanced", tilt_deg=10.0)
    assert {state.effort for state in found.values()} == {"unchanged"}
    assert found["psoas_left"].state == "short"


@pytest.mark.parametrize(
    ("change", "effort"), [(0.1, "harder"), (0.09, "unchanged"), (-0.09, "unchanged"), (-0.1, "less")]
)
def test_a_small_change_of_tone_is_none(change: float, effort: str) -> None:
    assert effort_of(change) == effort
