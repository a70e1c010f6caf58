"""Where to look inside: the plane of a site, or of any point of the nerve, balanced and now.

Takes `Findings`; gives a pair of planes through the same anatomical place, oriented alike, so that two slices can be
compared. Across the nerve both have the right of the patient on the right, as exactly as a plane there can, and so what
lies behind above, also in a bent leg. Openings are cut as they are measured: upright from floor to roof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualizer.anatomy.load import AssetFolder
from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.snapshot import Snapshot
from visualizer.space.corridor import Corridor
from visualizer.space.findings import Finding, Findings
from visualizer.space.foramina import LANDMARKS, LEVELS
from visualizer.space.room import PreparedRoom

# How far from the middle a structure still belongs to the picture, mm: across the nerve, and from bone to bone.
REACH_MM, WIDE_REACH_MM = 32.0, 46.0
RIM_POINTS = 72
# The root begins in the plane in which its opening is measured; this far outside it is whole.
BESIDE_MM = 2.0
# Widths that radiologists measure on axial slices of the pelvis.
AXIAL = ("ifs", "qfs")
# The nerve's direction is taken over this many samples of the corridor to either side.
SMOOTH = 6
RIGHTWARDS = np.array([-1.0, 0.0, 0.0])
ACROSS = {
    "left": ("inner", "behind", "outer", "front"),
    "right": ("outer", "behind", "inner", "front"),
}
UPRIGHT = ("front", "up", "behind", "down")
MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane in the room: origin (3,) m; unit vectors right, up and normal = right x up, which faces the viewer.

    directions: what lies on the right, above, on the left and below, as keys of the text table `lens.direction`.
    """

    origin: np.ndarray
    right: np.ndarray
    up: np.ndarray
    directions: tuple[str, str, str, str]

    @property
    def normal(self) -> np.ndarray:
        """Unit vector (3,) towards the viewer."""
        return np.cross(self.right, self.up)

    @property
    def axes_mm(self) -> np.ndarray:
        """Rows right, up, normal (3, 3), in millimetres a metre."""
        return np.stack([self.right, self.up, self.normal]) * 1000.0

    def flat(self, points: np.ndarray) -> np.ndarray:
        """Right, up and height over the plane (n, 3) mm of points (n, 3) m in the room."""
        return np.asarray((points - self.origin) @ self.axes_mm.T)

    def room(self, points: np.ndarray) -> np.ndarray:
        """Places (n, 3) m in the room of points (n, 2) mm on the plane."""
        return np.asarray(self.origin + points @ np.stack([self.right, self.up]) / 1000.0)

    def rim(self, reach_mm: float = REACH_MM) -> np.ndarray:
        """The edge of the picture in the room: a closed circle of points (n, 3) m, the first repeated at the end."""
        angle = np.linspace(0.0, 2.0 * np.pi, RIM_POINTS + 1)
        return self.room(reach_mm * np.stack([np.cos(angle), np.sin(angle)], axis=1))


class Openings:
    """The marks of each lumbar opening (left side, m), and how much of each follows the bone above and below it."""

    def __init__(self, anatomy: Anatomy) -> None:
        spine: dict[str, Any] = AssetFolder(anatomy.root).table("anatomy/spine.toml")
        self._bodies, self._marks = {}, {}
        for level in LEVELS:
            joint = spine["joints"][level]
            upper, lower = joint["bodies"]
            self._bodies[level] = [anatomy.bodies.index(upper), anatomy.bodies.index(lower)]
            for name in LANDMARKS:
                mark = joint["opening"][name]
                # What belongs to the disc follows both bones by half.
                share = {upper: 1.0, lower: 0.0}.get(mark["body"], 0.5)
                self._marks[level, name] = np.array(mark["point"]) / 1000.0, share

    def placed(self, snapshot: Snapshot, level: str, side: str, names: tuple[str, ...]) -> np.ndarray:
        """Marks (names, 3) m of one opening in the room."""
        world = snapshot.world_from_rest[self._bodies[level]].astype(float)
        mirror = MIRROR if side == "right" else np.ones(3)
        places = []
        for name in names:
            point, share = self._marks[level, name]
            upper, lower = world[:, :3, :3] @ (point * mirror) + world[:, :3, 3]
            places.append(lower + share * (upper - lower))
        return np.stack(places)


def level_of(site: str) -> str | None:
    """The lumbar level whose opening's plane shows a site, or None for one across the nerve."""
    return next((level for level in LEVELS if site.endswith(level)), None)


def is_upright(site: str) -> bool:
    """Whether a site is shown in the plane of an opening of the spine."""
    return level_of(site) is not None or site.startswith("sacral_foramen")


def unit(vector: np.ndarray) -> np.ndarray:
    """The vector (3,), of length 1."""
    return np.asarray(vector / np.linalg.norm(vector))


def upright_plane(origin: np.ndarray, upwards: np.ndarray) -> Plane:
    """A plane seen from the patient's right: `upwards` as exactly as a plane along front and behind can have it."""
    up = unit(upwards * [0.0, 1.0, 1.0])
    return Plane(origin, np.array([0.0, -up[2], up[1]]), up, UPRIGHT)


