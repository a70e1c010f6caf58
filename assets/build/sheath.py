"""The left nerve's surface as muscles feel it while they grow, in one of its variants.

Takes the nerve's model with that variant; gives `growth.Nerve` for any transforms of the bodies. Which way a face looks
is taken at rest. Piriformis is not pressed by what runs through it, and lies in front of what passes above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from assets.build import growth
from assets.build.batch import BODIES
from assets.build.nerve_sections import BACK
from visualizer.body.nerve.model import NerveModel
from visualizer.body.nerve.tube import RING

# Parts that muscles pass before or behind; the rest have no side. A face looks back where its normal does so far.
SIDED = ("sciatic_infrapiriform", "sciatic_gluteal", "sciatic_femoral", "tibial", "fibular_division")
FACING = 0.35
NO_SIDE, NOT_FELT = 2.0, 3.0


class Sheath:
    """The left surface of `model`; `variant`: how its parts pass piriformis, a row of `nerve.toml`."""

    def __init__(self, model: NerveModel, variant: dict[str, Any]) -> None:
        self.model = model
        tube = model.tube
        left = [index for index, key in enumerate(tube.keys) if key.endswith("_left")]
        names = [tube.keys[index].removesuffix("_left") for index in left]
        count = np.array(tube.vertex_count)[left]
        self.rows = np.concatenate(
            [tube.first_vertex[index] + np.arange(size) for index, size in zip(left, count, strict=True)]
        )
        normals = model.state(np.tile(np.eye(4), (len(BODIES), 1, 1))).normals[self.rows]
        sided = np.repeat([name.startswith(SIDED) for name in names], count)
        self.face = np.where(sided, facing(normals[:, 1]), NO_SIDE)
        course = model.courses[0]
        behind = np.concatenate([on_surface(course.over[course.pieces[name]]) for name in names])
        self.to_pierced = np.where(behind, facing(normals @ BACK), NO_SIDE)
        self.to_pierced[np.repeat([runs_through(name, variant) for name in names], count)] = NOT_FELT

    def __call__(self, world: np.ndarray) -> growth.Nerve:
        """The surface where the bodies are at `world` (bodies, 4, 4) m."""
        state = self.model.state(world)
        points, normals = (values[self.rows].astype(float) for values in (state.vertices, state.normals))
        return growth.Nerve(points * 1000.0, normals, self.face, self.to_pierced)


def facing(back: np.ndarray) -> np.ndarray:
    """1 for faces that look back, -1 forward, 0 aside, from how far their normals look `back` (n,)."""
    return np.asarray(np.where(np.abs(back) > FACING, np.sign(back), 0.0))


def on_surface(values: np.ndarray) -> np.ndarray:
    """A part's values at its surface's vertices, from those at its route points: RING each, then both ends."""
    return np.r_[np.repeat(values, RING), values[[0, -1]]]


def runs_through(name: str, variant: dict[str, Any]) -> bool:
    """Whether the part `name` runs between the heads of piriformis, or is a root that joins it there."""
    if name == "fibular_division":
        return bool(variant["fibular"] == "through")
    return bool(variant["nerve"] == "through" and name.startswith(("sciatic", "s1", "s2", "s3")))
