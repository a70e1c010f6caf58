"""What `sites.toml` calls checked is: over the whole range, what lies near the nerve at a site fits side by side."""

from __future__ import annotations

from functools import cache
from itertools import combinations, product

import numpy as np
import pytest

from assets.build import check
from assets.build.voxels import samples, voxels
from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.corridor import corridor
from visualizer.space.sites import sites

BUTTOCK = (
    "infrapiriform", "obturator_gemelli", "ischial_tunnel", "quadratus_femoris", "hamstring_origin", "subgluteal",
)  # fmt: skip
# As deep as a pair of muscles may lie in one another in the presets, mm.
DEEPEST_MM = 2.5
# Structures so near to the nerve are its walls; so far about it they are looked at, mm.
WALL_MM, ABOUT_MM = 8.0, 22.0
SAMPLES = 4000


@cache
def deepest_about(
    flexion: float, adduction: float, rotation: float, knee: float
) -> dict[str, tuple[float, str]]:
    """How deep the walls of each site lie in one another near the left nerve, mm, and which."""
    anatomy = load_anatomy()
    fields = {
        "hip_flexion_deg": flexion, "hip_adduction_deg": adduction, "hip_rotation_deg": rotation,
        "knee_flexion_deg": knee,
    }  # fmt: skip
    snapshot = solve(anatomy, with_fields(preset("balanced", anatomy.root), fields))
    along = corridor(anatomy, snapshot)
    around = along.around[0]
    parts = {part.key: part for part in check.left_parts(anatomy.muscle_surface, "muscle")}

    @cache
    def shape(key: str):
        own = check.own(anatomy.muscle_surface, parts[key], snapshot.muscle_vertices)
        return voxels(*own, check.SPACING_MM), samples(*own, SAMPLES)

    result = {}
    for site in BUTTOCK:
        place = sites(anatomy.root)[site].place
        stretch = around.stretch(place.segment, place.z_mm)
        near = np.isin(around.run_section, stretch) & (around.run_mm < WALL_MM)
        keys = [along.structures[index] for index in np.unique(around.run_structure[near])]
        middle = around.centre_m[stretch][::3] * 1000.0
        worst = (0.0, "")
        for one, other in combinations([key for key in keys if key in parts], 2):
            for outer, inner in ((one, other), (other, one)):
                points = shape(inner)[1]
                about = np.linalg.norm(points[:, None] - middle, axis=2).min(axis=1) < ABOUT_MM
                if about.any():
                    depth = float(shape(outer)[0].depth_at(points[about]).max())
                    worst = max(worst, (depth, f"{inner} in {outer}"))
        result[site] = worst
    return result


def checked(site: str, joint: str) -> tuple[float, float]:
    return sites(load_anatomy().root)[site].checked[joint]


@pytest.mark.parametrize("site", BUTTOCK)
def test_walls_fit_side_by_side_over_the_range_that_is_called_checked(site: str) -> None:
    for flexion, adduction, rotation in product(
        checked(site, "hip_flexion"), checked(site, "hip_adduction"), checked(site, "hip_rotation")
    ):
        for knee in (0.0, 90.0) if flexion > 0.0 else (0.0,):
            depth, pair = deepest_about(flexion, adduction, rotation, knee)[site]
            assert depth <= DEEPEST_MM, (flexion, adduction, rotation, knee, pair)


def test_the_presets_lie_inside_the_range_at_the_places_that_they_speak_of() -> None:
    """Balanced and flexor-dominant can be told everywhere; sitting at some places in the buttock."""
    anatomy = load_anatomy()
    told = {
        name: [
            site
            for site in BUTTOCK
            if sites(anatomy.root)[site].was_checked(
                solve(anatomy, preset(name, anatomy.root)).joints_deg, "left"
            )
        ]
        for name in ("balanced", "flexor-dominant", "sitting")
    }
    assert told["balanced"] == told["flexor-dominant"] == list(BUTTOCK)
    assert set(told["sitting"]) == {"infrapiriform", "hamstring_origin", "subgluteal"}
