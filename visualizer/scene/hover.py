"""What lies under a resting mouse: a structure, a marker, a place on the nerve; told by the view's signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QTimer

from visualizer.scene.marks.along import position_under

if TYPE_CHECKING:
    from visualizer.anatomy.model import Part
    from visualizer.scene.view import AnatomyView

REST_MS = 70


class Hover:
    """Looks under one view's mouse once it has rested, and says only what is new."""

    def __init__(self, view: AnatomyView) -> None:
        self._view = view
        self._part: Part | None = None
        self._site: str | None = None
        self._nerve_mm: float | None = None
        self._timer = QTimer(view, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._look)

    def wait(self) -> None:
        """The mouse moved: look when it rests."""
        self._timer.start()

    def leave(self) -> None:
        """The mouse is gone, and nothing under it."""
        self._timer.stop()
        self._tell(None, None, None)

    def _look(self) -> None:
        view, at = self._view, self._view.mouse.at
        if view.mouse.in_inset():
            self._tell(None, None, None)
            return
        site = view.site_at(at.x(), at.y())
        part = None if site else view.pick(at.x(), at.y())
        self._tell(part, site, self._along(part, at))

    def _along(self, part: Part | None, at: QPointF) -> float | None:
        found = self._view.findings()
        if found is None or part is None or part.layer != "nerve":
            return None
        return position_under(found.corridor, self._view.project, at)

    def _tell(self, part: Part | None, site: str | None, nerve_mm: float | None) -> None:
        view = self._view
        if site != self._site:
            self._site = site
            view.light(site)
            view.site_hovered.emit(site)
        if part != self._part:
            self._part = part
            view.hovered.emit(part)
        if nerve_mm != self._nerve_mm:
            self._nerve_mm = nerve_mm
            view.nerve_pointed.emit(nerve_mm)
