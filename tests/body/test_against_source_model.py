"""Our muscle lengths against the unpruned leg model that the fibre lines grew from, in the same joint postures.

That model (`myolegs` of myo-sim: the legs of a 2016 full-body model) has other bones, single lines instead of bundles
and wraps of its own, so changes of length are compared, scaled by the length of the thigh. Where the two disagree is
listed with the reason, and the list must stay exact.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from visualizer.anatomy.load import AssetFolder
from visualizer.body.posture import Posture, with_fields
from visualizer.body.skeleton import Skeleton

mujoco = pytest.importorskip("mujoco")
myo_sim = pytest.importorskip("myo_sim")

ASSETS = Path(__file__).parents[2] / "assets"
# Ours -> the source's lines, whose mean stands for the muscle.
SAME = {
    "psoas": ("psoas",),
    "iliacus": ("iliacus",),
    "rectus_femoris": ("recfem",),
    "tensor_fasciae_latae": ("tfl",),
    "sartorius": ("sart",),
    "gluteus_minimus": ("glmin1", "glmin2", "glmin3"),
    "gluteus_medius": ("glmed1", "glmed2", "glmed3"),
    "gluteus_maximus": ("glmax1", "glmax2", "glmax3"),
    "piriformis": ("piri",),
    "adductor_magnus": ("addmagProx", "addmagMid", "addmagDist"),
    "adductor_magnus_hamstring_part": ("addmagIsch",),
    "biceps_femoris_long_head": ("bflh",),
    "biceps_femoris_short_head": ("bfsh",),
    "semitendinosus": ("semiten",),
    "semimembranosus": ("semimem",),
}
# Our field, the source's joint, and the angles at which both are read, degrees.
MOVEMENTS = {
    "hip_flexion": ("hip_flexion_deg", "hip_flexion_r", (-15.0, 10.0, 30.0, 60.0, 90.0)),
    "hip_adduction": ("hip_adduction_deg", "hip_adduction_r", (-20.0, 15.0)),
    "hip_rotation": ("hip_rotation_deg", "hip_rotation_r", (-20.0, 20.0)),
    "knee_flexion": ("knee_flexion_deg", "knee_angle_r", (30.0, 60.0, 90.0)),
}
# Changes agree within this much of the source's, or within so many millimetres; signs are compared beyond the latter.
SHARE, LEAST_MM = 0.25, 4.0
Changes = Callable[[str, float], dict[str, float]]
KNEE = (
    "our knee turns about one fixed axis, the source's rolls and glides, and ours holds tendons nearer to the bone: "
    "hamstrings have less of a lever"
)
DISAGREE = {
    ("hip_flexion", "sartorius"): "lies on the flesh of the thigh here, a straight line there",
    ("hip_flexion", "gluteus_minimus"): "its sign differs between the source's own versions too",
    ("hip_flexion", "gluteus_medius"): "our fan has more of its lines in front of the hip",
    ("hip_flexion", "adductor_magnus"): "our fan has more of its lines from the tuberosity",
    (
        "hip_flexion",
        "tensor_fasciae_latae",
    ): "the fascia holds it to the hip here, theirs bows away without end",
    ("hip_adduction", "adductor_magnus"): "lies before the hamstrings, as far back as in people",
    (
        "hip_rotation",
        "biceps_femoris_long_head",
    ): "set apart sideways as in people, theirs lie over one another",
    ("hip_rotation", "semitendinosus"): "set apart sideways as in people, theirs lie over one another",
    ("hip_rotation", "gluteus_maximus"): "ours bends behind the small rotators, theirs runs straighter",
    ("hip_rotation", "tensor_fasciae_latae"): "held at the thigh's side here, straight to the tibia there",
    ("knee_flexion", "tensor_fasciae_latae"): KNEE,
    ("knee_flexion", "sartorius"): KNEE,
    ("knee_flexion", "semitendinosus"): KNEE,
    ("knee_flexion", "semimembranosus"): KNEE,
}
# Among those, where the direction itself differs.
OPPOSITE = {
    ("hip_flexion", "gluteus_minimus"),
}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Changes, float]:
    """Changes of length in mm of the right leg, and the length of its thigh in m."""
    # MuJoCo writes its warnings into the working directory.
    with contextlib.chdir(tmp_path_factory.mktemp("log")), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, data = myo_sim.load("myolegs")

    def lengths(joint: str, degrees: float) -> dict[str, float]:
        data.qpos[:] = model.qpos0
        data.qpos[model.joint(joint).qposadr[0]] = np.radians(degrees)
        for index in np.flatnonzero(model.eq_type == mujoco.mjtEq.mjEQ_JOINT):
            follower, leader = (model.jnt_qposadr[ids[index]] for ids in (model.eq_obj1id, model.eq_obj2id))
            turn = data.qpos[leader] - model.qpos0[leader]
            data.qpos[follower] = model.qpos0[follower] + np.polyval(model.eq_data[index, 4::-1], turn)
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_tendon(model, data)
        line = {model.tendon(i).name: data.ten_length[i] * 1000.0 for i in range(model.ntendon)}
        return {name: np.mean([line[f"{own}_r_tendon"] for own in lines]) for name, lines in SAME.items()}

    rest = lengths("hip_flexion_r", 0.0)
    thigh = float(np.linalg.norm(data.body("tibia_r").xpos - data.body("femur_r").xpos))
    return lambda joint, degrees: {
        name: value - rest[name] for name, value in lengths(joint, degrees).items()
    }, thigh


@pytest.fixture(scope="module")
def ours() -> tuple[Changes, float]:
    """The same of our right leg."""
    skeleton = Skeleton(ASSETS)
    tendon = {name: index for index, name in enumerate(skeleton.tendons)}
    lines = AssetFolder(ASSETS).table("body/tendons.toml")["muscle"]
    members = {name: [tendon[line] for line in lines[f"{name}_right"]] for name in SAME}

    def lengths(field: str, degrees: float) -> dict[str, float]:
        length = skeleton.place(with_fields(Posture(), {field: degrees})).length * 1000.0
        return {name: float(length[own].mean()) for name, own in members.items()}

    rest = lengths("hip_flexion_deg", 0.0)
    data = skeleton.data
    thigh = float(np.linalg.norm(data.body("tibia_right").xpos - data.body("femur_right").xpos))
    return lambda field, degrees: {
        name: value - rest[name] for name, value in lengths(field, degrees).items()
    }, thigh


@pytest.fixture(scope="module")
def pairs(ours: tuple[Changes, float], theirs: tuple[Changes, float]) -> dict[tuple[str, str], np.ndarray]:
    """(movement, muscle) -> (angles, 2) mm: our change and the source's, scaled to our thigh."""
    scale = ours[1] / theirs[1]
    result: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for movement, (field, joint, angles) in MOVEMENTS.items():
        for degrees in angles:
            own, source = ours[0](field, degrees), theirs[0](joint, degrees)
            for name in SAME:
                result.setdefault((movement, name), []).append((own[name], source[name] * scale))
    return {key: np.array(values) for key, values in result.items()}


