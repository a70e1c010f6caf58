"""How a structure is called: one place for the caption, the panels, the layers and every tooltip."""

from __future__ import annotations

from collections.abc import Mapping

from visualizer.anatomy.model import Names


def in_language(names: Mapping[str, str], language: str) -> str:
    """The name in a language, in English where it has none, else ""."""
    return names.get(language) or names.get("en", "")


def structure_name(names: Names, language: str, wording: str) -> str:
    """The lay name for "patient", the clinical one for "clinical"; the Latin one where there is none."""
    chosen = names.lay if wording == "patient" else names.clinical
    return in_language(chosen, language) or names.latin


def both_names(names: Names, language: str, wording: str) -> tuple[str, str]:
    """The name that the wording asks for, and the other one, "" where they are the same."""
    first = structure_name(names, language, wording)
    second = structure_name(names, language, "clinical" if wording == "patient" else "patient")
    return first, "" if second == first else second
