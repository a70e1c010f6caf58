"""Stands the adult round our bones: limbs onto our joints, then skin pushed out of bone and muscle, and not far off.

Takes the adult (`outline_source`) and the anatomy in the balanced stance; gives the left half of the outline in mm,
LPS: a net of quads from the ribs to the feet. Thicknesses stand in `outline.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
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
TOP_MM = 352.0
GRID_MM = 3.0
STEP_MM = 6.0
REACH_MM = 42.0


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


def placed(points: np.ndarray, start: tuple[np.ndarray, np.ndarray], goal: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
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
    """How far each point follows the left thigh, shank and foot, and the arms, (n,) each."""
    parts = {"upperleg": "femur_left", "lowerleg": "tibia_left", "foot": "foot_left", "toe": "foot_left"}
    arm = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    result = {name: np.zeros(len(adult.points)) for name in (*parts.values(), "arm")}
    for bone, weight in adult.weights.items():
        stem = bone.rstrip(".LR0123456789-").removesuffix(".")
        stem = stem.rstrip("0123456789-")
        if bone.endswith(".L") and stem in parts:
            result[parts[stem]] = result[parts[stem]] + weight
        elif stem in arm:
            result["arm"] = result["arm"] + weight
    return result


def stood(adult: Adult, anatomy: Anatomy) -> Half:
    """The adult's left half with its legs on our joints, cut at the ribs and without arms."""
    mark = {name: point * 1000.0 for name, (_, point) in anatomy.landmarks.items()}
    follow = of_limbs(adult)
    start = {name: adult.joints[f"l-{joint}"] for name, joint in (("hip", "upper-leg"), ("knee", "knee"), ("ankle", "ankle"))}
    points = adult.points - (0.0, start["hip"][1], start["hip"][2])
    start = {name: point - (0.0, *start["hip"][1:]) for name, point in start.items()}
    knee = 0.5 * (mark["lateral_epicondyle_left"] + mark["medial_epicondyle_left"])
    ankle = 0.5 * (mark["lateral_malleolus_left"] + mark["medial_malleolus_left"])
    skin = np.unique(adult.quads)
    foot = skin[follow["foot_left"][skin] > 0.6]
    bones = anatomy.bones
    ours = next(part for part in bones.parts if part.key == "foot_left")
    our_foot = bones.vertices[ours.first_vertex : ours.first_vertex + ours.vertex_count] * 1000.0
    moved = {
        "femur_left": placed(points, (start["hip"], start["knee"]), (start["hip"], knee)),
        "tibia_left": placed(points, (start["knee"], start["ankle"]), (knee, ankle)),
        "foot_left": foot_onto(points[foot], our_foot, start["ankle"], ankle)(points),
    }
    rest = 1.0 - sum(follow[name] for name in moved)
    posed = rest[:, None] * points + sum(follow[name][:, None] * there for name, there in moved.items())
    posed[:, 1] += np.interp(posed[:, 2], TABLE["shift"]["height"], TABLE["shift"]["back"])
    wanted = (follow["arm"] < 0.5) & (posed[:, 2] < TOP_MM) & (posed[:, 0] > -1e-6)
    quads = adult.quads[wanted[adult.quads].all(axis=1)]
    used, quads = np.unique(quads, return_inverse=True)
    weight = np.zeros((len(used), len(BODIES)))
    for name in moved:
        weight[:, BODIES.index(name)] = follow[name][used]
    posed = posed[used]
    posed[np.abs(posed[:, 0]) < 1e-6, 0] = 0.0
    return Half(posed, quads.reshape(-1, 4), weight)


def tissue_grid(anatomy: Anatomy, bones: np.ndarray, muscles: np.ndarray) -> DistanceGrid:
    """Distances to all left and middle bones and muscles with their vertices (n, 3) m there."""
    solids = []
    for surface, vertices in ((anatomy.bones, bones), (anatomy.muscle_surface, muscles)):
        for part in surface.parts:
            if part.side != "right":
                rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
                faces = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
                solids.append(
                    trimesh.Trimesh(vertices[rows] * 1000.0, faces - part.first_vertex, process=False)
                )
    lower = np.min([solid.bounds[0] for solid in solids], axis=0)
    upper = np.max([solid.bounds[1] for solid in solids], axis=0)
    grid = DistanceGrid(np.maximum(lower - 45.0, (-12.0, -np.inf, -np.inf)), upper + 45.0, GRID_MM)
    grid.add(solids)
    return grid


def least_mm(points: np.ndarray) -> np.ndarray:
    """Least thickness (n,) mm wanted at points (n, 3) mm."""
    wanted = np.interp(points[:, 2], TABLE["least"]["height"], TABLE["least"]["mm"])
    for more in TABLE["more"]:
        wanted = wanted + more["mm"] * np.exp(-(((points - more["at"]) / more["reach"]) ** 2).sum(axis=1))
    return wanted


def fitted(half: Half, anatomy: Anatomy, grid: DistanceGrid) -> Half:
    """Pushed out to the least thickness, drawn to its distance from landmarks, smooth in between."""
    mark = {name: point * 1000.0 for name, (_, point) in anatomy.landmarks.items()}
    mean, start = half.mean_of_neighbours(), half.points
    sideways = np.where(half.on_middle, 0.0, 1.0)
    moved = np.zeros_like(start)
    rounds = 160
    for step in range(rounds):
        points = start + moved
        if step % 8 == 0:
            normals = half.normals(points)
        push = np.clip(least_mm(points) - grid.at(points), 0.0, STEP_MM)
        out = unit(normals + 0.5 * grid.outward(points))
        moved = moved + 0.5 * push[:, None] * out
        if step < rounds - 30:
            for name, wanted in TABLE["over"].items():
                apart = np.linalg.norm(points - mark[name], axis=1)
                near = np.exp(-((apart - apart.min()) / REACH_MM) ** 2)
                moved = moved + 0.25 * np.clip(wanted - apart.min(), -STEP_MM, STEP_MM) * near[:, None] * normals
        smooth = 0.5 if step < rounds - 30 else 0.15
        for _ in range(2):
            moved = (1.0 - smooth) * moved + smooth * (mean @ moved)
        moved[:, 0] *= sideways
    return Half(start + moved, half.quads, half.weight)
