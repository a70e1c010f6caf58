"""The mechanical body and its muscle surfaces.

Takes the bones and vertebrae (mm, LPS, balanced stance), the spine's joints and the nerve's resting route; gives the
text of `body.xml`, the muscle batch, the arrays that `body.muscles` moves it with, and a row a muscle of report.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
import trimesh

from assets.build import body_xml, fibres, grain, growth, muscles, tracking, variants
from assets.build.batch import BODIES
from assets.build.distance import DistanceGrid
from assets.build.skeletal import body_of
from visualizer.body import muscles as loft
from visualizer.body.skeleton import station_share, tendon_paths

MUSCLES = Path(__file__).parents[1] / "anatomy" / "muscles.toml"
LEFT_BOX = (np.array([-30.0, -135.0, -530.0]), np.array([170.0, 125.0, 335.0]))
NERVE_FREE_BELOW_MM = 8.0  # height at which the nerve has left the pelvis and muscles lie before or behind it


@dataclass(frozen=True)
class Musculature:
    """What the step makes; `surface` holds vertices, normals, tendon and fibre of all muscles."""

    xml: str
    keys: list[tuple[str, str]]
    tendons: list[list[str]]
    surface: dict[str, np.ndarray]
    arrays: dict[str, np.ndarray]
    report: list[dict[str, Any]]


def knee_centre(femur: trimesh.Trimesh) -> np.ndarray:
    """Middle of both condyles' posterior circles, (3,) mm: each runs from the hindmost to the lowest point."""
    low = femur.vertices[femur.vertices[:, 2] < femur.vertices[:, 2].min() + 60]
    middle = (low[:, 0].min() + low[:, 0].max()) / 2
    centres = []
    for condyle in (low[low[:, 0] > middle], low[low[:, 0] < middle]):
        hindmost, lowest = condyle[np.argmax(condyle[:, 1])], condyle[np.argmin(condyle[:, 2])]
        centres.append([hindmost[1] - (hindmost[2] - lowest[2]), hindmost[2]])
    return np.array([middle, *np.mean(centres, axis=0)])


