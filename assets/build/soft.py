"""The soft step: nerve and muscles over the skeleton, ready to be written.

Takes what the skeletal step made (mm, LPS, balanced stance); gives `body.xml`, the muscles' and the nerve's pieces,
the arrays that `body` moves them with, and the tendons of each muscle.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import trimesh

from assets.build import ligaments, musculature, nerve
from assets.build.batch import BODIES, Piece
from assets.build.report import Row
from assets.build.sheath import Sheath
from assets.build.skeletal import Progress, Skeletal
from visualizer.body import muscles as loft
from visualizer.body.nerve.model import SEGMENTS, NerveModel

MUSCLES = Path(__file__).parents[1] / "anatomy" / "muscles.toml"
STOP_EVERY = 5
TENDONS_HEADER = (
    "# Made by `python -m assets.build`: fibre lines (tendons of body.xml) of each muscle, as drawn.\n"
)


@dataclass(frozen=True)
class Soft:
    """What the step makes."""

    xml: str
    muscle_pieces: list[Piece]
    muscle_arrays: dict[str, np.ndarray]
    ligaments: list[Piece]
    nerve_pieces: list[Piece]
    nerve_arrays: dict[str, np.ndarray]
    tendons: str
    report: list[Row]


def nerve_stops(
    model: NerveModel, tuberosity_z_mm: float, knee_z_mm: float
) -> dict[str, list[tuple[str, np.ndarray]]]:
    """Left segments of the resting nerve as (body, point mm) stops: each rides on the bone that it lies beside."""
    route = model.route(np.tile(np.eye(4), (len(BODIES), 1, 1)))
    stops = {}
    for name in SEGMENTS:
        points = model.segments(route)[f"{name}_left"] * 1000.0
        keep = np.unique(np.r_[np.arange(0, len(points), STOP_EVERY), len(points) - 1])
        limb = np.where(points[:, 2] > knee_z_mm, "femur", "tibia")
        bodies = np.where(points[:, 2] > tuberosity_z_mm, "pelvis", limb)
        stops[name] = [(str(bodies[i]), points[i]) for i in keep]
        if name in ("l4", "l5"):
            stops[name][0] = (name, stops[name][0][1])
    return stops


def muscle_pieces(made: musculature.Musculature) -> list[Piece]:
    """Each muscle of each side as a part of one batch."""
    table = tomllib.loads(MUSCLES.read_text())
    count = loft.VERTICES_STORED
    pieces = []
    for index, (name, side) in enumerate(made.keys):
        rows = slice(index * count, (index + 1) * count)
        pieces.append(
            Piece(
                f"{name}_{side}",
                name,
                "muscle",
                table[name]["layer"],
                side,
                made.surface["vertices"][rows] * 1000.0,
                made.surface["normals"][rows],
                loft.triangles(side),
                extra={"tendon": made.surface["tendon"][rows], "fibre": made.surface["fibre"][rows]},
            )
        )
    return pieces


def tendons_toml(made: musculature.Musculature) -> str:
    """`tendons.toml`."""
    lines = [f"{name}_{side} = {lines}" for (name, side), lines in zip(made.keys, made.tendons, strict=True)]
    return TENDONS_HEADER + "\n[muscle]\n" + "\n".join(lines).replace("'", '"') + "\n"


def nerve_pieces(model: NerveModel) -> list[Piece]:
    """Each segment of each side as a part of one batch, variant a."""
    at_rest = model.state(np.tile(np.eye(4), (len(BODIES), 1, 1)))
    tube = model.tube
    pieces = []
    for index, key in enumerate(tube.keys):
        name, _, side = key.rpartition("_")
        first, first_triangle = int(tube.first_vertex[index]), int(tube.first_triangle[index])
        rows = slice(first, first + tube.vertex_count[index])
        own = tube.triangles[first_triangle : first_triangle + tube.triangle_count[index]] - first
        vertices = at_rest.vertices[rows] * 1000.0
        pieces.append(Piece(key, name, "nerve", "nerve", side, vertices, at_rest.normals[rows], own))
    return pieces


def build(skeleton: Skeletal, progress: Progress) -> Soft:
    """Make nerve and muscles."""
    bones = {name: shipped.mesh for name, shipped in skeleton.shipped.items()}
    knee = musculature.knee_centre(bones["femur_left"])
    progress("laying the nerve")
    inputs = nerve.Inputs(bones, skeleton.column, skeleton.canal.radices, skeleton.hip_centre, knee)
    arrays = nerve.binding(inputs)
    model = NerveModel(arrays, BODIES)
    stops = nerve_stops(model, float(skeleton.landmarks["ischial_tuberosity"].point[2]), float(knee[2]))
    sheaths = [
        Sheath(NerveModel(arrays, BODIES, (letter, letter)), row)
        for letter, row in nerve.table()["variant"].items()
    ]
    made = musculature.build(
        bones,
        skeleton.hip_centre,
        skeleton.description,
        skeleton.meshes_of_bodies(),
        stops,
        sheaths,
        progress,
    )
    progress("laying the ligaments")
    muscles = muscle_pieces(made)
    solids = {
        piece.name: trimesh.Trimesh(piece.vertices, piece.triangles, process=False)
        for piece in muscles
        if piece.side == "left"
    }
    return Soft(
        xml=made.xml,
        muscle_pieces=muscles,
        ligaments=ligaments.build(bones, solids),
        muscle_arrays=made.arrays,
        nerve_pieces=nerve_pieces(model),
        nerve_arrays=arrays,
        tendons=tendons_toml(made),
        report=made.report,
    )
