"""`python -m assets.build people`: what each site's measures are in 26 people, and how they change.

Takes the anatomy below a folder; carries it onto each of the people of the shape model, solves the presets and a row of
tilts in each, and gives `anatomy/people.toml`. Two processes; nothing else of the anatomy is changed.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from assets.build import batch, manifest, neighbours
from assets.build.people import spine
from assets.build.people.person import Shipped, of_model
from assets.build.people.shapes import PEOPLE
from visualizer.anatomy.load import MANIFEST, AssetFolder, load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, presets
from visualizer.body.solve import solve
from visualizer.space.corridor import corridor
from visualizer.space.people import PATH
from visualizer.space.room import PreparedRoom
from visualizer.space.sites import ladder_of_sites

PROCESSES = 2
TILT_DEG = tuple(float(tilt) for tilt in range(-15, 21, 5))
PERCENTILES = (5.0, 95.0)
# What people are carried from: another body, other places or other postures, and the file is out of date.
BODY_FILES = (
    "body/body.xml", "body/bones.npz", "body/muscle_shapes.npz", "body/muscles.npz", "body/nerve_shapes.npz",
    "anatomy/spine.toml", "anatomy/landmarks.toml", "anatomy/rhythm.toml", "anatomy/postures.toml",
)  # fmt: skip
HEADER = """\
# Made by `python -m assets.build people`: what the sites' measures are in the {people} people whose bones the shape
# model knows, the body being carried onto each. It is a spread of anatomy: no confidence interval, and nobody's own.
# A row a tilt: now (the model's body), 5th and 95th percentile; change from balanced (the model's body), 5th and 95th
# percentile; how many change the same way, of how many. Units as in sites.toml; a row without numbers: no such value.
"""


@dataclass(frozen=True)
class Axis:
    """A preset, and the tilts at which it is solved."""

    preset: str
    postures: tuple[Posture, ...]


def axes(root: Path) -> list[Axis]:
    """Upright presets over all tilts and their own; those that bend the hips as they are.

    Postures that are not the same left and right are left out: a person's sides are alike.
    """
    result = []
    for name, base in presets(root).items():
        if base != base.mirrored():
            continue
        upright = base.hip_flexion_left_deg == 0.0 and base.knee_flexion_left_deg == 0.0
        tilts = sorted({base.tilt_deg, *(TILT_DEG if upright else ())})
        result.append(Axis(name, tuple(replace(base, tilt_deg=tilt) for tilt in tilts)))
    return result


def measured(anatomy: Anatomy, postures: list[Posture]) -> np.ndarray:
    """All measures of the left side, (postures, measures), in the order of `sites.toml`; NaN where there is none."""
    of = anatomy.prepared(PreparedRoom)
    rows = []
    for posture in postures:
        snapshot = solve(anatomy, posture)
        values = of.measured(snapshot, corridor(anatomy, snapshot)).values
        rows.append([values[key][0] for key in keys(anatomy.root)])
    return np.array(rows, dtype=float)


def keys(root: Path) -> list[tuple[str, str]]:
    """Site and measure of each column of `measured`."""
    return [(site, key) for site, entry in ladder_of_sites(root).site.items() for key in entry.measure]


def in_person(shipped: Shipped, index: int | None, postures: list[Posture]) -> np.ndarray:
    """The same of one of the people, or, for None, of the mean body carried onto itself."""
    with tempfile.TemporaryDirectory() as folder:
        anatomy = of_model(shipped, index, Path(folder) / "assets")
        own = {"a": neighbours.neighbours(anatomy, dict.fromkeys(postures))}
        return measured(replace(anatomy, neighbours=own), postures)


_state: dict[str, Shipped] = {}


def _begin(root: Path) -> None:
    """Make ready what a process works on."""
    _state["shipped"] = Shipped.of(load_anatomy(root))


def _in_person(index: int, postures: list[Posture]) -> tuple[int, float, np.ndarray]:
    start = time.perf_counter()
    values = in_person(_state["shipped"], index, postures)
    return index, time.perf_counter() - start, values


def digest(root: Path) -> str:
    """SHA-256 of what people.toml is made from: the body, the sites' places, and how sizes of spines differ."""
    sums = AssetFolder(root).sha256
    places = {
        site: [entry.place.segment, *entry.place.z_mm] for site, entry in ladder_of_sites(root).site.items()
    }
    parts = [*(sums[path] for path in BODY_FILES), json.dumps(places), json.dumps(spine.table())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def toml(root: Path, axes_: list[Axis], shipped: np.ndarray, people: np.ndarray) -> str:
    """The text of `people.toml`, from values (postures, measures) of the model's body and (people, …) of people.

    The first posture is balanced.
    """
    table = np.concatenate([described(shipped, people), counted(shipped, people)], axis=2)
    lines = [HEADER.format(people=len(people)), f"people = {len(people)}", f'body = "{digest(root)}"']
    start = 1
    for axis in axes_:
        own = table[start : start + len(axis.postures)]
        start += len(axis.postures)
        tilts = [posture.tilt_deg for posture in axis.postures]
        lines += ["", "[[range]]", f'posture = "{axis.preset}"', f"tilt_deg = {tilts}"]
        site = ""
        for column, (where, measure) in enumerate(keys(root)):
            if where != site:
                site = where
                lines += ["", f"[range.site.{site}]"]
            rows = ", ".join(listed(row) for row in own[:, column])
            lines.append(f"{measure} = [{rows}]")
    return "\n".join(lines) + "\n"


def described(shipped: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(postures, measures, 6): the value of the model's body and its percentiles, and of its change the same."""
    parts = []
    for own, all_ in ((shipped, people), (shipped - shipped[:1], people - people[:, :1])):
        low, high = percentiles(all_)
        parts += [own, low, high]
    return np.stack(parts, axis=2)


def percentiles(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """PERCENTILES of values (people, …) without those that are not there; NaN where none is."""
    some = np.isfinite(values).any(axis=0)
    low, high = np.full((2, *values.shape[1:]), np.nan)
    low[some], high[some] = np.nanpercentile(values[:, some], PERCENTILES, axis=0)
    return low, high


def counted(shipped: np.ndarray, people: np.ndarray) -> np.ndarray:
    """(postures, measures, 2): how many people change as the model's body does, and how many have such a change."""
    own, all_ = shipped - shipped[:1], people - people[:, :1]
    same = (np.sign(all_) == np.sign(own)).sum(axis=0)
    return np.stack([same, np.isfinite(all_).sum(axis=0)], axis=2).astype(float)


def listed(row: np.ndarray) -> str:
    """A row of COLUMNS; without numbers where the model's body or people have no such value."""
    if not np.isfinite(row).all():
        return "[]"
    return "[" + ", ".join(f"{value + 0.0:.4g}" for value in row) + "]"


def make(root: Path, progress: Callable[[str], None], count: int = PEOPLE) -> None:
    """Work it out for the first `count` people, and write the file and the manifest below `root`."""
    file = root / PATH
    file.unlink(missing_ok=True)
    batch.write(root / MANIFEST, manifest.describe(root))
    axes_ = axes(root)
    postures = [presets(root)["balanced"], *(posture for axis in axes_ for posture in axis.postures)]
    progress(f"solving {len(postures)} postures in the model's body")
    shipped = measured(load_anatomy(root), postures)
    found: dict[int, np.ndarray] = {}
    with ProcessPoolExecutor(PROCESSES, initializer=_begin, initargs=(root,)) as pool:
        waiting = [pool.submit(_in_person, index, postures) for index in range(count)]
        for each in waiting:
            index, seconds, values = each.result()
            progress(f"person {index + 1} of {count}: {seconds:.1f} s")
            found[index] = values
    people = np.stack([found[index] for index in range(count)])
    batch.write(file, toml(root, axes_, shipped, people))
    batch.write(root / MANIFEST, manifest.describe(root))
    progress("done")
