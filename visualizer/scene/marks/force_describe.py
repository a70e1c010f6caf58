"""From the forces of a posture to arrows, an arc and words: which lines, how long, what is said.

Pure: no Qt, no pixels. Words come from the text files' `forces` table; patients are told ratios, clinicians newtons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from visualizer.lesson.numbers import number
from visualizer.lesson.text import Words
from visualizer.scene.marks.model import Arc, Arrow, Bar, Forces, ForceWords, Legend, Sample
from visualizer.scene.naming import structure_name
from visualizer.session import HIDDEN

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy
    from visualizer.forces.acting import Acting
    from visualizer.forces.draws import Interval
    from visualizer.forces.loads import LevelLoad
    from visualizer.forces.stance import Stance
    from visualizer.scene.marks.describe import Choices
    from visualizer.space.findings import Findings

PULLING = ("psoas", "rectus_femoris", "gluteus_minimus")
# How long an arrow is drawn for each newton: discs carry some ten times what a muscle pulls.
PULL_M_PER_N, LOAD_M_PER_N = 0.0005, 0.000025
# Where along the muscle an arrow may begin, and how far it may reach beyond the origin, m.
BEGINNINGS, BEYOND_M = np.linspace(0.02, 0.85, 14), 0.4
# From a disc's middle: to its faces, to its front edge, and how far its arrows may step forwards, m.
HALF_DISC_M, FRONT_M = 0.006, 0.021
STEPS_M = (0.0, 0.008, 0.016, 0.024, 0.034)
POINTS, ARC_POINTS = 25, 30
# From which ratio on a pull or a load is said to be what.
PULL_SAID = (
    (0.4, "much_less"), (0.75, "half"), (1.0, "little_less"), (1.25, "little_more"), (1.75, "half_more"),
    (2.5, "twice"), (3.5, "thrice"), (np.inf, "much_more"),
)  # fmt: skip
LOAD_SAID = ((0.9, "less"), (1.0, "little_less"), (1.3, "little_more"), (np.inf, "more"))
PLENTY = 1.5
# Where the reserve of a hip may be told.
ABOUT_THE_HIP = ("hip_centre", "greater_trochanter", "asis")


def forces(
    anatomy: Anatomy,
    found: Findings,
    choices: Choices,
    modes: Mapping[str, str],
    nerve_balanced: np.ndarray,
    text: Words,
) -> Forces | None:
    """The forces to be drawn; None where they are not shown, or not known yet for this posture.

    nerve_balanced (n, ring, 3) m: rings of the drawn nerve in the balanced stance.
    """
    acting = choices.forces
    if acting is None or acting.posture != found.snapshot.posture:
        return None
    say = Sayer(choices, text)
    pulling = [f"{stem}_{choices.side}" for stem in PULLING]
    pulling = [key for key in pulling if modes.get(key, HIDDEN) != HIDDEN]
    words: list[ForceWords] = []
    if acting.stance is not None:
        words.append(_reserve(acting.stance, found, say))
    if acting.loads is not None:
        for key in pulling:
            names = next(muscle.names for muscle in anatomy.muscles if muscle.key == key)
            said = say.pull(acting.loads.pull_n[key], acting.ratio[key])
            middle = acting.lines[key][len(acting.lines[key]) // 2]
            words.append(ForceWords(key, structure_name(names, choices), said, middle[None]))
        for level, at in acting.loads.levels.items():
            place = acting.discs[level][0]
            words.append(ForceWords(level, say(level), say.load(at), place[None]))
    words.append(_extension(anatomy, acting, choices, say))
    return Forces(
        arrows=_arrows(acting, pulling),
        arc=_arc(anatomy, acting, found, choices.side),
        words=tuple(words),
        balanced=() if acting.balanced is None else _arrows(acting.balanced, pulling),
        nerve_balanced=nerve_balanced,
    )


def _arrows(acting: Acting, pulling: Sequence[str]) -> tuple[Arrow, ...]:
    """Arrows of what the lower discs carry, and of these muscles."""
    if acting.loads is None:
        return ()
    levels = [
        arrow
        for level, at in acting.loads.levels.items()
        for arrow in _level_arrows(level, at, acting.discs[level])
    ]
    pulls = [_pull_arrow(key, acting.loads.pull_n[key], acting.lines[key]) for key in pulling]
    return *levels, *pulls


def with_forces(legend: Legend, text: Words, wording: str) -> Legend:
    """What the arrows are and who computed them instead of the scale of room: markers say their level beside them."""
    samples = tuple(
        Sample(what, text(f"forces.{wording}.legend_{what}")) for what in ("pull", "load", "range")
    )
    return Legend(((text(f"forces.{wording}.legend"), samples), *legend.groups[1:]), compact=True)


class Sayer:
    """Says forces in the wording and language that were chosen."""

    def __init__(self, choices: Choices, text: Words) -> None:
        self.choices, self.text = choices, text
        self.plain = choices.wording == "patient"

    def __call__(self, key: str, **values: object) -> str:
        """Words of the chosen wording."""
        return self.text(f"forces.{self.choices.wording}.{key}", **values)

    def number(self, value: float, digits: int = 0, signed: bool = False) -> str:
        """A number as it is read."""
        return number(value, digits, self.choices.language, signed)

    def range(self, of: Interval, digits: int = 0) -> str:
        """`29–118`, `−12 to 30`."""
        key = "forces.range" if of.low >= 0.0 else "forces.range_signed"
        return self.text(key, low=self.number(of.low, digits), high=self.number(of.high, digits))

    def pull(self, pull: Interval, ratio: Interval) -> tuple[str, ...]:
        """What a muscle pulls, N and against balanced."""
        if self.plain:
            return (self(f"pull_{_said(ratio.low, ratio.median, ratio.high, PULL_SAID)}"),)
        return (self("pull", median=self.number(pull.median), range=self.range(pull)),)

    def load(self, at: LevelLoad) -> tuple[str, ...]:
        """What a disc carries."""
        if self.plain:
            change = at.compression_change
            before = at.compression.median - change.median
            low, median, high = (1.0 + each / before for each in (change.low, change.median, change.high))
            return (self(f"load_{_said(low, median, high, LOAD_SAID)}"),)
        return tuple(
            self("load" if change.low or change.high else "load_alone", **self._with_change(now, change))
            for now, change in ((at.compression, at.compression_change), (at.shear, at.shear_change))
        )

    def _with_change(self, now: Interval, change: Interval) -> dict[str, str]:
        return {
            "median": self.number(now.median),
            "range": self.range(now),
            "change": self.number(change.median, signed=True),
            "change_range": self.range(change),
        }


def _said(low: float, median: float, high: float, steps: tuple[tuple[float, str], ...]) -> str:
    """Which words a ratio to balanced has: "balance" if it is that, "same" where its range holds 1."""
    if low == median == high == 1.0:
        return "balance"
    if low <= 1.0 <= high:
        return "same"
    return next(name for most, name in steps if median < most)


def _pull_arrow(key: str, pull: Interval, line: np.ndarray) -> Arrow:
    """An arrow along a muscle's line (n, 3) m, from the insertion towards the origin."""
    reach = _reach(pull, PULL_M_PER_N)
    return Arrow(
        key, "pull", reach, np.array([[_along(_from(line, share), reach[2])] for share in BEGINNINGS])
    )


