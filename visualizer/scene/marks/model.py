"""The marks over the picture as plain values, before anybody knows where on the stage they will lie.

Places are metres in the room (LPS), words are ready to be shown. No Qt, no pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from visualizer.scene.marks.blockers import Grid
    from visualizer.scene.marks.sight import Sight
    from visualizer.space.ladder import Level


@dataclass(frozen=True, eq=False)
class Chip:
    """A site's marker: a ring on the nerve and words at the margin.

    value: from balanced to now, with its unit. word: the level. note: says that the user set it, else "". place (3,) m.
    """

    site: str
    title: str
    value: str
    word: str
    note: str
    level: Level
    set_by_user: bool
    place: np.ndarray


@dataclass(frozen=True, eq=False)
class Name:
    """A structure's name; points (n, 3) m on it, and outward normals (n, 3), of which one will carry the line."""

    key: str
    text: str
    points: np.ndarray
    normals: np.ndarray


@dataclass(frozen=True, eq=False)
class Tilt:
    """What tipped, and by how much against balanced.

    pelvis, pelvis_balanced (2, 3) m: from the back to the front upper spine, middle of both sides. spine,
    spine_balanced (n, 3) m: middles of the vertebrae, from the top.
    """

    angle_deg: float
    pelvis_text: str
    spine_text: str
    pelvis: np.ndarray
    pelvis_balanced: np.ndarray
    spine: np.ndarray
    spine_balanced: np.ndarray


@dataclass(frozen=True)
class Sample:
    """One entry of the legend: a level of the ladder, "set_by_user", or a muscle's state, and its word."""

    what: str
    word: str


@dataclass(frozen=True)
class Legend:
    """What the signs on the stage mean, one heading with its samples a group.

    compact: in as few lines as can be, and the first group alone where there is no room for all.
    """

    groups: tuple[tuple[str, tuple[Sample, ...]], ...]
    compact: bool = False


@dataclass(frozen=True, eq=False)
class Arrow:
    """A force, drawn along a line: "pull" and "shear" point along it, "load" at its beginning.

    reach: how long it is, m: the low end of the range, the median, the high end. tries (tries, heads, n, 3) m: points
    evenly spaced along it up to the high end, for each place where it may lie, the best first.
    """

    key: str
    kind: str
    reach: tuple[float, float, float]
    tries: np.ndarray


@dataclass(frozen=True)
class Bar:
    """A reserve: what is needed, and what is there with its range; N m."""

    needed: float
    low: float
    median: float
    high: float


@dataclass(frozen=True, eq=False)
class ForceWords:
    """What is said of a force, at the arrow of the same key, or where that is not drawn at one of `places` (n, 3) m."""

    key: str
    title: str
    lines: tuple[str, ...]
    places: np.ndarray
    bar: Bar | None = None


@dataclass(frozen=True, eq=False)
class Arc:
    """How far the thigh goes back, seen from the side.

    hip (3,) m; free, lost (n, 3): directions from it, over what is left, and over what shortness takes.
    """

    hip: np.ndarray
    free: np.ndarray
    lost: np.ndarray


@dataclass(frozen=True, eq=False)
class Forces:
    """The forces that are drawn where they act; the first words have the first claim to a place.

    balanced: arrows of the balanced stance, for its own pane; nerve_balanced (n, ring, 3) m: its nerve.
    """

    arrows: tuple[Arrow, ...]
    arc: Arc | None
    words: tuple[ForceWords, ...]
    balanced: tuple[Arrow, ...]
    nerve_balanced: np.ndarray


@dataclass(frozen=True, eq=False)
class Marks:
    """Everything that is written over one picture.

    chips, names: candidates, the first has the first claim to a place. chosen: the site that is looked at, or None.
    nerve (n, ring, 3) m: rings of the drawn nerve, which nothing may cover; follows (n - 1,) bool: whether a ring and
    the next belong together. rim (n, 3) m: edge of the lens' slice, or None; rim_with: the site
    with whose marker it comes and goes, or None where a place was chosen. pointed (3,) m: a point of the nerve to
    show, or None. states: the words for balanced and now. forces: None while they are not shown.
    """

    chips: tuple[Chip, ...]
    chosen: str | None
    names: tuple[Name, ...]
    tilt: Tilt
    legend: Legend
    nerve: np.ndarray
    follows: np.ndarray
    rim: np.ndarray | None
    rim_with: str | None
    pointed: np.ndarray | None
    blockers: Grid
    sight: Sight
    states: tuple[str, str]
    text_percent: int
    forces: Forces | None = None
