"""How the window looks: colours of the light and the dark theme, the style sheet, the fonts.

Contrast of text is at least 4.5:1, of graphics 3:1, in both themes.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from visualizer.anatomy.load import assets_root

FONT_FAMILY = "Inter"
BODY_PX = 13


@dataclass(frozen=True)
class Colours:
    """Colours of one theme, as "#rrggbb"."""

    window: str
    card: str
    line: str
    track: str
    hover: str
    text: str
    muted: str
    accent: str
    accent_text: str
    focus: str
    alert: str
    alert_back: str
    alert_text: str
    band: str
    chosen: str


THEMES = {
    "light": Colours(
        window="#e9eef3", card="#ffffff", line="#d8e0e8", track="#dfe6ed", hover="#f0f4f8",
        text="#15202b", muted="#566677", accent="#0b6478", accent_text="#ffffff",
        focus="#1a8fb0", alert="#c2410c", alert_back="#fff3ea", alert_text="#57200a",
        band="#b4c6d3", chosen="#e6f1f4",
    ),
    "dark": Colours(
        window="#0d1218", card="#161e27", line="#273340", track="#0b1016", hover="#202b37",
        text="#e9eff5", muted="#98a8b8", accent="#4fc3dc", accent_text="#06222a",
        focus="#7fd8ea", alert="#ff9f5a", alert_back="#24170f", alert_text="#ffdcc4",
        band="#3d5163", chosen="#1b2c36",
    ),
}  # fmt: skip

STYLE = Template("""
* { font-family: "Inter"; font-size: 13px; color: $text; outline: none; }
QMainWindow, #shell { background: $window; }
QToolTip { background: $text; color: $card; border: none; padding: 6px 9px; font-size: 12px; }
#header, .card { background: $card; border: 1px solid $line; border-radius: 14px; }
#header { border: none; border-bottom: 1px solid $line; border-radius: 0; }
#appTitle { font-size: 17px; font-weight: 700; }
#appSubtitle, .muted { color: $muted; font-size: 12px; }
.cardTitle { font-size: 14px; font-weight: 600; }
.kind { color: $muted; font-size: 11px; font-weight: 500; }
.value { font-weight: 600; }
.muscle { font-size: 12px; }
#tiltValue { font-size: 26px; font-weight: 700; }
QPushButton { background: $card; border: 1px solid $line; border-radius: 10px; padding: 8px 14px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 2px solid $focus; padding: 7px 13px; }
QPushButton:checked { background: $accent; border-color: $accent; color: $accent_text; font-weight: 600; }
QPushButton:checked:focus { border: 2px solid $text; }
QPushButton.segment, QPushButton.segment:hover, QPushButton.segment:checked { background: transparent; padding: 0;
    border: 2px solid transparent; border-radius: 24px; color: transparent; font-size: 17px; font-weight: 600; }
QPushButton.small { padding: 5px 10px; border-radius: 8px; font-size: 12px; }
QPushButton.small:focus { padding: 4px 9px; }
QPushButton.look { padding: 8px 12px; }
QPushButton.look:focus { padding: 7px 11px; }
#choices, QMenu { background: $card; border: 1px solid $line; }
.heading { color: $muted; font-weight: 600; padding-top: 10px; }
QMenu { padding: 6px; }
QMenu::item { padding: 7px 22px 7px 26px; border-radius: 6px; }
QMenu::item:selected { background: $chosen; color: $text; }
QMenu::indicator { left: 8px; width: 10px; height: 10px; border-radius: 5px; }
QMenu::indicator:checked { background: $accent; }
#sitting { padding: 0 20px; border-radius: 21px; font-size: 14px; font-weight: 600; }
#sitting:focus { padding: 0 19px; }
QSlider::groove:horizontal { height: 6px; border-radius: 3px; background: $track; }
QSlider::handle:horizontal { width: 22px; height: 22px; margin: -9px 0; border-radius: 12px; background: $accent;
    border: 2px solid $card; }