def _from(line: np.ndarray, share: float) -> np.ndarray:
    """A line (n, 3) from a share of its points on, and straight on beyond its end."""
    at = share * (len(line) - 1)
    first = int(at) + 1
    start = line[first - 1] + (at - first + 1) * (line[first] - line[first - 1])
    ahead = line[-1] - line[-2]
    return np.vstack([start, line[first:], line[-1] + BEYOND_M * ahead / np.linalg.norm(ahead)])


def _level_arrows(level: str, at: LevelLoad, disc: np.ndarray) -> list[Arrow]:
    """Two opposed arrows across a disc (3, 3), and one forwards from its front edge."""
    middle, up, forwards = disc
    places = middle + np.array(STEPS_M)[:, None] * forwards
    sign = 1.0 if at.shear.median >= 0.0 else -1.0
    pressing, shearing = _reach(at.compression, LOAD_M_PER_N), _reach(at.shear, sign * LOAD_M_PER_N)
    opposed = [_straight(places + way * HALF_DISC_M * up, way * up, pressing[2]) for way in (1.0, -1.0)]
    forward = _straight(places + FRONT_M * forwards, sign * forwards, shearing[2])
    return [
        Arrow(level, "load", pressing, np.stack(opposed, axis=1)),
        Arrow(f"{level}_shear", "shear", shearing, forward[:, None]),
    ]


