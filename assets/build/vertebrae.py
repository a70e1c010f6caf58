"""Lumbar vertebrae L1-L5 and the sacrum's articular processes as smooth solids of published size.

Takes the standing bones (mm, LPS; only the sacrum is used) and the sizes of `assets/anatomy/vertebrae.toml`;
gives closed meshes symmetric about x = 0. Each vertebra is modelled in its own frame (x left, y back, z up,
origin at the body's centre), the left half only, then cut `facet_gap` clear of the vertebra above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import trimesh

from assets.build import implicit
from assets.build.knee import Gap
from assets.build.spine import Joint, Level, Spine, stand

TRIANGLES = 5600
FACET_TRIANGLES = 900
EDGE_MM = 2.5  # rounds the rim of a facet
CUP_RIM_MM = 5.0  # thickness of a superior process at its tip, and how much it gains a millimetre below that
CUP_TAPER = 0.12
CUP_LEAN_DEG = 25.0


@dataclass(frozen=True)
class LocalJoint:
    """Left facet joint in a vertebra's frame: centre (3,), `across` towards the lower bone, `along`, `up`."""

    centre: np.ndarray
    across: np.ndarray
    along: np.ndarray
    up: np.ndarray
    height: float
    breadth: float


def local_joint(joint: Joint, frame: np.ndarray) -> LocalJoint:
    """Express the left joint in a body's `frame` (4, 4)."""
    into = np.linalg.inv(frame) @ joint.frame
    angle = np.radians(joint.sagittal_deg)
    across = np.array([np.cos(angle), -np.sin(angle), 0.0])
    along = np.array([np.sin(angle), np.cos(angle), 0.0])
    centre = trimesh.transform_points([[joint.half_width, 0.0, 0.0]], into)[0]
    axes = into[:3, :3]
    return LocalJoint(centre, axes @ across, axes @ along, axes[:, 2], joint.height, joint.breadth)


def body(points: np.ndarray, level: Level) -> np.ndarray:
    """Vertebral body: waisted, kidney-shaped, with rims and hollow endplates."""
    x, y, z = np.moveaxis(points, -1, 0)
    half_wedge = np.radians(level.wedge_deg / 2)
    half_height = np.linalg.norm(level.upper.centre - level.lower.centre) / 2
    slope, flat = np.sin(half_wedge), np.cos(half_wedge)
    over = flat * (z - half_height) + slope * y
    under = flat * (-z - half_height) + slope * y
    share = np.clip(under / (under + over - implicit.TINY), 0.0, 1.0)
    rim = np.abs(2.0 * share - 1.0) ** 2.2

    def between(low: float, high: float, waist: float) -> np.ndarray:
        return (low + share * (high - low)) * (1.0 - waist * (1.0 - rim))

    shape, hollow = level.shape, level.shape["posterior_hollow"]
    # Rounding the rims takes a little off: 0.35 mm all round gives it back.
    half_width = between(level.lower.width, level.upper.width, shape["waist_side"]) / 2 + 0.35
    front = between(level.lower.depth, level.upper.depth, shape["waist_front"]) / 2 + 0.35
    back = between(level.lower.depth, level.upper.depth, shape["waist_back"]) / 2 + 0.35
    equator = shape["equator_behind_centre"]
    dent = hollow * np.exp(-((x / (shape["hollow_breadth"] * half_width)) ** 2))
    y = y - equator
    reach = np.where(y < 0, front + equator, back + hollow - equator)
    y = y + dent / (1.0 + np.exp(-y / 2.5))
    power = np.where(y < 0, shape["roundness_front"], shape["roundness_back"])
    px, py = np.abs(x) / half_width, np.abs(y) / reach
    radius = (px**power + py**power) ** (1 / power) + implicit.TINY
    gradient = radius ** (1 - power) * np.hypot(px ** (power - 1) / half_width, py ** (power - 1) / reach)
    side = (radius - 1.0) / np.maximum(gradient, 0.02)
    bowl = shape["endplate_hollow"] * np.maximum(0.0, 1.0 - (radius / 0.8) ** 2)
    return implicit.intersection(implicit.intersection(side, over + bowl, 2.2), under + bowl, 2.2)


