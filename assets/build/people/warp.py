"""One smooth field carries all that is not bone of the shape model onto a person: muscles, spine, nerve, joints.

Takes where a person's bones stand (mm, LPS, balanced stance) and the sizes of the spine; gives where points of the
shipped body go. Between displaced points of all bones the field is a biharmonic spline, the same left and right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh
from scipy.interpolate import RBFInterpolator
from scipy.spatial import cKDTree

from assets.build.bones import MIRROR
from assets.build.people import spine
from assets.build.people.shapes import Standing, mean_standing
from visualizer.anatomy.model import Anatomy

# Bones that hold on to the mean's surfaces.
HELD = ("hip_bone", "sacrum", "coccyx", "femur", "patella", "tibia", "fibula")
# So many displaced points of each bone make the field, and besides at most so many that lie near the nerve.
POINTS = {
    "hip_bone": 420, "sacrum": 160, "femur": 260, "tibia": 130, "fibula": 70, "patella": 40, "foot": 40,
    **dict.fromkeys(spine.LEVELS, 110),
}  # fmt: skip
MORE_NEAR, NEAR_NERVE_MM = {"hip_bone": 220, "sacrum": 200, "femur": 160}, 40.0
# Of these the points count on both sides.
MIDDLE = ("hip_bone", "sacrum", *spine.LEVELS)
# Bones that meet in a facet joint move with the field: near its middle, mm, no vertebra says where to.
FACET_MM = 9.0
# How far the field may pass beside displaced points that disagree.
SMOOTHING = 0.3
# Near the ankle, mm above the tibia's lowest point.
ANKLE_MM = 15.0
ON_MIDDLE_MM = 1e-6
# Half the length, mm, over which the field's stretch and turn are taken.
STEP_MM = 10.0
SEED = 0


@dataclass(frozen=True)
class Hold:
    """What points of a bone hold on to: corners (n, 3) among the mean's vertices, and weight (n, 3) of each."""

    corners: np.ndarray
    weight: np.ndarray

    def carried(self, values: np.ndarray) -> np.ndarray:
        """What points have of values (v, 3) at the mean's vertices."""
        return np.asarray(np.einsum("nc,ncx->nx", self.weight, values[self.corners]))


def hold(bone: trimesh.Trimesh, points: np.ndarray) -> Hold:
    """Each of `points` (n, 3) holds on to the triangle that is nearest to it."""
    nearest, _, triangle = trimesh.proximity.closest_point(bone, points)
    weight = trimesh.triangles.points_to_barycentric(bone.triangles[triangle], nearest)
    return Hold(bone.faces[triangle], weight)


class MeanBones:
    """The shipped bones of the shape model, held to the mean's surfaces: found once for all people."""

    def __init__(self, anatomy: Anatomy) -> None:
        mean, _ = mean_standing()
        self.points = shipped(anatomy)
        self.holds = {
            name: [
                hold(mean.bones["sacrum" if name == "coccyx" else name], own * side) for side in sides(name)
            ]
            for name, own in self.points.items()
            if name in HELD
        }
        self.chosen = chosen(self.points, anatomy.nerve_arrays["controls_a"] * 1000.0)

    def moved(self, name: str, person: Standing) -> np.ndarray:
        """Where the vertices (n, 3) mm of a left bone, of sacrum, coccyx or foot go."""
        mean, _ = mean_standing()
        if name == "foot":
            shin = mean.bones["tibia"].vertices
            low = shin[:, 2] < shin[:, 2].min() + ANKLE_MM
            return np.asarray(self.points[name] + (person.bones["tibia"].vertices - shin)[low].mean(axis=0))
        stem = "sacrum" if name == "coccyx" else name
        shift = person.bones[stem].vertices - mean.bones[stem].vertices
        # Both halves of the shipped sacrum are the mean of the scanned ones.
        both = [one.carried(shift) * side for one, side in zip(self.holds[name], sides(name), strict=True)]
        return np.asarray(self.points[name] + np.mean(both, axis=0))


def sides(name: str) -> tuple[np.ndarray, ...]:
    """As what a bone is held: as it is, or also as its mirror image."""
    return (np.ones(3), MIRROR) if name in ("sacrum", "coccyx") else (np.ones(3),)


