"""`python -m assets.build check`: how far flesh lies in flesh, in bone and in the nerve, posture by posture.

Takes the loaded anatomy; solves postures and measures the left side on the surfaces as they are shown, in mm and cm³:
muscles with winding numbers on a grid, the nerve to the nearest triangle. Gives a row a posture for the terminal and
for `report.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import trimesh

from assets.build import depth
from assets.build.distance import DistanceGrid
from assets.build.muscles import PIERCED
from assets.build.nerve import table as nerve_table
from assets.build.report import Row, rounded
from assets.build.sheath import runs_through
from assets.build.voxels import Voxels, samples, self_crossings, voxels
from visualizer.anatomy.model import Anatomy, Part, Surface
from visualizer.body.posture import NERVE_VARIANTS, RANGES, Posture, presets, with_fields, within_reach
from visualizer.body.snapshot import Snapshot
from visualizer.body.solve import PreparedBody, solve

SPACING_MM = 1.5
SAMPLES = 2500
DEEP_MM = 2.0
MARGIN_MM = 20.0
# Grids are right to about so much, mm.
GRID_ERROR_MM = 1.5
MEASURES = (
    "overlap_cm3", "deepest_mm", "in_bone_percent", "nerve_in_muscle_mm", "nerve_in_bone_mm", "self_crossings",
    "volume_off_percent",
)  # fmt: skip
# What a random posture varies, over the whole range of each as far as hips bend.
FREE = (
    "tilt_deg",
    "hip_flexion_left_deg",
    "hip_adduction_left_deg",
    "hip_rotation_left_deg",
    "knee_flexion_left_deg",
)


def chosen(random: int) -> dict[str, Posture]:
    """The presets by name, full tone, the nerve's variants, and so many random postures, always the same ones."""
    known = presets()
    postures = dict(known)
    balanced = known["balanced"]
    postures["rotators at full tone"] = with_fields(balanced, {"tone_rotators": 1.0})
    for variant in NERVE_VARIANTS[1:]:
        postures[f"nerve variant {variant}"] = with_fields(balanced, {"nerve_variant": variant})
    draw = np.random.default_rng(1)
    for index in range(random):
        fields = {}
        for name in FREE:
            low, high = RANGES[name.replace("_left", "")]
            fields[name] = float(draw.uniform(low, high))
        postures[f"random {index}"] = within_reach(with_fields(Posture(), fields), ())
    return postures


def left_parts(surface: Surface, kind: str) -> list[Part]:
    """The structures of one kind on the left and in the middle."""
    return [part for part in surface.parts if part.kind == kind and part.side != "right"]


