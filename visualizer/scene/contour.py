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
# Lines are looked for in tiles of so many pixels, where this level of the mask, of texels half as wide, is uneven.
TILE, TILE_LEVEL = 16, 3
# A stage that moves, one at rest, and the inset.
SIZES_KEPT = 3


class Contour:
    """Masks as large as pictures: `begin`, draw each channel, `end`; later `lay` the lines on the picture."""

    def __init__(self) -> None:
        self._masks: dict[tuple[int, int], tuple[ColourBuffer, object]] = {}
        self._picture = 0
        self._size = (0, 0)

    def begin(self, width: int, height: int, content: object = None) -> bool:
        """Draw into an empty mask of this size from now on; False where it already holds this content."""
        self._picture = int(GL.glGetIntegerv(GL.GL_DRAW_FRAMEBUFFER_BINDING))
        self._size = width, height
        buffer, held = self._masks.pop(self._size, (None, None))
        if buffer is None:
            while len(self._masks) >= SIZES_KEPT:
                self._masks.pop(next(iter(self._masks)))[0].release()
            buffer = _mask(width, height)
        self._masks[self._size] = buffer, content
        if content is not None and held == content:
            return False
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffer.handle)
        GL.glViewport(0, 0, width, height)
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT)
        return True

    @staticmethod
    def channel(channel: Channels) -> None:
        """Draw into one channel from now on."""
        GL.glColorMask(*(value > 0.0 for value in channel))

    def end(self) -> None:
        """Go back to the picture."""
        GL.glColorMask(True, True, True, True)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._picture)
        self._bind()
        GL.glGenerateMipmap(GL.GL_TEXTURE_2D)

    def lay(
        self, program: Program, backdrop: materials.Backdrop, line_pixels: float, channels: Channels
    ) -> None:
        """Lay the lines of some channels over the picture, as far away as can be; needs any vertex array bound."""
        self._bind()
        program.use()
        program.set_index("u_mask", TEXTURE_UNIT)
        program.set_pair("u_size", self._size)
        program.set_index("u_tile", TILE)
        program.set_number("u_level", TILE_LEVEL)
        program.set_number("u_pixel", line_pixels)
        program.set_four("u_channels", channels)
        for name in ("ghost", "selected", "pointed"):
            program.set_vector(f"u_{name}", materials.linear(getattr(backdrop, name)))
        columns, rows = (-(-length // TILE) for length in self._size)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 6 * columns * rows)

    def release(self) -> None:
        """Free the masks."""
        for buffer, _ in self._masks.values():
            buffer.release()
        self._masks.clear()

    def _bind(self) -> None:
        GL.glActiveTexture(GL.GL_TEXTURE0 + TEXTURE_UNIT)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._masks[self._size][0].texture)


def _mask(width: int, height: int) -> ColourBuffer:
    """A mask with smaller copies of itself."""
    GL.glActiveTexture(GL.GL_TEXTURE0 + TEXTURE_UNIT)
    buffer = ColourBuffer(width, height)
    GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_MAX_LEVEL, TILE_LEVEL)
    GL.glTexParameteri(GL.GL_TEXTURE_2D, GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR_MIPMAP_NEAREST)
    return buffer
