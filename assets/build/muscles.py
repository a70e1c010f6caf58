"""Rest shapes of the muscle surfaces, lofted over their fibre lines, before they grow beside one another.

Takes the fibre lines and their paths in the balanced stance (left side, metres) and published volumes; gives the free
shapes, thin sheets for `growth`, and `MuscleShapes` of both sides of what has grown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from scipy.interpolate import PchipInterpolator

from assets.build import growth, tracking
from assets.build.fibres import FibreLines
from visualizer.anatomy.muscle_grid import ends_drawn, rings_drawn, triangles_drawn
from visualizer.body import muscles as loft

PHASE = (
    np.pi * np.r_[np.arange(loft.COLUMNS), np.arange(loft.COLUMNS, 2 * loft.COLUMNS - 2)] / (loft.COLUMNS - 1)
)
FLATNESS = 0.75  # a section between ellipse (1) and slab (0)
THIN_MM = 2.5
EARLY_EDGE = 0.8
END_SHARE = 0.08
VOLUME_PASSES = 3
# Half the nerve's thickness and a little; half its width and a little.
NERVE_GAP_MM = 4.0
NERVE_REACH_MM = 10.0
SENSE = {"behind": 1.0, "front": -1.0, "": 0.0}
# One tendon for all three: they may run into each other.
CONJOINT = {"gemellus_superior", "gemellus_inferior", "obturator_internus"}
# The muscle that variants of the nerve run through and above.
PIERCED = "piriformis"


@dataclass(frozen=True)
class Free:
    """One left muscle over its fibre lines with nothing round it.

    columns_from_fibres (COLUMNS, fibres); at: its frames, m; profile (STATIONS,) 0 on tendon, 1 in mid-belly; half
    (RING, STATIONS) half-thickness at the published volume and edge (STATIONS,) how far flesh reaches sideways, mm;
    rise (STATIONS,) mm outward from the lines to the middle of the flesh.
    """

    columns_from_fibres: np.ndarray
    at: loft.Frames
    profile: np.ndarray
    half: np.ndarray
    edge: np.ndarray
    rise: np.ndarray

    def rings(self, half: np.ndarray, edge: np.ndarray) -> np.ndarray:
        """Ring vertices (3, 1, RING, STATIONS) m of sections `half` thick that reach `edge` (STATIONS,) mm sideways."""
        return loft.loft(self.at, offsets(half, edge, self.rise))


def column_weights(fibres: int, *, slips: bool = False) -> np.ndarray:
    """(COLUMNS, fibres) linear interpolation at cosine-spaced columns, so that the rim is well resolved.

    slips: at even spaces, so that each of COLUMNS fibres has its own.
    """
    even = np.arange(loft.COLUMNS) / (loft.COLUMNS - 1)
    at = (even if slips else (1 - np.cos(np.pi * even)) / 2) * (fibres - 1)
    return np.maximum(0.0, 1.0 - np.abs(at[:, None] - np.arange(fibres))).astype(np.float32)


def fibre_of_columns(line: FibreLines) -> np.ndarray:
    """(COLUMNS,) the place of each column among the fibres, counted from the first."""
    return np.asarray(column_weights(line.fibres, slips=line.slips) @ np.arange(line.fibres))


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


def offsets(half: np.ndarray, edge: np.ndarray, rise: np.ndarray) -> np.ndarray:
    """Ring vertices (3, 1, RING, STATIONS) m in their columns' frames, from mm; `half` may differ round the ring."""
    across = -np.cos(PHASE)[:, None] * edge
    out = (np.sign(np.sin(PHASE)) * np.abs(np.sin(PHASE)) ** FLATNESS)[:, None] * half + rise
    return (np.stack([np.zeros_like(across), across, out])[:, None] / 1000.0).astype(np.float32)


