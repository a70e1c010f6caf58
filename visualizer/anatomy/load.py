"""Loads the anatomy from `assets/`, and refuses what is damaged with one sentence.

Every file is checked against the manifest's SHA-256 (line ends of text count as one). Numpy and msgspec only: what
takes long to import stays out, so that the first picture comes soon.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from visualizer.anatomy import muscle_grid, schema
from visualizer.anatomy.model import SIDES, Anatomy, Muscle, Names, Surface
from visualizer.anatomy.outline import Outline
from visualizer.errors import UserError

MANIFEST = "manifest.toml"
TEXT = (".toml", ".xml", ".txt", ".md", ".json", ".csv", ".html")
TO_DO = "Install the program again; in a source tree, restore `assets/` or run `python -m assets.build`."


def assets_root(root: Path | None = None) -> Path:
    """The folder `assets`: `root` if given, else inside the installed package or beside it in a source tree."""
    if root is not None:
        return root
    package = Path(__file__).resolve().parents[1]
    for root in (package / "assets", package.parent / "assets"):
        if (root / MANIFEST).is_file():
            return root
    raise UserError("The program's anatomy files are missing.", TO_DO)


def digest(path: str, data: bytes) -> str:
    """SHA-256 of a file; a checkout that rewrites line ends leaves it the same."""
    if path.endswith(TEXT):
        data = data.replace(b"\r\n", b"\n")
    return hashlib.sha256(data).hexdigest()


@contextmanager
def blamed_on(path: str) -> Iterator[None]:
    """Turn DamagedError into a UserError that names the file."""
    try:
        yield
    except schema.DamagedError as error:
        raise UserError(f"The anatomy file {path} {error}.", TO_DO) from error


class AssetFolder:
    """Files under one `assets` folder, each verified when it is read."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def sha256(self) -> dict[str, str]:
        """What the manifest promises, by path."""
        with blamed_on(MANIFEST):
            manifest = schema.convert(parse(self._bytes(MANIFEST)), schema.Manifest)
        return {record.path: record.sha256 for record in manifest.file}

    def read(self, path: str) -> bytes:
        """The verified bytes of a file. Raises UserError where it is missing, damaged or not in the manifest."""
        if path not in self.sha256:
            raise UserError(f"The anatomy file {path} is not in the manifest.", TO_DO)
        data = self._bytes(path)
        if digest(path, data) != self.sha256[path]:
            raise UserError(f"The anatomy file {path} is damaged.", TO_DO)
        return data

    def table(self, path: str) -> dict[str, Any]:
        """A verified TOML table, all its numbers finite."""
        data = self.read(path)
        with blamed_on(path):
            table = parse(data)
            schema.require_finite(table)
        return table

    def arrays(self, path: str) -> dict[str, np.ndarray]:
        """The arrays of a verified `.npz`, all finite."""
        data = self.read(path)
        with blamed_on(path):
            return schema.read_arrays(data)

    def surface(self, path: str, names: dict[str, Names]) -> tuple[Surface, tuple[str, ...]]:
        """A verified surface and the names of the bodies it follows."""
        data = self.read(path)
        with blamed_on(path):
            return schema.read_surface(data, names)

    def outline(self, path: str, bodies: tuple[str, ...]) -> Outline | None:
        """The verified outline, or None where the manifest has none: an asset build makes it last."""
        if path not in self.sha256:
            return None
        arrays = self.arrays(path)
        with blamed_on(path):
            return schema.read_outline(arrays, bodies)

    def neighbours(self, path: str, triangles: int) -> dict[str, np.ndarray]:
        """The verified neighbours of the nerve, or none where the manifest has none: an asset build makes them last."""
        if path not in self.sha256:
            return {}
        arrays = self.arrays(path)
        with blamed_on(path):
            return schema.read_neighbours(arrays, triangles)

    def _bytes(self, path: str) -> bytes:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError as error:
            raise UserError(f"The anatomy file {path} is missing.", TO_DO) from error
        except OSError as error:
            raise UserError(f"The anatomy file {path} cannot be read ({error.strerror}).", TO_DO) from error


