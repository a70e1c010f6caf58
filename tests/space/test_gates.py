"""The gates: what cannot be told says why, and nothing else is grey."""

from __future__ import annotations

import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.body.solve import solve
from visualizer.lesson.text import LANGUAGES, words
from visualizer.space.finding import WHOLE_ROUTE
from visualizer.space.findings import Finding, Findings, findings
from visualizer.space.ladder import NO_LIMIT, NO_VALUE, OUT_OF_RANGE, OVERLAP, SMALL_CHANGE, Level
from visualizer.space.sites import sites


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


def of(anatomy: Anatomy, name: str = "balanced", **fields: float) -> Findings:
    return findings(anatomy, solve(anatomy, with_fields(preset(name, anatomy.root), fields)))


def one(found: Findings, site: str, measure: str, side: str = "right") -> Finding:
    return next(item for item in found.items if (item.site, item.measure, item.side) == (site, measure, side))


def test_a_reason_is_given_exactly_where_a_level_cannot_be_told(anatomy: Anatomy) -> None:
    for name in ("balanced", "flexor-dominant", "sitting"):
        for item in of(anatomy, name).items:
            assert (item.level is Level.CANNOT_TELL) == bool(item.reason)
            for language in LANGUAGES:
                assert not item.reason or words(language)(f"reason.{item.reason}")
                assert words(language)(f"level.{item.level}")


def test_in_balance_each_site_of_the_nerve_is_told_and_none_is_coloured(anatomy: Anatomy) -> None:
    found = of(anatomy)
    for side in ("left", "right"):
        assert {item.level for item in found.tightest(side)} == {Level.ROOMY}
        assert not any(item.set_by_user for item in found.tightest(side))
    for item in found.items:
        assert item.level == item.level_balanced


def test_a_change_within_the_error_moves_nothing_on_the_ladder(anatomy: Anatomy) -> None:
    """A disc lower by less than the 0.5 mm that can be told takes an opening over the edge of the healthy range."""
    above = one(of(anatomy), "opening_l5_s1", "height").now - 20.0
    assert 0.0 < above < 0.45
    height = one(of(anatomy, disc_height_l5_s1_mm=-above - 0.04), "opening_l5_s1", "height")
    assert height.now < 20.0
    assert (height.level, height.reason) == (Level.CANNOT_TELL, SMALL_CHANGE)
    further = one(of(anatomy, disc_height_l5_s1_mm=-1.0), "opening_l5_s1", "height")
    assert (further.level, further.reason) == (Level.SNUG, "")


def test_a_level_that_stays_is_told_however_small_the_change(anatomy: Anatomy) -> None:
    disc = one(of(anatomy, tilt_deg=1.0), "opening_l5_s1", "disc_back")
    assert disc.change != 0.0
    assert disc.level is Level.ROOMY


def test_beyond_where_a_site_was_checked_it_is_not_told(anatomy: Anatomy) -> None:
    seated = of(anatomy, "sitting")
    for site in ("obturator_gemelli", "quadratus_femoris"):
        assert one(seated, site, "room").reason == OUT_OF_RANGE
    for site in ("infrapiriform", "subgluteal", "hamstring_origin"):
        assert one(seated, site, "room").reason == ""
    deeper = of(anatomy, hip_flexion_deg=80.0)
    for site in ("infrapiriform", "obturator_gemelli", "subgluteal", "hamstring_origin"):
        assert one(deeper, site, "room").reason == OUT_OF_RANGE
    assert one(seated, "opening_l4_l5", "height").level is Level.ROOMY
    one_leg = of(anatomy, hip_rotation_left_deg=-40.0)
    assert one(one_leg, "infrapiriform", "room", "left").reason == OUT_OF_RANGE
    assert one(one_leg, "infrapiriform", "room", "right").reason == ""


def test_where_surfaces_overlap_it_is_not_told(anatomy: Anatomy) -> None:
    for fields in ({}, {"tilt_deg": 10.0, "tone_rotators": 1.0}, {"hip_flexion_deg": 20.0}):
        for item in of(anatomy, **fields).items:
            if item.measure == "room" and item.now is not None and item.reason != OUT_OF_RANGE:
                assert (item.reason == OVERLAP) == (item.now < -0.3), (item.site, item.now)
    # The roots pass their openings clear of bone.
    found = of(anatomy, "flexor-dominant")
    assert one(found, "opening_l5_s1", "room").reason == ""
    assert one(found, "opening_l5_s1", "height").level in (Level.ROOMY, Level.CANNOT_TELL)


def test_no_value_and_no_limit(anatomy: Anatomy) -> None:
    deep = of(anatomy, hip_flexion_deg=100.0)
    assert one(deep, "ischiofemoral", "ifs").reason == NO_VALUE
    assert one(deep, "obturator_gemelli", "turn").reason == NO_LIMIT


def test_what_a_premise_sets_directly_is_marked(anatomy: Anatomy) -> None:
    found = of(anatomy, "flexor-dominant", disc_height_l4_l5_mm=-2.0)
    assert one(found, "infrapiriform", "piriformis_thickness").set_by_user
    assert one(found, "opening_l4_l5", "height").set_by_user
    assert not one(found, "opening_l5_s1", "height").set_by_user
    assert not one(found, "obturator_gemelli", "room").set_by_user


def test_the_tightest_comes_first_one_finding_a_site(anatomy: Anatomy) -> None:
    found = of(anatomy, "flexor-dominant")
    for side in ("left", "right"):
        order = found.tightest(side)
        named = [item.site for item in order]
        assert len(set(named)) == len(named)
        assert any(item.level is Level.CANNOT_TELL for item in order)
        ranks = [item.level.rank for item in order]
        assert ranks == sorted(ranks, reverse=True), "what cannot be told comes last"
        assert not {"opening_l1_l2", "opening_l2_l3", "opening_l3_l4"} & set(named)


def test_the_whole_route_comes_after_the_places_of_its_level(anatomy: Anatomy) -> None:
    for name in ("flexor-dominant", "sitting"):
        order = of(anatomy, name).tightest("right")
        route = next(item for item in order if item.site == WHOLE_ROUTE)
        alike = [item for item in order if item.level is route.level]
        assert len(alike) > 1
        assert alike[-1] is route


def test_places_lie_on_the_nerve_and_follow_the_posture(anatomy: Anatomy) -> None:
    rest, tipped = of(anatomy), of(anatomy, tilt_deg=12.0)
    for before, after in zip(rest.items, tipped.items, strict=True):
        assert (before.place_mm[0] > 0) == (before.side == "left")
        if before.site == "infrapiriform":
            assert before.place_mm != after.place_mm


def test_every_site_is_named_as_a_place_in_a_sentence(anatomy: Anatomy) -> None:
    for entry in sites(anatomy.root).values():
        for where in (entry.where, entry.where_clinical):
            assert set(where) == set(LANGUAGES)
            assert all(text[0].islower() for text in where.values())
