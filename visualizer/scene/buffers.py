"""What lives on the graphics card: a batch of surfaces, state and noise textures, a frame buffer."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL

from visualizer.scene.culling import Spheres, in_picture, runs
from visualizer.scene.noise import tileable_noise
from visualizer.scene.shaders import ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Collection

    from visualizer.anatomy.model import Part, Surface

NOTHING = (np.zeros(0, int), np.zeros(0, int))


class Batch:
    """One `Surface` as a vertex array: drawn with one call, solid parts or ghost parts.

    Bones keep the vertices of the balanced stance and are skinned; the others get new ones from snapshots. fibre
    (n, 3): what the surface says where left out. Its paint is the nerve's alone.
    """

    def __init__(
        self, surface: Surface, first_part: int, *, skinned: bool, fibre: np.ndarray | None = None
    ) -> None:
        # Neighbours together: a third faster where a processor stands in for the graphics card.
        order = np.argsort(surface.triangles.min(axis=1), kind="stable")
        self._triangles = np.ascontiguousarray(surface.triangles[order], np.uint32)
        self._vertex_count = len(surface.vertices)
        self._index_of = {part.key: index for index, part in enumerate(surface.parts)}
        self._spheres = Spheres(surface.parts)
        self._spheres.fit(surface.vertices)
        first = np.array([part.first_vertex for part in surface.parts], int)
        self._body = surface.bodies[first, 0] if skinned else None
        # What follows several bodies lies in no one sphere.
        turns = np.ptp(surface.bodies.reshape(len(surface.bodies), -1), axis=1) * (surface.weight < 1.0)
        self._astride = np.maximum.reduceat(turns, first) > 0 if skinned else np.zeros(len(first), bool)
        self.vertex_array = GL.glGenVertexArrays(1)
        self._buffers: list[int] = []
        GL.glBindVertexArray(self.vertex_array)
        usage = GL.GL_STATIC_DRAW if skinned else GL.GL_STREAM_DRAW
        self._positions = self._attribute("a_position", np.asarray(surface.vertices, np.float32), usage)
        self._normals = self._attribute("a_normal", np.asarray(surface.normals, np.float32), usage)
        self._attribute("a_part", (surface.part + first_part).astype(np.uint16)[:, None])
        self._attribute("a_occlusion", np.asarray(surface.occlusion, np.float32)[:, None])
        if skinned:
            self._attribute("a_bodies", surface.bodies.astype(np.uint16))
            self._attribute("a_weight", np.asarray(surface.weight, np.float32)[:, None])
        else:
            own = np.column_stack([surface.fibre, surface.tendon]).astype(np.float32)
            self._attribute("a_fibre", own if fibre is None else fibre)
        self._paint: int | None = None
        self._index = GL.glGenBuffers(1)
        self._buffers.append(self._index)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, self._index)
        GL.glBindVertexArray(0)
        self._parts = surface.parts
        self.set_order([], [])

    def set_order(self, solid: list[Part], ghosts: list[Part]) -> None:
        """Choose the parts to draw; hidden ones cost no drawing, and can still be drawn by their key."""
        drawn = {part.key for part in (*solid, *ghosts)}
        parts = [*solid, *ghosts, *(part for part in self._parts if part.key not in drawn)]
        chosen = [self._triangles[p.first_triangle : p.first_triangle + p.triangle_count] for p in parts]
        indices = np.concatenate(chosen)
        self._sphere_of = np.array([self._index_of[part.key] for part in parts], int)
        self._count = np.array([3 * part.triangle_count for part in parts], int)
        self._first = np.cumsum(self._count) - self._count
        self._solid_parts, self._shown_parts = len(solid), len(solid) + len(ghosts)
        self._solid_runs = self._ghost_runs = NOTHING
        GL.glBindVertexArray(self.vertex_array)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, self._index)
        GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, indices.nbytes, indices, GL.GL_DYNAMIC_DRAW)

    def set_vertices(self, vertices: np.ndarray, normals: np.ndarray) -> None:
        """Replace positions and normals, each (n, 3) float32, with n as at the start."""
        if vertices.shape != (self._vertex_count, 3) or normals.shape != vertices.shape:
            raise ValueError(f"expected {self._vertex_count} vertices and normals, got {len(vertices)}")
        self._spheres.fit(vertices)
        for buffer, values in ((self._positions, vertices), (self._normals, normals)):
            data = np.ascontiguousarray(values, np.float32)
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
            GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, GL.GL_STREAM_DRAW)

    def aim(self, planes: np.ndarray, world_from_rest: np.ndarray) -> None:
        """Leave out of the next draw calls what lies outside the picture's side planes."""
        centres = self._spheres.centres
        if self._body is not None:
            matrices = world_from_rest[self._body]
            centres = np.einsum("nij,nj->ni", matrices[:, :3, :3], centres) + matrices[:, :3, 3]
        wanted = (in_picture(planes, centres, self._spheres.radii) | self._astride)[self._sphere_of]
        solid, ghosts = slice(self._solid_parts), slice(self._solid_parts, self._shown_parts)
        self._solid_runs = runs(self._first[solid], self._count[solid], wanted[solid])
        self._ghost_runs = runs(self._first[ghosts], self._count[ghosts], wanted[ghosts])

    @property
    def has_solids(self) -> bool:
        """Whether `draw_solid` would draw anything."""
        return len(self._solid_runs[0]) > 0

    @property
    def has_ghosts(self) -> bool:
        """Whether `draw_ghosts` would draw anything."""
        return len(self._ghost_runs[0]) > 0

    def draw_solid(self) -> None:
        """Draw the solid parts with the program in use."""
        self._draw(*self._solid_runs)

    def draw_ghosts(self) -> None:
        """Draw the ghost parts with the program in use."""
        self._draw(*self._ghost_runs)

    def draw_parts(self, keys: Collection[str]) -> None:
        """Draw the parts with these keys, also hidden ones, with the program in use."""
        wanted = np.isin(self._sphere_of, [self._index_of[key] for key in keys if key in self._index_of])
        self._draw(*runs(self._first, self._count, wanted))

    def set_paint(self, paint: np.ndarray) -> None:
        """Replace the colour of each vertex, (n, 4) float32."""
        if self._paint is None:
            GL.glBindVertexArray(self.vertex_array)
            self._paint = self._attribute("a_paint", paint, GL.GL_STREAM_DRAW)
            GL.glBindVertexArray(0)
        data = np.ascontiguousarray(paint, np.float32)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._paint)
        GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, GL.GL_STREAM_DRAW)

    def release(self) -> None:
        """Free everything."""
        GL.glDeleteVertexArrays(1, [self.vertex_array])
        GL.glDeleteBuffers(len(self._buffers), self._buffers)

    def _draw(self, first: np.ndarray, count: np.ndarray) -> None:
        if not len(first):
            return
        GL.glBindVertexArray(self.vertex_array)
        counts, places = count.astype(np.int32), (ctypes.c_void_p * len(first))(*(4 * first).tolist())
        GL.glMultiDrawElements(GL.GL_TRIANGLES, counts, GL.GL_UNSIGNED_INT, places, len(first))

    def _attribute(self, name: str, values: np.ndarray, usage: int = GL.GL_STATIC_DRAW) -> int:
        data = np.ascontiguousarray(values)
        buffer = GL.glGenBuffers(1)
        self._buffers.append(buffer)
        GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
        GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, usage)
        place, width = ATTRIBUTES[name], data.shape[1]
        GL.glEnableVertexAttribArray(place)
        if data.dtype == np.uint16:
            GL.glVertexAttribIPointer(place, width, GL.GL_UNSIGNED_SHORT, 0, None)
        else:
            GL.glVertexAttribPointer(place, width, GL.GL_FLOAT, False, 0, None)
        return int(buffer)


