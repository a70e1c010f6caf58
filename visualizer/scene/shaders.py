"""The GLSL programs (OpenGL 3.3 core) and how they are compiled.

One vertex stage for rigid and deforming bodies, varied by #define, so that all passes of a frame put a vertex
on exactly the same spot; a fragment stage for each material.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from OpenGL import GL

if TYPE_CHECKING:
    import numpy as np

MAX_BODIES = 32

# Places of the vertex attributes, the same in every program.
ATTRIBUTES = {
    "a_position": 0,
    "a_normal": 1,
    "a_part": 2,
    "a_occlusion": 3,
    "a_bodies": 4,
    "a_weight": 5,
    "a_fibre": 6,
    "a_paint": 7,
}

VERTEX = """
invariant gl_Position;
in vec3 a_position;
in vec3 a_normal;
in uint a_part;
in float a_occlusion;
uniform mat4 u_eye_from_world;
uniform mat4 u_clip_from_eye;
uniform sampler2D u_states;
#ifdef SKINNED
in uvec2 a_bodies;
in float a_weight;
uniform mat4 u_world_from_rest[MAX_BODIES];
#else
in vec3 a_fibre;
out vec3 v_fibre;
#endif
#ifdef PAINTED
in vec4 a_paint;
out vec4 v_paint;
#endif
#ifdef MUSCLE_STATES
flat out vec4 v_length;
flat out vec4 v_effort;
#endif
#ifdef SWELL
uniform float u_swell;   // in the picture's plane at a distance of one metre
#endif
centroid out vec3 v_eye;
centroid out vec3 v_normal;
out vec3 v_grain;
out float v_occlusion;
flat out vec4 v_colour;
flat out vec4 v_state;
flat out uint v_part;

void main() {
    vec3 position = a_position;
    vec3 normal = a_normal;
    v_grain = a_position;
#ifdef SKINNED
    mat4 skin = u_world_from_rest[a_bodies.x] * a_weight + u_world_from_rest[a_bodies.y] * (1.0 - a_weight);
    position = (skin * vec4(position, 1.0)).xyz;
    normal = mat3(skin) * normal;
#else
    v_fibre = a_fibre;
#endif
#ifdef PAINTED
    v_paint = a_paint;
#endif
#ifdef MUSCLE_STATES
    v_length = texelFetch(u_states, ivec2(int(a_part), 2), 0);
    v_effort = texelFetch(u_states, ivec2(int(a_part), 3), 0);
#endif
    vec4 eye = u_eye_from_world * vec4(position, 1.0);
#ifdef SWELL
    eye.xyz -= u_swell * eye.z * (1.0 - a_fibre.z) * (mat3(u_eye_from_world) * normal);
#endif
    v_eye = eye.xyz;
    v_normal = mat3(u_eye_from_world) * normal;
    v_occlusion = a_occlusion;
    v_part = a_part;
    v_colour = texelFetch(u_states, ivec2(int(a_part), 0), 0);
    v_state = texelFetch(u_states, ivec2(int(a_part), 1), 0);
    gl_Position = u_clip_from_eye * eye;
}
"""

INPUTS = """
centroid in vec3 v_eye;
centroid in vec3 v_normal;
in vec3 v_grain;
in float v_occlusion;
#ifndef SKINNED
in vec3 v_fibre;
#endif
flat in vec4 v_colour;   // linear colour, opacity
flat in vec4 v_state;    // seed, cartilage, unused, unused
flat in uint v_part;
out vec4 colour;
"""

LIGHT = """
uniform mat4 u_eye_from_world;
uniform sampler3D u_noise;
uniform float u_exposure;
uniform float u_rim;

const vec3 KEY = normalize(vec3(-0.55, 0.62, 0.62));
const vec3 FILL = normalize(vec3(0.85, 0.05, 0.50));
const vec3 BACK = normalize(vec3(0.45, 0.50, -0.75));
const vec3 KEY_LIGHT = vec3(1.42, 1.34, 1.22);
const vec3 FILL_LIGHT = vec3(0.20, 0.24, 0.30);
const vec3 SKY = vec3(0.27, 0.29, 0.33);
const vec3 GROUND = vec3(0.13, 0.105, 0.09);

vec3 on_screen(vec3 light) {
    vec3 x = light * u_exposure;
    vec3 filmic = clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0);
    return pow(filmic, vec3(1.0 / 2.2));
}

