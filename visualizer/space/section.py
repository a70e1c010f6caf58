"""A true slice through the posed body: what lies where on a plane, as closed outlines in millimetres.

Takes a `Snapshot` and a `Plane`; gives the outlines of every drawn structure that comes within reach of the plane's
origin, from the triangles that are drawn. Slices across the nerve are seen from below, behind upwards and the patient's
right on the right, as the stage shows the body from behind; slices through openings are seen from the patient's right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Anatomy, Part, Surface
from visualizer.body.nerve.tube import RING
from visualizer.body.snapshot import Snapshot
from visualizer.space.outlines import crossing, distance_to_segments, enclosed, loops, segments
from visualizer.space.planes import REACH_MM, Plane, plane_at_site

__all__ = ["Outline", "Plane", "Section", "plane_at_site", "section"]


@dataclass(frozen=True, eq=False)
class Outline:
    """One structure on the plane: closed loops (k, 2) mm, right and up; what lies inside an odd number is solid."""

    key: str
    layer: str
    kind: str
    side: str
    loops: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Section:
    """The body on a plane: `outlines` part by part, whole where any of it lies within reach_mm of the origin.

    nerves: the nerve's parts again, those that share a joint as one outline, named by the part that has most of it.
    """

    plane: Plane
    reach_mm: float
    outlines: tuple[Outline, ...]
    nerves: tuple[Outline, ...]


@dataclass(frozen=True, eq=False)
class BonePart:
    """A bone at rest: vertices (n, 3) m and a ball around them.

    body: the one that its middle follows. weight (n, 1): of the first of two, None where all follow one. runs:
    stretches of vertices with the two that they follow.
    """

    part: Part
    vertices: np.ndarray
    body: int
    runs: tuple[tuple[slice, int, int], ...]
    weight: np.ndarray | None
    centre: np.ndarray
    radius: float


def bone_part(surface: Surface, part: Part) -> BonePart:
    """A part of the bones, made ready."""
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    vertices, bodies = surface.vertices[rows].astype(float), surface.bodies[rows]
    weight = surface.weight[rows, None].astype(float)
    centre = (vertices.min(axis=0) + vertices.max(axis=0)) / 2
    starts = np.flatnonzero(np.r_[True, (np.diff(bodies, axis=0) != 0).any(axis=1)])
    return BonePart(
        part,
        vertices,
        int(bodies[len(bodies) // 2, 0]),
        tuple(
            (slice(int(start), int(stop)), int(bodies[start, 0]), int(bodies[start, 1]))
            for start, stop in zip(starts, [*starts[1:], len(bodies)], strict=True)
        ),
        None if (weight == 1.0).all() else weight,
        centre,
        float(np.linalg.norm(vertices - centre, axis=1).max()),
    )


@dataclass(frozen=True, eq=False)
class JoinedNerve:
    """The nerve's triangles (m, 3) without the walls between parts that share a joint, and each part's `whole`.

    whole (parts,) int: parts with the same number are one tube.
    """

    triangles: np.ndarray
    whole: np.ndarray


def joined(surface: Surface) -> JoinedNerve:
    """Take the walls out of a nerve where the last ring of one part is the first ring of another."""
    last_ring = {
        surface.vertices[part.first_vertex + part.vertex_count - 2 - RING].tobytes(): (index, part)
        for index, part in enumerate(surface.parts)
    }
    same = np.arange(len(surface.vertices))
    whole, walls = np.arange(len(surface.parts)), []
    for index, part in enumerate(surface.parts):
        before = last_ring.get(surface.vertices[part.first_vertex].tobytes())
        if before is None or before[0] == index:
            continue
        end = before[1].first_vertex + before[1].vertex_count - 2
        same[part.first_vertex : part.first_vertex + RING] = np.arange(end - RING, end)
        # A tube's two end points come last: the one in its first ring, the one in its last.
        walls += [end + 1, part.first_vertex + part.vertex_count - 2]
        whole[whole == whole[index]] = whole[before[0]]
    kept = ~np.isin(surface.triangles, walls).any(axis=1)
    return JoinedNerve(same[surface.triangles[kept]], whole)


class PreparedSection:
    """An anatomy made ready for cutting."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self.bones = tuple(
            bone_part(anatomy.bones, part) for part in anatomy.bones.parts if part.layer != "ligaments"
        )
        self._nerves: dict[Surface, JoinedNerve] = {}

    def section(self, snapshot: Snapshot, plane: Plane, reach_mm: float) -> Section:
        """The slice of a solved posture."""
        muscles, nerve = self.anatomy.muscle_surface, snapshot.nerve_surface
        bone_points, bone_triangles = self._bones(snapshot.world_from_rest.astype(float), plane, reach_mm)
        nerve_points = plane.flat(snapshot.nerve_vertices)
        outlines = [
            *cut(self.anatomy.bones, bone_points, bone_triangles, reach_mm),
            *cut(muscles, plane.flat(snapshot.muscle_vertices), muscles.triangles, reach_mm),
            *cut(nerve, nerve_points, nerve.triangles, reach_mm),
        ]
        return Section(plane, reach_mm, tuple(outlines), self._whole_nerves(nerve, nerve_points, reach_mm))

    def _bones(self, world: np.ndarray, plane: Plane, reach_mm: float) -> tuple[np.ndarray, np.ndarray]:
        """Plane coordinates (all, 3) of the bones that the picture may meet, and those bones' triangles (m, 3)."""
        surface, axes = self.anatomy.bones, plane.axes_mm
        flat, triangles = np.zeros((len(surface.vertices), 3)), [surface.triangles[:0]]
        for bone in self.bones:
            part, own = bone.part, world[bone.body]
            middle = axes @ (own[:3, :3] @ bone.centre + own[:3, 3] - plane.origin)
            radius = bone.radius * 1000.0
            if abs(middle[2]) > radius or np.hypot(middle[0], middle[1]) > radius + reach_mm:
                continue
            placed = bone.vertices @ (axes @ own[:3, :3]).T + axes @ (own[:3, 3] - plane.origin)
            if bone.weight is not None:
                for run, *pair in bone.runs:
                    one, other = (
                        bone.vertices[run] @ (axes @ turn[:3, :3]).T + axes @ (turn[:3, 3] - plane.origin)
                        for turn in world[pair]
                    )
                    placed[run] = other + bone.weight[run] * (one - other)
            flat[part.first_vertex : part.first_vertex + part.vertex_count] = placed
            triangles.append(
                surface.triangles[part.first_triangle : part.first_triangle + part.triangle_count]
            )
        return flat, np.concatenate(triangles)

    def _whole_nerves(self, surface: Surface, flat: np.ndarray, reach_mm: float) -> tuple[Outline, ...]:
        if surface not in self._nerves:
            self._nerves[surface] = joined(surface)
        nerve = self._nerves[surface]
        return tuple(cut(surface, flat, nerve.triangles, reach_mm, nerve.whole))


