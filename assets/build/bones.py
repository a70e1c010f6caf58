"""Bones from the LLP26 shape model, made symmetric and stood up.

Takes the mean shape of package `musculoskeletal-models` (MPL-2.0, millimetres, LPS, as scanned); gives one
closed mesh a bone in the balanced stance: LPS millimetres, origin midway between the hip centres, mid-sagittal
plane x = 0, ASIS-PSIS line 11 degrees forward (Levine & Whittle 1996), femoral mechanical axes vertical.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import trimesh

from assets.build import knee, lagrange, sacrum

ASIS_PSIS_DEG = 11.0
HEAD_REACH_MM = 27.0
MIRROR = np.array([-1.0, 1.0, 1.0])
PAIRED = ("hip_bone", "femur", "patella", "tibia", "fibula")

SURFACES = {
    "pelvis": ("pelvis_combined_cubic_flat.mesh", "pelvis_combined_cubic_mean_rigid_LLP26.geof"),
    "femur": ("femur_left_quartic_flat.mesh", "femur_left_mean_rigid_LLP26.geof"),
    "shank": ("tibia_fibula_left_cubic_flat.mesh", "tibia_fibula_cubic_left_mean_rigid_LLP26.geof"),
    "patella": ("patella_11_left.mesh", "patella_left_mean_rigid_LLP26.geof"),
}


def as_scanned(subdivisions: int) -> dict[str, trimesh.Trimesh]:
    """The left bones, the right hip bone and the sacrum where the scanner saw them."""
    folder = files("musculoskeletal.models") / "atlas_meshes"
    mesh = {}
    for name, (elements, nodes) in SURFACES.items():
        surface = lagrange.read_surface(folder / elements, folder / nodes, subdivisions)
        mesh[name] = trimesh.Trimesh(surface.vertices, surface.triangles, process=False)
    # The sacrum's elements are more than either hip bone's; left is positive x.
    *hips, sacrum = sorted(mesh.pop("pelvis").split(), key=lambda part: len(part.faces))
    right, left = sorted(hips, key=lambda part: part.centroid[0])
    tibia, fibula = sorted(mesh.pop("shank").split(), key=lambda part: -part.volume)
    return {
        "hip_bone": left, "hip_bone_right": right, "sacrum": sacrum,
        "femur": mesh["femur"], "patella": mesh["patella"], "tibia": tibia, "fibula": fibula,
    }  # fmt: skip


def rigid_fit(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Least-squares rigid (4, 4) that carries `source` (n, 3) to `target` (n, 3)."""
    return trimesh.registration.procrustes(source, target, scale=False, reflection=False)[0]


def mid_sagittal(pelvis: np.ndarray) -> np.ndarray:
    """(4, 4) that brings the mirror plane of `pelvis` (n, 3) to x = 0, by registering it onto its mirror image."""
    to_mirror, _, _ = trimesh.registration.icp(
        pelvis * MIRROR,
        pelvis,
        initial=np.eye(4),
        threshold=1e-9,
        max_iterations=200,
        reflection=False,
        scale=False,
    )
    reflection = to_mirror[:3, :3] @ np.diag(MIRROR)
    values, vectors = np.linalg.eig(reflection)
    normal = vectors[:, np.argmin(values.real)].real
    normal *= np.sign(normal[0])
    on_plane = (trimesh.transform_points(pelvis * MIRROR, to_mirror) + pelvis).mean(axis=0) / 2
    turn = trimesh.geometry.align_vectors(normal, [1.0, 0.0, 0.0])
    # align_vectors leaves the spin about x open: keep the scan's own upright.
    up = turn[:3, :3] @ np.array([0.0, 0.0, 1.0])
    spin = trimesh.transformations.rotation_matrix(np.arctan2(up[1], up[2]), [1.0, 0.0, 0.0])
    shift = trimesh.transformations.translation_matrix(-on_plane)
    return spin @ turn @ shift


