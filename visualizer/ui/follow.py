"""How a widget listens to the session: a setter for each field, replayed once at the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualizer.session import Session


def follow(session: Session, **setters: Callable[[Any], None]) -> None:
    """Call each setter with its field's value now and whenever it changes; listeners are held weakly."""
    for field, setter in setters.items():
        getattr(session.events, field).connect(setter, max_args=1)
        setter(getattr(session, field))
