"""The side panel: puts the cards together, the most telling first, and the drawer of premises below them.

It knows the session and the cards; no card knows another. `set_anatomy` when the body is there, `stop` before it goes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from visualizer.anatomy.model import Anatomy
from visualizer.session import Session
from visualizer.ui.along import AlongCard
from visualizer.ui.explain import Explainer
from visualizer.ui.follow import follow
from visualizer.ui.headline import HeadlineCard
from visualizer.ui.layers import LayersCard
from visualizer.ui.lens import LensCard
from visualizer.ui.muscles import MusclesCard
from visualizer.ui.places import PlacesCard
from visualizer.ui.premises import PremisesDrawer
from visualizer.ui.widgets import named

if TYPE_CHECKING:
    from visualizer.body.posture import Posture
    from visualizer.space.findings import Findings
    from visualizer.space.people import Spread

WIDTH = 368
# Room for the scroll bar beside the cards, and how wide the style sheet makes it.
SCROLL_BAR, SCROLL_BAR_WIDTH = 12, 8
# How much wider the panel gets with larger words: half as much as they do.
WIDENING = 0.5
# Share of the panel's height that the open drawer may take.
DRAWER_SHARE = 0.56
# A panel that is lower than this many pixels has no room for large words.
LOW = 640


class Panel(QWidget):
    """Headline, lens, places, muscles, room along the nerve and layers scroll; the drawer stays."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.explainer = Explainer(session, self)
        self.headline = HeadlineCard(session)
        self.lens = LensCard(session)
        self.places = PlacesCard(session)
        self.muscles = MusclesCard(session)
        self.along = AlongCard(session)
        self.layers = LayersCard(session)
        self.drawer = PremisesDrawer(session)
        self.cards = (self.headline, self.lens, self.places, self.muscles, self.along, self.layers)
        inside = named(QWidget(), "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, SCROLL_BAR - SCROLL_BAR_WIDTH, 0)
        column.setSpacing(7)
        for card in self.cards:
            column.addWidget(card)
        column.addStretch()
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.area, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, SCROLL_BAR, 0)
        foot.addWidget(self.drawer)
        whole.addLayout(foot)
        follow(session, text_percent=self._on_text_percent_change, drawer_open=self._fit_drawer)

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Fill the cards that need to know what the body is made of."""
        self.lens.set_anatomy(anatomy)
        self.muscles.set_anatomy(anatomy)
        self.layers.set_anatomy(anatomy)
        self.places.list.spread_with(partial(_spreads, anatomy))
        self.explainer.explain_with(partial(_shared, anatomy))

    def stop(self) -> None:
        """End what runs in the background."""
        self.explainer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the open drawer its share of the new height, and the lens its place in sight."""
        super().resizeEvent(event)
        if event.oldSize().height() != event.size().height():
            self.headline.set_compact(self.height() < LOW)
        self._fit_drawer(None)

    def _fit_drawer(self, _changed: object) -> None:
        if self._session.drawer_open:
            self.drawer.setFixedHeight(round(self.height() * DRAWER_SHARE))
        else:
            self.drawer.setMinimumHeight(0)
            self.drawer.setMaximumHeight(self.drawer.handle.sizeHint().height() + 2)

    def _on_text_percent_change(self, percent: int) -> None:
        self.setFixedWidth(round(WIDTH * (1.0 + WIDENING * max(percent / 100 - 1.0, 0.0))))


def _shared(anatomy: Anatomy, found: Findings) -> Findings:
    """The same findings with shares; imported when first asked, so that the window opens without it."""
    from visualizer.space.findings import with_shares

    return with_shares(anatomy, found)


def _spreads(anatomy: Anatomy, posture: Posture) -> dict[tuple[str, str], Spread]:
    """How the measures are spread over people; imported when first asked, too."""
    from visualizer.space.people import spreads

    return spreads(anatomy, posture)