def direction_at(corridor: Corridor, row: int, index: int) -> np.ndarray:
    """Unit direction (3,) of the nerve, towards the knee, at a sample of the corridor."""
    last = len(corridor.position_mm) - 1
    centre = corridor.centre_m[row].astype(float)
    return unit(centre[min(index + SMOOTH, last)] - centre[max(index - SMOOTH, 0)])


def planes_across(found: Findings, side: str, index: int) -> tuple[Plane, Plane]:
    """Planes across the nerve at a sample of the corridor: balanced, now."""
    row = SIDES.index(side)
    planes = []
    for corridor in (found.corridor_balanced, found.corridor):
        along = direction_at(corridor, row, index)
        right = unit(RIGHTWARDS - (RIGHTWARDS @ along) * along)
        origin = corridor.centre_m[row, index].astype(float)
        planes.append(Plane(origin, right, np.cross(along, right), ACROSS[side]))
    return planes[0], planes[1]


def planes_along(found: Findings, side: str, along_mm: float) -> tuple[Plane, Plane]:
    """Planes across the nerve at a position of its corridor, or at its nearest end: balanced, now."""
    return planes_across(found, side, int(np.abs(found.corridor.position_mm - along_mm).argmin()))


def index_of(found: Findings, side: str, place_mm: Sequence[float]) -> int:
    """The sample of the corridor now that lies nearest to a place (3,) mm in the room."""
    centre = found.corridor.centre_m[SIDES.index(side)] * 1000.0
    return int(np.linalg.norm(centre - np.asarray(place_mm), axis=1).argmin())


def planes_upright(anatomy: Anatomy, found: Findings, finding: Finding) -> tuple[Plane, Plane]:
    """Planes of an opening, or through a root in its recess or foramen: balanced, now."""
    level, side = level_of(finding.site), finding.side
    place = np.asarray(finding.place_mm) / 1000.0
    segment = nearest_root(found.snapshot, side, place)
    index = int(np.linalg.norm(found.snapshot.routes[segment] - place, axis=1).argmin())
    planes = []
    for snapshot in (found.resting, found.snapshot):
        if level is None:
            upper, lower = (snapshot.landmarks[f"sacral_foramen_{name}_{side}"] for name in ("s1", "s2"))
            planes.append(upright_plane(snapshot.routes[segment][index].astype(float), upper - lower))
            continue
        roof, floor = anatomy.prepared(Openings).placed(snapshot, level, side, ("roof", "floor"))
        outward = np.array([1.0 if side == "left" else -1.0, 0.0, 0.0]) * BESIDE_MM / 1000.0
        origin = (roof + floor) / 2 + outward
        planes.append(upright_plane(origin, roof - floor))
    return planes[0], planes[1]


def nearest_root(snapshot: Snapshot, side: str, place: np.ndarray) -> str:
    """The root of that side which passes nearest to a place (3,) m, by its name in `Snapshot.routes`."""
    roots = [f"{name}_{side}" for name in ("l4", "l5", "s1")]
    return min(roots, key=lambda name: float(np.linalg.norm(snapshot.routes[name] - place, axis=1).min()))


def planes_axial(anatomy: Anatomy, found: Findings, finding: Finding) -> tuple[Plane, Plane]:
    """Axial planes of the pelvis where the width is least, as radiologists choose their slice: balanced, now."""
    row, pelvis = SIDES.index(finding.side), anatomy.bodies.index("pelvis")
    space = anatomy.prepared(PreparedRoom).ischiofemoral
    planes = []
    for snapshot, corridor in ((found.resting, found.corridor_balanced), (found.snapshot, found.corridor)):
        level = space.level_mm(snapshot, finding.side, finding.measure) / 1000.0
        world = snapshot.world_from_rest[pelvis].astype(float)
        turn, moved = world[:3, :3], world[:3, 3]
        nerve = (corridor.centre_m[row].astype(float) - moved) @ turn
        origin = nerve[np.abs(nerve[:, 2] - level).argmin()]
        origin[2] = level
        planes.append(Plane(turn @ origin + moved, -turn[:, 0], turn[:, 1], ACROSS[finding.side]))
    return planes[0], planes[1]


def reach_of(finding: Finding | None) -> float:
    """How far a picture of that finding reaches from its middle, mm."""
    return WIDE_REACH_MM if finding is not None and finding.measure in AXIAL else REACH_MM


def plane_at_site(anatomy: Anatomy, found: Findings, finding: Finding) -> tuple[Plane, Plane]:
    """The planes of a finding's place, balanced and now: where it has least room now, and the same place at rest."""
    if is_upright(finding.site):
        return planes_upright(anatomy, found, finding)
    if finding.measure in AXIAL:
        return planes_axial(anatomy, found, finding)
    return planes_across(found, finding.side, index_of(found, finding.side, finding.place_mm))
