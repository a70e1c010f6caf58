"""The inset: a small picture of its own, drawn anew only when what it shows changed, laid over the stage each frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenGL import GL
from PySide6.QtCore import QElapsedTimer

from visualizer.scene import cameras, flat_shaders
from visualizer.scene.buffers import ColourBuffer, FrameBuffer
from visualizer.scene.items import blend_over
from visualizer.scene.materials import Backdrop, linear
from visualizer.scene.picture import Picture, same
from visualizer.scene.shaders import Program

if TYPE_CHECKING:
    from visualizer.scene.cameras import Camera
    from visualizer.scene.panes import Rect

SAMPLES = 4
# Lines in the small picture against those on the stage.
FINER = 0.75
# While the body moves and a processor draws, it follows at this pace.
PAUSE_MS = 160


class Aside:
    """What the inset shows: the side, or, once a click made them change places, what the stage showed before.

    former: the stage's camera and named view before that; None while they are in their own places.
    """

    def __init__(self) -> None:
        self.former: tuple[Camera, str | None] | None = None

    def camera(self, stage: Camera) -> Camera | None:
        """Where the inset is taken from beside a stage taken from `stage`; None for no inset."""
        if not cameras.is_side(stage):
            return cameras.INSET
        return None if self.former is None else self.former[0]

    def goal(self, stage: Camera) -> Camera | str | None:
        """What a click on the inset brings to the stage: a named view or a camera; None for nothing."""
        if not cameras.is_side(stage):
            return "side"
        return None if self.former is None else self.former[1] or self.former[0]


class Inset:
    """Keeps the small picture; its context must be current in every call."""

    def __init__(self) -> None:
        self._drawn: FrameBuffer | None = None
        self._flat: ColourBuffer | None = None
        self._program: Program | None = None
        self._vertex_array = 0
        self._content: tuple[object, ...] = ()
        self._from: tuple[Camera, tuple[int, int]] | None = None
        self._age = QElapsedTimer()

    def refresh(
        self, picture: Picture, camera: Camera, size: tuple[int, int], pixel: float, *, quick: bool
    ) -> None:
        """Draw the small picture of `size` pixels anew where it no longer shows what the large one does.

        pixel: thickness of a fine line. A quick one follows at a slower pace.
        """
        shown = picture.shown
        content = (shown.snapshot, shown.findings, shown.appearance, shown.background)
        if self._from == (camera, size) and same(content, self._content):
            return
        if quick and self._age.isValid() and self._age.elapsed() < PAUSE_MS:
            return
        self._age.start()
        if self._drawn is None or self._flat is None or (self._flat.width, self._flat.height) != size:
            self._free()
            self._drawn, self._flat = FrameBuffer(*size, SAMPLES), ColourBuffer(*size)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._drawn.handle)
        picture.draw(camera, *size, line_pixels=FINER * pixel, alone=True)
        self._drawn.copy_to(self._flat.handle, *size)
        self._content, self._from = content, (camera, size)

    def lay(self, rect: Rect, stage_height: int, backdrop: Backdrop, pixel: float) -> None:
        """Lay the small picture over the bound frame buffer; pixel: thickness of a fine line."""
        if self._flat is None:
            return
        if self._program is None:
            self._program = Program(flat_shaders.BACKDROP_VERTEX, flat_shaders.INSET)
            self._vertex_array = int(GL.glGenVertexArrays(1))
        left, top, width, height = rect
        GL.glViewport(left, stage_height - top - height, width, height)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._flat.texture)
        self._program.use()
        self._program.set_index("u_picture", 0)
        self._program.set_pair("u_size", (width, height))
        self._program.set_number("u_pixel", pixel)
        self._program.set_vector("u_line", linear(backdrop.frame))
        GL.glEnable(GL.GL_BLEND)
        blend_over()
        GL.glBindVertexArray(self._vertex_array)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glBindVertexArray(0)
        GL.glDisable(GL.GL_BLEND)
        GL.glUseProgram(0)

    def release(self) -> None:
        """Free everything."""
        self._free()
        if self._program is not None:
            self._program.release()
            GL.glDeleteVertexArrays(1, [self._vertex_array])
            self._program = None

    def _free(self) -> None:
        for buffer in (self._drawn, self._flat):
            if buffer is not None:
                buffer.release()
        self._drawn = self._flat = None
        self._from = None
