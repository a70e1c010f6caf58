"""The one place that says how a site or a muscle is called: by language, for patients or for clinicians."""

from __future__ import annotations

from visualizer.anatomy.load import assets_root
from visualizer.anatomy.model import Names
from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.space.sites import sites


def in_language(names: dict[str, str], language: str) -> str:
    """The name in a language, in English where it has none."""
    return names.get(language) or names.get("en", "")


def structure_name(names: Names, session: Session) -> str:
    """A structure's lay name for patients, its clinical one for clinicians; the Latin one where there is none."""
    chosen = names.lay if session.wording == "patient" else names.clinical
    return in_language(chosen, session.language) or names.latin


def other_name(names: Names, session: Session) -> str:
    """The name that the other wording has for it, or "" where it is the same."""
    other = in_language(names.clinical if session.wording == "patient" else names.lay, session.language)
    return "" if other == structure_name(names, session) else other


def site_name(site: str, session: Session) -> str:
    """A site's short name as it stands beside the picture, or its full one where it has none."""
    short = words(session.language).entries.get(f"marks.short.{site}.{session.wording}")
    return short or full_site_name(site, session)


def full_site_name(site: str, session: Session) -> str:
    """A site's lay name for patients, its clinical one for clinicians."""
    entry = sites(assets_root())[site]
    return in_language(entry.lay if session.wording == "patient" else entry.clinical, session.language)
