"""From a posture to joint angles, and through MuJoCo to bones and fibre lines.

Takes `Posture`; gives joint coordinates (radians, metres inside; degrees outside), rigid transforms of the bodies
and the paths and lengths of all tendons. MuJoCo's model is `assets/body/body.xml`. Lumbar levels and the patella
follow the posture by fixed shares (`rhythm.toml`) that `mj_kinematics` does not apply, so they are written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import SIDES
from visualizer.anatomy.muscle_grid import STATIONS
from visualizer.body.posture import Posture
from visualizer.errors import UserError

if TYPE_CHECKING:
    import mujoco

# Points put between the ends of an arc over a wrapping surface: a quarter turn over 50 mm is cut by 0.9 mm.
ARC_POINTS = 3


def joint_coordinates(posture: Posture, follow: dict[str, dict[str, float]]) -> dict[str, float]:
    """Every joint of `body.xml` by name, given the `rhythm`: degrees, millimetres for `*_height`.

    Flexion of the hip joint is the thigh's flexion in the room plus the pelvis' forward tilt.
    """
    joints = {"pelvic_tilt": posture.tilt_deg}
    extension = posture.tilt_deg * posture.lumbar_share
    for level, share in follow["lumbar_shares"].items():
        joints[f"{level}_flexion"] = -extension * share
        joints[f"{level}_height"] = 0.0
    joints["l4_l5_height"] = posture.disc_height_l4_l5_mm
    joints["l5_s1_height"] = posture.disc_height_l5_s1_mm
    for side in SIDES:
        joints[f"hip_flexion_{side}"] = posture.tilt_deg + getattr(posture, f"hip_flexion_{side}_deg")
        joints[f"hip_adduction_{side}"] = getattr(posture, f"hip_adduction_{side}_deg")
        joints[f"hip_rotation_{side}"] = getattr(posture, f"hip_rotation_{side}_deg")
        joints[f"knee_flexion_{side}"] = getattr(posture, f"knee_flexion_{side}_deg")
        joints[f"patella_flexion_{side}"] = (
            follow["patella"]["per_knee_flexion"] * joints[f"knee_flexion_{side}"]
        )
    return joints


def tendon_paths(
    model: mujoco.MjModel, data: mujoco.MjData, tendons: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Points (tendons, most, 3) m of all or some tendons, padded with the last one, and their count (tendons,).

    Where a tendon wraps, MuJoCo gives the two ends of the arc; ARC_POINTS are put between them.
    """
    begin, number = (
        values if tendons is None else values[tendons] for values in (data.ten_wrapadr, data.ten_wrapnum)
    )
    own = np.r_[0, np.cumsum(number)]
    used = int(own[-1])
    taken = np.repeat(begin - own[:-1], number) + np.arange(used)
    points, surface = data.wrap_xpos.reshape(-1, 3)[taken], data.wrap_obj.ravel()[taken]
    arc = np.flatnonzero((surface[:-1] >= 0) & (surface[:-1] == surface[1:]))
    place = np.repeat(np.arange(used), np.bincount(arc, minlength=used) * ARC_POINTS + 1)
    rows = points[place]
    first = np.searchsorted(place, arc)
    share = np.arange(1, ARC_POINTS + 1) / (ARC_POINTS + 1)
    rows[first[:, None] + np.arange(1, ARC_POINTS + 1)] = arcs(
        data, surface[arc], points[arc], points[arc + 1], model.geom_type[surface[arc]], share
    )
    start = np.searchsorted(place, own[:-1])
    count = np.diff(np.r_[start, len(rows)])
    stop = np.minimum(np.arange(count.max()), count[:, None] - 1)
    return rows[start[:, None] + stop], count


def station_share(model: mujoco.MjModel) -> np.ndarray:
    """(tendons, STATIONS) float32: at what share of its length each station of a fibre line lies.

    Even, but where the tendon's two `user` figures say which share of the stations lies within which share of it.
    """
    even = np.linspace(0.0, 1.0, STATIONS)
    said = model.tendon_user if model.nuser_tendon else np.zeros((model.ntendon, 2))
    place, share = np.where(said.any(axis=1), said.T, 0.5)[:, :, None]
    within = even * share / place
    beyond = 1.0 - (1.0 - even) * (1.0 - share) / (1.0 - place)
    return np.where(even < place, within, beyond).astype(np.float32)