def pedicle_centre(level: Level) -> np.ndarray:
    """Middle of the left pedicle's isthmus in the vertebra's frame, mm."""
    size = level.size
    wall = level.upper.depth / 2
    top = np.linalg.norm(level.upper.centre - level.lower.centre) / 2
    top -= np.tan(np.radians(level.wedge_deg / 2)) * (wall + 4.0) + level.shape["pedicle_below_endplate"]
    x = (size["canal_width"] + size["pedicle_width"]) / 2
    return np.array([x, wall + 4.0, top - size["pedicle_height"] / 2])


def pedicle(points: np.ndarray, level: Level) -> np.ndarray:
    """Left pedicle: an upright ellipse from the body's upper back corner to the articular pillar."""
    size = level.size
    isthmus = pedicle_centre(level)
    toe_in = np.radians(level.shape["pedicle_toe_in_deg"])
    back = np.array([np.sin(toe_in), np.cos(toe_in), 0.0])
    # The fillets with body and arch add about this to the isthmus.
    wide, high = size["pedicle_width"] / 2 - 0.25, size["pedicle_height"] / 2
    flare = min(wide + 2.0, wide * 1.25)
    return implicit.chain(
        points,
        [
            (*(isthmus - 13.0 * back + [0, 0, 2.2]), wide, high * 0.78),
            (*(isthmus - 0.5 * back), wide, high),
            (*(isthmus + 7.5 * back - [0, 0, 0.6]), flare, high * 0.82),
        ],
        wide=(1.0, 0.0, 0.0),
    )


def arch(points: np.ndarray, level: Level) -> np.ndarray:
    """Lamina, pars and root of the inferior articular process: a folded plate with a butterfly's outline."""
    x, y, z = np.moveaxis(points, -1, 0)
    above = local_joint(level.joint_above, level.frame)
    below = local_joint(level.joint_below, level.frame)
    root = pedicle_centre(level)
    wall = level.upper.depth / 2
    pillar = below.centre - 4.5 * below.across
    tip = pillar[2] - 0.5 * below.height
    upper_edge, lower_edge = root[2] + 0.5, below.centre[2] + 5.5
    outer = min(above.centre[0] + 4.0, root[0] + 3.0)
    waist = max(pillar[0] + 4.0, 0.5 * (pillar[0] + root[0]) + 2.5)
    left = [
        (6.0, upper_edge + 0.5), (above.centre[0] - 5.5, upper_edge + 3.0),
        (above.centre[0] - 3.5, root[2] + 5.0),
        (outer, root[2] + 6.0), (outer + 1.5, root[2] - 3.0), (waist + 1.0, root[2] - 8.0),
        (waist, 0.5 * (root[2] - 8.0 + below.centre[2])), (pillar[0] + 4.5, below.centre[2]),
        (pillar[0] + 3.5, tip + 4.0), (pillar[0] + 0.5, tip + 1.0), (pillar[0] - 3.0, tip + 4.0),
        (0.55 * pillar[0], lower_edge - 3.0), (3.0, lower_edge),
    ]  # fmt: skip
    outline = implicit.smooth_corners(left + [(-u, v) for u, v in reversed(left)], rounds=1)
    face = implicit.polygon(x, z, outline)
    apex = wall + level.size["canal_depth"] + level.shape["lamina_half_thickness"] + 0.6
    lateral = wall + level.shape["pars_behind_wall"]
    fold = (apex - lateral) / (0.95 * above.centre[0])
    lean = np.where(z < upper_edge, 0.36, 0.2) * (upper_edge - 4.0 - z)
    bend = np.sqrt(x * x + 9.0) - 3.0
    middle = implicit.union(-(apex - fold * bend), np.full_like(x, -lateral), 3.0) * -1.0 + lean
    steep = np.hypot(1.0, fold)
    sheet = np.abs(y - middle) / steep - level.shape["lamina_half_thickness"]
    return implicit.intersection(face, sheet, 4.5)


