"""Ligaments of the pelvis, the iliotibial tract and the pubic disc: thin closed bands between their attachments.

Takes `ligaments.toml`, the bones and the grown left muscles (mm, LPS, balanced stance); gives pieces of the bones'
batch, each vertex with the two bodies that it follows.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from scipy.interpolate import PchipInterpolator
from scipy.spatial import ConvexHull

from assets.build.batch import BODIES, Piece
from assets.build.distance import DistanceGrid
from assets.build.fibres import lifted, on_side, snapped, spread

TABLE = Path(__file__).with_name("ligaments.toml")
MIRROR = np.array([-1.0, 1.0, 1.0])
COLUMNS, SPACING_MM = 13, 6.0
LAYER = "ligaments"
# Free width between a sheet and what it lies on.
FREE_MM = 0.8
MARGIN_MM = 25.0
# A hollow is bridged where it is deeper than this beneath the authored sheet.
NEAR_MM = 7.0
DRAPING_PASSES, SMOOTHINGS = 3, 4


def smooth(sheet: np.ndarray) -> np.ndarray:
    """A sheet (columns, stations, 3) averaged with its neighbours, its two ends kept."""
    result = sheet.copy()
    result[:, 1:-1] = sheet[:, 1:-1] / 2 + (sheet[:, :-2] + sheet[:, 2:]) / 4
    result[1:-1, 1:-1] = result[1:-1, 1:-1] / 2 + (result[:-2, 1:-1] + result[2:, 1:-1]) / 4
    return result


def across(sheet: np.ndarray) -> np.ndarray:
    """Unit normals (columns, stations, 3) of a sheet."""
    normal = np.cross(np.gradient(sheet, axis=0), np.gradient(sheet, axis=1))
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-9))


def shell(sheet: np.ndarray, half: np.ndarray) -> trimesh.Trimesh:
    """A closed mesh about a sheet (columns, stations, 3) that is `half` (columns, stations) thick to either side."""
    stations = sheet.shape[1]
    way = across(sheet) * half[:, :, None]
    ring = np.concatenate([sheet + way, (sheet - way)[-2:0:-1]])
    count = len(ring)
    own, station = np.meshgrid(np.arange(count), np.arange(stations - 1), indexing="ij")
    a, b = (own * stations + station).ravel(), ((own + 1) % count * stations + station).ravel()
    first = np.arange(count) * stations
    after = np.roll(first, -1)
    pole = np.full(count, count * stations)
    faces = np.concatenate(
        [
            np.stack([a, a + 1, b], 1),
            np.stack([b, a + 1, b + 1], 1),
            np.stack([first, after, pole], 1),
            np.stack([after + stations - 1, first + stations - 1, pole + 1], 1),
        ]
    )
    vertices = np.concatenate([ring.reshape(-1, 3), sheet[:, [0, -1]].mean(axis=0)])
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    if mesh.volume < 0:
        mesh.invert()
    return mesh


def along(entry: dict[str, Any], solids: dict[str, trimesh.Trimesh]) -> tuple[np.ndarray, np.ndarray]:
    """The middle of a band, a sheet (COLUMNS, stations, 3) mm, and where its authored stations lie on it, 0 to 1."""
    curves = []
    for station in entry["stations"]:
        points = spread(np.array(station["points"], dtype=float), COLUMNS)
        if "bones" in station:
            points = snapped(points, [solids[name] for name in station["bones"]])
        curves.append(points)
    authored = np.stack(curves)
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(authored.mean(axis=1), axis=0), axis=1))]
    share = np.linspace(0.0, 1.0, max(int(np.ceil(length[-1] / SPACING_MM)), 8) + 1)
    sheet = PchipInterpolator(length / length[-1], authored)(share)
    return np.moveaxis(sheet, 0, 1), length / length[-1]


def draped(sheet: np.ndarray, beneath: list[trimesh.Trimesh], half_mm: float) -> np.ndarray:
    """The sheet brought onto what lies inward of it, as a cloth from the side, its ends kept; hollows are bridged."""
    solids = trimesh.util.concatenate(beneath)
    authored = sheet.copy()
    for _ in range(DRAPING_PASSES):
        inner = sheet[:, 1:-1].reshape(-1, 3)
        start = inner * [0.0, 1.0, 1.0] + [solids.bounds[1, 0] + 1.0, 0.0, 0.0]
        hits, ray, _ = solids.ray.intersects_location(start, np.tile([-1.0, 0.0, 0.0], (len(start), 1)))
        outermost = np.full(len(inner), -np.inf)
        np.maximum.at(outermost, ray, hits[:, 0])
        least = authored[:, 1:-1, 0].ravel() - NEAR_MM
        sheet[:, 1:-1, 0] = np.maximum(outermost + half_mm + FREE_MM, least).reshape(sheet[:, 1:-1].shape[:2])
        for _ in range(SMOOTHINGS):
            sheet = smooth(sheet)
    return sheet


def off_bone(sheet: np.ndarray, grid: DistanceGrid, half_mm: float) -> np.ndarray:
    """The sheet bowed out of bone between its ends."""
    for _ in range(6):
        sheet = sheet.copy()
        sheet[:, 2:-2] = lifted(sheet[:, 2:-2].reshape(-1, 3), grid, half_mm).reshape(sheet[:, 2:-2].shape)
        sheet = smooth(sheet)
    return sheet


def thickness(entry: dict[str, Any], sheet: np.ndarray) -> np.ndarray:
    """Half-thickness (COLUMNS, stations) mm: even across, with rounded edges, thinning towards the ends of the band."""
    place = np.linspace(0.0, 1.0, sheet.shape[1])
    own = PchipInterpolator([0.0, 0.5, 1.0], np.array(entry["thick_mm"]) / 2)(place)
    edge = 1.0 - np.abs(np.linspace(-1.0, 1.0, COLUMNS)) ** 4
    return np.asarray(edge[:, None] * own)


def followed(entry: dict[str, Any], at: np.ndarray, stations: int) -> tuple[np.ndarray, np.ndarray]:
    """The two bodies (stations, 2) that each station of the sheet follows, and the weight (stations,) of the first."""
    place = np.linspace(0.0, 1.0, stations)
    before = np.clip(np.searchsorted(at, place, side="right") - 1, 0, len(at) - 2)
    share = np.clip((place - at[before]) / (at[before + 1] - at[before]), 0.0, 1.0)
    body = np.array([BODIES.index(on_side(station["body"], "left")) for station in entry["stations"]])
    return np.stack([body[before], body[before + 1]], axis=1), 1.0 - share * share * (3.0 - 2.0 * share)


def on_vertices(values: np.ndarray) -> np.ndarray:
    """What belongs to the stations (stations, …), for each vertex of their `shell`."""
    return np.concatenate([np.tile(values, (2 * COLUMNS - 2, *[1] * (values.ndim - 1))), values[[0, -1]]])


def grid_of(meshes: list[trimesh.Trimesh], sheet: np.ndarray) -> DistanceGrid:
    """Distances to solids round about a sheet."""
    points = sheet.reshape(-1, 3)
    grid = DistanceGrid(points.min(axis=0) - MARGIN_MM, points.max(axis=0) + MARGIN_MM)
    grid.add(meshes)
    return grid


def both(name: str, mesh: trimesh.Trimesh, bodies: np.ndarray, weight: np.ndarray) -> list[Piece]:
    """The piece and its mirror image."""
    left = np.array(BODIES)[bodies]
    right = np.char.replace(left, "_left", "_right")
    return [
        Piece(f"{name}_left", name, "ligament", LAYER, "left", mesh.vertices, mesh.vertex_normals, mesh.faces,
              left, weight),
        Piece(f"{name}_right", name, "ligament", LAYER, "right", mesh.vertices * MIRROR,
              mesh.vertex_normals * MIRROR, mesh.faces[:, ::-1], right, weight),
    ]  # fmt: skip


def pubic_disc(entry: dict[str, Any], hip: trimesh.Trimesh) -> Piece:
    """The disc of the symphysis, between the joint faces of both hip bones."""
    low = hip.vertices[:, 0].min()
    face = hip.vertices[(hip.vertices[:, 0] < low + entry["half_width_mm"] / 2) & (hip.vertices[:, 2] < 0)][
        :, 1:
    ]
    rim = face[ConvexHull(face).vertices]
    middle = (rim.min(axis=0) + rim.max(axis=0)) / 2
    # Smoothly round the hull: how far it reaches in each direction.
    angle = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    away = rim - middle
    way = np.arctan2(away[:, 1], away[:, 0])
    order = np.argsort(way)
    reach = np.interp(angle, way[order], np.linalg.norm(away, axis=1)[order], period=2 * np.pi)
    for _ in range(4):
        reach = reach / 2 + (np.roll(reach, 1) + np.roll(reach, -1)) / 4
    outline = np.stack([np.cos(angle), np.sin(angle)], axis=1) * reach[:, None]
    rings = [
        np.c_[np.full(len(angle), x * entry["half_width_mm"]), middle + size * outline]
        for x, size in entry["overhang"]
    ]
    vertices = np.concatenate([*rings, [[rings[0][0, 0], *middle], [rings[-1][0, 0], *middle]]])
    count, last = len(angle), (len(rings) - 1) * len(angle)
    here = np.arange(count)
    after = (here + 1) % count
    row = np.arange(len(rings) - 1)[:, None] * count
    a, b, c, d = (
        (row + here).ravel(),
        (row + after).ravel(),
        (row + count + after).ravel(),
        (row + count + here).ravel(),
    )
    poles = len(vertices) - 2 + np.zeros(count, dtype=int)
    faces = np.concatenate(
        [
            np.stack([a, b, c], 1),
            np.stack([a, c, d], 1),
            np.stack([after, here, poles], 1),
            np.stack([last + here, last + after, poles + 1], 1),
        ]
    )
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    if mesh.volume < 0:
        mesh.invert()
    return Piece(
        "pubic_disc", "pubic_disc", "disc", LAYER, "", mesh.vertices, mesh.vertex_normals, mesh.faces
    )


def build(bones: dict[str, trimesh.Trimesh], muscles: dict[str, trimesh.Trimesh]) -> list[Piece]:
    """All of them. bones: closed, by name; muscles: the left ones, by name without side."""
    table = tomllib.loads(TABLE.read_text())
    pelvis = [bones[name] for name in ("hip_bone_left", "sacrum", "coccyx", "l5")]
    disc = table.pop("pubic_disc")
    pieces = []
    for name, entry in table.items():
        sheet, at = along(entry, bones)
        half = max(entry["thick_mm"]) / 2
        if "lies_on" in entry:
            beneath = [
                solid for key in entry["lies_on"] if (solid := bones.get(key, muscles.get(key))) is not None
            ]
            sheet = draped(sheet, beneath, half)
        else:
            sheet = off_bone(sheet, grid_of(pelvis, sheet), half)
        bodies, weight = followed(entry, at, sheet.shape[1])
        pieces += both(name, shell(sheet, thickness(entry, sheet)), on_vertices(bodies), on_vertices(weight))
    return [*pieces, pubic_disc(disc, bones["hip_bone_left"])]
