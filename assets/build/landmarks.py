"""Bony landmarks: where an anatomist would put a finger, found by geometry on the standing bones.

Takes the full surfaces (mm, LPS, balanced stance), the sacrum's openings and the standing spine; gives each
landmark's body, left or mid-line point and definition. Right-sided points are mirror images.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import trimesh

from assets.build import bones, sacrum
from assets.build.knee import tibial_tuberosity
from assets.build.spine import Spine

MODEL = "LLP26 mean shape (musculoskeletal-models 0.2.4)"
FORAMINA = "assets/anatomy/sacrum.toml"
PATCH_MM = 6.0


@dataclass(frozen=True)
class Landmark:
    """A named point: body (limbs without side), `point` (3,) mm on the left or mid-line, and how it was found."""

    body: str
    point: np.ndarray
    definition: str
    source: str = MODEL
    status: str = "C"
    paired: bool = True
    extra: dict[str, float | list[float]] = field(default_factory=dict)


def furthest(mesh: trimesh.Trimesh, direction: tuple[float, float, float], low: tuple[float, float, float],
             high: tuple[float, float, float], patch_mm: float = 0.0) -> np.ndarray:  # fmt: skip
    """Vertex (3,) of `mesh` furthest along `direction` inside a box.

    With `patch_mm`, the mean of the vertices so near to it, put back on the surface.
    """
    vertices = mesh.vertices
    inside = vertices[((vertices >= low) & (vertices <= high)).all(axis=1)]
    tip = inside[np.argmax(inside @ np.array(direction))]
    if not patch_mm:
        return tip
    near = inside[np.linalg.norm(inside - tip, axis=1) < patch_mm]
    return trimesh.proximity.closest_point(mesh, [near.mean(axis=0)])[0][0]


def pelvis(hip: trimesh.Trimesh) -> dict[str, Landmark]:
    """Landmarks of the left hip bone; boxes are in the standing frame, origin between the hip centres."""
    far = 500.0
    asis, psis = bones.asis_psis(hip)
    face = hip.vertices[(hip.vertices[:, 0] < hip.vertices[:, 0].min() + 5) & (hip.vertices[:, 2] < 0)]
    symphysis = np.array([0.0, *((face.min(axis=0) + face.max(axis=0)) / 2)[1:]])
    return {
        "asis": Landmark("pelvis", asis, "most anterior point of the ilium"),
        "psis": Landmark("pelvis", psis, "most posterior point of the ilium"),
        "aiis": Landmark("pelvis", furthest(hip, (0, -1, -0.3), (70, -far, 25), (far, 0, 48)),
                         "prominence above the acetabulum, below the anterior superior spine"),
        "piis": Landmark("pelvis", furthest(hip, (0, 0.7, -0.7), (0, 20, 50), (far, far, 85)),
                         "back corner of the ilium above the greater sciatic notch"),
        "iliac_crest": Landmark("pelvis", furthest(hip, (0, 0, 1), (0, -far, 0), (far, far, far)),
                                "highest point of the iliac crest"),
        "ischial_spine": Landmark("pelvis", furthest(hip, (-0.6, 0.8, 0), (0, 30, -10), (far, far, 25), 2.5),
                                  "tip between the greater and the lesser sciatic notch"),
        "ischial_tuberosity": Landmark("pelvis", furthest(hip, (0, 0.7, -0.7), (0, 0, -far), (far, far, -10), 16.0),
                                       "middle of the most posterior and inferior part of the ischium"),
        "pubic_tubercle": Landmark("pelvis", furthest(hip, (0.35, -0.9, 0.2), (8, -far, -60), (45, 0, 5)),
                                   "front of the pubic body's upper edge"),
        "pubic_symphysis": Landmark("pelvis", symphysis, "middle of the symphyseal faces", paired=False),
    }  # fmt: skip


def leg(femur: trimesh.Trimesh, tibia: trimesh.Trimesh, fibula: trimesh.Trimesh, patella: trimesh.Trimesh,
        hip_centre: np.ndarray) -> dict[str, Landmark]:  # fmt: skip
    """Landmarks of the left femur, tibia, fibula and patella."""
    far = 500.0
    knee = femur.vertices[:, 2].min()
    top, ankle = tibia.vertices[:, 2].max(), tibia.vertices[:, 2].min()
    low, high = (-far, -far, knee), (far, far, knee + 50)
    near_top, near_ankle = (far, far, top), (far, far, ankle + 30)
    return {
        "hip_centre": Landmark("pelvis", hip_centre, "centre of the sphere fitted to acetabulum and femoral head"),
        "greater_trochanter": Landmark("femur", furthest(femur, (1, 0, 0), (0, -far, -60), (far, far, 30), PATCH_MM),
                                       "most lateral point of the proximal femur"),
        "greater_trochanter_tip": Landmark("femur", furthest(femur, (0, 0, 1), (112, -far, -40), (far, far, 30)),
                                           "highest point of the greater trochanter"),
        "lesser_trochanter": Landmark("femur", furthest(femur, (-0.6, 0.8, 0), (-far, -far, -85), (far, far, -45), 3.0),
                                      "most posteromedial point of the proximal shaft"),
        "lateral_epicondyle": Landmark("femur", furthest(femur, (1, 0, 0), low, high, PATCH_MM),
                                       "most lateral point of the distal femur"),
        "medial_epicondyle": Landmark("femur", furthest(femur, (-1, 0, 0), low, high, PATCH_MM),
                                      "most medial point of the distal femur"),
        "patella_apex": Landmark("patella", furthest(patella, (0, 0, -1), (-far, -far, -far), (far, far, far)),
                                 "lowest point of the patella"),
        "tibial_tuberosity": Landmark("tibia", tibial_tuberosity(tibia),
                                      "most anterior point 25 to 60 mm below the tibia's top"),
        "tibial_plateau": Landmark("tibia", plateau_centre(tibia), "middle of the tibial head"),
        "fibular_head": Landmark("tibia", furthest(fibula, (0, 0, 1), (-far, -far, top - 60), near_top, 4.0),
                                 "top of the fibula"),
        "lateral_malleolus": Landmark("tibia", furthest(fibula, (0, 0, -1), (-far, -far, ankle - 60), near_ankle),
                                      "lowest point of the fibula"),
        "medial_malleolus": Landmark("tibia", furthest(tibia, (-0.4, 0, -1), (-far, -far, ankle), near_ankle),
                                     "lowest medial point of the tibia"),
    }  # fmt: skip


def plateau_centre(tibia: trimesh.Trimesh) -> np.ndarray:
    """Middle (3,) of the tibia's upper end, on its surface."""
    head = tibia.vertices[tibia.vertices[:, 2] > tibia.vertices[:, 2].max() - 20]
    middle = (head.min(axis=0) + head.max(axis=0)) / 2
    return tibia.ray.intersects_location([[middle[0], middle[1], head[:, 2].max() + 20]], [[0.0, 0.0, -1.0]])[
        0
    ][0]


