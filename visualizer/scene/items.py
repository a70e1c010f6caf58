"""The batched renderer: three vertex arrays, a handful of draw calls a frame, no Qt.

Takes an Anatomy once, then Snapshots, Appearances and cameras; draws into the bound frame buffer of the
current OpenGL 3.3 core context. Pass order: backdrop, solid structures, nerve through what hides it, nerve,
its halo, ghosts (nearest layer only, by a depth pass first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL

from visualizer.scene import materials, shaders
from visualizer.scene.appearance import Appearance, all_parts, drawing_order, state_rows
from visualizer.scene.buffers import Batch, FrameBuffer, StateTexture, noise_texture
from visualizer.scene.culling import side_planes
from visualizer.scene.shaders import Program
from visualizer.scene.skin import LAYER, Skin
from visualizer.session import SHOWN

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.body.snapshot import Snapshot

NERVE_VEIL = 0.42
HALO_M = 0.0032
PICK_PIXELS = 5


def blend_over() -> None:
    """Lay colours over what is there and leave the picture opaque: Qt composes the widget by its alpha."""
    GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)


class Renderer:
    """All of one Anatomy on the graphics card, for one context, which must be current in every call."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.parts = all_parts(anatomy)
        self._surfaces = (anatomy.bones, anatomy.muscle_surface, anatomy.nerve_surface)
        first_muscle = len(anatomy.bones.parts)
        first_nerve = first_muscle + len(anatomy.muscle_surface.parts)
        self._bones = Batch(anatomy.bones, 0, skinned=True)
        self._muscles = Batch(anatomy.muscle_surface, first_muscle, skinned=False)
        self._nerve = Batch(anatomy.nerve_surface, first_nerve, skinned=False)
        self._batches = (self._bones, self._muscles, self._nerve)
        self._skin = Skin(anatomy) if anatomy.outline is not None else None
        self._noise = noise_texture()
        self._states = StateTexture(len(self.parts))
        self._world_from_rest = np.tile(np.eye(4, dtype=np.float32), (len(anatomy.bodies), 1, 1))
        self._programs: dict[str, Program] = {}
        self._pick_buffer: FrameBuffer | None = None
        self._order: tuple[str, ...] = ()
        self.set_appearance(Appearance())

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Upload what a new posture changes."""
        self._world_from_rest = np.ascontiguousarray(snapshot.world_from_rest, np.float32)
        if self._skin is not None:
            self._skin.set_transforms(snapshot.world_from_rest)
        self._muscles.set_vertices(snapshot.muscle_vertices, snapshot.muscle_normals)
        self._nerve.set_vertices(snapshot.nerve_vertices, snapshot.nerve_normals)

    def set_appearance(self, appearance: Appearance) -> None:
        """Upload which parts are drawn and how; the triangle lists only when they changed."""
        self._states.set_rows(state_rows(self.parts, appearance))
        if self._skin is not None:
            self._skin.set_state(appearance.layers.get(LAYER, SHOWN))
        order = tuple(appearance.mode(part) for part in self.parts)
        if order != self._order:
            self._order = order
            for surface, batch in zip(self._surfaces, self._batches, strict=True):
                batch.set_order(*drawing_order(surface.parts, appearance))

    def draw(
        self,
        eye_from_world: np.ndarray,
        clip_from_eye: np.ndarray,
        backdrop: materials.Backdrop,
        *,
        quick: bool = False,
    ) -> None:
        """Draw one frame; both matrices (4, 4), rows first. A quick one leaves out the nerve's halo."""
        eye, clip = _matrix(eye_from_world), _matrix(clip_from_eye)
        self._aim(eye, clip)
        self._begin_frame()
        self._draw_backdrop(backdrop)
        skin = self._skin if self._skin is not None and self._skin.is_drawn else None
        if skin is not None:
            skin.draw_behind(eye, clip, backdrop)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_CULL_FACE)
        GL.glActiveTexture(GL.GL_TEXTURE1)
        GL.glBindTexture(GL.GL_TEXTURE_3D, self._noise)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._states.handle)
        for batch, name in ((self._bones, "bone"), (self._muscles, "muscle")):
            if batch.has_solids:
                self._use(name, eye, clip, backdrop)
                batch.draw_solid()
        if self._nerve.has_solids:
            self._draw_nerve(eye, clip, backdrop, halo=not quick)
        if any(batch.has_ghosts for batch in self._batches):
            self._draw_ghosts(eye, clip, backdrop)
        if skin is not None:
            skin.draw_before(eye, clip, backdrop, coarse=quick)
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)
        self._leave_defaults()

    def pick(
        self, eye_from_world: np.ndarray, clip_from_eye: np.ndarray, x: float, y: float, size: tuple[int, int]
    ) -> Part | None:
        """Return the structure at pixel (x, y) from the top left of a picture of `size`.

        The nerve counts through ghosts; else the nearest structure within two pixels.
        """
        if self._pick_buffer is None:
            self._pick_buffer = FrameBuffer(PICK_PIXELS, PICK_PIXELS, 0)
        width, height = size
        part_of_picture = np.eye(4)
        part_of_picture[0, 0], part_of_picture[1, 1] = width / PICK_PIXELS, height / PICK_PIXELS
        part_of_picture[0, 3] = -(2.0 * (x + 0.5) / width - 1.0) * width / PICK_PIXELS
        part_of_picture[1, 3] = -(1.0 - 2.0 * (y + 0.5) / height) * height / PICK_PIXELS
        eye, clip = _matrix(eye_from_world), _matrix(part_of_picture @ clip_from_eye)
        self._aim(eye, clip)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self._pick_buffer.handle)
        GL.glViewport(0, 0, PICK_PIXELS, PICK_PIXELS)
        self._leave_defaults()
        GL.glClearColor(0.0, 0.0, 0.0, 0.0)
        GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._states.handle)
        for batch in self._batches:
            self._use("pick-skinned" if batch is self._bones else "pick", eye, clip)
            batch.draw_solid()
        found = self._picked()
        if found is None or found.layer != "nerve":
            for batch in self._batches:
                self._use("pick-skinned" if batch is self._bones else "pick", eye, clip)
                batch.draw_ghosts()
            found = self._picked()
        GL.glBindVertexArray(0)
        GL.glUseProgram(0)
        self._leave_defaults()
        return found

    def release(self) -> None:
        """Free everything on the graphics card."""
        for batch in self._batches:
            batch.release()
        for program in self._programs.values():
            program.release()
        if self._skin is not None:
            self._skin.release()
        self._states.release()
        if self._pick_buffer is not None:
            self._pick_buffer.release()
        GL.glDeleteTextures(1, [self._noise])

    def _aim(self, eye: np.ndarray, clip: np.ndarray) -> None:
        planes = side_planes(clip @ eye)
        for batch in self._batches:
            batch.aim(planes, self._world_from_rest)

    def _begin_frame(self) -> None:
        self._leave_defaults()
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT | GL.GL_STENCIL_BUFFER_BIT)

    @staticmethod
    def _leave_defaults() -> None:
        GL.glDepthMask(True)
        GL.glColorMask(True, True, True, True)
        GL.glDepthFunc(GL.GL_LESS)
        for feature in (GL.GL_DEPTH_TEST, GL.GL_CULL_FACE, GL.GL_BLEND, GL.GL_STENCIL_TEST):
            GL.glDisable(feature)

    def _draw_backdrop(self, backdrop: materials.Backdrop) -> None:
        program = self._program("backdrop")
        program.use()
        program.set_vector("u_middle", materials.linear(backdrop.middle))
        program.set_vector("u_edge", materials.linear(backdrop.edge))
        GL.glBindVertexArray(self._nerve.vertex_array)
        GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)

    def _draw_nerve(
        self, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop, *, halo: bool
    ) -> None:
        program = self._use("nerve", eye, clip, backdrop)
        GL.glEnable(GL.GL_BLEND)
        blend_over()
        GL.glDepthMask(False)
        GL.glDepthFunc(GL.GL_GREATER)
        GL.glEnable(GL.GL_STENCIL_TEST)
        GL.glStencilFunc(GL.GL_EQUAL, 0, 0xFF)
        GL.glStencilOp(GL.GL_KEEP, GL.GL_KEEP, GL.GL_INCR)
        program.set_number("u_veil", NERVE_VEIL)
        self._nerve.draw_solid()
        GL.glDisable(GL.GL_STENCIL_TEST)
        GL.glDepthMask(True)
        GL.glDepthFunc(GL.GL_LESS)
        program.set_number("u_veil", 1.0)
        self._nerve.draw_solid()
        if halo:
            program = self._use("halo", eye, clip, backdrop)
            program.set_number("u_swell", HALO_M)
            program.set_number("u_halo", backdrop.halo)
            GL.glDepthMask(False)
            GL.glCullFace(GL.GL_FRONT)
            self._nerve.draw_solid()
            GL.glCullFace(GL.GL_BACK)
            GL.glDepthMask(True)
        GL.glDisable(GL.GL_BLEND)

    def _draw_ghosts(self, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop) -> None:
        GL.glColorMask(False, False, False, False)
        for batch in self._batches:
            if batch.has_ghosts:
                self._use("depth-skinned" if batch is self._bones else "depth", eye, clip)
                batch.draw_ghosts()
        GL.glColorMask(True, True, True, True)
        GL.glDepthFunc(GL.GL_EQUAL)
        GL.glDepthMask(False)
        GL.glEnable(GL.GL_BLEND)
        blend_over()
        for batch, name in zip(self._batches, ("bone", "muscle", "nerve"), strict=True):
            if batch.has_ghosts:
                program = self._use(name, eye, clip, backdrop)
                if name == "nerve":
                    program.set_number("u_veil", 1.0)
                batch.draw_ghosts()

    def _use(
        self, name: str, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop | None = None
    ) -> Program:
        program = self._program(name)
        program.use()
        program.set_matrices("u_eye_from_world", eye)
        program.set_matrices("u_clip_from_eye", clip)
        if name == "bone" or name.endswith("skinned"):
            program.set_matrices("u_world_from_rest", self._world_from_rest)
        if backdrop is not None:
            program.set_number("u_exposure", backdrop.exposure)
            program.set_number("u_rim", backdrop.rim)
        return program

    def _program(self, name: str) -> Program:
        if name not in self._programs:
            program = self._programs[name] = _made(name)
            program.use()
            program.set_index("u_states", 0)
            program.set_index("u_noise", 1)
            program.set_vector("u_highlight", materials.linear(materials.HIGHLIGHT))
            program.set_vector("u_tendon", materials.linear(materials.TENDON))
        return self._programs[name]

    def _picked(self) -> Part | None:
        pixels = np.zeros((PICK_PIXELS, PICK_PIXELS, 4), np.uint8)
        GL.glReadPixels(0, 0, PICK_PIXELS, PICK_PIXELS, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, pixels)
        ids = pixels.view(np.uint16)[..., 0].astype(int) - 1
        middle = PICK_PIXELS // 2
        rows, columns = np.nonzero(ids >= 0)
        if not len(rows):
            return None
        nearest = np.argmin((rows - middle) ** 2 + (columns - middle) ** 2)
        return self.parts[int(ids[rows[nearest], columns[nearest]])]


def _made(name: str) -> Program:
    surface = shaders.INPUTS
    lit = surface + shaders.LIGHT
    match name:
        case "bone":
            return Program(shaders.VERTEX, lit + shaders.BONE, ("SKINNED",))
        case "muscle":
            return Program(shaders.VERTEX, lit + shaders.MUSCLE)
        case "nerve":
            return Program(shaders.VERTEX, lit + shaders.NERVE)
        case "halo":
            return Program(shaders.VERTEX, lit + shaders.HALO, ("SWELL",))
        case "backdrop":
            return Program(shaders.BACKDROP_VERTEX, shaders.BACKDROP)
    defines = ("SKINNED",) if name.endswith("-skinned") else ()
    fragment = shaders.DEPTH if name.startswith("depth") else shaders.PICK
    return Program(shaders.VERTEX, surface + fragment, defines)


def _matrix(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32)
