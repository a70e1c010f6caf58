"""Which structures are drawn, and how: from layers, single structures and the selection to one row a part.

Takes what the user chose; gives arrays that the renderer uploads. No Qt, no OpenGL.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from visualizer.scene import materials
from visualizer.session import GHOST, HIDDEN, SHOWN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visualizer.anatomy.model import Anatomy, Part


@dataclass(frozen=True)
class Appearance:
    """What is shown, ghosted or hidden.

    layers: layer -> "shown", "ghost" or "hidden". parts: structure key -> the same, stronger than its layer.
    in_the_way: keys that the view makes ghosts where their layer is shown. selected, hovered: key of the structure
    to point out strongly, and lightly. walls: keys of structures to point out lightly together.
    """

    layers: Mapping[str, str] = field(default_factory=lambda: dict(materials.DEFAULT_LAYERS))
    parts: Mapping[str, str] = field(default_factory=dict)
    in_the_way: frozenset[str] = frozenset()
    selected: str | None = None
    hovered: str | None = None
    walls: frozenset[str] = frozenset()

    def mode(self, part: Part) -> str:
        """Return "shown", "ghost" or "hidden" for one structure."""
        if part.key in self.parts:
            return self.parts[part.key]
        mode = self.layers.get(part.layer, SHOWN)
        return GHOST if mode == SHOWN and part.key in self.in_the_way else mode


def all_parts(anatomy: Anatomy) -> tuple[Part, ...]:
    """Every structure, in the order of the part ids of the picture: bones, muscles, nerve."""
    return anatomy.bones.parts + anatomy.muscle_surface.parts + anatomy.nerve_surface.parts


def state_rows(parts: tuple[Part, ...], appearance: Appearance) -> np.ndarray:
    """Rows for the shaders, (2, parts, 4) float32: colour and opacity; highlight, seed, cartilage, 0."""
    rows = np.zeros((2, len(parts), 4), np.float32)
    for index, part in enumerate(parts):
        rows[0, index, :3] = materials.base_colour(part)
        rows[0, index, 3] = materials.GHOST_OPACITY if appearance.mode(part) == GHOST else 1.0
        lightly = part.key == appearance.hovered or part.key in appearance.walls
        rows[1, index, 0] = 1.0 if part.key == appearance.selected else 0.4 * lightly
        rows[1, index, 1] = materials.seed(part)
        rows[1, index, 2] = float(materials.is_cartilage(part))
    return rows


def drawing_order(parts: tuple[Part, ...], appearance: Appearance) -> tuple[list[Part], list[Part]]:
    """Parts of one batch to draw as solid, and as ghosts."""
    modes = [(part, appearance.mode(part)) for part in parts]
    solid = [part for part, mode in modes if mode not in (GHOST, HIDDEN)]
    return solid, [part for part, mode in modes if mode == GHOST]
