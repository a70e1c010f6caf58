"""Small makers of the widgets that the panels share: labels, buttons, cards, named by the style sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

Widget = TypeVar("Widget", bound=QWidget)
Button = TypeVar("Button", bound=QAbstractButton)


def named(widget: Widget, name: str) -> Widget:
    """The widget, with the name that the style sheet knows it by."""
    widget.setObjectName(name)
    return widget


def label(style: str, text: str = "") -> QLabel:
    """A label whose look is a class of the style sheet."""
    made = QLabel(text)
    made.setProperty("class", style)
    return made


def clickable(button: Button, do: Callable[[], object]) -> Button:
    """The button, calling `do` when clicked; only Tab gives it the keyboard, so that Space stays the window's."""
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.clicked.connect(lambda _checked: do())
    return button


def push_button(style: str, do: Callable[[], object], checkable: bool = False) -> QPushButton:
    """A button whose look is a class of the style sheet."""
    made = clickable(QPushButton(), do)
    made.setProperty("class", style)
    made.setCheckable(checkable)
    return made


def restyled(widget: QWidget, **properties: bool) -> None:
    """Set properties that the style sheet asks for, and dress the widget anew where one changed."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)


class Card(QFrame):
    """A rounded frame with a title, what kind of statement it holds, and content in `body`."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("class", "card")
        self.title, self.kind = label("cardTitle"), label("kind")
        self.head = QHBoxLayout()
        self.title.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.kind)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 12, 16, 12)
        self.body.setSpacing(5)
        self.body.addLayout(self.head)
