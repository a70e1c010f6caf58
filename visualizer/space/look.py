"""What the lens shows of one place: two slices that can be compared, with their gaps dimensioned and the nerve's shape.

Takes `Findings` and a place; gives both slices with, in each, how far the nerve is from what lies before and behind it
(or the width that the finding measures), and how flat the nerve would have to be where it is touched from both sides.
All of it is geometry of this slice: the model presses nothing, so a nerve drawn flatter is what the overlap asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.snapshot import Snapshot
from visualizer.errors import UserError
from visualizer.space.findings import Finding, Findings
from visualizer.space.gaps import Gap, Walls, flattened, gaps_around, resampled, thickness_axis
from visualizer.space.ladder import OUT_OF_RANGE, OVERLAP, Level
from visualizer.space.planes import (
    Openings,
    Plane,
    is_upright,
    level_of,
    plane_at_site,
    planes_across,
    reach_of,
)
from visualizer.space.section import Outline, Section, section
from visualizer.space.sites import ROOM, sites

# Balanced slices that are kept.
MOST_KEPT = 8
ISCHIUM, FEMUR = ("hip_bone",), ("femur",)
HAMSTRINGS = ("semimembranosus", "biceps_femoris_long_head", "semitendinosus")
# Sizes of an opening, and the marks between which they are taken.
MARKS = {"height": ("floor", "roof"), "depth": ("disc_back", "facet_front")}
WIDTHS = {"ifs": (ISCHIUM, FEMUR), "qfs": (HAMSTRINGS, ("femur", "psoas", "iliacus"))}


@dataclass(frozen=True, eq=False)
class Slice:
    """One of the two slices: what lies where, the gaps, and the nerve that is looked at.

    nerve: its outline as it is drawn; flattened: share 0-1 of its thickness that is missing, and then before: its
    outline without that, else None.
    """

    section: Section
    gaps: tuple[Gap, ...]
    nerve: Outline | None
    flattened: float
    before: Outline | None

    @property
    def thickness_mm(self) -> float | None:
        """Thickness of the nerve as it is drawn, None where there is none."""
        if self.nerve is None:
            return None
        shape = resampled((self.before or self.nerve).loops[0])
        return float(np.ptp(shape @ thickness_axis(shape))) * (1.0 - self.flattened)


@dataclass(frozen=True, eq=False)
class Look:
    """A place, balanced and now. finding: what it is about, or None for a point of the nerve at position_mm.

    room_mm: the room there, balanced and now, None where it is no distance or cannot be had.
    """

    side: str
    finding: Finding | None
    position_mm: float | None
    levels: tuple[Level, Level]
    room_mm: tuple[float | None, float | None]
    balanced: Slice
    now: Slice

    @property
    def told(self) -> bool:
        """Whether the figure now means anything: not where the surfaces overlap or nothing was checked."""
        return self.finding is None or self.finding.reason not in (OVERLAP, OUT_OF_RANGE)


def look_at_site(anatomy: Anatomy, found: Findings, finding: Finding) -> Look:
    """The slices of a finding's place."""
    resting, moved = plane_at_site(anatomy, found, finding)
    balanced = anatomy.prepared(RestingSlices).sliced(found.resting, resting, finding)
    now = sliced(anatomy, found.snapshot, moved, finding)
    values = (finding.balanced, finding.now) if finding.unit == "mm" else (None, None)
    levels = finding.level_balanced, finding.level
    if finding.measure == ROOM:
        balanced = pressed(balanced, finding.balanced, finding.level_balanced)
        now = pressed(now, finding.now, finding.level)
    return Look(finding.side, finding, None, levels, values, balanced, now)


def look_along(anatomy: Anatomy, found: Findings, side: str, along_mm: float) -> Look:
    """The slices across the nerve at a position of its corridor; the nearest one if it ends before that."""
    position = found.corridor.position_mm
    index = int(np.abs(position - along_mm).argmin())
    resting, moved = planes_across(found, side, index)
    balanced = anatomy.prepared(RestingSlices).sliced(found.resting, resting, None)
    now = sliced(anatomy, found.snapshot, moved, None)
    row, levels = SIDES.index(side), tuple(Level)
    corridors = found.corridor_balanced, found.corridor
    before, after = (levels[int(corridor.level[row, index])] for corridor in corridors)
    wide = [float(corridor.front_mm[row, index] + corridor.behind_mm[row, index]) for corridor in corridors]
    room = known(wide[0]), known(wide[1])
    balanced, now = pressed(balanced, room[0], before), pressed(now, room[1], after)
    return Look(side, None, float(position[index]), (before, after), room, balanced, now)


def chosen_look(
    anatomy: Anatomy, found: Findings, side: str, site: str | None, along_mm: float | None
) -> Look:
    """The look at a point of the nerve, or else at a site, or else at the tightest place that can be told.

    Raises UserError for a side, a site or a point that there is not.
    """
    if side not in SIDES:
        raise UserError(f'There is no side "{side}".', f"Choose one of: {', '.join(SIDES)}.")
    if along_mm is not None:
        last = float(found.corridor.position_mm[-1])
        if not 0.0 <= along_mm <= last:
            raise UserError(
                f"The nerve has no point at {along_mm:g} mm.", f"Choose 0 to {last:.0f} mm along the nerve."
            )
        return look_along(anatomy, found, side, along_mm)
    finding = finding_at(found, side, site)
    if finding is None:
        known_sites = dict.fromkeys(item.site for item in found.items)
        raise UserError(f'There is no site "{site}".', f"Choose one of: {', '.join(known_sites)}.")
    return look_at_site(anatomy, found, finding)


