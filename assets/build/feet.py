"""A simple standing foot skeleton for each side, its talus in the ankle mortise.

Takes the standing bones (mm, LPS; tibia and fibula are used); gives foot_left and foot_right, closed and
mirror images. Sizes are those of a foot of 250 mm (proportions of textbook plates, status P): hindfoot and
midfoot are merged, the rays free. Own frame: origin on top of the talus, x lateral, y backwards, z up.
"""

from __future__ import annotations

import numpy as np
import trimesh

from assets.build import implicit

TRIANGLES = 6000
ANKLE_CARTILAGE_MM = 2.5
# Part of the ankle axis' outward turn that the foot's long axis shares.
TOE_OUT_SHARE = 0.4
UPWARD = (0.0, 0.0, 1.0)

# Rays 1 to 5: stations (x, y, z, half height, half width) of the metatarsal, then of the phalanges.
METATARSALS = (
    ((-17, -64, -34, 11, 8), (-19, -80, -40, 7, 6), (-21, -104, -51, 6, 6), (-22, -124, -59, 9.5, 10)),
    ((-6, -62, -29, 8.5, 6), (-6.5, -82, -37, 5, 4), (-7, -108, -51, 4, 3.6), (-7, -130, -62, 6.5, 5.5)),
    ((5, -62, -33, 8, 5.5), (5.5, -82, -40, 4.8, 3.8), (6, -106, -53, 3.9, 3.5), (6, -126, -63, 6.2, 5.3)),
    (
        (15, -60, -40, 7.5, 5.5),
        (16.5, -80, -46, 4.6, 3.8),
        (18, -102, -56, 3.8, 3.5),
        (19, -119, -63.5, 6, 5.2),
    ),
    ((27, -48, -52, 5, 5.5), (27, -62, -53, 5.5, 5), (30, -90, -60, 3.9, 3.9), (32, -108, -64, 5.8, 5.3)),
)
PHALANGES = (
    ((-22, -136, -61, 7.5, 8.5), (-21, -149, -62, 5.2, 6), (-20, -162, -63.5, 6.2, 7.5),
     (-18.5, -175, -66, 3.6, 6.5)),
    ((-7, -140, -62, 5, 5), (-6, -152, -60, 3.4, 3.6), (-5.5, -164, -61.5, 4, 4.2),
     (-5, -175, -66.5, 3, 4)),
    ((6.5, -135, -63, 4.8, 4.8), (7.5, -146, -61, 3.3, 3.4), (8, -157, -62.5, 3.8, 4),
     (8.5, -168, -66.8, 2.9, 3.8)),
    ((20, -127, -63.5, 4.6, 4.6), (21.5, -137, -62, 3.2, 3.3), (22, -147, -63.5, 3.7, 3.8),
     (22, -157, -67, 2.9, 3.6)),
    ((33.5, -115.5, -64, 4.5, 4.6), (35, -124, -63, 3.2, 3.4), (35.5, -133, -64.5, 3.6, 3.8),
     (35, -142, -67.2, 2.9, 3.6)),
)  # fmt: skip


def talus(points: np.ndarray) -> np.ndarray:
    """Talus: a pulley on top, a body, and a neck with a round head forwards and inwards."""
    trochlea = implicit.bar(points, (-12, 0, -17), (12, 0, -17), (17.0, 17.0), (17.0, 17.0), UPWARD)
    trochlea = implicit.intersection(trochlea, np.abs(points[..., 0]) - 15.5, 3.0)
    core = implicit.ellipsoid(points, (0, 4, -22), (15, 20, 11))
    neck = implicit.chain(
        points, [(-1, -10, -19, 10, 12), (-6, -24, -21, 9, 10), (-10, -33, -23, 12, 12.5)], UPWARD
    )
    return implicit.union(implicit.union(trochlea, core, 5.0), neck, 5.0)