def inferior_process(points: np.ndarray, joint: LocalJoint) -> np.ndarray:
    """Left inferior articular process: an upright pillar with a convex face towards the joint."""
    thick, broad = 4.6, joint.breadth / 2
    centre = joint.centre - (thick + 1.0) * joint.across + 1.4 * joint.along
    return implicit.bar(
        points,
        centre + 0.75 * joint.height * joint.up - 1.5 * joint.across,
        centre - (0.5 * joint.height - thick + 1.0) * joint.up + 0.9 * joint.across,
        (thick + 0.4, broad * 0.62),
        (thick * 0.78, broad * 0.6),
        joint.across,
    )


def superior_process(
    points: np.ndarray, joint: LocalJoint, root: np.ndarray, hollow: np.ndarray
) -> np.ndarray:
    """Left superior articular process: a cup, its mammillary process behind it, its foot on the pedicle at `root` (3,).

    hollow: distance in mm to the face that the cup holds, which is cut off by the caller.
    """
    axes = np.stack([joint.across, joint.along, joint.up])
    upwards = (points - joint.centre.astype(points.dtype)) @ joint.up.astype(points.dtype)
    wall = CUP_RIM_MM + CUP_TAPER * np.clip(0.5 * joint.height - upwards, 0.0, joint.height)
    middle = joint.centre + 2.5 * joint.across + 1.4 * joint.along - 0.5 * joint.up
    radii = (9.5, 0.5 * joint.breadth + 1.5, 0.5 * joint.height + 2.5)
    # Its rim falls off towards the midline.
    lean = np.radians(CUP_LEAN_DEG)
    tilted = np.stack([
        joint.across, np.cos(lean) * joint.along - np.sin(lean) * joint.up,
        np.sin(lean) * joint.along + np.cos(lean) * joint.up,
    ])  # fmt: skip
    cup = implicit.intersection(implicit.ellipsoid(points, middle, radii, tilted), hollow - wall, 3.0)
    neck = joint.centre + 3.5 * joint.across + 1.4 * joint.along - 0.1 * joint.height * joint.up
    pillar = implicit.bar(
        points, root, neck, (6.0, 0.5 * joint.breadth), (5.0, 0.45 * joint.breadth), joint.across
    )
    behind = joint.centre + (0.5 * joint.breadth + 2.0) * joint.along + 3.0 * joint.across
    mammillary = implicit.ellipsoid(points, behind, (3.8, 4.2, 5.6), axes)
    return implicit.union(implicit.union(cup, pillar, 4.0), mammillary, 4.0)


def transverse_process(points: np.ndarray, level: Level) -> np.ndarray:
    """Left transverse process: a blade in L1-L4, a massive cone from the pedicle's side in L5."""
    shape = level.shape
    root = pedicle_centre(level)
    high, deep = shape["transverse_half_height"], shape["transverse_half_depth"]
    massive = level.name == "l5"
    foot = root + np.array([3.5 if massive else 0.0, 5.0 if massive else 6.0, -0.5])
    tip_height, tip_depth = high * (0.7 if massive else 0.9), max(deep * 0.55, 2.3)
    tip = np.array([level.size["transverse_span"] / 2, foot[1] + shape["transverse_sweep"],
                    foot[2] + shape["transverse_rise"]])  # fmt: skip
    tip[0] -= min(tip_height, tip_depth)
    foot_height = high * (0.95 if massive else 1.15)
    upright = (0.0, 0.0, 1.0)
    blade = implicit.bar(points, foot, tip, (foot_height, deep * 1.5), (tip_height, tip_depth), upright)
    accessory = implicit.ellipsoid(points, foot + np.array([3.5, 5.0, -4.0]), (2.4, 3.2, 3.0))
    return implicit.union(blade, accessory, 3.5)