def free(lines: FibreLines, paths: np.ndarray, volume_cm3: float) -> Free:
    """Shape one left muscle over `paths` (3, fibres, STATIONS) m as if it were alone, so that it holds `volume_cm3`."""
    weights = column_weights(lines.fibres, slips=lines.slips)
    at = loft.frames(np.arange(lines.fibres)[None], weights[None], paths)
    flesh = np.tile(belly_profile(lines.belly), (loft.RING, 1))
    if lines.thick:
        flesh = over_sheet(lines.thick, lines) / max(max(row[1:]) for row in lines.thick)
    profile = flesh.mean(axis=0)
    blunt = end_taper()
    edge = blunt * (lines.tendon_mm + (lines.edge_mm - lines.tendon_mm) * profile)
    rise = through(lines.rise) if lines.rise else np.zeros(loft.STATIONS)
    belly = 8.0
    for _ in range(24):
        half = blunt * (lines.tendon_mm + (belly - lines.tendon_mm) * flesh)
        volume = float(loft.enclosed(loft.loft(at, offsets(half, edge, rise)))[0])
        belly *= np.clip(volume_cm3 * 1e-6 / max(volume, 1e-9), 0.6, 1.6) ** 0.8
    return Free(weights, at, profile, half, edge, rise)


def through(pairs: tuple[tuple[float, float], ...]) -> np.ndarray:
    """(STATIONS,) smoothly through authored pairs of place along the muscle, 0 to 1, and value."""
    place, value = np.array(pairs, dtype=float).T
    return np.asarray(PchipInterpolator(place, value)(np.linspace(0.0, 1.0, loft.STATIONS)))


def over_sheet(rows: tuple[tuple[float, ...], ...], line: FibreLines) -> np.ndarray:
    """(RING, STATIONS) from rows of place along and values, spread evenly from the first fibre to the last.

    A row of one value holds for all fibres.
    """
    if not rows:
        return np.zeros((loft.RING, loft.STATIONS))
    most = max(map(len, rows))
    values = np.stack(
        [through(tuple((row[0], row[min(i, len(row) - 1)]) for row in rows)) for i in range(1, most)]
    )
    share = fibre_of_columns(line) / (line.fibres - 1) * (len(values) - 1)
    weights = np.maximum(0.0, 1.0 - np.abs(share[:, None] - np.arange(len(values))))
    return np.asarray((weights @ values)[loft.RING_COLUMN])


def displaced(line: FibreLines) -> np.ndarray:
    """How far the flesh lies from its lines at rest, (RING, STATIONS, 3) mm."""
    inward, back = over_sheet(line.inward, line), over_sheet(line.back, line)
    return np.stack([-inward, back, np.zeros_like(back)], axis=2)


def flesh(
    shapes: list[Free], lines: list[FibreLines], volume_cm3: list[float], nerve: np.ndarray
) -> growth.Flesh:
    """The muscles as thin sheets, those with a side of the nerve `nerve` (m, 3) mm already on it."""
    thin = [
        shape.rings(np.minimum(shape.half, THIN_MM), np.maximum(EARLY_EDGE * shape.edge, shape.edge - 4.0))
        for shape in shapes
    ]
    full = [shape.rings(shape.half, shape.edge) for shape in shapes]
    sheets, grown = (
        np.moveaxis(np.concatenate(rings, axis=1), 0, 3).astype(float) * 1000.0 for rings in (thin, full)
    )
    for index, line in enumerate(lines):
        sheets[index] += displaced(line)
        grown[index] += displaced(line)
        middle = (sheets[index] + sheets[index, loft.OPPOSITE]) / 2
        aside = beside_nerve(middle.reshape(-1, 3), nerve, SENSE[line.nerve_side]).reshape(middle.shape)
        for _ in range(3):
            aside[:, 1:-1] = aside[:, 1:-1] / 2 + (aside[:, :-2] + aside[:, 2:]) / 4
        sheets[index] += aside
        grown[index] += aside

    def ringwise(name: str) -> np.ndarray:
        parts = [getattr(shape.at, name)[:, :, loft.RING_COLUMN] for shape in shapes]
        return np.moveaxis(np.concatenate(parts, axis=1), 0, 3).astype(float)

    return growth.Flesh(
        thin=sheets,
        full=grown,
        along=ringwise("along"),
        out=ringwise("out"),
        profile=np.array([shape.profile for shape in shapes]),
        half=np.array([shape.half.mean(axis=0) for shape in shapes]),
        tendon=np.array([line.tendon_mm for line in lines]),
        side=np.array([SENSE[line.nerve_side] for line in lines]),
        conjoint=np.array([line.name in CONJOINT for line in lines]),
        pierced=np.array([line.name == PIERCED for line in lines]),
        volume=np.array(volume_cm3) * 1000.0,
    )


