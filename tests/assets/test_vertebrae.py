"""The lumbar spine as built: published sizes, lordosis, openings, facet joints, sound meshes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import trimesh

from assets.build import bones, discs, feet, openings, spine, vertebrae

TOLERANCE = 0.05
SHIPPED = tomllib.loads((Path(__file__).parents[2] / "assets" / "anatomy" / "spine.toml").read_text())
MIRROR = np.array([-1.0, 1.0, 1.0])


@pytest.fixture(scope="module")
def skeleton() -> dict[str, trimesh.Trimesh]:
    return bones.standing()


@pytest.fixture(scope="module")
def standing(skeleton: dict[str, trimesh.Trimesh]) -> spine.Spine:
    return spine.stand(skeleton["sacrum"])


@pytest.fixture(scope="module")
def built(skeleton: dict[str, trimesh.Trimesh]) -> dict[str, trimesh.Trimesh]:
    return vertebrae.build(skeleton)


@pytest.fixture(scope="module")
def discs_built(skeleton: dict[str, trimesh.Trimesh]) -> dict[str, discs.Disc]:
    return discs.build(skeleton)


@pytest.fixture(scope="module")
def described(skeleton, standing, built, discs_built) -> dict:
    meshes = built | {name: disc.mesh for name, disc in discs_built.items()}
    return openings.describe(standing, meshes | {"sacrum": skeleton["sacrum"] + built["s1_facets"]})


def reach(mesh: trimesh.Trimesh, origin: np.ndarray, direction: list[float]) -> float:
    """Distance from `origin` to the first surface along `direction`."""
    hits, _, _ = mesh.ray.intersects_location([origin], [direction], multiple_hits=True)
    return float(np.linalg.norm(hits - origin, axis=1).min())


def span(mesh: trimesh.Trimesh, origin: np.ndarray, direction: list[float]) -> float:
    """Distance between the first surfaces on both sides of `origin`."""
    return reach(mesh, origin, direction) + reach(mesh, origin, [-value for value in direction])


def endplate_extent(mesh: trimesh.Trimesh, plate: spine.Endplate) -> tuple[float, float]:
    """Greatest width, and depth in the midline, of the body within 4 mm of an endplate."""
    local = (mesh.vertices - plate.centre) @ plate.axes
    rim = local[(np.abs(local[:, 2]) < 4.0) & (local[:, 1] < 4.0)]
    inward = plate.axes[:, 2] * np.sign((mesh.center_mass - plate.centre) @ plate.axes[:, 2])
    depths = [span(mesh, plate.centre + step * inward, plate.axes[:, 1].tolist()) for step in (1.5, 2.5, 3.5)]
    return float(np.ptp(rim[:, 0])), max(depths)


def sizes(level: spine.Level, mesh: trimesh.Trimesh) -> dict[str, float]:
    """The published dimensions, measured on the mesh."""
    local = mesh.copy().apply_transform(np.linalg.inv(level.frame))
    root, wall = vertebrae.pedicle_centre(level), level.upper.depth / 2
    upper, lower = endplate_extent(mesh, level.upper), endplate_extent(mesh, level.lower)
    canal = np.array([0.0, wall + 5.0, root[2]])
    recess = np.array([0.0, wall + 5.0, root[2] - 9.0])
    isthmus = root + np.outer(np.arange(-4.0, 2.0), [0.0, 1.0, 0.0])
    return {
        "endplate_width_upper": upper[0],
        "endplate_depth_upper": upper[1],
        "endplate_width_lower": lower[0],
        "endplate_depth_lower": lower[1],
        "body_height_posterior": span(local, np.array([0.0, wall - 3.5, 0.0]), [0, 0, 1]),
        "canal_width": span(local, canal, [1, 0, 0]),
        "canal_depth": span(local, recess, [0, 1, 0]),
        "pedicle_width": min(span(local, point, [1, 0, 0]) for point in isthmus),
        "pedicle_height": min(span(local, point, [0, 0, 1]) for point in isthmus),
        "transverse_span": float(np.ptp(local.vertices[:, 0])),
    }


@pytest.mark.parametrize("index", range(5))
def test_sizes_agree_with_what_the_studies_found(standing, built, index):
    level = standing.levels[index]
    table = spine.read_sizes()["size"]
    for name, value in sizes(level, built[level.name]).items():
        published = table[name]["published"][index]
        allowed = max(TOLERANCE * published, table[name].get("spread", [0.0] * 5)[index])
        assert abs(value - published) <= allowed, f"{level.name} {name}: {value:.1f}, published {published}"


def test_lordosis_and_its_split_are_the_published_ones(standing):
    lordosis = spine.read_sizes()["lordosis"]
    upper = [level.upper.inclination_deg for level in standing.levels] + [standing.sacrum.inclination_deg]
    segments = np.diff(upper)
    assert segments.sum() == pytest.approx(lordosis["total_deg"], abs=0.1)
    assert segments / segments.sum() == pytest.approx(np.array(lordosis["split"]) / 72.0, abs=0.005)
    assert upper[-1] - upper[3] == pytest.approx(34.2, abs=8.3)


def test_disc_heights_are_the_published_ones(standing):
    table = spine.read_sizes()["size"]["disc_height"]
    below = [level.upper for level in standing.levels[1:]] + [standing.sacrum]
    centres = [level.lower.centre for level in standing.levels]
    heights = np.linalg.norm(np.array(centres) - [base.centre for base in below], axis=1)
    assert np.all(np.abs(heights - table["published"]) <= np.array(table["spread"]) + 0.01)


def test_every_solid_is_closed_and_symmetric(built, discs_built):
    for name, mesh in (built | {key: disc.mesh for key, disc in discs_built.items()}).items():
        assert mesh.is_watertight, name
        assert mesh.is_winding_consistent, name
        assert mesh.volume > 0, name
        distance, _ = trimesh.proximity.cKDTree(mesh.vertices).query(mesh.vertices * MIRROR)
        assert distance.max() < 1e-3, name


def test_no_two_levels_are_alike(standing, built):
    shapes = np.array([list(sizes(level, built[level.name]).values()) for level in standing.levels])
    gaps = np.abs(shapes[:, None] - shapes).max(axis=2)[np.triu_indices(5, 1)]
    assert gaps.min() > 2.0


def test_openings_are_lower_from_the_third_downwards_as_in_ct():
    """Heights peak at L2/3 or L3/4 (CT of 969 people, Neurosurgery 2024;94:813-827, numbers not seen)."""
    heights = [SHIPPED["joints"][name]["opening"]["height_mm"] for name in spine.JOINTS]
    assert heights[0] < heights[1]
    assert heights[2] > heights[3] > heights[4]
    assert max(heights) in heights[1:3]


def test_openings_are_narrower_from_level_to_level_downwards_as_in_ct(described):
    """Width falls from L1 to S1 in CT of 969 people (Neurosurgery 2024;94:813-827, numbers not seen)."""
    widths = [described["joints"][name]["opening"]["upper_width_mm"] for name in spine.JOINTS]
    assert np.all(np.diff(widths) < 0.0), widths


def test_a_superior_process_ends_in_one_tip_and_has_no_point_beside_the_canal(standing, built):
    """A tip is a vertex that stands highest within 3 mm, in the upper quarter of the joint or above it."""
    for level in standing.levels:
        joint = vertebrae.local_joint(level.joint_above, level.frame)
        points = trimesh.transform_points(built[level.name].vertices, np.linalg.inv(level.frame))
        left_behind = (points[:, 0] > 3.0) & (points[:, 1] > level.upper.depth / 2 + 3.0)
        process = points[left_behind & (points[:, 2] > joint.centre[2] + 0.25 * joint.height)]
        near = trimesh.proximity.cKDTree(process).query_ball_point(process, 3.0)
        tips = [
            point for point, around in zip(process, near, strict=True) if point[2] >= process[around, 2].max()
        ]
        assert len(tips) == 1, f"{level.name}: {np.round(tips, 1).tolist()}"


def test_openings_are_as_tall_and_wide_as_normal_ones(described):
    for name, joint in described["joints"].items():
        opening = joint["opening"]
        assert 18.0 <= opening["height_mm"] <= 23.0, name
        assert 7.0 <= opening["upper_width_mm"] <= 11.0, name
        # Bone and disc alone: published ones, 40 to 160, hold ligament and capsule as well.
        assert 40.0 <= opening["area_mm2"] <= 180.0, name


def test_facets_face_each_other_across_a_narrow_gap(standing, built):
    lowers = [*spine.LEVELS[1:], "s1_facets"]
    for level, lower in zip(standing.levels, lowers, strict=True):
        centre = openings.facet(level.joint_below)
        near = built[lower].vertices[np.linalg.norm(built[lower].vertices - centre, axis=1) < 9.0]
        gap = -trimesh.proximity.signed_distance(built[level.name], near)
        assert 0.5 < gap.min() < 2.6, lower
        assert np.median(np.sort(gap)[: len(gap) // 4]) < 4.0, lower


def test_no_vertebra_reaches_into_its_neighbour(skeleton, built):
    below = [built[name] for name in spine.LEVELS[1:]] + [skeleton["sacrum"]]
    for name, lower in zip(spine.LEVELS, below, strict=True):
        near = built[name].vertices[built[name].vertices[:, 2] < lower.bounds[1, 2] + 2.0]
        assert trimesh.proximity.signed_distance(lower, near).max() < 1.0, name


def test_a_disc_follows_both_its_bodies(discs_built):
    for disc in discs_built.values():
        assert disc.weight.min() == 0.0
        assert disc.weight.max() == 1.0
        high, low = disc.mesh.vertices[disc.weight == 1.0], disc.mesh.vertices[disc.weight == 0.0]
        assert high[:, 2].mean() > low[:, 2].mean()


def test_feet_stand_flat_under_the_shanks(skeleton):
    foot = feet.build(skeleton)
    left, right = foot["foot_left"], foot["foot_right"]
    assert left.is_watertight
    assert left.volume > 0
    assert right.volume == pytest.approx(left.volume)
    flat = left.vertices[left.vertices[:, 2] < left.bounds[0, 2] + 4.0]
    assert np.ptp(flat[:, 1]) > 170.0
    for bone in ("tibia_left", "fibula_left"):
        near = left.vertices[left.vertices[:, 2] > left.bounds[1, 2] - 40.0]
        assert trimesh.proximity.signed_distance(skeleton[bone], near).max() < 1.0