def midline(made: sacrum.Sacrum, spine: Spine) -> dict[str, Landmark]:
    """Landmarks of sacrum, coccyx and vertebral bodies."""
    curve = sacrum.front_curve(made.plain)
    arc = sacrum.arc_length(curve)
    tip = made.coccyx.vertices[np.argmin(made.coccyx.vertices[:, 2])]
    plate = spine.sacrum
    inclined = {
        "normal": [round(float(value), 4) for value in plate.axes[:, 2]],
        "inclination_deg": round(plate.inclination_deg, 2),
        "width_mm": round(plate.width, 1),
        "depth_mm": round(plate.depth, 1),
    }
    found = {
        "sacral_promontory": Landmark("pelvis", curve[0], "front edge of the sacrum's base, mid-line", paired=False),
        "s1_endplate": Landmark("pelvis", plate.centre, "middle of the sacrum's base", paired=False, extra=inclined),
        "sacral_apex": Landmark("pelvis", curve[-1], "lowest point of the sacrum, mid-line", paired=False),
        "coccyx_tip": Landmark("pelvis", tip * [0.0, 1.0, 1.0], "tip of the coccyx", FORAMINA, "M", paired=False),
    }  # fmt: skip
    middle_of_s2 = made.ridges[:2].mean()
    found["s2"] = Landmark(
        "pelvis", np.array([np.interp(middle_of_s2, arc, curve[:, axis]) for axis in range(3)]),
        "front of the second sacral body, mid-line", FORAMINA, "M", paired=False,
    )  # fmt: skip
    for level, opening in zip(sacrum.LEVELS, made.front, strict=True):
        definition = f"middle of the anterior foramen {level.upper()}, which the shape model lacks"
        found[f"sacral_foramen_{level}"] = Landmark("pelvis", opening.mouth, definition, FORAMINA, "M")
    for level in spine.levels:
        found[f"vertebra_{level.name}"] = Landmark(
            level.name,
            level.frame[:3, 3],
            "centre of the vertebral body",
            "assets/anatomy/vertebrae.toml",
            "C",
            paired=False,
        )
    return found


def find(skeleton: bones.Skeleton, spine: Spine) -> dict[str, Landmark]:
    """All landmarks."""
    part = skeleton.bones
    left = [part[f"{name}_left"] for name in ("femur", "tibia", "fibula", "patella")]
    return pelvis(part["hip_bone_left"]) | leg(*left, skeleton.hip_centre) | midline(skeleton.sacrum, spine)


def listed(point: np.ndarray) -> str:
    """A point for a data file, to a hundredth of a millimetre."""
    return "[" + ", ".join(f"{value + 0.0:.2f}" for value in np.round(point, 2) + 0.0) + "]"


def toml(landmarks: dict[str, Landmark]) -> str:
    """The text of `landmarks.toml`."""
    lines = [
        "# Made by `python -m assets.build`. Millimetres, LPS (x left, y posterior, z up), balanced stance,",
        "# origin midway between the hip centres. status: C = computed from the source, M = placed from memory.",
    ]
    for name, mark in landmarks.items():
        for side, flip in (("_left", 1.0), ("_right", -1.0)) if mark.paired else (("", 1.0),):
            limb = mark.body.split("_")[0] in ("femur", "tibia", "patella", "foot")
            lines += [
                f"\n[{name}{side}]",
                f'body = "{mark.body}{side if limb else ""}"',
                f"point_mm = {listed(mark.point * [flip, 1.0, 1.0])}",
                f'definition = "{mark.definition}"',
                f'source = "{mark.source}"',
                f'status = "{mark.status}"',
                *(f"{key} = {value}" for key, value in mark.extra.items()),
            ]
    return "\n".join(lines) + "\n"
