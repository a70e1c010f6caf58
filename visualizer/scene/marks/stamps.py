"""Boxes with words, painted once and laid down again wherever they move: only what they say makes them anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter

from visualizer.scene.marks.stage import Box

MOST = 64
# Room round a box for its edge, pixels.
PAD = 3

_stamps: dict[Hashable, QImage] = {}


def lay_down(painter: QPainter, box: Box, key: Hashable, paint: Callable[[QPainter], None]) -> None:
    """Lay a box down with `painter`; `paint` paints it where `box` is, if nothing with this key and size was yet.

    key: all that the box shows, its place apart.
    """
    left, top, right, bottom = box
    ratio = painter.device().devicePixelRatioF()
    size = math.ceil((right - left + 2 * PAD) * ratio), math.ceil((bottom - top + 2 * PAD) * ratio)
    whole = (key, size, ratio)
    if whole not in _stamps:
        if len(_stamps) >= MOST:
            _stamps.clear()
        _stamps[whole] = _painted(size, ratio, (left - PAD, top - PAD), paint)
    at = (round((value - PAD) * ratio) / ratio for value in (left, top))
    painter.drawImage(QPointF(*at), _stamps[whole])


def _painted(
    size: tuple[int, int], ratio: float, corner: tuple[float, float], paint: Callable[[QPainter], None]
) -> QImage:
    image = QImage(*size, QImage.Format.Format_RGBA8888_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.translate(-corner[0], -corner[1])
    paint(painter)
    painter.end()
    return image
