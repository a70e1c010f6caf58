"""The nerve's binding and resting surface, from its authored route and the bones.

Takes `assets/anatomy/nerve.toml`, the bones (mm, LPS, balanced stance), the roots' points in the canal and the joint
centres; gives the arrays that `visualizer.body.nerve.model` reads. Left side only: the right is its mirror image.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

from assets.build.distance import DistanceGrid
from assets.build.nerve_lines import RADICES, ROOTS, Layout, Rows, authored, controls, layout, rows
from assets.build.nerve_room import FITTED, GRID_MM, bone_grid, distances, laid_clear, resting_room, spreading
from assets.build.nerve_sections import axes_along, flattened, ganglion_sections, sections

TABLE = Path(__file__).parents[1] / "anatomy" / "nerve.toml"
SEGMENTS = (*ROOTS, "lumbosacral_trunk", "sciatic", "tibial", "common_fibular", *RADICES)
FREE_SCIATIC = slice(4, 29)
# Bones of the pelvis and below, among which the nerve is laid beside the spine.
BONES = ("hip_bone_left", "sacrum", "femur_left", "tibia_left", "fibula_left")


@dataclass(frozen=True)
class Inputs:
    """What the nerve is laid over: meshes in mm, vertebrae and discs (column), roots in the canal (n, 3) mm.

    A radix begins in the dural sac and ends in its opening. hip_centre, knee_centre (3,) mm.
    """

    bones: dict[str, trimesh.Trimesh]
    column: list[trimesh.Trimesh]
    radices: dict[str, np.ndarray]
    hip_centre: np.ndarray
    knee_centre: np.ndarray


def table() -> dict[str, Any]:
    """`nerve.toml`."""
    return tomllib.loads(TABLE.read_text())


def smooth_step(z: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 at height `start` and above, 1 at `end` and below, smooth between."""
    share = np.clip((z - start) / (end - start), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def course(table: dict[str, Any], variant: str, inputs: Inputs, grid: DistanceGrid) -> dict[str, np.ndarray]:
    """Arrays of one variant, named as the run time's `Course`; metres."""
    parts = controls(authored(table, variant, inputs.radices))
    split = "fibular_division" in parts
    names = (*SEGMENTS, "fibular_division") if split else SEGMENTS
    plan = layout(parts)
    half = np.zeros((len(plan.points), 2))
    for name in names:
        half[plan.own(name)] = sections(table, name, plan.points[plan.own(name), 2], split)
    laid = laid_clear(plan, with_ganglia(table, plan, half[:, 1]), grid, table["contact"]["lay_gap"])
    plan = Layout(laid, plan.through, plan.within)
    axes = np.zeros((len(plan.points), 2, 3))
    for name in names:
        own = plan.points[plan.own(name)]
        axes[plan.own(name)] = axes_along(own, grid.outward(own), grid.at(own))
    ganglia = {root: table["ganglion"][root]["length"] / 2 for root in ROOTS}
    route = rows(plan, names, ganglia)
    z = plan.points[:, 2]
    bind = table["binding"]
    share = [smooth_step(z, *bind[key]) for key in ("flexion_z", "sideways_z", "twist_z", "knee_z")]
    bed = bind["twist_bed"]
    rise = np.cos(np.pi / 2 * np.clip((z - bed["z"]) / bed["reach"], -1.0, 1.0)) ** 2
    share[2] = share[2] + bed["share"] * rise * (1 - share[2])
    chains = [plan.own("sciatic")[FREE_SCIATIC]]
    if split:
        chains.append(plan.own("fibular_division")[1:-1])
    first = np.r_[0, np.cumsum(route.counts)[:-1]]
    at = names.index("sciatic")
    resting = route.matrix @ plan.points
    return {
        "segments": np.array(route.names), "segments_first": first, "segments_count": route.counts,
        **pieces_of(table, route.names, first, route.counts, resting[first[at] : first[at] + route.counts[at], 2]),
        "controls": plan.points / 1000, "axes": axes, "half": half / 1000, "share": np.stack(share),
        "route_from_controls": route.matrix.astype(np.float32),
        "route_half": route_half(table, route, resting, split, grid) / 1000,
        "free": np.concatenate(chains), "spread": spreading(chains),
        "over": behind_piriformis(table["variant"][variant], route, resting[:, 2]),
        **lumbar(plan),
    }  # fmt: skip


def behind_piriformis(variant: dict[str, str], route: Rows, z: np.ndarray) -> np.ndarray:
    """Which route points (n,) bool, at heights `z`, run down behind piriformis, over which their part has turned."""
    parts = {"sciatic": variant["nerve"], "fibular_division": variant.get("fibular", "")}
    result, start = np.zeros(len(z), dtype=bool), 0
    for name, count in zip(route.names, route.counts, strict=True):
        if parts.get(name) == "above":
            result[start + int(z[start : start + count].argmax()) : start + count] = True
        start += count
    return result


def with_ganglia(table: dict[str, Any], plan: Layout, half: np.ndarray) -> np.ndarray:
    """Half thickness (K,) mm to lay the nerve with: the ganglia's where the roots' controls lie in them."""
    result = half.copy()
    for root in ROOTS:
        ganglion = table["ganglion"][root]
        for name in (root, f"{root}_radix"):
            own = plan.own(name)
            away = np.linalg.norm(plan.points[own] - plan.points[plan.own(root)[0]], axis=1)
            inside = own[away < ganglion["length"] / 2]
            along = np.minimum(
                away[away < ganglion["length"] / 2] + ganglion["length"] / 2, ganglion["length"]
            )
            rise = ganglion_sections(table, root, np.r_[along, ganglion["length"]])[:-1, 1]
            result[inside] = np.maximum(result[inside], rise)
    return result


def route_half(
    table: dict[str, Any], route: Rows, resting: np.ndarray, split: bool, grid: DistanceGrid
) -> np.ndarray:
    """Half width and half thickness (n, 2) mm of every route point; in canal and opening flattened to fit."""
    result, start = [], 0
    for name, count in zip(route.names, route.counts, strict=True):
        own = slice(start, start + count)
        if name.endswith("_ganglion"):
            half = ganglion_sections(table, name.removesuffix("_ganglion"), route.along_mm[own])
        else:
            half = sections(table, name, resting[own, 2], split)
        result.append(flattened(half, grid.at(resting[own])) if name.startswith(FITTED) else half)
        start += count
    return np.concatenate(result)


def pieces_of(
    table: dict[str, Any], names: tuple[str, ...], first: np.ndarray, count: np.ndarray, sciatic_z: np.ndarray
) -> dict[str, np.ndarray]:
    """The parts that can be shown: each segment, and the sciatic nerve cut at its landmarks."""
    pieces = {name: (int(start), int(size)) for name, start, size in zip(names, first, count, strict=True)}
    start, size = pieces.pop("sciatic")
    limits = [table["landmark"][key] for key in ("infrapiriform_z", "gluteal_z", "femoral_z")]
    # The nerve runs down throughout but for variants that turn over piriformis: the last crossing counts.
    cuts = [0, *(int(np.flatnonzero(sciatic_z > limit)[-1]) for limit in limits), size - 1]
    parts = ("sciatic_pelvic", "sciatic_infrapiriform", "sciatic_gluteal", "sciatic_femoral")
    for name, begin, end in zip(parts, cuts[:-1], cuts[1:], strict=True):
        pieces[name] = (start + begin, end - begin + 1)
    return {
        "pieces": np.array(list(pieces)),
        "pieces_first": np.array([begin for begin, _ in pieces.values()]),
        "pieces_count": np.array([length for _, length in pieces.values()]),
    }


def lumbar(plan: Layout) -> dict[str, np.ndarray]:
    """Share (K,) with which controls of the L4 and L5 roots follow their vertebra, and which (K,)."""
    share, body = np.zeros(len(plan.points)), np.zeros(len(plan.points), dtype=int)
    for root, level in (("l4", 4), ("l5", 5)):
        inner, canal = plan.own(root)[:-1], plan.own(f"{root}_radix")
        share[inner] = np.linspace(1.0, 0.0, len(inner) + 1)[:-1]
        share[canal] = 1.0
        body[inner], body[canal] = level, level
    return {"lumbar": share, "lumbar_body": body}


BOXES = {
    "pelvis": ([24.0, -45.0, -84.0], [129.0, 99.0, 78.0]),
    "femur": ([36.0, -48.0, -262.0], [159.0, 63.0, 42.0]),
}


def binding(inputs: Inputs) -> dict[str, np.ndarray]:
    """All arrays of `visualizer.body.nerve.model.read_binding`."""
    known = table()
    grid = bone_grid([*inputs.column, *(inputs.bones[name] for name in BONES)])
    result: dict[str, np.ndarray] = {}
    for variant in known["variant"]:
        arrays = course(known, variant, inputs, grid)
        result |= {f"{key}_{variant}": value for key, value in arrays.items()}
    solids = {"pelvis": ("hip_bone_left", "sacrum"), "femur": ("femur_left",)}
    for body, names in solids.items():
        field = distances([inputs.bones[name] for name in names], *BOXES[body])
        result[f"distance_{body}"] = field.astype(np.float16)
    cushion = {
        key: np.array(
            [inputs.hip_centre if one[key] == "hip_centre" else one[key] for one in known["cushion"]]
        )
        for key in ("pelvis", "femur", "radius")
    }
    room = np.min([variant_room(result, variant, cushion) for variant in known["variant"]], axis=0)
    result |= {
        "lower": np.array([BOXES[body][0] for body in solids]) / 1000,
        "spacing": np.array(GRID_MM / 1000),
        "cushion_pelvis": cushion["pelvis"] / 1000,
        "cushion_femur": cushion["femur"] / 1000,
        "cushion_radius": np.minimum(cushion["radius"], room) / 1000,
        "bone_gap": np.array(known["contact"]["bone_gap"] / 1000),
        "hip_centre": inputs.hip_centre / 1000,
        "knee_centre": inputs.knee_centre / 1000,
        "tighten": np.array(known["binding"]["tighten"]),
        "stiffening": np.array(known["tract"]["stiffening"]),
        "root_area_mm2": np.array(known["tract"]["root_area_mm2"]),
    }
    return result


def variant_room(arrays: dict[str, np.ndarray], variant: str, cushion: dict[str, np.ndarray]) -> np.ndarray:
    """Radius (q,) mm at which each cushion just touches the resting nerve of one variant."""
    free = arrays[f"free_{variant}"]
    points, half = (1000 * arrays[f"{key}_{variant}"][free] for key in ("controls", "half"))
    return resting_room(points, arrays[f"axes_{variant}"][free], half, cushion)
