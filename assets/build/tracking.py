"""The grown muscles carried from rest to key postures, still pushing one another away: corrections for run time.

Takes the flesh as it has grown, the mechanical body, bones and nerve; gives for a grid of the hip's three angles, and
for knees bent at each hip flexion, what is to be added to the resting ring offsets, in the columns' frames. Between
the keys `body.muscles` blends.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
import trimesh

from assets.build import growth
from assets.build.distance import DistanceGrid
from visualizer.body import muscles as loft
from visualizer.body.posture import Posture
from visualizer.body.skeleton import joint_coordinates, station_share, tendon_paths

RHYTHM = Path(__file__).parents[1] / "anatomy" / "rhythm.toml"
# Key postures of the left hip: flexion against the pelvis, medial rotation, adduction; and of the knee.
FLEXION_DEG = (-20.0, 0.0, 30.0, 60.0, 90.0, 120.0)
ROTATION_DEG = (-45.0, -22.5, 0.0, 22.5, 45.0)
ADDUCTION_DEG = (-30.0, 0.0, 30.0)
KNEE_DEG = (0.0, 60.0, 120.0)
# Flexions and rotations, some of those above, at which the knee is bent too, in every adduction.
KNEE_FLEXION_DEG = (0.0, 60.0, 120.0)
KNEE_ROTATION_DEG = (-45.0, 0.0, 45.0)
# A turned thigh draws thin tendons far round the adductors: in larger steps they are lost in them.
STEP_DEG = {"flexion": 10.0, "rotation": 5.625, "adduction": 10.0, "knee": 30.0}
STEP_PASSES, KEY_PASSES = 8, 8
PULL = 0.001
MARGIN_MM = 20.0
PROCESSES = 2

FIELD = {
    "flexion": "hip_flexion",
    "rotation": "hip_rotation",
    "adduction": "hip_adduction",
    "knee": "knee_flexion",
}

Angles = dict[str, float]
REST: Angles = dict.fromkeys(STEP_DEG, 0.0)


class Poser:
    """MuJoCo's model of the body while it is being built."""

    def __init__(self, xml: str) -> None:
        self.model = mujoco.MjModel.from_xml_string(xml)
        self.data = mujoco.MjData(self.model)
        self.joints = [self.model.joint(i).name for i in range(self.model.njnt)]
        self.share = station_share(self.model)
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

    def place(self, angles: Angles) -> tuple[np.ndarray, np.ndarray]:
        """World from rest (bodies, 4, 4) m, and the paths of all tendons (3, tendons, STATIONS) m."""
        limb = {f"{FIELD[name]}_left_deg": value for name, value in angles.items()}
        turn, origin = self._frames(replace(Posture(), **limb))
        world = np.tile(np.eye(4), (len(turn), 1, 1))
        world[:, :3, :3] = turn @ self.rest[0].transpose(0, 2, 1)
        world[:, :3, 3] = origin - np.einsum("bij,bj->bi", world[:, :3, :3], self.rest[1])
        return world, loft.resample(*tendon_paths(self.model, self.data), self.share)


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

    def _to(self, body: int, points: np.ndarray) -> np.ndarray:
        """Signed distance (n,) mm to the bones of one body; beyond their box, its margin."""
        grid, there = self.grids[body], self._local(points, body)
        upper = grid.lower + grid.spacing * (np.array(grid.distance.shape) - 1)
        near = np.flatnonzero(((there > grid.lower) & (there < upper)).all(axis=1))
        result = np.full(len(points), MARGIN_MM)
        result[near] = grid.at(there[near])
        return result

    def at(self, points: np.ndarray) -> np.ndarray:
        """Signed distance (n,) mm to the nearest bone, MARGIN_MM and more alike."""
        return np.min([self._to(body, points) for body in self.grids], axis=0)

    def outward(self, points: np.ndarray) -> np.ndarray:
        """Unit directions (n, 3) away from the nearest bone."""
        bodies = list(self.grids)
        nearest = np.argmin([self._to(body, points) for body in bodies], axis=0)
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


@dataclass(frozen=True)
class Keys:
    """Corrections in the columns' frames, mm, none at rest, and what volume they leave as a share of that at rest.

    hip (flexions, rotations, adductions, muscles, RING, STATIONS, 3), hip_volume (…, muscles); knee, knee_volume
    (KNEE_FLEXION_DEG, KNEE_ROTATION_DEG, adductions, bent knees, …): what is added where the knee is bent.
    """

    hip: np.ndarray
    knee: np.ndarray
    hip_volume: np.ndarray
    knee_volume: np.ndarray


def axes_of(at: loft.Frames) -> tuple[np.ndarray, np.ndarray]:
    """Centres (muscles, RING, STATIONS, 3) mm and the axes there (…, 3 axes, 3)."""
    ring = loft.RING_COLUMN
    centre = np.moveaxis(at.centre[:, :, ring], 0, 3).astype(float) * 1000.0
    axes = [np.moveaxis(axis[:, :, ring], 0, 3).astype(float) for axis in (at.along, at.across, at.out)]
    return centre, np.stack(axes, axis=3)


