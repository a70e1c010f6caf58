"""A painted picture with see-through parts, laid over the frame buffer that is bound; uploaded only when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL

from visualizer.scene.shaders import Program

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

# The picture is laid in tiles, and only those that show something: to blend all of it would cost most.
COLUMNS, ROWS = 20, 12
TILE_VERTEX = f"""
uniform int u_tiles[{COLUMNS * ROWS}];
out vec2 v_place;

void main() {{
    int tile = u_tiles[gl_InstanceID];
    vec2 corner = vec2(tile % {COLUMNS} + (gl_VertexID & 1), tile / {COLUMNS} + (gl_VertexID >> 1));
    v_place = corner / vec2({COLUMNS}, {ROWS});
    gl_Position = vec4(2.0 * v_place.x - 1.0, 1.0 - 2.0 * v_place.y, 1.0, 1.0);
}}
"""
SHEET = """
in vec2 v_place;
out vec4 colour;
uniform sampler2D u_sheet;

void main() {
    colour = texture(u_sheet, v_place);
}
"""


class Sheet:
    """Keeps one picture on the graphics card; its context must be current in every call."""

    def __init__(self) -> None:
        self._program: Program | None = None
        self._texture = self._vertex_array = 0
        self._size = (0, 0)
        self._image: QImage | None = None
        self._tiles = np.zeros(0, np.int32)

    def lay(self, image: QImage) -> None:
        """Lay a picture (RGBA, premultiplied) over the whole viewport."""
        if self._program is None:
            self._program = Program(TILE_VERTEX, SHEET)
            self._vertex_array = int(GL.glGenVertexArrays(1))
            self._texture = int(GL.glGenTextures(1))
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        if image is not self._image:
            self._upload(image)
        self._program.use()
        self._program.set_index("u_sheet", 0)
        self._program.set_indices("u_tiles", self._tiles)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        GL.glBindVertexArray(self._vertex_array)
        GL.glDrawArraysInstanced(GL.GL_TRIANGLE_STRIP, 0, 4, len(self._tiles))
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
        self._image, self._size, self._tiles = image, size, tiles_of(image)


def tiles_of(image: QImage) -> np.ndarray:
    """Numbers (n,) int32 of the tiles that are not wholly see-through, row by row from the upper left."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()]
    # A pixel belongs to the tile in which its middle lies.
    tops, lefts = (
        np.ceil(np.arange(count) * length / count - 0.5).astype(int).clip(0, length - 1)
        for count, length in ((ROWS, image.height()), (COLUMNS, image.width()))
    )
    shown = np.maximum.reduceat(np.maximum.reduceat(pixels, tops, axis=0), lefts, axis=1)
    return np.flatnonzero(shown).astype(np.int32)
