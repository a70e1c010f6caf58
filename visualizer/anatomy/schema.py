"""The files under `assets/` as Python reads and writes them: surfaces, the manifest and the tables.

A surface is one `.npz`: the arrays of `Surface`, `parts` (JSON as bytes: what each part is and where it lies) and
`body_names`, which `bodies` indexes. Names of structures live in tables, so that a word changes without a rebuild.
Metres, LPS, balanced stance in surfaces; millimetres in tables (`*_mm`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec
import numpy as np

from visualizer.anatomy.model import LAYERS, Names, Part, Surface
from visualizer.anatomy.outline import ARRAYS as OUTLINE_ARRAYS
from visualizer.anatomy.outline import Outline, outline_from

T = TypeVar("T")
KINDS = ("bone", "disc", "dura", "ligament", "muscle", "nerve")
ARRAYS: dict[str, tuple[type, tuple[int, ...]]] = {
    "vertices": (np.float32, (3,)),
    "normals": (np.float32, (3,)),
    "triangles": (np.int32, (3,)),
    "part": (np.int32, ()),
    "occlusion": (np.float32, ()),
    "bodies": (np.int32, (2,)),
    "weight": (np.float32, ()),
    "tendon": (np.float32, ()),
    "fibre": (np.float32, (2,)),
}


class DamagedError(ValueError):
    """What is wrong with a file, as the end of a sentence that begins with its name."""


class PartRecord(msgspec.Struct, frozen=True):
    """A `Part` without its names, which are found in the tables under `name`."""

    key: str
    name: str
    kind: str
    layer: str
    side: str
    first_vertex: int
    vertex_count: int
    first_triangle: int
    triangle_count: int


class FileRecord(msgspec.Struct, frozen=True):
    """One line of the manifest."""

    path: str
    sha256: str
    source: str
    licence: str
    units: str = ""
    frame: str = ""


class Manifest(msgspec.Struct, frozen=True):
    """`manifest.toml`."""

    file: list[FileRecord]


class LandmarkRecord(msgspec.Struct, frozen=True):
    """One landmark of `landmarks.toml`."""

    body: str
    point_mm: tuple[float, float, float]
    definition: str
    source: str
    status: str


class NamesRecord(msgspec.Struct, frozen=True):
    """Names of one structure by language code."""

    latin: str
    clinical: dict[str, str]
    lay: dict[str, str]

    def names(self) -> Names:
        """As the model has it."""
        return Names(self.latin, self.clinical, self.lay)


class MuscleRecord(NamesRecord, frozen=True):
    """One muscle of `muscles.toml`, both sides."""

    layer: str
    tone_group: str
    volume_cm3: float
    fibre_length_mm: float
    pcsa_cm2: tuple[float, float]
    pennation_deg: float
    peak_force_n: float
    source: str
    status: str
    disputed: str = ""


def require_finite(value: object, where: str = "") -> None:
    """Raise DamagedError if a number anywhere in a parsed table is not a number or infinite."""
    if isinstance(value, float) and not math.isfinite(value):
        raise DamagedError(f"holds a value that is not a number ({where})")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            require_finite(inner, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            require_finite(inner, where)


def read_arrays(data: bytes) -> dict[str, np.ndarray]:
    """All arrays of an `.npz`, none of them pickled, all numbers finite. Raises DamagedError."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except Exception as error:  # zipfile and numpy raise many kinds for a bad file
        raise DamagedError(f"cannot be read ({error})") from error
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise DamagedError(f"holds a value that is not a number ({name})")
    return arrays


def surface_arrays(surface: Surface, names: Iterable[str], bodies: Iterable[str]) -> dict[str, np.ndarray]:
    """What a surface's file holds; `names` gives each part's entry in the tables, in the order of the parts."""
    records = [
        PartRecord(part.key, name, part.kind, part.layer, part.side, part.first_vertex, part.vertex_count,
                   part.first_triangle, part.triangle_count)
        for part, name in zip(surface.parts, names, strict=True)
    ]  # fmt: skip
    arrays: dict[str, np.ndarray] = {
        name: np.asarray(getattr(surface, name), dtype=kind) for name, (kind, _) in ARRAYS.items()
    }
    arrays["parts"] = np.frombuffer(msgspec.json.encode(records), dtype=np.uint8)
    arrays["body_names"] = np.frombuffer(msgspec.json.encode(list(bodies)), dtype=np.uint8)
    return arrays


