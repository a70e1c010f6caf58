"""How much room the sciatic nerve has at each site, for both sides, from one solved posture.

Takes a `Snapshot`; gives the measures of `assets/anatomy/sites.toml`: openings of the spine, gap under piriformis, bend
and contact behind obturator internus and gemelli, distances in the ischial tunnel, IFS and QFS, nerve strain. Gaps
run from the nerve's surface to the other surface and fall below zero where the two would overlap: the model does not
press tissue together. Takes longer than a frame: call it when the posture has come to rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy, Surface
from visualizer.body.muscles import OPPOSITE, RING, STATIONS
from visualizer.body.nerve.tract import TRACT
from visualizer.body.posture import Posture
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import PreparedBody, solve
from visualizer.space.corridor import Corridor, corridor
from visualizer.space.distance import Skin, skin
from visualizer.space.foramina import LEVELS, Openings
from visualizer.space.ischiofemoral import HAMSTRINGS, IschiofemoralSpace
from visualizer.space.regions import part_named, region
from visualizer.space.sites import ROOM, Place, ladder_of_sites

DEEP_ROTATORS = ("obturator_internus", "gemellus_superior", "gemellus_inferior")
ROUTE = ("l5", "lumbosacral_trunk", "sciatic")
# Length over which the nerve's direction is taken, mm.
DIRECTION_OVER_MM = 12.0
# Beyond this flexion of the hip joint no slice shows hamstring origin and lesser trochanter side by side.
HIGHEST_IFS_FLEXION_DEG = 75.0

Values = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True, eq=False)
class Measured:
    """One posture, measured: values (2,), left first, by site and measure key; NaN where there is none.

    place_m: by site, where on the nerve it has least room, (2, 3) m in the room; thickness_mm (2,) of the nerve there.
    """

    values: Values
    place_m: dict[str, np.ndarray]
    thickness_mm: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Structure:
    """One closed structure: which vertices of its batch (n,), and their topology."""

    rows: np.ndarray
    skin: Skin


def structure(surface: Surface, key: str) -> Structure:
    """The part of a surface with that key."""
    rows, triangles = region(surface, [key], np.ones(len(surface.vertices), dtype=bool))
    return Structure(rows, skin(triangles))


class PreparedRoom:
    """An anatomy made ready for measuring."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.ladder = ladder_of_sites(anatomy.root)
        self.sites = self.ladder.site
        self.openings = Openings(anatomy, anatomy.bodies)
        self.ischiofemoral = IschiofemoralSpace(anatomy, anatomy.bodies)
        self._pelvis = anatomy.bodies.index("pelvis")
        self._nerve_rows: dict[tuple[Surface, str, str], np.ndarray] = {}
        self._resting: dict[tuple[str, str], Snapshot] = {}
        near = {"piriformis": ("piriformis",), "deep_rotators": DEEP_ROTATORS, "hamstrings": HAMSTRINGS}
        self._muscles = {
            (group, side): [structure(anatomy.muscle_surface, f"{name}_{side}") for name in names]
            for group, names in near.items()
            for side in SIDES
        }
        self._hip_bone = {side: [structure(anatomy.bones, f"hip_bone_{side}")] for side in SIDES}

    def measured(self, snapshot: Snapshot, along: Corridor) -> Measured:
        """Everything of a posture whose corridor is known."""
        values = self.values(snapshot)
        resting = self.resting(snapshot.posture)
        place_m, thickness = {}, {}
        for site, entry in self.sites.items():
            low, high = sorted(entry.place.z_mm)
            place_m[site], thickness[site] = np.empty((2, 3)), np.full(2, 5.5)
            room = np.full(2, np.nan)
            for row, side in enumerate(SIDES):
                name = f"{entry.place.segment}_{side}"
                rest = resting.routes.get(name, resting.routes[f"l4_{side}"])
                point = int(np.argmin(np.abs(rest[:, 2] * 1000.0 - np.mean(entry.place.z_mm))))
                place_m[site][row] = snapshot.routes.get(name, snapshot.routes[f"l4_{side}"])[point]
                if ROOM in entry.measure and entry.place.segment in ("l4", "sciatic"):
                    height = self._corridor_height_mm(row)
                    inside = np.flatnonzero((height >= low) & (height <= high))
                    width = (along.front_mm + along.behind_mm)[row, inside]
                    room[row] = width.min()
                    place_m[site][row] = along.centre_m[row, inside[width.argmin()]]
            if ROOM in entry.measure:
                values[site, ROOM] = room
        return Measured(values, place_m, thickness)

    def values(self, snapshot: Snapshot) -> Values:
        """Both sides' values (2,), left first, by site and measure, in the units of `sites.toml`.

        NaN where a posture has no such value: IFS and QFS with the hip joint bent by more than HIGHEST_IFS_FLEXION_DEG.
        """
        values: Values = {}
        opening = self.openings.sizes(snapshot.world_from_rest)
        for index, level in enumerate(LEVELS):
            site = f"opening_{level}"
            values[site, "height"] = opening.height_mm[index]
            values[site, "area"] = opening.area_mm2[index]
            values[site, "upper_width"] = opening.upper_width_mm[index]
            values[site, "disc_back"] = opening.disc_back_mm[index]
            if f"lateral_recess_{level}" in self.sites:
                values[f"lateral_recess_{level}", "depth"] = opening.lower_width_mm[index]
        values["subgluteal", "gap"] = np.full(2, np.nan)
        sides = [self._deep_gluteal(snapshot, side) for side in SIDES]
        values |= {key: np.array([side[key] for side in sides]) for key in sides[0]}
        flexion = np.array([snapshot.joints_deg[f"hip_flexion_{side}"] for side in SIDES])
        ifs, qfs = (
            np.where((flexion < HIGHEST_IFS_FLEXION_DEG) & np.isfinite(width), width, np.nan)
            for width in self.ischiofemoral.widths(snapshot)
        )
        values["ischiofemoral", "ifs"], values["quadratus_femoris", "qfs"] = ifs, qfs
        resting = self.resting(snapshot.posture)
        values["route", "strain"] = sciatic_strain_percent(snapshot, resting)
        values["route", "lengthening"] = route_length_mm(snapshot) - route_length_mm(resting)
        return values

    def _deep_gluteal(self, snapshot: Snapshot, side: str) -> dict[tuple[str, str], float]:
        """Values of one side between the plexus and the thigh."""
        muscle = snapshot.muscle_vertices, snapshot.muscle_normals
        under, behind, beside = (
            self._nerve(snapshot, site, side)
            for site in ("infrapiriform", "obturator_gemelli", "ischial_tunnel")
        )
        place = self.sites["obturator_gemelli"].place
        route = f"{place.segment}_{side}"
        turn, curvature = bend(snapshot.routes[route], self.resting(snapshot.posture).routes[route], place)
        pelvis = snapshot.world_from_rest[self._pelvis].astype(float)
        beside_ischium = (beside - pelvis[:3, 3]) @ pelvis[:3, :3]
        bone = self.anatomy.bones.vertices, self.anatomy.bones.normals
        return {
            ("infrapiriform", "gap"): gap_mm(under, self._muscles["piriformis", side], *muscle),
            ("infrapiriform", "piriformis_thickness"): self._thickness_mm(snapshot, f"piriformis_{side}"),
            ("obturator_gemelli", "turn"): turn,
            ("obturator_gemelli", "curvature"): curvature,
            ("obturator_gemelli", "gap"): gap_mm(behind, self._muscles["deep_rotators", side], *muscle),
            ("ischial_tunnel", "tuberosity"): gap_mm(beside_ischium, self._hip_bone[side], *bone),
            ("ischial_tunnel", "hamstrings"): gap_mm(beside, self._muscles["hamstrings", side], *muscle),
        }

    def _corridor_height_mm(self, row: int) -> np.ndarray:
        resting = self.resting(self.anatomy.prepared(PreparedBody).balanced)
        return corridor(self.anatomy, resting).centre_m[row, :, 2] * 1000.0

    def _nerve(self, snapshot: Snapshot, site: str, side: str) -> np.ndarray:
        """Points (n, 3) m of the nerve's surface at a site."""
        surface = snapshot.nerve_surface
        if (surface, site, side) not in self._nerve_rows:
            place = self.sites[site].place
            low, high = sorted(place.z_mm)
            chosen = []
            for part in surface.parts:
                if part.key.startswith(place.segment) and part.side == side:
                    rows = np.arange(part.first_vertex, part.first_vertex + part.vertex_count)
                    height = surface.vertices[rows, 2] * 1000.0
                    chosen.append(rows[(height >= low) & (height <= high)])
            self._nerve_rows[surface, site, side] = np.concatenate(chosen)
        return snapshot.nerve_vertices[self._nerve_rows[surface, site, side]].astype(float)

    def _thickness_mm(self, snapshot: Snapshot, key: str) -> float:
        """Largest thickness of a muscle, from its deep to its superficial face."""
        first = part_named(self.anatomy.muscle_surface, key).first_vertex
        rings = snapshot.muscle_vertices[first : first + RING * STATIONS].reshape(RING, STATIONS, 3)
        return float(np.linalg.norm(rings - rings[OPPOSITE], axis=2).max()) * 1000.0

    def resting(self, posture: Posture) -> Snapshot:
        """The balanced stance of the body that `posture` shows: with its nerve variants."""
        variants = posture.nerve_variant_left, posture.nerve_variant_right
        if variants not in self._resting:
            left, right = variants
            rest = replace(
                self.anatomy.prepared(PreparedBody).balanced,
                nerve_variant_left=left,
                nerve_variant_right=right,
            )
            self._resting[variants] = solve(self.anatomy, rest)
        return self._resting[variants]


