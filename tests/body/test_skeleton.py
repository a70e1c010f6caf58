"""The program's MuJoCo model is the file's, less what only a viewer shows."""

from __future__ import annotations

from pathlib import Path

import mujoco
import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import presets
from visualizer.body.skeleton import Skeleton
from visualizer.errors import UserError


@pytest.mark.parametrize("posture", presets())
def test_the_bones_surfaces_move_no_fibre_and_weigh_nothing(posture: str) -> None:
    root = load_anatomy().root
    skeleton = Skeleton(root)
    pose = skeleton.place(presets()[posture])
    whole = mujoco.MjModel.from_xml_path(str(root / "body" / "body.xml"))
    data = mujoco.MjData(whole)
    data.qpos[:] = skeleton.data.qpos
    mujoco.mj_kinematics(whole, data)
    mujoco.mj_comPos(whole, data)
    mujoco.mj_tendon(whole, data)
    assert whole.nmesh > 0 == skeleton.model.nmesh
    assert np.array_equal(pose.length, data.ten_length)
    assert np.array_equal(skeleton.data.xipos, data.xipos)
    assert np.array_equal(skeleton.model.body_mass, whole.body_mass)


def test_some_tendons_run_as_they_do_among_all() -> None:
    skeleton, posture = Skeleton(load_anatomy().root), presets()["sitting"]
    chosen = np.array([40, 3, 100, 7])
    whole, some = skeleton.place(posture), skeleton.place(posture, chosen)
    assert np.array_equal(some.path_count, whole.path_count[chosen])
    most = some.path_points.shape[1]
    assert most == whole.path_count[chosen].max()
    assert np.array_equal(some.path_points, whole.path_points[chosen, :most])
    assert np.array_equal(some.length, whole.length)


def test_a_damaged_body_model_is_told_in_two_sentences(tmp_path: Path) -> None:
    (tmp_path / "body").mkdir()
    (tmp_path / "body" / "body.xml").write_text("<mujoco><worldbody>")
    for name in ("manifest.toml", "anatomy"):
        (tmp_path / name).symlink_to(load_anatomy().root / name)
    with pytest.raises(UserError, match=r"body\.xml"):
        Skeleton(tmp_path)
