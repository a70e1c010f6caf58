"""The lumbar spine of people: the shipped one, scaled and turned with the sacrum's top, its sizes varied.

Takes `spine.toml` (mm, LPS, balanced stance), `sizes.toml` and how the sacrum moved; gives where each vertebra's points
go, one by one.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assets.build.people.shapes import MODES, mean_standing, scanner, shapes
from assets.build.spine import LEVELS

SIZES = Path(__file__).with_name("sizes.toml")
MEASURES = ("vertebra_width", "vertebra_depth", "vertebra_height", "disc_height")
# What of the sacrum tells its scale, and what its endplate's turn: so near to the endplate's centre and to its plane.
TOP_MM, PLATE_MM = 38.0, 3.0
LEFT = np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class Factors:
    """Sizes against the shipped ones, (5,) each: of vertebrae L1 to L5, and of discs L1/2 to L5/S1."""

    vertebra_width: np.ndarray
    vertebra_depth: np.ndarray
    vertebra_height: np.ndarray
    disc_height: np.ndarray


AS_SHIPPED = Factors(*(np.ones(len(LEVELS)) for _ in MEASURES))


@cache
def table() -> dict[str, Any]:
    """`sizes.toml`."""
    return tomllib.loads(SIZES.read_text())


def factors(person: int) -> Factors:
    """Sizes of one person's spine beside its scale: always the same ones for the same number."""
    known = table()
    draw = np.random.default_rng([known["seed"], person])
    together = known["together"]["value"]
    scale_sd = np.std([scale(scores) for scores in shapes().people.T], ddof=1)
    found = []
    for name in MEASURES:
        common, own = draw.standard_normal(), draw.standard_normal(len(LEVELS))
        score = np.sqrt(together) * common + np.sqrt(1.0 - together) * own
        score = np.clip(score, -known["most_sd"], known["most_sd"])
        left = np.sqrt(np.maximum(np.array(known[name]["sd_share"]) ** 2 - scale_sd**2, 0.0))
        found.append(1.0 + left * score)
    return Factors(*found)


@cache
def top(centre: tuple[float, float, float]) -> np.ndarray:
    """Vertices (n,) of the sacrum near the centre of its endplate."""
    sacrum = mean_standing()[0].bones["sacrum"].vertices
    return np.flatnonzero(np.linalg.norm(sacrum - centre, axis=1) < TOP_MM)


def spread(points: np.ndarray) -> float:
    """Root of the summed squares of points (n, 3) about their middle."""
    return float(np.sqrt(((points - points.mean(axis=0)) ** 2).sum()))


def scale(scores: np.ndarray) -> float:
    """Size of the top of a person's sacrum against the mean's."""
    rows = top(tuple(shipped_spine()["s1_endplate"]["centre"]))
    own, mean = (scanner().scan(shapes().nodes(one))["sacrum"] for one in (scores, np.zeros(MODES)))
    return spread(own.vertices[rows]) / spread(mean.vertices[rows])


@cache
def shipped_spine() -> dict[str, Any]:
    """`spine.toml`."""
    return tomllib.loads((Path(__file__).parents[2] / "anatomy" / "spine.toml").read_text())


@dataclass(frozen=True)
class Similarity:
    """Carries the shipped spine onto a person's sacrum: scale, turn (3, 3) about x, from and to (3,) mm."""

    scale: float
    turn: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Where points (n, 3) mm go."""
        return self.scale * (points - self.start) @ self.turn.T + self.end


def similarity(before: np.ndarray, after: np.ndarray, scaled: float) -> Similarity:
    """The similarity for the endplate's vertices (n, 3) before and after: it stays in the mid-sagittal plane."""
    start, end = before.mean(axis=0) * [0, 1, 1], after.mean(axis=0) * [0, 1, 1]
    a, b = (before - start)[:, 1:], (after - end)[:, 1:]
    product = a.T @ b
    angle = np.arctan2(product[0, 1] - product[1, 0], product[0, 0] + product[1, 1])
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return Similarity(scaled, turn, start, end)


def on_endplate(sacrum: np.ndarray) -> np.ndarray:
    """Which vertices (n,) of the mean's sacrum (v, 3) lie on its endplate."""
    plate = shipped_spine()["s1_endplate"]
    away = sacrum - plate["centre"]
    normal = np.array(plate["normal"]) / np.linalg.norm(plate["normal"])
    height = away @ normal
    beside = np.linalg.norm(away - height[:, None] * normal, axis=1)
    return np.flatnonzero((np.abs(height) < PLATE_MM) & (beside < TOP_MM / 2))


def stacked(sizes: Factors) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """For each vertebra the middle (3,) of its body as shipped, the same of these sizes, and its stretch (3, 3)."""
    known = shipped_spine()
    below = new_below = np.array(known["s1_endplate"]["centre"])
    placed = {}
    for index in reversed(range(len(LEVELS))):
        level = known["levels"][LEVELS[index]]
        low, high = (np.array(level[f"{which}_endplate"]["centre"]) for which in ("lower", "upper"))
        up = (high - low) / np.linalg.norm(high - low)
        axes = np.stack([LEFT, np.cross(up, LEFT), up])
        new_low = new_below + sizes.disc_height[index] * (low - below)
        new_high = new_low + sizes.vertebra_height[index] * (high - low)
        own = [getattr(sizes, f"vertebra_{way}")[index] for way in ("width", "depth", "height")]
        stretch = axes.T @ np.diag(own) @ axes
        placed[LEVELS[index]] = (low + high) / 2, (new_low + new_high) / 2, stretch
        below, new_below = high, new_high
    return placed


def resized(points: dict[str, np.ndarray], sizes: Factors) -> dict[str, np.ndarray]:
    """Where points (n, 3) mm of each vertebra lie in a spine of these sizes that stands on the shipped sacrum."""
    placed = stacked(sizes)
    return {name: (own - placed[name][0]) @ placed[name][2] + placed[name][1] for name, own in points.items()}
