"""What the mouse does to the view: turn, move and zoom the body, drag the line of a wipe, swap the inset, click.

Left-drag orbits, middle- or Shift-drag pans, the wheel zooms to the cursor. Takes Qt's events from the view, and asks
the view for everything that changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt

from visualizer.scene.panes import wipe_line

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from visualizer.scene.view import AnatomyView

ORBIT_DEG_PER_PIXEL = 0.4
ZOOM_PER_WHEEL_STEP = 0.85
CLICK_PIXELS = 4
WIPE_GRIP_PIXELS = 8


class Mouse:
    """One view's mouse: where it is, and what a press that is held means. at: its place in the view."""

    def __init__(self, view: AnatomyView) -> None:
        self._view = view
        self.at = QPointF()
        self._pressed_at = QPointF()
        self._dragged = self._wiping = False

    def press(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        self._pressed_at = self.at = event.position()
        self._dragged, self._wiping = False, self._on_wipe_line()

    def move(self, event: QMouseEvent) -> None:
        """Go on with a drag; without a button, show by the pointer what a press would do."""
        step = event.position() - self.at
        self.at = event.position()
        buttons = event.buttons()
        if buttons == Qt.MouseButton.NoButton:
            self._point()
        elif self._wiping:
            share = self.at.x() / max(1, self._view.width())
            self._view.wipe_dragged.emit(min(max(share, 0.0), 1.0))
        elif self._dragged or (self.at - self._pressed_at).manhattanLength() > CLICK_PIXELS:
            self._dragged = True
            self._drag(buttons, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier), step)

    def release(self, event: QMouseEvent) -> None:
        """End a drag, swap the inset, or tell what was clicked."""
        if event.button() != Qt.MouseButton.LeftButton or self._dragged or self._wiping:
            return
        site = self._view.site_at(self.at.x(), self.at.y())
        if self.in_inset():
            self._view.swap_inset()
        elif site is not None:
            self._view.site_clicked.emit(site)
        else:
            self._view.clicked.emit(self._view.pick(self.at.x(), self.at.y()))

    def double_click(self, event: QMouseEvent) -> None:
        """Tell what was double-clicked."""
        self.at = event.position()
        over_mark = self.in_inset() or self._view.site_at(self.at.x(), self.at.y()) is not None
        if event.button() == Qt.MouseButton.LeftButton and not over_mark:
            self._dragged = True
            self._view.double_clicked.emit(self._view.pick(self.at.x(), self.at.y()))

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom, keeping still what lies under the cursor."""
        x, y = event.position().x(), event.position().y()
        panes = self._view.panes()
        left, top, width, height = next((pane.rect for pane in panes if pane.holds(x, y)), panes[-1].rect)
        scale = self._view.metres_per_pixel()
        factor = ZOOM_PER_WHEEL_STEP ** (event.angleDelta().y() / 120.0)
        right, down = x - left - width / 2.0, y - top - height / 2.0
        self._view.move_by_hand(self._view.camera().zoomed(factor, right * scale, -down * scale))
        event.accept()

    def in_inset(self) -> bool:
        """Whether the mouse is over the inset."""
        rect = self._view.inset_rect()
        return rect is not None and QRect(*rect).contains(self.at.toPoint())

    def _drag(self, buttons: Qt.MouseButton, shift: bool, step: QPointF) -> None:
        camera, left = self._view.camera(), buttons == Qt.MouseButton.LeftButton
        if buttons == Qt.MouseButton.MiddleButton or (left and shift):
            scale = self._view.metres_per_pixel()
            self._view.move_by_hand(camera.panned(step.x() * scale, -step.y() * scale))
        elif left:
            turn = ORBIT_DEG_PER_PIXEL
            self._view.move_by_hand(camera.orbited(step.x() * turn, step.y() * turn))

    def _on_wipe_line(self) -> bool:
        wipe = self._view.wipe()
        line = None if wipe is None else wipe_line(wipe, self._view.width())
        return line is not None and abs(self.at.x() - line) < WIPE_GRIP_PIXELS

    def _point(self) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self.in_inset():
            shape = Qt.CursorShape.PointingHandCursor
        elif self._on_wipe_line():
            shape = Qt.CursorShape.SplitHCursor
        self._view.setCursor(shape)
