"""Muscle surfaces that follow their fibre lines.

Takes the fibre lines' paths of one posture (from MuJoCo); gives vertices and normals in the order of
`Anatomy.muscle_surface`. Each muscle is a loft: COLUMNS lines interpolated between its fibres, STATIONS along
them, and round every station a closed ring of RING vertices, fixed in the moving frame of its column. The
muscle thins as it lengthens, so that its volume stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.muscle_grid import (
    COLUMNS,
    DRAWN_MIRRORED_RING,
    DRAWN_RING,
    GRID,
    MIRRORED_DRAWN,
    RING,
    STATIONS,
    VERTICES_DRAWN,
    VERTICES_STORED,
    ends_drawn,
    rings_drawn,
)
from visualizer.body.nerve.binding import VARIANTS

RING_COLUMN = np.r_[np.arange(COLUMNS), np.arange(COLUMNS - 2, 0, -1)]
OPPOSITE = -np.arange(RING) % RING
# On the right the fibres run in reverse order, so that the surface faces outward there too.
MIRRORED_RING = (COLUMNS - 1 - np.arange(RING)) % RING
MIRRORED_ROWS = np.r_[
    (MIRRORED_RING[:, None] * STATIONS + np.arange(STATIONS)).ravel(), RING * STATIONS, RING * STATIONS + 1
]
ROUNDING_PASSES = 8
TURN_SMOOTHING_PASSES = 10
# Volume is all but linear in thickness: only a large change needs a second look, and that a closer one.
NEAR_ENOUGH = (0.3, 0.08, 0.08, 0.08)
MOST_THICKENING = np.float32(1.3)


def smoothing_matrix(passes: int, keep_ends: bool) -> np.ndarray:
    """(STATIONS, STATIONS) matrix of repeated three-point averaging along the stations."""
    once = np.eye(STATIONS) * 0.5 + (np.eye(STATIONS, k=1) + np.eye(STATIONS, k=-1)) * 0.25
    if keep_ends:
        once[0], once[-1] = np.eye(STATIONS)[0], np.eye(STATIONS)[-1]
    else:
        once[0, :2], once[-1, -2:] = 0.5, 0.5
    return np.linalg.matrix_power(once, passes).astype(np.float32)


ROUNDING = smoothing_matrix(ROUNDING_PASSES, keep_ends=True)
# Many small products, never one large one: a large one wakes BLAS threads, which cost more than they give.
# Sections turn gently, so that they do not crowd on the inside of a bend nor part on its outside.
TURN_SMOOTHING = smoothing_matrix(TURN_SMOOTHING_PASSES, keep_ends=False)


@dataclass(frozen=True)
class MuscleShapes:
    """The shapes of all muscles, in the balanced stance.

    fibre_of (muscles, fibres) int: index of each fibre line, padded with the muscle's last one.
    columns_from_fibres (muscles, COLUMNS, fibres) float32: interpolation weights, rows sum to 1.
    offset (3, muscles, RING, STATIONS) float32 m: ring vertices in the column's frame (along, across, out).
    nerve_side (muscles,) int: 1 lies behind the sciatic nerve, -1 in front of it, 0 neither.
    volume (muscles,) float m³ inside the ring points, joined flat, in the balanced stance; what is drawn holds more.
    key_flexion_deg, key_rotation_deg, key_adduction_deg, key_knee_deg: angles of the hip and, bent, of the knee at the
    key postures. key_hip (flexions, rotations, adductions, 3, left muscles, RING, STATIONS) m: what is added to the
    left offsets there, so that muscles share the room; key_hip_volume (…, left muscles): share of the volume that is
    left; key_knee, key_knee_volume (flexions, rotations, adductions, knees, …): what is added to those where the knee
    is bent, at fewer flexions and rotations, key_knee_flexion_deg and key_knee_rotation_deg. key_variant (variants, 3,
    left muscles, RING, STATIONS) m: what is added for each variant of the nerve, a to f; none for the first.
    """

    fibre_of: np.ndarray
    columns_from_fibres: np.ndarray
    offset: np.ndarray
    nerve_side: np.ndarray
    volume: np.ndarray
    key_flexion_deg: np.ndarray
    key_rotation_deg: np.ndarray
    key_adduction_deg: np.ndarray
    key_knee_deg: np.ndarray
    key_knee_flexion_deg: np.ndarray
    key_knee_rotation_deg: np.ndarray
    key_hip: np.ndarray
    key_hip_volume: np.ndarray
    key_knee: np.ndarray
    key_knee_volume: np.ndarray
    key_variant: np.ndarray


@dataclass(frozen=True)
class Frames:
    """Where the columns run: centre, and unit vectors along, across and out; (3, muscles, COLUMNS, STATIONS) each.

    The coordinate comes first: arithmetic on whole components is several times faster than on rows of three.
    """

    centre: np.ndarray
    along: np.ndarray
    across: np.ndarray
    out: np.ndarray


def resample(points: np.ndarray, count: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Paths with STATIONS points at `share` of their length, corners rounded.

    points (paths, most, 3) float m, padded with the last point; count (paths,) int; share (paths, STATIONS) float32.
    Gives (3, paths, STATIONS) float32.
    """
    lines, most, _ = points.shape
    points = np.ascontiguousarray(points.reshape(-1, 3).T, dtype=np.float32)
    step = np.zeros((lines, most), dtype=np.float32)
    legs = np.diff(points.reshape(3, lines, most), axis=2)
    step[:, :-1] = np.sqrt(legs[0] * legs[0] + legs[1] * legs[1] + legs[2] * legs[2])
    length = np.zeros((lines, most), dtype=np.float32)
    np.cumsum(step[:, :-1], axis=1, out=length[:, 1:])
    at = length[:, -1:] * share
    segment = np.zeros((lines, STATIONS), dtype=np.intp)
    for stop in range(1, most - 1):
        segment += length[:, stop, None] <= at
    np.minimum(segment, count[:, None] - 2, out=segment)
    segment += (np.arange(lines) * most)[:, None]
    share = (at - length.ravel()[segment]) / np.maximum(step.ravel()[segment], 1e-9)
    first = points[:, segment]
    sampled = first + (points[:, segment + 1] - first) * share
    return np.matmul(sampled, ROUNDING.T)


