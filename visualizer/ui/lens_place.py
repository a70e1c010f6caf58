"""The place in the panel where the look inside goes."""

from __future__ import annotations

from visualizer.session import Session
from visualizer.ui.widgets import Card


class LensCard(Card):
    """An empty card of the lens's size."""

    def __init__(self, _session: Session) -> None:
        super().__init__()
        self.setMinimumHeight(230)
