"""A person's anatomy: the shipped one, carried by the field of `warp`, in memory but for the tables and `body.xml`.

Takes the shipped `Anatomy`, the person's bones and the sizes of the spine; gives an `Anatomy` whose `root` is a small
folder with a manifest of its own. The zero person's is the shipped one. Muscles keep how they share the room and swell
with the person; what pushes the nerve is remade; the outline stays behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import trimesh

from assets.build import batch, manifest, nerve, nerve_room
from assets.build.bones import MIRROR
from assets.build.people import shapes, spine, tables, warp
from visualizer.anatomy.load import MANIFEST
from visualizer.anatomy.model import SIDES, Anatomy, Surface
from visualizer.body import muscles as loft
from visualizer.body.nerve.binding import VARIANTS
from visualizer.body.skeleton import Skeleton
from visualizer.body.solve import PreparedBody, solve

# What the distance to bone is taken from, on the nerve's two grids, and how far: beyond, no bone pushes the nerve.
SOLIDS = {"pelvis": ("hip_bone_left", "sacrum"), "femur": ("femur_left",)}
REACH_MM = 16.0


@dataclass(frozen=True)
class Shipped:
    """The shipped anatomy, with what is made ready of it once for all people."""

    anatomy: Anatomy
    bones: warp.MeanBones

    @classmethod
    def of(cls, anatomy: Anatomy) -> Shipped:
        """Made ready."""
        return cls(anatomy, warp.MeanBones(anatomy))


def of_model(shipped: Shipped, index: int | None, folder: Path) -> Anatomy:
    """The anatomy of one of the shape model's own people, or, for None, of the mean; its tables go to `folder`."""
    scores = np.zeros(shapes.MODES) if index is None else shapes.shapes().people[:, index]
    sizes = spine.AS_SHIPPED if index is None else spine.factors(index)
    field = warp.Field(shipped.bones, shapes.standing(scores), sizes, spine.scale(scores))
    return person(shipped.anatomy, field, folder)


def person(shipped: Anatomy, field: warp.Field, folder: Path) -> Anatomy:
    """The anatomy of the person whose `field` it is; tables and `body.xml` go to `folder`."""
    bones = moved_bones(shipped.bones, field)
    nerve_arrays = moved_nerve(shipped.nerve_arrays, bones, field)
    tables.write(shipped, nerve_arrays, field, folder)
    batch.write(folder / MANIFEST, manifest.describe(folder))
    made = replace(
        shipped,
        root=folder,
        bones=bones,
        nerve_arrays=nerve_arrays,
        muscle_arrays=moved_muscles(shipped, Skeleton(folder), field),
        landmarks={
            name: (body, field(point[None] * 1000.0)[0] / 1000.0)
            for name, (body, point) in shipped.landmarks.items()
        },
        neighbours={},
        outline=None,
    )
    rest = solve(made, made.prepared(PreparedBody).balanced)
    return replace(
        made,
        muscle_surface=replace(
            shipped.muscle_surface, vertices=rest.muscle_vertices, normals=rest.muscle_normals
        ),
        nerve_surface=replace(
            shipped.nerve_surface, vertices=rest.nerve_vertices, normals=rest.nerve_normals
        ),
    )


def moved_bones(surface: Surface, field: warp.Field) -> Surface:
    """Bones of the shape model by their own shape, all else that is drawn with them by the field."""
    vertices = np.array(surface.vertices, dtype=float) * 1000.0
    rows = {
        part.key: slice(part.first_vertex, part.first_vertex + part.vertex_count) for part in surface.parts
    }
    for key, own in rows.items():
        stem = key.removesuffix("_left")
        if key.endswith("_right"):
            vertices[own] = vertices[rows[f"{key.removesuffix('_right')}_left"]] * MIRROR
        elif stem in field.bones:
            vertices[own] = field.bones[stem]
        else:
            vertices[own] = field(vertices[own])
    normals = trimesh.Trimesh(vertices, surface.triangles, process=False).vertex_normals
    return replace(
        surface, vertices=(vertices / 1000.0).astype(np.float32), normals=normals.astype(np.float32)
    )


