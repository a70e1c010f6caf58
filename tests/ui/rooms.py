"""Findings for a body of boxes: values that follow the tilt by simple rules, so that a test can say what it expects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np

from visualizer.anatomy.load import assets_root
from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.space.corridor import Corridor
from visualizer.space.findings import Finding, Findings
from visualizer.space.ladder import Level
from visualizer.space.sites import sites

SAMPLES = 100
# Site -> its measure, value in balance, change for each degree of forward tilt.
ROOMS = {
    "opening_l4_l5": ("height", 20.1, -0.05),
    "infrapiriform": ("gap", 3.3, -0.16),
    "obturator_gemelli": ("gap", 2.7, -0.21),
    "ischial_tunnel": ("tuberosity", 5.0, -0.15),
    "ischiofemoral": ("ifs", 32.3, 0.75),
    "route": ("strain", 0.0, 0.07),
}
GREY = "ischiofemoral"


def made(kind: type, **values: Any) -> Any:
    """A value of a dataclass; None for the fields that are not named."""
    return kind(**{field.name: values.get(field.name) for field in fields(kind)})


def level_of(site: str, now: float) -> Level:
    """Grey at one site once the body moves, else by millimetres."""
    if site == GREY and now != ROOMS[GREY][1]:
        return Level.CANNOT_TELL
    if site == "obturator_gemelli":
        return Level.TIGHT if now < 0.7 else Level.SNUG if now < 1.7 else Level.ROOMY
    return Level.ROOMY


def corridor_of(tilt_deg: float) -> Corridor:
    """A gap that grows from 2 to 12 mm down the nerve, narrower with tilt, snug where it is under 3 mm."""
    position = np.arange(SAMPLES, dtype=float) * 4.0
    gap = np.linspace(2.0, 12.0, SAMPLES) - 0.1 * tilt_deg
    both = np.stack([gap / 2.0] * 2)
    level = np.where(both < 1.5, 1, 0)
    x = np.array([[0.08], [-0.08]])
    centre = np.stack(np.broadcast_arrays(x, 0.04, 0.15 - position / 1000.0), axis=-1)
    return made(
        Corridor, position_mm=position, structures=(), front_mm=both, behind_mm=both, inner_mm=both, outer_mm=both,
        level=level, centre_m=centre,
    )  # fmt: skip


def finder(anatomy: Anatomy) -> Callable[[Any], Findings]:
    """Return what says of a snapshot of the boxes which room it leaves."""
    table = sites(assets_root())

    def find(snapshot: Any) -> Findings:
        tilt_deg = snapshot.posture.tilt_deg
        items = []
        for index, (site, (measure, balanced, slope)) in enumerate(ROOMS.items()):
            now = balanced + slope * tilt_deg
            level = level_of(site, now)
            for side, x in zip(SIDES, (80.0, -80.0), strict=True):
                items.append(
                    made(
                        Finding, site=site, side=side, measure=measure, unit=table[site].measure[measure].unit,
                        balanced=balanced, now=now, change=now - balanced, level=level, level_balanced=Level.ROOMY,
                        reason="overlap" if level == Level.CANNOT_TELL else "", set_by_user=site == "infrapiriform",
                        place_mm=(x, 40.0, 150.0 - 60.0 * index), shares={},
                    )
                )  # fmt: skip
        state = SimpleNamespace(
            change_mm=-0.5 * tilt_deg, change_percent=-0.6 * tilt_deg, state="short" if tilt_deg > 0 else "unchanged",
            effort="harder" if tilt_deg > 5 else "unchanged", disputed="",
        )  # fmt: skip
        muscles = {muscle.key: state for muscle in anatomy.muscles}
        muscles |= {
            key: SimpleNamespace(**vars(state) | {"disputed": "lever"}) for key in muscles if "psoas" in key
        }
        return made(
            Findings, snapshot=snapshot, resting=snapshot, items=tuple(items), corridor=corridor_of(tilt_deg),
            corridor_balanced=corridor_of(0.0), muscles=muscles, sites=tuple(ROOMS),
        )  # fmt: skip

    return find