@dataclass(frozen=True)
class LimbAngles:
    """Joint angles of one leg, degrees: hip flexion against the pelvis, medial rotation, adduction; knee flexion."""

    flexion: float
    rotation: float
    adduction: float
    knee: float


def between(keys: np.ndarray, value: float) -> list[tuple[int, float]]:
    """The keys on both sides of `value` with their shares, those of 0 left out; beyond the keys, the last."""
    before = int(np.clip(np.searchsorted(keys, value, side="right") - 1, 0, len(keys) - 2))
    onward = float(np.clip((value - keys[before]) / (keys[before + 1] - keys[before]), 0.0, 1.0))
    return [(key, share) for key, share in ((before, 1.0 - onward), (before + 1, onward)) if share > 0.0]


def correction(
    shapes: MuscleShapes, leg: LimbAngles, variant: str = VARIANTS[0]
) -> tuple[np.ndarray, np.ndarray]:
    """What is added to the left offsets (3, left muscles, RING, STATIONS) m, and the volume's share (left muscles,).

    variant: of the nerve, a-f.
    """
    adductions = between(shapes.key_adduction_deg, leg.adduction)
    weights = [
        (shapes.key_hip[flexion, rotation, adduction], shapes.key_hip_volume[flexion, rotation, adduction],
         one * two * three)
        for flexion, one in between(shapes.key_flexion_deg, leg.flexion)
        for rotation, two in between(shapes.key_rotation_deg, leg.rotation)
        for adduction, three in adductions
    ]  # fmt: skip
    # Before the first of the bent knees' keys stands the straight knee, which adds nothing.
    knees = between(np.r_[0.0, shapes.key_knee_deg], leg.knee)
    weights += [
        (shapes.key_knee[flexion, rotation, adduction, knee - 1],
         shapes.key_knee_volume[flexion, rotation, adduction, knee - 1], one * two * three * four)
        for flexion, one in between(shapes.key_knee_flexion_deg, leg.flexion)
        for rotation, two in between(shapes.key_knee_rotation_deg, leg.rotation)
        for adduction, three in adductions
        for knee, four in knees
        if knee > 0
    ]  # fmt: skip
    added = shapes.key_variant[VARIANTS.index(variant)].astype(np.float32)
    held = np.zeros(shapes.key_hip_volume.shape[3:], dtype=np.float32)
    part = np.empty_like(added)
    for offset, volume, share in weights:
        added += np.multiply(offset, np.float32(share), out=part)
        held += volume * np.float32(share)
    return added, held


def mirrored(offset: np.ndarray) -> np.ndarray:
    """Offsets (3, muscles, RING, STATIONS) of the right muscles from those of the left."""
    return offset[:, :, MIRRORED_RING] * np.array([1, -1, 1], dtype=np.float32)[:, None, None, None]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (3, …) at length one."""
    length = vectors[0] * vectors[0]
    length += vectors[1] * vectors[1]
    length += vectors[2] * vectors[2]
    return vectors / np.maximum(np.sqrt(length, out=length), 1e-12)


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product of (3, …) arrays."""
    result = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=np.result_type(a, b))
    for axis, (one, other) in enumerate(((1, 2), (2, 0), (0, 1))):
        np.multiply(a[one], b[other], out=result[axis])
        result[axis] -= a[other] * b[one]
    return result


