"""The body's outline in the picture: a soft body shape behind everything, a thin veil with a soft contour before it.

Takes an Anatomy that has an outline, then transforms and cameras; draws into the bound frame buffer. Both passes show
the nearest layer alone, by a depth pass first. Posed only while it is drawn; never picked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL

from visualizer.body.outline import PreparedOutline
from visualizer.scene import materials
from visualizer.scene.shaders import ATTRIBUTES, Program
from visualizer.session import GHOST, HIDDEN

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy

LAYER = "outline"
# One vertex of so many tells how close the camera is; those count that lie this far from the middle, 1 being the edge.
SAMPLE_EVERY = 8
BESIDE = 1.3

VERTEX = """
invariant gl_Position;
in vec3 a_position;
in vec3 a_normal;
in float a_occlusion;    // here: 1, and 0 at the open upper edge
uniform mat4 u_eye_from_world;
uniform mat4 u_clip_from_eye;
centroid out vec3 v_eye;
centroid out vec3 v_normal;
out float v_fade;

void main() {
    vec4 eye = u_eye_from_world * vec4(a_position, 1.0);
    v_eye = eye.xyz;
    v_normal = mat3(u_eye_from_world) * a_normal;
    v_fade = a_occlusion;
    gl_Position = u_clip_from_eye * eye;
}
"""

DEPTH = """
void main() {
}
"""

INPUTS = """
centroid in vec3 v_eye;
centroid in vec3 v_normal;
in float v_fade;
uniform mat4 u_clip_from_eye;
uniform vec2 u_close;    // height of the picture, m at the skin: gone below the first, whole above the second
uniform vec3 u_shade;
uniform vec3 u_light;
uniform float u_strength;
out vec4 colour;

// A close-up looks inside: there the skin would only be in the way.
float presence() {
    float height = -2.0 * v_eye.z / u_clip_from_eye[1][1];
    return u_strength * v_fade * smoothstep(u_close.x, u_close.y, height);
}
"""

# For its contour: as opaque as it is there.
FLAT = """
void main() {
    colour = vec4(presence());
}
"""

# Behind the anatomy: the body's own shape, modelled by light from the upper left.
SHAPE = """
const vec3 KEY = normalize(vec3(-0.45, 0.60, 0.66));