def joint_centres(
    bones: dict[str, trimesh.Trimesh], hip_centre: np.ndarray, spine: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Centre (3,) mm of the joint above each left or mid-line body."""
    knee = knee_centre(bones["femur_left"])
    tibia = bones["tibia_left"].vertices
    ankle = tibia[tibia[:, 2] < tibia[:, 2].min() + 15].mean(axis=0)
    centres = {"pelvis": np.zeros(3), "femur": hip_centre, "tibia": knee, "patella": knee, "foot": ankle}
    for joint in spine["joints"].values():
        centres[joint["bodies"][0]] = np.array(joint["rotation_centre"], dtype=float)
    return centres


def vertebra_frames(spine: dict[str, Any]) -> dict[str, np.ndarray]:
    """(4, 4) of each vertebra: origin at the body's centre, x left, y back, z up along the body, mm."""
    frames = {}
    for name, level in spine["levels"].items():
        up = np.array(level["up"]) / np.linalg.norm(level["up"])
        frame = np.eye(4)
        frame[:3, 1], frame[:3, 2] = np.cross(up, [1.0, 0.0, 0.0]), up
        frame[:3, 3] = level["centre"]
        frames[name] = frame
    return frames


def disc_axes(spine: dict[str, Any], frames: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """For each vertebra, the direction (3,) along which the disc below it loses height."""
    axes = {}
    for joint in spine["joints"].values():
        upper, lower = joint["bodies"]
        below = np.array(spine["s1_endplate"]["normal"]) if lower == "pelvis" else frames[lower][:3, 2]
        axes[upper] = (frames[upper][:3, 2] + below) / np.linalg.norm(frames[upper][:3, 2] + below)
    return axes


def rest_paths(xml: str) -> tuple[list[str], np.ndarray]:
    """Names of all tendons and their paths (3, tendons, STATIONS) m in the balanced stance."""
    model = mujoco.MjModel.from_xml_string(xml)
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    mujoco.mj_comPos(model, data)
    mujoco.mj_tendon(model, data)
    names = [model.tendon(i).name for i in range(model.ntendon)]
    return names, loft.resample(*tendon_paths(model, data), station_share(model))


def surface_details(lines: fibres.FibreLines, rings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per vertex of one muscle: tendon (n,) 0-1, and fibre coordinates (n, 2) cm, across and along.

    rings: (RING, STATIONS, 3) mm.
    """
    along = np.linspace(0.0, 1.0, loft.STATIONS)
    begin, end = lines.belly
    tendon = np.clip((begin + 0.04 - along) / 0.08, 0, 1) * (begin > 0.03) + np.clip(
        (along - end + 0.05) / 0.1, 0, 1
    )
    whole = np.tile(np.clip(tendon, 0, 1), loft.RING)
    return np.r_[whole, tendon[0], tendon[-1]], grain.fibre_coordinates(rings)


def carried_to_keys(
    lines_of: list[fibres.FibreLines], shapes: list[muscles.Free], offset: list[np.ndarray], names: list[str],
    flesh: growth.Flesh, bones: dict[str, trimesh.Trimesh], sheath: Callable[[np.ndarray], growth.Nerve], xml: str,
) -> tracking.Keys:  # fmt: skip
    """Corrections of the left offsets at the key postures, as `tracking.keys` gives them."""
    most = max(lines.fibres for lines in lines_of)
    rows = [[min(i, lines.fibres - 1) for i in range(most)] for lines in lines_of]
    carried = tracking.Carried(
        np.array(
            [
                [names.index(f"{lines.name}_left_{i}") for i in own]
                for lines, own in zip(lines_of, rows, strict=True)
            ]
        ),
        np.stack(
            [
                np.pad(shape.columns_from_fibres, ((0, 0), (0, most - shape.columns_from_fibres.shape[1])))
                for shape in shapes
            ]
        ),
        np.moveaxis(np.array(offset, dtype=float), 1, 3) * 1000.0,
    )
    solids: dict[int, list[trimesh.Trimesh]] = {}
    for name, mesh in bones.items():
        if not name.endswith("_right"):
            solids.setdefault(BODIES.index(body_of(name)), []).append(mesh)
    return tracking.keys(flesh, carried, xml, tracking.MovedBone(solids), sheath)


def build(
    bones: dict[str, trimesh.Trimesh],
    hip_centre: np.ndarray,
    spine: dict[str, Any],
    meshes: dict[str, list[str]],
    nerve: dict[str, list[tuple[str, np.ndarray]]],
    sheaths: Sequence[Callable[[np.ndarray], growth.Nerve]],
    progress: Callable[[str], None],
) -> Musculature:
    """Make everything.

    meshes: the mesh files that each body of `body.xml` shows; nerve: stops of its paths; sheaths: the left nerve's
    surface, which no muscle grows into, for the bodies' transforms (bodies, 4, 4) m, in each variant, usual one first.
    """
    published = tomllib.loads(MUSCLES.read_text())
    frames = vertebra_frames(spine)
    bone = DistanceGrid(*LEFT_BOX)
    middle = ["sacrum", *spine["levels"]]
    bone.add([bones[name] for name in bones if name.endswith("_left") or name in middle])
    lines_of = fibres.read_fibres(bones, frames, bone)
    axes = disc_axes(spine, frames)
    centres = joint_centres(bones, hip_centre, spine)
    xml = body_xml.write_body(centres, axes, {}, lines_of, nerve)
    names, paths = rest_paths(xml)
    shapes = []
    for lines in lines_of:
        left = paths[:, [names.index(f"{lines.name}_left_{i}") for i in range(lines.fibres)]]
        shapes.append(muscles.free(lines, left, published[lines.name]["volume_cm3"]))
    course = np.array([point for _, point in nerve["sciatic"]])
    volumes = [published[lines.name]["volume_cm3"] for lines in lines_of]
    progress("growing the muscles side by side")
    flesh = muscles.flesh(shapes, lines_of, volumes, course[course[:, 2] < NERVE_FREE_BELOW_MM])
    nerves = [sheath(np.tile(np.eye(4), (len(BODIES), 1, 1))) for sheath in sheaths]
    grown = growth.grow(flesh, nerves[0], bone)
    tendons, fibre_of, names_of, report, tendon, fibre = [], [], [], [], [], []
    start = 0
    for lines, rings in zip(lines_of, grown, strict=True):
        solid = muscles.solid(rings)
        details = surface_details(lines, rings)
        for side in ("left", "right"):
            index = np.arange(start, start + lines.fibres)
            fibre_of.append(index if side == "left" else index[::-1])
            start += lines.fibres
            names_of.append((lines.name, side))
            tendons.append([f"{lines.name}_{side}_{i}" for i in range(lines.fibres)])
            tendon.append(details[0])
            fibre.append(details[1] if side == "left" else details[1][loft.MIRRORED_ROWS])
        report.append(
            {
                "muscle": lines.name,
                "volume_cm3": round(float(solid.volume) / 1000, 1),
                "published_cm3": published[lines.name]["volume_cm3"],
                "watertight": bool(solid.is_watertight),
            }
        )
    offset = [muscles.local(shape, rings) for shape, rings in zip(shapes, grown, strict=True)]
    progress("making room for the nerve's variants")
    moved = [
        [
            muscles.local(shape, rings) - own
            for shape, rings, own in zip(shapes, grown + one, offset, strict=True)
        ]
        for one in variants.displaced(flesh, grown, nerves, bone)
    ]
    progress("carrying the muscles to the key postures")
    keys = carried_to_keys(lines_of, shapes, offset, names, flesh, bones, sheaths[0], xml)
    made = muscles.both_sides(
        [shape.columns_from_fibres for shape in shapes],
        offset,
        list(muscles.volume_stored(np.asarray(grown))),
        flesh.side,
        fibre_of,
        keys,
        np.swapaxes(moved, 1, 2),
    )
    order = [names.index(name) for group in tendons for name in group]
    vertices, normals = loft.surfaces(made, made.offset, paths[:, order], np.ones(len(fibre_of)))
    surface = {
        "vertices": vertices,
        "normals": normals,
        "tendon": np.concatenate(tendon).astype(np.float32),
        "fibre": np.concatenate(fibre).astype(np.float32),
    }
    arrays = {field.name: getattr(made, field.name) for field in fields(made)}
    arrays["fibre_of"] = made.fibre_of.astype(np.int32)
    xml = body_xml.write_body(centres, axes, meshes, lines_of, nerve)
    return Musculature(xml, names_of, tendons, surface, arrays, report)
