"""The clearance profile: at every millimetre of the nerve, what lies next to it in front and behind, and how far away.

Takes a `Snapshot`; gives arrays ready to plot, from the L4/5 opening to the knee, for both sides. A position is the
same point of the route in every posture: millimetres along it in the balanced stance. Costs tens of milliseconds, so it
is made once, when the posture has come to rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy, Surface
from visualizer.body.nerve.tube import RING
from visualizer.body.snapshot import Snapshot
from visualizer.space.distance import dot, encloses, skin
from visualizer.space.regions import part_named, region

FACES = ("front", "behind")
# Overlaps deeper than this are checked against the whole muscle, m.
DOUBTFUL = 0.001
# The way from the opening to the knee, as the nerve's parts have it.
SCIATIC = ("sciatic_pelvic", "sciatic_infrapiriform", "sciatic_gluteal", "sciatic_femoral")
WAY = ("l4", "lumbosacral_trunk", *SCIATIC, "tibial")
# Where on a ring of the nerve's surface, counted from its edge, each face is sampled: both flanks and the middle.
FACE_POINTS = {"positive": (1, 3, 5), "negative": (7, 9, 11)}
# What lies farther than this from the resting nerve is left out, m.
REACH = 0.06


@dataclass(frozen=True, eq=False)
class Corridor:
    """Room along the nerve from the L4/5 opening (position 0) to the knee, a sample each millimetre of it at rest.

    position_mm (n,). structures: keys of parts. front_mm, behind_mm, inner_mm, outer_mm (2, n), left first: from the
    nerve's surface to the nearest structure on that side; below 0 where the two overlap; NaN where nothing is near.
    front, behind, inner, outer (2, n) int: which of `structures` that is, -1 for none. level (2, n): index into
    `Level` of the room there, in the order roomy, snug, tight, pressed, cannot tell. centre_m (2, n, 3): the nerve's
    middle there.
    """

    position_mm: np.ndarray
    structures: tuple[str, ...]
    front_mm: np.ndarray
    behind_mm: np.ndarray
    inner_mm: np.ndarray
    outer_mm: np.ndarray
    front: np.ndarray
    behind: np.ndarray
    inner: np.ndarray
    outer: np.ndarray
    level: np.ndarray
    centre_m: np.ndarray


def ring_rows(surface: Surface, side: str) -> np.ndarray:
    """Rows (rings, RING) of the vertices of one side's nerve from opening to ankle."""
    rows = []
    for name in WAY:
        part = part_named(surface, f"{name}_{side}")
        rings = (part.vertex_count - 2) // RING
        rows.append(part.first_vertex + np.arange(rings * RING).reshape(rings, RING))
    return np.concatenate(rows)


@dataclass(frozen=True, eq=False)
class Rings:
    """Where samples lie on one side of a nerve: `share` of the way from ring `before` (n,) to the next one.

    rows (rings, RING); faces (faces, rings, 3): places on the ring of each face, front first.
    """

    rows: np.ndarray
    faces: np.ndarray
    before: np.ndarray
    share: np.ndarray

    def samples(self, vertices: np.ndarray) -> np.ndarray:
        """Points (faces, n, 3 places, 3) on the nerve's surface."""
        rings = vertices[self.rows].astype(float)
        places = np.stack([np.take_along_axis(rings, face[:, :, None], axis=1) for face in self.faces])
        first = places[:, self.before]
        return np.asarray(first + self.share[:, None, None] * (places[:, self.before + 1] - first))


