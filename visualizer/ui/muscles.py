"""What the muscles do: change of length and effort of each; the three of the clinic's text first, then by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from visualizer.anatomy.model import LAYERS, Anatomy, Muscle
from visualizer.lesson.numbers import HARD_SPACE, number, with_unit
from visualizer.lesson.text import words
from visualizer.scene.materials import MUSCLE_STATE_COLOURS
from visualizer.scene.naming import in_language, structure_name
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.signs import StateSign
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import Card, label, push_button

if TYPE_CHECKING:
    from visualizer.forces.muscle_state import MuscleState
    from visualizer.space.findings import Findings

FIRST = ("psoas", "rectus_femoris", "gluteus_minimus")
# Change of length that fills half of a bar, in per cent of fibre length.
FULL_BAR_PERCENT = 30.0


class ChangeBar(QWidget):
    """A bar from the middle: to the left for shorter, to the right for longer, in the colour of that sign."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self.percent, self._state = session, 0.0, "unchanged"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as the figures above it."""
        return QSize(112, 12)

    def show_change(self, percent: float, state: str) -> None:
        """Show a change of length."""
        if (percent, state) != (self.percent, self._state):
            self.percent, self._state = percent, state
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground, the bar and the middle."""
        colours = THEMES[self._session.background]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.width() / 2
        painter.setBrush(QColor(colours.track))
        painter.drawRoundedRect(QRectF(0, 3, self.width(), 6), 3, 3)
        reach = middle * max(-1.0, min(1.0, self.percent / FULL_BAR_PERCENT))
        if reach:
            painter.setBrush(QColor(MUSCLE_STATE_COLOURS[self._state]))
            painter.drawRoundedRect(QRectF(min(middle, middle + reach), 2.5, abs(reach), 7), 2, 2)
        painter.setBrush(QColor(colours.muted))
        painter.drawRect(QRectF(middle - 0.75, 0, 1.5, 12))


class MuscleRow(QWidget):
    """One muscle of the side talked about: signs, name and figures; in words what the signs say, and a bar."""

    def __init__(self, muscles: Mapping[str, Muscle], session: Session) -> None:
        super().__init__()
        self._muscles, self._session = muscles, session
        self.length_sign, self.effort_sign, self.bar = (
            StateSign(session),
            StateSign(session),
            ChangeBar(session),
        )
        self.name, self.words, self.change, self.percent = (
            label(style) for style in ("muscle", "kind", "figure", "figureSide")
        )
        self.name.setWordWrap(True)
        self.words.setWordWrap(True)
        for figure in (self.change, self.percent):
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 5, 0, 5)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.length_sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.effort_sign, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.words, 1, 1)
        figures = QHBoxLayout()
        figures.setSpacing(6)
        figures.addWidget(self.change, 1)
        figures.addWidget(self.percent)
        grid.addLayout(figures, 0, 2)
        grid.addWidget(self.bar, 1, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def show_name(self) -> None:
        """Name the muscle in the session's language and wording."""
        self.name.setText(structure_name(self._muscles[self._session.side].names, self._session))

    def show_states(self, states: Mapping[str, MuscleState]) -> None:
        """Show what the muscle of the session's side does."""
        muscle = self._muscles[self._session.side]
        state, language = states[muscle.key], self._session.language
        text = words(language)
        percent = f"{number(state.change_percent, 0, language, signed=True)}{HARD_SPACE}%"
        self.change.setText(with_unit(state.change_mm, "mm", language, signed=True))
        self.percent.setText(percent)
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("−00 % "))
        effort = state.effort if state.effort != "unchanged" else ""
        self.length_sign.show_state(state.state)
        self.effort_sign.show_state(effort)
        said = [text(f"muscles.{each}") for each in (state.state, effort) if each]
        if effort and state.state == "unchanged":
            said = said[1:]
        if state.disputed:
            said.append(f"({text('muscles.disputed')})")
        self.words.setText(", ".join(said).replace(", (", " ("))
        self.bar.show_change(state.change_percent, state.state)
        self.setToolTip(
            "\n".join(
                [
                    f"{in_language(muscle.names.clinical, language)} – {in_language(muscle.names.lay, language)}",
                    text("muscles.hint"),
                    *([state.disputed] if state.disputed else []),
                ]
            )
        )


class MuscleGroup(QWidget):
    """The rows of one layer under a button that opens and closes them."""

    def __init__(self, layer: str, rows: list[MuscleRow]) -> None:
        super().__init__()
        self.layer, self.rows = layer, rows
        self.button: QPushButton = push_button("fold", self._fold, checkable=True)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        for row in rows:
            column.addWidget(row)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.button)
        whole.addWidget(self._inside)
        self._inside.hide()

    def show_title(self, title: str) -> None:
        """Name the group."""
        self._title = title
        self.button.setText(f"{'▾' if self.button.isChecked() else '▸'}  {title}")

    def _fold(self) -> None:
        self._inside.setVisible(self.button.isChecked())
        self.show_title(self._title)


class MusclesCard(Card):
    """All muscles of the side talked about; `set_anatomy` says which there are."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.rows: dict[str, MuscleRow] = {}
        self.groups: dict[str, MuscleGroup] = {}
        self.waiting = label("muted")
        self.body.addWidget(self.waiting)
        follow(session, language=self._on_words_change, wording=self._on_words_change)
        follow(session, findings=self._on_findings_change, side=self._on_words_change)

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Make the rows."""
        by_name: dict[str, dict[str, Muscle]] = {}
        for muscle in anatomy.muscles:
            by_name.setdefault(muscle.name, {})[muscle.side] = muscle
        self.rows = {name: MuscleRow(sides, self._session) for name, sides in by_name.items()}
        for name in FIRST:
            if name in self.rows:
                self.body.addWidget(self.rows[name])
        layer_of = {muscle.name: muscle.layer for muscle in anatomy.muscles}
        for layer in LAYERS:
            rows = [row for name, row in self.rows.items() if layer_of[name] == layer and name not in FIRST]
            if rows:
                self.groups[layer] = MuscleGroup(layer, rows)
                self.body.addWidget(self.groups[layer])
        for own in (*map(self.rows.get, FIRST), *self.groups.values()):
            if own is not None:
                # The layout would show it only later, and the first picture would come with a squeezed card.
                own.show()
        self._on_words_change(None)

    def _on_findings_change(self, found: Findings | None) -> None:
        ready = found is not None and bool(self.rows)
        self.waiting.setVisible(not ready)
        for row in self.rows.values():
            if found is not None:
                row.show_states(found.muscles)

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.title.setText(text("muscles.title"))
        self.kind.setText(text("muscles.against"))
        self.waiting.setText(text("panel.waiting"))
        for row in self.rows.values():
            row.show_name()
        for layer, group in self.groups.items():
            group.show_title(text(f"layers.{layer}"))
        self._on_findings_change(self._session.findings)