def _straight(starts: np.ndarray, way: np.ndarray, length_m: float) -> np.ndarray:
    """Points (tries, POINTS, 3) m from each of `starts` (tries, 3) in one direction (3,)."""
    return np.asarray(starts[:, None] + np.linspace(0.0, length_m, POINTS)[:, None] * way)


def _along(line: np.ndarray, length_m: float) -> np.ndarray:
    """Points (POINTS, 3) m along a line (n, 3), evenly spaced."""
    so_far = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    distance = np.linspace(0.0, length_m, POINTS)
    return np.column_stack([np.interp(distance, so_far, line[:, axis]) for axis in range(3)])


def _reach(of: Interval, m_per_n: float) -> tuple[float, float, float]:
    """How long an arrow is, shortest first, m; what pushes the other way has no length."""
    near, median, far = sorted(max(m_per_n * value, 0.0) for value in (of.low, of.median, of.high))
    return near, median, far


def _reserve(stance: Stance, found: Findings, say: Sayer) -> ForceWords:
    """How much of the hip's strength one foot needs; the pelvis' drop, where there is one."""
    needed, there = stance.needed_nm.median, stance.available_nm
    lines: tuple[str, ...]
    if say.plain:
        times = stance.reserve.median
        key = "drops" if stance.drops else "reserve" if times >= PLENTY else "reserve_just"
        lines = (say(key, times=say.number(times)),)
    else:
        lines = (
            say(
                "needed",
                needed=say.number(needed),
                available=say.number(there.median),
                range=say.range(there),
            ),
            say(
                "reserve",
                reserve=say.number(stance.reserve.median, 1),
                range=say.range(stance.reserve, 1),
            ),
        )
        if stance.drops:
            lines = (*lines, say("drops"))
    return ForceWords(
        "reserve",
        say(f"reserve_title_{stance.side}"),
        lines,
        np.array([found.snapshot.landmarks[f"{name}_{stance.side}"] for name in ABOUT_THE_HIP]),
        Bar(needed, there.low, there.median, there.high),
    )


def _extension(anatomy: Anatomy, acting: Acting, choices: Choices, say: Sayer) -> ForceWords:
    lines = []
    for knee, of in acting.extension.items():
        if say.plain and knee != "knee_straight":
            continue
        names = next(muscle.names for muscle in anatomy.muscles if muscle.name == of.stopped_by)
        values = {
            "angle": f"{say.number(of.extension_deg)}°",
            "full": f"{say.number(of.extension_deg - of.change_deg)}°",
            "muscle": structure_name(names, choices),
        }
        shortened = say.number(of.change_deg) != "0"
        lines.append(say(knee if shortened else f"{knee}_full", **values))
    return ForceWords("extension", say("extension_title"), tuple(lines), np.zeros((0, 3)))


def _arc(anatomy: Anatomy, acting: Acting, found: Findings, side: str) -> Arc:
    free, lost = _directions(anatomy, acting, found, side)
    return Arc(found.snapshot.landmarks[f"hip_centre_{side}"], free, lost)


def _directions(
    anatomy: Anatomy, acting: Acting, found: Findings, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """Directions (n, 3) of the thigh from in line with the pelvis to its stop, and on to the full range."""
    of = acting.extension["knee_straight"]
    rest = found.resting.landmarks
    knee = (rest[f"lateral_epicondyle_{side}"] + rest[f"medial_epicondyle_{side}"]) / 2.0
    thigh = (knee - rest[f"hip_centre_{side}"]) * (0.0, 1.0, 1.0)
    thigh = thigh / np.linalg.norm(thigh)
    pelvis = found.snapshot.world_from_rest[anatomy.bodies.index("pelvis"), :3, :3]

    def between(first_deg: float, last_deg: float) -> np.ndarray:
        angle = np.radians(np.linspace(first_deg, last_deg, ARC_POINTS))
        y = thigh[1] * np.cos(angle) - thigh[2] * np.sin(angle)
        z = thigh[1] * np.sin(angle) + thigh[2] * np.cos(angle)
        return np.asarray(np.column_stack([np.zeros(ARC_POINTS), y, z]) @ pelvis.T)

    stop, full = of.extension_deg, of.extension_deg - of.change_deg
    return between(0.0, stop), between(stop, full)
