"""The headline: there for any posture, in both languages and wordings; its numbers are the model's; its words plain."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import FIELD_NAMES, RANGES, Posture, fields_meant, preset, presets, with_fields
from visualizer.body.solve import solve
from visualizer.lesson.text import LANGUAGES, words
from visualizer.space.findings import Findings, findings, with_shares
from visualizer.space.headline import headline, most_telling

POSTURES = 200
WORDINGS = ("patient", "clinical")
FRIGHTENING = re.compile(
    r"pinch|crush|trap|compress|damage|unstable|weak|press|pellizc|aplast|atrapa|comprim|daña", re.I
)
RANGE = {name: limits for name, limits in RANGES.items() if name.startswith(("tilt", "hip", "knee", "disc"))}
FIELDS = st.fixed_dictionaries(
    {},
    optional={name: st.floats(*limits) for name, limits in RANGE.items()}
    | {"tone_rotators": st.floats(0.0, 1.0), "hip_rotation_left_deg": st.floats(-45.0, 45.0)},
)


@cache
def body() -> Anatomy:
    return load_anatomy()


@cache
def found_in(posture: Posture) -> Findings:
    return findings(body(), solve(body(), posture))


def numbers_in(text: str, language: str) -> list[float]:
    plain = text.replace(",", ".") if language == "es" else text
    # Names of vertebrae and discs are no numbers.
    plain = re.sub(r"[LS]\d(/[LS]?\d)?", "", plain)
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", plain)]


def true_numbers(found: Findings) -> list[float]:
    """All that a headline may say: joint angles, disc heights, the telling finding, and how many sites there are."""
    posture = found.snapshot.posture
    numbers = (name for name in FIELD_NAMES if name.startswith(("tilt_deg", "hip_", "knee_", "disc_")))
    values = [getattr(posture, name) for name in numbers]
    values += [posture.tilt_deg * posture.lumbar_share, *range(len(found.sites) + 1)]
    telling = most_telling(found)
    if telling is not None:
        values += [max(telling.balanced or 0.0, 0.0), max(telling.now or 0.0, 0.0)]
    return [abs(value) for value in values]


def check(found: Findings) -> None:
    true = true_numbers(found)
    for language in LANGUAGES:
        for wording in WORDINGS:
            text = headline(found, language, wording)
            assert text[0].isupper()
            assert text.endswith(".")
            assert "{" not in text
            assert 1 <= len(re.findall(r"\.(?:\s|$)", text)) <= 4
            for number in numbers_in(text, language):
                assert min(abs(number - value) for value in true) <= 0.0501, (number, text)
            assert wording == "clinical" or not FRIGHTENING.search(text)


@settings(max_examples=POSTURES, deadline=None)
@given(fields=FIELDS)
def test_a_headline_exists_and_is_true_for_any_posture(fields: dict[str, float]) -> None:
    check(found_in(with_fields(preset("balanced", body().root), fields)))


@pytest.mark.parametrize("name", list(presets()))
def test_shares_add_a_cause_and_leave_the_rest(name: str) -> None:
    found = found_in(preset(name, body().root))
    shared = with_shares(body(), found)
    check(shared)
    for language in LANGUAGES:
        before, after = (headline(one, language, "patient") for one in (found, shared))
        assert all(sentence in after for sentence in before.split(". ")[:2])
        assert (len(after) > len(before)) == (most_telling(found) is not None)


def test_the_flexor_dominant_posture_is_told_in_full() -> None:
    found = with_shares(body(), found_in(preset("flexor-dominant", body().root)))
    text = headline(found, "en", "patient")
    assert text.startswith("The pelvis tips 10° forward, the low back hollows by 9.5° and you set")
    telling = most_telling(found)
    assert telling is not None
    assert telling.room_lost > 0.0
    figures = (f"{value:.1f}" for value in (telling.balanced, telling.now))
    assert " → ".join(figures) + " mm" in text
    assert "Most of that comes from" in text


def test_little_change_is_said_plainly() -> None:
    balanced = preset("balanced", body().root)
    text = headline(found_in(balanced), "en", "patient")
    assert text.startswith("This is the balanced posture")
    assert headline(found_in(with_fields(balanced, {"tone_glutes": 0.4})), "en", "patient") == text
    barely = headline(found_in(with_fields(balanced, {"tilt_deg": 1.0})), "en", "patient")
    assert "The pelvis tips 1° forward" in barely
    assert "Little changes" in barely


def test_a_side_is_named_only_where_the_sides_differ() -> None:
    both = {"disc_height_l4_l5_mm": -4.0}
    one_leg = both | {"knee_flexion_left_deg": 30.0}
    texts = [
        headline(found_in(with_fields(preset("balanced", body().root), fields)), "en", "patient")
        for fields in (both, one_leg)
    ]
    assert " on the " not in texts[0]
    assert " on the " in texts[1]


def test_less_room_is_not_the_same_as_pain() -> None:
    assert words("en")("headline.companion") == "Less room is not the same as pain."
    assert words("es")("headline.companion")


def syllables(word: str) -> int:
    """Close enough for a grade: groups of vowels, a silent e left out."""
    return max(len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))), 1)


@pytest.mark.parametrize("name", list(presets()))
def test_patient_english_reads_at_grade_eight_or_below(name: str) -> None:
    """Flesch-Kincaid."""
    text = headline(with_shares(body(), found_in(preset(name, body().root))), "en", "patient")
    told = re.findall(r"[A-Za-z]+", text)
    sentences = len(re.findall(r"\.(?:\s|$)", text))
    grade = 0.39 * len(told) / sentences + 11.8 * sum(map(syllables, told)) / len(told) - 15.59
    assert grade <= 8.0


def test_every_limb_field_has_words() -> None:
    for limb in ("hip_flexion", "hip_rotation", "hip_adduction", "knee_flexion"):
        assert fields_meant(f"{limb}_deg")
        for way in ("more", "less"):
            for side in ("both", "left", "right"):
                for language in LANGUAGES:
                    for wording in WORDINGS:
                        assert words(language)(f"headline.{wording}.{limb}_{way}_{side}", degrees="1")
