"""The model on the bench: one anatomy, solved in the postures that the published figures ask for.

Postures are given as changes from the balanced stance (`tilt_deg=10`); each is solved once.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import Anatomy, Part, Surface
from visualizer.body.posture import Posture, preset, with_fields
from visualizer.body.skeleton import Pose, Skeleton
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve


class Bench:
    """An anatomy with the results of the postures asked for so far."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.assets = AssetFolder(anatomy.root)
        self.skeleton = Skeleton(anatomy.root)
        self.tendon = {name: index for index, name in enumerate(self.skeleton.tendons)}
        self.body = {name: index for index, name in enumerate(anatomy.bodies)}
        self.balanced = preset("balanced", anatomy.root)
        self._snapshots: dict[Posture, Snapshot] = {}
        self._poses: dict[Posture, Pose] = {}

    @cached_property
    def spine(self) -> dict[str, Any]:
        """`spine.toml`: where levels and joints lie in the balanced stance."""
        return self.assets.table("anatomy/spine.toml")

    @cached_property
    def nerve(self) -> dict[str, Any]:
        """`nerve.toml`: among others where sub-parts of the nerve begin."""
        return self.assets.table("anatomy/nerve.toml")

    def posture(self, **fields: float) -> Posture:
        """Balanced but for `fields`."""
        return with_fields(self.balanced, fields)

    def snapshot(self, **fields: float) -> Snapshot:
        """All of the model in that posture."""
        posture = self.posture(**fields)
        if posture not in self._snapshots:
            self._snapshots[posture] = solve(self.anatomy, posture)
        return self._snapshots[posture]

    def pose(self, **fields: float) -> Pose:
        """Bones and fibre lines in that posture."""
        posture = self.posture(**fields)
        if posture not in self._poses:
            self._poses[posture] = self.skeleton.place(posture)
        return self._poses[posture]

    def fibres_mm(self, tendons: list[str], **fields: float) -> float:
        """Mean length of fibre lines in that posture."""
        length = self.pose(**fields).length
        return float(np.mean([length[self.tendon[name]] for name in tendons])) * 1000.0

    def part(self, surface: Surface, key: str) -> Part:
        """One structure of a surface by its key."""
        return next(part for part in surface.parts if part.key == key)

    def triangles_mm(self, surface: Surface, key: str, vertices: np.ndarray | None = None) -> np.ndarray:
        """Corners (n, 3, 3) mm of one structure's triangles; `vertices` of a posture, else the balanced stance."""
        part = self.part(surface, key)
        at = surface.vertices if vertices is None else vertices
        own = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
        return at[own].astype(float) * 1000.0
