"""How a look inside is told: sizes and names of its words, figures, and the colours of what is cut.

Takes names and choices of the user; gives fonts, texts and colours from `materials` for the painter of the lens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from visualizer.anatomy.load import assets_root
from visualizer.anatomy.model import SIDES, Anatomy, Names
from visualizer.lesson.numbers import room_left, with_unit
from visualizer.lesson.text import words
from visualizer.scene.materials import (
    BONE,
    CARTILAGE,
    DURA,
    LENS,
    MUSCLES,
    NERVE,
    ROOM_COLOURS,
    LensColours,
    seed,
)
from visualizer.space.ladder import NO_VALUE, OUT_OF_RANGE, OVERLAP, Level
from visualizer.space.sites import sites

if TYPE_CHECKING:
    from visualizer.space.findings import Finding
    from visualizer.space.look import Look
    from visualizer.space.section import Outline

SMALL_PX, LARGE_PX = 11.0, 13.0


@dataclass(frozen=True)
class LensStyle:
    """How a look is told. names: of structures, by key; large: with all names and figures, for a stage or a file."""

    names: Mapping[str, Names]
    language: str = "en"
    wording: str = "patient"
    background: str = "light"
    text_percent: int = 100
    large: bool = False

    @property
    def colours(self) -> LensColours:
        """The palette of its background."""
        return LENS[self.background]

    @property
    def text_px(self) -> float:
        """Height of its words."""
        return (LARGE_PX if self.large else SMALL_PX) * self.text_percent / 100.0

    def font(self, weight: QFont.Weight = QFont.Weight.Normal, share: float = 1.0) -> QFont:
        """The application's font at that share of the words' height."""
        font = QFont()
        font.setPixelSize(max(round(self.text_px * share), 6))
        font.setWeight(weight)
        return font

    def name(self, key: str) -> str:
        """What a structure is called."""
        if key.startswith("sciatic"):
            return words(self.language)("layers.nerve")
        names = self.names[key]
        chosen = names.lay if self.wording == "patient" else names.clinical
        return chosen.get(self.language, names.latin)


def structure_names(anatomy: Anatomy) -> dict[str, Names]:
    """Names of everything that a slice may show, by key."""
    parts = [*anatomy.bones.parts, *anatomy.muscle_surface.parts, *anatomy.nerve_surface.parts]
    sides = {f"{name}_{side}": names for name, names in anatomy.nerve_names.items() for side in SIDES}
    return sides | {part.key: part.names for part in parts}


def place_name(finding: Finding | None, position_mm: float | None, style: LensStyle) -> str:
    """Where a finding is, or a position along the nerve, as it stands in a sentence."""
    if finding is None:
        return words(style.language)("lens.along", mm=position_mm)
    site = sites(assets_root())[finding.site]
    names = site.where if style.wording == "patient" else site.where_clinical
    return names.get(style.language) or names["en"]


def captions(look: Look, style: LensStyle) -> tuple[str, str]:
    """What stands below each slice: which it is and the room there, and in a large picture the level in a word."""
    text, finding = words(style.language), look.finding
    unit = "mm" if finding is None else finding.unit
    before, after = look.room_mm if finding is None else (finding.balanced, finding.now)
    # Below 0 the nerve would be flatter, which the picture shows; in words there is no room less than none.
    before, after = room_left(before, unit), room_left(after, unit)
    said = []
    for name, value, told, level in zip(
        ("balanced", "now"), (before, after), (True, look.told), look.levels, strict=True
    ):
        words_of = [text(f"lens.{name}"), figure(value if told else None, unit, style.language)]
        said.append(" · ".join([*words_of, text(f"level.{level}")] if style.large else words_of))
    return said[0], said[1]


def note(look: Look, style: LensStyle) -> str:
    """What has to be said beside the picture: why a room cannot be told, what was set, how the nerve is drawn."""
    text, finding = words(style.language), look.finding
    said = []
    if finding is not None and finding.reason in (OVERLAP, OUT_OF_RANGE, NO_VALUE):
        said.append(text(f"reason.{finding.reason}"))
    elif look.now.flattened:
        left = figure(look.now.thickness_mm, "mm", style.language)
        said.append(text("lens.flattened", percent=round(100.0 * look.now.flattened), thickness=left))
    if finding is not None and finding.set_by_user:
        said.append(text("lens.set_by_user"))
    if style.large and any(gap.kind in ("front", "behind") for gap in (*look.balanced.gaps, *look.now.gaps)):
        said.append(text("lens.figures"))
    return " ".join(said)


def figure(value: float | None, unit: str, language: str) -> str:
    """A value with its unit as it is read, and what stands for one that is not known."""
    return words(language)("lens.unknown") if value is None else with_unit(value, unit, language)


def mixed(start: QColor, end: QColor, share: float) -> QColor:
    """Colour that lies `share` (0-1) of the way between two."""
    channels = zip(
        (start.redF(), start.greenF(), start.blueF()), (end.redF(), end.greenF(), end.blueF()), strict=True
    )
    return QColor.fromRgbF(*(a + (b - a) * share for a, b in channels))


def tissue(outline: Outline, level: Level, style: LensStyle) -> tuple[QColor, QColor]:
    """Fill and line of a structure; the nerve wears its room."""
    look, ink = style.colours, QColor(style.colours.ink)
    if outline.kind == "nerve":
        fill = QColor(ROOM_COLOURS[level] if outline.layer == "nerve" else NERVE)
        return fill, mixed(fill, ink, 0.55)
    if outline.kind == "disc":
        fill = QColor(CARTILAGE)
    elif outline.kind == "dura":
        fill = QColor(DURA)
    elif outline.layer == "bones":
        fill = QColor(BONE)
    else:
        own = QColor(MUSCLES[outline.layer])
        lightness = look.flesh + 0.07 * (seed(outline) - 0.5)
        fill = QColor.fromHslF(own.hslHueF(), look.vivid * own.hslSaturationF(), lightness)
        return fill, mixed(fill, ink, look.line)
    dimmed = mixed(fill, QColor(look.ground), 0.1 if style.background == "light" else 0.22)
    return dimmed, mixed(fill, QColor("#5b4a2c"), 0.55)


def readable_on(fill: QColor) -> str:
    """The ink, dark or light, that can be read on a fill."""
    light, dark = LENS["dark"].ink, LENS["light"].ink
    return dark if fill.lightnessF() > 0.5 else light


def fitted(font: QFont, text: str, width: float) -> QFont:
    """The font, or a smaller one in which a line is no wider than `width`."""
    wide = QFontMetricsF(font).horizontalAdvance(text)
    if wide > width:
        font.setPixelSize(max(int(font.pixelSize() * width / wide), 6))
    return font


def wrapped(text: str, font: QFont, width: float) -> tuple[str, tuple[float, float]]:
    """A name in lines that are not much wider than `width` where its words allow it, and the size that it takes."""
    metrics, lines = QFontMetricsF(font), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    size = max(map(metrics.horizontalAdvance, lines)) + 2.0, metrics.height() * len(lines)
    return "\n".join(lines), size
