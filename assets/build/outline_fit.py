"""Stands the adult round our bones: its limbs brought onto our joints, cut at the ribs, without arms.

Takes the adult (`outline_source`) and the anatomy in the balanced stance; gives the left half of the outline in mm,
LPS, as a net of quads, still too thin here and too thick there (`outline_push`). Figures stand in `outline.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse, spatial

from assets.build.batch import BODIES
from assets.build.outline_source import Adult
from visualizer.anatomy.model import Anatomy

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("outline.toml").read_text())
Place = Callable[[np.ndarray], np.ndarray]
MIRROR = np.array([-1.0, 1.0, 1.0])
TOP_MM = 352.0


@dataclass(frozen=True, eq=False)
class Half:
    """Left half of the net: points (n, 3) mm, those of the middle plane at x = 0, quads (m, 4), weight (n, bodies)."""

    points: np.ndarray
    quads: np.ndarray
    weight: np.ndarray

    @property
    def on_middle(self) -> np.ndarray:
        """Which points lie on the middle plane, (n,) bool."""
        return self.points[:, 0] == 0.0

    @cached_property
    def spacing(self) -> np.ndarray:
        """Mean distance (n,) mm of each point to its neighbours."""
        ends = (
            np.concatenate([self.quads, np.roll(self.quads, -1, axis=1)]),
            np.concatenate([np.roll(self.quads, -1, axis=1), self.quads]),
        )
        length = np.linalg.norm(self.points[ends[0]] - self.points[ends[1]], axis=2)
        total = np.bincount(ends[0].ravel(), length.ravel(), len(self.points))
        return total / np.bincount(ends[0].ravel(), minlength=len(self.points))

    def mean_of_neighbours(self) -> sparse.csr_matrix:
        """Averages each point's neighbours in the whole net; on the middle plane the sideways part is meaningless."""
        quads, count = self.quads, len(self.points)
        ends = np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2)
        ends = np.unique(np.sort(ends, axis=1), axis=0)
        first, second = np.r_[ends, ends[:, ::-1]].T
        # A neighbour beside the middle plane has a twin on the other side.
        twice = np.where(self.on_middle[first] & ~self.on_middle[second], 2.0, 1.0)
        matrix = sparse.csr_matrix((twice, (first, second)), (count, count))
        return sparse.diags(1.0 / np.asarray(matrix.sum(axis=1)).ravel()) @ matrix

    def normals(self, points: np.ndarray) -> np.ndarray:
        """Unit normals (n, 3) of the whole net with the left half's points there."""
        corner = points[self.quads]
        area = np.cross(corner[:, 2] - corner[:, 0], corner[:, 3] - corner[:, 1])
        sums = np.zeros_like(points)
        np.add.at(sums, self.quads, area[:, None])
        sums[self.on_middle, 0] = 0.0
        return unit(sums)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (n, 3) of length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def turn_from_to(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The shortest rotation (3, 3) that brings direction a onto b."""
    return spatial.transform.Rotation.align_vectors(unit(b[None]), unit(a[None]))[0].as_matrix()


def placed(
    points: np.ndarray, start: tuple[np.ndarray, np.ndarray], goal: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Points of a limb between two joints, brought between two others; stretched along the limb, its girth kept."""
    along, wanted = start[1] - start[0], goal[1] - goal[0]
    axis = along / np.linalg.norm(along)
    rel = points - start[0]
    rel = rel + (np.linalg.norm(wanted) / np.linalg.norm(along) - 1.0) * (rel @ axis)[:, None] * axis
    return rel @ turn_from_to(along, wanted).T + goal[0]


def long_axis(sole: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    """A foot's direction heel to toe (2,), its length and its middle (2,), seen from above."""
    flat = sole[:, :2] - sole[:, :2].mean(axis=0)
    ahead = np.linalg.svd(flat, full_matrices=False)[2][0]
    ahead = ahead * -np.sign(ahead[1])
    aside = np.array([-ahead[1], ahead[0]])
    middles = [0.5 * (d.min() + d.max()) for d in (sole[:, :2] @ ahead, sole[:, :2] @ aside)]
    return ahead, float(np.ptp(flat @ ahead)), middles[0] * ahead + middles[1] * aside


def foot_onto(foot: np.ndarray, ours: np.ndarray, ankle: np.ndarray, our_ankle: np.ndarray) -> Place:
    """What maps points onto our foot: turned about the vertical, scaled, with skin before, behind and under it."""
    toes, heel, sole = (TABLE["foot"][name] for name in ("toes", "heel", "sole"))
    ahead, length, _ = long_axis(foot)
    our_ahead, our_length, our_middle = long_axis(ours)
    angle = np.arctan2(our_ahead[1], our_ahead[0]) - np.arctan2(ahead[1], ahead[0])
    turn = spatial.transform.Rotation.from_euler("z", angle).as_matrix()
    wide = (our_length + toes + heel) / length
    tall = (ours[:, 2].min() - sole - our_ankle[2]) / (foot[:, 2].min() - ankle[2])
    scale = np.array([wide, wide, tall])
    turned = (foot - ankle) * scale @ turn.T + our_ankle
    shift = np.append(our_middle + 0.5 * (toes - heel) * our_ahead - long_axis(turned)[2], 0.0)
    return lambda points: (points - ankle) * scale @ turn.T + our_ankle + shift


def of_limbs(adult: Adult) -> dict[str, np.ndarray]:
    """How far each point follows each thigh, shank and foot, and the arms, (n,) each."""
    limbs = {"upperleg": "femur", "lowerleg": "tibia", "foot": "foot", "toe": "foot"}
    arm = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    result: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(adult.points)))
    for bone, weight in adult.weights.items():
        stem, side = re.fullmatch(r"([a-z]+)[\d-]*\.?([LR]?)", bone).groups()  # type: ignore[union-attr]
        if stem in limbs:
            result[f"{limbs[stem]}_{'left' if side == 'L' else 'right'}"] += weight
        elif stem in arm:
            result["arm"] += weight
    return dict(result)


