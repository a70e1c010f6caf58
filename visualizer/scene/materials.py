"""How things look: every colour, opacity and light of the picture stands here, and only here.

Colours are written as the screen shows them (sRGB, "#rrggbb"); `linear` makes what the shaders reckon with.
Accents that tell layers apart in the panels are Okabe and Ito's, which colour-blind people can tell apart.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.session import GHOST, HIDDEN, SHOWN
from visualizer.space.ladder import Level

if TYPE_CHECKING:
    from visualizer.anatomy.model import Part

BONE = "#e3d2b2"
CARTILAGE = "#b9cfdd"
TENDON = "#e9dcc6"
NERVE = "#f7c91b"
HIGHLIGHT = "#56b4e9"

MUSCLES = {
    "flexors": "#a06249",
    "glutes": "#91453f",
    "rotators": "#94545f",
    "hamstrings": "#80453a",
    "trunk": "#a16c66",
}

LAYER_ACCENTS = {
    "outline": "#c99f86",
    "bones": "#b8a88a",
    "nerve": "#f0e442",
    "flexors": "#e69f00",
    "glutes": "#d55e00",
    "rotators": "#cc79a7",
    "hamstrings": "#0072b2",
    "trunk": "#009e73",
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
}

# What stands between the eye and what a view is for: a ghost there, unless hidden anyway.
VIEW_GHOSTS = {
    "l4-s1": frozenset(
        f"{name}_right"
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
    ),
}

GHOST_OPACITY = 0.20
OUTLINE_GHOST = 0.45
# The outline gives way as the picture closes in: height of the picture in m where it is gone, and where it is whole.
OUTLINE_CLOSE_M = (0.24, 0.42)


@dataclass(frozen=True)
class Backdrop:
    """A background gradient and the light that suits it.

    rim: light (positive) or ink (negative) along silhouettes; halo: strength of the nerve's glow. skin_shade,
    skin_light: the body's shape where it turns from the light and towards it; contour: the line round it.
    """

    middle: str
    edge: str
    exposure: float
    rim: float
    halo: float
    skin_shade: str
    skin_light: str
    contour: str


BACKDROPS = {
    "light": Backdrop(
        middle="#fbfcfd",
        edge="#cbd4de",
        exposure=1.06,
        rim=-0.55,
        halo=0.16,
        skin_shade="#c39c82",
        skin_light="#fbeee4",
        contour="#86604b",
    ),
    "dark": Backdrop(
        middle="#222c38",
        edge="#07090d",
        exposure=0.98,
        rim=0.50,
        halo=0.45,
        skin_shade="#23262b",
        skin_light="#86746a",
        contour="#e2c9b8",
    ),
}


def linear(colour: str) -> tuple[float, float, float]:
    """Linear-light red, green, blue 0..1 of an sRGB colour such as "#b9512f"."""
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    bright = ((channels + 0.055) / 1.055) ** 2.4
    red, green, blue = np.where(channels <= 0.04045, channels / 12.92, bright)
    return float(red), float(green), float(blue)


def on_screen(colour: str) -> tuple[float, float, float]:
    """Red, green, blue 0..1 of "#b9512f" as the screen shows them."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return red, green, blue


def base_colour(part: Part) -> np.ndarray:
    """Linear colour of a structure, (3,) float; neighbours differ slightly, left and right do not."""
    if part.layer == "nerve":
        return np.array(linear(NERVE))
    if part.layer == "bones":
        return np.array(linear(CARTILAGE if is_cartilage(part) else BONE))
    return np.array(linear(MUSCLES[part.layer])) * (0.84 + 0.32 * seed(part))


def is_cartilage(part: Part) -> bool:
    """Whether a structure of the bone layer is a disc."""
    return part.kind == "disc"


def seed(part: Part) -> float:
    """Return a number 0..1 that belongs to a structure's name, the same on both sides."""
    stem = part.key.removesuffix("_left").removesuffix("_right")
    return (zlib.crc32(stem.encode()) % 1024) / 1023.0