def finding_at(found: Findings, side: str, site: str | None) -> Finding | None:
    """The finding that speaks for a site, or for the tightest one that can be told; None where there is none."""
    tightest = found.tightest(side)
    if site is None:
        told = [item for item in tightest if item.level is not Level.CANNOT_TELL]
        return next(iter([*told, *tightest]), None)
    others = (item for item in found.items if item.side == side)
    return next((item for item in [*tightest, *others] if item.site == site), None)


class RestingSlices:
    """Slices of balanced stances, which stay the same while a posture changes: those that were asked for last."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._kept: dict[tuple[object, ...], Slice] = {}

    def sliced(self, resting: Snapshot, plane: Plane, finding: Finding | None) -> Slice:
        """As the function of that name."""
        about = None if finding is None else (finding.site, finding.side, finding.measure)
        key = resting, about, plane.origin.tobytes(), plane.axes_mm.tobytes()
        if key not in self._kept:
            for oldest in list(self._kept)[: max(len(self._kept) - MOST_KEPT + 1, 0)]:
                del self._kept[oldest]
            self._kept[key] = sliced(self._anatomy, resting, plane, finding)
        return self._kept[key]


def sliced(anatomy: Anatomy, snapshot: Snapshot, plane: Plane, finding: Finding | None) -> Slice:
    """A slice with what is to be dimensioned in it."""
    cut = section(anatomy, snapshot, plane, reach_of(finding))
    if finding is None or not is_upright(finding.site):
        nerve = nerve_at(cut, np.zeros(2))
    else:
        # Other roots pass through the plane of an opening too.
        segment = sites(anatomy.root)[finding.site].place.segment
        nerve = nerve_at(cut, np.zeros(2), f"{segment}_{finding.side}")
    gaps: tuple[Gap, ...] = ()
    if finding is not None and finding.measure in WIDTHS:
        gaps = width_between(cut, finding, *WIDTHS[finding.measure])
    elif finding is not None and finding.measure in MARKS:
        gaps = between_marks(anatomy, snapshot, plane, finding)
    elif nerve is not None and (finding is None or finding.measure == ROOM or not is_upright(finding.site)):
        gaps = gaps_around(cut.outlines, nerve)
    return Slice(cut, gaps, nerve, 0.0, None)


def pressed(one: Slice, room_mm: float | None, level: Level) -> Slice:
    """The slice with its nerve as flat as its room makes it, where that is below 0 and can be told."""
    if one.nerve is None or room_mm is None or room_mm >= 0.0 or level is Level.CANNOT_TELL:
        return one
    flat, share = flattened(one.nerve, one.gaps, -room_mm)
    return replace(one, nerve=flat, flattened=share, before=one.nerve)


def nerve_at(cut: Section, point: np.ndarray, key: str = "") -> Outline | None:
    """The loop of a nerve that comes nearest to a point (2,) of the plane, named by the part that it is of.

    key: only the part of that key will do.
    """

    def apart(loop: np.ndarray) -> float:
        return float(np.hypot(*(loop - point).T).min())

    parts = [(apart(loop), part.key) for part in cut.outlines if part.kind == "nerve" for loop in part.loops]
    own = key if key else min(parts, default=(np.inf, ""))[1]
    pieces = [
        (apart(loop), nerve) for nerve in cut.nerves for loop in nerve.loops if not key or nerve.key == key
    ]
    if not pieces:
        return None
    _, nerve = min(pieces, key=lambda piece: piece[0])
    return replace(nerve, key=own, loops=(min(nerve.loops, key=apart),))


def between_marks(anatomy: Anatomy, snapshot: Snapshot, plane: Plane, finding: Finding) -> tuple[Gap, ...]:
    """A size of an opening, from mark to mark."""
    level = level_of(finding.site)
    if level is None:
        return ()
    marks = anatomy.prepared(Openings).placed(snapshot, level, finding.side, MARKS[finding.measure])
    start, end = plane.flat(marks)[:, :2]
    return (Gap(finding.measure, start, end, float(np.linalg.norm(end - start)), ""),)


def named(outlines: Iterable[Outline], names: tuple[str, ...], side: str) -> list[Outline]:
    """The outlines of some structures of one side."""
    keys = {f"{name}_{side}" for name in names}
    return [outline for outline in outlines if outline.key in keys]


def width_between(
    cut: Section, finding: Finding, ones: tuple[str, ...], others: tuple[str, ...]
) -> tuple[Gap, ...]:
    """The smallest distance in the slice between two groups of structures; empty where one of them is not there."""
    near, far = (Walls(named(cut.outlines, names, finding.side)) for names in (ones, others))
    if not near.keys or not far.keys:
        return ()
    found = [gap for gap in (far.nearest(near.start), near.nearest(far.start)) if gap is not None]
    return (replace(min(found, key=lambda gap: gap.mm), kind=finding.measure),)


def known(value: float) -> float | None:
    """The number, or None for one that is not."""
    return value if np.isfinite(value) else None
