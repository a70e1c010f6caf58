"""What is drawn and in which colour, without OpenGL."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.anatomy.model import LAYERS, Anatomy, Names, Part
from visualizer.forces.muscle_state import MuscleState, effort_of, named
from visualizer.scene import materials
from visualizer.scene.appearance import (
    Appearance,
    all_parts,
    drawing_order,
    effort_row,
    length_row,
    state_rows,
)
from visualizer.scene.noise import tileable_noise


def part(key: str, layer: str, kind: str = "muscle") -> Part:
    return Part(key, kind, layer, "", Names(key, {}, {}), 0, 0, 0, 0)


def test_every_layer_has_a_colour_an_accent_and_an_opening_state() -> None:
    assert set(materials.LAYER_ACCENTS) == set(materials.DEFAULT_LAYERS) == set(LAYERS)
    assert set(materials.MUSCLES) == set(LAYERS) - {"outline", "bones", "nerve", "ligaments"}
    assert len(set(materials.LAYER_ACCENTS.values())) == len(LAYERS)


def test_the_picture_opens_with_the_nerve_shown_and_nothing_solid_over_it() -> None:
    assert materials.DEFAULT_LAYERS["nerve"] == "shown"
    assert materials.DEFAULT_LAYERS["glutes"] in ("ghost", "hidden")


def test_left_and_right_have_the_same_colour_and_neighbours_do_not() -> None:
    left, right = part("psoas_left", "flexors"), part("psoas_right", "flexors")
    assert np.array_equal(materials.base_colour(left), materials.base_colour(right))
    assert not np.array_equal(
        materials.base_colour(left), materials.base_colour(part("iliacus_left", "flexors"))
    )


def test_linear_undoes_the_screens_curve() -> None:
    assert materials.linear("#000000") == (0.0, 0.0, 0.0)
    assert materials.linear("#ffffff") == pytest.approx((1.0, 1.0, 1.0))
    assert materials.linear("#808080") == pytest.approx((0.216,) * 3, abs=1e-3)


def test_a_structures_own_state_wins_over_its_layers(boxes: Anatomy) -> None:
    appearance = Appearance(layers={"bones": "hidden"}, parts={"bone_left": "ghost"})
    solid, ghosts = drawing_order(boxes.bones.parts, appearance)
    assert [part.key for part in solid] == []
    assert [part.key for part in ghosts] == ["bone_left"]


def muscle_state(change_percent: float, tone_change: float) -> MuscleState:
    return MuscleState(
        change_percent, change_percent, named(change_percent), 1.0, 1.0, (1.0, 1.0), 0.0, 0.0,
        tone_change=tone_change, effort=effort_of(tone_change), disputed="",
    )  # fmt: skip


def test_state_rows_carry_opacity(boxes: Anatomy) -> None:
    keys = [part.key for part in all_parts(boxes)]
    rows = state_rows(all_parts(boxes), Appearance(layers={"glutes": "ghost"}))
    assert rows.shape == (4, 4, 4)
    assert rows[0, keys.index("gluteus"), 3] == pytest.approx(materials.GHOST_OPACITY)
    assert rows[0, keys.index("sciatic"), 3] == 1.0
    assert not rows[2:].any()


def test_state_rows_say_what_a_muscle_does(boxes: Anatomy) -> None:
    index = [part.key for part in all_parts(boxes)].index("gluteus")
    for change, tone in ((-8.0, 0.4), (8.0, -0.2)):
        states = {"gluteus": muscle_state(change, tone)}
        rows = state_rows(all_parts(boxes), Appearance(), states)
        assert rows[2, index, 3] == (1.0 if change < 0 else -1.0)
        assert rows[3, index, 3] == (1.0 if tone > 0 else -1.0)
        assert not state_rows(all_parts(boxes), Appearance(muscle_states=False), states)[2:].any()


@given(st.floats(-12.0, 12.0), st.floats(-0.5, 0.5))
def test_what_is_called_unchanged_is_not_tinted_and_tints_grow_without_a_jump(
    change: float, tone: float
) -> None:
    state, next_state = muscle_state(change, tone), muscle_state(change + 0.1, tone + 0.01)
    assert (length_row(state)[3] == 0.0) == (abs(change) <= materials.STATE_FROM_PERCENT)
    assert abs(length_row(next_state)[3] - length_row(state)[3]) < 0.05
    assert abs(effort_row(next_state)[3] - effort_row(state)[3]) < 0.06
    assert np.sign(effort_row(state)[3]) == np.sign(tone)


def test_the_noise_is_the_same_every_time_and_has_no_seam() -> None:
    block = tileable_noise().astype(int)
    assert np.array_equal(block, tileable_noise())
    values = block[..., 3]
    inside = np.abs(np.diff(values, axis=0)).mean()
    seam = np.abs(values[0] - values[-1]).mean()
    assert seam < 1.3 * inside


def test_what_stands_in_the_way_is_hidden_unless_set_by_hand(boxes: Anatomy) -> None:
    bone = boxes.bones.parts[0]
    way = frozenset({"bone_left"})
    assert Appearance(layers={}, in_the_way=way).mode(bone) == "hidden"
    assert Appearance(layers={}, parts={"bone_left": "shown"}, in_the_way=way).mode(bone) == "shown"