def cut(
    surface: Surface,
    flat: np.ndarray,
    triangles: np.ndarray,
    reach_mm: float,
    whole: np.ndarray | None = None,
) -> list[Outline]:
    """Outlines of the parts that come within reach; flat (n, 3): the surface's vertices in the plane's coordinates.

    whole (parts,): parts with the same number are cut as one structure, named by the part with most of its outline.
    """
    crossed = triangles[crossing(flat[:, 2], triangles)]
    if not len(crossed):
        return []
    points, start, end = segments(flat, crossed)
    part = surface.part[crossed[:, 0]]
    structure = part if whole is None else whole[part]
    begin, finish = points[start], points[end]
    apart = distance_to_segments(np.zeros(2), begin, finish)
    outlines = []
    for one in np.unique(structure):
        own = structure == one
        within = apart[own].min() <= reach_mm or enclosed(np.zeros((1, 2)), begin[own], finish[own])[0]
        if within:
            named = surface.parts[int(np.bincount(part[own]).argmax())]
            outlines.append(
                Outline(named.key, named.layer, named.kind, named.side, loops(points, start[own], end[own]))
            )
    return outlines


def section(anatomy: Anatomy, snapshot: Snapshot, plane: Plane, reach_mm: float = REACH_MM) -> Section:
    """The slice of a solved posture on a plane: every structure that comes within reach_mm of the plane's origin."""
    return anatomy.prepared(PreparedSection).section(snapshot, plane, reach_mm)