def gap_mm(points: np.ndarray, to: list[Structure], vertices: np.ndarray, normals: np.ndarray) -> float:
    """Smallest distance in mm from `points` (n, 3) m to structures of a surface with `vertices`, `normals` (all, 3)."""
    gaps = [
        one.skin.gap(points, vertices[one.rows].astype(float), normals[one.rows].astype(float)) for one in to
    ]
    return min(gaps) * 1000.0


def route_length_mm(snapshot: Snapshot) -> np.ndarray:
    """Length (2,) mm of the nerve's way from the L5/S1 opening to where it parts above the knee, left first."""
    lengths = [
        sum(
            np.linalg.norm(np.diff(snapshot.routes[f"{name}_{side}"], axis=0), axis=1).sum() for name in ROUTE
        )
        for side in SIDES
    ]
    return np.array(lengths) * 1000.0


def sciatic_strain_percent(snapshot: Snapshot, resting: Snapshot) -> np.ndarray:
    """Mean strain (2,) % of the sciatic nerve against `resting`, sliding freely in its bed, left first."""
    means = []
    for side, tract in zip(SIDES, snapshot.tracts, strict=True):
        first = sum(len(snapshot.routes[f"{name}_{side}"]) - 1 for name in TRACT[: TRACT.index("sciatic")])
        step = np.linalg.norm(np.diff(resting.routes[f"sciatic_{side}"], axis=0), axis=1)
        means.append(100.0 * np.average(tract.strain[first : first + len(step)], weights=step))
    return np.array(means)


def bend(points: np.ndarray, resting: np.ndarray, place: Place) -> tuple[float, float]:
    """How far the nerve turns along a place, degrees, and its mean curvature there, 1/m.

    points, resting: the segment's route (n, 3) m now and in the balanced stance.
    """
    low, high = sorted(place.z_mm)
    height = resting[:, 2] * 1000.0
    stretch = points[(height >= low) & (height <= high)]
    step = np.linalg.norm(np.diff(stretch, axis=0), axis=1)
    over = max(1, round(DIRECTION_OVER_MM / 1000.0 / step.mean()))
    start, end = stretch[over] - stretch[0], stretch[-1] - stretch[-1 - over]
    turn = np.arctan2(np.linalg.norm(np.cross(start, end)), start @ end)
    # Each direction belongs to the middle of the length over which it was taken.
    along = step[over // 2 : len(step) - over // 2].sum()
    return float(np.degrees(turn)), float(turn / along)


def room(anatomy: Anatomy, snapshot: Snapshot) -> Values:
    """Every measure of `sites.toml` for a solved posture: values (2,), left first, by site and measure key."""
    return anatomy.prepared(PreparedRoom).measured(snapshot, corridor(anatomy, snapshot)).values
