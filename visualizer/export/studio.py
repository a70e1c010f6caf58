"""One anatomy on the graphics card, drawn without a window, picture after picture in one size.

Needs a QGuiApplication and OpenGL (`visualizer.scene.graphics`). Takes `Shown` values and cameras; gives QImages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext

from visualizer.errors import UserError
from visualizer.scene.buffers import FrameBuffer
from visualizer.scene.cameras import INSET
from visualizer.scene.graphics import NO_OPENGL_ADVICE
from visualizer.scene.inset import Inset
from visualizer.scene.materials import BACKDROPS
from visualizer.scene.picture import Picture, Shown

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from visualizer.anatomy.model import Anatomy
    from visualizer.scene.cameras import Camera
    from visualizer.scene.panes import Rect

SAMPLES = 8
# Height, in pixels, of the picture in which a fine line is one pixel thick.
FINE_LINE_HEIGHT = 900
MAX_PIXELS = 40_000_000


class Studio:
    """Draws one anatomy while its `with` block lasts, with a context of its own.

    size: width and height in pixels. Raises UserError for a size that cannot be drawn, or no OpenGL.
    """

    def __init__(self, anatomy: Anatomy, size: tuple[int, int]) -> None:
        self._anatomy, self._size = anatomy, size
        self._context, self._surface = QOpenGLContext(), QOffscreenSurface()

    def __enter__(self) -> Self:
        self._surface.create()
        if not self._context.create() or not self._context.makeCurrent(self._surface):
            raise UserError("OpenGL, which draws the 3-D picture, is not available here.", NO_OPENGL_ADVICE)
        try:
            self._prepare()
        except BaseException:
            self._context.doneCurrent()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for owner in (self._picture, self._inset, self._drawn, self._flat):
            owner.release()
        self._context.doneCurrent()

    def image(self, shown: Shown, camera: Camera, aside: Rect | None = None) -> QImage:
        """Draw a picture; aside: where the small one from the side is laid in, if anywhere."""
        width, height = self._size
        fine = max(1.0, height / FINE_LINE_HEIGHT)
        self._picture.show(shown)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._drawn.handle)
        self._picture.draw(camera, width, height, line_pixels=fine)
        self._drawn.copy_to(self._flat.handle, width, height)
        if aside is not None:
            self._inset.refresh(self._picture, INSET, aside[2:], fine, quick=False)
            GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._flat.handle)
            self._inset.lay(aside, height, BACKDROPS[shown.background], fine)
        pixels = np.zeros((height, width, 4), np.uint8)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 1)
        GL.glReadPixels(0, 0, width, height, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels)
        upright = pixels[::-1].tobytes()
        return QImage(upright, width, height, 4 * width, QImage.Format.Format_RGBX8888).copy()

    def _prepare(self) -> None:
        width, height = self._size
        limit = int(GL.glGetIntegerv(GL.GL_MAX_RENDERBUFFER_SIZE))
        if not (1 <= width <= limit and 1 <= height <= limit and width * height <= MAX_PIXELS):
            raise UserError(
                f"A picture of {width} x {height} pixels cannot be drawn.",
                f"Choose 1 to {limit} pixels a side, and {MAX_PIXELS // 1_000_000} million in all.",
            )
        samples = min(SAMPLES, int(GL.glGetIntegerv(GL.GL_MAX_SAMPLES)))
        self._picture, self._inset = Picture(self._anatomy), Inset()
        self._drawn, self._flat = FrameBuffer(width, height, samples), FrameBuffer(width, height, 0)
