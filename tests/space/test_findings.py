"""Findings: shares add up to the change, nothing is found in balance, and every bound has its source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import CHOICES, FIELD_NAMES, Posture, preset, with_fields, without_side
from visualizer.body.solve import solve
from visualizer.forces.settle import TIPPING, fields_of
from visualizer.forces.shapley import coalitions, shapley
from visualizer.space.findings import Finding, with_shares
from visualizer.space.findings import findings as of_snapshot
from visualizer.space.shares import MOVING, PREMISES, premise_fields
from visualizer.space.sites import sites

ALL_PREMISES = {
    "tilt_deg": 8.0,
    "tone_rotators": 0.7,
    "hip_rotation_left_deg": -20.0,
    "hip_adduction_right_deg": 10.0,
    "disc_height_l4_l5_mm": -3.0,
}
REQUIRED = {
    "opening_l4_l5": "height",
    "opening_l5_s1": "height",
    "infrapiriform": "gap",
    "obturator_gemelli": "turn",
    "ischial_tunnel": "tuberosity",
    "ischiofemoral": "ifs",
    "quadratus_femoris": "qfs",
    "route": "strain",
}


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


def findings(anatomy: Anatomy, posture: Posture) -> tuple[Finding, ...]:
    return with_shares(anatomy, of_snapshot(anatomy, solve(anatomy, posture))).items


def posture(anatomy: Anatomy, **fields: float) -> Posture:
    return with_fields(preset("balanced", anatomy.root), fields)


def by_place(found: tuple[Finding, ...]) -> dict[tuple[str, str, str], Finding]:
    return {(finding.site, finding.measure, finding.side): finding for finding in found}


def test_every_field_that_is_a_number_belongs_to_one_premise() -> None:
    moving = {name for group in MOVING for name in premise_fields(group)}
    tipping = {name for group in TIPPING for name in fields_of(group)}
    assert moving & tipping == {"tone_rotators"}
    assert moving | tipping == {name for name in FIELD_NAMES if without_side(name) not in CHOICES}


def test_balanced_has_no_change(anatomy: Anatomy) -> None:
    for finding in findings(anatomy, preset("balanced", anatomy.root)):
        assert finding.change == 0.0
        assert finding.now == finding.balanced
        assert set(finding.shares.values()) == {0.0}


@pytest.mark.parametrize("name", ["flexor-dominant", "sitting", "all premises"])
def test_shares_add_up_to_the_change(anatomy: Anatomy, name: str) -> None:
    chosen = posture(anatomy, **ALL_PREMISES) if name == "all premises" else preset(name, anatomy.root)
    found = findings(anatomy, chosen)
    assert {(finding.site, finding.measure) for finding in found} >= set(REQUIRED.items())
    for finding in found:
        assert finding.change is not None
        assert set(finding.shares) == set(PREMISES)
        assert sum(finding.shares.values()) == pytest.approx(finding.change, abs=1e-9)


def test_a_premise_that_is_not_changed_has_no_share(anatomy: Anatomy) -> None:
    for finding in findings(anatomy, posture(anatomy, tilt_deg=10.0, disc_height_l5_s1_mm=-2.0)):
        assert finding.shares["rotators"] == finding.shares["limbs"] == 0.0
        # The root of L4 runs past that disc, so its room may tell of it.
        beside = finding.site == "opening_l4_l5" and finding.measure == "room"
        if not beside and not finding.site.endswith("l5_s1") and not finding.site.startswith("route"):
            assert finding.shares["disc"] == pytest.approx(0.0, abs=0.05)


def test_where_muscles_decide_the_tilt_its_share_is_theirs(anatomy: Anatomy) -> None:
    found = by_place(findings(anatomy, preset("flexor-dominant", anatomy.root)))
    height = found["opening_l4_l5", "height", "left"]
    assert height.shares["flexors"] < height.shares["gluteals"] < 0.0
    assert height.shares["tilt"] == pytest.approx(0.0, abs=1e-3)
    by_hand = replace(preset("flexor-dominant", anatomy.root), tilt_from="hand")
    set_by_hand = by_place(findings(anatomy, by_hand))["opening_l4_l5", "height", "left"]
    assert set_by_hand.shares["tilt"] == pytest.approx(height.change, abs=1e-3)
    assert set_by_hand.shares["flexors"] == 0.0


def test_disc_loss_is_what_narrows_the_opening_and_tone_does_not(anatomy: Anatomy) -> None:
    found = by_place(findings(anatomy, posture(anatomy, **ALL_PREMISES)))
    height = found["opening_l4_l5", "height", "left"]
    assert height.shares["disc"] < height.shares["tilt"] < 0.0
    assert height.shares["rotators"] == height.shares["limbs"] == 0.0


def test_a_mirrored_posture_gives_mirrored_findings(anatomy: Anatomy) -> None:
    turned = posture(anatomy, hip_rotation_left_deg=-25.0)
    found, mirrored = (by_place(findings(anatomy, chosen)) for chosen in (turned, turned.mirrored()))
    for (site, measure, side), finding in found.items():
        other = mirrored[site, measure, "right" if side == "left" else "left"]
        assert other.now == pytest.approx(finding.now, abs=1.0)


def test_one_thigh_turned_out_narrows_its_own_side_alone(anatomy: Anatomy) -> None:
    found = by_place(findings(anatomy, posture(anatomy, hip_rotation_left_deg=-40.0)))
    left, right = (found["ischiofemoral", "ifs", side] for side in ("left", "right"))
    assert left.shares["limbs"] == pytest.approx(left.change)
    assert right.change == pytest.approx(0.0, abs=1e-6)


def test_a_deeply_bent_hip_is_told_as_no_value(anatomy: Anatomy) -> None:
    found = by_place(findings(anatomy, posture(anatomy, hip_flexion_deg=100.0)))
    finding = found["ischiofemoral", "ifs", "left"]
    assert finding.balanced is not None
    assert finding.now is finding.change is None
    assert finding.shares == {}


def test_another_nerve_is_compared_with_its_own_balance(anatomy: Anatomy) -> None:
    rest = replace(preset("balanced", anatomy.root), nerve_variant_left="f")
    assert {finding.change for finding in findings(anatomy, rest)} == {0.0}


def test_every_site_has_names_and_sources_in_both_languages(anatomy: Anatomy) -> None:
    for entry in sites(anatomy.root).values():
        texts = [entry.clinical, entry.lay, entry.where, entry.where_clinical, entry.place.between]
        for measure in entry.measure.values():
            texts.append(measure.definition)
            assert measure.judged != bool(measure.no_limit)
            assert measure.judged == bool(measure.error or measure.error_share) or not measure.judged
            for figure in (measure.normal, *measure.bounds):
                assert figure is None or figure.source
                assert figure is None or figure.status in ("V", "V2", "M", "C", "convention")
        assert all(set(text) == {"en", "es"} and all(text.values()) for text in texts)


@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_shapley_shares_of_any_function_add_up(numbers: list[float]) -> None:
    groups = ["a", "b", "c"]
    value = {chosen: np.array([number]) for chosen, number in zip(coalitions(groups), numbers, strict=True)}
    total = value[frozenset(groups)] - value[frozenset()]
    assert sum(shapley(groups, value).values()) == pytest.approx(total, abs=1e-9)


def test_shapley_passes_round_what_has_no_value() -> None:
    value = {frozenset(): 1.0, frozenset("a"): np.nan, frozenset("b"): 2.0, frozenset("ab"): 5.0}
    shares = shapley(["a", "b"], {chosen: np.array([number]) for chosen, number in value.items()})
    assert (shares["a"][0], shares["b"][0]) == (3.0, 1.0)
