"""The sciatic nerve in any posture: it follows the bones, then gives way to what it lies on.

Takes the arrays that the asset build made and the bodies' transforms; gives the route in the world, metres, LPS.
Each control point turns by its share of the hip's flexion, adduction and rotation and of the knee's bend, so the nerve
keeps its distance from the joints; a few rounds then push it out of bone and muscle cushions and spread the push along
it. Both sides are computed as left ones, the right mirrored, hence exactly symmetric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from visualizer.body.nerve.binding import Course, padded, read_binding
from visualizer.body.nerve.tract import Tract, TractState
from visualizer.body.nerve.tube import NerveFrames, Tube

SEGMENTS = ("l4", "l5", "s1", "s2", "s3", "lumbosacral_trunk", "sciatic", "tibial", "common_fibular")
SIDES = ("left", "right")
MIRROR_TRANSFORM = np.outer([-1.0, 1.0, 1.0, 1.0], [-1.0, 1.0, 1.0, 1.0])
# Each look at the surroundings is followed by rounds that push the nerve off them as planes and spread the push.
LOOKS = 2
ROUNDS = 6
# Cardan order: the thigh is turned, then adducted, then flexed; planes of the turns about z, y and x.
PLANES = ((0, 1), (2, 0), (1, 2))


@dataclass(frozen=True)
class Route:
    """The nerve in one posture; per side, left first: points (n, 3) m and their raw thickness directions (n, 3)."""

    points: tuple[np.ndarray, np.ndarray]
    thickness_axis: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class NerveState:
    """All that the nerve gives for one posture.

    vertices, normals (v, 3) float32, in the order of the nerve's surface; routes: `l4_left` ... polylines (n, 3) m,
    proximal to distal; tracts: length, strain and glide of the left and the right nerve; frames: of all route points.
    """

    vertices: np.ndarray
    normals: np.ndarray
    routes: dict[str, np.ndarray]
    tracts: tuple[TractState, TractState]
    frames: NerveFrames


def cardan(turn: np.ndarray) -> np.ndarray:
    """Angles (3, n) rad about z, y and x of rotations (n, 3, 3) = Rx Ry Rz."""
    z = np.arctan2(-turn[:, 0, 1], turn[:, 0, 0])
    x = np.arctan2(-turn[:, 1, 2], turn[:, 2, 2])
    return np.stack([z, np.arcsin(np.clip(turn[:, 0, 2], -1.0, 1.0)), x])


def turn_by_shares(vectors: np.ndarray, angles: np.ndarray, shares: np.ndarray) -> None:
    """Turn `vectors` (3, 2, K, m) in place by `angles` (3, 2) about z, y, x, each times its share (3, 2, K)."""
    angle = (angles[..., None] * shares)[..., None]
    cosine, sine = np.cos(angle), np.sin(angle)
    for (i, j), c, s in zip(PLANES, cosine, sine, strict=True):
        first = c * vectors[i] - s * vectors[j]
        vectors[j] = s * vectors[i] + c * vectors[j]
        vectors[i] = first


def inverse(transform: np.ndarray) -> np.ndarray:
    """Inverse of rigid transforms (n, 4, 4)."""
    result = transform.copy()
    result[:, :3, :3] = transform[:, :3, :3].swapaxes(1, 2)
    result[:, :3, 3] = -(result[:, :3, :3] @ transform[:, :3, 3:])[..., 0]
    return result


class NerveModel:
    """The nerve of both sides, each with its variant; prepared once, then `state` or `route` per posture.

    arrays: those of `nerve_shapes.npz`; bodies: names in the order of `world_from_rest`; variants: left, right.
    """

    def __init__(
        self, arrays: Mapping[str, np.ndarray], bodies: Sequence[str], variants: tuple[str, str] = ("a", "a")
    ) -> None:
        binding = read_binding(arrays, variants)
        self.variants = variants
        self.bodies = len(bodies)
        self.around = binding.surroundings
        controls = max(len(course.controls) for course in binding.courses)
        free = max(len(course.free) for course in binding.courses)
        self.courses: list[Course] = [padded(course, controls, free) for course in binding.courses]
        at = {name: index for index, name in enumerate(bodies)}
        self._carriers = {
            name: np.array([at[left], at[right]])
            for name, left, right in (
                ("pelvis", "pelvis", "pelvis"), ("femur", "femur_left", "femur_right"),
                ("tibia", "tibia_left", "tibia_right"), ("l4", "l4", "l4"), ("l5", "l5", "l5"),
            )
        }  # fmt: skip
        self._prepare(self.courses)
        self._left = copy(self)
        self._left._prepare(self.courses[:1])
        rest = self.route(np.tile(np.eye(4), (len(at), 1, 1)))
        self.tube = Tube(self.courses)
        self.tracts = [
            Tract(course, points, binding.root_area_mm2, binding.stiffening)
            for course, points in zip(self.courses, rest.points, strict=True)
        ]

    def _prepare(self, both: Sequence[Course]) -> None:
        """Make ready what places the controls of these sides' courses: both, or the left one alone."""
        controls = np.stack([np.concatenate([c.controls[:, None], c.axes], axis=1) for c in both])
        self._resting = np.ascontiguousarray(np.moveaxis(controls, -1, 0))
        share = np.stack([course.share for course in both], axis=1)
        # Single precision leaves 0.1 micrometres.
        self._matrices = [course.route_from_controls for course in both]
        self._hip_share, self._flexion = share[[2, 1, 0]], share[0]
        self._knee_share = np.tile(share[3], (3, 1, 1))
        self._bulge = 4 * self.around.tighten * self._flexion * (1 - self._flexion)
        self._free = np.stack([course.free for course in both])
        self._spread = np.stack([course.spread for course in both])
        self._half = np.stack([course.half[course.free] for course in both])[:, :, None]
        # The roots' controls come first and are the same in every variant.
        self._lumbar = {
            name: np.flatnonzero(both[0].lumbar_body == level) for name, level in (("l4", 4), ("l5", 5))
        }
        self._last_cell = (self.around.shape - 2.000001)[:, None, None]
        self._lower = self.around.lower[:, None, None]
        strides = np.stack(
            [self.around.shape[:, 1] * self.around.shape[:, 2], self.around.shape[:, 2], [1, 1]], axis=1
        )
        self._strides = strides[:, None, :, None].astype(float)
        self._first_cell = np.array([0, np.prod(self.around.shape[0])])[:, None, None]
        corner = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        self._corner = (strides @ corner.T)[:, None, None]

    def state(self, world_from_rest: np.ndarray, *, alike: bool = False) -> NerveState:
        """Surface, routes and strain for transforms (bodies, 4, 4) from the balanced stance to the world.

        alike: whether the right side is the left one's mirror image, nerve and posture.
        """
        route = self.route(world_from_rest, alike=alike)
        frames = self.tube.frames(route.points, route.thickness_axis)
        vertices, normals = self.tube.surface(frames)
        left, right = (tract.state(points) for tract, points in zip(self.tracts, route.points, strict=True))
        return NerveState(vertices, normals, self.segments(route), (left, right), frames)

    def segments(self, route: Route) -> dict[str, np.ndarray]:
        """Named polylines, proximal to distal, (n, 3) m: `l4_left` ... `common_fibular_right`."""
        return {
            f"{name}_{side}": points[at]
            for side, course, points in zip(SIDES, self.courses, route.points, strict=True)
            for name, at in course.segments.items()
        }

    def route(self, world_from_rest: np.ndarray, *, alike: bool = False) -> Route:
        """Both sides' routes, as `state` has them."""
        sides = (self._left if alike else self)._placed(world_from_rest)
        left, right = sides if len(sides) == 2 else (sides[0], sides[0].copy())
        right[:, (0, 3)] *= -1.0
        return Route((left[:, :3], right[:, :3]), (left[:, 3:], right[:, 3:]))

    def _placed(self, world_from_rest: np.ndarray) -> list[np.ndarray]:
        """Route points and thickness axes (n, 6) of each side that was made ready, the right one as a left."""
        count = len(self._matrices)
        world = {
            name: world_from_rest[index[:count]].astype(np.float64) for name, index in self._carriers.items()
        }
        for pair in world.values():
            pair[1:] *= MIRROR_TRANSFORM
        pelvis = world["pelvis"]
        femur = inverse(pelvis) @ world["femur"]
        placed = self._follow(femur, inverse(world["femur"]) @ world["tibia"])
        self._give_way(placed, femur)
        turn = pelvis[:, None, :3, :3].swapaxes(2, 3)
        points = placed[:, :, (0, 2)] @ turn
        points[:, :, 0] += pelvis[:, None, :3, 3]
        for name, members in self._lumbar.items():
            own = placed[:, members, 0] @ world[name][:, :3, :3].swapaxes(1, 2) + world[name][:, None, :3, 3]
            points[:, members, 0] += self.courses[0].lumbar[members, None] * (own - points[:, members, 0])
        points = points.reshape(count, -1, 6).astype(np.float32)
        return [matrix @ points[side] for side, matrix in enumerate(self._matrices)]

    def _follow(self, femur: np.ndarray, tibia: np.ndarray) -> np.ndarray:
        """Controls and their width and thickness directions (2, K, 3, 3) in the pelvis's resting frame."""
        knee, hip = self.around.knee_centre, self.around.hip_centre
        vectors = self._resting.copy()
        at = vectors[..., 0]
        at -= knee[:, None, None]
        turn_by_shares(vectors, cardan(tibia[:, :3, :3]), self._knee_share)
        slip = tibia[:, :3, :3] @ knee + tibia[:, :3, 3] - knee
        at += (knee - hip)[:, None, None] + self._knee_share * slip.T[:, :, None]
        hip_angles = cardan(femur[:, :3, :3])
        turn_by_shares(vectors, hip_angles, self._hip_share)
        at[1:] *= 1 + self._bulge * np.sin(0.5 * hip_angles[2])[:, None]
        slip = femur[:, :3, :3] @ hip + femur[:, :3, 3] - hip
        at += hip[:, None, None] + self._flexion * slip.T[:, :, None]
        return np.ascontiguousarray(np.moveaxis(vectors, 0, -1))

    def _give_way(self, placed: np.ndarray, femur: np.ndarray) -> None:
        """Push the free controls of `placed` (2, K, 3, 3) out of bone and cushions, in place."""
        side = np.arange(len(placed))[:, None]
        free = placed[side, self._free]
        start, frames = free[:, :, 0], free[:, :, 1:].swapaxes(2, 3)
        cushion = self.around.cushion_femur @ femur[:, :3, :3].swapaxes(1, 2) + femur[:, None, :3, 3]
        moved = np.zeros_like(start)
        for _ in range(LOOKS):
            outward, overlap = self._obstacles(start + moved, frames, femur, cushion)
            overlap += (outward @ moved[..., None])[..., 0]
            for _ in range(ROUNDS):
                moved = self._spread @ moved
                short = np.maximum(overlap - (outward @ moved[..., None])[..., 0], 0.0)
                moved += (short[:, :, None] @ outward)[:, :, 0]
        placed[side, self._free, 0] = start + moved

    def _obstacles(
        self, at: np.ndarray, frames: np.ndarray, femur: np.ndarray, cushion: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Outward unit directions (2, r, q, 3) of what is near points `at` (2, r, 3), and how deep each overlaps."""
        turn = femur[:, :3, :3]
        count = len(self.around.cushion_radius)
        outward = np.empty((*at.shape[:2], count + 2, 3))
        room = np.empty(outward.shape[:3])
        local = np.stack([at, (at - femur[:, None, :3, 3]) @ turn])
        bone = self._sample(local)
        room[..., :2] = np.moveaxis(bone[..., 0], 0, -1) - self.around.bone_gap
        outward[:, :, 0] = bone[0, ..., 1:]
        outward[:, :, 1] = bone[1, ..., 1:] @ turn.swapaxes(1, 2)
        along = (cushion - self.around.cushion_pelvis)[:, None]
        spoke = at[:, :, None] - self.around.cushion_pelvis
        share = (spoke * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9)
        spoke -= np.minimum(np.maximum(share, 0.0), 1.0)[..., None] * along
        length = np.sqrt((spoke * spoke).sum(-1))
        outward[:, :, 2:] = spoke / length[..., None]
        room[..., 2:] = length - self.around.cushion_radius
        reach = (outward @ frames) * self._half
        return outward, np.sqrt((reach * reach).sum(-1)) - room

    def _sample(self, local: np.ndarray) -> np.ndarray:
        """Distance and gradient (2 bodies, 2 sides, r, 4) at points (2, 2, r, 3) of each body's resting frame."""
        cell = (local - self._lower) / self.around.spacing
        cell = np.minimum(np.maximum(cell, 0.0), self._last_cell)
        whole = np.floor(cell)
        part = cell - whole
        first = (whole @ self._strides)[..., 0].astype(np.int64) + self._first_cell
        corner = self.around.field[first[..., None] + self._corner].reshape(*first.shape, 2, 2, 2, 4)
        for axis in range(3):
            share = part[..., axis].reshape(*first.shape, *(1,) * (3 - axis))
            near = corner[:, :, :, 0]
            corner = near + share * (corner[:, :, :, 1] - near)
        return np.asarray(corner)