// wrap: how far the key light creeps round a soft body; gloss, shine: width and strength of the reflection.
vec3 lit(vec3 albedo, vec3 n, vec3 v, float occlusion, float wrap, float gloss, float shine) {
    float open_sky = mix(0.15, 1.0, occlusion);
    vec3 up = mat3(u_eye_from_world) * vec3(0.0, 0.0, 1.0);
    vec3 ambient = mix(GROUND, SKY, 0.5 + 0.5 * dot(n, up));
    vec3 sheltered = pow(vec3(open_sky), vec3(1.0) + 0.9 * (1.0 - albedo));
    float key = max((dot(n, KEY) + wrap) / (1.0 + wrap), 0.0);
    float fill = max(dot(n, FILL), 0.0);
    vec3 light = (ambient + fill * FILL_LIGHT) * sheltered;
    light += key * KEY_LIGHT * mix(sheltered, vec3(1.0), 0.35);
    vec3 h = normalize(KEY + v);
    float glint = pow(max(dot(n, h), 0.0), gloss) * shine * key;
    vec3 result = albedo * light + open_sky * (glint * KEY_LIGHT);
    float edge = pow(1.0 - max(dot(n, v), 0.0), 3.0);
    if (u_rim > 0.0) {
        vec3 cool = mix(vec3(0.75, 0.86, 1.0), albedo, 0.45);
        result += u_rim * edge * (0.35 + max(dot(n, BACK), 0.0)) * open_sky * cool;
    } else {
        result *= 1.0 + u_rim * edge;
    }
    return result;
}

// Nearest layer of a ghost: clear where it faces the eye, denser towards its silhouette.
float ghost_alpha(vec3 n, vec3 v) {
    if (v_colour.a >= 1.0) return 1.0;
    float edge = pow(1.0 - abs(dot(n, v)), 2.0);
    return v_colour.a * (0.55 + 2.1 * edge);
}
"""

BONE = """
void main() {
    vec3 v = normalize(-v_eye);
    vec3 n = normalize(v_normal);
    vec4 coarse = texture(u_noise, v_grain * 14.0) * 2.0 - 1.0;
    vec4 fine = texture(u_noise, v_grain * 55.0) * 2.0 - 1.0;
    vec4 pores = texture(u_noise, v_grain.yzx * 170.0) * 2.0 - 1.0;
    float close = 1.0 - smoothstep(0.0003, 0.0012, fwidth(v_eye.x) + fwidth(v_eye.y));
    float rough = mix(1.0, 0.25, v_state.y);
    vec3 bump = 0.07 * coarse.xyz + 0.11 * fine.xyz + 0.11 * close * pores.yzx;
    bump = mat3(u_eye_from_world) * bump * rough;
    n = normalize(n + bump - dot(bump, n) * n);
    float stain = 0.5 + 0.5 * clamp(1.1 * coarse.a + 0.5 * fine.a + 0.25 * close * pores.a, -1.0, 1.0);
    vec3 albedo = v_colour.rgb * mix(vec3(1.05, 1.04, 1.03), vec3(0.83, 0.77, 0.67), stain * 0.75 * rough);
    albedo = mix(albedo * vec3(0.80, 0.66, 0.50), albedo, smoothstep(0.0, 0.8, v_occlusion));
    vec3 light = lit(albedo, n, v, v_occlusion, 0.10, mix(22.0, 48.0, v_state.y), mix(0.06, 0.16, v_state.y));
    colour = vec4(on_screen(light), ghost_alpha(n, v));
}
"""

MUSCLE = """
uniform vec3 u_tendon;
flat in vec4 v_length;   // linear colour, strength: above 0 shorter, below 0 longer
flat in vec4 v_effort;   // linear colour, strength: above 0 works harder, below 0 is not recruited

// Bands across the fibres every `period` cm, 0 between and 1 on them, soft-edged; gone where they would flicker.
float bands(float along, float period, float share) {
    float place = along / period;
    float step = max(fwidth(place), 0.3 * share);
    float wave = 2.0 * abs(fract(place) - 0.5);
    float band = smoothstep(1.0 - share - step, 1.0 - share + step, wave);
    return mix(band, share, smoothstep(0.25, 0.6, fwidth(place)));
}

// Quiet enough that it stays flesh: a tint all over, and fine bands that tell it apart without colour.
vec3 with_state(vec3 belly, float across, float along, float streak) {
    float solid = step(1.0, v_colour.a);
    float grain = 1.0 + 0.45 * streak;
    float cord = bands(across, 0.5, 0.35);
    float effort = solid * v_effort.a;
    if (effort > 0.0) belly = mix(belly, v_effort.rgb * grain, effort * (0.14 + 0.18 * cord));
    if (effort < 0.0) belly = mix(belly, v_effort.rgb * (1.0 + 0.2 * streak), -0.26 * effort);
    float close = bands(along, 0.7, 0.30);
    float wide = bands(along, 2.4, 0.09);
    // Blue all over red would read as violet, which says something else: longer is told by its bands alone.
    // On pale flesh less of it is as plain.
    float pale = solid * max(-v_effort.a, 0.0);
    float share = v_length.a > 0.0 ? 0.16 + 0.18 * close : mix(0.60, 0.48, pale) * wide;
    return mix(belly, v_length.rgb * grain, solid * abs(v_length.a) * share);
}

