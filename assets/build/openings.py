"""Landmarks of the standing spine: motion centres, pedicles, endplates and the intervertebral openings.

Takes the standing spine and its meshes (mm, LPS); gives plain dictionaries, each point with the body it moves
with. An opening is measured in a sagittal plane through the pedicles, as on a parasagittal CT slice.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import trimesh

from assets.build import vertebrae
from assets.build.spine import JOINTS, Endplate, Joint, Level, Spine, turn

RAYS = 72
# A ray that meets nothing so near has left through the slit of the facet joint.
REACH_MM = 10.8
# The axis of flexion lies behind the middle of the disc (after Pearcy & Bogduk 1988; status M).
CENTRE_BEHIND_MIDDLE = 0.12


def listed(point: np.ndarray) -> list[float]:
    """Round a point for a data file to a hundredth of a millimetre."""
    return [round(float(value), 2) + 0.0 for value in point]


def plate(endplate: Endplate) -> dict[str, Any]:
    """Centre and upward normal of an endplate."""
    return {"centre": listed(endplate.centre), "normal": listed(endplate.axes[:, 2]),
            "inclination_deg": round(endplate.inclination_deg, 2)}  # fmt: skip


def pedicle(level: Level) -> np.ndarray:
    """Middle of the left pedicle's isthmus in the standing frame."""
    return trimesh.transform_points([vertebrae.pedicle_centre(level)], level.frame)[0]


def slice_at(level: Level) -> float:
    """How far left the slice lies: in the inner part of the pedicle, for farther out lies the facet joint's slit."""
    return level.size["canal_width"] / 2 + 0.2 * level.size["pedicle_width"]


def first_hit(parts: dict[str, trimesh.Trimesh], origin: np.ndarray, directions: np.ndarray,
              reach: float = 60.0) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Follow rays from `origin` to the first of `parts`: points (n, 3), part index (n,).

    A ray that meets none within `reach` mm ends there, its index -1.
    """
    distance = np.full(len(directions), np.inf)
    owner = np.full(len(directions), -1)
    for index, mesh in enumerate(parts.values()):
        where, ray, _ = mesh.ray.intersects_location(np.tile(origin, (len(directions), 1)), directions)
        length = np.linalg.norm(where - origin, axis=1)
        nearest = np.full(len(directions), np.inf)
        np.minimum.at(nearest, ray, length)
        owner[nearest < distance] = index
        distance = np.minimum(distance, nearest)
    owner[distance > reach] = -1
    return origin + np.minimum(distance, reach)[:, None] * directions, owner


def tallest(ceiling: trimesh.Trimesh, base: trimesh.Trimesh, middle: np.ndarray, back: np.ndarray,
            up: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Find the longest upright line from pedicle to pedicle between the `reach` (2,) of disc and facet."""
    share = np.linspace(0.1, 0.9, 9)
    starts = middle + np.outer(reach[0] + share * (reach[1] - reach[0]), back)
    ends = [first_hit({"": mesh}, start, way[None])[0][0]
            for start in starts for mesh, way in ((ceiling, up), (base, -up))]  # fmt: skip
    pairs = np.array(ends).reshape(-1, 2, 3)
    roof, floor = pairs[np.argmax((pairs[:, 0] - pairs[:, 1]) @ up)]
    return roof, floor


