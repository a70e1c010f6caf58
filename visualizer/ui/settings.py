"""What the program remembers from one run to the next: a few fields of the session, and where the window was.

An INI file in the user's configuration folder. A file that is damaged, or a place that cannot be written, costs what
it held and nothing else: the program starts with its own values and says so in one sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from platformdirs import user_config_path
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QWidget

from visualizer.lesson.text import LANGUAGES
from visualizer.session import TEXT_PERCENT, WORDINGS, Session

log = logging.getLogger(__name__)
GEOMETRY = "window/geometry"


def one_of(*known: str) -> Callable[[str], str | None]:
    """Read one of these words; None for any other."""
    return lambda text: text if text in known else None


def flag(text: str) -> bool | None:
    """Read "true" or "false"."""
    return {"true": True, "false": False}.get(text)


def percentage(text: str) -> int | None:
    """Read a text size."""
    low, high = TEXT_PERCENT
    return int(text) if text.isdecimal() and low <= int(text) <= high else None


# Field of the session -> how it is read; it is written as `str` does, in lower case. A session may lack one.
KEPT: dict[str, Callable[[str], object]] = {
    "language": one_of(*LANGUAGES),
    "background": one_of("light", "dark"),
    "background_of_system": flag,
    "wording": one_of(*WORDINGS),
    "text_percent": percentage,
    "drawer_open": flag,
}


def settings_file() -> Path:
    """Where this user's settings lie."""
    return user_config_path("visualizer", appauthor=False) / "settings.ini"


class Settings:
    """The settings in one file. `works` is False where they could not be read or cannot be kept."""

    def __init__(self, file: Path) -> None:
        self._store = QSettings(str(file), QSettings.Format.IniFormat)
        self.works = self._store.status() == QSettings.Status.NoError and self._store.isWritable()
        if not self.works:
            log.warning("settings in %s: %s", file, self._store.status())

    def restore(self, session: Session) -> None:
        """Set the session's fields to what was kept."""
        for name, read in KEPT.items():
            value = read(str(self._store.value(f"choices/{name}", "")))
            if value is not None and hasattr(session, name):
                setattr(session, name, value)

    def keep(self, session: Session) -> None:
        """From now on keep each change of those fields."""
        self._keepers = {name: partial(self._write, name) for name in KEPT if hasattr(session, name)}
        for name, keeper in self._keepers.items():
            getattr(session.events, name).connect(keeper, max_args=1)

    def restore_window(self, window: QWidget) -> None:
        """Put the window where it was; Qt keeps it on a screen that is there."""
        geometry = self._store.value(GEOMETRY)
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)

    def keep_window(self, window: QWidget) -> None:
        """Keep where the window is, and write everything out."""
        self._store.setValue(GEOMETRY, window.saveGeometry())
        self._store.sync()

    def _write(self, name: str, value: object) -> None:
        self._store.setValue(f"choices/{name}", str(value).lower())