def sphere_fit(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Centre (3,) and radius of the least-squares sphere through `points` (n, 3)."""
    solution = np.linalg.lstsq(np.c_[2 * points, np.ones(len(points))], (points**2).sum(1), rcond=None)[0]
    centre = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


def on_sphere(mesh: trimesh.Trimesh, centre: np.ndarray, radius: float, hollow: bool) -> np.ndarray:
    """Vertices (n,) of the ball (or, if `hollow`, the socket) near a first guess, by repeated trimmed fits."""
    facing = -1.0 if hollow else 1.0
    near = np.zeros(len(mesh.vertices), dtype=bool)
    for _ in range(40):
        spoke = mesh.vertices - centre
        distance = np.linalg.norm(spoke, axis=1)
        outward = facing * np.einsum("ij,ij->i", spoke, mesh.vertex_normals) / distance
        limit = 3.5 if hollow else 1.2
        near = (
            (np.abs(distance - radius) < limit) & (outward > 0.85)
            if not hollow
            else ((distance < radius + limit) & (outward > 0.85))
        )
        centre, radius = sphere_fit(mesh.vertices[near])
    return np.flatnonzero(near)


def rotation_x(degrees: float) -> np.ndarray:
    """(4, 4) turn about x (to the left) that carries up towards the front by `degrees`."""
    return trimesh.transformations.rotation_matrix(np.radians(degrees), [1.0, 0.0, 0.0])


def asis_psis(hip: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    """The most anterior point of the ilium and the most posterior point above it."""
    upper = hip.vertices[hip.vertices[:, 2] > np.median(hip.vertices[:, 2])]
    return upper[np.argmin(upper[:, 1])], upper[np.argmax(upper[:, 1])]


def level_pelvis(hip: trimesh.Trimesh) -> np.ndarray:
    """(4, 4) that turns the pelvis about x until the ASIS lies ASIS_PSIS_DEG below the PSIS."""
    asis, psis = asis_psis(hip)
    now = np.degrees(np.arctan2(psis[2] - asis[2], psis[1] - asis[1]))
    return rotation_x(ASIS_PSIS_DEG - now)


def stand_femur(femur: trimesh.Trimesh, head: np.ndarray) -> np.ndarray:
    """(4, 4) about the head: condylar line in the frontal plane, mechanical axis vertical."""
    low = femur.vertices[femur.vertices[:, 2] < femur.vertices[:, 2].min() + 60]
    middle = (low[:, 0].min() + low[:, 0].max()) / 2
    lateral, medial = low[low[:, 0] > middle], low[low[:, 0] < middle]
    posterior = lateral[np.argmax(lateral[:, 1])] - medial[np.argmax(medial[:, 1])]
    epicondyles = (low[np.argmax(low[:, 0])] + low[np.argmin(low[:, 0])]) / 2
    up = head - epicondyles
    up /= np.linalg.norm(up)
    back = np.cross(up, posterior)
    back /= np.linalg.norm(back)
    turn = np.eye(4)
    turn[:3, :3] = np.stack([np.cross(back, up), back, up])
    return turn @ trimesh.transformations.translation_matrix(-head)


def head_shift(femur: trimesh.Trimesh, hip: trimesh.Trimesh, centre_x: float) -> float:
    """How far outward the head must move to lie in the socket without touching it, mm.

    The mean head and the mean socket are not quite round, nor of one centre.
    """
    head = femur.vertices[np.linalg.norm(femur.vertices - [centre_x, 0.0, 0.0], axis=1) < HEAD_REACH_MM]
    gap = knee.Gap(hip)
    return float(next(x for x in np.arange(0.0, 6.0, 0.5) if gap(head + np.array([x, 0.0, 0.0])).min() > 0.0))


@dataclass(frozen=True)
class HipJoint:
    """How femur and hip bone meet: the vertices of ball and socket, and how far outward the head moves, mm."""

    ball: np.ndarray
    socket: np.ndarray
    shift: float


def standing_scan(subdivisions: int) -> tuple[dict[str, trimesh.Trimesh], np.ndarray]:
    """The left bones, the right hip bone and the sacrum in the balanced stance, and the left hip centre (3,)."""
    bone = as_scanned(subdivisions)
    hip_centre, _ = stand(bone)
    return bone, hip_centre


def stand(bone: dict[str, trimesh.Trimesh], joint: HipJoint | None = None) -> tuple[np.ndarray, HipJoint]:
    """Bring bones as they were scanned into the balanced stance, in place; the left hip centre (3,), and its joint.

    joint: that of bones with the same vertices, where these need not be as round as to find it anew.
    """
    pelvis = ("hip_bone", "hip_bone_right", "sacrum")
    upright = mid_sagittal(np.concatenate([bone[name].vertices for name in pelvis]))
    for mesh in bone.values():
        mesh.apply_transform(upright)
    level = level_pelvis(bone["hip_bone"])
    femur, hip = bone["femur"], bone["hip_bone"]
    ball = joint.ball if joint else on_sphere(femur, ball_guess(femur), 23.0, False)
    head, _ = sphere_fit(femur.vertices[ball])
    hollow = joint.socket if joint else on_sphere(hip, head, 25.0, True)
    socket, _ = sphere_fit(hip.vertices[hollow])
    socket = trimesh.transform_points([socket], level)[0]
    for name in pelvis:
        bone[name].apply_transform(level)
        bone[name].apply_translation([0.0, -socket[1], -socket[2]])
    standing = trimesh.transformations.translation_matrix([socket[0], 0.0, 0.0]) @ stand_femur(femur, head)
    for name in ("femur", "patella", "tibia", "fibula"):
        bone[name].apply_transform(standing)
    shift = joint.shift if joint else head_shift(femur, hip, socket[0])
    hip_centre = np.array([socket[0] + shift, 0.0, 0.0])
    for name in ("femur", "patella", "tibia", "fibula"):
        bone[name].apply_translation([hip_centre[0] - socket[0], 0.0, 0.0])
    shin = knee.stand_tibia(bone["tibia"], bone["fibula"])
    bone["tibia"].apply_transform(shin)
    bone["fibula"].apply_transform(shin)
    seat = knee.seat_tibia(bone["femur"], bone["tibia"])
    bone["tibia"].apply_transform(seat)
    bone["fibula"].apply_transform(seat)
    bone["patella"].apply_transform(knee.seat_patella(bone["femur"], bone["tibia"], bone["patella"]))
    return hip_centre, HipJoint(ball, hollow, shift)


def ball_guess(femur: trimesh.Trimesh) -> np.ndarray:
    """A point near the head's centre: the middle of the medial half of the top 45 mm."""
    top = femur.vertices[femur.vertices[:, 2] > femur.vertices[:, 2].max() - 45]
    return top[top[:, 0] < np.median(top[:, 0])].mean(axis=0)


def mirror_image(mesh: trimesh.Trimesh) -> trimesh.Trimesh:
    """`mesh` mirrored in x = 0."""
    return trimesh.Trimesh(mesh.vertices * MIRROR, mesh.faces[:, ::-1], process=False)


@dataclass(frozen=True)
class Skeleton:
    """The full surfaces of all bones of the model in the balanced stance (mm), and what they came from.

    scanned: the same bones before mirroring, symmetrising and piercing, to measure against.
    hip_centre (3,) mm: the left one.
    """

    bones: dict[str, trimesh.Trimesh]
    scanned: dict[str, trimesh.Trimesh]
    sacrum: sacrum.Sacrum
    hip_centre: np.ndarray


def skeleton(subdivisions: int = lagrange.SUBDIVISIONS) -> Skeleton:
    """Build all bones of the model, both sides."""
    scanned, hip_centre = standing_scan(subdivisions)
    middle = sacrum.build(scanned["sacrum"])
    bones = {"sacrum": middle.pierced, "coccyx": middle.coccyx}
    for name in PAIRED:
        bones[f"{name}_left"] = scanned[name]
        bones[f"{name}_right"] = mirror_image(scanned[name])
    return Skeleton(bones, scanned, middle, hip_centre)


def standing(subdivisions: int = lagrange.SUBDIVISIONS) -> dict[str, trimesh.Trimesh]:
    """The bones of `skeleton`."""
    return skeleton(subdivisions).bones
