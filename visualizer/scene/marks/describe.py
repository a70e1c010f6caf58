"""From findings and what the user chose to the marks over the picture: which places, which words, which numbers.

Pure: no Qt, no pixels. Words come from the text files' `marks` and `legend` tables, short names of sites as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES
from visualizer.body.nerve.tube import RING
from visualizer.lesson.numbers import UNITS, from_to, number, room_left
from visualizer.lesson.text import Words, words
from visualizer.scene.appearance import Appearance, all_parts
from visualizer.scene.marks.blockers import PreparedBlockers
from visualizer.scene.marks.force_describe import forces, with_forces
from visualizer.scene.marks.model import Chip, Legend, Marks, Name, Sample, Tilt
from visualizer.scene.marks.sight import Sight, triangles_of
from visualizer.scene.naming import structure_name
from visualizer.session import GHOST, HIDDEN
from visualizer.space.finding import WHOLE_ROUTE
from visualizer.space.ladder import SMALL_CHANGE, Level
from visualizer.space.planes import plane_at_site, planes_across, reach_of
from visualizer.space.sites import Site, sites

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy, Part, Surface
    from visualizer.body.snapshot import Snapshot
    from visualizer.forces.acting import Acting
    from visualizer.space.findings import Finding, Findings

# The three muscles that the story names; named while they are drawn.
NAMED = ("psoas", "rectus_femoris", "gluteus_minimus")
# A muscle that lies wholly under another has no name while that one is solid: it would stand on the wrong flesh.
COVERED_BY = {"gluteus_minimus": "gluteus_medius"}
MOST_TENDON = 0.3
SCALE = (Level.ROOMY, Level.SNUG, Level.TIGHT, Level.PRESSED)
MUSCLE_STATES = ("short", "long", "harder", "less")


@dataclass(frozen=True)
class Choices:
    """What the user chose, as far as the marks go; fields of `Session`. forces: None where they are not shown."""

    language: str = "en"
    wording: str = "patient"
    side: str = "right"
    site: str | None = None
    along_mm: float | None = None
    pointed_mm: float | None = None
    text_percent: int = 100
    appearance: Appearance = field(default_factory=Appearance)
    forces: Acting | None = None


def describe(anatomy: Anatomy, found: Findings, choices: Choices) -> Marks:
    """The marks over a picture of `found.snapshot`."""
    text = words(choices.language)
    snapshot = found.snapshot
    surface = snapshot.nerve_surface
    modes = {part.key: choices.appearance.mode(part) for part in all_parts(anatomy)}
    solid = frozenset(key for key, mode in modes.items() if mode not in (GHOST, HIDDEN))
    nerve, follows = _rings(surface, snapshot, choices.appearance)
    chips = _chips(anatomy, found, choices, text) if len(nerve) else ()
    rim, rim_with = _rim(anatomy, found, choices)
    nerve_balanced = _rings(surface, found.resting, choices.appearance)[0]
    acting = forces(anatomy, found, choices, modes, nerve_balanced, text)
    key = _legend(found, choices, modes, text)
    return Marks(
        chips=chips,
        chosen=choices.site,
        names=_names(anatomy, snapshot, choices, modes, text),
        tilt=_tilt(found, choices, text),
        legend=key if acting is None else with_forces(key, text, choices.wording),
        nerve=nerve,
        follows=follows,
        rim=rim,
        rim_with=rim_with,
        pointed=_pointed(found, choices),
        blockers=anatomy.prepared(PreparedBlockers).grid(snapshot, solid),
        sight=Sight(snapshot.muscle_vertices, triangles_of(anatomy.muscle_surface, solid)),
        states=(text("marks.balanced"), text("marks.now")),
        text_percent=choices.text_percent,
        forces=acting,
    )


# Markers


def _chips(anatomy: Anatomy, found: Findings, choices: Choices, text: Words) -> tuple[Chip, ...]:
    """Every site of the side talked about that lies on the drawn nerve: the chosen one, then the tightest first."""
    known = sites(anatomy.root)
    chips = [
        Chip(
            site=item.site,
            title=short_name(item.site, known.get(item.site), choices.wording, text),
            value=value_text(item, choices.language),
            word=text(f"level.{item.level}"),
            note=text("level.set_by_user") if item.set_by_user else "",
            level=item.level,
            set_by_user=item.set_by_user,
            place=np.array(item.place_mm) / 1000.0,
        )
        for item in found.tightest(choices.side)
        if _has_a_place(item, known.get(item.site), found.snapshot)
    ]
    return tuple(sorted(chips, key=lambda chip: chip.site != choices.site))


def _has_a_place(item: Finding, site: Site | None, snapshot: Snapshot) -> bool:
    """Whether a marker has something to say, and a place on the drawn nerve; of its whole route, only if not roomy."""
    if item.now is None and item.balanced is None:
        return False
    if item.site == WHOLE_ROUTE:
        return item.level.rank > Level.ROOMY.rank
    return site is None or f"{site.place.segment}_{item.side}" in snapshot.routes


def short_name(key: str, site: Site | None, wording: str, text: Words) -> str:
    """A site's name for a chip; the long one where the text files have no short one."""
    short = text.entries.get(f"marks.short.{key}.{wording}")
    if short is not None or site is None:
        return short or key
    names = site.clinical if wording == "clinical" else site.lay
    return names.get(text.language, names["en"])


