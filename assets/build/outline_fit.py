"""Stands the adult round our bones: limbs onto our joints, then skin pushed out of bone and muscle, and not far off.

Takes the adult (`outline_source`) and the anatomy in the balanced stance; gives the left half of the outline in mm,
LPS: a net of quads from the ribs to the feet. Thicknesses stand in `outline.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from scipy import sparse, spatial

from assets.build.batch import BODIES
from assets.build.distance import DistanceGrid
from assets.build.outline_source import Adult
from visualizer.anatomy.model import Anatomy

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("outline.toml").read_text())
MIRROR = np.array([-1.0, 1.0, 1.0])
TOP_MM = 352.0
GRID_MM = 3.0
MARGIN_MM = 45.0
STEP_MM = 6.0
# How tissue between the net's points counts: for so many points round it, to be covered so much.
CORNERS = 4
TENDON_MM = 3.0
# A calf is no cover for the thigh that it is folded against: so far apart at rest, skin and tissue have no business.
SAME_MM = 105.0
PULL = 0.4
# A joint's crease may be so much deeper than the skin was at rest.
CREASE_MM = 1.0
ROUNDS = 120
SETTLING = 20


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


def foot_onto(foot: np.ndarray, ours: np.ndarray, ankle: np.ndarray, our_ankle: np.ndarray) -> Any:
    """What maps points onto our foot: turned about the vertical, scaled, its sole a little under ours."""
    toes, heel = 10.0, 4.0
    ahead, length, _ = long_axis(foot)
    our_ahead, our_length, our_middle = long_axis(ours)
    angle = np.arctan2(our_ahead[1], our_ahead[0]) - np.arctan2(ahead[1], ahead[0])
    turn = spatial.transform.Rotation.from_euler("z", angle).as_matrix()
    wide = (our_length + toes + heel) / length
    tall = (ours[:, 2].min() - 6.0 - our_ankle[2]) / (foot[:, 2].min() - ankle[2])
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


@dataclass(frozen=True, eq=False)
class Tissue:
    """All left and middle bones and muscles in one posture: how deep they are, and their points (n, 3) mm there and at
    rest.
    """

    grid: DistanceGrid
    points: np.ndarray
    at_rest: np.ndarray

    @classmethod
    def of(cls, anatomy: Anatomy, bones: np.ndarray, muscles: np.ndarray) -> Tissue:
        """The tissue with the vertices (n, 3) m of bones and muscles there."""
        solids, at_rest = [], []
        for surface, vertices in ((anatomy.bones, bones), (anatomy.muscle_surface, muscles)):
            for part in surface.parts:
                if part.side != "right":
                    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
                    faces = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
                    faces = faces - part.first_vertex
                    solids.append(trimesh.Trimesh(vertices[rows] * 1000.0, faces, process=False))
                    at_rest.append(surface.vertices[rows] * 1000.0)
        lower = np.min([solid.bounds[0] for solid in solids], axis=0)
        upper = np.max([solid.bounds[1] for solid in solids], axis=0)
        grid = DistanceGrid(
            np.maximum(lower - MARGIN_MM, (-12.0, -np.inf, -np.inf)), upper + MARGIN_MM, GRID_MM
        )
        grid.add(solids)
        return cls(grid, np.concatenate([solid.vertices for solid in solids]), np.concatenate(at_rest))

    def near(self, skin: np.ndarray) -> Tissue:
        """Only the points that lie near the skin's points (n, 3) mm."""
        rows = spatial.cKDTree(skin).query(self.points, distance_upper_bound=MARGIN_MM)[0] < np.inf
        return replace(self, points=self.points[rows], at_rest=self.at_rest[rows])

    def push_mm(
        self, half: Half, points: np.ndarray, normals: np.ndarray, least: np.ndarray, deepest: float
    ) -> np.ndarray:
        """How far (n,) mm each point of the skin must go out to keep `least` (n,) over the tissue.

        A point that would have to go further than `deepest` lies in a fold, where it may stay.
        """
        push = least - self.grid.at(points)
        push[push > deepest] = 0.0
        # Thin tendons slip between the net's points: one that is hardly covered at its nearest pushes all round it.
        _, corners = spatial.cKDTree(points).query(self.points, k=CORNERS)
        apart = self.points[:, None] - points[corners]
        height = (apart * normals[corners]).sum(axis=2)
        aside = np.linalg.norm(apart - height[:, :, None] * normals[corners], axis=2)
        same = np.linalg.norm(self.at_rest[:, None] - half.points[corners], axis=2) < SAME_MM
        need = np.minimum(least[corners], TENDON_MM) + height
        counts = same & (aside < half.spacing[corners]) & (np.abs(height) < MARGIN_MM) & (need[:, :1] > 0.0)
        np.maximum.at(push, corners[counts], need[counts])
        return np.clip(push, 0.0, STEP_MM)


def least_mm(points: np.ndarray) -> np.ndarray:
    """Least thickness (n,) mm wanted at points (n, 3) mm."""
    wanted = np.interp(points[:, 2], TABLE["least"]["height"], TABLE["least"]["mm"])
    for more in TABLE["more"]:
        wanted = wanted + more["mm"] * np.exp(-(((points - more["at"]) / more["reach"]) ** 2).sum(axis=1))
    return wanted


def pushed_out(
    half: Half,
    start: np.ndarray,
    tissue: Tissue,
    least: np.ndarray,
    pull: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    deepest: float = np.inf,
) -> np.ndarray:
    """What moves the half's points from `start` (n, 3) out of the tissue, as smoothly as may be; (n, 3) mm.

    pull: further movement along the normals, (n,) mm, of points there.
    """
    mean, sideways = half.mean_of_neighbours(), np.where(half.on_middle, 0.0, 1.0)
    moved = np.zeros_like(start)
    near = tissue.near(start)

    def hollow(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """How far (n,) mm a point lies under the middle of its neighbours."""
        return np.asarray(((mean @ points - points) * normals).sum(axis=1))

    crease = np.maximum(hollow(half.points, half.normals(half.points)), 0.0) + CREASE_MM
    for step in range(ROUNDS):
        settling = step >= ROUNDS - SETTLING
        points = start + moved
        normals = half.normals(points)
        push = near.push_mm(half, points, normals, least, deepest)
        moved = moved + 0.5 * push[:, None] * unit(normals + 0.5 * tissue.grid.outward(points))
        fill = np.clip(hollow(points, normals) - crease, 0.0, STEP_MM)
        moved = moved + 0.5 * fill[:, None] * normals
        if pull is not None and not settling:
            moved = moved + pull(points, normals)[:, None] * normals
        smooth = 0.12 if settling else 0.5
        for _ in range(2):
            moved = (1.0 - smooth) * moved + smooth * (mean @ moved)
        moved[:, 0] *= sideways
    return moved


def fitted(half: Half, anatomy: Anatomy, tissue: Tissue) -> Half:
    """Pushed out to the least thickness, drawn to its distance from landmarks, smooth in between."""

    def pull(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        total = np.zeros(len(points))
        for over in TABLE["over"]:
            from_mark = points - anatomy.landmarks[over["landmark"]][1] * 1000.0
            apart = np.linalg.norm(from_mark, axis=1)
            nearest = np.argmin(apart)
            thickness = from_mark[nearest] @ normals[nearest]
            near = np.exp(-(((apart - apart[nearest]) / over["reach"]) ** 2))
            total += PULL * np.clip(over["mm"] - thickness, -STEP_MM, STEP_MM) * near
        return total

    moved = pushed_out(half, half.points, tissue, least_mm(half.points), pull)
    return replace(half, points=half.points + moved)
