"""Contact sheets in three dimensions: every structure by itself, and the whole left side in every posture.

Drawn by the program's own renderer (`visualizer.export.studio`), each from six sides.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from assets.build.sheets import paper
from assets.build.sheets.plan import SIDES_SEEN
from visualizer.anatomy.model import LAYERS
from visualizer.body.posture import Posture
from visualizer.body.solve import solve
from visualizer.export.studio import Studio
from visualizer.scene.appearance import Appearance, all_parts
from visualizer.scene.cameras import FIELD_OF_VIEW_DEG, Camera
from visualizer.scene.materials import stem
from visualizer.scene.picture import Shown
from visualizer.session import GHOST, HIDDEN, SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PySide6.QtGui import QImage

    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.body.snapshot import Snapshot

CELL_PX = (300, 300)
ROWS = 7
# What hides the nerve and the small rotators from behind.
DEEP_HIDES = ("glutes",)
# What would hide the thigh from below.
BELOW_THE_KNEE = ("tibia_left", "fibula_left", "foot_left")
MARGIN = 1.08


def six_sides(studio: Studio, shown: Shown, points: np.ndarray) -> list[QImage]:
    """Pictures from six sides, framed on points (n, 3) m."""
    pictures = []
    for azimuth_deg, elevation_deg in SIDES_SEEN.values():
        pictures.append(studio.image(shown, camera_on(points, azimuth_deg, elevation_deg)))
    return pictures


def camera_on(points: np.ndarray, azimuth_deg: float, elevation_deg: float) -> Camera:
    """Camera that holds points (n, 3) m, the nearest of them too, which perspective makes larger."""
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    target = float(middle[0]), float(middle[1]), float(middle[2])
    camera = Camera(target, azimuth_deg, elevation_deg, 1.0, 1.0)
    reach = np.abs((points - middle) @ camera.axes().T).max(axis=0)
    nearer = 2.0 * reach[2] * math.tan(math.radians(FIELD_OF_VIEW_DEG) / 2.0)
    width, height = MARGIN * (2.0 * reach[:2] + nearer)
    return replace(camera, width_m=float(width), height_m=float(height))


def points_of(anatomy: Anatomy, snapshot: Snapshot, part: Part) -> np.ndarray:
    """Vertices (n, 3) m of one structure, in the balanced stance where it is a bone."""
    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
    if part in anatomy.bones.parts:
        return anatomy.bones.vertices[rows]
    muscle = part in anatomy.muscle_surface.parts
    return (snapshot.muscle_vertices if muscle else snapshot.nerve_vertices)[rows]


def alone(anatomy: Anatomy, part: Part) -> Appearance:
    """One structure, and but for a bone, the left bones as ghosts."""
    around = HIDDEN if part.layer == "bones" else GHOST
    return Appearance(
        layers=dict.fromkeys(LAYERS, HIDDEN) | {"bones": around},
        parts=the_right(anatomy) | {part.key: SHOWN},
        muscle_states=False,
    )


def the_right(anatomy: Anatomy) -> dict[str, str]:
    """The structures of the right side, hidden."""
    return {part.key: HIDDEN for part in all_parts(anatomy) if part.side == "right"}


def structures(anatomy: Anatomy) -> Iterator[tuple[str, QImage]]:
    """Sheets of every structure of the left and the middle, by layer: file name, sheet."""
    snapshot = solve(anatomy, Posture())
    parts = [part for part in all_parts(anatomy) if part.side != "right"]
    with Studio(anatomy, CELL_PX) as studio:
        for layer in dict.fromkeys(part.layer for part in parts):
            rows = []
            for part in (one for one in parts if one.layer == layer):
                shown = Shown(snapshot, None, alone(anatomy, part))
                words = f"{part.names.clinical['en']}\n({stem(part).replace('_', ' ')})"
                rows.append((words, six_sides(studio, shown, points_of(anatomy, snapshot, part))))
            for number, first in enumerate(range(0, len(rows), ROWS), 1):
                title = f"{layer.capitalize()}, balanced stance, left side"
                yield (
                    f"structures-{layer}-{number}",
                    paper.sheet(title, tuple(SIDES_SEEN), rows[first : first + ROWS]),
                )


def in_postures(anatomy: Anatomy, chosen: Mapping[str, Posture]) -> Iterator[tuple[str, QImage]]:
    """Sheets of the left side in every posture, with all muscles and without the gluteals: file name, sheet."""
    snapshots = {name: solve(anatomy, posture) for name, posture in chosen.items()}
    left = [part for part in anatomy.muscle_surface.parts if part.side != "right"]
    with Studio(anatomy, CELL_PX) as studio:
        for depth, hidden in (("all", ()), ("deep", DEEP_HIDES)):
            layers = dict.fromkeys(LAYERS, SHOWN) | dict.fromkeys(("outline", *hidden), HIDDEN)
            parts = the_right(anatomy) | dict.fromkeys(BELOW_THE_KNEE, HIDDEN)
            appearance = Appearance(layers=layers, parts=parts, muscle_states=False)
            rows = []
            for name, snapshot in snapshots.items():
                points = np.concatenate([points_of(anatomy, snapshot, part) for part in left])
                rows.append((name, six_sides(studio, Shown(snapshot, None, appearance), points)))
            for number, first in enumerate(range(0, len(rows), ROWS), 1):
                title = "Left side in postures" + (", without the gluteals" if hidden else ", all muscles")
                yield (
                    f"postures-{depth}-{number}",
                    paper.sheet(title, tuple(SIDES_SEEN), rows[first : first + ROWS]),
                )
