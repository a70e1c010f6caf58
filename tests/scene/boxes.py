"""A body of four boxes that makes every law of the picture easy to state, and helpers that read pictures."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PySide6.QtGui import QImage

from visualizer.anatomy.model import SIDES, Anatomy, Names, Part, Surface
from visualizer.body.posture import Posture
from visualizer.space.ladder import Level

CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
BOX = np.array(
    [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
        [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]
)  # fmt: skip


def _surface(boxes: list[tuple[str, str, str, tuple[float, ...], tuple[float, ...], int]]) -> Surface:
    """Closed boxes: (key, kind, layer, middle, half size, body)."""
    parts, points, triangles, part, bodies = [], [], [], [], []
    for index, (key, kind, layer, middle, half, body) in enumerate(boxes):
        names = Names(key, {"en": key}, {"en": key})
        parts.append(Part(key, kind, layer, "", names, 8 * index, 8, 12 * index, 12))
        points.append(CORNERS * half + middle)
        triangles.append(BOX + 8 * index)
        part += [index] * 8
        bodies += [(body, body)] * 8
    count = 8 * len(boxes)
    return Surface(
        parts=tuple(parts),
        vertices=np.concatenate(points).astype(np.float32),
        normals=np.tile(CORNERS / np.sqrt(3.0), (len(boxes), 1)).astype(np.float32),
        triangles=np.concatenate(triangles).astype(np.int32),
        part=np.array(part, np.int32),
        occlusion=np.ones(count, np.float32),
        bodies=np.array(bodies, np.int32),
        weight=np.ones(count, np.float32),
        tendon=np.zeros(count, np.float32),
        fibre=np.zeros((count, 2), np.float32),
    )


def boxes_anatomy() -> Anatomy:
    """From the front backwards: two bones side by side, the nerve, a gluteal muscle over the nerve."""
    bones = _surface(
        [
            ("bone_left", "bone", "bones", (0.1, 0.0, 0.0), (0.08, 0.02, 0.1), 0),
            ("bone_right", "bone", "bones", (-0.1, 0.0, 0.0), (0.08, 0.02, 0.1), 1),
        ]
    )
    muscle = _surface([("gluteus", "muscle", "glutes", (0.0, 0.1, 0.0), (0.06, 0.02, 0.06), 0)])
    nerve = _surface([("sciatic", "nerve", "nerve", (0.0, 0.05, 0.0), (0.01, 0.01, 0.1), 0)])
    # What only `solve` reads stays empty.
    empty = {field.name: {} for field in fields(Anatomy) if field.init}
    drawn = {
        "root": Path(),
        "bodies": ("pelvis", "femur_right"),
        "bones": bones,
        "muscle_surface": muscle,
        "nerve_surface": nerve,
        "outline": None,
    }
    return Anatomy(**empty | drawn)


def snapshot_of(anatomy: Anatomy, lift_m: float = 0.0) -> SimpleNamespace:
    """What the picture reads of a Snapshot: the balanced stance, everything but the first body lifted."""
    world_from_rest = np.tile(np.eye(4, dtype=np.float32), (len(anatomy.bodies), 1, 1))
    world_from_rest[1:, 2, 3] = lift_m
    up = np.array([0.0, 0.0, lift_m], np.float32)
    return SimpleNamespace(
        world_from_rest=world_from_rest,
        muscle_vertices=anatomy.muscle_surface.vertices + up,
        muscle_normals=anatomy.muscle_surface.normals,
        landmarks={},
        nerve_surface=anatomy.nerve_surface,
        nerve_vertices=anatomy.nerve_surface.vertices + up,
        nerve_normals=anatomy.nerve_surface.normals,
    )


def findings_of(
    anatomy: Anatomy,
    site: str = "infrapiriform",
    place_mm: tuple[float, float, float] = (0.0, 50.0, 0.0),
    lift_m: float = 0.0,
    tilt_deg: float = 0.0,
    level: Level = Level.ROOMY,
) -> SimpleNamespace:
    """What the picture reads of Findings: one site with this level, on both sides; the balanced stance lies level."""
    items = [
        SimpleNamespace(
            site=site,
            side=side,
            level=level,
            level_balanced=Level.ROOMY,
            set_by_user=False,
            place_mm=place_mm,
        )
        for side in SIDES
    ]
    position = np.arange(3.0)
    corridor = SimpleNamespace(position_mm=position, level=np.zeros((2, 3), int))
    snapshot, resting = snapshot_of(anatomy, lift_m), snapshot_of(anatomy)
    snapshot.posture, resting.posture = Posture(tilt_deg=tilt_deg), Posture()
    return SimpleNamespace(
        snapshot=snapshot,
        resting=resting,
        items=tuple(items),
        tightest=lambda side: tuple(item for item in items if item.side == side),
        corridor=corridor,
        corridor_balanced=corridor,
        muscles={},
    )


def pixels_of(image: QImage) -> np.ndarray:
    """Red, green, blue of a picture, (height, width, 3) int."""
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def yellow(pixels: np.ndarray) -> np.ndarray:
    """Where the nerve's yellow shows: red and green high, blue low."""
    red, green, blue = np.moveaxis(pixels, -1, 0)
    return (red > 120) & (green > 90) & (blue < 0.55 * green)
