"""How things look: every colour, opacity and light of the picture stands here, and only here.

Colours are written as the screen shows them (sRGB, "#rrggbb"); `linear` makes what the shaders reckon with.
Accents that tell layers apart in the panels are Okabe and Ito's, which colour-blind people can tell apart.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES
from visualizer.session import GHOST, HIDDEN, SHOWN
from visualizer.space.ladder import Level

if TYPE_CHECKING:
    from visualizer.anatomy.model import Part
    from visualizer.space.section import Outline

BONE = "#e3d2b2"
CARTILAGE = "#b9cfdd"
TENDON = "#e9dcc6"
LIGAMENT = "#e6dcc4"
NERVE = "#f7c91b"
DURA = "#ded3b4"

MUSCLES = {
    "flexors": "#a06249",
    "glutes": "#91453f",
    "rotators": "#94545f",
    "hamstrings": "#80453a",
    "trunk": "#a16c66",
}

# The three that the story names are told apart from their neighbours.
OWN_COLOURS = {
    "psoas": "#b8867a",
    "rectus_femoris": "#843f38",
    "gluteus_minimus": "#b07a6c",
}

# What a muscle does in a posture, in the picture, the lists and the legend: each of another lightness, so that the
# four are told apart without seeing colours too.
MUSCLE_STATE_COLOURS = {
    "short": "#cc7a16",
    "long": "#6cb0e4",
    "harder": "#4b2413",
    "less": "#d8cfc4",
    "unchanged": "#9b6a5a",
}
# Change of fibre length, in per cent, from which on a state is seen, and from which on in full.
STATE_FROM_PERCENT, STATE_FULL_PERCENT = 1.0, 6.0
# Change of tone that is seen in full.
EFFORT_FULL_TONE = 0.2

LAYER_ACCENTS = {
    "outline": "#c99f86",
    "bones": "#b8a88a",
    "nerve": "#f0e442",
    "flexors": "#e69f00",
    "glutes": "#d55e00",
    "rotators": "#cc79a7",
    "hamstrings": "#0072b2",
    "trunk": "#009e73",
    "ligaments": "#9a9a8c",
}

# The ladder of room, calm and told apart without red or green: lightness falls from step to step.
ROOM_COLOURS = {
    Level.ROOMY: NERVE,
    Level.SNUG: "#b3800f",
    Level.TIGHT: "#7a4aa8",
    Level.PRESSED: "#331459",
    Level.CANNOT_TELL: "#93a0ad",
}

DEFAULT_LAYERS = {
    "outline": SHOWN,
    "bones": SHOWN,
    "nerve": SHOWN,
    "flexors": SHOWN,
    "glutes": GHOST,
    "rotators": SHOWN,
    "hamstrings": SHOWN,
    "trunk": HIDDEN,
    "ligaments": HIDDEN,
}

# What stands between the eye and the nerve roots, on both sides: hidden in views that are for these.
OVER_THE_ROOTS = frozenset(
    f"{name}_{side}"
    for side in SIDES
    for name in (
        "hip_bone",
        "psoas",
        "iliacus",
        "quadratus_lumborum",
        "erector_spinae",
        "multifidus",
        "gluteus_maximus",
        "gluteus_medius",
        "gluteus_minimus",
    )
)
# Name of a view, or beginning of a site's key -> what is hidden there.
OUT_OF_THE_WAY = {
    "l4-s1": OVER_THE_ROOTS,
    "opening_": OVER_THE_ROOTS,
    "lateral_recess_": OVER_THE_ROOTS,
}

GHOST_OPACITY = 0.20
OUTLINE_GHOST = 0.45
# The outline gives way as the picture closes in: height of the picture in m where it is gone, and where it is whole.
OUTLINE_CLOSE_M = (0.24, 0.42)


@dataclass(frozen=True)
class Backdrop:
    """A background gradient, the light that suits it, and the colours of lines on it.

    rim: light (positive) or ink (negative) along silhouettes; ink: the nerve's own edge; ghost: the dashed outline of
    the balanced stance; selected, pointed: outlines of structures; frame: the line round the inset. skin_shade,
    skin_light: the body's shape where it turns from the light and towards it; contour: the line round it.
    """

    middle: str
    edge: str
    exposure: float
    rim: float
    ink: str
    ghost: str
    selected: str
    pointed: str
    frame: str
    skin_shade: str
    skin_light: str
    contour: str


BACKDROPS = {
    "light": Backdrop(
        middle="#fbfcfd", edge="#cbd4de", exposure=1.06, rim=-0.55,
        ink="#4a3806", ghost="#2f6fae", selected="#0b5c8f", pointed="#3d89b8", frame="#aebccb",
        skin_shade="#c39c82", skin_light="#fbeee4", contour="#86604b",
    ),
    "dark": Backdrop(
        middle="#222c38", edge="#07090d", exposure=0.98, rim=0.50,
        ink="#241b02", ghost="#8cc0ee", selected="#9fdcff", pointed="#6fb4dc", frame="#41505f",
        skin_shade="#23262b", skin_light="#86746a", contour="#e2c9b8",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Ink:
    """Colours of what is written over the picture; casing: the thin edge that keeps lines apart from it."""

    paper: str
    paper_opacity: float
    edge: str
    text: str
    muted: str
    accent: str
    casing: str


MARK_INKS = {
    "light": Ink("#ffffff", 0.93, "#c3ced9", "#15202b", "#46545f", "#0b6478", "#ffffff"),
    "dark": Ink("#18212b", 0.93, "#3d4c5b", "#eef3f8", "#b9c5d0", "#5fd0e6", "#0b1016"),
}


def on_screen(colour: str) -> tuple[float, float, float]:
    """Red, green, blue 0..1 as the screen shows them, of an sRGB colour such as "#b9512f"."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return red, green, blue


