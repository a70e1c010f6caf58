"""Which triangles may be nearest to which section of the nerve: `body/neighbours.npz`, a pair of rows for each variant.

Takes the folder of an anatomy without it, whose key postures it solves. A triangle is a neighbour where, in any of
those, it comes within MARGIN_MM of bounding the nerve on some side, or within OWN_MM of being the nearest of its
structure: in them the nearest is always found, and between them what is nearly so.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import NERVE_VARIANTS, Posture, presets, with_fields
from visualizer.body.solve import solve
from visualizer.space.clearance import REACH_MM, Held, Pairs, paired, rooms_of_pairs
from visualizer.space.surroundings import PreparedSurroundings
from visualizer.space.tube import Sections
from visualizer.space.walls import Triangles, Walls

MARGIN_MM, OWN_MM = 0.2, 0.1
PROCESSES = 2


def grid(**values: tuple[float, ...]) -> list[dict[str, float]]:
    """Every combination of fields' values."""
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


# The presets, and postures among which walls change places round the nerve: tilt with slack and tight rotators, bent
# hips, turned and spread thighs, both together, and the hip stretched.
FIELDS: list[dict[str, float]] = [
    {"tilt_deg": -25.0, "hip_flexion_deg": 90.0, "knee_flexion_deg": 90.0},
    {"hip_flexion_deg": 45.0, "knee_flexion_deg": 20.0},
    {"hip_rotation_deg": -40.0, "hip_adduction_deg": 20.0, "tone_rotators": 0.7},
    *grid(tilt_deg=(-12.0, -6.0, 0.0, 4.0, 8.0, 12.0), tone_rotators=(0.0, 1.0)),
    *grid(tilt_deg=(-20.0, 0.0), hip_flexion_deg=(30.0, 60.0, 90.0), knee_flexion_deg=(0.0, 90.0)),
    *grid(hip_rotation_deg=(-40.0, -20.0, -10.0, 10.0, 20.0, 40.0), hip_adduction_deg=(-15.0, 0.0, 15.0)),
    *grid(
        hip_flexion_deg=(35.0, 75.0),
        hip_rotation_deg=(-30.0, 30.0),
        hip_adduction_deg=(-12.0, 12.0),
        tone_rotators=(0.5,),
    ),
    *grid(hip_flexion_deg=(-20.0,), tilt_deg=(-10.0,), hip_rotation_deg=(-25.0, 0.0, 25.0)),
]


def arrays(root: Path) -> dict[str, np.ndarray]:
    """For each nerve variant (2, p) int32: sections (the way's, then roots') and triangles (bones', then muscles').

    Written as the steps from each to the next, which are small.
    """
    with ProcessPoolExecutor(PROCESSES, initializer=_begin, initargs=(root,)) as pool:
        pairs = zip(NERVE_VARIANTS, pool.map(_of_variant, NERVE_VARIANTS), strict=True)
        return {variant: np.diff(own, prepend=0).astype(np.int32) for variant, own in pairs}


def key_postures(anatomy: Anatomy, variant: str) -> list[Posture]:
    """The presets and FIELDS with one variant."""
    named = [
        replace(preset, nerve_variant_left=variant, nerve_variant_right=variant)
        for preset in presets(anatomy.root).values()
    ]
    return [*named, *(with_fields(named[0], fields) for fields in FIELDS)]


def neighbours(anatomy: Anatomy, postures: Iterable[Posture]) -> np.ndarray:
    """Pairs (2, p) for postures of one variant."""
    walls, surroundings = Walls(anatomy), PreparedSurroundings(anatomy)
    chosen, count = np.zeros(0, dtype=np.int64), len(walls.structure)
    for posture in postures:
        snapshot = solve(anatomy, posture)
        at, to = surroundings.sections(snapshot, "left"), walls.placed(snapshot, "left")
        section, triangle = within_reach(at, to)
        pairs = paired(section, triangle, walls.structure)
        kept = near(at, to, pairs)
        chosen = np.union1d(chosen, pairs.section[kept] * count + pairs.triangle[kept])
    # A section with nothing in reach keeps what is nearest to it: none is without a wall.
    alone = np.setdiff1d(np.arange(len(at.centre)), chosen // count)
    apart = at.centre[alone][:, None] - (to.a + (to.ab + to.ac) / 3.0).T
    chosen = np.union1d(chosen, alone * count + (apart**2).sum(axis=2).argmin(axis=1))
    return np.stack([chosen // count, walls.chosen[chosen % count]])


def within_reach(at: Sections, to: Triangles) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (p,) of sections and triangles that may be within REACH_MM of each other: by their balls."""
    middle = (to.a + (to.ab + to.ac) / 3.0).T
    radius = np.sqrt(np.maximum(to.products.bb, to.products.cc)) * (2.0 / 3.0)
    reach = REACH_MM + float(at.half_width.max())
    near = np.flatnonzero(cKDTree(at.centre).query(middle)[0] - radius < reach)
    apart = np.sqrt(
        np.maximum(
            (at.centre**2).sum(axis=1)[:, None]
            + (middle[near] ** 2).sum(axis=1)
            - 2.0 * at.centre @ middle[near].T,
            0.0,
        )
    )
    section, triangle = np.nonzero(apart - radius[near] < REACH_MM + at.half_width[:, None])
    return section, near[triangle]


def near(at: Sections, to: Triangles, pairs: Pairs) -> np.ndarray:
    """Which pairs (p,) bool come within MARGIN_MM of bounding a section, or OWN_MM of being a run's nearest."""
    rooms, _ = rooms_of_pairs(at, to, pairs)
    section = pairs.run_order[pairs.run_of]
    result = np.zeros(len(pairs.section), dtype=bool)
    for of_circle in rooms:
        of_run = np.minimum.reduceat(of_circle, pairs.runs, axis=1)
        least = np.minimum.reduceat(of_run, pairs.first_run, axis=1)
        result |= ((of_circle < least[:, section] + MARGIN_MM) & (of_circle < REACH_MM)).any(axis=0)
    held, offsets = Held(at, to, pairs), at.circles()[0]
    own = np.min([held.nearest(offset[pairs.section])[0] for offset in offsets], axis=0)
    nearest = np.minimum.reduceat(own, pairs.runs)[pairs.run_of]
    return np.asarray(result | (own < np.minimum(nearest + OWN_MM, REACH_MM)))


_state: dict[str, Anatomy] = {}


def _begin(root: Path) -> None:
    """Load what a process works on."""
    _state["anatomy"] = load_anatomy(root)


def _of_variant(variant: str) -> np.ndarray:
    anatomy = _state["anatomy"]
    return neighbours(anatomy, key_postures(anatomy, variant))
