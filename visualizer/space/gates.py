"""From two values, balanced and now, to a finding: its level, and the gates that make it *cannot tell* instead.

In this order: the posture has no such value; no study gives a limit; the posture lies outside the range in which the
site was checked; the surfaces overlap, which the model cannot press into shape; the level would differ from balanced by
a change that is smaller than the measure's own error. A level that stays what it was can always be told.
"""

from __future__ import annotations

import numpy as np

from visualizer.anatomy.model import SIDES
from visualizer.body.snapshot import Snapshot
from visualizer.space.finding import Finding
from visualizer.space.ladder import NO_LIMIT, NO_VALUE, OUT_OF_RANGE, OVERLAP, SMALL_CHANGE, Level
from visualizer.space.room import Measured
from visualizer.space.sites import ROOM, Sites


class Judge:
    """Gives findings of one posture against balanced."""

    def __init__(self, ladder: Sites, snapshot: Snapshot, resting: Snapshot) -> None:
        self.ladder, self.snapshot, self.resting = ladder, snapshot, resting

    def finding(self, site: str, key: str, side: int, before: Measured, after: Measured) -> Finding:
        """The finding of one measure; side 0 is left."""
        measure = self.ladder.site[site].measure[key]
        then, now = (float(at.values[site, key][side]) for at in (before, after))
        of = {"balanced": then, "thickness": float(after.thickness_mm[site][side])}
        level_then, _ = self.told(site, key, side, then, of, self.resting)
        level, reason = self.told(site, key, side, now, of, self.snapshot)
        moved = Level.CANNOT_TELL not in (level, level_then) and level is not level_then
        if moved and abs(now - then) < measure.tellable(now):
            level, reason = Level.CANNOT_TELL, SMALL_CHANGE
        x, y, z = (after.place_m[site][side] * 1000.0).tolist()
        return Finding(
            site=site,
            side=SIDES[side],
            measure=key,
            unit=measure.unit,
            balanced=known(then),
            now=known(now),
            change=known(now - then),
            level=level,
            level_balanced=level_then,
            reason=reason,
            set_by_user=self.set_by_user(measure.set_by),
            place_mm=(x, y, z),
            error=measure.tellable(now) if np.isfinite(now) and measure.judged else None,
            limit=known(measure.critical.at(of)) if measure.critical else None,
            shares={},
        )

    def told(
        self, site: str, key: str, side: int, value: float, of: dict[str, float], snapshot: Snapshot
    ) -> tuple[Level, str]:
        """Level of a value in a posture, and the reason where it cannot be told."""
        entry = self.ladder.site[site]
        measure = entry.measure[key]
        if not np.isfinite(value):
            return Level.CANNOT_TELL, NO_VALUE
        if not measure.judged:
            return Level.CANNOT_TELL, NO_LIMIT
        if not entry.was_checked(snapshot.joints_deg, SIDES[side]):
            return Level.CANNOT_TELL, OUT_OF_RANGE
        if key == ROOM and value < -self.ladder.gates.overlap_mm:
            return Level.CANNOT_TELL, OVERLAP
        return measure.level(value, of), ""

    def set_by_user(self, fields: tuple[str, ...]) -> bool:
        """Whether one of the posture's `fields` differs from balanced."""
        return any(
            getattr(self.snapshot.posture, name) != getattr(self.resting.posture, name) for name in fields
        )


def known(value: float) -> float | None:
    """The number, or None for one that is not."""
    return float(value) if np.isfinite(value) else None
