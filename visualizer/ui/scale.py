"""A small bar for one measure: what is healthy, where the limit lies, where balanced and now stand.

The end with less room is always at the left. The figures are those of `sites.toml`; the span does not follow the
posture, so that a tick moves and not the ground under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from visualizer.scene.materials import ROOM_COLOURS
from visualizer.session import Session
from visualizer.space.ladder import Level
from visualizer.space.sites import Measure
from visualizer.ui.theme import THEMES

if TYPE_CHECKING:
    from visualizer.space.findings import Finding
    from visualizer.space.people import Spread

MARGIN = 0.2  # of the published span, left free at both ends


@dataclass(frozen=True)
class Scale:
    """A span in the measure's unit; worst and best are its left and right end. healthy and limit where published."""

    worst: float
    best: float
    healthy: tuple[float, float] | None
    limit: float | None

    def share(self, value: float) -> float:
        """Where a value stands, 0 (least room) to 1; values beyond the span stand at its end."""
        return min(max((value - self.worst) / (self.best - self.worst), 0.0), 1.0)


def healthy_range(measure: Measure) -> tuple[float, float] | None:
    """The published range, or one standard deviation about the mean."""
    normal = measure.normal
    if normal is None:
        return None
    if normal.range is not None:
        return normal.range
    if normal.mean is None:
        return None
    return normal.mean - (normal.sd or 0.0), normal.mean + (normal.sd or 0.0)


def scale_of(finding: Finding, measure: Measure) -> Scale:
    """Span of a finding's measure: over what is published of it, or else twice the balanced value."""
    healthy, balanced = healthy_range(measure), finding.balanced
    limit = finding.limit
    known = [*(healthy or ()), *([] if limit is None else [limit])]
    if len(set(known)) < 2:
        known += [0.0, 2.0 * (balanced or 1.0)]
    low, high = min(known), max(known)
    if balanced is not None:
        low, high = min(low, balanced), max(high, balanced)
    room = MARGIN * (high - low)
    low, high = (max(low - room, 0.0) if low >= 0.0 else low - room), high + room
    worst, best = (low, high) if measure.worse == "smaller" else (high, low)
    return Scale(worst, best, healthy, limit)


class ScaleBar(QWidget):
    """The bar: healthy range as a band, limit as a line, balanced as a ring, now as a disc; people as a thin line."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._scale: Scale | None = None
        self._finding: Finding | None = None
        self.spread: Spread | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide in every row, so that the bars stand below each other."""
        return QSize(132, 18)

    def show_finding(self, finding: Finding, scale: Scale) -> None:
        """Show where the finding stands."""
        if finding is not self._finding:
            self._finding, self._scale = finding, scale
            self.update()

    def show_people(self, spread: Spread | None) -> None:
        """Show where it stands in people, or not."""
        if spread != self.spread:
            self.spread = spread
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ground, band, limit and ticks."""
        if self._finding is None or self._scale is None:
            return
        finding, scale = self._finding, self._scale
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, left, span = self.height() / 2, 6.0, self.width() - 12.0
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(QRectF(left - 4, middle - 3, span + 8, 6), 3, 3)
        if scale.healthy is not None:
            ends = sorted(left + span * scale.share(value) for value in scale.healthy)
            painter.setBrush(QColor(colours.band))
            painter.drawRoundedRect(QRectF(ends[0], middle - 3, ends[1] - ends[0], 6), 3, 3)
        if scale.limit is not None:
            x = left + span * scale.share(scale.limit)
            painter.setPen(QPen(QColor(colours.muted), 1.4))
            painter.drawLine(QPointF(x, middle - 6.5), QPointF(x, middle + 6.5))
        if self.spread is not None and finding.level != Level.CANNOT_TELL:
            ends = [left + span * scale.share(value) for value in (self.spread.now_low, self.spread.now_high)]
            painter.setPen(QPen(QColor(colours.muted), 1.0))
            painter.drawLine(QPointF(ends[0], middle), QPointF(ends[1], middle))
        if finding.balanced is not None:
            painter.setPen(QPen(QColor(colours.muted), 1.5))
            painter.setBrush(QColor(colours.card))
            painter.drawEllipse(QPointF(left + span * scale.share(finding.balanced), middle), 4.0, 4.0)
        if finding.now is not None and finding.level != Level.CANNOT_TELL:
            self._paint_now(painter, QPointF(left + span * scale.share(finding.now), middle), finding.level)

    def _paint_now(self, painter: QPainter, place: QPointF, level: Level) -> None:
        """Paint a drop that hangs at the value."""
        colours = THEMES[self._session.background]
        painter.setPen(QPen(QColor(colours.card), 1.2))
        painter.setBrush(QColor(ROOM_COLOURS[level]))
        painter.drawEllipse(place, 5.5, 5.5)
        painter.setPen(QPen(QColor(colours.text), 1.0))
        painter.drawPolyline(QPolygonF([place + QPointF(0, -8), place + QPointF(0, 8)]))
