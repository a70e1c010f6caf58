"""The one place that says how a site or a muscle is called: by language, for patients or for clinicians."""

from __future__ import annotations

from typing import Protocol

from visualizer.anatomy.load import assets_root
from visualizer.anatomy.model import Names
from visualizer.lesson.text import words
from visualizer.space.sites import sites


class Wording(Protocol):
    """Whose words: a language's code, and "patient" or "clinical"; a `Session` is such."""

    @property
    def language(self) -> str:
        """Code such as "en"."""
        ...

    @property
    def wording(self) -> str:
        """Return "patient" or "clinical"."""
        ...


def in_language(names: dict[str, str], language: str) -> str:
    """The name in a language, in English where it has none."""
    return names.get(language) or names.get("en", "")


def structure_name(names: Names, of: Wording) -> str:
    """A structure's lay name for patients, its clinical one for clinicians; the Latin one where there is none."""
    chosen = names.lay if of.wording == "patient" else names.clinical
    return in_language(chosen, of.language) or names.latin


def other_name(names: Names, of: Wording) -> str:
    """The name that the other wording has for it, or "" where it is the same."""
    other = in_language(names.clinical if of.wording == "patient" else names.lay, of.language)
    return "" if other == structure_name(names, of) else other


def site_name(site: str, of: Wording) -> str:
    """A site's short name as it stands beside the picture, or its full one where it has none."""
    short = words(of.language).entries.get(f"marks.short.{site}.{of.wording}")
    return short or full_site_name(site, of)


def full_site_name(site: str, of: Wording) -> str:
    """A site's lay name for patients, its clinical one for clinicians."""
    entry = sites(assets_root())[site]
    return in_language(entry.lay if of.wording == "patient" else entry.clinical, of.language)