class PreparedCorridor:
    """An anatomy made ready: the structures near the nerve, and their topology."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self._knee = {side: anatomy.landmarks[f"tibial_plateau_{side}"][1][2] for side in SIDES}
        self._rings: dict[Surface, tuple[tuple[Rings, ...], np.ndarray]] = {}
        bones, muscles = anatomy.bones, anatomy.muscle_surface
        nerve = anatomy.nerve_surface
        resting = np.stack([rings.samples(nerve.vertices) for rings in self._nerve(nerve)[0]]).reshape(-1, 3)
        self._bone_rows, bone_triangles = near(bones, resting)
        self._muscle_rows, muscle_triangles = near(muscles, resting)
        self._skin = skin(np.concatenate([bone_triangles, muscle_triangles + len(self._bone_rows)]))
        self._resting = np.stack([bones.vertices[self._bone_rows], bones.normals[self._bone_rows]], axis=1)
        # Only discs follow two bodies.
        self._shared = np.flatnonzero(bones.weight[self._bone_rows] < 1.0)
        shared = self._bone_rows[self._shared]
        self._bodies = bones.bodies[self._bone_rows, 0], bones.bodies[shared, 1]
        self._weight = (1.0 - bones.weight[shared])[:, None, None]
        self.structures = tuple(part.key for part in [*bones.parts, *muscles.parts])
        self._muscle_parts = {len(bones.parts) + index: part for index, part in enumerate(muscles.parts)}
        self._muscle_triangles = muscles.triangles
        self._structure = np.r_[
            bones.part[self._bone_rows], muscles.part[self._muscle_rows] + len(bones.parts)
        ]

    def along(self, snapshot: Snapshot) -> Corridor:
        """The corridor of one posture."""
        from scipy.spatial import cKDTree  # takes long to import, and few calls need it

        vertices, normals = self._placed(snapshot)
        triangles = self._skin.triangles
        middles = self._skin.middles(vertices)
        tree = cKDTree(middles, balanced_tree=False, compact_nodes=False)
        rings, position = self._nerve(snapshot.nerve_surface)
        points = np.stack([side.samples(snapshot.nerve_vertices) for side in rings])
        apart, nearest = tree.query(points)
        # The place with least room on each face, judged by the nearest triangle's middle; then taken exactly.
        inside = dot(points - middles[nearest], normals[triangles[nearest, 0]]) < 0.0
        best = np.where(inside, -apart, apart).argmin(axis=-1)[..., None]
        nearest = np.take_along_axis(nearest, best, axis=-1)[..., 0]
        points = np.take_along_axis(points, best[..., None], axis=-2)[..., 0, :]
        distance = self._skin.distance_at(points.reshape(-1, 3), nearest.ravel(), vertices)
        structure = self._structure[triangles[nearest, 0]]
        self._check_inside(distance, structure.ravel(), points.reshape(-1, 3), snapshot)
        room = distance.reshape(nearest.shape) * 1000.0
        none = np.full(room[:, 0].shape, np.nan)
        nothing = np.full(none.shape, -1)
        centre = np.stack([side.samples(snapshot.nerve_vertices).mean(axis=(0, 2)) for side in rings])
        return Corridor(position, self.structures, room[:, 0], room[:, 1], none, none, structure[:, 0],
                        structure[:, 1], nothing, nothing, (room.sum(axis=1) < 1.0).astype(int), centre)  # fmt: skip

    def _check_inside(
        self, distance: np.ndarray, structure: np.ndarray, points: np.ndarray, snapshot: Snapshot
    ) -> None:
        """Turn negative entries of `distance` positive, in place, where the whole muscle does not enclose the point.

        Where a muscle folds sharply, at its end, its nearest triangle may face away from a point outside.
        """
        doubtful = np.flatnonzero(distance < -DOUBTFUL)
        for index in np.unique(structure[doubtful]):
            part = self._muscle_parts.get(int(index))
            if part is None:
                continue
            rows = doubtful[structure[doubtful] == index]
            faces = self._muscle_triangles[part.first_triangle : part.first_triangle + part.triangle_count]
            outside = ~encloses(points[rows], snapshot.muscle_vertices.astype(float), faces)
            distance[rows[outside]] *= -1.0

    def _placed(self, snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
        """Vertices and normals (n, 3) of the structures in the room."""
        world = snapshot.world_from_rest
        transform = world[self._bodies[0]]
        transform[self._shared] += self._weight * (world[self._bodies[1]] - transform[self._shared])
        turn = transform[:, :3, :3].swapaxes(1, 2)
        placed, facing = (self._resting @ turn).swapaxes(0, 1)
        own = self._muscle_rows
        return (
            np.concatenate([placed + transform[:, :3, 3], snapshot.muscle_vertices[own]]).astype(float),
            np.concatenate([facing, snapshot.muscle_normals[own]]).astype(float),
        )

    def _nerve(self, surface: Surface) -> tuple[tuple[Rings, ...], np.ndarray]:
        """Samples of both sides, and their positions (n,) mm; made when a nerve variant is first met."""
        if surface not in self._rings:
            ways = [self._way(surface, side) for side in SIDES]
            position = np.arange(0.0, min(at[-1] for _, _, at in ways), 1.0)
            rings = []
            for rows, faces, at in ways:
                before = np.clip(np.searchsorted(at, position, side="right") - 1, 0, len(at) - 2)
                share = (position - at[before]) / (at[before + 1] - at[before])
                rings.append(Rings(rows, faces, before, share))
            self._rings[surface] = tuple(rings), position
        return self._rings[surface]

    def _way(self, surface: Surface, side: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows and faces of one side's rings down to the knee, and how far along (rings,) mm each lies at rest."""
        rows = ring_rows(surface, side)
        resting = surface.vertices[rows].astype(float)
        at = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(resting.mean(axis=1), axis=0), axis=1))] * 1000.0
        # Neighbouring parts share a ring.
        keep = np.r_[True, np.diff(at) > 0.01] & (resting[:, :, 2].mean(axis=1) >= self._knee[side])
        rows, resting, at = rows[keep], resting[keep], at[keep]
        positive, negative = (resting[:, places, 1].mean(axis=1) for places in FACE_POINTS.values())
        one, other = (np.array(places) for places in FACE_POINTS.values())
        behind = np.where((positive > negative)[:, None], one, other)
        front = np.where((positive > negative)[:, None], other, one)
        return rows, np.stack([front, behind]), at


def near(surface: Surface, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lies within REACH of `points` (n, 3) on a surface: rows of its vertices, and the triangles among them."""
    from scipy.spatial import cKDTree  # as above

    close = np.isfinite(cKDTree(points).query(surface.vertices, distance_upper_bound=REACH)[0])
    return region(surface, [part.key for part in surface.parts], close)


def corridor(anatomy: Anatomy, snapshot: Snapshot) -> Corridor:
    """The corridor of a solved posture."""
    return anatomy.prepared(PreparedCorridor).along(snapshot)