def opening(
    upper: Level, lower: Level | None, spine: Spine, parts: dict[str, trimesh.Trimesh]
) -> dict[str, Any]:
    """Left opening between two bodies: outline in a sagittal plane through the pedicles, landmarks, sizes."""
    base = spine.sacrum if lower is None else lower.upper
    x = slice_at(upper) if lower is None else (slice_at(upper) + slice_at(lower)) / 2
    back, up = turn((base.inclination_deg + upper.lower.inclination_deg) / 2)[:, 1:].T
    middle = (base.centre + upper.lower.centre) / 2 + back * (base.depth / 2 + 2.5)
    middle[0] = x
    ceiling, _ = first_hit({upper.name: parts[upper.name]}, middle, up[None])
    floor, _ = first_hit({"lower": parts["lower"]}, middle + 3 * up, -up[None])
    middle = (ceiling[0] + floor[0]) / 2
    angle = np.arange(RAYS) * (2 * np.pi / RAYS)
    outline, owner = first_hit(
        parts, middle, np.outer(np.cos(angle), back) + np.outer(np.sin(angle), up), REACH_MM
    )
    names = [upper.name, "pelvis" if lower is None else lower.name, "disc", "none"]
    local = (outline - middle) @ np.stack([back, up], axis=1)
    after = np.roll(local, -1, axis=0)
    area = 0.5 * abs(float(np.sum(local[:, 0] * after[:, 1] - local[:, 1] * after[:, 0])))
    height = local[:, 1]
    high = [np.ptp(local[np.argsort(np.abs(height - level))[:4], 0]) for level in (4.0, -4.0)]
    front = np.argmin(np.where(owner == 2, np.abs(height - height[owner == 2].mean()), np.inf))
    sloping = (owner == 1) & (local[:, 0] > local[front, 0] + 1.5) & (height > -7.0)
    behind = np.argmin(np.where(sloping, local[:, 0], np.inf)) if sloping.any() else 0
    roof, floor = tallest(parts[upper.name], parts["lower"], middle, back, up, local[[front, behind], 0])
    return {
        "x": round(float(x), 2),
        "height_mm": round(float((roof - floor) @ up), 2),
        "upper_width_mm": round(float(high[0]), 2),
        "lower_width_mm": round(float(high[1]), 2),
        "area_mm2": round(area, 1),
        "roof": {"body": names[0], "point": listed(roof)},
        "floor": {"body": names[1], "point": listed(floor)},
        "disc_back": {"body": "disc", "point": listed(outline[front])},
        "facet_front": {"body": names[owner[behind]], "point": listed(outline[behind])},
        "outline_bodies": [names[part] for part in owner],
        "outline": [listed(point) for point in outline],
    }


def describe(spine: Spine, meshes: dict[str, trimesh.Trimesh]) -> dict[str, Any]:
    """Gather what joints and measures need of the standing spine; left side, the right is its mirror image.

    `meshes` holds l1 ... l5, disc_l1_l2 ... disc_l5_s1 and sacrum (with its facets).
    """
    levels = {
        level.name: {
            "centre": listed(level.frame[:3, 3]),
            "up": listed(level.frame[:3, 2]),
            "upper_endplate": plate(level.upper),
            "lower_endplate": plate(level.lower),
            "pedicle": listed(pedicle(level)),
            "facet_above": listed(facet(level.joint_above)),
            "facet_below": listed(facet(level.joint_below)),
        }
        for level in spine.levels
    }
    joints = {}
    below: list[Level | None] = [*spine.levels[1:], None]
    for name, upper, lower in zip(JOINTS, spine.levels, below, strict=True):
        base = spine.sacrum if lower is None else lower.upper
        middle = (base.centre + upper.lower.centre) / 2
        parts = {
            upper.name: meshes[upper.name],
            "lower": meshes["sacrum" if lower is None else lower.name],
            "disc": meshes[f"disc_{name}"],
        }
        joints[name] = {
            "bodies": [upper.name, "pelvis" if lower is None else lower.name],
            "disc_centre": listed(middle),
            "rotation_centre": listed(middle + base.axes[:, 1] * CENTRE_BEHIND_MIDDLE * base.depth),
            "opening": opening(upper, lower, spine, parts),
        }
    return {"levels": levels, "joints": joints, "s1_endplate": plate(spine.sacrum)}


def facet(joint: Joint) -> np.ndarray:
    """Centre of the left facet joint in the standing frame."""
    return trimesh.transform_points([[joint.half_width, 0.0, 0.0]], joint.frame)[0]


def toml(data: dict[str, Any], path: str = "") -> str:
    """Write `data` (nested dictionaries of numbers, words and lists) as TOML text."""
    plain = [f"{key} = {json.dumps(value)}\n" for key, value in data.items() if not isinstance(value, dict)]
    tables = [(f"{path}{key}", value) for key, value in data.items() if isinstance(value, dict)]
    return "".join(plain) + "".join(f"\n[{name}]\n{toml(value, name + '.')}" for name, value in tables)
