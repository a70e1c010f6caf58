"""The marks of one view: remembers what was described, laid out and painted, and does again only what changed.

How to lay out and paint is imported with the first marks, so that the first picture does not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QImage, QPainter

if TYPE_CHECKING:
    from visualizer.scene.marks.layout import Layout
    from visualizer.scene.marks.model import Marks
    from visualizer.scene.marks.stage import Stage


# While the picture moves and a processor draws it, marks follow at this pace, and are arranged anew at that.
PAUSE_MS, ARRANGED_MS = 60, 500


class Overlay:
    """Lays marks out on a stage and paints them; `lit` is the site under the mouse."""

    def __init__(self) -> None:
        self._marks: Marks | None = None
        self.lit: str | None = None
        self._laid_out: tuple[tuple[object, ...], Layout] | None = None
        self._painted: tuple[tuple[object, ...], QImage] | None = None
        self._age, self._arranged = QElapsedTimer(), QElapsedTimer()

    def set_marks(self, marks: Marks | None) -> None:
        """Show these marks, or none."""
        self._marks = marks

    def layout(self, stage: Stage) -> Layout | None:
        """Where the marks lie on a stage; None where there are none."""
        if self._marks is None:
            return None
        key = (self._marks, stage.camera, *_frame(stage))
        if self._laid_out is None or self._laid_out[0] != key:
            from visualizer.scene.marks.layout import layout
            from visualizer.scene.marks.strokes import measure

            before = () if self._laid_out is None else self._laid_out[1].chips
            sites = frozenset(placed.chip.site for placed in before)
            self._laid_out = key, layout(self._marks, stage, measure, sites)
            self._arranged.start()
        return self._laid_out[1]

    def _carried(self, stage: Stage) -> Layout | None:
        """Where the marks lie in a picture that moves: arranged a moment ago, if nothing but the camera differs."""
        if self._marks is None or self._laid_out is None or self._arranged.elapsed() >= ARRANGED_MS:
            return self.layout(stage)
        (marks, _, *frame), laid_out = self._laid_out
        if marks is not self._marks or tuple(frame) != _frame(stage):
            return self.layout(stage)
        from visualizer.scene.marks.motion import carried

        return carried(laid_out, self._marks, stage)

    def image(self, stage: Stage, background: str, ratio: float, *, quick: bool = False) -> QImage | None:
        """The painted marks, the size of the window and else see-through; the same object while nothing changes.

        ratio: pixels of the screen a pixel of the stage. quick: those of a moment ago will do.
        """
        size = round(stage.area[2] * ratio), round(stage.area[3] * ratio)
        if quick and self._marks is not None and self._is_fresh(background, size):
            return self._painted[1] if self._painted else None
        laid_out = self._carried(stage) if quick else self.layout(stage)
        if laid_out is None:
            return None
        key = (laid_out, quick, background, self.lit, size)
        if self._painted is None or self._painted[0] != key:
            from visualizer.scene.marks.painter import paint

            # By the processor: OpenGL's painter has no smooth lines without samples.
            image = QImage(*size, QImage.Format.Format_RGBA8888_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            paint(painter, laid_out, background, self.lit, quick=quick)
            painter.end()
            self._painted = key, image
            self._age.start()
        return self._painted[1]

    def _is_fresh(self, background: str, size: tuple[int, int]) -> bool:
        if self._painted is None or self._age.elapsed() >= PAUSE_MS:
            return False
        return self._painted[0][2:] == (background, self.lit, size)


def _frame(stage: Stage) -> tuple[object, ...]:
    """What words are arranged in, whatever the camera sees."""
    return stage.area, stage.seen, stage.taken, None if stage.inset is None else stage.inset.box
