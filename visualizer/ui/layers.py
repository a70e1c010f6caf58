"""Which layers are seen: for each a colour chip, its name, and shown, see-through or hidden."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from visualizer.anatomy.model import LAYERS, Anatomy
from visualizer.lesson.text import words
from visualizer.scene.materials import LAYER_ACCENTS
from visualizer.scene.naming import structure_name
from visualizer.session import GHOST, HIDDEN, LAYER_STATES, SHOWN, Session
from visualizer.ui.follow import follow
from visualizer.ui.roving import Roving
from visualizer.ui.theme import THEMES, text_px
from visualizer.ui.widgets import Card, clickable, label, push_button


class Chip(QWidget):
    """The colour of a layer, as strong as the layer is seen."""

    def __init__(self, layer: str, session: Session) -> None:
        super().__init__()
        self._layer, self._session = layer, session
        self.setFixedSize(14, 14)
        follow(session, layers=self._replay, x_ray=self._replay)

    def _replay(self, _changed: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint full, pale or only the outline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(LAYER_ACCENTS[self._layer])
        painter.setPen(QPen(colour.darker(115), 1.2))
        colour.setAlphaF({SHOWN: 1.0, GHOST: 0.35, HIDDEN: 0.0}[self._session.seen_state(self._layer)])
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(1, 1, 12, 12), 4, 4)


class StateButton(QAbstractButton):
    """One of three choices: a full disc (shown), a half one (see-through), an empty one with a bar (hidden)."""

    def __init__(self, state: str, session: Session) -> None:
        super().__init__()
        self._state, self._session = state, session
        self.setCheckable(True)
        follow(session, text_percent=self._on_text_percent_change)

    def _on_text_percent_change(self, _percent: int) -> None:
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Three of them fit beside a layer's name; large enough to hit."""
        percent = self._session.text_percent
        return QSize(text_px(30, percent), text_px(26, percent))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sign, on the accent colour where it is the choice."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(QColor(colours.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent if self.isChecked() else colours.line))
            painter.drawRoundedRect(ground, 8, 8)
        ink = QColor(colours.accent_text if self.isChecked() else colours.muted)
        size = text_px(11, self._session.text_percent)
        disc = QRectF(0, 0, size, size)
        disc.moveCenter(ground.center())
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ink if self._state == SHOWN else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        if self._state == GHOST:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPie(disc, 90 * 16, 180 * 16)
        if self._state == HIDDEN:
            painter.drawLine(disc.bottomLeft(), disc.topRight())


class LayersCard(Card):
    """A row for each layer, and the x-ray button in the title row; all rows together are one stop of the Tab key."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._anatomy: Anatomy | None = None
        self.body.setSpacing(1)
        self.head.removeWidget(self.kind)
        self.kind.deleteLater()
        self.x_ray = push_button("small", self._toggle_x_ray, checkable=True)
        self.head.addWidget(self.x_ray)
        self.names = {layer: label("layer") for layer in LAYERS}
        self.buttons = {
            (layer, state): StateButton(state, session) for layer in LAYERS for state in LAYER_STATES
        }
        for (layer, state), button in self.buttons.items():
            clickable(button, partial(self._choose, layer, state))
        for layer in LAYERS:
            row = QHBoxLayout()
            row.setSpacing(2)
            row.addWidget(Chip(layer, session))
            row.addSpacing(8)
            row.addWidget(self.names[layer], 1)
            for state in LAYER_STATES:
                row.addWidget(self.buttons[layer, state])
            self.body.addLayout(row)
        self._roving = Roving(
            [[self.buttons[layer, state] for state in LAYER_STATES] for layer in LAYERS], self
        )
        follow(session, language=self._on_words_change, wording=self._on_words_change)
        follow(session, layers=self._on_layers_change, x_ray=self._on_x_ray_change)
        follow(session, background=self._on_background_change)

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Name the muscles that this body has in each layer."""
        self._anatomy = anatomy
        self._on_words_change(None)

    def _toggle_x_ray(self) -> None:
        self._session.toggle_x_ray()
        self._on_x_ray_change(self._session.x_ray)

    def _on_x_ray_change(self, x_ray: bool) -> None:
        self.x_ray.setChecked(x_ray)

    def _choose(self, layer: str, state: str) -> None:
        self._session.set_layer(layer, state)
        self._on_layers_change(self._session.layers)

    def _on_layers_change(self, _layers: Mapping[str, str]) -> None:
        for (layer, state), button in self.buttons.items():
            button.setChecked(self._session.layer_state(layer) == state)

    def _on_background_change(self, _background: str) -> None:
        for button in self.buttons.values():
            button.update()

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.title.setText(text("layers.title"))
        self.x_ray.setText(text("layers.x_ray"))
        self.x_ray.setToolTip(text("layers.x_ray_hint"))
        for layer, name in self.names.items():
            name.setText(text(f"layers.{layer}"))
            name.setToolTip(self._hint(layer))
        for (layer, state), button in self.buttons.items():
            button.setToolTip(text(f"layers.{state}"))
            button.setAccessibleName(f"{text(f'layers.{layer}')}: {text(f'layers.{state}')}")

    def _hint(self, layer: str) -> str:
        """What is in a layer: the names of its muscles, each once, or what the words say of it."""
        muscles = self._anatomy.muscles if self._anatomy is not None else ()
        names = [structure_name(muscle.names, self._session) for muscle in muscles if muscle.layer == layer]
        hint = words(self._session.language)(f"layers.{layer}_hint")
        return f"{hint}: {', '.join(dict.fromkeys(names))}" if names else hint
