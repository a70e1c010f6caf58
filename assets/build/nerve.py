"""The nerve's binding and resting surface, from its authored route and the bones.

Takes `assets/anatomy/nerve.toml`, the bones (mm, LPS, balanced stance), the first points of the roots and the joint
centres; gives the arrays that `visualizer.body.nerve.model` reads and the resting tube surface. Left side only: the
right is its mirror image.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from scipy.interpolate import CubicSpline
from scipy.spatial import cKDTree

TABLE = Path(__file__).parents[1] / "anatomy" / "nerve.toml"
ROOTS = ("l4", "l5", "s1", "s2", "s3")
MAIN = ("lumbosacral_trunk", "sciatic", "tibial")
CONTROLS = {"l4": 6, "l5": 5, "s1": 5, "s2": 5, "s3": 5, "lumbosacral_trunk": 6, "sciatic": 34, "tibial": 22,
            "common_fibular": 12, "fibular_division": 16}  # fmt: skip
STEP_MM = {"sciatic": 4.0, "tibial": 7.0, "common_fibular": 4.5, "fibular_division": 4.0}
ROOT_STEP_MM = 3.5
GRID_MM = 3.0
FAR_MM = 24.0
FACET_MM = 1.5
BACK = np.array([0.0, 0.8, 0.6])
# Shares of a displacement that a point takes over from its neighbours in one round of spreading.
SPREAD = 0.5
SEGMENTS = (*ROOTS, *MAIN, "common_fibular")
FREE_SCIATIC = slice(3, 28)


@dataclass(frozen=True)
class Inputs:
    """What the nerve is laid over: meshes in mm, the roots' first points and the joint centres (3,) mm."""

    bones: dict[str, trimesh.Trimesh]
    root_starts: dict[str, np.ndarray]
    hip_centre: np.ndarray
    knee_centre: np.ndarray


def chord(points: np.ndarray) -> np.ndarray:
    """Running length (n,) along a polyline (n, 3)."""
    return np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]


