"""What may be said of measured values: each one's level, or *cannot tell* and why; of a change, the finding.

In this order: the posture has no such value; no study gives a limit; the posture lies outside the range in which the
site was checked; the surfaces overlap, which the model cannot press into shape; the level would differ from balanced by
a change that is smaller than the measure's own error. A level that stays what it was can always be told.
"""

from __future__ import annotations

import math

from visualizer.anatomy.model import SIDES
from visualizer.body.snapshot import Snapshot
from visualizer.space.finding import Finding
from visualizer.space.ladder import NO_LIMIT, NO_VALUE, OUT_OF_RANGE, OVERLAP, SMALL_CHANGE, Level
from visualizer.space.measured import Judged, Measured, Told
from visualizer.space.sites import ROOM, Sites


def told(ladder: Sites, snapshot: Snapshot, balanced: Measured, now: Measured) -> Told:
    """What can be said of each value of a posture by itself; `balanced`: the same body's own values."""
    result: Told = {}
    for site, entry in ladder.site.items():
        checked = [entry.was_checked(snapshot.joints_deg, side) for side in SIDES]
        for key, measure in entry.measure.items():
            for side, value in enumerate(now.values[site, key].tolist()):
                reason = ""
                if not math.isfinite(value):
                    reason = NO_VALUE
                elif not measure.judged:
                    reason = NO_LIMIT
                elif not checked[side]:
                    reason = OUT_OF_RANGE
                elif key == ROOM and value < -ladder.gates.overlap_mm:
                    reason = OVERLAP
                level = Level.CANNOT_TELL
                if not reason:
                    level = measure.level(value, bases(site, key, side, balanced, now))
                result[site, key, side] = level, reason
    return result


def found(ladder: Sites, before: Judged, after: Judged) -> tuple[Finding, ...]:
    """A finding for each measure and side: `after` against `before`, the balanced stance of the same body."""
    resting, posture = before.snapshot.posture, after.snapshot.posture
    items = []
    for (site, key, side), (level, reason) in after.told.items():
        measure = ladder.site[site].measure[key]
        then, now = (float(at.measured.values[site, key][side]) for at in (before, after))
        level_then, _ = before.told[site, key, side]
        moved = Level.CANNOT_TELL not in (level, level_then) and level is not level_then
        if moved and abs(now - then) < measure.tellable(now):
            level, reason = Level.CANNOT_TELL, SMALL_CHANGE
        x, y, z = (after.measured.place_m[site][side] * 1000.0).tolist()
        of = bases(site, key, side, before.measured, after.measured)
        items.append(
            Finding(
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
                set_by_user=any(getattr(posture, name) != getattr(resting, name) for name in measure.set_by),
                place_mm=(x, y, z),
                error=measure.tellable(now) if math.isfinite(now) and measure.judged else None,
                limit=known(measure.critical.at(of)) if measure.critical else None,
                shares={},
            )
        )
    return tuple(items)


def bases(site: str, key: str, side: int, balanced: Measured, now: Measured) -> dict[str, float]:
    """What a bound may be a share of: the place's balanced value, and how thick the nerve is there."""
    return {
        "balanced": float(balanced.values[site, key][side]),
        "thickness": float(now.thickness_mm[site][side]),
    }


def known(value: float) -> float | None:
    """The number, or None for one that is not."""
    return value if math.isfinite(value) else None
