"""The program's words, in one file for each language: `assets/lesson/text.<code>.toml`.

A key is the path to a word in that file, such as "tilt.title"; `{names}` in a word are filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from visualizer.anatomy.load import assets_root
from visualizer.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = {"en": "English", "es": "Español"}


@dataclass(frozen=True)
class Words:
    """All words of one language."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the word for `key`, with `values` filled in."""
        return self.entries[key].format(**values)


def _flat(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(value)


@cache
def words(language: str, root: Path | None = None) -> Words:
    """Words of a language. Raises UserError on an unknown language or a damaged file."""
    if language not in LANGUAGES:
        raise UserError(f'There is no language "{language}".', f"Choose one of: {', '.join(LANGUAGES)}.")
    folder = assets_root() if root is None else root
    file = folder / "lesson" / f"text.{language}.toml"
    try:
        return Words(language, dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")))))
    except (OSError, ValueError) as error:
        raise UserError(
            f"The words in {file.name} cannot be read ({error}).", "Install the program again."
        ) from error