def slope_along(values: np.ndarray) -> np.ndarray:
    """Central differences along the stations, the last axis; one-sided at its ends, doubled to match."""
    result = np.empty_like(values)
    np.subtract(values[..., 2:], values[..., :-2], out=result[..., 1:-1])
    result[..., 0] = 2 * (values[..., 1] - values[..., 0])
    result[..., -1] = 2 * (values[..., -1] - values[..., -2])
    return result


def frames(fibre_of: np.ndarray, columns_from_fibres: np.ndarray, paths: np.ndarray) -> Frames:
    """Columns and their frames from the fibre lines' `paths` (3, fibre lines, STATIONS) float32 m."""
    centre = np.matmul(columns_from_fibres, paths[:, fibre_of])
    gentle = np.matmul(centre, TURN_SMOOTHING.T)
    along = unit(slope_along(gentle))
    spread = np.empty_like(gentle)
    np.subtract(gentle[:, :, 2:], gentle[:, :, :-2], out=spread[:, :, 1:-1])
    spread[:, :, 0], spread[:, :, -1] = spread[:, :, 1], spread[:, :, -2]
    out = unit(cross(along, spread))
    return Frames(centre, along, cross(out, along), out)


def loft(at: Frames, offset: np.ndarray) -> np.ndarray:
    """Ring vertices (3, muscles, RING, STATIONS) at `offset` of the same shape in their columns' frames."""
    vertices = at.along[:, :, RING_COLUMN] * offset[0]
    vertices += at.across[:, :, RING_COLUMN] * offset[1]
    vertices += at.out[:, :, RING_COLUMN] * offset[2]
    vertices += at.centre[:, :, RING_COLUMN]
    return vertices


def ring_normals(vertices: np.ndarray) -> np.ndarray:
    """Outward normals (3, muscles, RING, STATIONS), as long as four times the area each vertex stands for."""
    round_ring = np.empty_like(vertices)
    np.subtract(vertices[:, :, 2:], vertices[:, :, :-2], out=round_ring[:, :, 1:-1])
    np.subtract(vertices[:, :, 1], vertices[:, :, -1], out=round_ring[:, :, 0])
    np.subtract(vertices[:, :, 0], vertices[:, :, -2], out=round_ring[:, :, -1])
    return cross(slope_along(vertices), round_ring)


def enclosed(vertices: np.ndarray) -> np.ndarray:
    """Volume (muscles,) m³ inside rings and end faces: tetrahedra over the quads."""
    # Measured from the middle of the first ring, whose end face then adds nothing.
    centred = vertices - vertices[:, :, :, :1].mean(axis=2, keepdims=True)
    onward = np.empty_like(centred)
    onward[:, :, :-1], onward[:, :, -1] = centred[:, :, 1:], centred[:, :, 0]
    near, far = centred[..., :-1], centred[..., 1:]
    beside, across = onward[..., :-1], onward[..., 1:]
    # The mean of both ways to cut a quad in two, so that left and right hold the same.
    sides = ((near - across) * cross(far, beside) + (far - beside) * cross(across, near)).sum(
        axis=(0, 2, 3)
    ) / 2.0
    end, end_onward = centred[..., -1], onward[..., -1]
    fan = (end.mean(axis=2)[:, :, None] * cross(end_onward, end)).sum(axis=(0, 2))
    return (sides + fan) / 6.0


