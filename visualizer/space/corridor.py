"""The corridor: at every millimetre from the L4 opening to the knee, how much room the nerve has on each side.

Takes a `Snapshot`; gives arrays ready to plot, both sides. A position is the same point of the route in every posture:
millimetres along it in the balanced stance. Measured from the drawn surfaces at the sections that `surroundings` takes,
2 mm apart in the buttock and 4 mm in the thigh; linear between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Anatomy
from visualizer.body.snapshot import Snapshot
from visualizer.space.clearance import REACH_MM, SIDES_OF_NERVE
from visualizer.space.ladder import Level, steps
from visualizer.space.sites import Sites, ladder_of_sites
from visualizer.space.surroundings import PreparedSurroundings, Surroundings

STEP_MM = 1.0


@dataclass(frozen=True, eq=False)
class Corridor:
    """Room along the nerve from the L4/5 opening (position 0) to the knee, a sample each millimetre of it at rest.

    position_mm (n,). structures: keys of parts. front_mm, behind_mm, inner_mm, outer_mm (2, n), left first: from the
    nerve's surface to what lies on that side; below 0 where the two overlap; NaN where nothing is near. Front and
    behind lie on one line through the nerve. front, behind, inner, outer (2, n) int: which of `structures` that is, -1
    for none. room_mm (2, n): front + behind, what the nerve leaves free of the gap it lies in; of a round root that or
    inner + outer. level (2, n): index into `Level` of that room. centre_m (2, n, 3): the nerve's middle there, in the
    room. around: the sections as measured.
    """

    position_mm: np.ndarray
    structures: tuple[str, ...]
    front_mm: np.ndarray
    behind_mm: np.ndarray
    inner_mm: np.ndarray
    outer_mm: np.ndarray
    front: np.ndarray
    behind: np.ndarray
    inner: np.ndarray
    outer: np.ndarray
    room_mm: np.ndarray
    level: np.ndarray
    centre_m: np.ndarray
    around: tuple[Surroundings, Surroundings]


def corridor(anatomy: Anatomy, snapshot: Snapshot) -> Corridor:
    """The corridor of a solved posture."""
    prepared = anatomy.prepared(PreparedSurroundings)
    around = prepared.both(snapshot)
    position = np.arange(0.0, min(side.way_mm[-1] for side in around), STEP_MM)
    sides = [at_each(side, position) for side in around]
    named = {name: np.stack([side[name] for side in sides]) for name in sides[0]}
    room = named.pop("room_mm")
    level = levels(room, named.pop("thickness_mm"), ladder_of_sites(anatomy.root))
    return Corridor(
        position_mm=position,
        structures=prepared.structures,
        room_mm=room,
        level=level,
        around=around,
        **named,
    )


def at_each(side: Surroundings, position: np.ndarray) -> dict[str, np.ndarray]:
    """One side's fields of `Corridor` at positions (n,) mm, and the nerve's thickness there."""
    way = side.way_mm
    last = len(way)
    after = np.clip(np.searchsorted(way, position, side="right"), 1, last - 1)
    share = (position - way[after - 1]) / (way[after] - way[after - 1])

    def between(values: np.ndarray) -> np.ndarray:
        return np.asarray(values[..., after - 1] + share * (values[..., after] - values[..., after - 1]))

    nearest = np.where(share < 0.5, after - 1, after)
    room = between(side.room_mm[:, :last].astype(float))
    result = {}
    for row, name in enumerate(SIDES_OF_NERVE):
        none = room[row] >= REACH_MM - 0.01
        result[f"{name}_mm"] = np.where(none, np.nan, room[row])
        result[name] = np.where(none, -1, side.structure[row, nearest])
    result["room_mm"] = between(side.width_mm[:last])
    result["thickness_mm"] = between(2.0 * side.sections.half_thickness[:last])
    result["centre_m"] = between(side.centre_m[:last].T).T
    return result


def levels(room: np.ndarray, thickness: np.ndarray, ladder: Sites) -> np.ndarray:
    """Index into `Level` of rooms (…) mm where the nerve is so thick (…) mm; cannot tell where surfaces overlap."""
    bounds = [
        None if bound is None else bound.value * thickness if bound.of else bound.value
        for bound in ladder.room.bounds
    ]
    level = steps(room, bounds, smaller=True)
    return np.where(room < -ladder.gates.overlap_mm, tuple(Level).index(Level.CANNOT_TELL), level)
