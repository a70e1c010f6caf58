"""The line below the stage: what is under the mouse, or what the mouse can do, as far as there is room for it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

# Between the hints, which are left out from the last on where they do not fit.
BETWEEN = "  ·  "


class Caption(QLabel):
    """A name in bold and a second one after it, cut with an ellipsis; or without a name, hints."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("caption")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._name = self._rest = ""

    def say(self, name: str, rest: str) -> None:
        """Show a name in bold, then the rest."""
        self._name, self._rest = name, f" – {rest}" if name and rest else rest
        self.setText(self._name + self._rest)
        self.setToolTip(self.text() if name else "")

    def shown_rest(self) -> str:
        """What follows the name; of hints, those that there is room for."""
        hints, metrics = self._rest.split(BETWEEN), QFontMetrics(self.font())
        while (
            len(hints) > 1
            and not self._name
            and metrics.horizontalAdvance(BETWEEN.join(hints)) > self.width()
        ):
            hints.pop()
        return BETWEEN.join(hints)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint both, as far as there is room."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.Bold)
        left = 0
        for text, font in ((self._name, bold), (self.shown_rest(), self.font())):
            metrics = QFontMetrics(font)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(self.width() - left, 0))
            painter.setFont(font)
            painter.drawText(
                QRect(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, shown
            )
            left += metrics.horizontalAdvance(shown)
