"""The whole picture: what is shown, brought to the graphics card when it changed, and drawn pane by pane.

Takes an Anatomy once, then `Shown` values and cameras; draws into the bound frame buffer. The window and the pictures
in files are drawn by this one class, so they are the same. Its context must be current in every call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from OpenGL import GL

from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import is_raised
from visualizer.scene.items import Renderer
from visualizer.scene.materials import BACKDROPS, on_screen
from visualizer.scene.panes import OFF, Pane, panes

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.body.snapshot import Snapshot
    from visualizer.scene.cameras import Camera
    from visualizer.space.findings import Findings

# From this difference of tilt on, the outline of the balanced stance stands beside the body.
GHOST_FROM_DEG = 0.5


@dataclass(frozen=True, eq=False)
class Shown:
    """Everything that the picture shows. findings may lag behind the snapshot; compare: one of `panes.COMPARE`."""

    snapshot: Snapshot | None = None
    findings: Findings | None = None
    appearance: Appearance = field(default_factory=Appearance)
    background: str = "light"
    compare: str = OFF
    wipe: float = 0.5

    def panes(self, width: int, height: int) -> tuple[Pane, ...]:
        """Panes of a stage of this size; only one until the balanced stance is known."""
        return panes(self.compare if self.findings else OFF, self.wipe, width, height)

    def tipped(self) -> bool:
        """Whether the pelvis is tipped against the balanced stance, so that its outline is worth showing."""
        if self.findings is None or self.snapshot is None:
            return False
        change = self.snapshot.posture.tilt_deg - self.findings.resting.posture.tilt_deg
        return abs(change) > GHOST_FROM_DEG


class Picture:
    """One Anatomy on the graphics card."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._renderer = Renderer(anatomy)
        self.shown = Shown()
        self._uploaded: tuple[object, ...] = ()

    def show(self, shown: Shown) -> None:
        """Show this from the next drawing on."""
        if shown.appearance != self.shown.appearance:
            self._renderer.set_appearance(shown.appearance)
        self.shown = shown

    def draw(
        self,
        camera: Camera,
        width: int,
        height: int,
        *,
        line_pixels: float = 1.0,
        quick: bool = False,
        alone: bool = False,
    ) -> None:
        """Draw a picture of this size.

        line_pixels: thickness of a fine line. quick: the picture moves. alone: now, with nothing beside it.
        """
        shown = self.shown
        drawn = panes(OFF, 0.0, width, height) if alone else shown.panes(width, height)
        for pane in drawn:
            self._pose(balanced=pane.balanced, ghost=len(drawn) == 1)
            self._renderer.draw(
                camera.eye_from_world(pane.aspect), camera.clip_from_eye(pane.aspect),
                BACKDROPS[shown.background], _from_below(pane.rect, height), _from_below(pane.seen, height),
                line_pixels=line_pixels, quick=quick,
            )  # fmt: skip
        if len(drawn) > 1:
            self._divide(drawn[-1].seen[0], height, round(2.0 * line_pixels))

    def pick(self, camera: Camera, x: float, y: float, width: int, height: int) -> Part | None:
        """Return the structure at pixel (x, y) from the upper left of a picture of this size, in the pane there."""
        for pane in self.shown.panes(width, height):
            if pane.holds(x, y):
                self._pose(balanced=pane.balanced, ghost=False)
                left, top, wide, high = pane.rect
                return self._renderer.pick(
                    camera.eye_from_world(pane.aspect), camera.clip_from_eye(pane.aspect),
                    x - left, y - top, (wide, high),
                )  # fmt: skip
        return None

    def release(self) -> None:
        """Free everything on the graphics card."""
        self._renderer.release()

    def _divide(self, column: int, height: int, thickness: int) -> None:
        """Draw the line between two panes."""
        thickness = max(1, thickness)
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glScissor(column - thickness // 2, 0, thickness, height)
        GL.glClearColor(*on_screen(BACKDROPS[self.shown.background].frame), 1.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        GL.glDisable(GL.GL_SCISSOR_TEST)

    def _pose(self, *, balanced: bool, ghost: bool) -> None:
        """Bring the posture of a pane to the graphics card, unless it is there."""
        shown, found = self.shown, self.shown.findings
        if shown.snapshot is None:
            return
        wanted = (shown.snapshot, found, balanced)
        if not same(self._uploaded, wanted):
            self._renderer.set_snapshot(found.resting if found and balanced else shown.snapshot)
            self._renderer.set_findings(found, balanced=balanced)
            self._uploaded = wanted
        # Raised thighs carry the skin so far that its resting outline says nothing of the tilt.
        beside = bool(shown.snapshot.landmarks) and not is_raised(shown.snapshot.landmarks)
        self._renderer.set_ghost(found.resting if found and ghost and shown.tipped() else None, skin=beside)


def same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    """Whether two rows of values are the same objects."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _from_below(rect: tuple[int, int, int, int], height: int) -> tuple[int, int, int, int]:
    left, top, wide, high = rect
    return left, height - top - high, wide, high
