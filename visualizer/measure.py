"""What `visualizer measure` tells of one posture: plain numbers in degrees and millimetres, LPS.

Takes an `Anatomy` and a `Posture`; gives a dictionary whose keys are an interface that other programs build on.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import pairwise
from math import dist
from textwrap import wrap
from typing import Any

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import Posture
from visualizer.body.solve import solve
from visualizer.forces.balance import balance
from visualizer.forces.extension import hip_extension
from visualizer.forces.loads import loads
from visualizer.forces.settle import settled
from visualizer.forces.stance import Stance, on_one_leg, stance
from visualizer.lesson.text import LANGUAGES
from visualizer.space.corridor import Corridor
from visualizer.space.findings import Findings, findings, with_shares
from visualizer.space.headline import headline
from visualizer.space.ladder import Level
from visualizer.space.people import spreads
from visualizer.space.room import room

WIDTH = 100
# A drop that is seen (Trendelenburg's sign), degrees.
DROP_DEG = 5.0


def millimetres(points_m: np.ndarray) -> list[Any]:
    """Points (3,) or (n, 3) m as nested lists in mm, to a thousandth."""
    values: list[Any] = (points_m.astype(float) * 1000.0).round(3).tolist()
    return values


def corridor_numbers(corridor: Corridor) -> dict[str, Any]:
    """The corridor: for each side the position, the room on four sides and the level, millimetre by millimetre."""
    levels = tuple(Level)
    return {
        side: {
            "position_mm": corridor.position_mm.round(1).tolist(),
            "front_mm": plain(corridor.front_mm[row]),
            "behind_mm": plain(corridor.behind_mm[row]),
            "inner_mm": plain(corridor.inner_mm[row]),
            "outer_mm": plain(corridor.outer_mm[row]),
            "level": [str(levels[index]) for index in corridor.level[row]],
        }
        for row, side in enumerate(SIDES)
    }


def tightest_numbers(found: Findings) -> dict[str, Any]:
    """For each side the sites in order, the tightest first, each with the measure that speaks for it."""
    return {
        side: [
            {
                "site": item.site,
                "measure": item.measure,
                "level": str(item.level),
                "balanced": rounded(item.balanced),
                "now": rounded(item.now),
            }
            for item in found.tightest(side)
        ]
        for side in SIDES
    }


def profile_numbers(corridor: Corridor) -> dict[str, Any]:
    """What lies before and behind the nerve at each millimetre: distance and the structure's key, None for nothing."""
    faces = {
        "front": (corridor.front_mm, corridor.front),
        "behind": (corridor.behind_mm, corridor.behind),
    }
    return {
        "position_mm": corridor.position_mm.round(1).tolist(),
        **{
            side: {
                face: {
                    "distance_mm": plain(room[row]),
                    "structure": [corridor.structures[index] if index >= 0 else None for index in bound[row]],
                }
                for face, (room, bound) in faces.items()
            }
            for row, side in enumerate(SIDES)
        },
    }


def plain(values: np.ndarray) -> list[float | None]:
    """Numbers to a hundredth, None for what is not a number."""
    return [round(float(value), 2) if np.isfinite(value) else None for value in values]


