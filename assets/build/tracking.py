"""The grown muscles carried from rest to key postures, still pushing one another away: corrections for run time.

Takes the flesh as it has grown, the mechanical body, bones and nerve; gives for a grid of hip and knee flexion what is
to be added to the resting ring offsets, in the columns' frames. Between the keys `body.muscles` blends.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mujoco
import numpy as np
import trimesh

from assets.build import growth
from assets.build.distance import DistanceGrid
from visualizer.body import muscles as loft
from visualizer.body.posture import Posture, with_fields
from visualizer.body.skeleton import joint_coordinates, tendon_paths

RHYTHM = Path(__file__).parents[1] / "anatomy" / "rhythm.toml"
HIP_DEG = (-20.0, 0.0, 30.0, 60.0, 90.0, 110.0)
KNEE_DEG = (0.0, 60.0, 120.0)
HIP_STEP_DEG, KNEE_STEP_DEG = 10.0, 20.0
STEP_PASSES, KEY_PASSES = 6, 12
PULL = 0.01
MARGIN_MM = 20.0


class Poser:
    """MuJoCo's model of the body while it is being built."""

    def __init__(self, xml: str) -> None:
        self.model = mujoco.MjModel.from_xml_string(xml)
        self.data = mujoco.MjData(self.model)
        self.joints = [self.model.joint(i).name for i in range(self.model.njnt)]
        self.slides = self.model.jnt_type == mujoco.mjtJoint.mjJNT_SLIDE
        self.rhythm = tomllib.loads(RHYTHM.read_text())
        self.rest = self._frames(Posture())

    def _frames(self, posture: Posture) -> tuple[np.ndarray, np.ndarray]:
        values = joint_coordinates(posture, self.rhythm)
        wanted = np.array([values[name] for name in self.joints])
        self.data.qpos[:] = np.where(self.slides, wanted / 1000.0, np.radians(wanted))
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_tendon(self.model, self.data)
        return self.data.xmat[1:].reshape(-1, 3, 3).copy(), self.data.xpos[1:].copy()

    def place(self, posture: Posture) -> tuple[np.ndarray, np.ndarray]:
        """World from rest (bodies, 4, 4) m, and the paths of all tendons (3, tendons, STATIONS) m."""
        turn, origin = self._frames(posture)
        world = np.tile(np.eye(4), (len(turn), 1, 1))
        world[:, :3, :3] = turn @ self.rest[0].transpose(0, 2, 1)
        world[:, :3, 3] = origin - np.einsum("bij,bj->bi", world[:, :3, :3], self.rest[1])
        return world, loft.resample(*tendon_paths(self.model, self.data))


class MovedBone:
    """Distance to bones that have moved, each body with its own grid at rest; `world` is set for each posture."""

    def __init__(self, solids: dict[int, list[trimesh.Trimesh]]) -> None:
        self.grids: dict[int, DistanceGrid] = {}
        self.world = np.zeros((0, 4, 4))
        for body, members in solids.items():
            ends = np.array([solid.bounds for solid in members])
            grid = DistanceGrid(ends[:, 0].min(axis=0) - MARGIN_MM, ends[:, 1].max(axis=0) + MARGIN_MM)
            grid.add(members)
            self.grids[body] = grid

    def _local(self, points: np.ndarray, body: int) -> np.ndarray:
        world = self.world[body]
        return np.asarray((points - world[:3, 3] * 1000.0) @ world[:3, :3])

    def at(self, points: np.ndarray) -> np.ndarray:
        """Signed distance (n,) mm to the nearest bone."""
        return np.min([grid.at(self._local(points, body)) for body, grid in self.grids.items()], axis=0)

    def outward(self, points: np.ndarray) -> np.ndarray:
        """Unit directions (n, 3) away from the nearest bone."""
        bodies = list(self.grids)
        nearest = np.argmin([self.grids[body].at(self._local(points, body)) for body in bodies], axis=0)
        result = np.zeros((len(points), 3))
        for index, body in enumerate(bodies):
            own = nearest == index
            if own.any():
                away = self.grids[body].outward(self._local(points[own], body))
                result[own] = away @ self.world[body, :3, :3].T
        return result


@dataclass(frozen=True)
class Carried:
    """What tracking needs of the left muscles: fibre_of and columns as in `MuscleShapes`, and offsets at rest.

    offset: (muscles, RING, STATIONS, 3) mm in the columns' frames.
    """

    fibre_of: np.ndarray
    columns: np.ndarray
    offset: np.ndarray


def axes_of(at: loft.Frames) -> tuple[np.ndarray, np.ndarray]:
    """Centres (muscles, RING, STATIONS, 3) mm and the axes there (…, 3 axes, 3)."""
    ring = loft.RING_COLUMN
    centre = np.moveaxis(at.centre[:, :, ring], 0, 3).astype(float) * 1000.0
    axes = [np.moveaxis(axis[:, :, ring], 0, 3).astype(float) for axis in (at.along, at.across, at.out)]
    return centre, np.stack(axes, axis=3)


def keys(
    flesh: growth.Flesh,
    carried: Carried,
    poser: Poser,
    bone: MovedBone,
    nerve: Callable[[np.ndarray], growth.Nerve],
) -> np.ndarray:
    """Corrections (hips, knees, muscles, RING, STATIONS, 3) mm, in the columns' frames, none at rest."""
    result = np.zeros((len(HIP_DEG), len(KNEE_DEG), *carried.offset.shape))
    straight = HIP_DEG.index(0.0)
    for chain in (range(straight + 1, len(HIP_DEG)), range(straight - 1, -1, -1)):
        before = straight
        for hip in chain:
            start, end = (HIP_DEG[before], 0.0), (HIP_DEG[hip], 0.0)
            result[hip, 0] = moved(result[before, 0], start, end, flesh, carried, poser, bone, nerve)
            before = hip
    for hip, flexion in enumerate(HIP_DEG):
        for knee in range(1, len(KNEE_DEG)):
            start, end = (flexion, KNEE_DEG[knee - 1]), (flexion, KNEE_DEG[knee])
            result[hip, knee] = moved(result[hip, knee - 1], start, end, flesh, carried, poser, bone, nerve)
    return result


def moved(
    shift: np.ndarray, start: tuple[float, float], end: tuple[float, float], flesh: growth.Flesh, carried: Carried,
    poser: Poser, bone: MovedBone, nerve: Callable[[np.ndarray], growth.Nerve],
) -> np.ndarray:  # fmt: skip
    """Carry the corrections `shift` from one (hip, knee) to another in small steps."""
    steps = int(np.ceil(max(abs(end[0] - start[0]) / HIP_STEP_DEG, abs(end[1] - start[1]) / KNEE_STEP_DEG)))
    for step in range(1, steps + 1):
        hip, knee = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
        posture = with_fields(Posture(), {"hip_flexion_deg": hip, "knee_flexion_deg": knee})
        world, paths = poser.place(posture)
        at = loft.frames(carried.fibre_of, carried.columns, paths)
        centre, axes = axes_of(at)
        bone.world = world
        flesh.rest = centre + np.einsum("mrsa,mrsax->mrsx", carried.offset, axes)
        flesh.shift = np.einsum("mrsa,mrsax->mrsx", shift, axes)
        flesh.along, flesh.out = axes[:, :, :, 0], axes[:, :, :, 2]
        passes = STEP_PASSES if step < steps else STEP_PASSES + KEY_PASSES
        growth.advance(flesh, nerve(world), bone, passes, PULL)
        shift = np.einsum("mrsx,mrsax->mrsa", flesh.shift, axes)
    return shift
