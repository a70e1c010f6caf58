"""Lines round structures, one technique for all: their mask, then a full-screen pass that finds its edges.

Red and alpha in the mask are bones and skin of another posture (dashed), green what is selected, blue what is pointed
out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenGL import GL

from visualizer.scene import materials
from visualizer.scene.buffers import ColourBuffer

if TYPE_CHECKING:
    from visualizer.scene.shaders import Program

Channels = tuple[float, float, float, float]
BONES, SKIN = (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
SELECTED, POINTED = (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)
# Lines behind the picture, and lines over it.
GHOST, STRUCTURES = (1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 1.0, 0.0)
TEXTURE_UNIT = 2


class Contour:
    """The mask, as large as the picture: `begin`, draw each channel, `end`; later `lay` the lines on the picture."""

    def __init__(self) -> None:
        self._buffer: ColourBuffer | None = None
        self._picture = 0

    def begin(self, width: int, height: int) -> None:
        """Draw into an empty mask of this size from now on."""
        self._picture = int(GL.glGetIntegerv(GL.GL_DRAW_FRAMEBUFFER_BINDING))
        GL.glActiveTexture(GL.GL_TEXTURE0 + TEXTURE_UNIT)
        if self._buffer is None or (self._buffer.width, self._buffer.height) != (width, height):
            self.release()
            self._buffer = ColourBuffer(width, height)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._buffer.handle)
        GL.glViewport(0, 0, width, height)
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)

    @staticmethod
    def channel(channel: Channels) -> None:
        """Draw into one channel from now on."""
        GL.glColorMask(*(value > 0.0 for value in channel))

    def end(self) -> None:
        """Go back to the picture."""
        GL.glColorMask(True, True, True, True)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._picture)

    def lay(
        self, program: Program, backdrop: materials.Backdrop, line_pixels: float, channels: Channels
    ) -> None:
        """Lay the lines of some channels over the picture, as far away as can be; needs any vertex array bound."""
        if self._buffer is None:
            return
        GL.glActiveTexture(GL.GL_TEXTURE0 + TEXTURE_UNIT)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._buffer.texture)
        program.use()
        program.set_index("u_mask", TEXTURE_UNIT)
        program.set_pair("u_size", (self._buffer.width, self._buffer.height))
        program.set_number("u_pixel", line_pixels)
        program.set_four("u_channels", channels)
        for name in ("ghost", "selected", "pointed"):
            program.set_vector(f"u_{name}", materials.linear(getattr(backdrop, name)))
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)

    def release(self) -> None:
        """Free the mask."""
        if self._buffer is not None:
            self._buffer.release()
            self._buffer = None