def test_thighs_are_of_similar_length(ours: tuple[Changes, float], theirs: tuple[Changes, float]) -> None:
    assert ours[1] == pytest.approx(theirs[1], rel=0.05)


def test_changes_agree_but_for_the_listed_ones(pairs: dict[tuple[str, str], np.ndarray]) -> None:
    differing = {
        key: values.round(1).tolist()
        for key, values in pairs.items()
        if (np.abs(values[:, 0] - values[:, 1]) > np.maximum(LEAST_MM, SHARE * np.abs(values[:, 1]))).any()
    }
    assert differing.keys() == DISAGREE.keys(), differing


def test_directions_agree_but_for_the_listed_ones(pairs: dict[tuple[str, str], np.ndarray]) -> None:
    opposite = {
        key: values.round(1).tolist()
        for key, values in pairs.items()
        if ((values.prod(axis=1) < 0) & (np.abs(values).max(axis=1) > LEAST_MM)).any()
    }
    assert opposite.keys() == OPPOSITE, opposite


def test_most_of_what_both_have_agrees(pairs: dict[tuple[str, str], np.ndarray]) -> None:
    at_the_hip = [key for key in pairs if key[0] != "knee_flexion"]
    assert sum(key not in DISAGREE for key in at_the_hip) >= 0.7 * len(at_the_hip)
