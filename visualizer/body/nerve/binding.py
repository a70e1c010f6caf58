"""What the asset build knows of the nerve, read from `nerve_shapes.npz`: courses of the variants, and surroundings.

Left side only, metres, balanced stance; the right side is the mirror image. Variants a-f: Beaton & Anson 1937.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from visualizer.errors import UserError

VARIANTS = ("a", "b", "c", "d", "e", "f")


@dataclass(frozen=True)
class Course:
    """One left variant. K control points, n route points, r of the controls may give way.

    segments, pieces: where named segments, and the parts that can be shown, lie among the route points.
    controls (K, 3) m; axes (K, 2, 3) unit width and thickness directions; half (K, 2) m half width and thickness.
    share (4, K): share of hip flexion, adduction and rotation, and of knee bend. route_from_controls (n, K);
    route_half (n, 2) m. free (r,) indices of controls; spread (r, r) averages a displacement with its neighbours'.
    over (n,) bool: runs behind piriformis, over which it has turned.
    lumbar (K,): share with which a control follows vertebra lumbar_body (K,), 4 or 5 (0: none), not the pelvis.
    """

    segments: dict[str, slice]
    pieces: dict[str, slice]
    controls: np.ndarray
    axes: np.ndarray
    half: np.ndarray
    share: np.ndarray
    route_from_controls: np.ndarray
    route_half: np.ndarray
    free: np.ndarray
    spread: np.ndarray
    over: np.ndarray
    lumbar: np.ndarray
    lumbar_body: np.ndarray


@dataclass(frozen=True)
class Surroundings:
    """What the left nerve meets. Bone is sampled in the resting frames of pelvis and femur.

    field (cells, 4): signed distance, m, and its gradient, first the pelvis's grid, then the femur's; shape (2, 3);
    lower (2, 3) m; spacing m. cushion_pelvis, cushion_femur (q, 3) m: ends of muscle cushions, cushion_radius (q,) m.
    bone_gap m: free distance kept from bone. tighten: share by which a bent hip draws the nerve in.
    """

    field: np.ndarray
    shape: np.ndarray
    lower: np.ndarray
    spacing: float
    cushion_pelvis: np.ndarray
    cushion_femur: np.ndarray
    cushion_radius: np.ndarray
    hip_centre: np.ndarray
    knee_centre: np.ndarray
    bone_gap: float
    tighten: float


@dataclass(frozen=True)
class Binding:
    """The courses of the left and the right nerve, and what all courses share."""

    courses: tuple[Course, Course]
    surroundings: Surroundings
    root_area_mm2: float
    stiffening: float


def gradient_field(distance: np.ndarray, spacing: float) -> np.ndarray:
    """(cells, 4): signed `distance` (x, y, z) m with its gradient; a border that pushes nothing."""
    field = np.stack([distance, *np.gradient(distance, spacing)], axis=-1)
    inner = np.zeros(distance.shape, dtype=bool)
    inner[1:-1, 1:-1, 1:-1] = True
    field[~inner] = [distance.max(), 0.0, 0.0, 0.0]
    return field.reshape(-1, 4).astype(np.float32)


def read_binding(arrays: Mapping[str, np.ndarray], variants: tuple[str, str] = ("a", "a")) -> Binding:
    """The binding for a left and a right variant; raises UserError for an unknown variant."""
    left, right = (read_course(arrays, variant) for variant in variants)
    spacing = float(arrays["spacing"])
    grids = [arrays[f"distance_{body}"].astype(np.float64) for body in ("pelvis", "femur")]
    surroundings = Surroundings(
        field=np.concatenate([gradient_field(grid, spacing) for grid in grids]),
        shape=np.array([grid.shape for grid in grids]),
        spacing=spacing,
        lower=arrays["lower"],
        cushion_pelvis=arrays["cushion_pelvis"],
        cushion_femur=arrays["cushion_femur"],
        cushion_radius=arrays["cushion_radius"],
        hip_centre=arrays["hip_centre"],
        knee_centre=arrays["knee_centre"],
        bone_gap=float(arrays["bone_gap"]),
        tighten=float(arrays["tighten"]),
    )
    return Binding((left, right), surroundings, float(arrays["root_area_mm2"]), float(arrays["stiffening"]))


def read_course(arrays: Mapping[str, np.ndarray], variant: str) -> Course:
    """The course of one variant, a-f; raises UserError for another."""
    if variant not in VARIANTS:
        raise UserError(f"There is no nerve variant '{variant}'.", f"Choose one of {', '.join(VARIANTS)}.")
    own = {key.removesuffix(f"_{variant}"): arrays[key] for key in arrays if key.endswith(f"_{variant}")}
    ranges = {kind: ranges_of(own, kind) for kind in ("segments", "pieces")}
    plain = {field.name: own[field.name] for field in fields(Course) if field.name not in ranges}
    return Course(segments=ranges["segments"], pieces=ranges["pieces"], **plain)


def ranges_of(arrays: Mapping[str, np.ndarray], kind: str) -> dict[str, slice]:
    """Where each named segment or piece lies among the route points."""
    places = zip(arrays[kind], arrays[f"{kind}_first"], arrays[f"{kind}_count"], strict=True)
    return {str(name): slice(int(first), int(first + count)) for name, first, count in places}


def padded(course: Course, controls: int, free: int) -> Course:
    """The same course with `controls` control points, `free` of them free; new ones rest on the first."""
    more, loose = controls - len(course.controls), free - len(course.free)
    spread = np.zeros((free, free))
    spread[: len(course.free), : len(course.free)] = course.spread

    def repeated(values: np.ndarray) -> np.ndarray:
        return np.concatenate([values, np.repeat(values[:1], more, axis=0)])

    return replace(
        course,
        controls=repeated(course.controls),
        axes=repeated(course.axes),
        half=repeated(course.half),
        share=np.pad(course.share, ((0, 0), (0, more))),
        route_from_controls=np.pad(course.route_from_controls, ((0, 0), (0, more))),
        free=np.r_[course.free, np.full(loose, controls - 1)],
        spread=spread,
        lumbar=np.pad(course.lumbar, (0, more)),
        lumbar_body=np.pad(course.lumbar_body, (0, more)),
    )
