"""Rest shapes of the muscle surfaces, lofted over their fibre lines and moulded to bone and neighbours.

Takes the fibre lines and their paths in the balanced stance (left side, metres), published volumes and the
distance grid of the bones; gives `MuscleShapes` of both sides and a report of volumes and bone contact.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import trimesh

from assets.build.distance import DistanceGrid
from assets.build.fibres import FibreLines
from visualizer.body import muscles as loft

PHASE = (
    np.pi * np.r_[np.arange(loft.COLUMNS), np.arange(loft.COLUMNS, 2 * loft.COLUMNS - 2)] / (loft.COLUMNS - 1)
)
FLATNESS = 0.75  # a section between ellipse (1) and slab (0)
BONE_GAP_MM = 0.4
NEIGHBOUR_GAP_MM = 0.2
RAISED_SHARE = 0.8
END_SHARE = 0.08
# Half the nerve's thickness and a little; half its width and a little.
NERVE_GAP_MM = 4.0
NERVE_REACH_MM = 10.0
SENSE = {"behind": 1.0, "front": -1.0, "": 0.0}
MOULDING_PASSES = 10
# One tendon for all three: they may run into each other.
CONJOINT = {"gemellus_superior", "gemellus_inferior", "obturator_internus"}


@dataclass(frozen=True)
class Surroundings:
    """What a muscle is moulded against: bone and nerve, muscles already there, and the nerve's course (m, 3) mm."""

    bone: DistanceGrid
    taken: DistanceGrid
    nerve: np.ndarray


@dataclass(frozen=True)
class Moulded:
    """One left muscle's shape: column weights, ring offsets and ring vertices (3, …, RING, STATIONS) m, its report."""

    columns_from_fibres: np.ndarray
    offset: np.ndarray
    rings: np.ndarray
    volume: float
    deep_share: float
    belly_half_thickness_mm: float


def column_weights(fibres: int) -> np.ndarray:
    """(COLUMNS, fibres) linear interpolation at cosine-spaced columns, so that the rim is well resolved."""
    at = (1 - np.cos(np.pi * np.arange(loft.COLUMNS) / (loft.COLUMNS - 1))) / 2 * (fibres - 1)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(fibres))).astype(np.float32)


def belly_profile(belly: tuple[float, float]) -> np.ndarray:
    """(STATIONS,) 0 on tendon, 1 in mid-belly; flesh that begins at the bone begins thick."""
    along = np.linspace(0.0, 1.0, loft.STATIONS)
    share = np.clip((along - belly[0]) / (belly[1] - belly[0]), 0.0, 1.0)
    profile = np.sin(np.pi * share) ** 0.65
    if belly[0] < 0.05:
        profile = np.where(share < 0.35, np.maximum(profile, 0.35 + 0.65 * share / 0.35), profile)
    if belly[1] > 0.95:
        profile = np.where(share > 0.65, np.maximum(profile, 0.35 + 0.65 * (1 - share) / 0.35), profile)
    return profile


def end_taper() -> np.ndarray:
    """(STATIONS,) thins the last few per cent towards the bone, so that a muscle meets it with a rounded edge."""
    along = np.linspace(0.0, 1.0, loft.STATIONS)
    return 0.3 + 0.7 * np.sqrt(np.clip(np.minimum(along, 1.0 - along) / END_SHARE, 0.0, 1.0))


def mould(lines: FibreLines, paths: np.ndarray, volume_cm3: float, around: Surroundings) -> Moulded:
    """Shape one left muscle over `paths` (3, fibres, STATIONS) m until it holds `volume_cm3`."""
    weights = column_weights(lines.fibres)
    at = loft.frames(np.arange(lines.fibres)[None], weights[None], paths)
    profile = belly_profile(lines.belly)
    blunt = end_taper()
    edge = blunt * (lines.tendon_mm + (lines.edge_mm - lines.tendon_mm) * profile) / 1000
    across = -np.cos(PHASE)[:, None] * edge
    bow = np.sign(np.sin(PHASE)) * np.abs(np.sin(PHASE)) ** FLATNESS
    target = volume_cm3 * 1e-6
    half = 0.008
    for _ in range(16):
        thickness = blunt * (lines.tendon_mm / 1000 + (half - lines.tendon_mm / 1000) * profile)
        offset = np.stack([np.zeros_like(across), across, bow[:, None] * thickness])[:, None]
        raised = replace(at, centre=at.centre + raise_off_bone(at.centre, thickness, around.bone))
        rings = pressed(loft.loft(raised, offset.astype(np.float32)), lines, around)
        volume = float(loft.enclosed(rings)[0])
        half *= np.clip(target / max(volume, 1e-9), 0.6, 1.6) ** 0.8
    spokes = rings - at.centre[:, :, loft.RING_COLUMN]
    axes = (axis[:, :, loft.RING_COLUMN] for axis in (at.along, at.across, at.out))
    offset = np.stack([(spokes * axis).sum(axis=0) for axis in axes])[:, 0]
    deep = float((around.bone.at(rings.reshape(3, -1).T * 1000) < -2.0).mean())
    return Moulded(weights, offset.astype(np.float32), rings, volume, deep, half * 1000)


