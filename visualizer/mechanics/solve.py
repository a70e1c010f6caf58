"""`solve`: from the anatomy and a posture to a `Snapshot`. Pure and deterministic; no Qt, no files but the model's own.

One flow: joints -> bones and fibre lines (MuJoCo) -> muscle surfaces and lengths -> nerve -> landmarks.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.mechanics import muscles, tube
from visualizer.mechanics.nerve import NerveModel, read_binding
from visualizer.mechanics.posture import Posture, preset
from visualizer.mechanics.skeleton import Skeleton, joint_coordinates
from visualizer.mechanics.snapshot import Snapshot

# Piriformis is 16.6 mm thick in controls and 22.4 mm in symptomatic people (facts: MRI, n = 11, status V); a fully
# toned rotator reaches that, at the same volume.
ROTATOR_BULGE = 22.4 / 16.6


class Solver:
    """An anatomy made ready: MuJoCo's model, the muscles' shapes, the nerve, and the balanced lengths."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.skeleton = Skeleton(anatomy.root)
        self.shapes = muscles.MuscleShapes(**anatomy.muscle_arrays)
        self.binding = read_binding(anatomy.nerve_arrays)
        self.nerves: dict[tuple[str, str], tuple[NerveModel, list[tube.Sampling]]] = {}
        self.fibre_count = np.array([len(muscle.tendons) for muscle in anatomy.muscles])
        tendon = {name: index for index, name in enumerate(self.skeleton.tendons)}
        self.fibres = np.array([tendon[name] for muscle in anatomy.muscles for name in muscle.tendons])
        self.first_fibre = np.r_[0, np.cumsum(self.fibre_count)[:-1]]
        self.fibre_length_mm = np.array([muscle.fibre_length_mm for muscle in anatomy.muscles])
        self.is_rotator = np.array([muscle.tone_group == "rotators" for muscle in anatomy.muscles])
        self.lock = Lock()
        self.balanced = preset("balanced", anatomy.root)
        self.balanced_length_mm = self.muscle_length_mm(self.skeleton.pose(self.balanced).length)

    def muscle_length_mm(self, tendon_length: np.ndarray) -> np.ndarray:
        """(muscles,) mean length of each muscle's fibre lines, origin to insertion."""
        return np.add.reduceat(tendon_length[self.fibres], self.first_fibre) / self.fibre_count * 1000.0

    def solve(self, posture: Posture) -> Snapshot:
        """Everything of one posture."""
        with self.lock:
            pose = self.skeleton.pose(posture)
        paths = muscles.resample(pose.path_points[self.fibres], pose.path_count[self.fibres])
        extra = posture.tone_rotators - self.balanced.tone_rotators
        bulge = np.where(self.is_rotator, 1.0 + (ROTATOR_BULGE - 1.0) * max(extra, 0.0), 1.0)
        muscle_vertices, muscle_normals = muscles.surfaces(self.shapes, paths, bulge)
        nerve, samplings = self.nerve(posture)
        route = nerve.route(pose.world_from_rest)
        nerve_vertices, nerve_normals = tube.surface(route, samplings)
        length = self.muscle_length_mm(pose.length)
        change = length - self.balanced_length_mm
        return Snapshot(
            posture=posture,
            world_from_rest=pose.world_from_rest,
            muscle_vertices=muscle_vertices,
            muscle_normals=muscle_normals,
            nerve_vertices=nerve_vertices,
            nerve_normals=nerve_normals,
            muscle_length_mm=length,
            muscle_change_mm=change,
            fibre_length_norm=1.0 + change / self.fibre_length_mm,
            joints_deg=joint_coordinates(posture, self.skeleton.rhythm),
            landmarks=self.landmarks(pose.world_from_rest),
            routes=nerve.segments(route),
        )

    def nerve(self, posture: Posture) -> tuple[NerveModel, list[tube.Sampling]]:
        """The nerve in the variants of `posture`, made ready when first asked for."""
        variants = (posture.nerve_variant_left, posture.nerve_variant_right)
        if variants not in self.nerves:
            model = NerveModel(self.binding, self.skeleton.bodies, variants)
            self.nerves[variants] = model, [tube.sampling(course) for course in model.courses]
        return self.nerves[variants]

    def landmarks(self, world_from_rest: np.ndarray) -> dict[str, np.ndarray]:
        """Each landmark (3,) m in the room."""
        body = {name: index for index, name in enumerate(self.skeleton.bodies)}
        return {
            name: world_from_rest[body[carrier], :3, :3] @ point + world_from_rest[body[carrier], :3, 3]
            for name, (carrier, point) in self.anatomy.landmarks.items()
        }


@lru_cache(maxsize=2)
def solver(anatomy: Anatomy) -> Solver:
    """The prepared solver of an anatomy, made once."""
    return Solver(anatomy)


def solve(anatomy: Anatomy, posture: Posture) -> Snapshot:
    """Solve `posture`; the same posture always gives the same result. Raises UserError on damaged assets."""
    return solver(anatomy).solve(posture)