def value_text(item: Finding, language: str) -> str:
    """`2.7 → 0.6 mm`, `20.1 mm` where nothing changes, `4.5 → ? mm` where it cannot be told.

    Where it is only the change that is too small to tell, `about 20 mm`: both states lie within the model's error.
    """
    if item.reason == SMALL_CHANGE and item.now is not None:
        written, _ = UNITS[item.unit]
        return words(language)("marks.about", value=f"{number(item.now, 0, language)}{written}")
    now = None if item.level == Level.CANNOT_TELL else item.now
    then = None if item.level_balanced == Level.CANNOT_TELL else item.balanced
    return from_to(room_left(then, item.unit), room_left(now, item.unit), item.unit, language)


# The nerve and the lens


def _rings(surface: Surface, snapshot: Snapshot, appearance: Appearance) -> tuple[np.ndarray, np.ndarray]:
    """Rings (n, RING, 3) m of the drawn nerve, and whether each belongs together with the next (n - 1,)."""
    rings, last = [], []
    for part in surface.parts:
        if appearance.mode(part) != HIDDEN:
            count = (part.vertex_count - 2) // RING
            rows = slice(part.first_vertex, part.first_vertex + count * RING)
            rings.append(snapshot.nerve_vertices[rows].reshape(count, RING, 3))
            last.append(np.arange(count) == count - 1)
    if not rings:
        return np.zeros((0, RING, 3)), np.zeros(0, bool)
    return np.concatenate(rings), ~np.concatenate(last)[:-1]


def _rim(anatomy: Anatomy, found: Findings, choices: Choices) -> tuple[np.ndarray | None, str | None]:
    """Edge (n, 3) m of the slice that the lens shows, and the site it comes and goes with.

    At the chosen point or place; or else at the tightest place, if that is at least snug and marked.
    """
    if choices.along_mm is not None:
        now = planes_across(found, choices.side, _sample_at(found, choices.along_mm))[1]
        return now.rim(), None
    tightest = found.tightest(choices.side)
    item = next((item for item in tightest if choices.site in (None, item.site)), None)
    if item is None or item.site == WHOLE_ROUTE:
        return None, None
    if choices.site is None and item.level.rank <= Level.ROOMY.rank:
        return None, None
    rim = plane_at_site(anatomy, found, item)[1].rim(reach_of(item))
    return rim, item.site if choices.site is None else None


def _pointed(found: Findings, choices: Choices) -> np.ndarray | None:
    """The nerve's middle (3,) m at the point that the mouse is over in the panel's profile."""
    if choices.pointed_mm is None:
        return None
    row = SIDES.index(choices.side)
    return np.asarray(found.corridor.centre_m[row, _sample_at(found, choices.pointed_mm)], float)


def _sample_at(found: Findings, position_mm: float) -> int:
    return int(np.abs(found.corridor.position_mm - position_mm).argmin())


# What tipped


def _tilt(found: Findings, choices: Choices, text: Words) -> Tilt:
    now, balanced = found.snapshot, found.resting
    angle = now.joints_deg["pelvic_tilt"] - balanced.joints_deg["pelvic_tilt"]
    hollow = _lordosis_deg(now) - _lordosis_deg(balanced)
    pelvis = ("level", "forward", "back")[int(np.sign(round(angle, 1)))]
    spine = ("same", "more", "flatter")[int(np.sign(round(hollow, 1)))]
    return Tilt(
        angle_deg=angle,
        pelvis_text=text(f"marks.{choices.wording}.pelvis_{pelvis}", angle=_degrees(angle, choices)),
        spine_text=text(f"marks.{choices.wording}.spine_{spine}", angle=_degrees(hollow, choices)),
        pelvis=_pelvis(now),
        pelvis_balanced=_pelvis(balanced),
        spine=_spine(now),
        spine_balanced=_spine(balanced),
    )


