"""The dural sac in the vertebral canal, its filum, and the roots' ways from it to their openings.

Takes bones and discs (mm, LPS, balanced stance), the spine's description, landmarks and `nerve.toml`; gives closed
meshes that follow the vertebrae, and points of the left roots. The canal is found in the bones: all follow a rebuild.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import trimesh
from scipy.interpolate import CubicSpline, PchipInterpolator

from assets.build.batch import Piece
from assets.build.distance import DistanceGrid
from assets.build.nerve_lines import chord

AROUND = 28
STEP_MM = 2.5
# Looking backwards from the middle of a vertebral body or the front of the sacrum, mm.
LOOK_MM, LOOK_STEP_MM = 45.0, 0.25
# A root leaves in the upper part of its opening: this share of the way from the middle to the roof.
ROOT_RISE = 0.15
LEVELS = ("l3", "l4", "l5")
JOINTS = ("l3_l4", "l4_l5", "l5_s1")
SACRAL = ("s1", "s2", "s3", "s4")


@dataclass(frozen=True)
class Canal:
    """pieces: sac and filum, parts of the bones' batch. radices: points (n, 3) mm of each left root, sac to opening."""

    pieces: list[Piece]
    radices: dict[str, np.ndarray]


@dataclass(frozen=True)
class Station:
    """A place of the canal's middle line: middle (3,) mm, directions back and down (3,), the bodies it is between."""

    name: str
    middle: np.ndarray
    back: np.ndarray
    down: np.ndarray
    bodies: tuple[str, str]


def turned_back(down: np.ndarray) -> np.ndarray:
    """Backwards, at a right angle to `down` in the median plane."""
    back = np.array([0.0, -down[2], down[1]])
    return back / np.linalg.norm(back)


def room_behind(grid: DistanceGrid, start: np.ndarray, back: np.ndarray) -> tuple[float, float]:
    """Where the first free room behind `start` begins and ends, mm along `back`; LOOK_MM where it is open."""
    way = np.arange(0.0, LOOK_MM, LOOK_STEP_MM)
    free = grid.at(start + way[:, None] * back) > 0.0
    covered = np.flatnonzero(~free)
    begins = np.flatnonzero(free & (np.arange(len(way)) > (covered[0] if len(covered) else 0)))
    if not len(begins):
        return np.nan, np.nan
    ends = covered[covered > begins[0]]
    return float(way[begins[0]]), float(way[ends[0]] if len(ends) else LOOK_MM)


def stations(
    table: dict[str, Any], spine: dict[str, Any], marks: dict[str, Any], grid: DistanceGrid
) -> list[Station]:
    """The canal's middle from the upper end of L3 to the sacral hiatus."""
    canal, result = table["canal"], []

    def add(name: str, start: np.ndarray, down: np.ndarray, bodies: tuple[str, str], fallback: float) -> None:
        back = turned_back(down)
        begin, end = room_behind(grid, start, back)
        off = canal["off_wall_mm"] + canal["sac"][name][1] / 2 if name in canal["sac"] else LOOK_MM
        found = not np.isnan(begin) and (name in canal["sac"] or end < LOOK_MM)
        at = begin + min(off, (end - begin) / 2) if found else fallback
        result.append(Station(name, start + at * back, back, down, bodies))

    for level, joint in zip(LEVELS, JOINTS, strict=True):
        body = spine["levels"][level]
        upper, lower = (np.array(body[f"{end}_endplate"]["centre"]) for end in ("upper", "lower"))
        down = (lower - upper) / np.linalg.norm(lower - upper)
        if level == LEVELS[0]:
            add(f"{level}_upper", upper, down, (level, level), 25.0)
        add(level, (upper + lower) / 2, down, (level, level), 25.0)
        following = "pelvis" if joint == JOINTS[-1] else LEVELS[LEVELS.index(level) + 1]
        below = spine["s1_endplate"] if joint == JOINTS[-1] else spine["levels"][following]["upper_endplate"]
        middle = (lower + np.array(below["centre"])) / 2
        add(joint, middle, down - np.array(below["normal"]), (level, following), 25.0)
    fronts = np.array([[0.0, *marks[f"sacral_foramen_{level}"].point[1:]] for level in SACRAL])
    ways = np.concatenate([[-np.array(spine["s1_endplate"]["normal"])], np.diff(fronts, axis=0)])
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    half_s1 = np.linalg.norm(fronts[0] - marks["sacral_promontory"].point) / 2
    rigid = ("pelvis", "pelvis")
    add("s1", fronts[0] - half_s1 * ways[0], ways[0], rigid, canal["sacral_depth_mm"][0])
    for index, level in enumerate(SACRAL):
        down = ways[index] + ways[min(index + 1, len(ways) - 1)]
        add(
            f"below_{level}",
            fronts[index],
            down / np.linalg.norm(down),
            rigid,
            canal["sacral_depth_mm"][index + 1],
        )
    return result


