"""Where the sciatic nerve runs among its bones, as dissections, CT and MRI have measured it, by the figures' ids.

Left side, mm, balanced stance unless said. Landmarks as the studies take them: projections on the coronal plane,
axial sections at the height of the hip's centre, nearest distances to the nerve's surface.
"""

from __future__ import annotations

import numpy as np

from visualizer.validation.bench import Bench
from visualizer.validation.geometry import section

UP = np.array([0.0, 0.0, 1.0])
# Bone in front of this is neither the socket's back edge nor the ischium's.
BACK_FROM_MM = 10.0
# The groove under the socket, where the ischium is cut: so far below the hip's centre, on the ischium's outer face.
GROOVE_BELOW_MM = 30.0
# The middle of the postures of Birke et al.: 30 to 45 degrees of flexion, and so much spread and turned out.
FLEXED = {"hip_flexion_deg": 37.5}
SPREAD = FLEXED | {"hip_adduction_deg": -30.0, "hip_rotation_deg": -30.0}


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    return (
        projections(bench) | socket(bench) | spine(bench) | tuberosity(bench) | branches(bench) | roots(bench)
        | postures(bench)
    )  # fmt: skip


def landmark(bench: Bench, name: str) -> np.ndarray:
    """A left landmark (3,) mm."""
    return np.asarray(bench.snapshot().landmarks[f"{name}_left"], dtype=float) * 1000.0


def line(bench: Bench, *names: str, **fields: float) -> np.ndarray:
    """Middle line (n, 3) mm through left segments."""
    routes = bench.snapshot(**fields).routes
    return np.concatenate([routes[f"{name}_left"] for name in names]).astype(float) * 1000.0


def surface(bench: Bench, stem: str, **fields: float) -> np.ndarray:
    """Surface points (n, 3) mm of all left parts of the nerve whose keys begin with `stem`."""
    snapshot = bench.snapshot(**fields)
    parts = [
        part for part in snapshot.nerve_surface.parts if part.side == "left" and part.key.startswith(stem)
    ]
    rows = [np.arange(part.first_vertex, part.first_vertex + part.vertex_count) for part in parts]
    return np.asarray(snapshot.nerve_vertices[np.concatenate(rows)], dtype=float) * 1000.0


def nearest(points: np.ndarray, place: np.ndarray) -> float:
    """Least distance from `place` (3,) to `points` (n, 3)."""
    return float(np.linalg.norm(points - place, axis=1).min())


def crossing(route: np.ndarray, start: np.ndarray, end: np.ndarray) -> float:
    """Share of the way from `start` to `end` at which the route crosses it, all as seen from behind."""
    way = (end - start)[[0, 2]]
    seen = (route - start)[:, [0, 2]]
    share = seen @ way / (way @ way)
    beside = (seen[:, 0] * way[1] - seen[:, 1] * way[0]) / np.linalg.norm(way)
    at = np.flatnonzero((np.diff(np.sign(beside)) != 0) & (share[:-1] > 0) & (share[:-1] < 1))[0]
    return float(share[at] + (share[at + 1] - share[at]) * beside[at] / (beside[at] - beside[at + 1]))


def projections(bench: Bench) -> dict[str, float]:
    """Where the nerve crosses the lines between the landmarks that a hand finds."""
    tuberosity, trochanter, spine = (
        landmark(bench, name) for name in ("ischial_tuberosity", "greater_trochanter", "psis")
    )
    low = crossing(line(bench, "sciatic"), tuberosity, trochanter)
    high = crossing(line(bench, "lumbosacral_trunk", "sciatic"), spine, tuberosity)
    breadth, height = (
        float(np.linalg.norm(trochanter - tuberosity)),
        float(np.linalg.norm(tuberosity - spine)),
    )
    return {
        "course_from_tuberosity": low * breadth,
        "course_from_trochanter": (1 - low) * breadth,
        "course_share_tuberosity_trochanter": 100 * low,
        "course_from_psis": high * height,
        "course_from_tuberosity_upwards": (1 - high) * height,
        "course_share_psis_tuberosity": 100 * high,
    }


def bone_section(bench: Bench, name: str, height: float) -> np.ndarray:
    """Corners (n, 3) mm of a left bone's section at a height."""
    triangles = bench.triangles_mm(bench.anatomy.bones, f"{name}_left")
    return section(triangles, np.array([0.0, 0.0, height]), UP).reshape(-1, 3)


def bone_behind(bench: Bench, name: str, height: float) -> np.ndarray:
    """Those of them that lie behind BACK_FROM_MM."""
    points = bone_section(bench, name, height)
    return np.asarray(points[points[:, 1] > BACK_FROM_MM])