def stood(adult: Adult, anatomy: Anatomy) -> Half:
    """The adult's left half with its legs on our joints, cut at the ribs and without arms."""
    mark = {name: point * 1000.0 for name, (_, point) in anatomy.landmarks.items()}
    follow = of_limbs(adult)
    start = {name: adult.joints[f"l-{name}"] for name in ("upper-leg", "knee", "ankle")}
    height = (0.0, *start["upper-leg"][1:])
    points = adult.points - height
    hip, knee, ankle = (point - height for point in start.values())
    our_knee = 0.5 * (mark["lateral_epicondyle_left"] + mark["medial_epicondyle_left"])
    our_ankle = 0.5 * (mark["lateral_malleolus_left"] + mark["medial_malleolus_left"])
    skin = np.unique(adult.quads)
    foot = foot_onto(points[skin[follow["foot_left"][skin] > 0.6]], our_foot(anatomy), ankle, our_ankle)
    posed = points.copy()
    for side, mirror in (("left", 1.0), ("right", MIRROR)):
        there = {
            "femur": placed(points * mirror, (hip, knee), (hip, our_knee)),
            "tibia": placed(points * mirror, (knee, ankle), (our_knee, our_ankle)),
            "foot": foot(points * mirror),
        }
        for limb, moved in there.items():
            posed += follow[f"{limb}_{side}"][:, None] * (moved * mirror - points)
    posed[:, 1] += np.interp(posed[:, 2], TABLE["shift"]["height"], TABLE["shift"]["back"])
    on_middle = adult.mirror == np.arange(len(posed))
    posed[on_middle, 0] = 0.0
    wanted = (follow["arm"] < 0.5) & (posed[:, 2] < TOP_MM) & (on_middle | (adult.points[:, 0] > 0.0))
    used, quads = np.unique(adult.quads[wanted[adult.quads].all(axis=1)], return_inverse=True)
    weight = np.zeros((len(used), len(BODIES)))
    for name in follow.keys() & set(BODIES):
        weight[:, BODIES.index(name)] = follow[name][used]
    return Half(posed[used], quads.reshape(-1, 4), weight)


def our_foot(anatomy: Anatomy) -> np.ndarray:
    """Points (n, 3) mm of the left foot's bones."""
    part = next(part for part in anatomy.bones.parts if part.key == "foot_left")
    return anatomy.bones.vertices[part.first_vertex : part.first_vertex + part.vertex_count] * 1000.0