def rounded(value: Any) -> Any:
    """Numbers inside dictionaries and tuples to a ten-thousandth."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, float) else value


def measures(anatomy: Anatomy, posture: Posture, posture_name: str) -> dict[str, Any]:
    """All numbers of a posture: joints, muscles, landmarks, nerve, findings, corridor and balance."""
    posture = settled(anatomy, posture)
    snapshot = solve(anatomy, posture)
    found = with_shares(anatomy, findings(anatomy, snapshot))
    people = {key: asdict(spread) for key, spread in spreads(anatomy, posture).items()}
    columns = zip(
        anatomy.muscles,
        snapshot.muscle_length_mm.tolist(),
        snapshot.muscle_change_mm.tolist(),
        snapshot.fibre_length_norm.tolist(),
        strict=True,
    )
    return {
        "posture": {"name": posture_name, **asdict(snapshot.posture)},
        "joints_deg": {name: round(float(value), 4) for name, value in snapshot.joints_deg.items()},
        "muscles": {
            muscle.key: {
                "length_mm": round(length, 3),
                "change_mm": round(change, 3),
                "fibre_length_norm": round(norm, 4),
                "state": rounded(asdict(found.muscles[muscle.key])),
            }
            for muscle, length, change, norm in columns
        },
        "landmarks_mm": {name: millimetres(point) for name, point in snapshot.landmarks.items()},
        "nerve_mm": {name: millimetres(route) for name, route in snapshot.routes.items()},
        "headline": {language: headline(found, language, "patient") for language in LANGUAGES},
        "tightest": tightest_numbers(found),
        "findings": [
            rounded(asdict(finding) | {"people": people.get((finding.site, finding.measure))})
            for finding in found.items
        ],
        "profile": profile_numbers(found.corridor),
        "corridor": corridor_numbers(found.corridor),
        "balance": rounded(asdict(balance(anatomy, posture))),
        **force_numbers(anatomy, posture),
    }


def force_numbers(anatomy: Anatomy, posture: Posture) -> dict[str, Any]:
    """What the premises do to forces: each number a median with the interval of nine draws in ten.

    loads: None where the body lies. stance: each leg, standing on it alone; rotators: their load there.
    """
    known = loads(anatomy, posture)
    legs = one_leg_each(anatomy, posture)
    return {
        "loads": rounded(asdict(known)) if known else None,
        "stance": {
            side: {key: value for key, value in rounded(asdict(leg)).items() if not key.endswith("_n")}
            | {"drop": drop_numbers(anatomy, posture, side)}
            for side, leg in legs.items()
        },
        "rotators": {
            side: {
                "now_n": rounded({name: asdict(force) for name, force in leg.rotators_n.items()}),
                "change_n": rounded({name: asdict(force) for name, force in leg.rotators_change_n.items()}),
                "half_gluteals_add_n": rounded(
                    {name: asdict(force) for name, force in leg.weaker_change_n.items()}
                ),
            }
            for side, leg in legs.items()
        },
        "hip_extension": rounded(
            {knee: asdict(reach) for knee, reach in hip_extension(anatomy, posture).items()}
        ),
    }


def drop_numbers(anatomy: Anatomy, posture: Posture, side: str) -> dict[str, Any]:
    """What a drop of the pelvis on the other side does to the ischiofemoral space of the leg that stands, mm."""
    level = on_one_leg(anatomy, posture, side)
    field = f"hip_adduction_{side}_deg"
    dropped = replace(level, **{field: getattr(level, field) + DROP_DEG})
    before, after = (
        room(anatomy, solve(anatomy, one))["ischiofemoral", "ifs"][SIDES.index(side)]
        for one in (level, dropped)
    )
    return {
        "drop_deg": DROP_DEG,
        "ifs_level_mm": rounded(float(before)),
        "ifs_change_mm": rounded(float(after - before)),
    }


def one_leg_each(anatomy: Anatomy, posture: Posture) -> dict[str, Stance]:
    """Standing on each leg alone; what is alike on both sides is worked out once."""
    left = stance(anatomy, posture, "left")
    alike = posture == posture.mirrored()
    return {
        "left": left,
        "right": replace(left, side="right") if alike else stance(anatomy, posture, "right"),
    }


def table(numbers: dict[str, Any]) -> str:
    """The same as text: the headline, the tightest sites, then all numbers."""
    lines = [
        f"Posture: {numbers['posture']['name']}",
        "",
        *wrap(numbers["headline"]["en"], WIDTH),
        "",
        *_tightest_lines(numbers["tightest"]),
        "",
        f"{'muscle':34}{'length mm':>11}{'change mm':>11}{'fibre':>8}",
    ]
    lines += [
        f"{key:34}{row['length_mm']:11.1f}{row['change_mm']:+11.1f}{row['fibre_length_norm']:8.2f}"
        for key, row in numbers["muscles"].items()
    ]
    lines += ["", f"{'joint':34}{'degrees':>11}"]
    lines += [f"{key:34}{value:+11.1f}" for key, value in numbers["joints_deg"].items()]
    lines += ["", f"{'landmark, mm':34}{'left':>11}{'posterior':>11}{'up':>11}"]
    lines += [f"{key:34}{x:11.1f}{y:11.1f}{z:11.1f}" for key, (x, y, z) in numbers["landmarks_mm"].items()]
    lines += [
        "",
        f"{'site, measure, side':48}{'balanced':>10}{'now':>10}{'change':>10}{'level':>13}{'in people':>27}",
    ]
    lines += [_finding_line(row) for row in numbers["findings"]]
    lines += ["", f"Resting tilt for these tones {numbers['balance']['rest_tilt_deg']:+.1f} degrees"]
    lines += ["", f"{'nerve segment':34}{'length mm':>11}"]
    lines += [f"{key:34}{_length(points):11.1f}" for key, points in numbers["nerve_mm"].items()]
    return "\n".join(lines)


def _tightest_lines(tightest: dict[str, Any]) -> list[str]:
    lines = [f"{'tightest first, left':46}right"]
    for left, right in zip(*tightest.values(), strict=True):
        cells = [f"{row['site']} {row['level']}" for row in (left, right)]
        lines.append(f"  {cells[0]:44}{cells[1]}")
    return lines


def _finding_line(row: dict[str, Any]) -> str:
    name = f"{row['site']}, {row['measure']} ({row['unit']}), {row['side']}"
    cells = [
        f"{'-':>10}" if row[key] is None else f"{row[key]:10.2f}" for key in ("balanced", "now", "change")
    ]
    people = row["people"]
    spread = (
        f"{people['low']:+.2f} to {people['high']:+.2f}, {people['same_sign']}/{people['of']}"
        if people
        else ""
    )
    return f"{name:48}{''.join(cells)}{row['level']:>13}{spread:>27}".rstrip()


def _length(points: list[list[float]]) -> float:
    return sum(dist(a, b) for a, b in pairwise(points))
