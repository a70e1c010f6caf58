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
from visualizer.anatomy.model import SIDES
from visualizer.body.posture import CHOICES, DECIDED, RANGES, SHORTENED, Posture, fields_meant, without_side
from visualizer.lesson.numbers import HARD_SPACE, number
from visualizer.lesson.text import words
from visualizer.scene.naming import in_language
from visualizer.session import BALANCED, Session
from visualizer.ui.follow import follow
from visualizer.ui.tilt import TiltCard, signed_degrees
from visualizer.ui.widgets import label, named, push_button

# All flexors at once, and each of them, which are out of sight until they are asked for.
TOGETHER = "short_flexors_percent"
SEPARATELY = tuple(f"short_{muscle}_percent" for muscle in SHORTENED)
# Group -> field -> steps in one of its units; 0 for a choice of words. In the order in which they are shown.
GROUPS: dict[str, dict[str, int]] = {
    "muscles": {
        "tilt_from": 0,
        TOGETHER: 2,
        **dict.fromkeys(SEPARATELY, 2),
        "tone_flexors": 20,
        "gluteal_strength_percent": 1,
        "tone_glutes": 20,
        "rotators_from": 0,
        "tone_rotators": 20,
        "tone_hamstrings": 20,
        "tone_trunk_extensors": 20,
        "tone_abdominals": 20,
    },
    "legs": {
        f"{limb}_{side}_deg": 1
        for limb in ("hip_flexion", "hip_adduction", "hip_rotation", "knee_flexion")
        for side in SIDES
    },
    "discs": {"disc_height_l4_l5_mm": 2, "disc_height_l5_s1_mm": 2},
    "nerve": {"nerve_variant_left": 0, "nerve_variant_right": 0},
}
CONTROLS = {field: steps for group in GROUPS.values() for field, steps in group.items()}
SLIDERS = {field: steps for field, steps in CONTROLS.items() if steps}
BOXES = tuple(field for field, steps in CONTROLS.items() if not steps)


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
    if field.endswith("_percent"):
        return f"{number(value, 0 if value == round(value) else 1, language)}{HARD_SPACE}%"
    if field.endswith("_deg"):
        return signed_degrees(value)
    return f"{number(value, 1, language, signed=True)}{HARD_SPACE}mm"


def words_of(field: str) -> tuple[str, ...]:
    """What a choice may be."""
    return CHOICES[without_side(field)]


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
        self.boxes = {field: self._box(field) for field in BOXES}
        controls: dict[str, QWidget] = {**self.sliders, **self.boxes}
        self.premises = {field: Premise(field, controls[field]) for field in CONTROLS}
        self.groups = {group: label("heading") for group in GROUPS}
        self.separately: QPushButton = push_button("small", self._show_each_flexor, checkable=True)
        self.back: QPushButton = push_button("small", self._back_to_preset)
        self.state: QLabel = label("muted")
        self.state.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lay_out()
        follow(session, language=self._on_language_change, posture=self._on_posture_change)
        follow(session, transition=self._on_posture_change, drawer_open=self._on_open_change)

    def _slider(self, field: str) -> PremiseSlider:
        slider = PremiseSlider(Qt.Orientation.Horizontal)
        low, high = RANGES[without_side(fields_meant(field)[0])]
        steps = SLIDERS[field]
        slider.setRange(round(low * steps), round(high * steps))
        slider.setPageStep(max(steps // 2, 1) if field.startswith(("tone_", "short_")) else 5)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setMinimumHeight(24)
        slider.valueChanged.connect(lambda value: self._set(field, value / steps))
        return slider

    def _box(self, field: str) -> PremiseBox:
        box = PremiseBox()
        box.addItems([""] * len(words_of(field)))
        box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.activated.connect(lambda index: self._set(field, words_of(field)[index]))
        return box

    def _lay_out(self) -> None:
        inside = named(QWidget(), "panel")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(4)
        self.tilt.setProperty("class", "plain")
        self.tilt.body.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tilt)
        for group, fields in GROUPS.items():
            column.addWidget(self.groups[group])
            for field in fields:
                column.addWidget(self.premises[field])
                if field == TOGETHER:
                    column.addWidget(self.separately, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_each_flexor()
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
        # The hips may have stopped it.
        self._on_posture_change(None)

    def _show_each_flexor(self) -> None:
        for field in SEPARATELY:
            self.premises[field].setVisible(self.separately.isChecked())

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
        values = [getattr(posture, name) for name in fields_meant(field)]
        value, premise, language = max(values), self.premises[field], self._session.language
        if field in self.sliders:
            slider = self.sliders[field]
            slider.blockSignals(True)
            slider.setValue(round(value * SLIDERS[field]))
            slider.blockSignals(False)
            premise.value.setText(
                premise_value(field, value, language)
                if value == min(values)
                else words(language)("premises.differ")
            )
            follows = field in DECIDED and getattr(posture, DECIDED[field]) != "hand"
            premise.kind.setText(words(language)("premises.follows" if follows else "premises.kind"))
        else:
            self.boxes[field].setCurrentIndex(words_of(field).index(value))

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        for field, premise in self.premises.items():
            premise.name.setText(text(f"premises.{field}"))
            premise.kind.setText(text("premises.kind"))
            premise.control.setAccessibleName(text(f"premises.{field}"))
            premise.control.setToolTip(text(f"premises.{field.partition('_')[0]}_hint"))
        self.separately.setText(text("premises.separately"))
        for group, heading in self.groups.items():
            heading.setText(text(f"premises.group_{group}"))
        for field, box in self.boxes.items():
            for index, word in enumerate(words_of(field)):
                if field.startswith("nerve"):
                    description = in_language(self._variants[word]["description"], language)
                    box.setItemText(index, f"{word} · {description}")
                else:
                    description = text(f"premises.{field}_{word}")
                    box.setItemText(index, description)
                box.setItemData(index, description, Qt.ItemDataRole.ToolTipRole)
        self._on_posture_change(None)