def calcaneus(points: np.ndarray) -> np.ndarray:
    """Heel bone: a deep tuber behind, a waist, a shelf under the talus and a beak to the cuboid."""
    shaft = implicit.chain(
        points,
        [(3, 44, -49, 21, 13), (4, 24, -44, 17, 11), (6, 2, -44, 16, 12), (10, -20, -46, 12, 11)],
        UPWARD,
        blend_mm=6.0,
    )
    tubercle = implicit.ellipsoid(points, (2, 46, -60), (13, 12, 10))
    shelf = implicit.ellipsoid(points, (-9, -6, -34), (11, 11, 6))
    under_talus = implicit.ellipsoid(points, (5, 8, -33), (12, 15, 8))
    shaft = implicit.union(implicit.union(shaft, tubercle, 6.0), under_talus, 5.0)
    return implicit.union(shaft, shelf, 5.0)


def midfoot(points: np.ndarray) -> np.ndarray:
    """Navicular, three cuneiforms and cuboid."""
    blocks = (
        ((-12, -41, -27), (17, 8, 13)),
        ((-25, -40, -31), (7, 8, 8)),
        ((15, -37, -46), (13, 18, 13)),
        ((-17, -55, -33), (9.5, 13, 14)),
        ((-5.5, -53, -29), (8, 12, 11)),
        ((5.5, -52, -34), (9, 13, 12)),
    )
    field = implicit.ellipsoid(points, *blocks[0])
    for centre, radii in blocks[1:]:
        field = implicit.union(field, implicit.ellipsoid(points, centre, radii), 2.5)
    return field


def left_foot(points: np.ndarray) -> np.ndarray:
    """Field of the left foot in its own frame."""
    field = implicit.union(talus(points), calcaneus(points), 2.0)
    field = implicit.union(field, midfoot(points), 2.0)
    for metatarsal, phalanges in zip(METATARSALS, PHALANGES, strict=True):
        ray = implicit.chain(points, metatarsal, UPWARD, blend_mm=4.0)
        toe = implicit.chain(points, phalanges, UPWARD, blend_mm=2.0)
        field = implicit.union(field, implicit.union(ray, toe, 1.2), 1.5)
    return field


def ankle(tibia: trimesh.Trimesh, fibula: trimesh.Trimesh) -> np.ndarray:
    """(4, 4) that puts the left foot's frame under the ankle mortise."""
    inner = tibia.vertices[np.argmin(tibia.vertices[:, 2])]
    outer = fibula.vertices[np.argmin(fibula.vertices[:, 2])]
    axis = outer - inner
    toe_out = TOE_OUT_SHARE * np.arctan2(axis[1], axis[0])
    low = tibia.vertices[tibia.vertices[:, 2] < tibia.vertices[:, 2].min() + 22]
    wall = fibula.vertices[fibula.vertices[:, 2] < fibula.vertices[:, 2].min() + 25][:, 0].min()
    centre = (low.min(axis=0) + low.max(axis=0)) / 2
    centre[0] = (inner[0] + 5.0 + wall) / 2
    beneath = np.array([[centre[0], centre[1], low[:, 2].min() - 50.0]])
    roof, _, _ = tibia.ray.intersects_location(beneath, [UPWARD])
    frame = trimesh.transformations.rotation_matrix(toe_out, UPWARD)
    frame[:3, 3] = centre[0], centre[1], roof[:, 2].min() - ANKLE_CARTILAGE_MM
    return frame


def build(bones: dict[str, trimesh.Trimesh]) -> dict[str, trimesh.Trimesh]:
    """Meshes foot_left and foot_right standing flat under the shanks, millimetres, LPS."""
    left = implicit.mesh(left_foot, (-36, -184, -76), (46, 64, 6), TRIANGLES, step_mm=1.0, soften_mm=0.7)
    left.apply_transform(ankle(bones["tibia_left"], bones["fibula_left"]))
    right = trimesh.Trimesh(left.vertices * [-1.0, 1.0, 1.0], left.faces[:, ::-1], process=False)
    return {"foot_left": left, "foot_right": right}
