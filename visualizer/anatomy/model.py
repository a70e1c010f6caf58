"""What the program knows of the body: immutable values, loaded once from `assets/`.

Frame everywhere: LPS (x left, y posterior, z up), metres, origin midway between the hip centres of the
balanced stance. Surfaces are stored as they lie in the balanced stance, so a body's transform there is
the identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import numpy as np

from visualizer.anatomy.outline import Outline

Prepared = TypeVar("Prepared")
LAYERS = (
    "outline",
    "bones",
    "nerve",
    "flexors",
    "glutes",
    "rotators",
    "hamstrings",
    "trunk",
    "ligaments",
)
SIDES = ("left", "right")


@dataclass(frozen=True)
class Names:
    """A structure's names: Terminologia Anatomica (Latin), English, and a lay name, per language code."""

    latin: str
    clinical: dict[str, str]
    lay: dict[str, str]


@dataclass(frozen=True)
class Part:
    """One structure that can be shown, hidden, hovered and selected.

    `first_vertex`/`vertex_count` and `first_triangle`/`triangle_count` locate it in its surface batch.
    """

    key: str
    kind: str
    layer: str
    side: str
    names: Names
    first_vertex: int
    vertex_count: int
    first_triangle: int
    triangle_count: int


@dataclass(frozen=True, eq=False)
class Surface:
    """One batch of closed surfaces, the balanced stance, world frame.

    vertices (n, 3) float32 m; normals (n, 3) float32; triangles (m, 3) int32; part (n,) int32 index into
    `parts`; occlusion (n,) float32, 1 = open to the sky. bodies (n, 2) int32 and weight (n,) float32: a vertex
    follows bodies[:, 0] by weight and bodies[:, 1] by 1 - weight (bones, discs and ligaments only).
    tendon (n,) float32, 0 = belly, 1 = tendon; fibre (n, 2) float32: across and along the fibres, in cm
    (muscles only, for striation).
    """

    parts: tuple[Part, ...]
    vertices: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    part: np.ndarray
    occlusion: np.ndarray
    bodies: np.ndarray
    weight: np.ndarray
    tendon: np.ndarray
    fibre: np.ndarray


@dataclass(frozen=True)
class Muscle:
    """One muscle of one side: identity, published architecture, and the tendons that are its fibre lines.

    volume_cm3, pcsa_cm2 (lowest, highest published), fibre_length_mm, pennation_deg and peak_force_n are published
    figures from `source`, whose standing is `status` (V, V2, M, C); disputed: what studies disagree on, or "".
    """

    key: str
    name: str
    side: str
    layer: str
    tone_group: str
    names: Names
    volume_cm3: float
    pcsa_cm2: tuple[float, float]
    fibre_length_mm: float
    pennation_deg: float
    peak_force_n: float
    source: str
    status: str
    disputed: str
    tendons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Anatomy:
    """Everything that `solve` and the picture need.

    bodies: names of the rigid bodies, in the order of `Snapshot.world_from_rest`.
    bones, muscle_surface, nerve_surface: the three batches that the scene draws; discs, ligaments with the bones.
    muscle_arrays, nerve_arrays: what `body` needs to move the last two (`muscle_shapes.npz`, `nerve_shapes.npz`).
    nerve_names: names of every nerve segment of every variant.
    neighbours: nerve variant -> (2, p) int, which section of a nerve may have which triangle nearest (see `space`).
    landmarks: name -> (body, (3,) float m in the balanced stance).
    outline: the skin round all that, or None; shown only, never measured from.

    What the folders above make ready from an anatomy, once, is kept with it: `prepared` is its one owner.
    """

    root: Path
    bodies: tuple[str, ...]
    bones: Surface
    muscle_surface: Surface
    nerve_surface: Surface
    muscles: tuple[Muscle, ...]
    muscle_arrays: dict[str, np.ndarray]
    nerve_arrays: dict[str, np.ndarray]
    nerve_names: dict[str, Names]
    neighbours: dict[str, np.ndarray]
    landmarks: dict[str, tuple[str, np.ndarray]]
    outline: Outline | None = None
    _prepared: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False)
    _preparing: Any = field(default_factory=RLock, init=False, repr=False)

    def prepared(self, make: Callable[[Anatomy], Prepared]) -> Prepared:
        """What `make` gives for this anatomy, made when first asked for; may be asked for from any thread."""
        with self._preparing:
            if make not in self._prepared:
                self._prepared[make] = make(self)
            return self._prepared[make]
