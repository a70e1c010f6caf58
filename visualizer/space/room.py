"""How much room the sciatic nerve has at each site, for both sides, from one solved posture.

Takes a `Snapshot`; gives the measures of `assets/anatomy/sites.toml`: openings of the spine, gap under piriformis, bend
and contact behind obturator internus and gemelli, distances in the ischial tunnel, IFS and QFS, nerve strain. Gaps
run from the nerve's surface to the other surface and fall below zero where the two would overlap: the model does not
press tissue together.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.anatomy.muscle_grid import DRAWN_OPPOSITE, DRAWN_RING, GRID, STATIONS
from visualizer.body.nerve.tract import TRACT
from visualizer.body.posture import TONE_GROUPS, Posture
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import PreparedBody, solve
from visualizer.space.corridor import Corridor, corridor
from visualizer.space.foramina import LEVELS, Openings
from visualizer.space.gates import told
from visualizer.space.ischiofemoral import HAMSTRINGS, IschiofemoralSpace
from visualizer.space.measured import Judged, Measured, Values
from visualizer.space.regions import part_named
from visualizer.space.sites import ROOM, Place, ladder_of_sites
from visualizer.space.surroundings import Surroundings

DEEP_ROTATORS = ("obturator_internus", "gemellus_superior", "gemellus_inferior")
ROUTE = ("l5", "lumbosacral_trunk", "sciatic")
# Length over which the nerve's direction is taken, mm.
DIRECTION_OVER_MM = 12.0
# Beyond this flexion of the hip joint no slice shows hamstring origin and lesser trochanter side by side.
HIGHEST_IFS_FLEXION_DEG = 75.0
TONES = [f"tone_{group}" for group in TONE_GROUPS]
# So many postures' widths are kept.
MOST_KNOWN = 32


class PreparedRoom:
    """An anatomy made ready for measuring."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.ladder = ladder_of_sites(anatomy.root)
        self.sites = self.ladder.site
        self.openings = Openings(anatomy, anatomy.bodies)
        self.ischiofemoral = IschiofemoralSpace(anatomy, anatomy.bodies)
        self._resting: dict[tuple[str, str], Snapshot] = {}
        self._balanced: dict[Snapshot, Judged] = {}
        self._known_widths: dict[Posture, tuple[np.ndarray, np.ndarray]] = {}
        near = {
            ("infrapiriform", "gap"): ("piriformis",),
            ("obturator_gemelli", "gap"): DEEP_ROTATORS,
            ("ischial_tunnel", "tuberosity"): ("hip_bone",),
            ("ischial_tunnel", "hamstrings"): HAMSTRINGS,
            ("subgluteal", "gap"): ("gluteus_maximus",),
        }
        index = {
            part.key: at for at, part in enumerate([*anatomy.bones.parts, *anatomy.muscle_surface.parts])
        }
        self._near = {
            key: [{index[f"{name}_{side}"] for name in names} for side in SIDES]
            for key, names in near.items()
        }

    def measured(self, snapshot: Snapshot, along: Corridor) -> Measured:
        """Everything of a posture whose corridor is known.

        NaN where a posture has no such value: IFS and QFS with the hip joint bent by more than HIGHEST_IFS_FLEXION_DEG.
        """
        resting = self.resting(snapshot.posture)
        # In a symmetric posture the right side is the left one's mirror image.
        rows = (0, 0) if snapshot.posture == snapshot.posture.mirrored() else (0, 1)
        values = self._bones(snapshot) | {
            ("route", "strain"): sciatic_strain_percent(snapshot, resting),
            ("route", "lengthening"): route_length_mm(snapshot) - route_length_mm(resting),
        }
        place_m: dict[str, np.ndarray] = {}
        thickness_mm: dict[str, np.ndarray] = {}
        for site, entry in self.sites.items():
            known = {row: self._beside(site, entry.place, along.around[row], row) for row in set(rows)}
            sides = [known[row] for row in rows]
            for key in sides[0][0]:
                values[site, key] = np.array([found[key] for found, _ in sides])
            where = [
                around.sections.half_thickness[at]
                for (_, at), around in zip(sides, along.around, strict=True)
            ]
            thickness_mm[site] = 2.0 * np.array(where)
            place_m[site] = np.stack(
                [around.centre_m[at] for (_, at), around in zip(sides, along.around, strict=True)]
            )
        bends = [self._bend(snapshot, resting, SIDES[row]) for row in rows]
        for key, pair in zip(("turn", "curvature"), np.array(bends).T, strict=True):
            values["obturator_gemelli", key] = pair
        values["infrapiriform", "piriformis_thickness"] = np.array(
            [self._thickness_mm(snapshot, f"piriformis_{side}") for side in SIDES]
        )
        return Measured(values, place_m, thickness_mm)

    def _bones(self, snapshot: Snapshot) -> Values:
        """What bones alone decide: the openings of the spine, IFS and QFS."""
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
        flexion = np.array([snapshot.joints_deg[f"hip_flexion_{side}"] for side in SIDES])
        ifs, qfs = (
            np.where((flexion < HIGHEST_IFS_FLEXION_DEG) & np.isfinite(width), width, np.nan)
            for width in self._widths(snapshot)
        )
        values["ischiofemoral", "ifs"], values["quadratus_femoris", "qfs"] = ifs, qfs
        return values

    def _widths(self, snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
        """IFS and QFS (2,) mm each; no tone changes them."""
        toneless = replace(snapshot.posture, **dict.fromkeys(TONES, 0.0))  # type: ignore[arg-type]
        if toneless not in self._known_widths:
            if len(self._known_widths) >= MOST_KNOWN:
                self._known_widths.clear()
            self._known_widths[toneless] = self.ischiofemoral.widths(snapshot)
        return self._known_widths[toneless]

    def _beside(
        self, site: str, place: Place, around: Surroundings, side: int
    ) -> tuple[dict[str, float], int]:
        """Room and gaps of a site on one side, and the section where it has least room."""
        stretch = around.stretch(place.segment, place.z_mm)
        if not len(stretch):
            return {}, int(np.abs(around.height_mm - np.mean(place.z_mm)).argmin())
        values = {}
        at = int(stretch[len(stretch) // 2])
        for (where, key), structures in self._near.items():
            if where == site:
                values[key], at = around.gap(stretch, structures[side])
        if ROOM in self.sites[site].measure:
            values[ROOM], at = around.least_room(stretch)
        return values, at

    def _bend(self, snapshot: Snapshot, resting: Snapshot, side: str) -> tuple[float, float]:
        """How far the nerve turns behind the small rotators, and its curvature there."""
        place = self.sites["obturator_gemelli"].place
        route = f"{place.segment}_{side}"
        return bend(snapshot.routes[route], resting.routes[route], place)

    def _thickness_mm(self, snapshot: Snapshot, key: str) -> float:
        """Largest thickness of a muscle, from its deep to its superficial face."""
        first = part_named(self.anatomy.muscle_surface, key).first_vertex
        rings = snapshot.muscle_vertices[first : first + GRID].reshape(DRAWN_RING, STATIONS, 3)
        return float(np.linalg.norm(rings - rings[DRAWN_OPPOSITE], axis=2).max()) * 1000.0

    def resting(self, posture: Posture) -> Snapshot:
        """The balanced stance of the body that `posture` shows: with its nerve variants."""
        variants = posture.nerve_variant_left, posture.nerve_variant_right
        if variants not in self._resting:
            left, right = variants
            balanced = self.anatomy.prepared(PreparedBody).balanced
            rest = replace(balanced, nerve_variant_left=left, nerve_variant_right=right)
            self._resting[variants] = solve(self.anatomy, rest)
        return self._resting[variants]

    def balanced(self, posture: Posture) -> Judged:
        """The same, measured and judged; once for each body."""
        resting = self.resting(posture)
        if resting not in self._balanced:
            self._balanced[resting] = self.judged(resting)
        return self._balanced[resting]

    def judged(self, snapshot: Snapshot, balanced: Measured | None = None) -> Judged:
        """A solved posture, measured and judged against what is balanced in the same body: itself, if not given."""
        along = corridor(self.anatomy, snapshot)
        measured = self.measured(snapshot, along)
        return Judged(snapshot, along, measured, told(self.ladder, snapshot, balanced or measured, measured))


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
