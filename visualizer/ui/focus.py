"""The keyboard's way through the window: from area to area, in each in the order in which things stand there.

Takes areas; gives the next stop of the Tab key, and the first one of the next area for F6. Widgets that come later, or
are hidden now, need no care.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def stops(area: QWidget) -> list[QWidget]:
    """The widgets in an area that the Tab key comes to now, the area itself among them."""
    return [
        widget
        for widget in (area, *area.findChildren(QWidget))
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus.value
        and widget.isEnabled()
        and widget.isVisible()
        and widget.window() is area.window()
        and widget.focusProxy() is None
    ]


class FocusPath:
    """Walks through the areas of a window."""

    def __init__(self, areas: Sequence[QWidget]) -> None:
        self._areas = tuple(areas)
        self._last: dict[QWidget, QWidget] = {}

    def step(self, focus: QWidget | None, forward: bool) -> bool:
        """Go to the next stop, or the one before; round at the ends."""
        path = [stop for area in self._areas for stop in stops(area)]
        if not path:
            return False
        if focus in path:
            there = path[(path.index(focus) + (1 if forward else -1)) % len(path)]
        else:
            there = self._beside(focus, path, forward)
        take(there, forward)
        return True

    def jump(self, focus: QWidget | None, forward: bool) -> bool:
        """Go to the next area that has a stop, to where the keyboard was in it last."""
        areas = [area for area in self._areas if stops(area)]
        if not areas:
            return False
        here = self.area_of(focus)
        if here is not None and focus is not None:
            self._last[here] = focus
        place = areas.index(here) if here in areas else (-1 if forward else 0)
        area = areas[(place + (1 if forward else -1)) % len(areas)]
        inside = stops(area)
        last = self._last.get(area)
        take(last if last in inside else inside[0], forward)
        return True

    def area_of(self, widget: QWidget | None) -> QWidget | None:
        """The area that a widget stands in, or None."""
        if widget is None:
            return None
        return next((area for area in self._areas if area is widget or area.isAncestorOf(widget)), None)

    def _beside(self, focus: QWidget | None, path: list[QWidget], forward: bool) -> QWidget:
        """The first or last stop of the area in which something other than a stop has the keyboard."""
        area = self.area_of(focus)
        inside = stops(area) if area is not None else []
        if not inside:
            return path[0 if forward else -1]
        return inside[0 if forward else -1]


def take(widget: QWidget, forward: bool) -> None:
    """Give the keyboard to a widget, and scroll it into sight."""
    widget.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
