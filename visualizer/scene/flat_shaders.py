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

# The picture in tiles; those where the mask is even all around, and no line can be, go out of the picture.
TILES_VERTEX = """
uniform sampler2D u_mask;
uniform vec2 u_size;
uniform vec4 u_channels;
uniform int u_tile;      // pixels, twice as many as a texel of the level below stands for
uniform float u_level;
out vec2 v_place;

void main() {
    int columns = (int(u_size.x) + u_tile - 1) / u_tile;
    int number = gl_VertexID / 6;
    int corner = gl_VertexID % 6;
    vec2 from = vec2(number % columns, number / columns) * float(u_tile);
    vec2 to = from + float(u_tile);
    vec4 uneven = vec4(0.0);
    vec4 first = vec4(0.0);
    for (int i = 0; i < 4; i++) {
        vec4 near = textureLod(u_mask, vec2(i % 2 == 0 ? from.x : to.x, i < 2 ? from.y : to.y) / u_size, u_level);
        uneven += i == 0 ? near * (1.0 - near) : abs(near - first);
        if (i == 0) first = near;
    }
    bool left = corner == 0 || corner == 2 || corner == 5;
    bool low = corner == 0 || corner == 1 || corner == 3;
    vec2 at = vec2(left ? from.x : to.x, low ? from.y : to.y);
    v_place = 2.0 * at / u_size - 1.0;
    gl_Position = dot(uneven, u_channels) > 0.0 ? vec4(v_place, 1.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
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
    vec4 here = textureLod(u_mask, at, 0.0);
    vec4 right = textureLod(u_mask, at + vec2(reach.x, 0.0), 0.0);
    vec4 left = textureLod(u_mask, at - vec2(reach.x, 0.0), 0.0);
    vec4 above = textureLod(u_mask, at + vec2(0.0, reach.y), 0.0);
    vec4 below = textureLod(u_mask, at - vec2(0.0, reach.y), 0.0);
    vec4 change = abs(right - here) + abs(left - here) + abs(above - here) + abs(below - here);
    if (dot(change, u_channels) == 0.0) discard;
    vec2 aslant = 0.7 * reach;
    vec4 a = textureLod(u_mask, at + aslant, 0.0);
    vec4 b = textureLod(u_mask, at - aslant, 0.0);
    vec4 c = textureLod(u_mask, at + vec2(aslant.x, -aslant.y), 0.0);
    vec4 d = textureLod(u_mask, at + vec2(-aslant.x, aslant.y), 0.0);
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
