"""The outline on the body is the edge of the slice that the lens shows, wherever the lens is moved."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset
from visualizer.body.solve import solve
from visualizer.scene.marks.describe import Choices, describe
from visualizer.space.findings import Findings, findings
from visualizer.space.look import chosen_look


@cache
def body() -> tuple[Anatomy, Findings]:
    anatomy = load_anatomy()
    return anatomy, findings(anatomy, solve(anatomy, preset("flexor-dominant", anatomy.root)))


@pytest.mark.parametrize(
    ("site", "along_mm"),
    [
        ("infrapiriform", None),
        ("opening_l5_s1", None),
        ("ischiofemoral", None),
        (None, 200.0),
        ("infrapiriform", 90.0),
        (None, None),
    ],
)
def test_the_outline_is_the_edge_of_the_slice(site: str | None, along_mm: float | None) -> None:
    anatomy, found = body()
    rim = describe(anatomy, found, Choices(side="left", site=site, along_mm=along_mm)).rim
    cut = chosen_look(anatomy, found, "left", site, along_mm).now.section
    flat = cut.plane.flat(rim)
    assert np.allclose(flat[:, 2], 0.0, atol=1e-6)
    assert np.allclose(np.hypot(flat[:, 0], flat[:, 1]), cut.reach_mm)