def read_surface(data: bytes, names: Mapping[str, Names]) -> tuple[Surface, tuple[str, ...]]:
    """A surface and its body names from a file's bytes; raises DamagedError where the file is not that."""
    arrays = read_arrays(data)
    missing = {*ARRAYS, "parts", "body_names"} - set(arrays)
    if missing:
        raise DamagedError(f"lacks {', '.join(sorted(missing))}")
    try:
        records = msgspec.json.decode(arrays["parts"].tobytes(), type=list[PartRecord])
        bodies = msgspec.json.decode(arrays["body_names"].tobytes(), type=tuple[str, ...])
    except msgspec.MsgspecError as error:
        raise DamagedError(f"has an unreadable list of parts ({error})") from error
    surface = Surface(
        tuple(named(record, names) for record in records), **{name: arrays[name] for name in ARRAYS}
    )
    check_surface(surface, len(bodies))
    return surface, bodies


def named(record: PartRecord, names: Mapping[str, Names]) -> Part:
    """The part with its names. Raises DamagedError if no table names it."""
    if record.name not in names:
        raise DamagedError(f"shows a structure that no table names ({record.name})")
    if record.layer not in LAYERS or record.kind not in KINDS:
        raise DamagedError(f"has a part of an unknown kind or layer ({record.key})")
    return Part(record.key, record.kind, record.layer, record.side, names[record.name], record.first_vertex,
                record.vertex_count, record.first_triangle, record.triangle_count)  # fmt: skip


def check_surface(surface: Surface, bodies: int) -> None:
    """Raise DamagedError unless shapes, types and indices fit together and the parts tile the batch in order."""
    vertices, triangles = len(surface.vertices), len(surface.triangles)
    for name, (kind, tail) in ARRAYS.items():
        array = getattr(surface, name)
        length = triangles if name == "triangles" else vertices
        if array.shape != (length, *tail) or array.dtype != kind:
            raise DamagedError(f"has {name} of an unexpected shape or type")
    for name, count in (("triangles", vertices), ("part", len(surface.parts)), ("bodies", bodies)):
        indices = getattr(surface, name)
        if indices.size and (indices.min() < 0 or indices.max() >= count):
            raise DamagedError(f"has {name} that point nowhere")
    vertex = triangle = 0
    for part in surface.parts:
        if (part.first_vertex, part.first_triangle) != (vertex, triangle):
            raise DamagedError(f"has parts that do not follow on ({part.key})")
        vertex += part.vertex_count
        triangle += part.triangle_count
    if (vertex, triangle) != (vertices, triangles):
        raise DamagedError("has parts that do not add up")


def read_outline(arrays: Mapping[str, np.ndarray], bodies: tuple[str, ...]) -> Outline:
    """The whole outline of a file's arrays; raises DamagedError where they are not that."""
    missing = set(OUTLINE_ARRAYS) - set(arrays)
    if missing:
        raise DamagedError(f"lacks {', '.join(sorted(missing))}")
    size = {
        "points": arrays["vertices"].shape[:1],
        "quads": arrays["quads"].shape[:1],
        "shapes": arrays["bends"].shape[:1],
    }
    for name, (kind, shape) in OUTLINE_ARRAYS.items():
        wanted = tuple(
            length for each in shape for length in (size[each] if isinstance(each, str) else (each,))
        )
        if arrays[name].shape != wanted or arrays[name].dtype != kind:
            raise DamagedError(f"has {name} of an unexpected shape or type")
    for name, count in (("quads", len(arrays["vertices"])), ("bodies", len(bodies))):
        if arrays[name].size == 0 or arrays[name].max() >= count:
            raise DamagedError(f"has {name} that point nowhere")
    if not arrays["weight"].any(axis=1).all():
        raise DamagedError("has points that follow no body")
    return outline_from(arrays, bodies)


def read_neighbours(arrays: Mapping[str, np.ndarray], triangles: int) -> dict[str, np.ndarray]:
    """Pairs (2, p) of a section and one of so many triangles, of which a file has the steps from each to the next.

    Raises DamagedError where its arrays are not that.
    """
    result = {}
    for name, steps in arrays.items():
        if steps.ndim != 2 or len(steps) != 2 or steps.dtype.kind != "i":
            raise DamagedError(f"has {name} of an unexpected shape or type")
        pairs = steps.cumsum(axis=1)
        if pairs.size == 0 or pairs.min() < 0 or pairs[1].max() >= triangles:
            raise DamagedError(f"has {name} that point nowhere")
        result[name] = pairs
    return result


def convert(value: Any, kind: type[T]) -> T:
    """`value` as `kind`. Raises DamagedError."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise DamagedError(f"does not have the expected form ({error})") from error
