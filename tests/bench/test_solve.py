"""How long a posture takes, and what of it is MuJoCo's own work on the same body."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import mujoco
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import Posture
from visualizer.body.solve import solve

ASSETS = Path(__file__).parents[2] / "assets"
TILTS = np.linspace(-10.0, 15.0, 26)


@pytest.mark.benchmark(group="posture")
def test_solve(benchmark: BenchmarkFixture) -> None:
    anatomy = load_anatomy()
    solve(anatomy, Posture())
    postures = cycle([Posture(tilt_deg=float(tilt)) for tilt in TILTS])
    benchmark(lambda: solve(anatomy, next(postures)))


@pytest.mark.benchmark(group="posture")
def test_kinematics_and_tendons_of_mujoco_alone(benchmark: BenchmarkFixture) -> None:
    model = mujoco.MjModel.from_xml_path(str(ASSETS / "body" / "body.xml"))
    data = mujoco.MjData(model)
    tilts = cycle(np.radians(TILTS))

    def step() -> None:
        data.qpos[0] = next(tilts)
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_tendon(model, data)

    benchmark(step)
