"""What the marks say: the model's own numbers, in both languages and both wordings."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import visualizer
from tests.scene.marked import measure
from visualizer.anatomy.model import SIDES
from visualizer.body.posture import preset
from visualizer.lesson.text import LANGUAGES, words
from visualizer.scene.appearance import Appearance
from visualizer.scene.marks.describe import Choices, describe, short_name, value_text
from visualizer.scene.marks.follow import walls
from visualizer.scene.materials import DEFAULT_LAYERS
from visualizer.space.findings import Findings, findings
from visualizer.space.ladder import SMALL_CHANGE, Level
from visualizer.space.sites import sites

WORDINGS = ("patient", "clinical")
FRIGHTENING = re.compile(
    r"pinch|crush|trap|compress|damage|unstable|pellizc|aplast|atrap|compres|daño|inestable", re.I
)


@cache
def found(name: str) -> Findings:
    body = visualizer.load_anatomy()
    return findings(body, visualizer.solve(body, preset(name)))


def marks(name: str, **chosen: object):
    return describe(visualizer.load_anatomy(), found(name), Choices(**chosen))


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["balanced", "flexor-dominant", "sitting"])
def test_each_chip_tells_the_finding_of_its_site(name, side):
    by_site = {item.site: item for item in found(name).tightest(side)}
    chips = marks(name, side=side).chips
    assert len(chips) >= 5
    for chip in chips:
        item = by_site[chip.site]
        assert chip.level == item.level
        assert chip.word == words("en")(f"level.{item.level}")
        assert np.allclose(chip.place * 1000.0, item.place_mm)
        if item.reason == SMALL_CHANGE:
            assert chip.value == f"about {item.now:.0f}\u00a0mm"
            continue
        told = re.findall(r"[\d.]+|\?", chip.value.replace("mm²", "").replace("mm", ""))
        expected = [
            None if level == Level.CANNOT_TELL else value
            for value, level in ((item.balanced, item.level_balanced), (item.now, item.level))
        ]
        for text, value in zip([told[0], told[-1]], expected, strict=True):
            if value is None:
                assert text == "?"
            else:
                assert float(text) == pytest.approx(max(value, 0.0), abs=0.51)


def test_the_tightest_come_first_and_the_chosen_site_before_all():
    order = [item.site for item in found("flexor-dominant").tightest("right")]
    chips = [chip.site for chip in marks("flexor-dominant").chips]
    assert chips == [site for site in order if site in chips]
    assert marks("flexor-dominant", site="ischiofemoral").chips[0].site == "ischiofemoral"


def test_what_does_not_change_is_one_number_and_the_user_is_told_what_he_set():
    item = next(item for item in found("balanced").tightest("right") if item.now is not None)
    assert "→" not in value_text(item, "en")
    assert "→" in value_text(replace(item, now=item.now + 1.0), "en")
    assert value_text(replace(item, unit="deg", balanced=33.2, now=39.2), "en") == "33 → 39°"
    assert value_text(replace(item, unit="mm2", balanced=110.0, now=95.4), "es") == "110 → 95\u00a0mm²"
    within_error = replace(
        item, unit="mm", balanced=20.1, now=19.6, level=Level.CANNOT_TELL, reason=SMALL_CHANGE
    )
    assert value_text(within_error, "en") == "about 20\u00a0mm"
    assert value_text(replace(within_error, reason="overlap"), "es") == "20,1 → ?\u00a0mm"
    assert value_text(replace(item, unit="mm", balanced=20.1, now=19.6), "es") == "20,1 → 19,6\u00a0mm"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wording", WORDINGS)
def test_every_site_of_the_nerve_has_a_short_name_that_fits_a_chip(language, wording):
    known = sites(visualizer.load_anatomy().root)
    for key, site in known.items():
        if site.of_sciatic:
            name = short_name(key, site, wording, words(language))
            assert f"marks.short.{key}.{wording}" in words(language).entries, key
            assert measure(name, "title")[0] < 280, name


def test_a_site_without_a_short_name_keeps_its_long_one():
    known = sites(visualizer.load_anatomy().root)["opening_l1_l2"]
    assert short_name("opening_l1_l2", known, "patient", words("es")) == known.lay["es"]
    assert short_name("unheard_of", None, "patient", words("en")) == "unheard_of"


@pytest.mark.parametrize("language", LANGUAGES)
def test_patient_words_do_not_frighten(language):
    told = [
        word
        for key, word in words(language).entries.items()
        if key.startswith(("marks.", "legend.")) and "clinical" not in key
    ]
    assert told
    assert not [word for word in told if FRIGHTENING.search(word)]


@pytest.mark.parametrize(
    ("name", "patient", "clinical"),
    [
        ("balanced", "Pelvis level", "Pelvic tilt 0°"),
        ("flexor-dominant", "Pelvis 10° forward", "Anterior tilt +10°"),
        ("sitting", "Pelvis 25° back", "Posterior tilt −25°"),
    ],
)
def test_the_tilt_is_told_as_it_is(name, patient, clinical):
    assert marks(name).tilt.pelvis_text == patient
    assert marks(name, wording="clinical").tilt.pelvis_text == clinical


def test_the_drawn_tilt_is_the_one_that_is_told():
    tilt = marks("flexor-dominant").tilt
    now, then = (line[1] - line[0] for line in (tilt.pelvis, tilt.pelvis_balanced))
    turned = np.degrees(np.arctan2(*now[[1, 2]][::-1]) - np.arctan2(*then[[1, 2]][::-1]))
    assert abs(turned) == pytest.approx(tilt.angle_deg, abs=0.2)
    assert "9.5°" in tilt.spine_text
    assert "9,5°" in marks("flexor-dominant", language="es").tilt.spine_text


def test_names_follow_what_is_drawn():
    def keys(parts: dict[str, str] | None = None, **layers: str) -> set[str]:
        look = Appearance(layers={**DEFAULT_LAYERS, **layers}, parts=parts or {})
        return {name.key.removesuffix("_right") for name in marks("balanced", appearance=look).names}

    story = {"psoas", "rectus_femoris", "gluteus_minimus"}
    assert story <= keys(), "the three of the story, as the window opens"
    assert not story & keys(flexors="ghost")
    # Under a solid gluteus medius its name would stand on the wrong muscle.
    assert "gluteus_minimus" not in keys(glutes="shown")
    for state in ("ghost", "hidden"):
        assert "gluteus_minimus" in keys({"gluteus_medius_right": state}, glutes="shown")
    assert "gluteus_minimus" in keys(glutes="ghost")
    assert "sciatic_femoral" in keys()
    assert "sciatic_femoral" not in keys(nerve="hidden")


def test_without_the_nerve_nothing_is_marked_on_it():
    look = Appearance(layers={**DEFAULT_LAYERS, "nerve": "hidden"})
    assert marks("flexor-dominant", appearance=look).chips == ()
    assert len(marks("flexor-dominant", appearance=look).nerve) == 0


def test_the_legend_shows_the_scale_and_only_signs_that_are_there():
    def signs(name: str, **chosen: object) -> list[str]:
        return [sample.what for _, samples in marks(name, **chosen).legend.groups for sample in samples]

    scale = ["roomy", "snug", "tight", "pressed"]
    assert signs("balanced")[:4] == scale
    assert not {"short", "long", "harder", "less"} & set(signs("balanced"))
    assert {"short", "long"} <= set(signs("flexor-dominant"))
    assert signs("flexor-dominant", appearance=Appearance(muscle_states=False))[:4] == scale
    assert not {"short", "long"} & set(signs("flexor-dominant", appearance=Appearance(muscle_states=False)))


def test_the_place_or_point_that_is_looked_at_has_the_edge_of_its_slice_about_it():
    tightest = found("flexor-dominant").tightest("right")[0].site
    assert np.array_equal(marks("flexor-dominant").rim, marks("flexor-dominant", site=tightest).rim)
    described = marks("balanced", site="obturator_gemelli")
    place = next(chip.place for chip in described.chips if chip.site == "obturator_gemelli")
    assert np.linalg.norm(described.rim.mean(axis=0) - place) < 0.006
    along = marks("balanced", along_mm=180.0).rim
    corridor = found("balanced").corridor
    centre = corridor.centre_m[1, np.abs(corridor.position_mm - 180.0).argmin()]
    # The edge is closed: its first point counts twice.
    assert np.allclose(along[:-1].mean(axis=0), centre, atol=1e-4)


def test_the_point_under_the_mouse_in_the_profile_lies_on_the_nerve():
    assert marks("balanced").pointed is None
    point = marks("flexor-dominant", pointed_mm=150.0, side="left").pointed
    assert point[0] > 0.0
    rings = marks("flexor-dominant").nerve.mean(axis=1)
    assert np.linalg.norm(rings - point, axis=1).min() < 0.004


def test_the_walls_of_the_place_behind_the_rotators_are_muscles_there():
    keys = walls(found("flexor-dominant"), "obturator_gemelli", "right")
    assert keys
    assert all(key.endswith("_right") for key in keys)
    assert any(
        key.startswith(("gemellus", "obturator", "gluteus", "quadratus", "piriformis")) for key in keys
    )
    assert walls(found("flexor-dominant"), "unheard_of", "right") == frozenset()


def test_the_edge_of_the_slice_at_the_tightest_place_comes_and_goes_with_its_marker():
    tightest = found("flexor-dominant").tightest("right")[0].site
    assert marks("flexor-dominant").rim_with == tightest
    for chosen in ({"site": tightest}, {"along_mm": 120.0}):
        assert marks("flexor-dominant", **chosen).rim_with is None


def test_while_all_is_roomy_only_a_chosen_place_has_the_edge_of_its_slice_about_it():
    assert marks("balanced").rim is None
    assert marks("balanced", site="obturator_gemelli").rim is not None
