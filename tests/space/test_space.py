"""Room around the nerve: distances are exact, spaces narrow in the postures that studies found, sides mirror."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import RANGES, preset, with_fields
from visualizer.body.solve import solve
from visualizer.space.ladder import Level
from visualizer.space.room import Values, room
from visualizer.space.sites import sites
from visualizer.space.slices import cut, gap_in_planes

IFS, QFS = ("ischiofemoral", "ifs"), ("quadratus_femoris", "qfs")
# Both sides are measured as left ones: what is left is rounding, mm, degrees or 1/m.
SIDES_ALIKE = 0.05
LIMB = {name: st.floats(*RANGES[name]) for name in RANGES if name.startswith(("hip_", "knee_"))}
POSTURES = st.fixed_dictionaries(
    {
        "tilt_deg": st.floats(-15.0, 15.0),
        "tone_rotators": st.floats(0.0, 1.0),
        "hip_flexion_left_deg": st.floats(-20.0, 90.0),
        "hip_rotation_left_deg": LIMB["hip_rotation_deg"],
        "hip_adduction_right_deg": LIMB["hip_adduction_deg"],
        "hip_rotation_right_deg": LIMB["hip_rotation_deg"],
        "knee_flexion_left_deg": LIMB["knee_flexion_deg"],
    }
)


@cache
def body() -> Anatomy:
    return load_anatomy()


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return body()


def values(anatomy: Anatomy, **fields: float) -> Values:
    return room(anatomy, solve(anatomy, with_fields(preset("balanced", anatomy.root), fields)))


def test_sections_of_two_tetrahedra_are_as_far_apart_as_drawn() -> None:
    one = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    other = one * [-1.0, 1.0, 1.0] + [-3.0, 0.0, 0.0]
    heights = np.array([0.25, 0.5])
    near = gap_in_planes(cut(one, faces, heights), cut(other, faces[:, ::-1], heights))
    assert near == pytest.approx(3.0)
    assert gap_in_planes(cut(one, faces, heights), cut(other, faces, np.array([9.0]))) == np.inf


def test_every_measure_of_the_table_is_measured(anatomy: Anatomy) -> None:
    named = {(site, key) for site, entry in sites(anatomy.root).items() for key in entry.measure}
    found = values(anatomy)
    assert set(found) == named
    assert all(value.shape == (2,) and np.isfinite(value).all() for value in found.values())


def test_balanced_ischiofemoral_spaces_are_within_two_sd_of_healthy_people(anatomy: Anatomy) -> None:
    found, table = values(anatomy), sites(anatomy.root)
    for site, key in (IFS, QFS):
        normal = table[site].measure[key].normal
        assert normal is not None
        assert normal.mean is not None
        assert normal.sd is not None
        assert abs(found[site, key] - normal.mean).max() <= 2 * normal.sd


@pytest.mark.parametrize("space", [IFS, QFS])
@pytest.mark.parametrize(
    ("field", "narrow", "wide"),
    [("hip_adduction_deg", 15.0, -15.0), ("hip_rotation_deg", -25.0, 25.0), ("hip_flexion_deg", -15.0, 25.0)],
)
def test_adduction_external_rotation_and_extension_narrow_the_space(
    anatomy: Anatomy, space: tuple[str, str], field: str, narrow: float, wide: float
) -> None:
    narrowed, rest, widened = (values(anatomy, **{field: value})[space] for value in (narrow, 0.0, wide))
    assert (narrowed < rest).all()
    assert (rest < widened).all()


def test_tone_thickens_piriformis_and_narrows_what_it_borders(anatomy: Anatomy) -> None:
    toned = [values(anatomy, tone_rotators=tone) for tone in (0.2, 0.5, 1.0)]
    thickness = [value["infrapiriform", "piriformis_thickness"] for value in toned]
    assert (np.diff(thickness, axis=0) > 0).all()
    gaps = {site: [value[site, "gap"] for value in toned] for site in ("infrapiriform", "obturator_gemelli")}
    assert (np.diff(gaps["infrapiriform"], axis=0) < 0).all()
    # Thickening was measured in piriformis alone.
    assert np.diff(gaps["obturator_gemelli"], axis=0) == pytest.approx(0.0, abs=0.3)


def test_tone_moves_no_bone(anatomy: Anatomy) -> None:
    rest, toned = values(anatomy), values(anatomy, tone_rotators=1.0)
    for key in (IFS, ("opening_l4_l5", "height"), ("route", "strain"), ("ischial_tunnel", "tuberosity")):
        assert toned[key] == pytest.approx(rest[key], abs=1e-6)


def test_a_bent_hip_stretches_the_nerve_and_a_bent_knee_eases_it(anatomy: Anatomy) -> None:
    straight, eased = (
        values(anatomy, hip_flexion_deg=70.0, knee_flexion_deg=knee)["route", "strain"]
        for knee in (0.0, 90.0)
    )
    assert (straight > eased).all()
    assert (straight > 0).all()


def test_ten_degrees_of_tilt_stay_far_below_what_harms_a_nerve(anatomy: Anatomy) -> None:
    strain = sites(anatomy.root)["route"].measure["strain"]
    now = values(anatomy, tilt_deg=10.0)["route", "strain"]
    assert (now > 0).all()
    assert (now < 2.0).all()
    assert strain.level(float(now[0]), {}) is Level.ROOMY


def test_a_deeply_bent_hip_has_no_axial_space(anatomy: Anatomy) -> None:
    assert np.isnan(values(anatomy, hip_flexion_deg=100.0)[IFS]).all()


@settings(max_examples=6, deadline=None)
@given(fields=POSTURES)
def test_any_posture_is_finite_and_its_mirror_image_swaps_the_sides(fields: dict[str, float]) -> None:
    anatomy = body()
    posture = with_fields(preset("balanced", anatomy.root), fields)
    found, mirrored = (
        room(anatomy, solve(anatomy, posture)),
        room(anatomy, solve(anatomy, posture.mirrored())),
    )
    for key, value in found.items():
        assert np.isfinite(value).all() or key in (IFS, QFS)
        assert np.array_equal(np.isnan(value), np.isnan(mirrored[key][::-1]))
        assert np.nan_to_num(mirrored[key][::-1]) == pytest.approx(np.nan_to_num(value), abs=SIDES_ALIKE)