def spinous_process(points: np.ndarray, level: Level) -> np.ndarray:
    """Spinous process: a hatchet, thick along its back and lower edge."""
    x, y, z = np.moveaxis(points, -1, 0)
    size, drop = level.size, level.shape["spinous_drop"]
    root = pedicle_centre(level)
    start = level.upper.depth / 2 + size["canal_depth"] + 2.0
    end = level.upper.depth / 2 + size["canal_depth"] + size["spinous_length"]
    length, high = end - start, size["spinous_height"]
    top = root[2] - level.shape["spinous_below_pedicle"]
    bottom = top - high - drop
    outline = implicit.smooth_corners(
        [
            (start - 2, top + 3.5), (start + 0.35 * length, top + 0.8), (start + 0.75 * length, top + 0.5),
            (end - 1.5, top - 0.08 * high), (end + 1.8, top - 0.45 * high - 0.5 * drop),
            (end - 0.5, bottom + 0.2 * high), (end - 5.0, bottom - 0.5), (start + 0.55 * length, bottom),
            (start + 0.35 * length, bottom + 0.14 * high), (start, bottom + 0.1 * high),
        ],
        rounds=2,
    )  # fmt: skip
    profile = implicit.polygon(y, z, outline)
    rearwards = np.clip((y - start) / length, 0.0, 1.0)
    downwards = np.clip((top - z) / high, 0.0, 1.0)
    half = 2.6 + 0.6 * rearwards**3 + 1.6 * downwards**2 * rearwards + 3.2 * (1.0 - rearwards) ** 3
    return implicit.intersection(profile, np.abs(x) - half, 6.0)


def canal(points: np.ndarray, level: Level) -> np.ndarray:
    """Vertebral canal: an upright prism with a rounded triangle for its section, behind the body."""
    x, y, _ = np.moveaxis(points, -1, 0)
    wall, wide, deep = level.upper.depth / 2, level.size["canal_width"] / 2, level.size["canal_depth"]
    left = [
        (wide - 1.0, wall - 6.0), (wide + 0.3, wall), (wide + 0.3, wall + 5.3),
        (0.7 * wide, wall + 0.5 * deep), (0.28 * wide, wall + 0.93 * deep),
    ]  # fmt: skip
    outline = [(0.0, wall + deep + 0.2), *reversed(left)]
    corners = outline + [(-u, v) for u, v in reversed(outline[1:])]
    return implicit.polygon(x, y, implicit.smooth_corners(corners, rounds=1))


def vertebra(level: Level, above: implicit.Field | None = None, gap: float = 0.0) -> implicit.Field:
    """Field of the left half of a vertebra in its own frame.

    above: field of the bone whose inferior process its superior one holds, `gap` mm clear; None leaves that out.
    """
    over = local_joint(level.joint_above, level.frame)
    below = local_joint(level.joint_below, level.frame)
    root = pedicle_centre(level)
    foot = np.array([0.5 * (root[0] + over.centre[0]) + 2.0, root[1] + 8.0, root[2] - 1.0])

    def field(points: np.ndarray) -> np.ndarray:
        bow = implicit.union(arch(points, level), inferior_process(points, below), 6.0)
        bow = implicit.union(bow, spinous_process(points, level), 5.0)
        hollow = None if above is None else above(points) - gap
        if hollow is not None:
            process = superior_process(points, over, foot, hollow)
            bow = implicit.union(bow, implicit.difference(process, canal(points, level), 4.0), 3.0)
        bow = implicit.union(bow, pedicle(points, level), 3.5)
        bow = implicit.union(bow, transverse_process(points, level), 4.0)
        bow = implicit.difference(bow, canal(points, level), 1.5)
        if hollow is not None:
            bow = implicit.difference(bow, hollow, EDGE_MM)
        return implicit.union(body(points, level), bow, 3.0)

    return field


def moved(field: implicit.Field, frame: np.ndarray) -> implicit.Field:
    """`field` of one frame as seen from a frame that `frame` (4, 4) carries into it."""
    rotation, shift = frame[:3, :3].astype(np.float32), frame[:3, 3].astype(np.float32)
    return lambda points: field(points @ rotation.T + shift)


