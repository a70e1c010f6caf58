"""What the user set: every premise that a posture stands on, in a drawer at the foot of the panel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from visualizer.anatomy.load import AssetFolder, assets_root
from visualizer.body.posture import NERVE_VARIANTS, RANGES, Posture, without_side
from visualizer.lesson.numbers import HARD_SPACE, number
from visualizer.lesson.text import words
from visualizer.scene.naming import in_language
from visualizer.session import BALANCED, Session
from visualizer.ui.follow import follow
from visualizer.ui.tilt import TiltCard, signed_degrees
from visualizer.ui.widgets import label, named, push_button

# Field -> steps in one of its units.
SLIDERS = {
    "tone_rotators": 20,
    "tone_flexors": 20,
    "tone_glutes": 20,
    "hip_rotation_left_deg": 1,
    "hip_rotation_right_deg": 1,
    "disc_height_l4_l5_mm": 2,
    "disc_height_l5_s1_mm": 2,
}
VARIANTS = ("nerve_variant_left", "nerve_variant_right")


class PremiseSlider(QSlider):
    """A slider that the wheel scrolls past, since it lies in a list that scrolls."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list."""
        event.ignore()


class PremiseBox(QComboBox):
    """A choice that the wheel scrolls past."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the list."""
        event.ignore()


class Premise(QWidget):
    """One premise: its name, that the user set it, its value and its control."""

    def __init__(self, field: str, control: QWidget) -> None:
        super().__init__()
        self.field, self.control = field, control
        self.name, self.kind, self.value = label("layer"), label("kind"), label("figure")
        self.name.setWordWrap(True)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.name, 0, 0, 1, 2)
        grid.addWidget(self.value, 0, 2)
        grid.addWidget(self.kind, 1, 0)
        grid.addWidget(control, 1, 1, 1, 2)


def premise_value(field: str, value: float, language: str) -> str:
    """`60 %`, `+15°`, `−2.5 mm`."""
    if field.startswith("tone_"):
        return f"{number(100 * value, 0, language)}{HARD_SPACE}%"
    if field.endswith("_deg"):
        return signed_degrees(value)
    return f"{number(value, 1, language, signed=True)}{HARD_SPACE}mm"


class PremisesDrawer(QFrame):
    """A handle that says what is set, and above it, when open, a control for each premise."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("class", "card")
        self._session = session
        self._preset = session.preset or BALANCED
        self._variants = AssetFolder(assets_root()).table("anatomy/nerve.toml")["variant"]
        self.handle: QPushButton = push_button("drawer", self._toggle, checkable=True)
        self.tilt = TiltCard(session)
        self.sliders = {field: self._slider(field) for field in SLIDERS}
        self.boxes = {field: self._box(field) for field in VARIANTS}
        controls: dict[str, QWidget] = {**self.sliders, **self.boxes}
        self.premises = {field: Premise(field, control) for field, control in controls.items()}
        self.back: QPushButton = push_button("small", self._back_to_preset)
        self.state: QLabel = label("muted")
        self.state.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lay_out()
        follow(session, language=self._on_language_change, posture=self._on_posture_change)
        follow(session, transition=self._on_posture_change, drawer_open=self._on_open_change)

    def _slider(self, field: str) -> PremiseSlider:
        slider = PremiseSlider(Qt.Orientation.Horizontal)
        low, high = RANGES[without_side(field)]
        steps = SLIDERS[field]
        slider.setRange(round(low * steps), round(high * steps))
        slider.setPageStep(max(steps // 2, 1) if field.startswith("tone_") else 5)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setMinimumHeight(24)
        slider.valueChanged.connect(lambda value: self._set(field, value / steps))
        return slider

    def _box(self, field: str) -> PremiseBox:
        box = PremiseBox()
        box.addItems([""] * len(NERVE_VARIANTS))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.activated.connect(lambda index: self._set(field, NERVE_VARIANTS[index]))
        return box

    def _lay_out(self) -> None:
        inside = named(QWidget(), "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(4)
        self.tilt.setProperty("class", "plain")
        self.tilt.body.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tilt)
        for premise in self.premises.values():
            column.addWidget(premise)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._scroll.setWidget(inside)
        self._inside = QWidget()
        body = QVBoxLayout(self._inside)
        body.setContentsMargins(16, 4, 6, 12)
        body.setSpacing(6)
        body.addWidget(self._scroll, 1)
        body.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self.handle)
        row.setContentsMargins(16, 0, 16, 0)
        row.addStretch()
        row.addWidget(self.state)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.handle)
        whole.addWidget(self._inside, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say beside the title what is set, where that has room."""
        super().resizeEvent(event)
        self._on_posture_change(None)

    def _set(self, field: str, value: float | str) -> None:
        self._session.set_posture_fields({field: value})

    def _toggle(self) -> None:
        self._session.drawer_open = self.handle.isChecked()

    def _back_to_preset(self) -> None:
        self._session.move_to(self._preset)

    def _on_open_change(self, is_open: bool) -> None:
        self.handle.setChecked(is_open)
        self._inside.setVisible(is_open)
        self._on_posture_change(None)

    def _on_posture_change(self, _changed: object) -> None:
        session = self._session
        preset, language = session.preset, session.language
        text = words(language)
        self._preset = preset or self._preset
        self.back.setEnabled(preset is None)
        self.back.setText(text("premises.back", preset=text(f"posture.{self._preset}")))
        tilt = text("premises.tilt_is", tilt=signed_degrees(session.posture.tilt_deg))
        self.state.setText(text("premises.by_hand") if preset is None else tilt)
        self.handle.setText(f"{'▾' if session.drawer_open else '▴'}  {text('premises.title')}")
        self.handle.setAccessibleName(f"{text('premises.title')}: {self.state.text()}")
        room = self.width() - self.handle.sizeHint().width()
        self.state.setVisible(not session.drawer_open and self.state.sizeHint().width() < room)
        if session.drawer_open:
            for field in self.premises:
                self._show_premise(field, session.posture)

    def _show_premise(self, field: str, posture: Posture) -> None:
        value, premise, language = getattr(posture, field), self.premises[field], self._session.language
        if field in self.sliders:
            slider = self.sliders[field]
            slider.blockSignals(True)
            slider.setValue(round(value * SLIDERS[field]))
            slider.blockSignals(False)
            premise.value.setText(premise_value(field, value, language))
        else:
            self.boxes[field].setCurrentIndex(NERVE_VARIANTS.index(value))

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        for field, premise in self.premises.items():
            premise.name.setText(text(f"premises.{field}"))
            premise.kind.setText(text("premises.kind"))
            premise.control.setAccessibleName(text(f"premises.{field}"))
            premise.control.setToolTip(text(f"premises.{field.partition('_')[0]}_hint"))
        for box in self.boxes.values():
            for index, letter in enumerate(NERVE_VARIANTS):
                description = in_language(self._variants[letter]["description"], language)
                box.setItemText(index, f"{letter} · {description}")
                box.setItemData(index, description, Qt.ItemDataRole.ToolTipRole)
        self._on_posture_change(None)
