"""The standing lumbar spine: where each vertebra, disc and facet joint lies.

Takes the published sizes of `assets/anatomy/vertebrae.toml` and the symmetrised sacrum (mm, LPS, standing);
gives a frame for each level: origin at the body's centre, x left, y along the body backwards, z up.
Endplates are inclined by the published lordosis and its split (Yukawa 2019, Bernhardt & Bridwell 1989).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import trimesh

SIZES = Path(__file__).parents[1] / "anatomy" / "vertebrae.toml"
LEVELS = ("l1", "l2", "l3", "l4", "l5")
# Where the top of the sacrum has turned so far from its plane, the endplate ends.
RIM_DEG = 20.0
JOINTS = ("l1_l2", "l2_l3", "l3_l4", "l4_l5", "l5_s1")


@dataclass(frozen=True)
class Endplate:
    """One endplate: centre (3,) mm, inclination (deg, back edge up is positive), width and depth in mm."""

    centre: np.ndarray
    inclination_deg: float
    width: float
    depth: float

    @property
    def axes(self) -> np.ndarray:
        """(3, 3), columns left, back, up in the standing frame."""
        return turn(self.inclination_deg)


@dataclass(frozen=True)
class Joint:
    """A pair of facet joints; `frame` (4, 4) carries x left, y back, z up of the joint to the standing frame.

    The left joint's centre is at (half_width, 0, 0), its normal `sagittal_deg` from the left to the front.
    """

    frame: np.ndarray
    half_width: float
    sagittal_deg: float
    height: float
    breadth: float


@dataclass(frozen=True)
class Level:
    """One vertebra: its frame (4, 4), endplates, sizes (mm) and the facet joints above and below."""

    name: str
    frame: np.ndarray
    upper: Endplate
    lower: Endplate
    size: dict[str, float]
    shape: dict[str, float]
    joint_above: Joint
    joint_below: Joint

    @property
    def wedge_deg(self) -> float:
        """Angle between the endplates, wider in front is positive."""
        return self.lower.inclination_deg - self.upper.inclination_deg


@dataclass(frozen=True)
class Spine:
    """Five levels from L1 down, and the upper surface of the sacrum."""

    levels: tuple[Level, ...]
    sacrum: Endplate
    facet_gap: float


def turn(inclination_deg: float) -> np.ndarray:
    """(3, 3) whose columns are left, back, up of a frame with its back edge raised."""
    angle = np.radians(inclination_deg)
    return np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])


def placed(rotation: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """(4, 4) of a rotation (3, 3) and an origin (3,)."""
    frame = np.eye(4)
    frame[:3, :3], frame[:3, 3] = rotation, origin
    return frame


def sacral_endplate(sacrum: trimesh.Trimesh, width: float) -> Endplate:
    """Find the S1 endplate: the flat top of the sacrum, between promontory and back rim."""
    inclination = 45.0
    centre, normal, area = sacrum.triangles_center, sacrum.face_normals, sacrum.area_faces
    for _ in range(10):
        _, back, up = turn(inclination).T
        height = centre @ up
        top = (
            (np.abs(centre[:, 0]) < 16)
            & (normal @ up > np.cos(np.radians(RIM_DEG)))
            & (height > height.max() - 6)
        )
        mean = (normal * area[:, None])[top].sum(axis=0)
        inclination = np.degrees(np.arctan2(-mean[1], mean[2]))
    flat = sacrum.triangles[top].reshape(-1, 3)
    weight = np.repeat(area[top], 3)
    level = np.average(flat @ up, weights=weight)
    front, rear = (flat @ back).min(), (flat @ back).max()
    middle = (front + rear) / 2 * back + level * up
    return Endplate(middle, float(inclination), width, float(rear - front))


def read_sizes(path: Path = SIZES) -> dict[str, Any]:
    """Read the sizes file."""
    return tomllib.loads(path.read_text())


def model_value(row: dict[str, Any]) -> list[float]:
    """Choose the values the build uses: `model` where given, else `published`."""
    values: list[float] = row.get("model", row["published"])
    return values


def inclinations(sizes: dict[str, Any], sacral_deg: float) -> tuple[np.ndarray, np.ndarray]:
    """Inclination of the five upper and the five lower endplates, degrees."""
    lordosis = sizes["lordosis"]
    split = np.array(lordosis["split"])
    segment = split / split.sum() * lordosis["total_deg"]
    upper = sacral_deg - np.cumsum(segment[::-1])[::-1]
    return upper, upper + np.array(lordosis["body_wedge_deg"])


def stand(sacrum: trimesh.Trimesh) -> Spine:
    """Stack L5 to L1 on the sacrum with discs of published mid-height."""
    sizes = read_sizes()
    row = {name: model_value(value) for name, value in sizes["size"].items()}
    below = sacral_endplate(sacrum, sizes["size"]["sacral_width"]["published"][0])
    base = below
    upper_deg, lower_deg = inclinations(sizes, below.inclination_deg)
    plates = []
    for i in reversed(range(len(LEVELS))):
        disc_axis = turn((lower_deg[i] + below.inclination_deg) / 2)[:, 2]
        lower_centre = below.centre + disc_axis * row["disc_height"][i]
        lower = Endplate(
            lower_centre, lower_deg[i], row["endplate_width_lower"][i], row["endplate_depth_lower"][i]
        )
        depth = (row["endplate_depth_upper"][i] + row["endplate_depth_lower"][i]) / 2
        wedge = lower_deg[i] - upper_deg[i]
        height = row["body_height_posterior"][i] + depth * np.tan(np.radians(wedge / 2))
        upper_centre = lower_centre + turn((lower_deg[i] + upper_deg[i]) / 2)[:, 2] * height
        below = Endplate(
            upper_centre, upper_deg[i], row["endplate_width_upper"][i], row["endplate_depth_upper"][i]
        )
        plates.append((below, lower))
    plates.reverse()
    bases = [upper for upper, _ in plates] + [base]
    above = [None, *[lower for _, lower in plates]]
    joints = [facet_joint(sizes, i, above[i], bases[i]) for i in range(len(bases))]
    levels = tuple(
        Level(
            name,
            placed(
                turn((upper.inclination_deg + lower.inclination_deg) / 2), (upper.centre + lower.centre) / 2
            ),
            upper,
            lower,
            {key: value[i] for key, value in row.items() if len(value) == len(LEVELS)},
            level_shape(sizes["shape"], i),
            joints[i],
            joints[i + 1],
        )
        for i, (name, (upper, lower)) in enumerate(zip(LEVELS, plates, strict=True))
    )
    return Spine(levels, base, sizes["facet"]["gap"])


def level_shape(shape: dict[str, Any], index: int) -> dict[str, float]:
    """Pick the proportions of one level."""
    return {
        key: value[index] if isinstance(value, list) else value
        for key, value in shape.items()
        if key != "status"
    }


def facet_joint(sizes: dict[str, Any], index: int, above: Endplate | None, below: Endplate) -> Joint:
    """Place the facet joints over `below` (a vertebra's upper endplate), tilted half-way to `above`."""
    facet, shape = sizes["facet"], sizes["shape"]
    incline = below.inclination_deg if above is None else (below.inclination_deg + above.inclination_deg) / 2
    wall = below.centre + below.axes[:, 1] * below.depth / 2
    behind, over = shape["facet_behind_wall"][index], shape["facet_above_endplate"][index]
    axes = turn(incline)
    return Joint(
        placed(axes, wall + axes[:, 1] * behind + axes[:, 2] * over),
        facet["half_width"][index],
        facet["sagittal_deg"][index],
        facet["height"][index],
        facet["breadth"][index],
    )
