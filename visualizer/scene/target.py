"""The frame buffer that the view draws into, remade only when its size or samples change.

With it the number of samples can differ between frames, and a moving picture can be smaller than its window.
"""

from __future__ import annotations

from OpenGL import GL

from visualizer.scene.buffers import FrameBuffer


class Target:
    """Keeps a frame buffer for each number of samples, so that moving and still alternate at no cost."""

    def __init__(self) -> None:
        self._buffers: dict[int, FrameBuffer] = {}
        self._current = 0

    def fit(self, width: int, height: int, samples: int) -> bool:
        """Make the current frame buffer one of this size; return whether it has to be drawn anew."""
        before = self._buffers.get(self._current)
        self._current = samples
        buffer = self._buffers.get(samples)
        if buffer is None or (buffer.width, buffer.height) != (width, height):
            if buffer is not None:
                buffer.release()
            buffer = self._buffers[samples] = FrameBuffer(width, height, samples)
        return buffer is not before

    def bind(self) -> None:
        """Draw into it from now on."""
        buffer = self._buffers[self._current]
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, buffer.handle)
        GL.glViewport(0, 0, buffer.width, buffer.height)

    def show(self, window: int, width: int, height: int) -> None:
        """Copy it to the window's frame buffer, and draw there from now on."""
        self._buffers[self._current].copy_to(window, width, height)
        GL.glViewport(0, 0, width, height)

    def release(self) -> None:
        """Free the frame buffers."""
        for buffer in self._buffers.values():
            buffer.release()
        self._buffers.clear()