class StateTexture:
    """A few rows of four floats for each part, read by the vertex stage."""

    def __init__(self) -> None:
        self.handle = GL.glGenTextures(1)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.handle)
        for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_NEAREST)

    def set_rows(self, rows: np.ndarray) -> None:
        """Upload (rows, parts, 4) float32."""
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.handle)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_RGBA32F, rows.shape[1], len(rows), 0, GL.GL_RGBA, GL.GL_FLOAT,
            np.ascontiguousarray(rows, np.float32),
        )  # fmt: skip

    def release(self) -> None:
        """Free the texture."""
        GL.glDeleteTextures(1, [self.handle])


def noise_texture() -> int:
    """Upload the noise block as a repeating 3-D texture."""
    block = tileable_noise()
    handle = int(GL.glGenTextures(1))
    GL.glBindTexture(GL.GL_TEXTURE_3D, handle)
    for name in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T, GL.GL_TEXTURE_WRAP_R):
        GL.glTexParameteri(GL.GL_TEXTURE_3D, name, GL.GL_REPEAT)
    for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
        GL.glTexParameteri(GL.GL_TEXTURE_3D, name, GL.GL_LINEAR)
    depth, height, width, _ = block.shape
    GL.glTexImage3D(
        GL.GL_TEXTURE_3D, 0, GL.GL_RGBA8, width, height, depth, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, block
    )
    return handle


