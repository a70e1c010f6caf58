"""A painted picture with see-through parts, laid over the frame buffer that is bound; uploaded only when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenGL import GL

from visualizer.scene.flat_shaders import BACKDROP_VERTEX
from visualizer.scene.shaders import Program

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SHEET = """
in vec2 v_place;
out vec4 colour;
uniform sampler2D u_sheet;

void main() {
    colour = texture(u_sheet, vec2(0.5 + 0.5 * v_place.x, 0.5 - 0.5 * v_place.y));
}
"""


class Sheet:
    """Keeps one picture on the graphics card; its context must be current in every call."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._texture = self._vertex_array = 0
        self._size = (0, 0)
        self._image: QImage | None = None

    def lay(self, image: QImage) -> None:
        """Lay a picture (RGBA, premultiplied) over the whole viewport."""
        if self._program is None:
            self._program = Program(BACKDROP_VERTEX, SHEET)
            self._vertex_array = int(GL.glGenVertexArrays(1))
            self._texture = int(GL.glGenTextures(1))
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        if image is not self._image:
            self._upload(image)
        self._program.use()
        self._program.set_index("u_sheet", 0)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        GL.glBindVertexArray(self._vertex_array)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
        GL.glBindVertexArray(0)
        GL.glDisable(GL.GL_BLEND)
        GL.glUseProgram(0)

    def release(self) -> None:
        """Free everything."""
        if self._program is not None:
            self._program.release()
            GL.glDeleteVertexArrays(1, [self._vertex_array])
            GL.glDeleteTextures(1, [self._texture])
            self._program, self._image, self._size = None, None, (0, 0)

    def _upload(self, image: QImage) -> None:
        size = image.width(), image.height()
        kind = GL.GL_TEXTURE_2D, 0
        pixels = GL.GL_RGBA, GL.GL_UNSIGNED_BYTE
        if size != self._size:
            for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
                GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_NEAREST)
            GL.glTexImage2D(*kind, GL.GL_RGBA8, *size, 0, *pixels, image.constBits())
        else:
            GL.glTexSubImage2D(*kind, 0, 0, *size, *pixels, image.constBits())
        self._image, self._size = image, size
