"""Words: every language has all of them, and the emergency text is the same wherever it stands."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from visualizer.anatomy.model import LAYERS
from visualizer.body.posture import presets
from visualizer.errors import UserError
from visualizer.lesson.text import LANGUAGES, words
from visualizer.scene.cameras import VIEWS

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_word_with_the_same_gaps(language):
    english, other = words("en").entries, words(language).entries
    assert other.keys() == english.keys()
    for key in english:
        assert gaps(other[key]) == gaps(english[key]), key
        assert other[key].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layer_view_and_preset_has_words(language):
    text = words(language)
    for key in [*(f"layers.{each}" for each in LAYERS), *(f"views.{each}" for each in VIEWS)]:
        assert text(key)
        assert text(f"{key}_hint")
    for preset in presets():
        assert text(f"posture.{preset}_hint")


def test_every_word_that_the_program_asks_for_is_there():
    source = "\n".join(file.read_text() for file in (PROJECT / "visualizer" / "ui").glob("*.py"))
    asked = set(re.findall(r'text\("([a-z_.]+)"', source))
    assert asked
    assert asked <= words("en").entries.keys()


def test_the_readme_carries_the_emergency_text():
    readme = " ".join((PROJECT / "README.md").read_text().replace("\n> ", " ").split())
    assert words("en")("emergency.text") in readme


def test_an_unknown_language_is_a_sentence():
    with pytest.raises(UserError, match="no language"):
        words("xx")


def test_a_damaged_file_is_a_sentence(tmp_path):
    (tmp_path / "lesson").mkdir()
    (tmp_path / "lesson" / "text.en.toml").write_text("this is = not [ toml")
    with pytest.raises(UserError, match=r"text\.en\.toml cannot be read"):
        words("en", tmp_path)


def gaps(word: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(word) if name)