def arcs(
    data: mujoco.MjData,
    geom: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
    kind: np.ndarray,
    share: np.ndarray,
) -> np.ndarray:
    """Points (arcs, shares, 3) m at `share` of the way from `one` to `other` (arcs, 3) over cylinders and spheres."""
    import mujoco  # as in `Skeleton`

    centre, axis = data.geom_xpos[geom], data.geom_xmat[geom].reshape(-1, 3, 3)[:, :, 2]
    axis = axis * (kind == mujoco.mjtGeom.mjGEOM_CYLINDER)[:, None]
    ends = np.stack([one, other], axis=1) - centre[:, None]
    height = (ends * axis[:, None]).sum(axis=2)
    spokes = ends - height[:, :, None] * axis[:, None]
    radius = np.linalg.norm(spokes, axis=2).mean(axis=1)
    cosine = (spokes[:, 0] * spokes[:, 1]).sum(axis=1) / np.maximum(radius**2, 1e-12)
    angle = np.maximum(np.arccos(np.clip(cosine, -1.0, 1.0)), 1e-6)[:, None]
    weight = np.sin(angle * np.stack([1.0 - share, share])[:, None]) / np.sin(angle)
    along = height[:, :1] * (1.0 - share) + height[:, 1:] * share
    turned = weight[0, :, :, None] * spokes[:, :1] + weight[1, :, :, None] * spokes[:, 1:]
    return np.asarray(centre[:, None] + turned + along[:, :, None] * axis[:, None])


@dataclass(frozen=True)
class Pose:
    """The skeleton in one posture.

    world_from_rest (bodies, 4, 4) float32, identity in the balanced stance; path_points (paths, most, 3) float m,
    padded with the last point, path_count (paths,) int, path_share (paths, STATIONS) as of `station_share`: of the
    tendons asked for; length (tendons,) float m, of all.
    """

    world_from_rest: np.ndarray
    path_points: np.ndarray
    path_count: np.ndarray
    path_share: np.ndarray
    length: np.ndarray


def without_meshes(spec: mujoco.MjSpec) -> mujoco.MjSpec:
    """The same body less its bones' surfaces, which only a viewer shows: MuJoCo would keep 55 MB for them."""
    import mujoco

    for geom in list(spec.geoms):
        if geom.type == mujoco.mjtGeom.mjGEOM_MESH:
            spec.delete(geom)
    for mesh in list(spec.meshes):
        spec.delete(mesh)
    return spec


class Skeleton:
    """MuJoCo's model of the body and its working memory; `place` may be called from one thread at a time.

    MuJoCo is imported here and not above, because the window opens before anything is posed.
    """

    def __init__(self, root: Path) -> None:
        import mujoco

        file = root / "body" / "body.xml"
        self.rhythm = AssetFolder(root).table("anatomy/rhythm.toml")
        try:
            self.model = without_meshes(mujoco.MjSpec.from_file(str(file))).compile()
        except (ValueError, OSError) as error:
            raise UserError(
                f"The body model {file.name} cannot be read ({error}).", "Install the program again."
            ) from error
        self.data = mujoco.MjData(self.model)
        model = self.model
        self.bodies = tuple(model.body(i).name for i in range(1, model.nbody))
        self.tendons = tuple(model.tendon(i).name for i in range(model.ntendon))
        self.joints = tuple(model.joint(i).name for i in range(model.njnt))
        self.share = station_share(model)
        self._is_slide = model.jnt_type == mujoco.mjtJoint.mjJNT_SLIDE
        self._rest = self._world_from_body(Posture())

    def _world_from_body(self, posture: Posture) -> tuple[np.ndarray, np.ndarray]:
        """Rotations (bodies, 3, 3) and origins (bodies, 3) m in the room; leaves MuJoCo's data there."""
        import mujoco

        values = joint_coordinates(posture, self.rhythm)
        coordinates = np.array([values[name] for name in self.joints])
        self.data.qpos[:] = np.where(self._is_slide, coordinates / 1000.0, np.radians(coordinates))
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_tendon(self.model, self.data)
        return self.data.xmat[1:].reshape(-1, 3, 3).copy(), self.data.xpos[1:].copy()

    def lengths(self, posture: Posture) -> np.ndarray:
        """Lengths (tendons,) m of the tendons alone."""
        self._world_from_body(posture)
        return np.asarray(self.data.ten_length.copy())

    def place(self, posture: Posture, tendons: np.ndarray | None = None) -> Pose:
        """Bones of `posture`, and the paths of all tendons or of those named by index (paths,)."""
        rotation, origin = self._world_from_body(posture)
        transform = np.zeros((len(rotation), 4, 4), dtype=np.float32)
        turn = rotation @ self._rest[0].transpose(0, 2, 1)
        transform[:, :3, :3] = turn
        transform[:, :3, 3] = origin - np.einsum("bij,bj->bi", turn, self._rest[1])
        transform[:, 3, 3] = 1.0
        points, count = tendon_paths(self.model, self.data, tendons)
        share = self.share if tendons is None else self.share[tendons]
        return Pose(transform, points, count, share, self.data.ten_length.copy())

    def potential_energy(self, gravity: float) -> float:
        """Weight's potential energy in J of the posture solved last."""
        return float(gravity * (self.model.body_mass * self.data.xipos[:, 2]).sum())
