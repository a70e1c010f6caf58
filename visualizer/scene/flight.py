"""An eased flight of the camera from one place to another, in real time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from visualizer.scene import cameras

if TYPE_CHECKING:
    from collections.abc import Callable

    from visualizer.scene.cameras import Camera

DURATION_MS = 400


class Flight:
    """Moves a camera by calling `move` with each of its places; the end may still change on the way."""

    def __init__(self, parent: QObject, move: Callable[[Camera], None]) -> None:
        self._move = move
        self._ends: tuple[Camera, Camera] | None = None
        self._clock = QVariantAnimation(parent)
        self._clock.setDuration(DURATION_MS)
        self._clock.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._clock.setStartValue(0.0)
        self._clock.setEndValue(1.0)
        self._clock.valueChanged.connect(self._go_on)

    @property
    def goal(self) -> Camera | None:
        """Where it leads, None while there is none."""
        return self._ends[1] if self._ends and self._clock.state() == self._clock.State.Running else None

    def begin(self, start: Camera, end: Camera) -> None:
        """Fly from one place to another."""
        self._clock.stop()
        self._ends = start, end
        self._clock.start()

    def bend_to(self, end: Camera) -> None:
        """Lead elsewhere from now on."""
        if self._ends is not None:
            self._ends = self._ends[0], end

    def stop(self) -> None:
        """Stay where it is."""
        self._clock.stop()

    def _go_on(self, share: float) -> None:
        if self._ends is not None:
            self._move(cameras.blend(*self._ends, share))
