"""The outline's file: small, of known origin, and pinned to one package by its hash."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from assets.build import outline_fit, outline_source
from visualizer.anatomy.load import MANIFEST

ASSETS = Path(__file__).parents[2] / "assets"
FILE = "body/outline.npz"


def test_it_is_small() -> None:
    assert (ASSETS / FILE).stat().st_size <= 150_000


def test_its_origin_is_named() -> None:
    files = tomllib.loads((ASSETS / MANIFEST).read_text())["file"]
    record = next(file for file in files if file["path"] == FILE)
    assert record["licence"] == "CC0-1.0"
    name, version = re.match(
        r"(\w+)==([\d.]+) --hash=sha256:[0-9a-f]{64}$", outline_source.PIN.read_text()
    ).groups()
    assert f"{name} {version}" in record["source"]
    assert f"{name} {version}" in (ASSETS.parent / "NOTICE").read_text()


def test_shares_of_the_adults_shapes_add_up() -> None:
    shares = dict(outline_source.targets())
    for kind in (outline_source.ANCESTRIES, ("universal",)):
        assert sum(share for name, share in shares.items() if name.split("-")[0] in kind) == pytest.approx(
            1.0
        )


def test_a_limb_is_brought_joint_onto_joint_and_keeps_its_girth() -> None:
    start = np.array([10.0, 20.0, 30.0]), np.array([10.0, 20.0, -370.0])
    goal = np.array([0.0, 5.0, 0.0]), np.array([90.0, 0.0, -390.0])
    beside = np.array([[60.0, 20.0, -170.0]])
    joints = outline_fit.placed(np.array(start), start, goal)
    np.testing.assert_allclose(joints, goal, atol=1e-9)
    moved = outline_fit.placed(beside, start, goal)[0]
    axis = (goal[1] - goal[0]) / np.linalg.norm(goal[1] - goal[0])
    off = moved - goal[0]
    assert np.linalg.norm(off - off @ axis * axis) == pytest.approx(50.0)
