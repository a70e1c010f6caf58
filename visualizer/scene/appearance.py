"""Which structures are drawn, and how: from layers, single structures and the selection to one row a part.

Takes what the user chose; gives arrays that the renderer uploads. No Qt, no OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from visualizer.scene import materials
from visualizer.session import GHOST, HIDDEN, MUSCLE_LAYERS, SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.forces.muscle_state import MuscleState


@dataclass(frozen=True)
class Appearance:
    """What is shown, ghosted or hidden.

    layers: layer -> "shown", "ghost" or "hidden". x_ray: muscles whose layer is shown are ghosts.
    parts: structure key -> the same as a layer, stronger than both.
    in_the_way: keys that the view hides, unless they are set by hand. selected, hovered: key of the structure
    to outline strongly, and lightly; walls: keys of more to outline lightly. muscle_states: whether muscles are tinted
    and patterned by what they do.
    """

    layers: Mapping[str, str] = field(default_factory=lambda: dict(materials.DEFAULT_LAYERS))
    parts: Mapping[str, str] = field(default_factory=dict)
    x_ray: bool = False
    in_the_way: frozenset[str] = frozenset()
    selected: str | None = None
    hovered: str | None = None
    walls: frozenset[str] = frozenset()
    muscle_states: bool = True

    def mode(self, part: Part) -> str:
        """Return "shown", "ghost" or "hidden" for one structure."""
        if part.key in self.parts:
            return self.parts[part.key]
        if part.key in self.in_the_way:
            return HIDDEN
        mode = self.layers.get(part.layer, SHOWN)
        return GHOST if self.x_ray and mode == SHOWN and part.layer in MUSCLE_LAYERS else mode


def all_parts(anatomy: Anatomy) -> tuple[Part, ...]:
    """Every structure, in the order of the part ids of the picture: bones, muscles, nerve."""
    return anatomy.bones.parts + anatomy.muscle_surface.parts + anatomy.nerve_surface.parts


def state_rows(
    parts: tuple[Part, ...], appearance: Appearance, muscles: Mapping[str, MuscleState] | None = None
) -> np.ndarray:
    """Rows for the shaders, (4, parts, 4) float32.

    Colour and opacity; seed, cartilage, 0, 0; colour and strength of a muscle's change of length (above 0 shorter,
    below 0 longer); colour and strength of its effort (above 0 harder, below 0 less). muscles: state by key.
    """
    rows = np.zeros((4, len(parts), 4), np.float32)
    for index, part in enumerate(parts):
        rows[0, index, :3] = materials.base_colour(part)
        rows[0, index, 3] = materials.GHOST_OPACITY if appearance.mode(part) == GHOST else 1.0
        rows[1, index, 0] = materials.seed(part)
        rows[1, index, 1] = float(materials.is_cartilage(part))
        state = muscles.get(part.key) if muscles and appearance.muscle_states else None
        if state is not None:
            rows[2, index], rows[3, index] = length_row(state), effort_row(state)
    return rows


def length_row(state: MuscleState) -> tuple[float, float, float, float]:
    """Colour and strength of a muscle's change of length."""
    low, full = materials.STATE_FROM_PERCENT, materials.STATE_FULL_PERCENT
    strength = float(np.clip((abs(state.change_percent) - low) / (full - low), 0.0, 1.0))
    if state.change_percent < 0.0:
        return *materials.linear(materials.MUSCLE_STATE_COLOURS["short"]), strength
    return *materials.linear(materials.MUSCLE_STATE_COLOURS["long"]), -strength


def effort_row(state: MuscleState) -> tuple[float, float, float, float]:
    """Colour and strength of a muscle's effort."""
    name = "harder" if state.tone_change > 0.0 else "less"
    strength = float(np.clip(state.tone_change / materials.EFFORT_FULL_TONE, -1.0, 1.0))
    return *materials.linear(materials.MUSCLE_STATE_COLOURS[name]), strength


def drawing_order(parts: tuple[Part, ...], appearance: Appearance) -> tuple[list[Part], list[Part]]:
    """Parts of one batch to draw as solid, and as ghosts."""
    modes = [(part, appearance.mode(part)) for part in parts]
    solid = [part for part, mode in modes if mode not in (GHOST, HIDDEN)]
    return solid, [part for part, mode in modes if mode == GHOST]