void main() {
    vec3 n = normalize(v_normal);
    float key = clamp(0.5 + 0.5 * dot(n, KEY), 0.0, 1.0);
    float facing = abs(dot(n, normalize(-v_eye)));
    float alpha = 0.62 * smoothstep(0.0, 0.45, facing);
    colour = vec4(mix(u_shade, u_light, key), alpha * presence());
}
"""

# Before it: nothing where it faces the eye, a soft contour where it turns away.
VEIL = """
void main() {
    float facing = abs(dot(normalize(v_normal), normalize(-v_eye)));
    float turning = 1.0 - facing;
    float alpha = 0.05 * turning + 0.22 * pow(turning, 3.0) + 0.58 * smoothstep(0.70, 0.98, turning);
    colour = vec4(u_shade, alpha * presence());
}
"""


class Skin:
    """One outline on the graphics card, for one context, which must be current in every call."""

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        self._transforms = np.tile(np.eye(4, dtype=np.float32), (len(anatomy.bodies), 1, 1))
        self._stale = True
        self._state = HIDDEN
        self._programs: dict[str, Program] = {}
        self._buffers: list[int] = []
        self._vertex_array = int(GL.glGenVertexArrays(1))
        self._indices: dict[bool, tuple[int, int]] = {}
        self._samples = np.zeros((4, 0), np.float32)

    def set_transforms(self, world_from_rest: np.ndarray) -> None:
        """Take on another posture."""
        self._transforms, self._stale = world_from_rest, True

    def set_state(self, state: str) -> None:
        """Set "shown", "ghost" or "hidden"."""
        self._state = state

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to draw."""
        return self._state != HIDDEN

    def draw_behind(self, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop) -> None:
        """Draw the body's shape over the backdrop alone, and leave the depth as it was: empty."""
        self._draw("shape", eye, clip, backdrop, coarse=True)
        GL.glDepthMask(True)
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)

    def draw_before(
        self, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop, *, coarse: bool
    ) -> None:
        """Draw the veil over everything; what it holds keeps its own ghosts."""
        self._draw("veil", eye, clip, backdrop, coarse=coarse)

    def fill(self, eye: np.ndarray, clip: np.ndarray, *, coarse: bool) -> None:
        """Draw its shape flat, as opaque as it is, without depth."""
        self._bring_up_to_date()
        GL.glBindVertexArray(self._vertex_array)
        index, count = self._indices[coarse]
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, index)
        program = self._use("flat", eye, clip)
        program.set_number("u_strength", 1.0)
        program.set_pair("u_close", materials.OUTLINE_CLOSE_M)
        GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, None)

    def release(self) -> None:
        """Free everything."""
        for program in self._programs.values():
            program.release()
        GL.glDeleteVertexArrays(1, [self._vertex_array])
        if self._buffers:
            GL.glDeleteBuffers(len(self._buffers), self._buffers)

    def _draw(
        self, name: str, eye: np.ndarray, clip: np.ndarray, backdrop: materials.Backdrop, *, coarse: bool
    ) -> None:
        self._bring_up_to_date()
        if not self._is_seen(eye, clip):
            return
        GL.glBindVertexArray(self._vertex_array)
        index, count = self._indices[coarse]
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, index)
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_CULL_FACE)
        GL.glDisable(GL.GL_BLEND)
        GL.glDepthMask(True)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glColorMask(False, False, False, False)
        self._use("depth", eye, clip)
        GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, None)
        GL.glColorMask(True, True, True, True)
        GL.glDepthFunc(GL.GL_EQUAL)
        GL.glDepthMask(False)
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(
            GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
        )
        program = self._use(name, eye, clip)
        shade = backdrop.skin_shade if name == "shape" else backdrop.contour
        program.set_vector("u_shade", materials.on_screen(shade))
        program.set_vector("u_light", materials.on_screen(backdrop.skin_light))
        program.set_number("u_strength", materials.OUTLINE_GHOST if self._state == GHOST else 1.0)
        program.set_pair("u_close", materials.OUTLINE_CLOSE_M)
        GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, None)
        GL.glDisable(GL.GL_BLEND)
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(True)

    def _use(self, name: str, eye: np.ndarray, clip: np.ndarray) -> Program:
        if name not in self._programs:
            fragment = {
                "depth": DEPTH,
                "flat": INPUTS + FLAT,
                "shape": INPUTS + SHAPE,
                "veil": INPUTS + VEIL,
            }[name]
            self._programs[name] = Program(VERTEX, fragment)
        program = self._programs[name]
        program.use()
        program.set_matrices("u_eye_from_world", eye)
        program.set_matrices("u_clip_from_eye", clip)
        return program

    def _is_seen(self, eye: np.ndarray, clip: np.ndarray) -> bool:
        """Whether any skin in the picture, or beside it, is not faded out by the camera's closeness."""
        place = (clip @ eye) @ self._samples
        beside = np.all(np.abs(place[:2]) < BESIDE * place[3], axis=0)
        height = 2.0 * place[3, beside] / clip[1, 1]
        return bool(height.max(initial=0.0) > materials.OUTLINE_CLOSE_M[0])

    def _bring_up_to_date(self) -> None:
        """Upload the posture that is wanted, if it is not there."""
        if not self._stale:
            return
        self._stale = False
        prepared = self._anatomy.prepared(PreparedOutline)
        vertices, normals = prepared.posed(self._transforms)
        some = vertices[::SAMPLE_EVERY]
        self._samples = np.concatenate([some.T, np.ones((1, len(some)), np.float32)])
        if not self._buffers:
            self._make(prepared)
        for buffer, values in zip(self._buffers[:2], (vertices, normals), strict=True):
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
            GL.glBufferData(
                GL.GL_ARRAY_BUFFER, values.nbytes, np.ascontiguousarray(values), GL.GL_STREAM_DRAW
            )

    def _make(self, prepared: PreparedOutline) -> None:
        """Make the vertex array: positions, normals, opacity, and both lists of triangles."""
        shape = prepared.shape
        GL.glBindVertexArray(self._vertex_array)
        self._buffers = [int(name) for name in GL.glGenBuffers(5)]
        for buffer, name, width in zip(
            self._buffers, ("a_position", "a_normal", "a_occlusion"), (3, 3, 1), strict=False
        ):
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
            GL.glEnableVertexAttribArray(ATTRIBUTES[name])
            GL.glVertexAttribPointer(ATTRIBUTES[name], width, GL.GL_FLOAT, False, 0, None)
        opacity = np.ascontiguousarray(prepared.opacity, np.float32)
        GL.glBufferData(GL.GL_ARRAY_BUFFER, opacity.nbytes, opacity, GL.GL_STATIC_DRAW)
        for buffer, coarse, triangles in zip(
            self._buffers[3:], (False, True), (shape.triangles, shape.coarse_triangles), strict=True
        ):
            order = np.argsort(triangles.min(axis=1), kind="stable")
            data = np.ascontiguousarray(triangles[order], np.uint32)
            GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, buffer)
            GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, data.nbytes, data, GL.GL_STATIC_DRAW)
            self._indices[coarse] = (buffer, data.size)
