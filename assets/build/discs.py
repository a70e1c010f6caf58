"""Intervertebral discs L1/2 to L5/S1: closed solids between two endplates, bulging a little.

Takes the standing spine (mm, LPS); gives meshes and, for each vertex, how far it follows the body above (1)
or below (0), so that a disc deforms between its two bodies.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh

from assets.build.spine import JOINTS, Endplate, Level, Spine, stand

AROUND = 72
# Rings from the lower pole to the upper: height (0 lower endplate, 1 upper; beyond lies in the bone), size.
RINGS = np.array(
    [
        (-0.09, 0.45), (-0.09, 0.80), (-0.06, 0.92), (0.06, 0.96), (0.2, 0.988), (0.35, 1.003), (0.5, 1.008),
        (0.65, 1.003), (0.8, 0.988), (0.94, 0.96), (1.06, 0.92), (1.09, 0.80), (1.09, 0.45),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Disc:
    """A disc's mesh, the bodies above and below it, and each vertex's weight (n,) on the one above."""

    mesh: trimesh.Trimesh
    bodies: tuple[str, str]
    weight: np.ndarray


def outline(plate: Endplate, shape: dict[str, float]) -> np.ndarray:
    """Rim (AROUND, 3) of an endplate, from the left over the back, in the standing frame."""
    angle = np.arange(AROUND) * (2 * np.pi / AROUND)
    cosine, sine = np.cos(angle), np.sin(angle)
    power = 2.0 / np.where(sine < 0, shape["roundness_front"], shape["roundness_back"])
    hollow, equator = shape["posterior_hollow"], shape["equator_behind_centre"]
    x = plate.width / 2 * np.sign(cosine) * np.abs(cosine) ** power
    reach = np.where(sine < 0, plate.depth / 2 + equator, plate.depth / 2 + hollow - equator)
    y = reach * np.sign(sine) * np.abs(sine) ** power
    dent = hollow * np.exp(-((x / (shape["hollow_breadth"] * plate.width / 2)) ** 2))
    y += equator - dent / (1.0 + np.exp(-y / 2.5))
    return plate.centre + np.outer(x, plate.axes[:, 0]) + np.outer(y, plate.axes[:, 1])


def disc(above: Endplate, below: Endplate, shape: dict[str, float]) -> tuple[trimesh.Trimesh, np.ndarray]:
    """Mesh and weights of the disc between two endplates."""
    high, low = outline(above, shape), outline(below, shape)
    height, size = RINGS.T[:, :, None, None]
    centre = (1 - height) * below.centre + height * above.centre
    ring = centre + size * ((1 - height) * low + height * high - centre)
    poles = centre[[0, -1], 0]
    vertices = np.concatenate([ring.reshape(-1, 3), poles])
    share = np.clip(np.concatenate([np.repeat(RINGS[:, 0], AROUND), RINGS[[0, -1], 0]]), 0.0, 1.0)
    here = np.arange(AROUND)
    after = (here + 1) % AROUND
    row = np.arange(len(RINGS) - 1)[:, None] * AROUND
    a, b, c, d = row + here, row + after, row + AROUND + after, row + AROUND + here
    side = np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3)
    last, south = row[-1] + AROUND, len(vertices) - 2
    caps = np.concatenate(
        [
            np.stack([after, here, np.full(AROUND, south)], 1),
            np.stack([last + here, last + after, np.full(AROUND, south + 1)], 1),
        ]
    )
    return trimesh.Trimesh(vertices, np.concatenate([side, caps]), process=False), share


def between(spine: Spine) -> dict[str, Disc]:
    """Make the five discs of a standing spine."""
    lowers: list[Level | None] = [*spine.levels[1:], None]
    result = {}
    for name, upper, lower in zip(JOINTS, spine.levels, lowers, strict=True):
        below = spine.sacrum if lower is None else lower.upper
        mesh, weight = disc(upper.lower, below, upper.shape)
        result[f"disc_{name}"] = Disc(mesh, (upper.name, "pelvis" if lower is None else lower.name), weight)
    return result


def build(bones: dict[str, trimesh.Trimesh]) -> dict[str, Disc]:
    """Discs disc_l1_l2 ... disc_l5_s1 standing on `bones["sacrum"]`, millimetres, LPS."""
    return between(stand(bones["sacrum"]))