void main() {
    vec3 v = normalize(-v_eye);
    vec3 n = normalize(v_normal);
    float across = v_fibre.x;
    float along = v_fibre.y;
    // Tendon reaches up between the bundles in tongues, never along one line round the muscle.
    float tongue = texture(u_noise, vec3(across * 0.16, along * 0.012, v_state.x * 1.7)).a * 2.0 - 1.0;
    float tendon = smoothstep(0.08, 0.95, v_fibre.z + 1.5 * tongue * v_fibre.z * (1.0 - v_fibre.z));
    // Bundles (mm) and fibres (sub-mm) as streaks: much detail across, little along.
    vec4 bundles = texture(u_noise, vec3(across * 0.42, along * 0.022, v_state.x)) * 2.0 - 1.0;
    vec4 fibres = texture(u_noise, vec3(across * 1.55, along * 0.05, v_state.x * 3.1)) * 2.0 - 1.0;
    vec4 blotch = texture(u_noise, v_grain * 8.0) * 2.0 - 1.0;
    float detail = 1.0 - smoothstep(0.04, 0.22, fwidth(across));

    // Tilt the normal across the fibres: where the coordinate grows, found from screen derivatives.
    vec3 px = dFdx(v_eye);
    vec3 py = dFdy(v_eye);
    vec3 r1 = cross(py, n);
    vec3 r2 = cross(n, px);
    float area = dot(px, r1);
    vec3 grow = sign(area) * (dFdx(across) * r1 + dFdy(across) * r2);
    grow *= inversesqrt(max(dot(grow, grow), 1e-20));
    float slope = bundles.x * 0.20 + fibres.x * 0.16 * detail;
    n = normalize(n - slope * (1.0 - 0.65 * tendon) * grow);

    float streak = 0.65 * bundles.a + 0.80 * fibres.a * detail;
    vec3 belly = v_colour.rgb * (1.0 + 0.40 * streak);
    belly *= mix(vec3(1.0), vec3(1.12, 1.18, 1.12), max(blotch.a, 0.0));
    // Thin pale seams of connective tissue between the bundles.
    float seam = smoothstep(0.25, 0.95, 0.45 * bundles.a + 0.9 * fibres.a * detail);
    belly = mix(belly, u_tendon * 0.50, 0.24 * seam);
    belly = with_state(belly, across, along, streak);
    vec3 cord = u_tendon * (0.88 + 0.12 * streak);
    vec3 albedo = mix(belly, cord, clamp(tendon + 0.25 * tendon * (1.0 - tendon) * streak * 4.0, 0.0, 1.0));
    // What shades it may be hidden or seen through: of its darkest, half is kept.
    float open_to_light = mix(0.30, 1.0, v_occlusion);
    albedo = mix(albedo * vec3(0.62, 0.42, 0.40), albedo, smoothstep(0.0, 0.75, open_to_light));
    vec3 light = lit(albedo, n, v, open_to_light, 0.18, mix(26.0, 40.0, tendon), mix(0.10, 0.16, tendon));
    colour = vec4(on_screen(light), ghost_alpha(n, v));
}
"""

NERVE = """
in vec4 v_paint;         // linear colour of the room there, hatched
uniform float u_veil;    // 1 = as it lies open, less = seen through what covers it: dashed

