"""A `Finding`: one measure at one site, balanced and now. `Findings`: all of one posture, and its tightest sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from visualizer.space.ladder import NO_LIMIT, Level

if TYPE_CHECKING:
    from visualizer.body.snapshot import Snapshot
    from visualizer.forces.muscle_state import MuscleState
    from visualizer.space.corridor import Corridor

# The site of what is told of the nerve's whole way, such as its strain: it has no place of its own.
WHOLE_ROUTE = "route"


@dataclass(frozen=True)
class Finding:
    """One measure at one site of one side, against balanced.

    balanced, now, change: in `unit`; None where the posture has no such value. level, level_balanced: place on the
    ladder. reason: why it cannot be told, as a key of the text files' `reason` table, else "". set_by_user: a premise
    itself sets the value. place_mm: where on the nerve the site has least room, in the room, LPS. error: the least
    change that can be told; limit: where tight begins (both in `unit`, None for none). shares: what each premise
    contributes to the change; they add up to it (empty until worked out, or without a change to share out).
    """

    site: str
    side: str
    measure: str
    unit: str
    balanced: float | None
    now: float | None
    change: float | None
    level: Level
    level_balanced: Level
    reason: str
    set_by_user: bool
    place_mm: tuple[float, float, float]
    error: float | None
    limit: float | None
    shares: Mapping[str, float]

    @property
    def room_lost(self) -> float:
        """Share of the room between balanced and the limit that is lost now; 0 where none is, or none is known."""
        if self.limit is None or self.balanced is None or self.change is None:
            return 0.0
        span = self.limit - self.balanced
        return self.change / span if span else 0.0

    @property
    def room_left(self) -> float:
        """How far the value is from the limit, in errors of the measure; infinite where either is unknown."""
        if self.limit is None or self.now is None or not self.error:
            return float("inf")
        return abs(self.now - self.limit) / self.error


@dataclass(frozen=True, eq=False)
class Findings:
    """All that the model says of the room in one posture.

    snapshot: the posture; resting: the balanced stance of the same body. items: every measure of every site and side.
    corridor, corridor_balanced: room at every millimetre of the nerve. muscles: state of each muscle by its key. sites:
    keys of those that the sciatic nerve passes.
    """

    snapshot: Snapshot
    resting: Snapshot
    items: tuple[Finding, ...]
    corridor: Corridor
    corridor_balanced: Corridor
    muscles: Mapping[str, MuscleState]
    sites: tuple[str, ...]

    def tightest(self, side: str) -> tuple[Finding, ...]:
        """One finding a site that the sciatic nerve passes, the tightest site first.

        A site's first measure speaks for it, or else the tightest that is at least snug. Sites go by level, then by the
        share of room to the limit that was lost, then by what is left of it; the whole route comes after places of its
        level, and those that cannot be told come last.
        """
        speaking: dict[str, Finding] = {}
        for item in self.items:
            if item.side == side and item.site in self.sites and item.reason != NO_LIMIT:
                first = speaking.setdefault(item.site, item)
                if item.level.rank > max(first.level.rank, Level.ROOMY.rank):
                    speaking[item.site] = item
        return tuple(sorted(speaking.values(), key=order))


def order(item: Finding) -> tuple[int, bool, float, float]:
    """Sorting key: the tightest first."""
    return -item.level.rank, item.site == WHOLE_ROUTE, -round(item.room_lost, 6), item.room_left