def tube(points: np.ndarray, half: np.ndarray, back: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Vertices and normals (n, 3), triangles of a closed elliptic tube: half width and depth (m, 2), `back` (m, 3)."""
    angle = 2 * np.pi * np.arange(AROUND) / AROUND
    left = np.array([1.0, 0.0, 0.0])
    spoke = np.cos(angle)[None, :, None] * half[:, 0, None, None] * left
    spoke = spoke + np.sin(angle)[None, :, None] * half[:, 1, None, None] * back[:, None]
    vertices = np.concatenate([(points[:, None] + spoke).reshape(-1, 3), points[[0, -1]]])
    here = np.arange(AROUND)
    row = np.arange(len(points) - 1)[:, None] * AROUND
    a, b = row + here, row + (here + 1) % AROUND
    sides = np.concatenate(
        [np.stack([a, a + AROUND, b], -1), np.stack([b, a + AROUND, b + AROUND], -1)]
    ).reshape(-1, 3)
    last = (len(points) - 1) * AROUND
    caps = np.concatenate(
        [
            np.stack([here, (here + 1) % AROUND, np.full(AROUND, len(vertices) - 2)], 1),
            np.stack([last + (here + 1) % AROUND, last + here, np.full(AROUND, len(vertices) - 1)], 1),
        ]
    )
    mesh = trimesh.Trimesh(vertices, np.concatenate([sides, caps]), process=False)
    if mesh.volume < 0:
        mesh.invert()
    return vertices, np.asarray(mesh.vertex_normals), np.asarray(mesh.faces)


@dataclass(frozen=True)
class Line:
    """The canal's middle: at (m,) mm, points and `back` (m, 3), per point two bodies and the first one's weight."""

    at: np.ndarray
    points: np.ndarray
    back: np.ndarray
    bodies: list[tuple[str, str]]
    weight: np.ndarray
    named: dict[str, float]

    def place(self, name: str, further_mm: float = 0.0) -> np.ndarray:
        """The middle (3,) at a station, or so far below it."""
        return np.array(
            [np.interp(self.named[name] + further_mm, self.at, self.points[:, i]) for i in range(3)]
        )

    def back_at(self, name: str) -> np.ndarray:
        """Backwards (3,) at a station."""
        return np.array([np.interp(self.named[name], self.at, self.back[:, i]) for i in range(3)])


def middle_line(found: list[Station]) -> Line:
    """A smooth line through all stations; between two bodies it follows both in turn."""
    middles = np.array([station.middle for station in found])
    at = chord(middles)
    named = {station.name: float(place) for station, place in zip(found, at, strict=True)}
    places = np.linspace(0.0, at[-1], int(at[-1] / STEP_MM) + 1)
    points = CubicSpline(at, middles)(places)
    points[:, 0] = 0.0
    down = np.gradient(points, axis=0)
    down /= np.linalg.norm(down, axis=1, keepdims=True)
    back = np.array([turned_back(one) for one in down])
    knots = [named[level] for level in LEVELS] + [named["s1"]]
    owners = [*LEVELS, "pelvis"]
    bodies, weight = [], np.ones(len(places))
    for index, place in enumerate(places):
        upper = int(np.clip(np.searchsorted(knots, place, side="right") - 1, 0, 2))
        bodies.append((owners[upper], owners[upper + 1]))
        weight[index] = 1 - np.clip((place - knots[upper]) / (knots[upper + 1] - knots[upper]), 0.0, 1.0)
    return Line(places, points, back, bodies, weight, named)


def piece(key: str, line: Line, rows: slice, half: np.ndarray) -> Piece:
    """A tube along part of the line as a part of the bones' batch, shown with the nerve."""
    vertices, normals, triangles = tube(line.points[rows], half, line.back[rows])
    own = line.bodies[rows]
    pairs = np.concatenate([np.repeat(own, AROUND, axis=0), [own[0], own[-1]]])
    weight = line.weight[rows]
    weights = np.concatenate([np.repeat(weight, AROUND), weight[[0, -1]]])
    return Piece(key, key, "dura", "nerve", "", vertices, normals, triangles, pairs, weights)


def rounded(at: np.ndarray, end: float, length: float) -> np.ndarray:
    """0 at `end` and beyond, 1 from `length` before it on, as the outline of an ellipse."""
    share = np.clip((end - at) / length, 0.0, 1.0)
    return np.sqrt(1 - (1 - share) ** 2)


def sac_and_filum(table: dict[str, Any], line: Line, grid: DistanceGrid) -> list[Piece]:
    """The sac down to the upper third of S2, tapering, and the filum in it and on to the hiatus."""
    canal = table["canal"]
    tip = line.named["below_s1"] + canal["tip_share"] * (line.named["below_s2"] - line.named["below_s1"])
    rows = slice(0, int(np.searchsorted(line.at, tip)) + 1)
    at = line.at[rows]
    places = [line.named[name] for name in canal["sac"]]
    sizes = np.array(list(canal["sac"].values())) / 2
    half = PchipInterpolator(places, sizes)(np.clip(at, places[0], places[-1]))
    half *= np.minimum(rounded(at, at[-1], canal["taper_mm"]), rounded(-at, -at[0], 2.0))[:, None]
    room = np.maximum(grid.at(line.points[rows]), 1.0)
    half = np.maximum(half * np.minimum(1.0, room / np.maximum(half[:, 1], 1e-6))[:, None], 0.05)
    thin = slice(rows.stop - 4, len(line.at))
    filum = np.full((len(line.at[thin]), 2), canal["filum_mm"] / 2)
    return [piece("dural_sac", line, rows, half), piece("filum", line, thin, filum)]


def openings(spine: dict[str, Any], marks: dict[str, Any]) -> dict[str, np.ndarray]:
    """Where each left root leaves, (3,) mm: high in its spinal opening, or in the mouth of its sacral foramen."""
    ends = {root: np.array(marks[f"sacral_foramen_{root}"].point) for root in ("s1", "s2", "s3")}
    for root, joint in (("l4", "l4_l5"), ("l5", "l5_s1")):
        opening = spine["joints"][joint]["opening"]
        middle = np.mean(opening["outline"], axis=0)
        ends[root] = middle + ROOT_RISE * (np.array(opening["roof"]["point"]) - middle)
    return ends


def radices(
    table: dict[str, Any], spine: dict[str, Any], marks: dict[str, Any], line: Line
) -> dict[str, np.ndarray]:
    """Points of each left root: out of the sac's side, through its recess beside the sac, to its opening."""
    canal, result = table["canal"], {}
    ends = openings(spine, marks)
    left = np.array([1.0, 0.0, 0.0])
    for root, (station, above) in canal["leaves"].items():
        start = line.place(station, -above)
        if root in LEVELS:
            pedicle = np.array(spine["levels"][root]["pedicle"])
            beside = line.place(station) + canal["recess_share"] * pedicle[0] * left
            recess = np.array([beside[0], beside[1] - canal["recess_forward_mm"], pedicle[2]])
            via = [recess]
        else:
            mouth, back = ends[root], line.back_at(f"below_{root}")
            inner = mouth - 0.35 * mouth[0] * left + canal["foramen_depth_mm"] * back
            way = line.named[f"below_{root}"] - line.named[station] + above
            via = [
                line.place(station, share * way - above) + share * inner[0] * left for share in (0.35, 0.7)
            ] + [inner]
        result[root] = np.array([start + canal["start_aside_mm"] * left, *via, ends[root]])
    return result


def build(table: dict[str, Any], spine: dict[str, Any], marks: dict[str, Any], grid: DistanceGrid) -> Canal:
    """Sac, filum and the roots' ways."""
    line = middle_line(stations(table, spine, marks, grid))
    return Canal(sac_and_filum(table, line, grid), radices(table, spine, marks, line))
