"""What the model says of the sciatic nerve: size, glide and strain, by the figures' ids.

Left side. Sections are cut from the surface that is shown, at a right angle to the route. Glide and strain come with
each solved posture; excursions are the difference between two.
"""

from __future__ import annotations

import numpy as np

from visualizer.body.nerve.tract import TRACT
from visualizer.space.room import sciatic_strain_percent
from visualizer.validation.bench import Bench
from visualizer.validation.geometry import extents, section

# A plane through the thigh meets the nerve's branches too; the nerve itself is this near to its middle, mm.
REACH_MM = 14.0
TILT_DEG = 10.0
RAISED_LEG_DEG = 80.0


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    return sizes(bench) | glides(bench) | strains(bench)


def at_height(bench: Bench, height_mm: float) -> tuple[np.ndarray, np.ndarray]:
    """Point (3,) mm and direction (3,) of the resting left sciatic nerve at a height."""
    route = bench.snapshot().routes["sciatic_left"].astype(float) * 1000.0
    below = int(np.flatnonzero(route[:, 2] <= height_mm)[0])
    upper, lower = route[below - 1], route[below]
    share = (upper[2] - height_mm) / (upper[2] - lower[2])
    way = lower - upper
    return upper + share * way, way / np.linalg.norm(way)


def heights(bench: Bench) -> dict[str, float]:
    """Heights (mm) on the resting nerve at which it was measured."""
    at = bench.snapshot().landmarks
    knee = (at["lateral_epicondyle_left"] + at["medial_epicondyle_left"]) / 2
    marks = bench.nerve["landmark"]
    return {
        "exit": marks["exit_z"],
        "lesser_trochanter": float(at["lesser_trochanter_left"][2]) * 1000.0,
        "tuberosity": float(at["ischial_tuberosity_left"][2]) * 1000.0,
        "gluteal": marks["femoral_z"],
        "mid_thigh": float(at["hip_centre_left"][2] + knee[2]) / 2 * 1000.0,
    }


def sizes(bench: Bench) -> dict[str, float]:
    """Width, thickness (mm) and area (mm²) of sections."""
    surface = bench.anatomy.nerve_surface
    own = [part.key for part in surface.parts if part.side == "left" and "sciatic" in part.key]
    triangles = np.concatenate([bench.triangles_mm(surface, key) for key in own])
    cut = {}
    for name, height in heights(bench).items():
        point, way = at_height(bench, height)
        segments = section(triangles, point, way)
        near = np.linalg.norm(segments - point, axis=2).max(axis=1) < REACH_MM
        cut[name] = extents(segments[near])
    return {
        "nerve_width_exit": cut["exit"][0],
        "nerve_width_lesser_trochanter": cut["lesser_trochanter"][0],
        "nerve_thickness_tuberosity": cut["tuberosity"][1],
        "nerve_area_gluteal": cut["gluteal"][2],
        "nerve_area_subgluteal": cut["gluteal"][2],
        "nerve_area_mid_thigh": cut["mid_thigh"][2],
    }


def glide_mm(bench: Bench, height_mm: float, **fields: float) -> float:
    """How far the nerve's substance slides distally at a point of the resting route, against balanced."""
    rest = bench.snapshot().routes
    lines = [rest[f"{name}_left"] for name in TRACT]
    tract = np.concatenate([lines[0], *(line[1:] for line in lines[1:])])
    point = at_height(bench, height_mm)[0] / 1000.0
    nearest = int(np.argmin(np.linalg.norm(tract - point, axis=1)))
    return float(bench.snapshot(**fields).tracts[0].glide_mm[nearest])


def glides(bench: Bench) -> dict[str, float]:
    """Excursions when the knee straightens and in a straight leg raise."""
    level = heights(bench)
    result = {}
    for hip in (30.0, 60.0):
        bent = glide_mm(bench, level["mid_thigh"], hip_flexion_deg=hip, knee_flexion_deg=90.0)
        straight = glide_mm(bench, level["mid_thigh"], hip_flexion_deg=hip)
        result[f"glide_knee_hip_{hip:.0f}"] = straight - bent
    result["glide_straight_leg_raise"] = -glide_mm(
        bench, level["lesser_trochanter"], hip_flexion_deg=RAISED_LEG_DEG
    )
    return result


def strains(bench: Bench) -> dict[str, float]:
    """Mean strain of the sciatic nerve itself, per cent: the one that all of the program shows."""
    rest = bench.snapshot()
    tilted, raised = (
        float(sciatic_strain_percent(bench.snapshot(**fields), rest)[0])
        for fields in ({"tilt_deg": TILT_DEG}, {"hip_flexion_deg": RAISED_LEG_DEG})
    )
    return {"strain_tilt_limit": tilted, "strain_straight_leg_raise": raised}