def socket(bench: Bench) -> dict[str, float]:
    """The nerve behind the hip joint, on the axial section through the head's centre."""
    centre = landmark(bench, "hip_centre")
    bone = bone_behind(bench, "hip_bone", centre[2])
    rim = bone[np.argmax(bone[:, 0])]
    own = bench.triangles_mm(bench.anatomy.nerve_surface, "sciatic_gluteal_left")
    own = np.concatenate([own, bench.triangles_mm(bench.anatomy.nerve_surface, "sciatic_infrapiriform_left")])
    cut = section(own, centre, UP).reshape(-1, 3)
    outer = cut[np.argmax(cut[:, 0])]
    return {
        "course_rim_sideways": float(rim[0] - outer[0]),
        "course_rim_backwards": float(outer[1] - rim[1]),
        "course_rim": float(np.linalg.norm(cut - rim, axis=1).min()),
        "course_hip_centre": nearest(line(bench, "sciatic"), centre),
        "course_trochanter_nearest": nearest(
            surface(bench, "sciatic"), landmark(bench, "greater_trochanter_tip")
        ),
    }


def spine(bench: Bench) -> dict[str, float]:
    """From the ischial spine to the nerve and to what makes it."""
    tip = landmark(bench, "ischial_spine")
    return {
        "course_spine_sciatic": nearest(surface(bench, "sciatic"), tip),
        "course_spine_s1": nearest(surface(bench, "s1"), tip),
        "course_spine_s2": nearest(surface(bench, "s2"), tip),
        "course_spine_trunk": nearest(surface(bench, "lumbosacral_trunk"), tip),
    }


def tuberosity(bench: Bench) -> dict[str, float]:
    """From the outer edge of the tuberosity, where semimembranosus arises, to the nerve's inner edge."""
    muscle = next(muscle for muscle in bench.anatomy.muscles if muscle.key == "semimembranosus_left")
    origins = bench.pose().path_points[[bench.tendon[name] for name in muscle.tendons], 0]
    height = float(origins[:, 2].mean()) * 1000.0
    edge = bone_behind(bench, "hip_bone", height)[:, 0].max()
    own = bench.triangles_mm(bench.anatomy.nerve_surface, "sciatic_gluteal_left")
    cut = section(own, np.array([0.0, 0.0, height]), UP).reshape(-1, 3)
    return {"course_tuberosity_edge": float(cut[:, 0].min() - edge)}


def branches(bench: Bench) -> dict[str, float]:
    """The parting, and the common fibular nerve at the fibula."""
    parting = line(bench, "tibial")[0]
    head = landmark(bench, "fibular_head")
    fibular = line(bench, "common_fibular")
    return {
        "course_parting_above_crease": float(parting[2] - landmark(bench, "tibial_plateau")[2]),
        "course_parting_fibular_head": float(np.linalg.norm(parting - head)),
        "course_fibular_neck": float(np.linalg.norm(round_the_neck(bench, fibular) - head)),
        "course_fibular_diameter": diameter(bench, "common_fibular"),
    }


def round_the_neck(bench: Bench, route: np.ndarray) -> np.ndarray:
    """Where a route (n, 3) coming down passes the back border of the fibula, (3,) mm."""
    below = route[route[:, 2] < landmark(bench, "fibular_head")[2]]
    back = np.array([bone_section(bench, "fibula", point[2])[:, 1].max() for point in below])
    return np.asarray(below[np.argmax(below[:, 1] < back)])


def diameter(bench: Bench, segment: str) -> float:
    """Diameter of a circle of the area of a left segment's section in its middle."""
    route = line(bench, segment)
    middle = len(route) // 2
    way = route[middle + 1] - route[middle - 1]
    triangles = bench.triangles_mm(bench.anatomy.nerve_surface, f"{segment}_left")
    cut = section(triangles, route[middle], way / np.linalg.norm(way))
    spokes = cut[np.linalg.norm(cut - route[middle], axis=2).max(axis=1) < 10.0] - route[middle]
    area = np.linalg.norm(np.cross(spokes[:, 0], spokes[:, 1]), axis=1).sum() / 2
    return float(2 * np.sqrt(area / np.pi))


def length(route: np.ndarray) -> float:
    """Length of a polyline (n, 3)."""
    return float(np.linalg.norm(np.diff(route, axis=0), axis=1).sum())


def roots(bench: Bench) -> dict[str, float]:
    """Roots and lumbosacral trunk: how long to where all have met, how thick."""
    trunk = length(line(bench, "lumbosacral_trunk"))
    return {
        "root_length_l4": length(line(bench, "l4")) + trunk,
        "root_length_s3": length(line(bench, "s3")),
        "trunk_length": trunk,
        "root_diameter_l4": diameter(bench, "l4"),
        "root_diameter_l5": diameter(bench, "l5"),
        "root_diameter_s1": diameter(bench, "s1"),
    }


def postures(bench: Bench) -> dict[str, float]:
    """Distance from the groove under the socket with the hip bent, then spread and turned out too, against straight."""
    height = landmark(bench, "hip_centre")[2] - GROOVE_BELOW_MM
    bone = bone_behind(bench, "hip_bone", height)
    groove = bone[np.argmax(bone[:, 0])]
    away = [nearest(line(bench, "sciatic", **fields), groove) for fields in ({}, FLEXED, SPREAD)]
    return {"course_groove_flexed": away[1] / away[0], "course_groove_spread": away[2] / away[0]}
