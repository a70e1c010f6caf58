"""What a posture gives statics: each muscle's lever about each joint, and what the weight asks there.

Takes `Posture`; gives `Statics`. MuJoCo's model with slides added where a load is wanted: virtual work along a slide is
the force through it. Levers are changes of length with a coordinate, as everywhere in `forces`. Broad muscles, whose
parts pull differently, count as three.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

import mujoco
import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import Posture
from visualizer.body.skeleton import joint_coordinates, without_meshes
from visualizer.body.solve import PreparedBody

GRAVITY = 9.81
VERTEBRAE = ("l5", "l4", "l3", "l2", "l1")
LEVELS = ("l5_s1", "l4_l5", "l3_l4", "l2_l3", "l1_l2")
LOADED = ("l5_s1", "l4_l5")
HIP_TURNS = ("flexion", "adduction", "rotation")
LEG = ("femur", "patella", "tibia", "foot")
FOOT_OF = {"left foot": "left", "right foot": "right"}
# Thirds of these act on their own: the upper one of gluteus maximus abducts, the lower one adducts.
IN_THIRDS = ("gluteus_maximus", "gluteus_medius", "gluteus_minimus", "adductor_magnus")


@dataclass(frozen=True, eq=False)
class Statics:
    """Levers and weight in one posture, by name of the coordinate.

    lever: coordinate -> (parts,) m about a hinge, share of the force along a slide. weight: coordinate -> N m, or N
    along a slide. weight_per_m: coordinate -> N, by how much the former grows for each metre that the trunk's mass
    lies further forward. norm_length: (parts,) length of the fibres against the balanced stance's. angle: coordinate ->
    rad. held: hinges whose balance the muscles keep.
    """

    lever: dict[str, np.ndarray]
    weight: dict[str, float]
    weight_per_m: dict[str, float]
    norm_length: np.ndarray
    angle: dict[str, float]
    held: tuple[str, ...]

    def levers(self, names: tuple[str, ...]) -> np.ndarray:
        """(names, parts) levers."""
        return np.array([self.lever[name] for name in names]).reshape(len(names), len(self.norm_length))

    def weights(self, names: tuple[str, ...], forward_m: np.ndarray) -> np.ndarray:
        """(people, names) weight's part, the trunk's mass `forward_m` (people,) further forward."""
        own = np.array([self.weight[name] for name in names])
        per_m = np.array([self.weight_per_m[name] for name in names])
        return np.asarray(own + forward_m[:, None] * per_m)


class Mechanics:
    """An anatomy made ready for statics.

    muscle, share: (parts,) of which muscle each part is, and which share of it; whole: (parts, muscles) sums parts up.
    """

    def __init__(self, anatomy: Anatomy) -> None:
        self.body = anatomy.prepared(PreparedBody)
        self.rhythm = self.body.skeleton.rhythm
        spec = without_meshes(mujoco.MjSpec.from_file(str(anatomy.root / "body" / "body.xml")))
        slide = mujoco.mjtJoint.mjJNT_SLIDE
        for level in LOADED:
            vertebra = spec.body(level.split("_")[0])
            height = next(joint for joint in vertebra.joints if joint.name == f"{level}_height")
            up = np.array(height.axis)
            vertebra.add_joint(name=f"{level}_shear", type=slide, axis=[0.0, -up[2], up[1]])
        for side in SIDES:
            for name, axis in zip("xyz", np.eye(3), strict=True):
                spec.body(f"femur_{side}").add_joint(name=f"hip_{name}_{side}", type=slide, axis=axis)
        self.model = spec.compile()
        self.data = mujoco.MjData(self.model)
        self.lock = Lock()
        model = self.model
        self.coordinate = {model.joint(i).name: i for i in range(model.njnt)}
        self._is_slide = model.jnt_type == slide
        pieces = []
        for index, muscle in enumerate(anatomy.muscles):
            own = self.body.fibres[self.body.first_fibre[index] :][: self.body.fibre_count[index]]
            pieces += [(index, part) for part in np.array_split(own, 3 if muscle.name in IN_THIRDS else 1)]
        self.muscle = np.array([index for index, _ in pieces])
        self.share = np.array([len(part) / self.body.fibre_count[index] for index, part in pieces])
        self.whole = (self.muscle[:, None] == np.arange(len(anatomy.muscles))).astype(float)
        self._count = np.array([len(part) for _, part in pieces])
        self._first = np.r_[0, np.cumsum(self._count)[:-1]]
        self._fibres = np.concatenate([part for _, part in pieces])
        self._balanced_m = self._mean(self.body.skeleton.lengths(self.body.balanced))
        self._mass = model.body_mass
        self._body = {model.body(i).name: i for i in range(model.nbody)}

    def statics(self, posture: Posture) -> Statics:
        """Levers, weight and lengths of `posture`, all zero where nothing is held (lying down)."""
        values = joint_coordinates(posture, self.rhythm)
        with self.lock:
            angle = self._place(values)
            lever, length = self._levers()
            weight, per_m = {}, {}
            for name, (bodies, sign) in self._carried(posture.support).items():
                weight[name], per_m[name] = self._weight(name, bodies, sign)
        change = self._mean(length) - self._balanced_m
        return Statics(
            lever=lever,
            weight=weight,
            weight_per_m=per_m,
            norm_length=1.0 + 1000.0 * change / self.body.fibre_length_mm[self.muscle],
            angle=angle,
            held=tuple(name for name in weight if not self._is_slide[self.coordinate[name]]),
        )

    def discs(self, posture: Posture) -> dict[str, np.ndarray]:
        """Level -> (3, 3): middle of the disc m, the way up square to it, the way forwards along it; in the room."""
        with self.lock:
            self._place(joint_coordinates(posture, self.rhythm))
            data, at = self.data, self.coordinate
            return {
                level: np.stack(
                    [
                        data.xanchor[at[f"{level}_flexion"]],
                        *(data.xaxis[at[f"{level}_{way}"]] for way in ("height", "shear")),
                    ]
                )
                for level in LOADED
            }

    def _place(self, values: dict[str, float]) -> dict[str, float]:
        """Put MuJoCo's data into the posture; the hinges' angles, rad."""
        coordinates = np.array([values.get(name, 0.0) for name in self.coordinate])
        self.data.qpos[:] = np.where(self._is_slide, coordinates / 1000.0, np.radians(coordinates))
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)
        mujoco.mj_tendon(self.model, self.data)
        return dict(zip(self.coordinate, self.data.qpos.tolist(), strict=True))

    def _mean(self, of_lines: np.ndarray) -> np.ndarray:
        """Means (parts, …) over a part's fibre lines."""
        return (np.add.reduceat(of_lines[self._fibres], self._first, axis=0).T / self._count).T

    def _levers(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Each coordinate's levers (parts,) and the fibre lines' lengths m."""
        model = self.model
        dense = np.zeros((model.ntendon, model.nv))
        mujoco.mju_sparse2dense(
            dense, self.data.ten_J, model.ten_J_rownnz, model.ten_J_rowadr, model.ten_J_colind
        )
        change = self._mean(dense)
        lever = {name: -change[:, index] for name, index in self.coordinate.items()}
        return lever, self.data.ten_length.copy()

    def _carried(self, support: str) -> dict[str, tuple[list[int], float]]:
        """Coordinate -> bodies whose weight it carries, and +1 where these move with it, -1 where they stay on top.

        On the thighs stands what is above them; two feet share it evenly. A seat takes what the hips would.
        """
        if support == "lying":
            return {}
        carried: dict[str, tuple[list[int], float]] = {}
        for place, level in enumerate(LEVELS):
            above = [self._body[name] for name in VERTEBRAE[place:]]
            for what in ("flexion", "height", "shear"):
                if f"{level}_{what}" in self.coordinate:
                    carried[f"{level}_{what}"] = above, 1.0
        trunk = [self._body[name] for name in ("pelvis", *VERTEBRAE)]
        if support == "seat":
            return carried
        stance = FOOT_OF.get(support)
        for side in SIDES:
            own = [self._body[f"{bone}_{side}"] for bone in LEG]
            other = [self._body[f"{bone}_{'right' if side == 'left' else 'left'}"] for bone in LEG]
            if stance is None:
                bodies, sign = trunk, -0.5
            else:
                bodies, sign = (trunk + other, -1.0) if side == stance else (own, 1.0)
            for what in (*HIP_TURNS, *"xyz"):
                carried[f"hip_{what}_{side}"] = bodies, sign
        if stance is None:
            # Standing on two feet, these share what the width asks: nothing is known of it, and nothing assumed.
            for side in SIDES:
                for what in HIP_TURNS[1:]:
                    carried[f"hip_{what}_{side}"] = [], 0.0
        return carried

    def _weight(self, name: str, bodies: list[int], sign: float) -> tuple[float, float]:
        """The weight of `bodies` along a coordinate, and how that grows as mass moves forward (towards -y)."""
        joint = self.coordinate[name]
        axis, mass = self.data.xaxis[joint], self._mass[bodies]
        down = np.array([0.0, 0.0, -GRAVITY])
        if self._is_slide[joint]:
            return float(sign * (axis @ down) * mass.sum()), 0.0
        reach = (mass[:, None] * (self.data.xipos[bodies] - self.data.xanchor[joint])).sum(axis=0)
        forward = np.array([0.0, -1.0, 0.0]) * mass.sum()
        return tuple(float(sign * axis @ np.cross(arm, down)) for arm in (reach, forward))  # type: ignore[return-value]