def raise_off_bone(centre: np.ndarray, thickness: np.ndarray, bone: DistanceGrid) -> np.ndarray:
    """Shift (3, 1, COLUMNS, STATIONS) m that lays a section of half-`thickness` (STATIONS,) m on bone, not into it."""
    points = centre.reshape(3, -1).T.astype(float) * 1000
    need = np.broadcast_to(thickness * 1000 * RAISED_SHARE, centre.shape[1:]).ravel()
    start = points.copy()
    for _ in range(6):
        points += bone.outward(points) * np.clip(need - bone.at(points), 0.0, 3.0)[:, None]
    shift = (points - start).T.reshape(3, *centre.shape[2:])
    for _ in range(3):
        shift[..., 1:-1] = shift[..., 1:-1] / 2 + (shift[..., :-2] + shift[..., 2:]) / 4
        shift[:, 1:-1] = shift[:, 1:-1] / 2 + (shift[:, :-2] + shift[:, 2:]) / 4
    return (shift[:, None] / 1000).astype(np.float32)


def beside_nerve(points: np.ndarray, nerve: np.ndarray, sense: float) -> np.ndarray:
    """Displacement (n, 3) mm that keeps `points` behind (`sense` 1) or in front (-1) of the nerve `nerve` (m, 3) mm.

    It fades from NERVE_REACH_MM beside the nerve to twice that; beyond the nerve's ends there is none.
    """
    down = nerve[np.argsort(nerve[:, 2])]
    x, y = (np.interp(points[:, 2], down[:, 2], down[:, axis]) for axis in (0, 1))
    reach = np.clip(2.0 - np.abs(points[:, 0] - x) / NERVE_REACH_MM, 0.0, 1.0)
    reach *= (points[:, 2] > down[0, 2]) & (points[:, 2] < down[-1, 2])
    lack = np.clip(NERVE_GAP_MM - sense * (points[:, 1] - y), 0.0, None) * abs(sense)
    push = np.zeros_like(points)
    push[:, 1] = sense * reach * lack
    return push


def pressed(rings: np.ndarray, lines: FibreLines, around: Surroundings) -> np.ndarray:
    """Rings (3, 1, RING, STATIONS) m moved off bone and nerve and, more softly, off the muscles already there."""
    bone, taken = around.bone, around.taken
    shape = (loft.RING, loft.STATIONS, 3)
    points = np.moveaxis(rings[:, 0], 0, 2).astype(float) * 1000
    for turn in range(MOULDING_PASSES):
        flat = points.reshape(-1, 3)
        push = bone.outward(flat) * np.clip(BONE_GAP_MM - bone.at(flat), 0.0, 3.0)[:, None]
        if lines.name not in CONJOINT:
            lack = np.clip(NEIGHBOUR_GAP_MM - taken.at(flat), 0.0, 2.0)[:, None]
            push += 0.7 * taken.outward(flat) * lack
        push = push.reshape(shape)
        if turn < MOULDING_PASSES - 2:
            push = 1.4 * smoothed(push)
        points = points + push
        if turn < MOULDING_PASSES - 3:
            points = points + 0.25 * (smoothed(points) - points)
        points += beside_nerve(points.reshape(-1, 3), around.nerve, SENSE[lines.nerve_side]).reshape(shape)
    return np.moveaxis(points, 2, 0)[:, None].astype(np.float32) / 1000


def smoothed(field: np.ndarray) -> np.ndarray:
    """A (RING, STATIONS, 3) field averaged with its neighbours round the ring and along the stations."""
    along = field.copy()
    along[:, 1:-1] = field[:, 1:-1] / 2 + (field[:, :-2] + field[:, 2:]) / 4
    return along / 2 + (np.roll(along, 1, axis=0) + np.roll(along, -1, axis=0)) / 4


def solid(rings: np.ndarray) -> trimesh.Trimesh:
    """One muscle's rings (3, 1, RING, STATIONS) m as a closed mesh in millimetres."""
    return trimesh.Trimesh(loft.closed(rings) * 1000.0, loft.triangles("left"), process=False)


def both_sides(left: list[Moulded], fibre_of: list[np.ndarray]) -> loft.MuscleShapes:
    """Shapes of left and right muscles in turn; `fibre_of` lists the fibre lines of each, left first.

    On the right the fibres run in reverse order, so that the surface faces outward there too.
    """
    most = max(len(fibres) for fibres in fibre_of)
    padded = np.stack([np.r_[fibres, np.full(most - len(fibres), fibres[-1])] for fibres in fibre_of])
    weights, offsets, volumes = [], [], []
    for shape in left:
        padding = ((0, 0), (0, most - shape.columns_from_fibres.shape[1]))
        weights += [np.pad(shape.columns_from_fibres, padding)] * 2
        mirrored = shape.offset[:, loft.MIRRORED_RING] * np.array([1, -1, 1], dtype=np.float32)[:, None, None]
        offsets += [shape.offset, mirrored]
        volumes += [shape.volume] * 2
    return loft.MuscleShapes(padded, np.stack(weights), np.stack(offsets, axis=1), np.array(volumes))
