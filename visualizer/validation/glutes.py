"""What the model says of the deep buttock: ischiofemoral spaces, piriformis, the nerve's exit, by the figures' ids.

Left side, mm, balanced stance unless said.
"""

from __future__ import annotations

import numpy as np

from visualizer.anatomy.muscle_grid import DRAWN_OPPOSITE, DRAWN_RING, GRID, STATIONS
from visualizer.space.ischiofemoral import IschiofemoralSpace
from visualizer.validation.bench import Bench
from visualizer.validation.nerve import at_height

IFS_STUDIES = ("singer", "torriani", "barros", "johnson")
QFS_STUDIES = ("singer", "torriani", "barros")


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    ifs, qfs = IschiofemoralSpace(bench.anatomy, bench.anatomy.bodies).widths(bench.snapshot())
    result = {f"ifs_{study}": float(ifs[0]) for study in IFS_STUDIES}
    result |= {f"qfs_{study}": float(qfs[0]) for study in QFS_STUDIES}
    return result | piriformis(bench) | exit_distances(bench)


def thickness_mm(bench: Bench, **fields: float) -> np.ndarray:
    """Thickness (STATIONS,) of piriformis along its length, from its deep to its superficial face."""
    part = bench.part(bench.anatomy.muscle_surface, "piriformis_left")
    first = part.first_vertex
    rings = bench.snapshot(**fields).muscle_vertices[first : first + GRID].reshape(DRAWN_RING, STATIONS, 3)
    return np.asarray(np.linalg.norm(rings - rings[DRAWN_OPPOSITE], axis=2).max(axis=0)) * 1000.0


def piriformis(bench: Bench) -> dict[str, float]:
    """Thickness at the tone of the balanced stance and at full tone, and the lower edge."""
    relaxed, toned = thickness_mm(bench), thickness_mm(bench, tone_rotators=1.0)
    muscle = next(muscle for muscle in bench.anatomy.muscles if muscle.key == "piriformis_left")
    return {
        "piriformis_thickness_relaxed": float(relaxed.max()),
        "piriformis_thickness_toned": float(toned.max()),
        "piriformis_thickness_ultrasound": float(toned.max()),
        "piriformis_diameter_ct": float(relaxed[STATIONS // 2]),
        # Fibres are numbered from above downwards.
        "piriformis_lower_edge": bench.fibres_mm([muscle.tendons[-1]]),
    }


def exit_distances(bench: Bench) -> dict[str, float]:
    """From the middle of the nerve where it leaves under piriformis to the bones on both sides."""
    at = bench.snapshot().landmarks
    leaves = at_height(bench, bench.nerve["landmark"]["exit_z"])[0]
    return {
        "exit_to_greater_trochanter": distance_mm(leaves, at["greater_trochanter_tip_left"]),
        "exit_to_ischial_tuberosity": distance_mm(leaves, at["ischial_tuberosity_left"]),
    }


def distance_mm(start_mm: np.ndarray, end_m: np.ndarray) -> float:
    """Distance in mm from a point in mm to one in metres."""
    return float(np.linalg.norm(end_m * 1000.0 - start_mm))