def moved_muscles(shipped: Anatomy, skeleton: Skeleton, field: warp.Field) -> dict[str, np.ndarray]:
    """`Anatomy.muscle_arrays`: the left muscles' rings carried, in the frames of their fibre lines in the `skeleton`.

    Volumes, and what muscles give way by in the key postures, grow as the field stretches them.
    """
    body = shipped.prepared(PreparedBody)
    shapes_ = body.shapes
    frames = []
    for one in (body.skeleton, skeleton):
        pose = one.place(body.balanced)
        paths = loft.resample(
            pose.path_points[body.fibres], pose.path_count[body.fibres], pose.path_share[body.fibres]
        )
        at = loft.frames(shapes_.fibre_of, shapes_.columns_from_fibres, paths)
        frames.append(loft.Frames(at.centre[:, ::2], at.along[:, ::2], at.across[:, ::2], at.out[:, ::2]))
    before = loft.loft(frames[0], shapes_.offset[:, ::2]).astype(float)
    after = np.moveaxis(field(np.moveaxis(before, 0, -1) * 1000.0), -1, 0) / 1000.0
    at = frames[1]
    spokes = after - at.centre[:, :, loft.RING_COLUMN]
    left = np.stack(
        [(spokes * axis[:, :, loft.RING_COLUMN]).sum(axis=0) for axis in (at.along, at.across, at.out)]
    ).astype(np.float32)
    grown = loft.enclosed(after) / loft.enclosed(before)
    longer = np.cbrt(grown)[:, None, None]
    offset = np.empty_like(shapes_.offset)
    offset[:, ::2], offset[:, 1::2] = left, loft.mirrored(left)
    arrays = shipped.muscle_arrays
    return arrays | {
        "offset": offset,
        "volume": shapes_.volume * np.repeat(grown, len(SIDES)),
        **{key: (arrays[key] * longer).astype(np.float32) for key in ("key_hip", "key_knee")},
    }


def moved_nerve(arrays: dict[str, np.ndarray], bones: Surface, field: warp.Field) -> dict[str, np.ndarray]:
    """`Anatomy.nerve_arrays`: the nerve's controls carried, as thick as it is; bone and cushions remade."""
    result = dict(arrays)
    for variant in VARIANTS:
        result[f"controls_{variant}"] = field(arrays[f"controls_{variant}"] * 1000.0) / 1000.0
    for grid, names in SOLIDS.items():
        solids = [solid(bones, name) for name in names]
        result[f"distance_{grid}"] = nerve_room.distances(solids, *nerve.BOXES[grid], REACH_MM).astype(
            np.float16
        )
    ends = {key: arrays[f"cushion_{key}"] * 1000.0 for key in ("pelvis", "femur")}
    cushion = {key: field(points) for key, points in ends.items()}
    known = np.array([one["radius"] for one in nerve.table()["cushion"]], dtype=float)
    known *= field.stretch((ends["pelvis"] + ends["femur"]) / 2.0)
    room = np.min([nerve.variant_room(result, variant, cushion) for variant in VARIANTS], axis=0)
    return result | {
        "cushion_pelvis": cushion["pelvis"] / 1000.0,
        "cushion_femur": cushion["femur"] / 1000.0,
        "cushion_radius": np.minimum(known, room) / 1000.0,
        **{key: field(arrays[key][None] * 1000.0)[0] / 1000.0 for key in ("hip_centre", "knee_centre")},
    }


def solid(surface: Surface, key: str) -> trimesh.Trimesh:
    """One part of a batch as a mesh, mm."""
    part = next(part for part in surface.parts if part.key == key)
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    own = surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
    return trimesh.Trimesh(
        surface.vertices[rows].astype(float) * 1000.0, own - part.first_vertex, process=False
    )