@dataclass
class Tracker:
    """Carries the flesh from posture to posture."""

    flesh: growth.Flesh
    carried: Carried
    xml: str
    bone: MovedBone
    nerve: Callable[[np.ndarray], growth.Nerve]

    def __post_init__(self) -> None:
        self.poser = Poser(self.xml)

    def place(self, angles: Angles) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Centres and axes of the ring vertices as `axes_of` gives them, and the bodies' transforms."""
        world, paths = self.poser.place(angles)
        return *axes_of(loft.frames(self.carried.fibre_of, self.carried.columns, paths)), world

    def held(
        self, shifts: list[np.ndarray], start: Angles, name: str, values: tuple[float, ...]
    ) -> np.ndarray:
        """Volumes (values, muscles) at each of `values` of one angle with its corrections, shares of those at rest."""
        volumes = []
        for shift, value in zip(shifts, values, strict=True):
            centre, axes, _ = self.place({**start, name: value})
            rings = centre + np.einsum("mrsa,mrsax->mrsx", self.carried.offset + shift, axes)
            volumes.append(growth.enclosed(rings) / self.flesh.volume)
        return np.array(volumes)

    def moved(self, shift: np.ndarray, start: Angles, end: Angles) -> np.ndarray:
        """Carry the corrections `shift` (muscles, RING, STATIONS, 3) from one posture to another in small steps."""
        flesh = self.flesh
        steps = max(int(np.ceil(abs(end[name] - start[name]) / step)) for name, step in STEP_DEG.items())
        for step in range(1, steps + 1):
            share = step / steps
            centre, axes, world = self.place(
                {name: (1 - share) * start[name] + share * end[name] for name in REST}
            )
            self.bone.world = world
            flesh.rest = centre + np.einsum("mrsa,mrsax->mrsx", self.carried.offset, axes)
            flesh.shift = np.einsum("mrsa,mrsax->mrsx", shift, axes)
            flesh.along, flesh.out = axes[:, :, :, 0], axes[:, :, :, 2]
            at_key = step == steps
            passes = STEP_PASSES + KEY_PASSES * at_key
            growth.advance(flesh, self.nerve(world), self.bone, passes, PULL, until_free=at_key)
            shift = np.einsum("mrsx,mrsax->mrsa", flesh.shift, axes)
        return shift

    def chain(
        self, start: Angles, name: str, values: tuple[float, ...], first: np.ndarray
    ) -> list[np.ndarray]:
        """Corrections at each of `values` of one angle, tracked outward both ways from 0, where they are `first`."""
        middle = values.index(0.0)
        result = {middle: first}
        for way in (range(middle + 1, len(values)), range(middle - 1, -1, -1)):
            before = middle
            for index in way:
                here, there = ({**start, name: values[place]} for place in (before, index))
                result[index] = self.moved(result[before], here, there)
                before = index
        return [result[index] for index in range(len(values))]

    def around(self, flexion_deg: float, first: np.ndarray) -> tuple[np.ndarray, ...]:
        """The parts of `Keys` at one flexion, where the corrections are `first` before the thigh is turned or spread.

        Those of bent knees are there at KNEE_FLEXION_DEG alone.
        """
        flexed = {**REST, "flexion": flexion_deg}
        straight = self.chain(flexed, "rotation", ROTATION_DEG, first)
        turned, held, bent, bent_held = [], [], [], []
        for rotation, shift in zip(ROTATION_DEG, straight, strict=True):
            thigh = {**flexed, "rotation": rotation}
            row = self.chain(thigh, "adduction", ADDUCTION_DEG, shift)
            turned.append(row)
            held.append(self.held(row, thigh, "adduction", ADDUCTION_DEG))
            for adduction, straight_knee in zip(ADDUCTION_DEG, row, strict=True):
                if flexion_deg in KNEE_FLEXION_DEG and rotation in KNEE_ROTATION_DEG:
                    limb = {**thigh, "adduction": adduction}
                    knees = self.chain(limb, "knee", KNEE_DEG, straight_knee)
                    full = self.held(knees, limb, "knee", KNEE_DEG)
                    bent += [knee - straight_knee for knee in knees[1:]]
                    bent_held += [share - full[0] for share in full[1:]]
        return np.array(turned), np.array(held), np.array(bent), np.array(bent_held)


# One to a process.
_trackers: list[Tracker] = []


def _begin(*parts: Any) -> None:
    _trackers.append(Tracker(*parts))


def _around(flexion_deg: float, first: np.ndarray) -> tuple[np.ndarray, ...]:
    return _trackers[-1].around(flexion_deg, first)


def keys(
    flesh: growth.Flesh,
    carried: Carried,
    xml: str,
    bone: MovedBone,
    nerve: Callable[[np.ndarray], growth.Nerve],
) -> Keys:
    """Corrections at all key postures; worked out in several processes, so that all that is given can be pickled."""
    parts = flesh, carried, xml, bone, nerve
    flexed = Tracker(*parts).chain(REST, "flexion", FLEXION_DEG, np.zeros_like(carried.offset))
    with ProcessPoolExecutor(PROCESSES, initializer=_begin, initargs=parts) as pool:
        turned, held, bent, bent_held = zip(*pool.map(_around, FLEXION_DEG, flexed), strict=True)
    grid = len(KNEE_FLEXION_DEG), len(KNEE_ROTATION_DEG), len(ADDUCTION_DEG), len(KNEE_DEG) - 1
    knee, knee_volume = (np.concatenate([part for part in own if len(part)]) for own in (bent, bent_held))
    return Keys(
        hip=np.array(turned),
        knee=knee.reshape(*grid, *knee.shape[1:]),
        hip_volume=np.array(held),
        knee_volume=knee_volume.reshape(*grid, *knee_volume.shape[1:]),
    )
