"""What surrounds the nerve in a posture: both sides' sections with the walls near them, measured once for all uses.

Takes a `Snapshot`; gives the room on four sides of each section and towards each structure. Sections run along the way
from the L4 opening to the knee, then along the roots L5 and S1. Each is held against the triangles that the asset build
found to come nearest in some posture (`Anatomy.neighbours`); distances to those are exact (see `clearance`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import Anatomy, Surface
from visualizer.body.nerve.tube import WAY
from visualizer.body.snapshot import Snapshot
from visualizer.space.clearance import REACH_MM, Pairs, clearance, paired
from visualizer.space.tube import MIRROR, Sections, Strand, joined, strand
from visualizer.space.walls import Walls

# The roots that join the way from the opening to the knee.
ROOTS = ("l5", "s1")
# A section is round up to this ratio of width to thickness: a root; the nerve is flat, and its edges bear no pressing.
ROUND = 1.5
# Rooms are means over the thickness of a usual MRI slice, mm: a single point of contact is no narrow place.
SLICE_MM = 4.0


@dataclass(frozen=True, eq=False)
class Surroundings:
    """One side, left or right.

    sections: as of a left nerve, the way first. centre_m (n, 3): their middles in the room. way_mm (w,): how far along
    the way its sections lie. height_mm (n,): z of the middle at rest. strand (n,): 0 the way, then the roots in turn.
    room_mm, structure (4, n): front, behind, inner, outer, at most REACH_MM, the mean over a slice's thickness, and
    what bounds it. run_mm (r,): from a section to a structure near it.
    """

    sections: Sections
    centre_m: np.ndarray
    way_mm: np.ndarray
    height_mm: np.ndarray
    strand: np.ndarray
    room_mm: np.ndarray
    structure: np.ndarray
    run_section: np.ndarray
    run_structure: np.ndarray
    run_mm: np.ndarray

    @property
    def width_mm(self) -> np.ndarray:
        """Room (n,) on two opposite sides: front and behind together; of a round section that or inner and outer."""
        front, behind, inner, outer = self.room_mm
        flat = self.sections.half_width > ROUND * self.sections.half_thickness
        return np.where(flat, front + behind, np.minimum(front + behind, inner + outer))

    def stretch(self, segment: str, z_mm: tuple[float, float]) -> np.ndarray:
        """Indices of the sections of a segment between two heights at rest."""
        own = ROOTS.index(segment) + 1 if segment in ROOTS else 0
        low, high = sorted(z_mm)
        return np.flatnonzero((self.strand == own) & (self.height_mm >= low) & (self.height_mm <= high))

    def least_room(self, stretch: np.ndarray) -> tuple[float, int]:
        """The least room on two opposite sides, mm, and the section where that is."""
        room = self.width_mm[stretch]
        return float(room.min()), int(stretch[room.argmin()])

    def gap(self, stretch: np.ndarray, structures: Iterable[int]) -> tuple[float, int]:
        """The least distance to some structures, mm, at most REACH_MM, and the section where that is."""
        run = np.flatnonzero(
            np.isin(self.run_section, stretch) & np.isin(self.run_structure, list(structures))
        )
        if not len(run):
            return REACH_MM, int(stretch[len(stretch) // 2])
        nearest = run[self.run_mm[run].argmin()]
        return min(float(self.run_mm[nearest]), REACH_MM), int(self.run_section[nearest])


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """What lies near the sections of one nerve variant."""

    walls: Walls
    pairs: Pairs


class PreparedSurroundings:
    """An anatomy made ready: for each nerve variant that was met, the sections and what lies near them."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.anatomy = anatomy
        self._walls = Walls(anatomy)
        self.structures = self._walls.structures
        self._knee_mm = float(anatomy.landmarks["tibial_plateau_left"][1][2]) * 1000.0
        self._strands: dict[tuple[Surface, str], tuple[Strand, ...]] = {}
        self._near: dict[str, Neighbourhood] = {}

    def both(self, snapshot: Snapshot) -> tuple[Surroundings, Surroundings]:
        """Left and right; a symmetric posture takes half the work."""
        posture = snapshot.posture
        left = self._side(snapshot, "left", posture.nerve_variant_left)
        if posture == posture.mirrored():
            return left, self._mirrored(left)
        return left, self._side(snapshot, "right", posture.nerve_variant_right)

    def sections(self, snapshot: Snapshot, side: str) -> Sections:
        """One side's sections in a posture, as of a left nerve: the way, then the roots in turn."""
        return joined(self._strands_of(snapshot.nerve_surface, side)).sections(snapshot.nerve_vertices, side)

    def _side(self, snapshot: Snapshot, side: str, variant: str) -> Surroundings:
        """One side's surroundings."""
        strands = self._strands_of(snapshot.nerve_surface, side)
        way = joined(strands)
        near = self._neighbourhood(variant)
        at = way.sections(snapshot.nerve_vertices, side)
        room = clearance(at, near.walls.placed(snapshot, side), near.pairs)
        strand_of = np.repeat(np.arange(len(strands)), [len(one.at_mm) for one in strands])
        left = Surroundings(
            sections=at,
            centre_m=at.centre / np.float32(1000.0),
            way_mm=strands[0].at_mm,
            height_mm=way.height_mm,
            strand=strand_of,
            room_mm=as_in_a_slice(room.sides, way.at_mm, strand_of),
            structure=room.bound,
            run_section=near.pairs.run_section,
            run_structure=near.pairs.run_structure,
            run_mm=room.runs,
        )
        return left if side == "left" else self._mirrored(left)

    def _mirrored(self, left: Surroundings) -> Surroundings:
        """What was measured as a left side, as the right one that it is."""
        swap = self._walls.of_right
        return replace(
            left,
            centre_m=left.centre_m * MIRROR,
            structure=swap[left.structure],
            run_structure=swap[left.run_structure],
        )

    def _strands_of(self, surface: Surface, side: str) -> tuple[Strand, ...]:
        """Sections of one side, the way first, then the roots; made when a nerve variant is first met."""
        if (surface, side) not in self._strands:
            self._strands[surface, side] = tuple(
                strand(surface, side, names, self._knee_mm) for names in (WAY, *((root,) for root in ROOTS))
            )
        return self._strands[surface, side]

    def _neighbourhood(self, variant: str) -> Neighbourhood:
        """What lies near the sections of a nerve variant; made when it is first met."""
        if variant not in self._near:
            section, triangle = self.anatomy.neighbours[variant]
            kept, triangle = np.unique(triangle, return_inverse=True)
            walls = Walls(self.anatomy, kept)
            self._near[variant] = Neighbourhood(walls, paired(section, triangle, walls.structure))
        return self._near[variant]


def as_in_a_slice(room: np.ndarray, at_mm: np.ndarray, strand_of: np.ndarray) -> np.ndarray:
    """Rooms (4, n) as a slice of SLICE_MM shows them: averaged with those of neighbours nearer than that."""
    apart = np.where(strand_of[1:] == strand_of[:-1], np.abs(np.diff(at_mm)), np.inf)
    share = np.where(apart < SLICE_MM, 0.25, 0.0).astype(np.float32)
    step = share * (room[:, 1:] - room[:, :-1])
    result = room.copy()
    result[:, :-1] += step
    result[:, 1:] -= step
    return result
