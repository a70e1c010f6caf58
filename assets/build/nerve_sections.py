"""How thick the nerve is along its way, and which way its flat side looks.

Takes the tables of `nerve.toml` (full width and thickness, mm) and the laid controls; gives half sizes and directions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BACK = np.array([0.0, 0.8, 0.6])
# A section that does not fit between bones is flattened, its area kept: to this gap, and at most to this share.
FIT_GAP_MM, FLATTEST = 0.2, 0.6
# Within this distance of bone, mm, the flat of the nerve turns towards its bed, at most by this share.
BED_MM, BED_SHARE = 16.0, 0.55


def sections(table: dict[str, Any], name: str, z: np.ndarray, split: bool) -> np.ndarray:
    """Half width and half thickness (n, 2) mm of a segment at heights `z` of the resting route."""
    stem = name.removesuffix("_radix")
    listed = [row for row in table["section"] if row["segment"] == stem]
    listed = listed or [row for row in table["section"] if row["segment"] == "sciatic"]
    heights = np.array([row.get("z", 0.0) for row in listed])
    order = np.argsort(heights)
    known = [np.array([row[key] for row in listed])[order] for key in ("width", "thickness")]
    sizes = [np.interp(z, heights[order], values) for values in known]
    if split and name == "sciatic":
        top, end = table["route"]["sciatic"][0][2], table["division"]["rejoins"][2]
        alone = np.clip(np.minimum(top - z, z - end) / 12.0, 0.0, 1.0)
        sizes[0] = sizes[0] * (1 - (1 - table["division"]["tibial_share"]) * alone)
    return np.stack(sizes, axis=1) / 2


def ganglion_sections(table: dict[str, Any], root: str, along_mm: np.ndarray) -> np.ndarray:
    """Half width and thickness (n, 2) mm of a ganglion: a spindle that rises from the root's own thickness."""
    ganglion = table["ganglion"][root]
    middle = along_mm[-1] / 2
    rise = np.cos(np.pi / 2 * (along_mm - middle) / middle) ** 2
    plain = next(row["width"] for row in table["section"] if row["segment"] == root)
    size = plain + (ganglion["width"] - plain) * rise
    return np.stack([size, size], axis=1) / 2


def flattened(half: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Half width and thickness (n, 2) mm that fit where bone is `room` (n,) mm from the middle; areas as they were."""
    thickness = np.clip(room - FIT_GAP_MM, FLATTEST * half[:, 1], half[:, 1])
    return np.stack([half[:, 0] * half[:, 1] / thickness, thickness], axis=1)


def axes_along(points: np.ndarray, outward: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Width and thickness directions (n, 2, 3): thickness towards the back, off the bone (`outward`, `distance` mm)."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    share = BED_SHARE * np.clip(1 - distance / BED_MM, 0.0, 1.0)[:, None]
    towards = (1 - share) * BACK + share * outward
    for _ in range(3):
        towards[1:-1] = (towards[:-2] + 2 * towards[1:-1] + towards[2:]) / 4
    thickness = towards - (towards * tangent).sum(axis=1, keepdims=True) * tangent
    thickness /= np.linalg.norm(thickness, axis=1, keepdims=True)
    return np.stack([np.cross(tangent, thickness), thickness], axis=1)