def _degrees(angle: float, choices: Choices) -> str:
    """`10°` in words that say the direction, `+10°` in clinical ones."""
    half = round(angle * 2.0) / 2.0
    plain = number(abs(half), int(half != round(half)), choices.language)
    sign = "" if choices.wording == "patient" or half == 0.0 else "+" if half > 0.0 else "−"
    return f"{sign}{plain}°"


def _lordosis_deg(snapshot: Snapshot) -> float:
    """How far the lumbar levels are extended, summed."""
    return -sum(
        value for name, value in snapshot.joints_deg.items() if name[0] == "l" and name.endswith("_flexion")
    )


def _pelvis(snapshot: Snapshot) -> np.ndarray:
    """(2, 3) m: middle between the posterior, and between the anterior superior iliac spines."""
    at = snapshot.landmarks
    return np.array([(at[f"{spine}_left"] + at[f"{spine}_right"]) / 2.0 for spine in ("psis", "asis")])


def _spine(snapshot: Snapshot) -> np.ndarray:
    """(6, 3) m: middles of L1 to L5, and of the sacrum's upper face."""
    return np.array(
        [snapshot.landmarks[name] for name in (*(f"vertebra_l{n}" for n in range(1, 6)), "s1_endplate")]
    )


# Names and legend


def _names(
    anatomy: Anatomy, snapshot: Snapshot, choices: Choices, modes: dict[str, str], text: Words
) -> tuple[Name, ...]:
    """What is drawn of NAMED; muscles of the side talked about, then of the other, where the first has no room."""
    muscles = {part.key: part for part in anatomy.muscle_surface.parts}
    nerve = _nerve_name(snapshot, choices, text)
    names = [] if nerve is None else [nerve]
    for side in sorted(SIDES, key=lambda side: side != choices.side):
        for stem in NAMED:
            part = muscles.get(f"{stem}_{side}")
            covered = modes.get(f"{COVERED_BY.get(stem)}_{side}", HIDDEN) not in (GHOST, HIDDEN)
            if part is not None and modes[part.key] not in (GHOST, HIDDEN) and not covered:
                names.append(_muscle_name(anatomy.muscle_surface, part, snapshot, choices))
    return tuple(names)


def _muscle_name(surface: Surface, part: Part, snapshot: Snapshot, choices: Choices) -> Name:
    """The name hangs on the muscle's belly: its tendon may run far, beside others."""
    own = np.arange(part.first_vertex, part.first_vertex + part.vertex_count)
    rows = own[surface.tendon[own] < MOST_TENDON]
    return Name(
        part.key,
        structure_name(part.names, choices),
        snapshot.muscle_vertices[rows].astype(float),
        snapshot.muscle_normals[rows].astype(float),
    )


def _nerve_name(snapshot: Snapshot, choices: Choices, text: Words) -> Name | None:
    """The name hangs on the nerve's way down the thigh, where no site is marked."""
    for part in snapshot.nerve_surface.parts:
        if part.key == f"sciatic_femoral_{choices.side}" and choices.appearance.mode(part) != HIDDEN:
            count = (part.vertex_count - 2) // RING
            rows = slice(part.first_vertex, part.first_vertex + count * RING)
            rings = snapshot.nerve_vertices[rows].reshape(count, RING, 3).astype(float)
            return Name(part.key, text("marks.nerve"), rings.mean(axis=1)[::3], np.zeros((0, 3)))
    return None


def _legend(found: Findings, choices: Choices, modes: dict[str, str], text: Words) -> Legend:
    """The whole scale, and of the other signs those that are on the stage."""
    items = found.tightest(choices.side)
    levels = [*SCALE, *({Level.CANNOT_TELL} & {item.level for item in items})]
    room = [Sample(level, text(f"level.{level}")) for level in levels]
    if any(item.set_by_user for item in items):
        room.append(Sample("set_by_user", text("level.set_by_user")))
    groups = [(text("legend.room"), tuple(room))]
    drawn = [state for key, state in found.muscles.items() if modes.get(key, HIDDEN) != HIDDEN]
    signs = {sign for state in drawn for sign in (state.state, state.effort)}
    if choices.appearance.muscle_states and signs & {*MUSCLE_STATES}:
        states = tuple(Sample(sign, text(f"legend.{sign}")) for sign in MUSCLE_STATES if sign in signs)
        groups.append((text("legend.muscles"), states))
    return Legend(tuple(groups))
