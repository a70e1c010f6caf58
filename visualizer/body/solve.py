"""`solve`: from the anatomy and a posture to a `Snapshot`. Pure and deterministic; no Qt, no files but the model's own.

One flow: joints -> bones and fibre lines (MuJoCo) -> muscle surfaces and lengths -> nerve -> landmarks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import Anatomy, Part, Surface
from visualizer.body import muscles
from visualizer.body.give_way import Yielding, yielding
from visualizer.body.nerve.binding import VARIANTS
from visualizer.body.nerve.model import NerveModel
from visualizer.body.posture import Posture, preset
from visualizer.body.skeleton import Skeleton, joint_coordinates
from visualizer.body.snapshot import Snapshot


class PreparedBody:
    """An anatomy made ready: MuJoCo's model, the muscles' shapes, the nerve, and the balanced lengths."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.skeleton = Skeleton(anatomy.root)
        # Stored in half precision: 0.02 mm of 40.
        keys = {
            name: values.astype(np.float32)
            for name, values in anatomy.muscle_arrays.items()
            if name.startswith("key_")
        }
        self.shapes = muscles.MuscleShapes(**anatomy.muscle_arrays | keys)
        self.nerves: dict[tuple[str, str], tuple[NerveModel, Surface]] = {}
        self.yields: dict[tuple[str, ...], Yielding] = {}
        self.fibre_count = np.array([len(muscle.tendons) for muscle in anatomy.muscles])
        tendon = {name: index for index, name in enumerate(self.skeleton.tendons)}
        self.fibres = np.array([tendon[name] for muscle in anatomy.muscles for name in muscle.tendons])
        self.first_fibre = np.r_[0, np.cumsum(self.fibre_count)[:-1]]
        self.fibre_length_mm = np.array([muscle.fibre_length_mm for muscle in anatomy.muscles])
        # Thickness with tone was measured in piriformis; nobody has measured the other rotators.
        self.thickens = np.array([muscle.name == "piriformis" for muscle in anatomy.muscles])
        body = {name: index for index, name in enumerate(self.skeleton.bodies)}
        self.landmark_body = np.array([body[carrier] for carrier, _ in anatomy.landmarks.values()])
        self.landmark_point = np.array([point for _, point in anatomy.landmarks.values()])
        self.swelling = AssetFolder(anatomy.root).table("anatomy/rhythm.toml")["piriformis_volume"]
        self.lock = Lock()
        self.left_fibres, self.left_shapes = self._left_half()
        self.balanced = preset("balanced", anatomy.root)
        self.balanced_length_mm = self.muscle_length_mm(self.skeleton.lengths(self.balanced))

    def muscle_length_mm(self, tendon_length: np.ndarray) -> np.ndarray:
        """(muscles,) mean length of each muscle's fibre lines, origin to insertion."""
        return np.add.reduceat(tendon_length[self.fibres], self.first_fibre) / self.fibre_count * 1000.0

    def snapshot(self, posture: Posture) -> Snapshot:
        """Everything of one posture."""
        alike = posture == posture.mirrored()
        with self.lock:
            pose = self.skeleton.place(posture, self.left_fibres if alike else self.fibres)
        paths = muscles.resample(pose.path_points, pose.path_count, pose.path_share)
        bulge = np.where(self.thickens, self.piriformis_bulge(posture.tone_rotators), 1.0)
        joints = joint_coordinates(posture, self.skeleton.rhythm)
        left, held = muscles.correction(self.shapes, leg_angles(joints, "left"), posture.nerve_variant_left)
        model, nerve_surface = self.nerve(posture)
        nerve = model.state(pose.world_from_rest, alike=alike)
        if alike:
            # The right side is the left one's mirror image: half the work, and most postures are such.
            rings = muscles.placed(self.left_shapes, self.left_shapes.offset + left, paths, bulge[::2] * held)
            rings = self.yielding(model, "left alone").give_way(rings, nerve.frames)
            muscle_vertices, muscle_normals = map(muscles.with_mirror_images, muscles.drawn(rings))
        else:
            right, held_right = muscles.correction(
                self.shapes, leg_angles(joints, "right"), posture.nerve_variant_right
            )
            bulge = bulge * np.stack([held, held_right], axis=1).ravel()
            offset = self.shapes.offset.copy()
            offset[:, ::2] += left
            offset[:, 1::2] += muscles.mirrored(right)
            rings = muscles.placed(self.shapes, offset, paths, bulge)
            for side in ("left", "right"):
                rings = self.yielding(model, side).give_way(rings, nerve.frames)
            muscle_vertices, muscle_normals = muscles.drawn(rings)
        length = self.muscle_length_mm(pose.length)
        change = length - self.balanced_length_mm
        return Snapshot(
            posture=posture,
            world_from_rest=pose.world_from_rest,
            muscle_vertices=muscle_vertices,
            muscle_normals=muscle_normals,
            nerve_surface=nerve_surface,
            nerve_vertices=nerve.vertices,
            nerve_normals=nerve.normals,
            muscle_length_mm=length,
            muscle_change_mm=change,
            fibre_length_norm=1.0 + change / self.fibre_length_mm,
            joints_deg=joints,
            landmarks=self.landmarks(pose.world_from_rest),
            routes=nerve.routes,
            tracts=nerve.tracts,
        )

    def _left_half(self) -> tuple[np.ndarray, muscles.MuscleShapes]:
        """The left muscles' fibre lines among all tendons, and their shapes over those alone."""
        count, first = self.fibre_count[::2], self.first_fibre[::2]
        own = np.concatenate([np.arange(start, start + n) for start, n in zip(first, count, strict=True)])
        place = np.zeros(len(self.fibres), dtype=int)
        place[own] = np.arange(len(own))
        whole = self.shapes
        half = replace(
            whole,
            fibre_of=place[whole.fibre_of[::2]],
            columns_from_fibres=whole.columns_from_fibres[::2],
            offset=whole.offset[:, ::2],
            nerve_side=whole.nerve_side[::2],
            volume=whole.volume[::2],
        )
        return self.fibres[own], half

    def yielding(self, model: NerveModel, side: str) -> Yielding:
        """What of the muscles may meet the nerve `model`: of `left` or `right` ones among all, or of `left alone`."""
        key = (*model.variants, side)
        if key not in self.yields:
            with self.lock:
                pose = self.skeleton.place(self.balanced, self.fibres)
            rest = muscles.resample(pose.path_points, pose.path_count, pose.path_share)
            offset = self.shapes.offset.copy()
            for number, variant in enumerate(model.variants):
                moved = self.shapes.key_variant[VARIANTS.index(variant)]
                offset[:, number::2] += muscles.mirrored(moved) if number else moved
            rings = muscles.placed(self.shapes, offset, rest, np.ones(len(self.shapes.volume)))
            if side == "left alone":
                rings, members = rings[:, ::2], np.arange(rings.shape[1] // 2)
            else:
                members = np.arange(side == "right", rings.shape[1], 2)
            names = [muscle.name for muscle in self.anatomy.muscles[::2]]
            sides = self.shapes.nerve_side[::2]
            self.yields[key] = yielding(names, sides, rings, members, model, int(side == "right"))
        return self.yields[key]

    def piriformis_bulge(self, tone: float) -> float:
        """Volume of piriformis against the balanced one, 1 or more: at full tone what symptomatic people have."""
        measured = self.swelling["symptomatic_cm3"] / self.swelling["control_cm3"]
        share = (tone - self.balanced.tone_rotators) / (1.0 - self.balanced.tone_rotators)
        return 1.0 + (measured - 1.0) * max(share, 0.0)

    def nerve(self, posture: Posture) -> tuple[NerveModel, Surface]:
        """The nerve in the variants of `posture` and what its surface is made of, made ready when first asked for."""
        variants = (posture.nerve_variant_left, posture.nerve_variant_right)
        if variants not in self.nerves:
            model = NerveModel(self.anatomy.nerve_arrays, self.skeleton.bodies, variants)
            plain = variants == ("a", "a")
            surface = (
                self.anatomy.nerve_surface
                if plain
                else variant_surface(self.anatomy, model, len(self.skeleton.bodies))
            )
            self.nerves[variants] = model, surface
        return self.nerves[variants]

    def landmarks(self, world_from_rest: np.ndarray) -> dict[str, np.ndarray]:
        """Each landmark (3,) m in the room."""
        carrier = world_from_rest[self.landmark_body]
        places = np.einsum("nij,nj->ni", carrier[:, :3, :3], self.landmark_point) + carrier[:, :3, 3]
        return dict(zip(self.anatomy.landmarks, places, strict=True))


def variant_surface(anatomy: Anatomy, model: NerveModel, bodies: int) -> Surface:
    """The batch of a nerve in other variants than the usual one: its own parts and triangles, at rest, in open sky."""
    tube = model.tube
    at_rest = model.state(np.tile(np.eye(4), (bodies, 1, 1)))
    parts = tuple(
        Part(
            key,
            "nerve",
            "nerve",
            key.rpartition("_")[2],
            anatomy.nerve_names[key.rpartition("_")[0]],
            *map(int, place),
        )
        for key, *place in zip(
            tube.keys,
            tube.first_vertex,
            tube.vertex_count,
            tube.first_triangle,
            tube.triangle_count,
            strict=True,
        )
    )
    count = len(at_rest.vertices)
    return Surface(
        parts=parts,
        vertices=at_rest.vertices,
        normals=at_rest.normals,
        triangles=tube.triangles,
        part=np.repeat(np.arange(len(parts), dtype=np.int32), tube.vertex_count),
        occlusion=np.ones(count, dtype=np.float32),
        bodies=np.zeros((count, 2), dtype=np.int32),
        weight=np.ones(count, dtype=np.float32),
        tendon=np.zeros(count, dtype=np.float32),
        fibre=np.zeros((count, 2), dtype=np.float32),
    )


def leg_angles(joints: Mapping[str, float], side: str) -> muscles.LimbAngles:
    """The angles of one leg, out of all joints' (degrees)."""
    flexion, rotation, adduction = (
        joints[f"hip_{way}_{side}"] for way in ("flexion", "rotation", "adduction")
    )
    return muscles.LimbAngles(flexion, rotation, adduction, joints[f"knee_flexion_{side}"])


def solve(anatomy: Anatomy, posture: Posture) -> Snapshot:
    """Solve `posture`; the same posture always gives the same result. Raises UserError on damaged assets."""
    return anatomy.prepared(PreparedBody).snapshot(posture)
