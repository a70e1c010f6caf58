"""The row below the stage: where it goes on in a second row, nothing stands there by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

from visualizer.ui.caption import Caption
from visualizer.ui.flow import FlowLayout


class Block(QWidget):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.wide = width

    def sizeHint(self) -> QSize:
        return QSize(self.wide, 30)


def laid_out(qtbot, width: int, *widths: int) -> list[QPoint]:
    whole = QWidget()
    qtbot.addWidget(whole)
    layout = FlowLayout(gap=6)
    whole.setLayout(layout)
    blocks = [Block(each) for each in widths]
    for block in blocks:
        layout.addWidget(block)
    whole.resize(width, layout.heightForWidth(width))
    whole.show()
    qtbot.waitExposed(whole)
    return [block.pos() for block in blocks]


@pytest.mark.parametrize(
    ("width", "rows", "right"),
    [(500, [0, 0, 0], 420), (350, [0, 36, 36], 270), (150, [0, 36, 72], 0)],
)
def test_the_last_stands_at_the_right_edge_and_takes_the_one_before_along(qtbot, width, rows, right):
    places = laid_out(qtbot, width, 120, 140, 80)
    assert [place.y() for place in places] == rows
    assert places[-1].x() == right


def test_hints_are_left_out_whole_and_names_cut(qtbot):
    caption = Caption()
    qtbot.addWidget(caption)
    caption.say("", "Drag to turn  ·  Shift-drag to move  ·  Wheel to zoom")
    seen = set()
    for width in range(40, 600, 10):
        caption.resize(width, 20)
        seen.add(caption.shown_rest())
    assert seen == {
        "Drag to turn",
        "Drag to turn  ·  Shift-drag to move",
        "Drag to turn  ·  Shift-drag to move  ·  Wheel to zoom",
    }
    caption.say("Piriformis", "pear-shaped muscle")
    caption.resize(60, 20)
    assert caption.shown_rest() == " – pear-shaped muscle"