def own(surface: Surface, part: Part, vertices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (n, 3) mm and triangles (m, 3) of one structure."""
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    triangles = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
    return vertices[rows].astype(float) * 1000.0, triangles.astype(int) - part.first_vertex


class Bones:
    """Signed distances to the bones of each rigid body, at rest."""

    def __init__(self, anatomy: Anatomy) -> None:
        bones = anatomy.bones
        solids: dict[int, list[trimesh.Trimesh]] = {}
        for part in left_parts(bones, "bone"):
            vertices, triangles = own(bones, part, bones.vertices)
            body = int(bones.bodies[part.first_vertex, 0])
            solids.setdefault(body, []).append(trimesh.Trimesh(vertices, triangles, process=False))
        self.grids: dict[int, DistanceGrid] = {}
        self.solids = solids
        for body, members in solids.items():
            ends = np.array([solid.bounds for solid in members])
            grid = DistanceGrid(ends[:, 0].min(axis=0) - MARGIN_MM, ends[:, 1].max(axis=0) + MARGIN_MM)
            grid.add(members)
            self.grids[body] = grid

    def depth(self, points: np.ndarray, world_from_rest: np.ndarray) -> np.ndarray:
        """How deep `points` (n, 3) mm of the room lie in bone, (n,) mm, 0 outside."""
        result = np.zeros(len(points))
        for body, grid in self.grids.items():
            result = np.maximum(result, -grid.at(self.local(points, world_from_rest[body])))
        return result

    def depth_exactly(self, points: np.ndarray, world_from_rest: np.ndarray) -> np.ndarray:
        """The same, to the nearest triangle."""
        result = np.zeros(len(points))
        for body, grid in self.grids.items():
            there = self.local(points, world_from_rest[body])
            near = np.flatnonzero(grid.at(there) < GRID_ERROR_MM)
            for solid in self.solids[body] if len(near) else ():
                own = depth.inside(there[near], np.asarray(solid.vertices), np.asarray(solid.faces))
                result[near] = np.maximum(result[near], own)
        return result

    @staticmethod
    def local(points: np.ndarray, world: np.ndarray) -> np.ndarray:
        """Points (n, 3) mm of the room in the resting frame of a body that stands at `world` (4, 4) m."""
        return np.asarray((points - world[:3, 3] * 1000.0) @ world[:3, :3].astype(float))


def measure(anatomy: Anatomy, posture: Posture, bones: Bones) -> Row:
    """The row of one posture."""
    snapshot = solve(anatomy, posture)
    surface = anatomy.muscle_surface
    parts = left_parts(surface, "muscle")
    shapes = [own(surface, part, snapshot.muscle_vertices) for part in parts]
    filled = [voxels(*shape, SPACING_MM) for shape in shapes]
    points = [samples(*shape, SAMPLES) for shape in shapes]
    names = [part.key.removesuffix("_left") for part in parts]
    return (
        overlap(names, filled, points)
        | in_bone(names, points, snapshot, bones)
        | nerve(names, filled, shapes, snapshot, bones)
        | {"self_crossings": sum(self_crossings(*shape) for shape in shapes)}
        | volumes(anatomy, posture, names, shapes)
    )


def overlap(names: list[str], filled: list[Voxels], points: list[np.ndarray]) -> Row:
    """Volume shared by pairs of muscles, and the deepest place."""
    total, worst, deepest, pair, deep_pair = 0.0, 0.0, 0.0, "", ""
    for a, b in combinations(range(len(names)), 2):
        shared = filled[a].shared(filled[b])
        if not shared:
            continue
        total += shared
        depth = max(filled[b].depth_at(points[a]).max(), filled[a].depth_at(points[b]).max())
        if shared > worst:
            worst, pair = shared, f"{names[a]}, {names[b]}"
        if depth > deepest:
            deepest, deep_pair = float(depth), f"{names[a]}, {names[b]}"
    return {
        "overlap_cm3": rounded(total), "worst_pair": pair, "worst_pair_cm3": rounded(worst),
        "deepest_mm": rounded(deepest), "deepest_pair": deep_pair,
    }  # fmt: skip


def in_bone(names: list[str], points: list[np.ndarray], snapshot: Snapshot, bones: Bones) -> Row:
    """Share of a muscle's surface that lies more than DEEP_MM in bone, of the worst muscle."""
    depth = bones.depth(np.concatenate(points), snapshot.world_from_rest).reshape(len(names), -1)
    share = 100.0 * (depth > DEEP_MM).mean(axis=1)
    worst = int(share.argmax())
    return {"in_bone_percent": rounded(share[worst]), "in_bone": names[worst] if share[worst] else ""}


def nerve(
    names: list[str], filled: list[Voxels], shapes: list[tuple[np.ndarray, np.ndarray]], snapshot: Snapshot,
    bones: Bones,
) -> Row:  # fmt: skip
    """How deep the nerve's surface lies in muscle and in bone.

    What runs between the heads of piriformis, which is drawn as one belly, lies in that by anatomy: it does not count.
    """
    surface = snapshot.nerve_surface
    variant = nerve_table()["variant"][snapshot.posture.nerve_variant_left]
    places = {
        part.key.removesuffix("_left"): own(surface, part, snapshot.nerve_vertices)[0]
        for part in left_parts(surface, "nerve")
    }
    points = np.concatenate(list(places.values()))
    beside = np.concatenate([place for key, place in places.items() if not runs_through(key, variant)])
    deep = np.zeros(len(names))
    for index, (name, grid, shape) in enumerate(zip(names, filled, shapes, strict=True)):
        felt = beside if name == PIERCED else points
        near = felt[grid.near(felt)]
        if len(near):
            deep[index] = depth.inside(near, *shape).max()
    worst = int(deep.argmax())
    return {
        "nerve_in_muscle_mm": rounded(deep[worst]), "nerve_in": names[worst] if deep[worst] else "",
        "nerve_in_bone_mm": rounded(bones.depth_exactly(points, snapshot.world_from_rest).max()),
    }  # fmt: skip


def volumes(
    anatomy: Anatomy, posture: Posture, names: list[str], shapes: list[tuple[np.ndarray, np.ndarray]]
) -> Row:
    """The muscle whose volume is furthest from its published one, times what its tone swells it by."""
    table = {muscle.name: muscle for muscle in anatomy.muscles}
    bulge = anatomy.prepared(PreparedBody).piriformis_bulge(posture.tone_rotators)
    off = []
    for name, (vertices, triangles) in zip(names, shapes, strict=True):
        corners = vertices[triangles]
        volume = (corners[:, 0] * np.cross(corners[:, 1], corners[:, 2])).sum() / 6000.0
        wanted = table[name].volume_cm3 * (bulge if name == "piriformis" else 1.0)
        off.append(100.0 * (volume / wanted - 1.0))
    worst = int(np.abs(off).argmax())
    return {"volume_off_percent": rounded(off[worst]), "volume_off": names[worst]}


def rows(anatomy: Anatomy, postures: Mapping[str, Posture]) -> list[Row]:
    """A row a posture."""
    bones = Bones(anatomy)
    return [{"posture": name} | measure(anatomy, posture, bones) for name, posture in postures.items()]


def quantiles(table: list[Row]) -> dict[str, np.ndarray]:
    """Of each measure its median, 95 per cent and worst (3,) among the random postures."""
    drawn = [row for row in table if row["posture"].startswith("random")]
    return {key: np.percentile(np.abs([row[key] for row in drawn]), (50.0, 95.0, 100.0)) for key in MEASURES}


def spread(table: list[Row], postures: Mapping[str, Posture]) -> str:
    """Median, 95 per cent and worst of the random postures, a line a measure, and the posture of the worst."""
    drawn = [row for row in table if row["posture"].startswith("random")]
    if not drawn:
        return ""
    lines = [f"{len(drawn)} random postures: median / 95 % / worst, at (" + ", ".join(FREE) + ")"]
    for key, values in quantiles(drawn).items():
        worst = postures[max(drawn, key=lambda row: abs(row[key]))["posture"]]
        place = ", ".join(f"{getattr(worst, name):.0f}" for name in FREE)
        lines.append(f"{key:20} " + " / ".join(f"{value:6.1f}" for value in values) + f"  ({place})")
    return "\n".join(lines)
