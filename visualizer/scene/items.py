"""The batched renderer: three vertex arrays, a handful of draw calls a frame, no Qt.

Takes an Anatomy once, then Snapshots, Appearances and cameras; draws into the bound frame buffer of the
current OpenGL 3.3 core context. Pass order: backdrop, solid structures, nerve through what hides it (dashed), nerve,
its rim, ghosts (nearest layer only, by a depth pass first), contours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL

from visualizer.scene import materials
from visualizer.scene.appearance import Appearance, drawing_order, state_rows
from visualizer.scene.buffers import Batch, FrameBuffer, StateTexture, noise_texture
from visualizer.scene.contour import BONES, GHOST, POINTED, SELECTED, SKIN, STRUCTURES, Channels, Contour
from visualizer.scene.culling import side_planes
from visualizer.scene.materials import stem
from visualizer.scene.nerve_paint import NervePaint
from visualizer.scene.programs import made
from visualizer.scene.skin import LAYER, Skin
from visualizer.session import HIDDEN, SHOWN

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy, Part, Surface
    from visualizer.body.snapshot import Snapshot
    from visualizer.scene.shaders import Program
    from visualizer.space.findings import Findings

NERVE_VEIL = 0.5
RIM_PIXELS = 1.3
PICK_PIXELS = 5
# What the ghost of another posture is made of: all that tips, and the spine on it.
GHOST_KINDS = ("hip_bone", "sacrum", "coccyx", "l1", "l2", "l3", "l4", "l5")


def blend_over() -> None:
    """Lay colours over what is there and leave the picture opaque: Qt composes the widget by its alpha."""
    GL.glBlendFuncSeparate(GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)


class Renderer:
    """All of one Anatomy on the graphics card, for one context, which must be current in every call."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._first_nerve = len(anatomy.bones.parts) + len(anatomy.muscle_surface.parts)
        self._bones = Batch(anatomy.bones, 0, skinned=True)
        self._muscles = Batch(anatomy.muscle_surface, len(anatomy.bones.parts), skinned=False)
        self._states = StateTexture()
        self._skin = Skin(anatomy) if anatomy.outline is not None else None
        self._noise = noise_texture()
        self._world_from_rest = np.tile(np.eye(4, dtype=np.float32), (len(anatomy.bodies), 1, 1))
        self._ghost: Snapshot | None = None
        self._ghost_has_skin = False
        self._ghost_skin = Skin(anatomy) if anatomy.outline is not None else None
        self._ghost_keys = {part.key for part in anatomy.bones.parts if stem(part) in GHOST_KINDS}
        self._contour = Contour()
        self._programs: dict[str, Program] = {}
        self._pick_buffer: FrameBuffer | None = None
        self._found: Findings | None = None
        self._balanced = False
        self._appearance, self._order = Appearance(), tuple[str, ...]()
        self._drawn: frozenset[str] = frozenset()
        self._set_nerve(anatomy.nerve_surface)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Upload what a new posture changes."""
        if snapshot.nerve_surface is not self._nerve_surface:
            self._nerve.release()
            self._set_nerve(snapshot.nerve_surface)
        self._world_from_rest = np.ascontiguousarray(snapshot.world_from_rest, np.float32)
        if self._skin is not None:
            self._skin.set_transforms(snapshot.world_from_rest)
        self._muscles.set_vertices(snapshot.muscle_vertices, snapshot.muscle_normals)
        self._nerve.set_vertices(snapshot.nerve_vertices, snapshot.nerve_normals)

    def set_findings(self, found: Findings | None, *, balanced: bool = False) -> None:
        """Colour the nerve by its room and the muscles by what they do, now or in the balanced stance beside it."""
        self._found, self._balanced = found, balanced
        if found is None or found.snapshot.nerve_surface is not self._nerve_surface:
            self._nerve.set_paint(self._paint.plain())
        else:
            self._nerve.set_paint(self._paint.rows(found, balanced=balanced))
        self._upload_states()

    def set_ghost(self, resting: Snapshot | None, *, skin: bool = True) -> None:
        """Lay the outline of pelvis, spine and skin as they are in another posture behind the picture, or none."""
        self._ghost_has_skin = skin
        if resting is self._ghost:
            return
        self._ghost = resting
        if self._ghost_skin is not None and resting is not None:
            self._ghost_skin.set_transforms(resting.world_from_rest)

    def set_appearance(self, appearance: Appearance) -> None:
        """Upload which parts are drawn and how; the triangle lists only when they changed."""
        self._appearance = appearance
        self._upload_states()
        if self._skin is not None:
            self._skin.set_state(appearance.layers.get(LAYER, SHOWN))
        order = tuple(appearance.mode(part) for part in self.parts)
        self._drawn = frozenset(
            part.key for part, mode in zip(self.parts, order, strict=True) if mode != HIDDEN
        )
        if order != self._order:
            self._order = order
            for surface, batch in zip(self._surfaces, self._batches, strict=True):
                batch.set_order(*drawing_order(surface.parts, appearance))

    def _set_nerve(self, surface: Surface) -> None:
        """Take another variant's nerve."""
        bones, muscles = self._anatomy.bones, self._anatomy.muscle_surface
        self._nerve_surface, self._paint = surface, NervePaint(surface)
        self._nerve = Batch(surface, self._first_nerve, skinned=False, fibre=self._paint.fibre)
        self._nerve.set_paint(self._paint.plain())
        self._surfaces = (bones, muscles, surface)
        self._batches = (self._bones, self._muscles, self._nerve)
        self.parts = bones.parts + muscles.parts + surface.parts
        self._order = ()
        self.set_appearance(self._appearance)

    def _upload_states(self) -> None:
        muscles = None if self._found is None or self._balanced else self._found.muscles
        self._states.set_rows(state_rows(self.parts, self._appearance, muscles))

    def draw(
        self,
        eye_from_world: np.ndarray,
        clip_from_eye: np.ndarray,
        backdrop: materials.Backdrop,
        viewport: tuple[int, int, int, int],
        seen: tuple[int, int, int, int] | None = None,
        *,
        line_pixels: float = 1.0,
        quick: bool = False,
    ) -> None:
        """Draw one frame; both matrices (4, 4), rows first. A quick one draws the body's outline coarsely.

        viewport: x, y, width, height of the picture in its frame buffer, from the lower left; seen: the part of it to
        draw, all where left out. line_pixels: thickness of a fine line.
        """
        eye, clip = _matrix(eye_from_world), _matrix(clip_from_eye)
        self._leave_defaults()
        channels = self._draw_mask(eye, clip, viewport, coarse=quick)
        self._aim(eye, clip)
        GL.glViewport(*viewport)
        GL.glScissor(*(seen or viewport))
        GL.glEnable(GL.GL_SCISSOR_TEST)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT | GL.GL_STENCIL_BUFFER_BIT)
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
            self._draw_nerve(eye, clip, backdrop, line_pixels / viewport[3])
        if GHOST in channels:
            self._lay_contour(backdrop, line_pixels, GHOST)
        if any(batch.has_ghosts for batch in self._batches):
            self._draw_ghosts(eye, clip, backdrop)
        if skin is not None:
            skin.draw_before(eye, clip, backdrop, coarse=quick)
        if STRUCTURES in channels:
            GL.glDisable(GL.GL_DEPTH_TEST)
            self._lay_contour(backdrop, line_pixels, STRUCTURES)
        GL.glDisable(GL.GL_SCISSOR_TEST)
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
        for skin in (self._skin, self._ghost_skin):
            if skin is not None:
                skin.release()
        self._states.release()
        self._contour.release()
        if self._pick_buffer is not None:
            self._pick_buffer.release()
        GL.glDeleteTextures(1, [self._noise])

    def _aim(self, eye: np.ndarray, clip: np.ndarray) -> None:
        planes = side_planes(clip @ eye)
        for batch in self._batches:
            batch.aim(planes, self._world_from_rest)

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

    def _draw_mask(
        self, eye: np.ndarray, clip: np.ndarray, viewport: tuple[int, int, int, int], *, coarse: bool
    ) -> list[Channels]:
        """Draw what gets a contour into the mask, unless it is there; return which lines are to be laid."""
        look = self._appearance
        selected = self._drawn & {look.selected}
        pointed = self._drawn & {look.hovered, *look.walls} - selected
        structures = [STRUCTURES] if selected or pointed else []
        if self._ghost is None:
            if structures:
                self._contour.begin(viewport[2], viewport[3])
                self._mask_structures(eye, clip, selected, pointed)
                self._contour.end()
            return structures
        keys = self._drawn & self._ghost_keys
        skin = self._ghost_skin if self._skin and self._skin.is_drawn and self._ghost_has_skin else None
        # Another posture stays as it is, so that its mask serves as long as the camera rests.
        content = (self._ghost, keys, skin, coarse, eye.tobytes(), clip.tobytes()) if not structures else None
        if self._contour.begin(viewport[2], viewport[3], content):
            program = self._use("mask-skinned", eye, clip)
            bones = np.ascontiguousarray(self._ghost.world_from_rest, np.float32)
            program.set_matrices("u_world_from_rest", bones)
            self._contour.channel(BONES)
            self._bones.draw_parts(keys)
            if skin is not None:
                self._contour.channel(SKIN)
                skin.fill(eye, clip, coarse=coarse)
            self._mask_structures(eye, clip, selected, pointed)
            self._contour.end()
        return [GHOST, *structures]

    def _mask_structures(
        self, eye: np.ndarray, clip: np.ndarray, selected: frozenset[str], pointed: frozenset[str]
    ) -> None:
        for keys, channel in ((selected, SELECTED), (pointed, POINTED)):
            for batch in self._batches if keys else ():
                self._use("mask-skinned" if batch is self._bones else "mask", eye, clip)
                self._contour.channel(channel)
                batch.draw_parts(keys)

    def _lay_contour(self, backdrop: materials.Backdrop, line_pixels: float, channels: Channels) -> None:
        """Lay lines over the picture; with the depth test on, only behind everything that was drawn."""
        GL.glDepthMask(False)
        GL.glDepthFunc(GL.GL_LEQUAL)
        GL.glEnable(GL.GL_BLEND)
        blend_over()
        self._contour.lay(self._program("contour"), backdrop, line_pixels, channels)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(True)
        GL.glDisable(GL.GL_BLEND)

    def _draw_nerve(
        self, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop, pixel: float
    ) -> None:
        """Draw the nerve; pixel: thickness of a fine line as a share of the picture's height."""
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
        GL.glDisable(GL.GL_BLEND)
        GL.glDepthMask(True)
        GL.glDepthFunc(GL.GL_LESS)
        program.set_number("u_veil", 1.0)
        self._nerve.draw_solid()
        program = self._use("rim", eye, clip)
        program.set_number("u_swell", float(RIM_PIXELS * pixel * 2.0 / clip[1, 1]))
        program.set_vector("u_ink", materials.linear(backdrop.ink))
        GL.glCullFace(GL.GL_FRONT)
        self._nerve.draw_solid()
        GL.glCullFace(GL.GL_BACK)

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
            program = self._programs[name] = made(name)
            program.use()
            program.set_index("u_states", 0)
            program.set_index("u_noise", 1)
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


def _matrix(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32)