def swollen(rings: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Rings with `factor` (muscles,) times the section: thicker about the middle of the sheet, which stays.

    What would be more than MOST_THICKENING swells the whole section about its centre instead.
    """
    thick = np.clip(factor, 1.0 / MOST_THICKENING, MOST_THICKENING)[:, None, None]
    middle = (rings + rings[:, :, OPPOSITE]) * np.float32(0.5)
    rings = middle + (rings - middle) * thick
    round_out = np.sqrt(factor[:, None, None] / thick)
    if np.all(round_out == 1.0):
        return rings
    centre = rings.mean(axis=2, keepdims=True)
    return np.asarray(centre + (rings - centre) * round_out)


def bulging(rings: np.ndarray, bulge: np.ndarray) -> np.ndarray:
    """Rings with `bulge` (muscles,) times the section: thicker by its power 2/3, broader by its power 1/3."""
    root = np.cbrt(bulge).astype(np.float32)[:, None, None]
    middle = (rings + rings[:, :, OPPOSITE]) * np.float32(0.5)
    thicker = middle + (rings - middle) * root
    centre = thicker.mean(axis=2, keepdims=True)
    return np.asarray(centre + (thicker - centre) * root)


def with_ends(rings: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Flat (muscles · VERTICES_STORED, 3): each muscle's rings, then `first` and `last` (3, muscles)."""
    muscles = rings.shape[1]
    result = np.empty((muscles, VERTICES_STORED, 3), dtype=np.float32)
    result[:, :-2] = np.moveaxis(rings.reshape(3, muscles, RING * STATIONS), 0, 2)
    result[:, -2], result[:, -1] = first.T, last.T
    return result.reshape(-1, 3)


def with_mirror_images(left: np.ndarray) -> np.ndarray:
    """Left and right in turn from the left muscles' drawn vertices or normals (n, 3), of a symmetric stance."""
    own = left.reshape(-1, VERTICES_DRAWN, 3)
    result = np.empty((len(own), 2, VERTICES_DRAWN, 3), dtype=left.dtype)
    result[:, 0] = own
    # Whole lines at a time: those round the muscle in reverse, and likewise the few that close its ends.
    lines = own[:, :GRID].reshape(len(own), DRAWN_RING, -1)
    result[:, 1, :GRID] = lines.take(DRAWN_MIRRORED_RING, axis=1).reshape(len(own), GRID, 3)
    result[:, 1, GRID:] = own[:, MIRRORED_DRAWN[GRID:]]
    result[:, 1, :, 0] *= -1.0
    return result.reshape(-1, 3)


def closed(rings: np.ndarray) -> np.ndarray:
    """Vertices (n, 3) of `rings` closed by the middles of the first and the last one."""
    return with_ends(rings, rings[..., 0].mean(axis=2), rings[..., -1].mean(axis=2))


def triangles(side: str) -> np.ndarray:
    """Topology (n, 3) int32 of one muscle of `with_ends`, counter-clockwise from outside; right mirrors left."""
    ring, station = np.meshgrid(np.arange(RING), np.arange(STATIONS - 1), indexing="ij")
    a = (ring * STATIONS + station).ravel()
    b = (((ring + 1) % RING) * STATIONS + station).ravel()
    sides = np.concatenate([np.stack([a, a + 1, b], 1), np.stack([b, a + 1, b + 1], 1)])
    first = np.arange(RING) * STATIONS
    following = np.roll(first, -1)
    pole = np.full(RING, RING * STATIONS)
    ends = np.concatenate(
        [
            np.stack([first, following, pole], 1),
            np.stack([following + STATIONS - 1, first + STATIONS - 1, pole + 1], 1),
        ]
    )
    left = np.concatenate([sides, ends]).astype(np.int32)
    return left if side == "left" else MIRRORED_ROWS[left[:, ::-1]].astype(np.int32)


def placed(shapes: MuscleShapes, offset: np.ndarray, paths: np.ndarray, bulge: np.ndarray) -> np.ndarray:
    """Ring vertices (3, muscles, RING, STATIONS) m of all muscles for the fibres' `paths`.

    offset: as in `shapes`, corrected for the posture. bulge (muscles,): volume against that at rest.
    """
    at = frames(shapes.fibre_of, shapes.columns_from_fibres, paths)
    rings = loft(at, offset)
    if np.any(bulge > 1.0):
        rings = bulging(rings, np.maximum(bulge, 1.0))
    return held(rings, shapes.volume * bulge)


def surfaces(
    shapes: MuscleShapes, offset: np.ndarray, paths: np.ndarray, bulge: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and unit normals, each (n, 3) float32 m, of all muscles as they are stored; takes what `placed` does."""
    rings = placed(shapes, offset, paths, bulge)
    first, last = ((rings[..., one] - rings[..., two]).mean(axis=2) for one, two in ((0, 1), (-1, -2)))
    return closed(rings), with_ends(unit(ring_normals(rings)), unit(first), unit(last))


def drawn(rings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and unit normals, each (n, 3) float32 m, of `rings` in the order of `Anatomy.muscle_surface`."""
    points, facing = ends_drawn(rings_drawn(rings), rings_drawn(unit(ring_normals(rings))))
    return points.reshape(-1, 3), facing.reshape(-1, 3)


def held(rings: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Rings (3, muscles, RING, STATIONS) that hold `volume` (muscles,) m³."""
    for near_enough in NEAR_ENOUGH:
        factor = volume / np.maximum(enclosed(rings), 0.2 * volume)
        rings = swollen(rings, factor.astype(np.float32))
        if np.abs(factor - 1.0).max() < near_enough:
            break
    return rings