void main() {
    vec3 v = normalize(-v_eye);
    vec3 n = normalize(v_normal);
    float facing = max(dot(n, v), 0.0);
    // 8 mm shown, 4 mm left out.
    float dash = abs(fract(v_fibre.y / 1.2 + 0.5) - 0.5) * 1.2;
    float shown = u_veil < 1.0 ? 1.0 - smoothstep(0.40 - fwidth(v_fibre.y), 0.40, dash) : 1.0;
    if (shown <= 0.0) discard;
    // Hatched obliquely, whatever the distance it is seen from.
    float place = (v_fibre.y + 0.45 * v_fibre.x) / 0.42;
    float stripe = smoothstep(-1.0, 1.0, (abs(fract(place) - 0.5) - 0.25) / max(fwidth(place), 1e-4));
    vec3 room = mix(v_paint.rgb, v_colour.rgb, step(0.5, v_paint.a) * stripe);
    vec4 grain = texture(u_noise, vec3(v_fibre.x * 1.3, v_fibre.y * 0.06, v_state.x)) * 2.0 - 1.0;
    vec3 albedo = room * (1.0 + 0.07 * grain.a);
    albedo = mix(albedo * vec3(0.42, 0.30, 0.24), albedo, smoothstep(0.05, 0.65, facing));
    vec3 light = lit(albedo, n, v, 1.0, 0.35, 36.0, 0.18) + 0.10 * albedo;
    // Light and tone mapping would brighten it: most of it is the very colour of the legend, only shaded.
    float shade = mix(0.66, 1.03, clamp(0.5 + 0.6 * dot(n, KEY), 0.0, 1.0));
    vec3 told = pow(clamp(albedo, 0.0, 1.0), vec3(1.0 / 2.2)) * shade;
    colour = vec4(mix(on_screen(light), told, 0.75), v_colour.a * u_veil * shown);
}
"""

RIM = """
uniform vec3 u_ink;

void main() {
    if (abs(v_fibre.z) > 1e-5) discard; // the flat end of a tube, where the next one begins
    colour = vec4(pow(u_ink, vec3(1.0 / 2.2)), 1.0);
}
"""

DEPTH = """
void main() {
    colour = vec4(0.0);
}
"""

PICK = """
void main() {
    uint id = v_part + 1u;
    colour = vec4(float(id & 255u), float(id >> 8u), 0.0, 255.0) / 255.0;
}
"""


class Program:
    """A linked program; `use()` it, then set its uniforms by name. Unused names are ignored."""

    def __init__(self, vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> None:
        head = "#version 330 core\n" + "".join(f"#define {name}\n" for name in defines)
        head += f"#define MAX_BODIES {MAX_BODIES}\n"
        self.handle = GL.glCreateProgram()
        stages = [
            _compiled(GL.GL_VERTEX_SHADER, head + vertex),
            _compiled(GL.GL_FRAGMENT_SHADER, head + fragment),
        ]
        for stage in stages:
            GL.glAttachShader(self.handle, stage)
        for name, place in ATTRIBUTES.items():
            GL.glBindAttribLocation(self.handle, place, name)
        GL.glLinkProgram(self.handle)
        for stage in stages:
            GL.glDetachShader(self.handle, stage)
            GL.glDeleteShader(stage)
        if not GL.glGetProgramiv(self.handle, GL.GL_LINK_STATUS):
            raise RuntimeError(f"OpenGL program does not link: {_text(GL.glGetProgramInfoLog(self.handle))}")
        self._places: dict[str, int] = {}

    def use(self) -> None:
        """Make this the program of the next draw calls."""
        GL.glUseProgram(self.handle)

    def release(self) -> None:
        """Free the program."""
        GL.glDeleteProgram(self.handle)

    def set_number(self, name: str, value: float) -> None:
        """Set a float uniform."""
        GL.glUniform1f(self._place(name), value)

    def set_index(self, name: str, value: int) -> None:
        """Set an integer uniform, such as a texture unit."""
        GL.glUniform1i(self._place(name), value)

    def set_indices(self, name: str, values: np.ndarray) -> None:
        """Set an array of integer uniforms, (n,) int32."""
        GL.glUniform1iv(self._place(name), len(values), values)

    def set_pair(self, name: str, value: tuple[float, float]) -> None:
        """Set a vec2 uniform."""
        GL.glUniform2f(self._place(name), *value)

    def set_vector(self, name: str, value: tuple[float, float, float]) -> None:
        """Set a vec3 uniform."""
        GL.glUniform3f(self._place(name), *value)

    def set_four(self, name: str, value: tuple[float, float, float, float]) -> None:
        """Set a vec4 uniform."""
        GL.glUniform4f(self._place(name), *value)

    def set_matrices(self, name: str, matrices: np.ndarray) -> None:
        """Set a mat4 uniform or array of them from (4, 4) or (n, 4, 4) float32, rows first."""
        count = 1 if matrices.ndim == 2 else len(matrices)
        GL.glUniformMatrix4fv(self._place(name), count, GL.GL_TRUE, matrices)

    def _place(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = GL.glGetUniformLocation(self.handle, name)
        return self._places[name]


def _compiled(kind: int, source: str) -> int:
    shader = GL.glCreateShader(kind)
    GL.glShaderSource(shader, source)
    GL.glCompileShader(shader)
    if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
        raise RuntimeError(f"OpenGL shader does not compile: {_text(GL.glGetShaderInfoLog(shader))}")
    return int(shader)


def _text(log: bytes | str) -> str:
    return log.decode(errors="replace") if isinstance(log, bytes) else log