class ColourBuffer:
    """Colour alone, in a texture, drawn to and then read by a shader."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.texture = int(GL.glGenTextures(1))
        GL.glBindTexture(GL.GL_TEXTURE_2D, self.texture)
        for name in (GL.GL_TEXTURE_MIN_FILTER, GL.GL_TEXTURE_MAG_FILTER):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_LINEAR)
        for name in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T):
            GL.glTexParameteri(GL.GL_TEXTURE_2D, name, GL.GL_CLAMP_TO_EDGE)
        GL.glTexImage2D(
            GL.GL_TEXTURE_2D, 0, GL.GL_RGBA8, width, height, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, None
        )
        self.handle = int(GL.glGenFramebuffers(1))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        GL.glFramebufferTexture2D(
            GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0, GL.GL_TEXTURE_2D, self.texture, 0
        )

    def release(self) -> None:
        """Free the texture and its frame buffer."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteTextures(1, [self.texture])


class FrameBuffer:
    """Colour, depth and stencil of a size and a number of samples, drawn to and then copied elsewhere."""

    def __init__(self, width: int, height: int, samples: int) -> None:
        self.width, self.height, self.samples = width, height, samples
        self.handle = int(GL.glGenFramebuffers(1))
        self._colour, self._depth = (int(name) for name in GL.glGenRenderbuffers(2))
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.handle)
        for buffer, inside, place in (
            (self._colour, GL.GL_RGBA8, GL.GL_COLOR_ATTACHMENT0),
            (self._depth, GL.GL_DEPTH24_STENCIL8, GL.GL_DEPTH_STENCIL_ATTACHMENT),
        ):
            GL.glBindRenderbuffer(GL.GL_RENDERBUFFER, buffer)
            GL.glRenderbufferStorageMultisample(GL.GL_RENDERBUFFER, samples, inside, width, height)
            GL.glFramebufferRenderbuffer(GL.GL_FRAMEBUFFER, place, GL.GL_RENDERBUFFER, buffer)
        if GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER) != GL.GL_FRAMEBUFFER_COMPLETE:
            raise RuntimeError(f"no OpenGL frame buffer of {width}x{height} with {samples} samples")

    def copy_to(self, target: int, width: int, height: int) -> None:
        """Resolve and, where the sizes differ (only without samples), stretch into another frame buffer."""
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.handle)
        GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target)
        same = (width, height) == (self.width, self.height)
        GL.glBlitFramebuffer(
            0, 0, self.width, self.height, 0, 0, width, height,
            GL.GL_COLOR_BUFFER_BIT, GL.GL_NEAREST if same else GL.GL_LINEAR,
        )  # fmt: skip
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, target)

    def release(self) -> None:
        """Free the frame buffer."""
        GL.glDeleteFramebuffers(1, [self.handle])
        GL.glDeleteRenderbuffers(2, [self._colour, self._depth])
