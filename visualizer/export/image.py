"""A picture of the body as a file or a QImage, drawn without a window.

Needs a QGuiApplication and OpenGL (`visualizer.scene.graphics`); the same picture as the view on the screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPainter

from visualizer.errors import UserError
from visualizer.export.studio import Studio
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import INSET, VIEWS, Camera, framed, is_side, projected
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.stage import Inset as StageInset
from visualizer.scene.marks.stage import Stage, corners
from visualizer.scene.materials import BACKDROPS, DEFAULT_LAYERS, out_of_the_way
from visualizer.scene.panes import inset_rect
from visualizer.scene.picture import Shown
from visualizer.session import LAYER_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.snapshot import Snapshot
    from visualizer.scene.marks.model import Marks
    from visualizer.space.findings import Findings


def render_image(
    anatomy: Anatomy,
    snapshot: Snapshot,
    view: str | Camera = "back",
    size: tuple[int, int] = (1600, 1000),
    background: str = "light",
    layers: Mapping[str, str] | None = None,
    findings: Findings | None = None,
    marks: Marks | None = None,
) -> QImage:
    """Draw a snapshot as seen in a named view.

    size: width and height in pixels. background: "light" or "dark". layers: layer -> "shown", "ghost" or
    "hidden"; those of the opening picture where left out. findings: what colours nerve and muscles, and gives the
    outline of the balanced stance. marks: what is written over the picture, which then has the inset too, or nothing.
    Raises UserError for an unknown name, a size that cannot be drawn, or no OpenGL.
    """
    camera = VIEWS.get(view) if isinstance(view, str) else view
    if camera is None:
        raise UserError(f'There is no view named "{view}".', f"Choose one of: {', '.join(VIEWS)}.")
    if background not in BACKDROPS:
        raise UserError(
            f'There is no background named "{background}".', f"Choose one of: {', '.join(BACKDROPS)}."
        )
    name = view if isinstance(view, str) else ""
    appearance = appearance_in(name, layers or {})
    if snapshot.landmarks and name:
        camera = framed(camera, snapshot.landmarks)
    aside = inset_rect(*size) if marks is not None and not is_side(camera) else None
    with Studio(anatomy, size) as studio:
        image = studio.image(Shown(snapshot, findings, appearance, background), camera, aside)
    width, height = size
    overlay = Overlay()
    overlay.set_marks(marks)
    inset = aside and StageInset(corners(aside), lambda points: projected(points, INSET, aside))
    stage = Stage((0.0, 0.0, float(width), float(height)), camera, inset=inset)
    written = overlay.image(stage, background, 1.0)
    if written is not None:
        painter = QPainter(image)
        painter.drawImage(0, 0, written)
        painter.end()
    return image


def appearance_in(view: str, layers: Mapping[str, str]) -> Appearance:
    """What is shown in a named view, with some layers otherwise than in the opening picture. Raises UserError."""
    return Appearance(layers={**DEFAULT_LAYERS, **_checked(layers)}, in_the_way=out_of_the_way(view))


def _checked(layers: Mapping[str, str]) -> Mapping[str, str]:
    for layer, mode in layers.items():
        if layer not in DEFAULT_LAYERS:
            raise UserError(
                f'There is no layer named "{layer}".', f"Choose from: {', '.join(DEFAULT_LAYERS)}."
            )
        if mode not in LAYER_STATES:
            raise UserError(f'A layer cannot be "{mode}".', f"Choose one of: {', '.join(LAYER_STATES)}.")
    return layers