QSlider::handle:horizontal:hover { background: $focus; }
QSlider::handle:horizontal:focus { border: 2px solid $text; }
QScrollArea, #panel { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 4px; min-height: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
#stage { background: $card; border: 1px solid $line; border-radius: 14px; }
#stageTitle { font-size: 18px; font-weight: 600; }
#caption { color: $muted; font-size: 12px; }
#emergency { background: $alert_back; border: none; border-top: 2px solid $alert; }
#emergency QLabel { color: $alert_text; font-size: 13px; }
#notice { background: $alert_back; border: 1px solid $alert; border-radius: 12px; }
#notice QLabel { color: $alert_text; }
.headline { font-size: 14px; }
.headline[compact="true"] { font-size: 13px; }
.figure { font-size: 13px; font-weight: 600; }
.figure[apart="true"] { color: $muted; }
.figureSide { font-size: 12px; color: $muted; }
.placeName { font-weight: 500; }
.segmented { background: $track; border: none; border-radius: 9px; }
QPushButton.segmentedPart { background: transparent; border: 1px solid transparent; border-radius: 7px;
    padding: 3px 9px; font-size: 12px; font-weight: 500; color: $muted; }
QPushButton.segmentedPart:hover { color: $text; }
QPushButton.segmentedPart:checked { background: $card; border-color: $line; color: $text; font-weight: 600; }
QPushButton.segmentedPart:focus { border: 2px solid $focus; padding: 2px 8px; }
.places { border: 2px solid transparent; border-radius: 10px; }
.places[focused="true"] { border-color: $focus; }
.place { background: transparent; border: none; border-radius: 8px; }
.place[pointed="true"] { background: $hover; }
.place[chosen="true"] { background: $chosen; }
.place .kind { font-size: 12px; }
.place[strong="true"] .kind { color: $text; font-weight: 600; }
.plot { border: 2px solid transparent; border-radius: 8px; }
.plot:focus { border-color: $focus; }
QPushButton.fold { border: none; background: transparent; text-align: left; padding: 6px 4px; color: $muted; }
QPushButton.fold:hover { color: $text; background: $hover; }
QPushButton.fold:focus { border: 2px solid $focus; padding: 4px 2px; }
QPushButton.drawer { border: none; background: transparent; text-align: left; padding: 8px 16px; font-size: 14px;
    font-weight: 600; border-radius: 13px; color: $text; }
QPushButton.drawer:hover { background: $hover; }
QPushButton.drawer:focus { border: 2px solid $focus; padding: 6px 14px; }
.plain { background: transparent; border: none; }
QComboBox { background: $card; border: 1px solid $line; border-radius: 8px; padding: 4px 8px; font-size: 12px; }
QComboBox:focus { border: 2px solid $focus; padding: 3px 7px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { width: 0; height: 0; border-left: 4px solid $card; border-right: 4px solid $card;
    border-top: 5px solid $muted; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; selection-background-color: $chosen;
    selection-color: $text; }
""")


def text_px(pixels: float, percent: int) -> int:
    """Height of letters at a text size: words grow with it, headings by as many pixels as words do."""
    return round(pixels + min(pixels, BODY_PX) * (percent - 100) / 100)


def style_sheet(theme: str, text_percent: int = 100) -> str:
    """Return the style sheet of "light" or "dark", with all words at a text size."""
    plain = STYLE.substitute(asdict(THEMES[theme]))
    return re.sub(
        r"(?<=font-size: )\d+(?=px)", lambda found: str(text_px(int(found[0]), text_percent)), plain
    )


def load_fonts() -> None:
    """Give the shipped fonts to the running QApplication and use them everywhere."""
    for file in sorted((assets_root() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont(FONT_FAMILY)
    font.setPixelSize(BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(
        QFont.Tag("tnum"), 1
    )  # figures of one width, so that columns stand still while numbers change
    QApplication.setFont(font)


def apply_theme(theme: str, text_percent: int = 100) -> None:
    """Dress the running QApplication in "light" or "dark", with all words at a text size."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    colours = THEMES[theme]
    palette = QPalette(QColor(colours.card), QColor(colours.window))
    for role, colour in (
        (QPalette.ColorRole.WindowText, colours.text),
        (QPalette.ColorRole.Text, colours.text),
        (QPalette.ColorRole.ButtonText, colours.text),
        (QPalette.ColorRole.Base, colours.card),
        (QPalette.ColorRole.Highlight, colours.accent),
    ):
        palette.setColor(role, QColor(colour))
    application.setPalette(palette)
    application.setStyleSheet(style_sheet(theme, text_percent))


def mixed(start: str, end: str, share: float) -> QColor:
    """Colour that lies `share` (0-1) of the way between two."""
    a, b = QColor(start), QColor(end)
    return QColor.fromRgbF(
        *(x + (y - x) * share for x, y in zip(a.getRgbF()[:3], b.getRgbF()[:3], strict=True))  # type: ignore[index]
    )
