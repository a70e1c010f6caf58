"""Fibre lines of the muscles: from the authored attachments onto this model's bones.

Takes `attachments.toml`, the bones and the vertebrae's frames; gives for each left muscle its fibre lines as
stations on named bodies, millimetres, LPS, balanced stance. The right side is the mirror image.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh
from scipy.interpolate import PchipInterpolator

from assets.build.distance import DistanceGrid

ATTACHMENTS = Path(__file__).with_name("attachments.toml")
LATERAL_BODIES = ("femur", "tibia", "patella", "foot")


@dataclass(frozen=True)
class Station:
    """One stop of a muscle's fibre lines: bodies (fibres,) names and points (fibres, 3) mm, or what they slide over.

    wraps: a surface of `wraps.toml` a fibre line, "" for one that runs free.
    """

    bodies: tuple[str, ...]
    points: np.ndarray
    wraps: tuple[str, ...] = ()


@dataclass(frozen=True)
class FibreLines:
    """The fibre lines of one left muscle and the figures that shape its surface.

    thick: (place along 0-1, thickness, …) in place of `belly`'s spindle, for the first fibre to the last; rise:
    (place, mm) how far outward of the lines the middle of the flesh lies at rest; back and inward: (place, mm, …)
    how far behind and inward of them, for the first fibre to the last; slips: a column of the surface to each
    fibre, so that they begin apart; together: (place, mm) from where on the stations of fibres of unlike lengths
    lie beside one another, so many mm from their ends.
    """

    name: str
    fibres: int
    stations: tuple[Station, ...]
    belly: tuple[float, float]
    tendon_mm: float
    edge_mm: float
    lift_mm: float
    nerve_side: str
    thick: tuple[tuple[float, ...], ...]
    rise: tuple[tuple[float, float], ...]
    back: tuple[tuple[float, ...], ...]
    inward: tuple[tuple[float, ...], ...]
    slips: bool
    together: tuple[float, ...]


def station_share(lines: FibreLines) -> np.ndarray:
    """(fibres, 2) which share of the stations lies within which share of each fibre line's length; see `together`."""
    place, from_end = lines.together
    stops = np.stack([station.points for station in lines.stations if not station.wraps])
    length = np.linalg.norm(np.diff(stops, axis=0), axis=2).sum(axis=0)
    return np.stack([np.full(lines.fibres, place), 1.0 - from_end / length], axis=1)


def spread(points: np.ndarray, count: int) -> np.ndarray:
    """`count` points evenly along the smooth curve through `points` (n, 3); all n where n is `count`."""
    if len(points) == count:
        return points
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
    return np.asarray(PchipInterpolator(length, points)(np.linspace(0.0, length[-1], count)))


def on_side(body: str, side: str) -> str:
    """The body's full name: limbs have a side, the trunk has none."""
    return f"{body}_{side}" if body in LATERAL_BODIES else body


def solids_of(body: str, bones: dict[str, trimesh.Trimesh]) -> list[trimesh.Trimesh]:
    """The left meshes that a body of the left side carries."""
    names = {
        "pelvis": ("hip_bone_left", "sacrum", "coccyx"),
        "tibia": ("tibia_left", "fibula_left"),
    }.get(body, (on_side(body, "left"),))
    return [bones[name] for name in names]


def snapped(points: np.ndarray, solids: list[trimesh.Trimesh]) -> np.ndarray:
    """The nearest surface points (n, 3) over `solids`."""
    found = [trimesh.proximity.closest_point(solid, points) for solid in solids]
    nearest = np.argmin([distance for _, distance, _ in found], axis=0)
    return np.stack([found[solid][0][row] for row, solid in enumerate(nearest)])


def lifted(points: np.ndarray, grid: DistanceGrid, clearance: float) -> np.ndarray:
    """`points` moved out of bone until they lie `clearance` mm off it."""
    for _ in range(8):
        lack = np.clip(clearance - grid.at(points), 0.0, 4.0)
        points = points + grid.outward(points) * lack[:, None]
    return points


def read_station(
    entry: dict, fibres: int, bones: dict[str, trimesh.Trimesh], frames: dict[str, np.ndarray]
) -> Station:
    """One station as authored; `frames` are the vertebrae's (4, 4), millimetres."""
    if "wrap" in entry:
        wraps = entry["wrap"]
        return Station((), np.zeros((0, 3)), tuple([wraps] * fibres if isinstance(wraps, str) else wraps))
    points = spread(np.array(entry["points"], dtype=float), fibres)
    bodies = tuple(entry.get("bodies", [entry.get("body")] * fibres))
    if entry.get("frame") == "vertebra":
        points = np.stack(
            [trimesh.transform_points([p], frames[b])[0] for p, b in zip(points, bodies, strict=True)]
        )
    if entry.get("snap"):
        points = snapped(points, solids_of(bodies[0], bones))
    return Station(bodies, points)


def clear_of_bone(stations: list[Station], grid: DistanceGrid, lift_mm: float) -> list[Station]:
    """Lift what lies between the ends, and add a station where a straight stretch would cut through bone."""
    lifted_stations = [
        station
        if station.wraps or index in (0, len(stations) - 1)
        else Station(station.bodies, lifted(station.points, grid, lift_mm))
        for index, station in enumerate(stations)
    ]
    result = [lifted_stations[0]]
    share = np.linspace(0.0, 1.0, 13)[1:-1, None, None]
    for station in lifted_stations[1:]:
        before = result[-1]
        if not (before.wraps or station.wraps):
            between = before.points * (1 - share) + station.points * share
            depth = grid.at(between.reshape(-1, 3)).reshape(between.shape[:2])
            worst = int(np.argmin(depth.min(axis=1)))
            if depth[worst].min() < min(0.6 * lift_mm, 4.0) and 1 < worst < 9:
                owner = before.bodies if worst < 7 else station.bodies
                result.append(Station(owner, lifted(between[worst], grid, lift_mm)))
        result.append(station)
    return result


def read_fibres(
    bones: dict[str, trimesh.Trimesh], frames: dict[str, np.ndarray], grid: DistanceGrid
) -> list[FibreLines]:
    """All left muscles, in the order of the file (deep before superficial)."""
    muscles = []
    for name, entry in tomllib.loads(ATTACHMENTS.read_text()).items():
        stations = [read_station(s, entry["fibres"], bones, frames) for s in entry["stations"]]
        stations = clear_of_bone(stations, grid, entry["lift_mm"])
        muscles.append(
            FibreLines(
                name,
                entry["fibres"],
                tuple(stations),
                tuple(entry["belly"]),
                entry["tendon_mm"],
                entry["edge_mm"],
                entry["lift_mm"],
                entry.get("nerve_side", ""),
                tuple(map(tuple, entry.get("thick", []))),
                tuple(map(tuple, entry.get("rise", []))),
                tuple(map(tuple, entry.get("back", []))),
                tuple(map(tuple, entry.get("inward", []))),
                entry.get("slips", False),
                tuple(entry.get("together", [])),
            )
        )
    return muscles