def linear(colour: str) -> tuple[float, float, float]:
    """Linear-light red, green, blue 0..1 of an sRGB colour such as "#b9512f"."""
    channels = np.array(on_screen(colour))
    bright = ((channels + 0.055) / 1.055) ** 2.4
    red, green, blue = np.where(channels <= 0.04045, channels / 12.92, bright)
    return float(red), float(green), float(blue)


def out_of_the_way(place: str) -> frozenset[str]:
    """Keys of the structures that are hidden in a view, or where a site is looked at."""
    return next((keys for name, keys in OUT_OF_THE_WAY.items() if place.startswith(name)), frozenset())


def base_colour(part: Part) -> np.ndarray:
    """Linear colour of a structure, (3,) float; neighbours differ slightly, left and right do not."""
    if part.layer == "nerve":
        return np.array(linear(DURA if part.kind == "dura" else NERVE))
    if part.layer == "bones":
        return np.array(linear(CARTILAGE if is_cartilage(part) else BONE))
    if part.layer == "ligaments":
        return np.array(linear(CARTILAGE if is_cartilage(part) else LIGAMENT))
    own = OWN_COLOURS.get(stem(part))
    if own is not None:
        return np.array(linear(own))
    return np.array(linear(MUSCLES[part.layer])) * (0.84 + 0.32 * seed(part))


def is_cartilage(part: Part) -> bool:
    """Whether a structure is a disc."""
    return part.kind == "disc"


def seed(part: Part | Outline) -> float:
    """Return a number 0..1 that belongs to a structure's name, the same on both sides."""
    return (zlib.crc32(stem(part).encode()) % 1024) / 1023.0


def stem(part: Part | Outline) -> str:
    """Return a structure's key without its side."""
    return part.key.removesuffix("_left").removesuffix("_right")


@dataclass(frozen=True)
class LensColours:
    """The look inside: paper around the circles, ground (fat) in them, ink for words and lines.

    flesh: lightness of a muscle's fill, so that words can be read on it; vivid: its saturation against the muscle's;
    line: share of ink in its outline.
    """

    paper: str
    ground: str
    rim: str
    ink: str
    muted: str
    flesh: float
    vivid: float
    line: float


LENS = {
    "light": LensColours("#ffffff", "#fdf8ee", "#b9c4ce", "#15202b", "#566677", 0.73, 1.2, 0.50),
    "dark": LensColours("#161e27", "#2c2a29", "#4a5866", "#e9eff5", "#98a8b8", 0.37, 0.85, 0.35),
}
