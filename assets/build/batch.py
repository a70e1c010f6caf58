"""Collects meshes into one `Surface` and writes what is shipped, byte for byte the same each time.

Takes pieces (mm, LPS, balanced stance); gives the batch in metres, `.npz` and binary `.stl` files.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from visualizer.anatomy.model import Names, Part, Surface

# Depth first, as MuJoCo numbers the bodies of `body.xml`.
BODIES = (
    "pelvis", "l5", "l4", "l3", "l2", "l1",
    "femur_left", "tibia_left", "foot_left", "patella_left",
    "femur_right", "tibia_right", "foot_right", "patella_right",
)  # fmt: skip
NO_NAMES = Names("", {}, {})
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Piece:
    """One part of a batch: vertices and normals (n, 3) mm, triangles (m, 3), and what its vertices follow.

    name: its entry in the table of names. bodies: two, or two for each vertex (n, 2). The other arrays default to one
    body, no tendon and open sky.
    """

    key: str
    name: str
    kind: str
    layer: str
    side: str
    vertices: np.ndarray
    normals: np.ndarray
    triangles: np.ndarray
    bodies: tuple[str, str] | np.ndarray = ("pelvis", "pelvis")
    weight: np.ndarray | None = None
    extra: dict[str, np.ndarray] = field(default_factory=dict)


def surface(pieces: Sequence[Piece], occlusion: np.ndarray) -> Surface:
    """One batch of all pieces in their order, metres; `occlusion` (n,) over all their vertices."""
    counts = [len(piece.vertices) for piece in pieces]
    first = np.r_[0, np.cumsum(counts)]
    first_triangle = np.r_[0, np.cumsum([len(piece.triangles) for piece in pieces])]
    parts = tuple(
        Part(piece.key, piece.kind, piece.layer, piece.side, NO_NAMES, int(first[i]), counts[i],
             int(first_triangle[i]), len(piece.triangles))
        for i, piece in enumerate(pieces)
    )  # fmt: skip

    def joined(name: str, columns: tuple[int, ...]) -> np.ndarray:
        rows = [
            piece.extra.get(name, np.zeros((n, *columns))) for piece, n in zip(pieces, counts, strict=True)
        ]
        return np.concatenate(rows).astype(np.float32)

    follow = [
        np.array([[BODIES.index(body) for body in pair] for pair in np.broadcast_to(piece.bodies, (n, 2))])
        for piece, n in zip(pieces, counts, strict=True)
    ]
    weight = [np.ones(n) if p.weight is None else p.weight for p, n in zip(pieces, counts, strict=True)]
    return Surface(
        parts=parts,
        vertices=(np.concatenate([piece.vertices for piece in pieces]) / 1000.0).astype(np.float32),
        normals=np.concatenate([piece.normals for piece in pieces]).astype(np.float32),
        triangles=np.concatenate([p.triangles + f for p, f in zip(pieces, first[:-1], strict=True)]).astype(
            np.int32
        ),
        part=np.repeat(np.arange(len(pieces)), counts).astype(np.int32),
        occlusion=occlusion.astype(np.float32),
        bodies=np.concatenate(follow).astype(np.int32),
        weight=np.concatenate(weight).astype(np.float32),
        tendon=joined("tendon", ()),
        fibre=joined("fibre", (2,)),
    )


def npz(arrays: Mapping[str, np.ndarray], *, packed: bool = False) -> bytes:
    """An `.npz`: quick to load, and the same bytes whatever the date; unless packed, whatever the zlib as well."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(
                member, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False
            )
            kind = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", FIXED_DATE), member.getvalue(), kind)
    return buffer.getvalue()


STL = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("colour", "<u2")])


def stl(vertices: np.ndarray, triangles: np.ndarray) -> bytes:
    """Binary STL of `vertices` (n, 3) mm, written in metres."""
    records = np.zeros(len(triangles), dtype=STL)
    corners = (vertices / 1000.0)[triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    records["normal"] = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    records["corners"] = corners
    return b"metres, LPS".ljust(80, b" ") + np.uint32(len(triangles)).tobytes() + records.tobytes()


def write(path: Path, data: bytes | str) -> None:
    """Write a file; text as UTF-8 with plain line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
