"""The outline's file: the fitted left half, bound to our bodies, with shapes that keep bone and muscle inside when bent.

Takes the written anatomy of `root`, whose postures it solves; gives `body/outline.npz` (form: `outline_from`).
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from assets.build import batch, outline_fit, outline_source
from assets.build.outline_fit import Half, tissue_grid, unit
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.anatomy.outline import outline_from
from visualizer.body.outline import PreparedOutline
from visualizer.body.posture import Posture, with_fields
from visualizer.body.solve import solve

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("outline.toml").read_text())
LEVELS = ("pelvis", "l5", "l4", "l3", "l2", "l1")
FOLLOWED = 4
FADE_MM = (250.0, 335.0)


def bound(half: Half, anatomy: Anatomy) -> Half:
    """Weights on our bodies: limbs as the adult's, the trunk by height between pelvis and vertebrae."""
    weight = half.weight.copy()
    heights = [92.0, *(anatomy.landmarks[f"vertebra_{level}"][1][2] * 1000.0 for level in LEVELS[1:])]
    trunk = 1.0 - weight.sum(axis=1)
    for index, level in enumerate(LEVELS):
        share = np.interp(half.points[:, 2], heights, np.arange(len(LEVELS)) == index)
        weight[:, batch.BODIES.index(level)] = trunk * share
    mean = half.mean_of_neighbours()
    for _ in range(6):
        weight = 0.5 * weight + 0.5 * (mean @ weight)
    return replace(half, weight=weight)


def arrays(half: Half, bends: list[np.ndarray], bend_deg: list[tuple[float, float]]) -> dict[str, np.ndarray]:
    """What the file holds."""
    bodies = np.argsort(-half.weight, axis=1, kind="stable")[:, :FOLLOWED]
    weight = np.take_along_axis(half.weight, bodies, axis=1)
    weight = weight / weight.sum(axis=1, keepdims=True)
    opacity = 1.0 - np.clip((half.points[:, 2] - FADE_MM[0]) / (FADE_MM[1] - FADE_MM[0]), 0.0, 1.0)
    return {
        "vertices": (half.points / 1000.0).astype(np.float32),
        "quads": half.quads.astype(np.uint16),
        "bodies": bodies.astype(np.uint8),
        "weight": np.round(255.0 * weight).astype(np.uint8),
        "opacity": np.round(255.0 * opacity).astype(np.uint8),
        "bends": (np.reshape(bends, (-1, len(half.points), 3)) / 1000.0).astype(np.float16),
        "bend_deg": np.reshape(bend_deg, (-1, 2)).astype(np.float64),
    }


def key_posture(hip_deg: float, knee_deg: float) -> Posture:
    """The posture in which a shape is found; the thigh answers for flexion, the pelvis for what is beyond."""
    tilt = hip_deg if hip_deg < 0.0 else max(hip_deg - 100.0, 0.0)
    values = {"tilt_deg": tilt, "hip_flexion_deg": hip_deg - tilt, "knee_flexion_deg": knee_deg}
    return with_fields(Posture(), values)


def bend(half: Half, anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """What brings the left half round the tissues of `posture`, (n, 3) mm before the bodies carry it."""
    prepared = PreparedOutline(anatomy)
    snapshot = solve(anatomy, posture)
    transforms = snapshot.world_from_rest
    bones = anatomy.bones
    carry = transforms[bones.bodies[:, 0]] * bones.weight[:, None, None]
    carry = carry + transforms[bones.bodies[:, 1]] * (1.0 - bones.weight)[:, None, None]
    there = np.einsum("nij,nj->ni", carry[:, :3, :3], bones.vertices) + carry[:, :3, 3]
    grid = tissue_grid(anatomy, there, snapshot.muscle_vertices)
    start, turn = prepared.placed(transforms)
    count = len(half.points)
    start, turn = start.T[:count] * 1000.0, turn[:count]
    mean, sideways = half.mean_of_neighbours(), np.where(half.on_middle, 0.0, 1.0)
    least = np.minimum(outline_fit.least_mm(half.points), TABLE["bend"]["least_mm"])
    moved = np.zeros_like(start)
    rounds = 90
    for step in range(rounds):
        points = start + moved
        push = np.clip(least - grid.at(points), 0.0, 6.0)
        moved = moved + 0.5 * push[:, None] * unit(half.normals(points) + grid.outward(points))
        for _ in range(2 if step < rounds - 15 else 0):
            moved = 0.55 * moved + 0.45 * (mean @ moved)
        moved[:, 0] *= sideways
    back = np.einsum("nji,nj->ni", turn, moved)
    back[:, 0] *= sideways
    back[np.linalg.norm(back, axis=1) < 0.2] = 0.0
    return back


def build(anatomy: Anatomy) -> dict[str, np.ndarray]:
    """Everything of the file."""
    grid = tissue_grid(anatomy, anatomy.bones.vertices, anatomy.muscle_surface.vertices)
    half = outline_fit.stood(outline_source.adult(), anatomy)
    half = bound(outline_fit.fitted(half, anatomy, grid), anatomy)
    bends: list[np.ndarray] = []
    angles: list[tuple[float, float]] = []
    for hip, knee in TABLE["bend"]["hip_and_knee_deg"]:
        so_far = arrays(half, bends, angles)
        shaped = replace(anatomy, outline=outline_from(so_far, anatomy.bodies))
        bends.append(bend(half, shaped, key_posture(hip, knee)))
        angles.append((hip, knee))
    return arrays(half, bends, angles)


def make(root: Path) -> None:
    """Write the file below `root`."""
    batch.write(root / "body" / "outline.npz", batch.npz(build(load_anatomy(root))))
