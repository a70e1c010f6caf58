"""The nerve as a row of flat sections: where its middle lies at every millimetre, and how wide and thick it is there.

Takes the rings of the nerve's surface; gives sections of one side, the right one as its mirror image, so that both are
measured as left ones. A section is an ellipse, and an ellipse is all but the union of the circles that touch it from
within: their middles lie on its width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Surface
from visualizer.body.nerve.tube import RING
from visualizer.space.regions import part_named

MIRROR = np.array([-1.0, 1.0, 1.0], dtype=np.float32)
# Where on the width the circles' middles lie, as shares of the way to the outermost one.
CIRCLES = np.array([0.0, 0.55, -0.55, 1.0, -1.0], dtype=np.float32)
# Sections are this far apart: fine down to this height at rest, where the nerve leaves the buttock, then coarse.
FINE_MM, COARSE_MM, FINE_TO_MM = 2.0, 4.0, -90.0
WIDTH_ENDS, THICKNESS_ENDS = (0, RING // 2), (RING // 4, 3 * RING // 4)


@dataclass(frozen=True, eq=False)
class Sections:
    """Sections of one side, as of a left nerve, in mm.

    centre (n, 3); inward and forward (n, 3) unit vectors along width and thickness; half_width, half_thickness (n,).
    """

    centre: np.ndarray
    inward: np.ndarray
    forward: np.ndarray
    half_width: np.ndarray
    half_thickness: np.ndarray

    def circles(self) -> tuple[np.ndarray, np.ndarray]:
        """Offsets along `inward` and radii (circles, n) mm of the circles that make up each section."""
        a, b = np.maximum(self.half_width, self.half_thickness), self.half_thickness
        focus = a * a - b * b
        offset = CIRCLES[:, None] * (focus / a)
        return offset, b * np.sqrt(1.0 - offset**2 / np.maximum(focus, 1e-9))


@dataclass(frozen=True, eq=False)
class Strand:
    """Where sections of one side lie on the nerve's surface: `share` (n,) of the way from ring `before` to the next.

    rows (rings, RING); forward, inward (rings,): signs that turn the rings' axes forwards and inwards. at_mm (n,):
    along the strand at rest; height_mm (n,): z of the middle at rest.
    """

    rows: np.ndarray
    forward: np.ndarray
    inward: np.ndarray
    before: np.ndarray
    share: np.ndarray
    at_mm: np.ndarray
    height_mm: np.ndarray

    def sections(self, vertices: np.ndarray, side: str) -> Sections:
        """The sections for the nerve's vertices (all, 3) m in the room."""
        rings = vertices[self.rows] * np.float32(1000.0)
        if side == "right":
            rings *= MIRROR
        centre = rings.mean(axis=1)
        width = (rings[:, WIDTH_ENDS[0]] - rings[:, WIDTH_ENDS[1]]) * (self.inward[:, None] / 2)
        thickness = (rings[:, THICKNESS_ENDS[0]] - rings[:, THICKNESS_ENDS[1]]) * (self.forward[:, None] / 2)
        whole = np.concatenate([centre, width, thickness], axis=1)
        first = whole[self.before]
        first += self.share[:, None] * (whole[self.before + 1] - first)
        centre, width, thickness = first[:, :3], first[:, 3:6], first[:, 6:]
        half_width, half_thickness = (np.sqrt((axis * axis).sum(axis=1)) for axis in (width, thickness))
        return Sections(
            centre,
            width / half_width[:, None],
            thickness / half_thickness[:, None],
            half_width,
            half_thickness,
        )


def strand(surface: Surface, side: str, names: tuple[str, ...], lowest_mm: float) -> Strand:
    """The way through the parts `names` of one side, a section each FINE_MM or COARSE_MM, down to `lowest_mm`."""
    rows = np.concatenate([ring_rows(surface, f"{name}_{side}") for name in names])
    resting = surface.vertices[rows].astype(float) * 1000.0
    if side == "right":
        resting *= MIRROR
    middle = resting.mean(axis=1)
    step = np.r_[0.0, np.linalg.norm(np.diff(middle, axis=0), axis=1)]
    # Neighbouring parts share a ring.
    keep = np.r_[True, step[1:] > 0.01] & (middle[:, 2] >= lowest_mm)
    rows, resting, middle, at = rows[keep], resting[keep], middle[keep], np.cumsum(step)[keep]
    across = resting[:, WIDTH_ENDS[0]] - resting[:, WIDTH_ENDS[1]]
    through = resting[:, THICKNESS_ENDS[0]] - resting[:, THICKNESS_ENDS[1]]
    # To a thousandth, so that both sides have as many.
    end = round(at[-1], 3)
    turn = round(float(np.interp(-FINE_TO_MM, -middle[:, 2], at)), 3)
    position = np.r_[np.arange(0.0, turn, FINE_MM), np.arange(turn, end, COARSE_MM), end]
    before = np.asarray(np.clip(np.searchsorted(at, position, side="right") - 1, 0, len(at) - 2))
    share = (position - at[before]) / (at[before + 1] - at[before])
    height = middle[before, 2] + share * (middle[before + 1, 2] - middle[before, 2])
    return Strand(
        rows,
        np.where(through[:, 1] < 0.0, 1.0, -1.0).astype(np.float32),
        np.where(across[:, 0] < 0.0, 1.0, -1.0).astype(np.float32),
        before,
        share.astype(np.float32),
        position,
        height,
    )


def joined(strands: Sequence[Strand]) -> Strand:
    """Several strands measured in one go, one after the other."""
    first = np.cumsum([0, *(len(one.rows) for one in strands[:-1])])
    return Strand(
        np.concatenate([one.rows for one in strands]),
        np.concatenate([one.forward for one in strands]),
        np.concatenate([one.inward for one in strands]),
        np.concatenate([one.before + start for one, start in zip(strands, first, strict=True)]),
        np.concatenate([one.share for one in strands]),
        np.concatenate([one.at_mm for one in strands]),
        np.concatenate([one.height_mm for one in strands]),
    )


def ring_rows(surface: Surface, key: str) -> np.ndarray:
    """Rows (rings, RING) of the vertices of one part of the nerve."""
    part = part_named(surface, key)
    rings = (part.vertex_count - 2) // RING
    return part.first_vertex + np.arange(rings * RING).reshape(rings, RING)
