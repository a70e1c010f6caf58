"""The nerve's middle lines: authored points of each segment, and the control points of a smooth curve through them.

Takes `assets/anatomy/nerve.toml` and the roots' points in the canal (mm, LPS, balanced stance); gives controls per
segment and how the segments share them. Left side only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

ROOTS = ("l4", "l5", "s1", "s2", "s3")
RADICES = tuple(f"{root}_radix" for root in ROOTS)
MAIN = ("lumbosacral_trunk", "sciatic", "tibial")
CONTROLS = {"l4": 12, "l5": 9, "s1": 7, "s2": 8, "s3": 8, "lumbosacral_trunk": 5, "sciatic": 36, "tibial": 21,
            "common_fibular": 13, "fibular_division": 16}  # fmt: skip
RADIX_CONTROLS = 7
STEP_MM = {"sciatic": 4.0, "tibial": 7.0, "common_fibular": 4.5, "fibular_division": 4.0}
ROOT_STEP_MM = 3.0


def chord(points: np.ndarray) -> np.ndarray:
    """Running length (n,) along a polyline (n, 3)."""
    return np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]


def passage(table: dict[str, Any], kind: str) -> list[list[float]]:
    """Authored points of a sciatic nerve (or part) that passes piriformis `below`, `through` or `above`."""
    sciatic = table["route"]["sciatic"]
    if kind == "below":
        return sciatic
    rest = [point for point in sciatic if point[2] < table["passage"]["rejoin_z"]]
    return [sciatic[0], *table["passage"][kind], *rest]


def authored(table: dict[str, Any], variant: str, radices: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Points of each segment, joins repeated at both sides of the join; a radix (n, 3) ends in its root's opening."""
    route, kind = table["route"], table["variant"][variant]
    line: dict[str, list[Any]] = {root: [radices[root][-1], *route[root]] for root in ROOTS}
    line |= {f"{root}_radix": list(radices[root]) for root in ROOTS}
    line["lumbosacral_trunk"] = list(route["lumbosacral_trunk"])
    line["sciatic"] = passage(table, kind["nerve"])
    line["tibial"] = list(route["tibial"])
    line["common_fibular"] = [line["tibial"][0], *route["common_fibular"]]
    line["sciatic"] = [*line["sciatic"], line["tibial"][0]]
    line["lumbosacral_trunk"].append(line["sciatic"][0])
    for root in ("l4", "l5"):
        line[root].append(line["lumbosacral_trunk"][0])
    line["s1"].append(line["sciatic"][0])
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
    sciatic = result["sciatic"]
    for root in ROOTS:
        lines[root][-1] = place = joined_at(result, root, lines[root][-1])
        following = result["lumbosacral_trunk"][1:3] if root in ("l4", "l5") else after(sciatic, place)
        radix = f"{root}_radix"
        at = chord(lines[radix])
        result[radix] = PchipInterpolator(at, lines[radix])(np.linspace(0.0, at[-1], RADIX_CONTROLS))
        result[root] = sampled(lines[root], CONTROLS[root], result[radix][-2:-1], following)
    result["common_fibular"] = sampled(
        lines["common_fibular"], CONTROLS["common_fibular"], sciatic[-2:-1], np.empty((0, 3))
    )
    if "fibular_division" in lines:
        end = nearest(sciatic, lines["fibular_division"][-1])
        lines["fibular_division"][-1] = sciatic[end]
        result["fibular_division"] = sampled(
            lines["fibular_division"], CONTROLS["fibular_division"],
            result["lumbosacral_trunk"][-2:-1], sciatic[end + 1 : end + 2],
        )  # fmt: skip
    return result


def joined_at(parts: dict[str, np.ndarray], root: str, end: np.ndarray) -> np.ndarray:
    """The control (3,) at which a root that ends near `end` joins the trunk or the nerve."""
    if root in ("l4", "l5"):
        return parts["lumbosacral_trunk"][0]
    return parts["sciatic"][nearest(parts["sciatic"], end)]