def local(shape: Free, rings: np.ndarray) -> np.ndarray:
    """Offsets (3, RING, STATIONS) m in the columns' frames of `rings` (RING, STATIONS, 3) mm."""
    spokes = np.moveaxis(rings / 1000.0, 2, 0)[:, None] - shape.at.centre[:, :, loft.RING_COLUMN]
    axes = (axis[:, :, loft.RING_COLUMN] for axis in (shape.at.along, shape.at.across, shape.at.out))
    return np.stack([(spokes * axis).sum(axis=0) for axis in axes])[:, 0].astype(np.float32)


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


def solid(rings: np.ndarray) -> trimesh.Trimesh:
    """One muscle's rings (RING, STATIONS, 3) mm as a closed mesh."""
    return trimesh.Trimesh(
        loft.closed(np.moveaxis(rings, 2, 0)[:, None]), loft.triangles("left"), process=False
    )


def volume_stored(grown: np.ndarray) -> np.ndarray:
    """Volume (muscles,) m³ inside the control points, joined flat, with which what is drawn holds what has grown.

    grown: rings (muscles, RING, STATIONS, 3) mm. They touch joined flat and are drawn round: so they give way a little.
    """
    rings = np.moveaxis(grown, 3, 0) / 1000.0
    wanted = volume = loft.enclosed(rings)
    for _ in range(VOLUME_PASSES):
        volume = volume * wanted / volume_drawn(loft.held(rings, volume))
    return np.asarray(volume)


def volume_drawn(rings: np.ndarray) -> np.ndarray:
    """Volume (muscles,) m³ of what is drawn of rings (3, muscles, RING, STATIONS) m, rounded ends and all."""
    points, _ = ends_drawn(rings_drawn(rings), rings_drawn(loft.unit(loft.ring_normals(rings))))
    corners = points.astype(float)[:, triangles_drawn()]
    return np.asarray(
        (corners[:, :, 0] * np.cross(corners[:, :, 1], corners[:, :, 2])).sum(axis=(1, 2)) / 6.0
    )


def small(values: np.ndarray) -> np.ndarray:
    """In half the bytes: a correction of 16 mm is held to 0.01 mm."""
    return values.astype(np.float16)


def both_sides(
    columns: list[np.ndarray],
    offset: list[np.ndarray],
    volume: list[float],
    nerve_side: np.ndarray,
    fibre_of: list[np.ndarray],
    keys: tracking.Keys,
    variant: np.ndarray,
) -> loft.MuscleShapes:
    """Shapes of left and right muscles in turn; `fibre_of` lists the fibre lines of each, left first.

    nerve_side (left muscles,): as in `growth.Flesh`. keys: the corrections that `tracking` gives, mm. variant: as
    `MuscleShapes.key_variant`.

    On the right the fibres run in reverse order, so that the surface faces outward there too.
    """
    most = max(len(fibres) for fibres in fibre_of)
    padded = np.stack([np.r_[fibres, np.full(most - len(fibres), fibres[-1])] for fibres in fibre_of])
    weights, offsets_, volumes = [], [], []
    for own, left, held in zip(columns, offset, volume, strict=True):
        weights += [np.pad(own, ((0, 0), (0, most - own.shape[1])))] * 2
        offsets_ += [left, loft.mirrored(left[:, None])[:, 0]]
        volumes += [held] * 2
    return loft.MuscleShapes(
        fibre_of=padded,
        columns_from_fibres=np.stack(weights),
        offset=np.stack(offsets_, axis=1),
        nerve_side=np.repeat(nerve_side, 2).astype(np.int8),
        volume=np.array(volumes),
        key_flexion_deg=np.array(tracking.FLEXION_DEG, dtype=np.float32),
        key_rotation_deg=np.array(tracking.ROTATION_DEG, dtype=np.float32),
        key_adduction_deg=np.array(tracking.ADDUCTION_DEG, dtype=np.float32),
        key_knee_deg=np.array(tracking.KNEE_DEG[1:], dtype=np.float32),
        key_knee_flexion_deg=np.array(tracking.KNEE_FLEXION_DEG, dtype=np.float32),
        key_knee_rotation_deg=np.array(tracking.KNEE_ROTATION_DEG, dtype=np.float32),
        key_hip=small(np.moveaxis(keys.hip, -1, 3) / 1000.0),
        key_hip_volume=small(keys.hip_volume),
        key_knee=small(np.moveaxis(keys.knee, -1, 4) / 1000.0),
        key_knee_volume=small(keys.knee_volume),
        key_variant=small(variant),
    )
