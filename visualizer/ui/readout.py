"""What the model works out from the posture: the curve of the low back and the lengths of a few muscles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from visualizer.anatomy.model import Anatomy
from visualizer.body.snapshot import Snapshot
from visualizer.lesson.names import structure_name
from visualizer.lesson.text import words
from visualizer.scene.materials import LAYER_ACCENTS
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES
from visualizer.ui.tilt import signed_degrees
from visualizer.ui.widgets import Card, label

MUSCLES = (
    "psoas",
    "rectus_femoris",
    "gluteus_minimus",
    "gluteus_maximus",
    "biceps_femoris_long_head",
    "piriformis",
)
SMALLEST_SCALE_MM = 15.0


def lordosis_change_deg(snapshot: Snapshot) -> float:
    """How much more the lumbar spine arches than in the balanced stance, in degrees."""
    return -sum(
        value for name, value in snapshot.joints_deg.items() if name[0] == "l" and name.endswith("_flexion")
    )


class ChangeBar(QWidget):
    """A bar from the middle: to the left for shorter, to the right for longer."""

    def __init__(self, layer: str, session: Session) -> None:
        super().__init__()
        self._layer, self._session, self._share = layer, session, 0.0
        self.setFixedSize(84, 14)

    def set_share(self, share: float) -> None:
        """Set the length of the bar, -1 to 1."""
        self._share = max(-1.0, min(1.0, share))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, the bar and the middle."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, whole = self.width() / 2, QRectF(0, 3, self.width(), 8)
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(whole, 4, 4)
        painter.setBrush(QColor(LAYER_ACCENTS[self._layer]))
        reach = middle * self._share
        painter.drawRoundedRect(QRectF(min(middle, middle + reach), 3, abs(reach), 8), 3, 3)
        painter.setBrush(QColor(colours.muted))
        painter.drawRect(QRectF(middle - 0.75, 0, 1.5, 14))


class ReadoutCard(Card):
    """Numbers of the current snapshot; changes are against the balanced stance, both sides averaged."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._anatomy: Anatomy | None = None
        self.lordosis_name, self.lordosis = label("layer"), label("value")
        self.muscles_name, self.scale = label("kind"), label("kind")
        self.waiting = label("muted")
        self.rows: dict[str, tuple[QLabel, ChangeBar, QLabel]] = {}
        curve = QHBoxLayout()
        curve.addWidget(self.lordosis_name)
        curve.addStretch()
        curve.addWidget(self.lordosis)
        self.body.addLayout(curve)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnMinimumWidth(2, 62)
        self.grid.addWidget(self.muscles_name, 0, 0)
        self.grid.addWidget(self.scale, 0, 1, 1, 2)
        self.body.addLayout(self.grid)
        self.body.addWidget(self.waiting)
        follow(session, language=self._on_language_change, snapshot=self._on_snapshot_change)
        follow(session, wording=self._on_wording_change)

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Make the rows for the muscles that this body has."""
        self._anatomy = anatomy
        layers = {muscle.name: muscle.layer for muscle in anatomy.muscles}
        for index, name in enumerate((name for name in MUSCLES if name in layers), start=1):
            row = (label("muscle"), ChangeBar(layers[name], self._session), label("value"))
            row[0].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            row[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column, widget in enumerate(row):
                self.grid.addWidget(widget, index, column)
            self.rows[name] = row
        self._on_language_change(self._session.language)

    def _on_snapshot_change(self, snapshot: Snapshot | None) -> None:
        ready = snapshot is not None and self._anatomy is not None
        self.waiting.setVisible(not ready)
        self.lordosis.setText(signed_degrees(lordosis_change_deg(snapshot)) if snapshot is not None else "–")
        if snapshot is None or self._anatomy is None:
            return
        text = words(self._session.language)
        members = {
            name: [i for i, muscle in enumerate(self._anatomy.muscles) if muscle.name == name]
            for name in self.rows
        }
        change_mm = {
            name: float(np.mean(snapshot.muscle_change_mm[which])) for name, which in members.items()
        }
        scale_mm = max([SMALLEST_SCALE_MM, *map(abs, change_mm.values())])
        for name, (title, bar, value) in self.rows.items():
            change = 0.0 if abs(change_mm[name]) < 0.05 else change_mm[name]
            bar.set_share(change / scale_mm)
            value.setText(f"{change:+.1f} mm".replace("-", "−") if change else "0 mm")
            hint = text(
                "readout.muscle_hint",
                clinical=structure_name(
                    self._anatomy.muscles[members[name][0]].names,
                    self._session.language,
                    self._session.wording,
                ),
                length=float(np.mean(snapshot.muscle_length_mm[members[name]])),
                change=change,
            )
            for widget in (title, bar, value):
                widget.setToolTip(hint)

    def _on_wording_change(self, _wording: str) -> None:
        self._on_language_change(self._session.language)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.title.setText(text("readout.title"))
        self.kind.setText(text("readout.kind"))
        self.lordosis_name.setText(text("readout.lordosis"))
        self.lordosis_name.setToolTip(text("readout.lordosis_hint"))
        self.muscles_name.setText(text("readout.muscles"))
        self.scale.setText(f"← {text('readout.shorter')} · {text('readout.longer')} →")
        self.waiting.setText(text("readout.waiting"))
        if self._anatomy is not None:
            names = {muscle.name: muscle.names for muscle in self._anatomy.muscles}
            for name, (title, _bar, _value) in self.rows.items():
                title.setText(structure_name(names[name], language, self._session.wording))
        self._on_snapshot_change(self._session.snapshot)
