"""The skeletal step: bones, vertebrae, discs and feet, decimated, shaded and named, ready to be written.

Takes nothing but the pinned shape model and the tables of `assets/anatomy`; gives full surfaces for the other
steps (mm, LPS, balanced stance), the batch's pieces, landmarks and the report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import trimesh

from assets.build import (
    bones,
    decimate,
    discs,
    feet,
    landmarks,
    nerve,
    nerve_canal,
    openings,
    report,
    sacrum,
    spine,
    vertebrae,
)
from assets.build.batch import Piece
from assets.build.decimate import Shipped
from assets.build.nerve_room import bone_grid

TRIANGLES = {
    "hip_bone": 4800, "sacrum": 7200, "coccyx": 700, "femur": 3400, "patella": 640, "tibia": 2000, "fibula": 1300,
    "l1": 3400, "l2": 3400, "l3": 3400, "l4": 3400, "l5": 3600, "foot": 3400,
}  # fmt: skip
BODY = {"hip_bone": "pelvis", "sacrum": "pelvis", "coccyx": "pelvis", "fibula": "tibia"}
SIDED = ("left", "right")
COLUMN = ("l2", "l3", "l4", "l5")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Skeletal:
    """What the step makes.

    full: every bone's full surface, for those who lay muscles and nerve over them. shipped: the decimated rigid
    bones. pieces: those, the discs and the dural sac. column: vertebrae and discs round the canal, which holds the
    roots. description: the spine's joints, endplates and openings.
    """

    hip_centre: np.ndarray
    full: dict[str, trimesh.Trimesh]
    shipped: dict[str, Shipped]
    pieces: list[Piece]
    column: list[trimesh.Trimesh]
    canal: nerve_canal.Canal
    landmarks: dict[str, landmarks.Landmark]
    description: dict[str, Any]
    report: list[report.Row]

    def meshes_of_bodies(self) -> dict[str, list[str]]:
        """Mesh files that each body shows."""
        result: dict[str, list[str]] = {}
        for name in self.shipped:
            result.setdefault(body_of(name), []).append(name)
        return result


def body_of(name: str) -> str:
    """The rigid body that carries a bone."""
    stem, side = split(name)
    body = BODY.get(stem, stem)
    return f"{body}_{side}" if side and body != "pelvis" else body


def split(name: str) -> tuple[str, str]:
    """A bone's name without its side, and the side or ``""``."""
    stem, _, side = name.rpartition("_")
    return (stem, side) if side in SIDED else (name, "")


def ship(full: dict[str, trimesh.Trimesh], progress: Progress) -> dict[str, Shipped]:
    """Decimate every bone; right ones are the left ones' mirror images."""
    shipped: dict[str, Shipped] = {}
    for name, mesh in full.items():
        stem, side = split(name)
        if side == "right":
            shipped[name] = decimate.mirrored_ship(shipped[f"{stem}_left"])
            continue
        progress(f"decimating {name}")
        shipped[name] = decimate.ship(mesh, TRIANGLES[stem])
    return shipped


def pieces(shipped: dict[str, Shipped], between: dict[str, discs.Disc]) -> list[Piece]:
    """Rigid bones and discs as parts of one batch."""
    rigid = [
        Piece(name, split(name)[0], "bone", "bones", split(name)[1], bone.mesh.vertices, bone.normals,
              bone.mesh.faces, (body_of(name), body_of(name)))
        for name, bone in shipped.items()
    ]  # fmt: skip
    soft = [
        Piece(name, name, "disc", "bones", "", disc.mesh.vertices, disc.mesh.vertex_normals, disc.mesh.faces,
              disc.bodies, disc.weight)
        for name, disc in between.items()
    ]  # fmt: skip
    return rigid + soft


def build(progress: Progress) -> Skeletal:
    """Make the whole skeleton."""
    progress("evaluating the shape model")
    skeleton = bones.skeleton()
    full = dict(skeleton.bones)
    progress("building the lumbar spine")
    standing = spine.stand(full["sacrum"])
    between = discs.build(full)
    field = vertebrae.fields(standing, full["sacrum"])["s1_facets"]
    lumbar = vertebrae.build(full)
    full["sacrum"] = sacrum.with_processes(skeleton.sacrum, field)
    full |= {name: mesh for name, mesh in lumbar.items() if name in spine.LEVELS}
    full |= feet.build(full)
    shipped = ship(full, progress)
    meshes = full | {name: disc.mesh for name, disc in between.items()}
    description, marks = openings.describe(standing, meshes), landmarks.find(skeleton, standing)
    progress("laying the dural sac")
    column = [full[name] for name in COLUMN] + [disc.mesh for disc in between.values()]
    grid = bone_grid([*column, *(full[name] for name in nerve.BONES)])
    canal = nerve_canal.build(nerve.table(), description, marks, grid)
    fit = {
        **{f"{name}_left": report.fit(full[f"{name}_left"], skeleton.scanned[name]) for name in bones.PAIRED},
        "hip_bone_right": report.fit(full["hip_bone_right"], skeleton.scanned["hip_bone_right"]),
        "sacrum": report.fit(full["sacrum"], skeleton.scanned["sacrum"]),
    }
    return Skeletal(
        hip_centre=skeleton.hip_centre,
        full=full,
        shipped=shipped,
        pieces=pieces(shipped, between) + canal.pieces,
        column=column,
        canal=canal,
        landmarks=marks,
        description=description,
        report=[report.shipped_row(name, bone) | fit.get(name, {}) for name, bone in shipped.items()],
    )
