"""The ischiofemoral and the quadratus femoris space, measured as on an axial MRI.

Takes the posed bones and tendons; gives, at the level of the lesser trochanter, the smallest width in transverse slices
between ischium and lesser trochanter (IFS), and between hamstring origin and iliopsoas tendon or trochanter (QFS).
Definitions: Torriani et al. 2009, as in `assets/anatomy/sites.toml`. The slices stay with the pelvis: transverse in the
balanced stance, so that bending the hip to sit measures the same two bones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.snapshot import Snapshot
from visualizer.space.regions import region
from visualizer.space.slices import cut, gap_in_planes

# Slices through the lesser trochanter, mm above and below its most prominent point.
SLICES_MM = np.arange(-9.0, 9.1, 3.0)
# Bone that belongs to the lesser trochanter: this near to its most prominent point, mm.
TROCHANTER_REACH_MM = 20.0
# Bone that belongs to the ischium: behind and below this point of the resting pelvis, mm.
ISCHIUM_BEHIND_MM, ISCHIUM_BELOW_MM = 12.0, 15.0
HAMSTRINGS = ("semimembranosus", "biceps_femoris_long_head", "semitendinosus")
ILIOPSOAS = ("psoas", "iliacus")
# The tendons near their bones: this much of a muscle's resting length along the body's axis, mm.
TENDON_REACH_MM = 60.0


Cut = tuple[np.ndarray, np.ndarray]


class IschiofemoralSpace:
    """The regions of both sides, chosen once; `bodies` are the names in the order of the transforms."""

    def __init__(self, anatomy: Anatomy, bodies: Sequence[str]) -> None:
        self._bones, self._pelvis = anatomy.bones, bodies.index("pelvis")
        bone, muscle = anatomy.bones.vertices * 1000.0, anatomy.muscle_surface.vertices * 1000.0
        self._sides = []
        for side in SIDES:
            trochanter = anatomy.landmarks[f"lesser_trochanter_{side}"][1] * 1000.0
            tuberosity = anatomy.landmarks[f"ischial_tuberosity_{side}"][1] * 1000.0
            behind = (bone[:, 1] > ISCHIUM_BEHIND_MM) & (bone[:, 2] < ISCHIUM_BELOW_MM)
            near = np.linalg.norm(bone - trochanter, axis=1) < TROCHANTER_REACH_MM
            origin = muscle[:, 2] > tuberosity[2] - TENDON_REACH_MM
            insertion = muscle[:, 2] < trochanter[2] + TENDON_REACH_MM
            self._sides.append(
                (
                    bodies.index(f"femur_{side}"),
                    trochanter,
                    region(anatomy.bones, [f"hip_bone_{side}"], behind),
                    region(anatomy.bones, [f"femur_{side}"], near),
                    region(anatomy.muscle_surface, [f"{name}_{side}" for name in HAMSTRINGS], origin),
                    region(anatomy.muscle_surface, [f"{name}_{side}" for name in ILIOPSOAS], insertion),
                )
            )

    def widths(self, snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
        """IFS and QFS, (2,) mm each, left first; infinite where no slice meets both structures."""
        # In a symmetric posture the right side is the left one's mirror image.
        alike = snapshot.posture == snapshot.posture.mirrored()
        widths = []
        for row in range(1 if alike else 2):
            _, pairs = self._cuts(snapshot, row)
            widths.append(
                [min(gap_in_planes(*pair) for pair in pairs[measure]) for measure in ("ifs", "qfs")]
            )
        ifs, qfs = np.array(widths * 2 if alike else widths).T
        return ifs, qfs

    def level_mm(self, snapshot: Snapshot, side: str, measure: str) -> float:
        """Height in the resting pelvis at which the slice with the least "ifs" or "qfs" lies."""
        heights, pairs = self._cuts(snapshot, SIDES.index(side))
        least = [
            min(gap_in_planes(*(in_plane(cuts, plane) for cuts in pair)) for pair in pairs[measure])
            for plane in range(len(heights))
        ]
        return float(heights[int(np.argmin(least))])

    def _cuts(self, snapshot: Snapshot, row: int) -> tuple[np.ndarray, dict[str, list[tuple[Cut, Cut]]]]:
        """Heights of one side's slices, and what each width lies between there: pairs of cuts, the smallest counts."""
        world = snapshot.world_from_rest.astype(float)
        turn, origin = world[self._pelvis, :3, :3], world[self._pelvis, :3, 3]
        femur, trochanter, ischium, bone, hamstrings, iliopsoas = self._sides[row]
        femur_turn = turn.T @ world[femur, :3, :3]
        femur_origin = (world[femur, :3, 3] - origin) @ turn * 1000.0
        heights = (femur_turn @ trochanter + femur_origin)[2] + SLICES_MM
        still = cut(self._bones.vertices[ischium[0]] * 1000.0, ischium[1], heights)
        moved = cut(self._bones.vertices[bone[0]] * 1000.0 @ femur_turn.T + femur_origin, bone[1], heights)
        behind, front = (
            cut((snapshot.muscle_vertices[rows] - origin) @ turn * 1000.0, triangles, heights)
            for rows, triangles in (hamstrings, iliopsoas)
        )
        return heights, {"ifs": [(still, moved)], "qfs": [(behind, front), (behind, moved)]}


def in_plane(cuts: Cut, plane: int) -> Cut:
    """Of a section by several planes, what lies in one."""
    own = cuts[0] == plane
    return cuts[0][own], cuts[1][own]
