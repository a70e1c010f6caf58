"""Buttons in rows that are one stop of the Tab key: the arrow keys move among them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton

STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Roving(QObject):
    """Gives the Tab key to one button of a grid at a time: the one that had the keyboard last."""

    def __init__(self, rows: Sequence[Sequence[QAbstractButton]], parent: QObject) -> None:
        super().__init__(parent)
        self._places = {button: (r, c) for r, row in enumerate(rows) for c, button in enumerate(row)}
        self._rows = rows
        for button in self._places:
            button.installEventFilter(self)
        self.stop_at(rows[0][0])

    def stop_at(self, button: QAbstractButton) -> None:
        """Let the Tab key come to this button."""
        for each in self._places:
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus if each is button else Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the arrow keys; at an edge they do nothing."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in STEPS or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        row, column = self._places[watched]  # type: ignore[index]
        down, right = STEPS[Qt.Key(event.key())]
        if 0 <= row + down < len(self._rows) and 0 <= column + right < len(self._rows[row + down]):
            there = self._rows[row + down][column + right]
            self.stop_at(there)
            there.setFocus(Qt.FocusReason.TabFocusReason)
        return True