def clear_of(field: implicit.Field, other: implicit.Field, gap: float) -> implicit.Field:
    """`field` cut back wherever it comes closer than `gap` to `other`."""
    return lambda points: implicit.difference(field(points), other(points) - gap, 1.0)


def sacral_facets(spine: Spine, above: implicit.Field) -> implicit.Field:
    """Field of the left superior articular process of S1, in the standing frame, clear of the field `above`."""
    joint = local_joint(spine.levels[-1].joint_below, np.eye(4))
    foot = joint.centre - 8.0 * joint.up + 7.0 * joint.across - 4.0 * joint.along

    def field(points: np.ndarray) -> np.ndarray:
        hollow = above(points) - spine.facet_gap
        return implicit.difference(superior_process(points, joint, foot, hollow), hollow, EDGE_MM)

    return field


def bone_field(bone: trimesh.Trimesh, near: np.ndarray, radius: float) -> implicit.Field:
    """Field of a mesh within `radius` of a point (3,) and its mirror image; far outside elsewhere."""
    gap = Gap(bone)

    def field(points: np.ndarray) -> np.ndarray:
        flat = points.reshape(-1, 3)
        close = (
            np.linalg.norm(np.abs(flat) * [1.0, 0.0, 0.0] + flat * [0.0, 1.0, 1.0] - near, axis=1) < radius
        )
        values = np.full(len(flat), radius, dtype=np.float32)
        values[close] = gap(flat[close])
        return values.reshape(points.shape[:-1])

    return field


def fields(spine: Spine, sacrum: trimesh.Trimesh) -> dict[str, implicit.Field]:
    """Field of each vertebra in its own frame, and `s1_facets` in the standing frame, clear of each other."""
    result: dict[str, implicit.Field] = {}
    highest = local_joint(spine.levels[0].joint_above, spine.levels[0].frame)
    above: implicit.Field = lambda points: inferior_process(points, highest)  # noqa: E731
    above_frame = spine.levels[0].frame
    for level in spine.levels:
        seen_from_here = moved(above, np.linalg.inv(above_frame) @ level.frame)
        result[level.name] = vertebra(level, seen_from_here, spine.facet_gap)
        above, above_frame = vertebra(level), level.frame
    lumbosacral = local_joint(spine.levels[-1].joint_below, np.eye(4)).centre
    ala = moved(bone_field(sacrum, lumbosacral, 30.0), above_frame)
    result["l5"] = clear_of(result["l5"], ala, spine.levels[-1].shape["sacrum_clearance"])
    result["s1_facets"] = sacral_facets(spine, moved(above, np.linalg.inv(above_frame)))
    return result


def sacral_processes(spine: Spine, field: implicit.Field) -> trimesh.Trimesh:
    """Both superior articular processes of S1 as one mesh of two closed pieces, standing frame."""
    centre = local_joint(spine.levels[-1].joint_below, np.eye(4)).centre
    left = implicit.mesh(field, centre - 19.0, centre + 19.0, FACET_TRIANGLES)
    right = trimesh.Trimesh(left.vertices * [-1.0, 1.0, 1.0], left.faces[:, ::-1], process=False)
    return trimesh.Trimesh(
        np.concatenate([left.vertices, right.vertices]),
        np.concatenate([left.faces, right.faces + len(left.vertices)]),
        process=False,
    )


def build(bones: dict[str, trimesh.Trimesh]) -> dict[str, trimesh.Trimesh]:
    """Meshes l1 ... l5, and s1_facets to be joined to the sacrum, standing on `bones["sacrum"]`; mm, LPS."""
    spine = stand(bones["sacrum"])
    field = fields(spine, bones["sacrum"])
    result = {}
    for level in spine.levels:
        size = level.size
        back = level.upper.depth / 2 + size["canal_depth"] + size["spinous_length"] + 6
        low, high = (0, -24, -44), (size["transverse_span"] / 2 + 4, back, 32)
        mesh = implicit.symmetric_mesh(field[level.name], low, high, TRIANGLES)
        mesh.apply_transform(level.frame)
        result[level.name] = mesh
    result["s1_facets"] = sacral_processes(spine, field["s1_facets"])
    return result