def shipped(anatomy: Anatomy) -> dict[str, np.ndarray]:
    """Vertices (n, 3) mm of the left and middle bones, without their side."""
    return {
        part.key.removesuffix("_left"): anatomy.bones.vertices[
            part.first_vertex : part.first_vertex + part.vertex_count
        ].astype(float)
        * 1000.0
        for part in anatomy.bones.parts
        if part.kind == "bone" and part.side != "right"
    }


class Field:
    """Where points of the shipped body go in a person's; bones: where those of the shape model went, (n, 3) mm each."""

    def __init__(self, mean: MeanBones, person: Standing, sizes: spine.Factors, scale: float) -> None:
        stood, _ = mean_standing()
        sacrum = stood.bones["sacrum"].vertices
        plate = spine.on_endplate(sacrum)
        upright = spine.similarity(sacrum[plate], person.bones["sacrum"].vertices[plate], scale)
        self.bones = {name: mean.moved(name, person) for name in (*HELD, "foot")}
        start = {name: mean.points[name][rows] for name, rows in mean.chosen.items()}
        vertebrae = spine.resized({name: start[name] for name in spine.LEVELS}, sizes)
        end = {name: self.bones[name][mean.chosen[name]] for name in start if name not in spine.LEVELS}
        end |= {name: upright(own) for name, own in vertebrae.items()}
        start["hip"], end["hip"] = stood.hip_centre[None], person.hip_centre[None]
        before, after = (
            np.concatenate([*(at[name] for name in start), *(at[name] * MIRROR for name in MIDDLE)])
            for at in (start, end)
        )
        _, single = np.unique(before.round(2), axis=0, return_index=True)
        self._spline = RBFInterpolator(
            before[single], (after - before)[single], kernel="linear", degree=1, smoothing=SMOOTHING
        )

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Where points (…, 3) mm go; those of the right side as mirror images, those in the middle stay there."""
        flat = np.asarray(points, dtype=float).reshape(-1, 3)
        side = np.where(flat[:, :1] < 0.0, MIRROR, 1.0)
        left = flat * side
        moved = left + self._spline(left)
        moved[left[:, 0] < ON_MIDDLE_MM, 0] = 0.0
        return np.asarray((moved * side).reshape(np.shape(points)))

    def carried(self, at: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """What becomes of unit vectors `ways` (n, 3) at `at` (n, 3) mm: as the body there is stretched and turned."""
        ends = self(np.stack([at + STEP_MM * ways, at - STEP_MM * ways]))
        return np.asarray((ends[0] - ends[1]) / (2.0 * STEP_MM))

    def stretch(self, at: np.ndarray) -> np.ndarray:
        """How many times as long things are at `at` (n, 3) mm, over all directions (n,)."""
        axes = np.stack([self.carried(at, np.broadcast_to(axis, at.shape)) for axis in np.eye(3)], axis=1)
        return np.asarray(np.cbrt(np.linalg.det(axes)))


def chosen(points: dict[str, np.ndarray], nerve: np.ndarray) -> dict[str, np.ndarray]:
    """Which of the bones' vertices (n, 3) mm make the field: all near the `nerve` (m, 3) mm, and some of the others."""
    draw = np.random.default_rng(SEED)
    facets = [
        np.array(level[which])
        for level in spine.shipped_spine()["levels"].values()
        for which in ("facet_above", "facet_below")
    ]
    rows = {}
    for name, most in POINTS.items():
        own = points[name]
        free = np.ones(len(own), dtype=bool) if name not in MIDDLE[1:] else own[:, 0] >= 0.0
        if name in spine.LEVELS:
            free &= np.min([np.linalg.norm(own - facet, axis=1) for facet in facets], axis=0) > FACET_MM
        rows[name] = draw.choice(np.flatnonzero(free), min(most, free.sum()), replace=False)
        if name in MORE_NEAR:
            near = np.flatnonzero(free & (cKDTree(nerve).query(own)[0] < NEAR_NERVE_MM))
            more = draw.choice(near, min(MORE_NEAR[name], len(near)), replace=False)
            rows[name] = np.union1d(rows[name], more)
    return rows