def parse(data: bytes) -> dict[str, Any]:
    """TOML bytes as a dictionary. Raises DamagedError."""
    try:
        return tomllib.loads(data.decode("utf-8").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise schema.DamagedError(f"cannot be read ({error})") from error


def read_names(table: dict[str, Any], path: str) -> dict[str, Names]:
    """Names of structures from a table of them."""
    with blamed_on(path):
        return {key: schema.convert(entry, schema.NamesRecord).names() for key, entry in table.items()}


def read_muscles(table: dict[str, Any], tendons: dict[str, list[str]], path: str) -> tuple[Muscle, ...]:
    """Both sides of each muscle; `tendons` maps `psoas_left` to its fibre lines and gives the order."""
    muscles = []
    with blamed_on(path):
        records = {name: schema.convert(entry, schema.MuscleRecord) for name, entry in table.items()}
        for key, lines in tendons.items():
            name, _, side = key.rpartition("_")
            if name not in records or side not in SIDES:
                raise schema.DamagedError(f"lacks a muscle that the body has ({key})")
            record = records[name]
            muscles.append(
                Muscle(key, name, side, record.layer, record.tone_group, record.names(), record.volume_cm3,
                       record.pcsa_cm2, record.fibre_length_mm, record.pennation_deg, record.peak_force_n,
                       record.source, record.status, record.disputed, tuple(lines))
            )  # fmt: skip
    return tuple(muscles)


def read_landmarks(
    table: dict[str, Any], bodies: tuple[str, ...], path: str
) -> dict[str, tuple[str, np.ndarray]]:
    """Body and point (3,) m of each landmark."""
    landmarks = {}
    with blamed_on(path):
        for name, entry in table.items():
            record = schema.convert(entry, schema.LandmarkRecord)
            if record.body not in bodies:
                raise schema.DamagedError(f"names an unknown body ({record.body})")
            landmarks[name] = (record.body, np.array(record.point_mm) / 1000.0)
    return landmarks


def load_anatomy(root: Path | None = None) -> Anatomy:
    """Load and verify everything that `solve` and the picture need, from `root` or wherever `assets` is installed.

    Raises UserError if a file is missing, damaged or holds a value that is not a number.
    """
    assets = AssetFolder(assets_root(root))
    muscle_table = assets.table("anatomy/muscles.toml")
    nerve_names = read_names(assets.table("anatomy/nerve.toml")["names"], "anatomy/nerve.toml")
    bone_names = read_names(assets.table("anatomy/structures.toml"), "anatomy/structures.toml")
    bones, bodies = assets.surface("body/bones.npz", bone_names)
    muscle_names = read_names(muscle_table, "anatomy/muscles.toml")
    muscle_surface, _ = assets.surface("body/muscles.npz", muscle_names)
    nerve_surface, _ = assets.surface("body/nerve.npz", nerve_names)
    muscle_surface = muscle_grid.drawn(muscle_surface)
    triangles = len(bones.triangles) + len(muscle_surface.triangles)
    tendons = assets.table("body/tendons.toml")["muscle"]
    return Anatomy(
        root=assets.root,
        bodies=bodies,
        bones=bones,
        muscle_surface=muscle_surface,
        nerve_surface=nerve_surface,
        muscles=read_muscles(muscle_table, tendons, "anatomy/muscles.toml"),
        muscle_arrays=assets.arrays("body/muscle_shapes.npz"),
        nerve_arrays=assets.arrays("body/nerve_shapes.npz"),
        nerve_names=nerve_names,
        neighbours=assets.neighbours("body/neighbours.npz", triangles),
        landmarks=read_landmarks(assets.table("anatomy/landmarks.toml"), bodies, "anatomy/landmarks.toml"),
        outline=assets.outline("body/outline.npz", bodies),
    )
