"""The openings of the lumbar spine, through which the nerve roots leave, measured as on a parasagittal slice.

Takes the outlines of `assets/anatomy/spine.toml` (left side, balanced stance), each point with its bone, and
the bodies' transforms; gives height, width and area from L1/2 to L5/S1 on both sides. The disc and the slit of a facet
joint (points owned by `disc` or `none`) follow both neighbours by half. Bones are rigid; a disc does not bulge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import Anatomy

LEVELS = ("l1_l2", "l2_l3", "l3_l4", "l4_l5", "l5_s1")
# Times a transform, entry by entry: its mirror image at the mid-sagittal plane.
MIRROR = np.outer([-1.0, 1.0, 1.0, 1.0], [-1.0, 1.0, 1.0, 1.0])
# Height above the middle at which the upper width is taken, where the nerve root and its ganglion lie.
UPPER_WIDTH_AT_MM = 4.0
LANDMARKS = ("roof", "floor", "disc_back", "facet_front")


@dataclass(frozen=True, eq=False)
class OpeningSizes:
    """Sizes of the openings; each (levels, 2) float in the order of LEVELS, left first.

    height_mm: lower edge of the upper pedicle to the upper edge of the lower one. area_mm2: inside the outline.
    upper_width_mm: front wall to back wall, UPPER_WIDTH_AT_MM above the middle. lower_width_mm: disc to facet joint.
    disc_back_mm: posterior disc height, between the back edges of the endplates in the mid-line.
    """

    height_mm: np.ndarray
    upper_width_mm: np.ndarray
    lower_width_mm: np.ndarray
    area_mm2: np.ndarray
    disc_back_mm: np.ndarray


class Openings:
    """The five openings, made ready; `bodies` are the names in the order of the transforms."""

    def __init__(self, anatomy: Anatomy, bodies: Sequence[str]) -> None:
        assets = AssetFolder(anatomy.root)
        spine = assets.table("anatomy/spine.toml")
        edges = endplate_edges(
            spine, assets.table("anatomy/vertebrae.toml"), assets.table("anatomy/landmarks.toml")
        )
        points, share, above, below = [], [], [], []
        for level in LEVELS:
            joint = spine["joints"][level]
            upper, lower = joint["bodies"]
            opening = joint["opening"]
            marks = [opening[name] for name in LANDMARKS]
            owners = [*opening["outline_bodies"], *(mark["body"] for mark in marks), upper, lower]
            points.append([*opening["outline"], *(mark["point"] for mark in marks), *edges[level]])
            share.append([{upper: 1.0, lower: 0.0}.get(owner, 0.5) for owner in owners])
            above.append(bodies.index(upper))
            below.append(bodies.index(lower))
        self._points = np.array(points)[:, None]
        self._share = np.array(share)[:, None, :, None]
        self._bodies = np.array([above, below])
        self._outline = self._points.shape[2] - len(LANDMARKS) - 2

    def sizes(self, world_from_rest: np.ndarray) -> OpeningSizes:
        """Sizes for transforms (bodies, 4, 4) from the balanced stance to the room."""
        own = world_from_rest[self._bodies].astype(float)
        both = np.stack([own, own * MIRROR], axis=2)
        placed = self._points @ both[..., :3, :3].swapaxes(3, 4) + both[..., None, :3, 3] * 1000.0
        points = placed[1] + self._share * (placed[0] - placed[1])
        roof, floor, disc_back, facet_front, edge_above, edge_below = np.moveaxis(
            points[:, :, self._outline :], 2, 0
        )
        # The plane of the slice: upright from floor to roof, backwards at a right angle to it and to left-right.
        up = roof - floor
        height = length(up)
        up /= height[..., None]
        back = up * [0.0, 1.0, 1.0]
        back = back[..., (0, 2, 1)] * [0.0, 1.0, -1.0] / length(back)[..., None]
        local = points[:, :, : self._outline] - ((roof + floor) / 2)[:, :, None]
        behind, high = np.moveaxis(local @ np.stack([back, up], axis=-1), -1, 0)
        return OpeningSizes(
            height_mm=height,
            upper_width_mm=width_at(behind, high, UPPER_WIDTH_AT_MM),
            lower_width_mm=length(facet_front - disc_back),
            area_mm2=enclosed_area(behind, high),
            disc_back_mm=length(edge_above - edge_below),
        )


def length(vectors: np.ndarray) -> np.ndarray:
    """Lengths (…) of vectors (…, 3)."""
    return np.asarray(np.sqrt((vectors * vectors).sum(axis=-1)))


def enclosed_area(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Area (…) inside closed polygons with corners `x`, `y` (…, n)."""
    twice = (x[..., :-1] * y[..., 1:] - y[..., :-1] * x[..., 1:]).sum(axis=-1)
    return np.asarray(0.5 * np.abs(twice + x[..., -1] * y[..., 0] - y[..., -1] * x[..., 0]))


def width_at(x: np.ndarray, y: np.ndarray, level: float) -> np.ndarray:
    """Width (…) of closed polygons with corners `x`, `y` (…, n) along the line y = `level`, around its middle."""
    following = np.arange(1, x.shape[-1] + 1) % x.shape[-1]
    rise = y[..., following] - y
    crosses = (y <= level) != (y + rise <= level)
    at = x + (x[..., following] - x) * (level - y) / np.where(crosses, rise, 1.0)
    before, after = np.where(crosses, at, -np.inf), np.where(crosses, at, np.inf)
    centre = ((before.max(axis=-1) + after.min(axis=-1)) / 2)[..., None]
    behind = np.where(at >= centre, after, np.inf).min(axis=-1)
    front = np.where(at < centre, before, -np.inf).max(axis=-1)
    return np.asarray(behind - front)


def endplate_edges(
    spine: dict[str, Any], vertebrae: dict[str, Any], landmarks: dict[str, Any]
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Back edges (3,) mm of the endplates above and below each disc, in the mid-line, balanced stance."""
    sizes, names = vertebrae["size"], vertebrae["levels"]

    def edge(plate: dict[str, Any], depth: float) -> np.ndarray:
        back = np.cross(plate["normal"], [1.0, 0.0, 0.0])
        return np.array(plate["centre"]) + back / np.linalg.norm(back) * depth / 2

    def depth(which: str, level: int) -> float:
        size = sizes[f"endplate_depth_{which}"]
        return float(size.get("model", size["published"])[level])

    edges = {}
    for index, joint in enumerate(LEVELS):
        upper = edge(spine["levels"][names[index]]["lower_endplate"], depth("lower", index))
        if index + 1 < len(names):
            lower = edge(spine["levels"][names[index + 1]]["upper_endplate"], depth("upper", index + 1))
        else:
            lower = edge(spine["s1_endplate"], landmarks["s1_endplate"]["depth_mm"])
        edges[joint] = upper, lower
    return edges
