"""Strokes: levels are told apart by shape, and what is painted lies where it was laid out."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.scene.marked import FROM_BEHIND, chip, marks_with
from visualizer.scene.marks.layout import layout
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.painter import paint_ring
from visualizer.scene.marks.sheet import COLUMNS, ROWS, tiles_of
from visualizer.scene.marks.stage import Stage
from visualizer.scene.marks.strokes import ROLES, measure, write
from visualizer.scene.materials import MARK_INKS
from visualizer.space.ladder import Level

STAGE = Stage((0.0, 0.0, 1000.0, 620.0), FROM_BEHIND)
STYLES = [(level, False, False) for level in Level] + [(Level.SNUG, True, False), (Level.SNUG, False, True)]


def painted(image: QImage) -> np.ndarray:
    """Red, green, blue, opacity, (height, width, 4) int."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def ring(level: Level, set_by_user: bool, hidden: bool = False) -> np.ndarray:
    """Grey values of a ring on the nerve's yellow, as somebody sees it who sees no colours."""
    image = QImage(48, 48, QImage.Format.Format_RGBA8888)
    image.fill("#f7c91b")
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_ring(painter, (24.0, 24.0), 20.0, level, set_by_user, 1.8, hidden=hidden)
    painter.end()
    return painted(image)[..., :3] @ (0.299, 0.587, 0.114)


def test_levels_are_told_apart_without_colours(qapp):
    for one, other in combinations(STYLES, 2):
        assert np.abs(ring(*one) - ring(*other)).mean() > 4.0, (one, other)


def test_rings_grow_heavier_with_the_level(qapp):
    ladder = (Level.ROOMY, Level.SNUG, Level.TIGHT, Level.PRESSED)
    ink = [(ring(level, False) < 160).sum() for level in ladder]
    assert ink == sorted(ink)
    assert ink[-1] > 3 * ink[0]


@pytest.mark.parametrize("background", list(MARK_INKS))
def test_words_are_legible_on_their_paper(background):
    def light(colour: str) -> float:
        channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    ink = MARK_INKS[background]
    for colour in (ink.text, ink.muted, ink.accent):
        low, high = sorted((light(colour), light(ink.paper)))
        assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("background", list(MARK_INKS))
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_everything_painted_lies_where_it_was_laid_out(qapp, background, ratio):
    marks = marks_with((chip("a", (0.05, 0.0, 0.0)), chip("b", (0.05, 0.0, -0.1), Level.CANNOT_TELL, True)))
    overlay = Overlay()
    overlay.set_marks(marks)
    pixels = painted(overlay.image(STAGE, background, ratio))
    assert pixels.shape[:2] == (round(620 * ratio), round(1000 * ratio))
    laid_out = layout(marks, STAGE, measure)
    allowed = np.zeros(pixels.shape[:2], bool)
    boxes = [each.box for each in laid_out.chips] + [word.box for word in laid_out.words]
    boxes.append(laid_out.legend.box)
    for each in laid_out.chips:
        line = np.array((*each.leader, each.ring))
        boxes.append((*(line.min(axis=0) - each.radius), *(line.max(axis=0) + each.radius)))
    for left, top, right, bottom in (np.array(box) * ratio for box in boxes):
        allowed[int(max(top - 3, 0)) : int(bottom + 4), int(max(left - 3, 0)) : int(right + 4)] = True
    assert pixels[~allowed][:, 3].max() == 0
    for each in laid_out.chips:
        left, top, right, bottom = (round(value * ratio) for value in each.box)
        assert pixels[top + 6 : bottom - 6, left + 12 : right - 6, 3].min() > 200


def test_the_same_picture_is_painted_once(qapp):
    overlay = Overlay()
    overlay.set_marks(marks_with((chip("a", (0.0, 0.0, 0.0)),)))
    first = overlay.image(STAGE, "light", 1.0)
    assert overlay.image(STAGE, "light", 1.0) is first
    halved = replace(STAGE, seen=(500.0, 0.0, 1000.0, 620.0))
    assert overlay.image(halved, "light", 1.0) is not first
    first = overlay.image(STAGE, "light", 1.0)
    overlay.lit = "a"
    assert overlay.image(STAGE, "light", 1.0) is not first
    overlay.set_marks(None)
    assert overlay.image(STAGE, "light", 1.0) is None


def test_words_are_painted_as_wide_as_they_are_measured_whatever_font_the_program_has(qapp):
    tabular = QFont("Inter")
    tabular.setFeature(QFont.Tag("tnum"), 1)
    before = QApplication.font()
    QApplication.setFont(tabular)
    try:
        laid_out = layout(marks_with((chip("a", (0.0, 0.0, 0.0)),)), STAGE, measure)
        value = next(row for row in laid_out.chips[0].rows if row.role == "value")
        image = QImage(400, 60, QImage.Format.Format_RGBA8888_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        write(painter, [replace(value, text="11.1 → 11.1 mm", at=(10.0, 10.0))], MARK_INKS["light"], 1.0)
        painter.end()
        columns = np.flatnonzero(painted(image)[..., 3].max(axis=0))
        wide = columns.max() - columns.min()
        # A figure stands with a little room on both sides.
        assert measure("11.1 → 11.1 mm", "value")[0] - 6.0 < wide <= measure("11.1 → 11.1 mm", "value")[0]
    finally:
        QApplication.setFont(before)


def test_words_have_room_for_what_is_measured(qapp):
    for role in ROLES:
        assert measure("Behind the small rotators", role)[0] > measure("Behind", role)[0] > 10.0


@given(
    size=st.tuples(st.integers(21, 300), st.integers(13, 300)),
    spots=st.lists(st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_tiles_are_those_in_which_something_is_painted(size, spots):
    image = QImage(*size, QImage.Format.Format_RGBA8888_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    expected = set()
    for across, down in spots:
        x, y = int(across * size[0]), int(down * size[1])
        image.setPixelColor(x, y, QColor(9, 9, 9, 30))
        expected.add(int((y + 0.5) / size[1] * ROWS) * COLUMNS + int((x + 0.5) / size[0] * COLUMNS))
    assert set(tiles_of(image).tolist()) == expected
