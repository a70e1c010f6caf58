"""The ladder: one scale for the room at every place, words first. *Roomy, snug, tight, pressed*, or *cannot tell*."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How much room there is; the value is the code in JSON and in the text files."""

    ROOMY = "roomy"
    SNUG = "snug"
    TIGHT = "tight"
    PRESSED = "pressed"
    CANNOT_TELL = "cannot_tell"

    @property
    def rank(self) -> int:
        """Higher is tighter; what cannot be told comes before everything that can."""
        return RANKS[self]


RANKS = {Level.CANNOT_TELL: -1, Level.ROOMY: 0, Level.SNUG: 1, Level.TIGHT: 2, Level.PRESSED: 3}