def nearest(points: np.ndarray, place: np.ndarray) -> int:
    """Index of the point (n, 3) that lies nearest to `place` (3,)."""
    return int(np.argmin(np.linalg.norm(points - place, axis=1)))


def after(points: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The point (1, 3) that follows the one at `place` (3,)."""
    index = nearest(points, place) + 1
    return points[index : index + 1]


def spaced(start: float, end: float, count: int, dense_first: bool) -> np.ndarray:
    """`count` places from `start` to `end`; if `dense_first`, at the start half as far apart as on average."""
    share = np.linspace(0.0, 1.0, count)
    if dense_first:
        share = (share + share * share) / 2
    return start + (end - start) * share


def sampled(points: np.ndarray, count: int, before: np.ndarray, following: np.ndarray) -> np.ndarray:
    """`count` points along a smooth curve through `points` that begins and ends in line with its neighbours."""
    whole = np.concatenate([before, points, following])
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

    def own(self, name: str) -> np.ndarray:
        """Indices of the controls of a segment, its joins included."""
        return self.through[name][self.within[name]]


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
    none = np.array([], dtype=int)
    ahead, behind = {}, {"common_fibular": sciatic[-2:-1]}
    for root in ROOTS:
        place = nearest(parts["sciatic"], parts[root][-1])
        end = trunk[0] if root in ("l4", "l5") else sciatic[place]
        index[root] = np.r_[add(parts[root][:-1]), end]
        index[f"{root}_radix"] = np.r_[add(parts[f"{root}_radix"][:-1]), index[root][0]]
        ahead[root] = trunk[1:3] if root in ("l4", "l5") else sciatic[place + 1 : place + 2]
        behind[root] = index[f"{root}_radix"][-3:-1]
        ahead[f"{root}_radix"] = index[root][1:3]
    index["common_fibular"] = np.r_[sciatic[-1], add(parts["common_fibular"][1:])]
    if "fibular_division" in parts:
        place = nearest(parts["sciatic"], parts["fibular_division"][-1])
        index["fibular_division"] = np.r_[sciatic[0], add(parts["fibular_division"][1:-1]), sciatic[place]]
        behind["fibular_division"] = trunk[-2:-1]
        ahead["fibular_division"] = sciatic[place + 1 : place + 2]
    main = np.unique(np.concatenate([index[name] for name in MAIN]))
    through, within = {}, {}
    for name, own in index.items():
        through[name] = main if name in MAIN else np.r_[behind.get(name, none), own, ahead.get(name, none)]
        first = int(np.flatnonzero(through[name] == own[0])[0])
        within[name] = slice(first, first + len(own))
    return Layout(np.concatenate(stack), through, within)


@dataclass(frozen=True)
class Rows:
    """Route points of segments in turn: matrix (n, K) from controls, how many each has, where along it (n,) mm."""

    names: tuple[str, ...]
    matrix: np.ndarray
    counts: np.ndarray
    along_mm: np.ndarray


def rows(plan: Layout, names: tuple[str, ...], ganglion_half_mm: dict[str, float]) -> Rows:
    """Points of segments and then, as `l4_ganglion` ..., of the ganglia: so far to both sides of the opening."""
    matrices, counts, along = [], [], []

    def add(name: str, start: float, end: float, step: float) -> None:
        through = plan.through[name]
        at = chord(plan.points[through])
        places = np.linspace(start, end, int(np.ceil((end - start) / step)) + 1)
        matrix = np.zeros((len(places), len(plan.points)))
        matrix[:, through] = CubicSpline(at, np.eye(len(at)))(places)
        matrices.append(matrix)
        counts.append(len(places))
        along.append(places - start)

    for name in names:
        at = chord(plan.points[plan.through[name]])[plan.within[name]]
        add(name, at[0], at[-1], STEP_MM.get(name, ROOT_STEP_MM))
    for root, half in ganglion_half_mm.items():
        middle = chord(plan.points[plan.through[root]])[plan.within[root]][0]
        add(root, middle - half, middle + half, half / 5)
    every = (*names, *(f"{root}_ganglion" for root in ganglion_half_mm))
    return Rows(every, np.concatenate(matrices), np.array(counts), np.concatenate(along))
