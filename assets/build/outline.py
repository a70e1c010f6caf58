"""The outline's file: the fitted left half, bound to our bodies, with shapes for bent joints.

Takes the anatomy without one, whose postures it solves; gives the arrays of `body/outline.npz` (form: `outline_from`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from assets.build import batch, outline_fit, outline_push, outline_source
from assets.build.outline_fit import TABLE, Half
from assets.build.outline_push import Tissue
from visualizer.anatomy.model import Anatomy
from visualizer.anatomy.outline import outline_from
from visualizer.body.outline import PreparedOutline
from visualizer.body.posture import Posture, with_fields
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import solve

LEVELS = ("pelvis", "l5", "l4", "l3", "l2", "l1")
FOLLOWED = 4
FADE_MM = (235.0, 320.0)


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


def arrays(half: Half, bends: np.ndarray, bend_deg: Sequence[Sequence[float]]) -> dict[str, np.ndarray]:
    """What the file holds."""
    bodies = np.argsort(-half.weight, axis=1, kind="stable")[:, :FOLLOWED]
    weight = np.take_along_axis(half.weight, bodies, axis=1)
    weight = weight / weight.sum(axis=1, keepdims=True)
    moves = bends / 1000.0
    step = np.abs(moves).max(axis=(1, 2), initial=1e-6) / 127.0
    opacity = 1.0 - np.clip((half.points[:, 2] - FADE_MM[0]) / (FADE_MM[1] - FADE_MM[0]), 0.0, 1.0)
    return {
        "vertices": (half.points / 1000.0).astype(np.float32),
        "quads": half.quads.astype(np.uint16),
        "bodies": bodies.astype(np.uint8),
        "weight": np.round(255.0 * weight).astype(np.uint8),
        "opacity": np.round(255.0 * opacity).astype(np.uint8),
        "bends": np.round(moves / step[:, None, None]).astype(np.int8),
        "bend_step": step.astype(np.float32),
        "bend_deg": np.array(bend_deg, np.float32),
    }


def key_posture(angles: Sequence[float]) -> Posture:
    """The posture in which a shape is found; the pelvis answers for what lies beyond the thigh's range."""
    hip, adduction, rotation, knee = angles
    tilt = hip if hip < 0.0 else max(hip - 100.0, 0.0)
    values = {
        "tilt_deg": tilt,
        "hip_flexion_deg": hip - tilt,
        "hip_adduction_deg": adduction,
        "hip_rotation_deg": rotation,
        "knee_flexion_deg": knee,
    }
    return with_fields(Posture(), values)


def tissue_in(anatomy: Anatomy, snapshot: Snapshot) -> Tissue:
    """Bones and muscles of a solved posture."""
    bones, transforms = anatomy.bones, snapshot.world_from_rest
    carry = transforms[bones.bodies[:, 0]] * bones.weight[:, None, None]
    carry = carry + transforms[bones.bodies[:, 1]] * (1.0 - bones.weight)[:, None, None]
    there = np.einsum("nij,nj->ni", carry[:, :3, :3], bones.vertices) + carry[:, :3, 3]
    return Tissue.of(anatomy, there, snapshot.muscle_vertices)


def bend(half: Half, anatomy: Anatomy, posture: Posture) -> np.ndarray:
    """What brings the left half round the tissue of `posture`, (n, 3) mm before the bodies carry it."""
    snapshot = solve(anatomy, posture)
    start, turn = PreparedOutline(anatomy).placed(snapshot.world_from_rest)
    count = len(half.points)
    least = np.minimum(outline_push.least_mm(half.points), TABLE["bend"]["least_mm"])
    least[half.points[:, 2] < TABLE["bend"]["down_to"]] = -np.inf
    tissue, skin = tissue_in(anatomy, snapshot), start.T[:count] * 1000.0
    moved = outline_push.pushed_out(half, skin, tissue, least, deepest=TABLE["bend"]["fold_mm"])
    back = np.einsum("nji,nj->ni", turn[:count], moved)
    back[half.on_middle, 0] = 0.0
    back[np.linalg.norm(back, axis=1) < TABLE["bend"]["nothing_mm"]] = 0.0
    return back


def build(anatomy: Anatomy) -> dict[str, np.ndarray]:
    """Everything of the file."""
    tissue = Tissue.of(anatomy, anatomy.bones.vertices, anatomy.muscle_surface.vertices)
    half = outline_fit.stood(outline_source.adult(), anatomy)
    half = bound(outline_push.fitted(half, anatomy, tissue), anatomy)
    keys = TABLE["bend"]["at_deg"]
    bends = np.zeros((len(keys), *half.points.shape))
    for index, angles in enumerate(keys):
        so_far = outline_from(arrays(half, bends, keys), anatomy.bodies)
        bends[index] = bend(half, replace(anatomy, outline=so_far), key_posture(angles))
    return arrays(half, bends, keys)
