"""GLSL of what is drawn over the whole picture: backdrop, mask, contour lines, inset."""

from __future__ import annotations

BACKDROP_VERTEX = """
out vec2 v_place;

void main() {
    v_place = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    gl_Position = vec4(v_place, 1.0, 1.0);
}
"""

# A picture with round corners and a fine line around it.
INSET = """
in vec2 v_place;
out vec4 colour;
uniform sampler2D u_picture;
uniform vec2 u_size;
uniform float u_pixel;
uniform vec3 u_line;

void main() {
    vec2 corner = abs(0.5 * v_place * u_size) - 0.5 * u_size + 12.0 * u_pixel;
    float outside = length(max(corner, 0.0)) + min(max(corner.x, corner.y), 0.0) - 12.0 * u_pixel;
    float line = smoothstep(-1.5, -0.5, outside / u_pixel);
    vec3 picture = texture(u_picture, 0.5 * v_place + 0.5).rgb;
    colour = vec4(mix(picture, pow(u_line, vec3(1.0 / 2.2)), line), 1.0 - smoothstep(-0.5, 0.5, outside));
}
"""

MASK = """
void main() {
    colour = vec4(1.0);
}
"""

# Lines where the mask changes: red and alpha dashed, for bones and skin of another posture; green what is selected,
# blue what is pointed out. They lie as far away as can be: a depth test leaves only what stands against the backdrop.
CONTOUR = """
in vec2 v_place;
out vec4 colour;
uniform sampler2D u_mask;
uniform vec2 u_size;
uniform float u_pixel;   // of the line, in pixels of the picture
uniform vec4 u_channels;
uniform vec3 u_ghost;
uniform vec3 u_selected;
uniform vec3 u_pointed;

void main() {
    vec2 at = 0.5 * v_place + 0.5;
    vec2 reach = 1.6 * u_pixel / u_size;
    vec4 here = texture(u_mask, at);
    vec4 right = texture(u_mask, at + vec2(reach.x, 0.0));
    vec4 left = texture(u_mask, at - vec2(reach.x, 0.0));
    vec4 above = texture(u_mask, at + vec2(0.0, reach.y));
    vec4 below = texture(u_mask, at - vec2(0.0, reach.y));
    vec4 change = abs(right - here) + abs(left - here) + abs(above - here) + abs(below - here);
    if (dot(change, u_channels) == 0.0) discard;
    vec2 aslant = 0.7 * reach;
    vec4 a = texture(u_mask, at + aslant);
    vec4 b = texture(u_mask, at - aslant);
    vec4 c = texture(u_mask, at + vec2(aslant.x, -aslant.y));
    vec4 d = texture(u_mask, at + vec2(-aslant.x, aslant.y));
    vec4 share = (here + right + left + above + below + a + b + c + d) / 9.0;
    // Only where it changes fast: the skin's upper edge fades out.
    vec4 line = smoothstep(0.1, 0.5, change) * (1.0 - smoothstep(0.10, 0.38, abs(share - 0.45)));
    vec4 across = right - left + 0.7 * (a - b + c - d);
    vec4 upwards = above - below + 0.7 * (a - b - c + d);
    vec2 slope = vec2(across.r + across.a, upwards.r + upwards.a);
    // Dashes along the line, measured on the axis that it follows more.
    vec2 place = at * u_size / u_pixel;
    float along = abs(slope.x) > abs(slope.y) ? place.y : place.x;
    float dash = smoothstep(0.0, 0.8, 3.6 - abs(fract(along / 12.0) - 0.5) * 12.0);
    line *= vec4(dash, 1.0, 0.75, dash) * u_channels;
    float alpha = max(max(line.r, line.a), max(line.g, line.b));
    vec3 ink = line.g >= alpha ? u_selected : line.b >= alpha ? u_pointed : u_ghost;
    colour = vec4(pow(ink, vec3(1.0 / 2.2)), alpha);
}
"""

BACKDROP = """
in vec2 v_place;
out vec4 colour;
uniform vec3 u_middle;
uniform vec3 u_edge;

void main() {
    float far = smoothstep(0.0, 1.25, length(v_place * vec2(0.85, 0.72) - vec2(0.0, 0.12)));
    vec3 shade = pow(mix(u_middle, u_edge, far), vec3(1.0 / 2.2));
    float dither = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    colour = vec4(shade + (dither - 0.5) / 255.0, 1.0);
}
"""