def smooth_step(z: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 at height `start` and above, 1 at `end` and below, smooth between."""
    share = np.clip((z - start) / (end - start), 0.0, 1.0)
    return share * share * (3 - 2 * share)


def passage(table: dict[str, Any], kind: str) -> list[list[float]]:
    """Authored points of a sciatic nerve (or part) that passes piriformis `below`, `through` or `above`."""
    sciatic = table["route"]["sciatic"]
    if kind == "below":
        return sciatic
    rest = [point for point in sciatic if point[2] < table["passage"]["rejoin_z"]]
    return [sciatic[0], *table["passage"][kind], *rest]


def authored(table: dict[str, Any], variant: str, starts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Authored points of each segment, joins repeated at both sides of the join."""
    route, kind = table["route"], table["variant"][variant]
    line = {root: [starts[root], *route[root]] for root in ROOTS}
    line["lumbosacral_trunk"] = list(route["lumbosacral_trunk"])
    line["sciatic"] = passage(table, kind["nerve"])
    line["tibial"] = list(route["tibial"])
    line["common_fibular"] = [line["tibial"][0], *route["common_fibular"]]
    line["sciatic"] = [*line["sciatic"], line["tibial"][0]]
    line["lumbosacral_trunk"].append(line["sciatic"][0])
    for root in ("l4", "l5"):
        line[root].append(line["lumbosacral_trunk"][0])
    for root in ("s1", "s2", "s3"):
        line[root].append(line["sciatic"][0])
    if "fibular" in kind:
        line["fibular_division"] = division(table, kind["fibular"])
    return {name: np.array(points, dtype=float) for name, points in line.items()}


def division(table: dict[str, Any], kind: str) -> list[list[float]]:
    """Authored points of a fibular part that parts at the plexus and rejoins below piriformis."""
    apart = [point for point in passage(table, kind) if point[2] >= table["passage"]["rejoin_z"]]
    start, *middle = apart
    beside = [[x + table["division"]["beside_mm"], y, z] for x, y, z in middle if z < 0]
    end = table["division"]["rejoins"]
    return [start, *(point for point in middle if point[2] >= 0), *beside, end]


def controls(lines: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Control points of each segment, evenly along a smooth curve; joins belong to both."""
    result = {}
    whole = np.concatenate([lines["lumbosacral_trunk"], lines["sciatic"][1:], lines["tibial"][1:]])
    at = chord(whole)
    curve = CubicSpline(at, whole)
    first = 0
    for name in MAIN:
        last = first + len(lines[name]) - 1
        result[name] = curve(spaced(at[first], at[last], CONTROLS[name], name == "sciatic"))
        first = last
    context = dict.fromkeys(("l4", "l5"), result["lumbosacral_trunk"][1:3])
    context |= dict.fromkeys(("s1", "s2", "s3"), result["sciatic"][1:2])
    for name, following in context.items():
        result[name] = sampled(lines[name], CONTROLS[name], np.empty((0, 3)), following)
    result["common_fibular"] = sampled(
        lines["common_fibular"], CONTROLS["common_fibular"], result["sciatic"][-2:-1], np.empty((0, 3))
    )
    if "fibular_division" in lines:
        end = np.argmin(np.linalg.norm(result["sciatic"] - lines["fibular_division"][-1], axis=1))
        lines["fibular_division"][-1] = result["sciatic"][end]
        result["fibular_division"] = sampled(
            lines["fibular_division"], CONTROLS["fibular_division"],
            result["lumbosacral_trunk"][-2:-1], result["sciatic"][end + 1 : end + 2],
        )  # fmt: skip
    return result


def spaced(start: float, end: float, count: int, dense_first: bool) -> np.ndarray:
    """`count` places from `start` to `end`; if `dense_first`, at the start half as far apart as on average."""
    share = np.linspace(0.0, 1.0, count)
    if dense_first:
        share = (share + share * share) / 2
    return start + (end - start) * share


def sampled(points: np.ndarray, count: int, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """`count` points along a smooth curve through `points` that begins and ends in line with its neighbours."""
    whole = np.concatenate([before, points, after])
    at = chord(whole)
    first, last = at[len(before)], at[len(before) + len(points) - 1]
    return CubicSpline(at, whole)(np.linspace(first, last, count))


@dataclass(frozen=True)
class Layout:
    """Which control points of the whole nerve each segment runs through, its neighbours' included.

    points (K, 3) mm; through: per segment, indices into `points`; within: slice of `through` that is the segment.
    """

    points: np.ndarray
    through: dict[str, np.ndarray]
    within: dict[str, slice]


def layout(parts: dict[str, np.ndarray]) -> Layout:
    """Number the controls of all segments; a join is one control, however many segments meet there."""
    stack, index, count = [], {}, 0

    def add(points: np.ndarray) -> np.ndarray:
        nonlocal count
        stack.append(points)
        count += len(points)
        return np.arange(count - len(points), count)

    index["lumbosacral_trunk"] = add(parts["lumbosacral_trunk"])
    for name in ("sciatic", "tibial"):
        before = index["lumbosacral_trunk" if name == "sciatic" else "sciatic"][-1]
        index[name] = np.r_[before, add(parts[name][1:])]
    trunk, sciatic = index["lumbosacral_trunk"], index["sciatic"]
    for root in ROOTS:
        end = trunk[0] if root in ("l4", "l5") else sciatic[0]
        index[root] = np.r_[add(parts[root][:-1]), end]
    index["common_fibular"] = np.r_[sciatic[-1], add(parts["common_fibular"][1:])]
    if "fibular_division" in parts:
        end = np.argmin(np.linalg.norm(parts["sciatic"] - parts["fibular_division"][-1], axis=1))
        inner = add(parts["fibular_division"][1:-1])
        index["fibular_division"] = np.r_[sciatic[0], inner, sciatic[end]]
    main = np.unique(np.concatenate([index[name] for name in MAIN]))
    before = dict.fromkeys(index, np.array([], dtype=int))
    after = dict.fromkeys(index, np.array([], dtype=int))
    for name in ("l4", "l5"):
        after[name] = trunk[1:3]
    for name in ("s1", "s2", "s3"):
        after[name] = sciatic[1:2]
    before["common_fibular"] = sciatic[-2:-1]
    if "fibular_division" in index:
        before["fibular_division"] = trunk[-2:-1]
        after["fibular_division"] = sciatic[end + 1 : end + 2]
    through, within = {}, {}
    for name, own in index.items():
        through[name] = main if name in MAIN else np.r_[before[name], own, after[name]]
        first = int(np.flatnonzero(through[name] == own[0])[0])
        within[name] = slice(first, first + len(own))
    return Layout(np.concatenate(stack), through, within)


def splines(plan: Layout, names: tuple[str, ...]) -> tuple[np.ndarray, list[int]]:
    """(n, K) matrix from controls to route points of all segments in turn, and how many each has."""
    rows, counts = [], []
    for name in names:
        through, within = plan.through[name], plan.within[name]
        at = chord(plan.points[through])
        start, end = at[within][0], at[within][-1]
        count = int(np.ceil((end - start) / STEP_MM.get(name, ROOT_STEP_MM))) + 1
        matrix = np.zeros((count, len(plan.points)))
        matrix[:, through] = CubicSpline(at, np.eye(len(at)))(np.linspace(start, end, count))
        rows.append(matrix)
        counts.append(count)
    return np.concatenate(rows), counts


def sections(table: dict[str, Any], name: str, z: np.ndarray, split: bool) -> np.ndarray:
    """Half width and half thickness (n, 2) mm of a segment at heights `z` of the resting route."""
    listed = [row for row in table["section"] if row["segment"] == name]
    listed = listed or [row for row in table["section"] if row["segment"] == "sciatic"]
    heights = np.array([row.get("z", 0.0) for row in listed])
    order = np.argsort(heights)
    known = [np.array([row[key] for row in listed])[order] for key in ("width", "thickness")]
    sizes = [np.interp(z, heights[order], values) for values in known]
    if split and name == "sciatic":
        top, end = table["route"]["sciatic"][0][2], table["division"]["rejoins"][2]
        alone = np.clip(np.minimum(top - z, z - end) / 12.0, 0.0, 1.0)
        sizes[0] = sizes[0] * (1 - (1 - table["division"]["tibial_share"]) * alone)
    return np.stack(sizes, axis=1) / 2


def axes_along(points: np.ndarray) -> np.ndarray:
    """Width and thickness directions (n, 2, 3): thickness towards the back, width across."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    thickness = BACK - (tangent @ BACK)[:, None] * tangent
    thickness /= np.linalg.norm(thickness, axis=1, keepdims=True)
    return np.stack([np.cross(tangent, thickness), thickness], axis=1)


def spreading(chains: list[np.ndarray]) -> np.ndarray:
    """(r, r): one round in which each point of each chain takes over SPREAD of its neighbours' mean displacement."""
    blocks = [
        (1 - SPREAD) * np.eye(len(chain)) + SPREAD / 2 * (np.eye(len(chain), k=1) + np.eye(len(chain), k=-1))
        for chain in chains
    ]
    size = sum(len(block) for block in blocks)
    matrix, first = np.zeros((size, size)), 0
    for block in blocks:
        matrix[first : first + len(block), first : first + len(block)] = block
        first += len(block)
    return matrix


def course(table: dict[str, Any], variant: str, inputs: Inputs) -> dict[str, np.ndarray]:
    """Arrays of one variant, named as the run time's `Course`; metres."""
    parts = controls(authored(table, variant, inputs.root_starts))
    plan = layout(parts)
    split = "fibular_division" in parts
    names = (*SEGMENTS, "fibular_division") if split else SEGMENTS
    matrix, counts = splines(plan, names)
    own, half = np.zeros((len(plan.points), 2, 3)), np.zeros((len(plan.points), 2))
    route_half = []
    for name, rows in zip(names, np.split(matrix, np.cumsum(counts)[:-1]), strict=True):
        inner = plan.through[name][plan.within[name]]
        own[inner] = axes_along(plan.points[inner])
        half[inner] = sections(table, name, plan.points[inner, 2], split)
        route_half.append(sections(table, name, (rows @ plan.points)[:, 2], split))
    z = plan.points[:, 2]
    bind = table["binding"]
    share = [smooth_step(z, *bind[key]) for key in ("flexion_z", "sideways_z", "twist_z", "knee_z")]
    main = plan.through["sciatic"]
    chains = [main[plan.within["sciatic"]][FREE_SCIATIC]]
    if split:
        chains.append(plan.through["fibular_division"][plan.within["fibular_division"]][1:-1])
    first = np.r_[0, np.cumsum(counts)[:-1]]
    at = names.index("sciatic")
    resting = matrix[first[at] : first[at] + counts[at]] @ plan.points
    return {
        "segments": np.array(names), "segments_first": first, "segments_count": np.array(counts),
        **pieces_of(table, names, first, np.array(counts), resting[:, 2]),
        "controls": plan.points / 1000, "axes": own, "half": half / 1000, "share": np.stack(share),
        "route_from_controls": matrix.astype(np.float32), "route_half": np.concatenate(route_half) / 1000,
        "free": np.concatenate(chains), "spread": spreading(chains),
        **lumbar(plan),
    }  # fmt: skip


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
        inner = plan.through[root][plan.within[root]][:-1]
        share[inner] = np.linspace(1.0, 0.0, len(inner) + 1)[:-1]
        body[inner] = level
    return {"lumbar": share, "lumbar_body": body}


def distances(meshes: list[trimesh.Trimesh], lower: list[float], upper: list[float]) -> np.ndarray:
    """Signed distance (x, y, z) m to `meshes` on a grid of GRID_MM, no farther than FAR_MM."""
    axes = [np.arange(start, end + 0.1, GRID_MM) for start, end in zip(lower, upper, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    points = grid.reshape(-1, 3)
    nearest = np.min([clearance(mesh, points) for mesh in meshes], axis=0)
    return np.clip(nearest, -FAR_MM, FAR_MM).reshape(grid.shape[:3]) / 1000


def clearance(mesh: trimesh.Trimesh, points: np.ndarray) -> np.ndarray:
    """Distance (n,) mm of `points` (n, 3) from the surface, negative inside, by its nearest small facet."""
    vertices, faces = trimesh.remesh.subdivide_to_size(mesh.vertices, mesh.faces, FACET_MM, max_iter=20)
    corners = vertices[faces]
    facet = corners.mean(axis=1)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    distance, nearest = cKDTree(facet).query(points)
    height = ((points - facet[nearest]) * normal[nearest]).sum(axis=1)
    return np.where(distance < 2 * FACET_MM, height, np.sign(height) * distance)


def resting_room(arrays: dict[str, np.ndarray], variant: str, cushion: dict[str, np.ndarray]) -> np.ndarray:
    """Radius (q,) mm at which each cushion just touches the resting nerve of one variant."""
    free = arrays[f"free_{variant}"]
    points, axes, half = (1000 * arrays[f"{key}_{variant}"][free] for key in ("controls", "axes", "half"))
    along = cushion["femur"] - cushion["pelvis"]
    spoke = points[:, None] - cushion["pelvis"]
    share = np.clip((spoke * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9), 0.0, 1.0)
    spoke -= share[..., None] * along
    length = np.linalg.norm(spoke, axis=-1)
    reach = np.einsum("rqx,rax->rqa", spoke / length[..., None], axes / 1000) * half[:, None]
    return (length - np.linalg.norm(reach, axis=-1)).min(axis=0)


BOXES = {
    "pelvis": ([24.0, -45.0, -84.0], [129.0, 99.0, 78.0]),
    "femur": ([36.0, -48.0, -262.0], [159.0, 63.0, 42.0]),
}


def binding(inputs: Inputs) -> dict[str, np.ndarray]:
    """All arrays of `visualizer.body.nerve.model.read_binding`."""
    table = tomllib.loads(TABLE.read_text())
    result: dict[str, np.ndarray] = {}
    for variant in table["variant"]:
        arrays = course(table, variant, inputs)
        result |= {f"{key}_{variant}": value for key, value in arrays.items()}
    solids = {"pelvis": ("hip_bone_left", "sacrum"), "femur": ("femur_left",)}
    for body, names in solids.items():
        field = distances([inputs.bones[name] for name in names], *BOXES[body])
        result[f"distance_{body}"] = field.astype(np.float16)
    cushion = {
        key: np.array(
            [inputs.hip_centre if one[key] == "hip_centre" else one[key] for one in table["cushion"]]
        )
        for key in ("pelvis", "femur", "radius")
    }
    room = np.min([resting_room(result, variant, cushion) for variant in table["variant"]], axis=0)
    result |= {
        "lower": np.array([BOXES[body][0] for body in solids]) / 1000,
        "spacing": np.array(GRID_MM / 1000),
        "cushion_pelvis": cushion["pelvis"] / 1000,
        "cushion_femur": cushion["femur"] / 1000,
        "cushion_radius": np.minimum(cushion["radius"], room) / 1000,
        "bone_gap": np.array(table["contact"]["bone_gap"] / 1000),
        "hip_centre": inputs.hip_centre / 1000,
        "knee_centre": inputs.knee_centre / 1000,
        "tighten": np.array(table["binding"]["tighten"]),
        "stiffening": np.array(table["tract"]["stiffening"]),
        "root_area_mm2": np.array(table["tract"]["root_area_mm2"]),
    }
    return result
