"""Room along the nerve, from the low back to the knee: balanced as a thin line, now in the colours of the ladder.

The line under the mouse is the session's `pointed_mm`, the same as on the stage; a click or the arrow keys choose
`along_mm`. It draws only while it can be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout

from visualizer.anatomy.model import SIDES
from visualizer.lesson.numbers import from_to
from visualizer.lesson.text import words
from visualizer.scene.naming import site_name
from visualizer.session import Session
from visualizer.space.finding import WHOLE_ROUTE
from visualizer.ui.follow import follow
from visualizer.ui.gap import LEVELS, MOST_MM, gap_width_mm, position_of
from visualizer.ui.widgets import Card, label

if TYPE_CHECKING:
    from visualizer.space.findings import Findings
    from visualizer.ui.plot import Plot, SiteNames

STEPS_MM = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
# As far as this from a site's least room, its name stands for the place.
NEAR_MM = 6.0


class AlongCard(Card):
    """The plot with its words; made when it first comes into sight, so that the window opens without it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._stale = True
        self._places: dict[str, float] = {}
        self.plot: Plot | None = None
        self.names: SiteNames | None = None
        self.where = label("muted")
        self.where.setWordWrap(True)
        self.low_back, self.knee = label("kind"), label("kind")
        ends = QHBoxLayout()
        ends.addWidget(self.low_back)
        ends.addStretch()
        ends.addWidget(self.knee)
        self.body.addWidget(self.where)
        self.body.addLayout(ends)
        follow(session, findings=self._replay, side=self._replay, background=self._replay, site=self._replay)
        follow(session, language=self._on_words_change, wording=self._on_words_change)
        follow(session, pointed_mm=self._on_line_change, along_mm=self._on_line_change)
        follow(session, pointed_site=self._on_line_change)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Catch up with what changed while the card was out of sight."""
        super().paintEvent(event)
        if self._stale:
            self._stale = False
            QTimer.singleShot(0, self, self._draw)

    def _replay(self, _changed: object) -> None:
        self._stale = True
        self.update()

    def _make(self) -> Plot:
        from visualizer.ui.plot import Plot, SiteNames

        plot = Plot()
        self.plot, self.names = plot, SiteNames(plot, self._session)
        self.body.insertWidget(2, plot)
        self.body.insertWidget(3, self.names)
        plot.pointed.connect(self._point)
        plot.clicked.connect(self._choose)
        self._on_words_change(None)
        return plot

    def _draw(self) -> None:
        found: Findings | None = self._session.findings
        if found is None:
            return
        plot = self.plot or self._make()
        side = self._session.side
        plot.dress(self._session.background)
        plot.show_corridors(found.corridor, found.corridor_balanced, side)
        # What is told of the whole route has no place of its own.
        items = [item for item in found.tightest(side) if item.site != WHOLE_ROUTE]
        self._places = {item.site: position_of(item, found.corridor) for item in items}
        plot.show_sites(self._places)
        if self.names is not None:
            self.names.show_sites(self._places)
        self._on_line_change(None)

    def _point(self, at_mm: float | None) -> None:
        self._session.pointed_mm = at_mm

    def _choose(self, at_mm: float) -> None:
        self._session.along_mm = at_mm

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move along the nerve by a millimetre, with Shift by five; Escape goes back to the site."""
        found: Findings | None = self._session.findings
        if event.key() == Qt.Key.Key_Escape and self._session.along_mm is not None:
            self._session.along_mm = None
        elif event.key() in STEPS_MM and found is not None:
            step = STEPS_MM[Qt.Key(event.key())]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                step *= 5.0
            position = found.corridor.position_mm
            self._choose(float(np.clip((self.looked_at_mm or 0.0) + step, position[0], position[-1])))
        else:
            super().keyPressEvent(event)

    @property
    def looked_at_mm(self) -> float | None:
        """The chosen point of the nerve: `along_mm`, or where the chosen or the tightest site has least room."""
        session = self._session
        if session.along_mm is not None:
            return session.along_mm
        return next((at for site, at in self._places.items() if session.site in (None, site)), None)

    def _on_line_change(self, _changed: object) -> None:
        if self.plot is None:
            return
        pointed = self._session.pointed_mm
        if pointed is None and self._session.pointed_site is not None:
            pointed = self._places.get(self._session.pointed_site)
        self.plot.show_line(self.plot.chosen, self.looked_at_mm)
        self.plot.show_line(self.plot.under_mouse, pointed)
        self._say_where(self.looked_at_mm if pointed is None else pointed)

    def _say_where(self, at_mm: float | None) -> None:
        """Say in a line which site a position is near, and what the room there is."""
        found: Findings | None = self._session.findings
        text, language = words(self._session.language), self._session.language
        if found is None or at_mm is None:
            self.where.setText(text("along.hint"))
            return
        side = self._session.side
        row = int(np.argmin(np.abs(found.corridor.position_mm - at_mm)))
        before, after = (
            float(gap_width_mm(each, side)[row]) for each in (found.corridor_balanced, found.corridor)
        )
        near = min(self._places, key=lambda site: abs(self._places[site] - at_mm), default="")
        said = [site_name(near, self._session)] if near and abs(self._places[near] - at_mm) < NEAR_MM else []
        level = LEVELS[int(found.corridor.level[SIDES.index(side), row])]
        said += [from_to(before, after, "mm", language), text(f"level.{level}")]
        self.where.setText(" · ".join(said))

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.title.setText(text("along.title"))
        self.kind.setText(text("along.unit", most=round(MOST_MM)))
        self.low_back.setText(text("along.low_back"))
        self.knee.setText(text("along.knee"))
        if self.plot is None or self.names is None:
            self.where.setText(text("along.hint"))
            return
        self.plot.setAccessibleName(text("along.title"))
        self.plot.setToolTip(text("along.hint"))
        self.names.update()
        self._on_line_change(None)
