"""Nothing is cut off or lies over anything else, from the smallest window to the largest words."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from visualizer.ui.switch import LINE_PX, NAME_PX
from visualizer.ui.theme import style_sheet, text_px

ROOMY = [((1280, 720), 100), ((1280, 720), 120), ((1366, 768), 80), ((1366, 768), 150), ((1920, 1080), 150)]
TIGHT = [((1120, 640), 100), ((1366, 768), 200), ((1920, 1080), 200)]


def shown(window, size, percent, language, qtbot):
    window.session.language, window.session.text_percent = language, percent
    window.resize(*size)
    qtbot.wait(40)
    assert (window.width(), window.height()) == size, "the words do not push the window off the screen"
    return window


def place(window, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def seen(area: QWidget, kind: type) -> list[QWidget]:
    return [each for each in area.findChildren(kind) if each.isVisible() and each.window() is area.window()]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("size", "percent"), ROOMY + TIGHT)
def test_every_word_outside_the_panel_is_seen_whole(window, qtbot, size, percent, language):
    shown(window, size, percent, language, qtbot)
    for area in (window.header, window.views, window.compare, window.forces, window.reset, window.space_hint):
        for each in [*seen(area, QAbstractButton), *seen(area, QLabel), area]:
            inside = isinstance(each, QAbstractButton | QLabel) and not window.header.switch.isAncestorOf(
                each
            )
            assert window.rect().contains(place(window, each)), each
            if inside:
                # A button may give up a little of its padding, never of its word.
                spare = 6 if isinstance(each, QAbstractButton) else 1
                assert each.width() >= each.sizeHint().width() - spare, each.text()
                assert each.height() >= each.sizeHint().height() - 1, each.text()
    label = window.emergency.label
    assert label.height() >= label.heightForWidth(label.width())
    assert place(window, window.emergency).bottom() == window.rect().bottom()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("size", "percent"), ROOMY + TIGHT)
def test_nothing_lies_over_anything_else(window, qtbot, size, percent, language):
    shown(window, size, percent, language, qtbot)
    header = window.header
    for group in (
        [header, window.stage, window.panel, window.emergency, window.views, window.compare, window.reset],
        [header.title, header.switch, header.sitting, header.others, header.wording, header.more],
        [window.caption, window.space_hint],
    ):
        rects = [place(window, each) for each in group if each.width()]
        for one, other in combinations(rects, 2):
            assert not one.intersects(other), (one, other)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("size", "percent"), ROOMY)
def test_the_stage_keeps_most_of_the_window_and_the_switch_its_words(window, qtbot, size, percent, language):
    shown(window, size, percent, language, qtbot)
    assert window.stage.width() > 0.55 * size[0]
    assert window.stage.height() > 0.45 * size[1]
    switch = window.header.switch
    for state, button in switch.buttons.items():
        for pixels, text in ((NAME_PX, button.text()), (LINE_PX, switch.lines[state])):
            need = QFontMetrics(switch._font(pixels)).horizontalAdvance(text)
            assert need <= button.width(), text


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("percent", [80, 100, 120])
@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
def test_what_is_below_the_stage_stands_in_one_row(window, qtbot, size, percent, language):
    shown(window, size, percent, language, qtbot)
    middles = {place(window, each).center().y() for each in (window.views, window.compare, window.reset)}
    assert max(middles) - min(middles) <= 2
    assert abs(place(window, window.reset).right() - place(window, window.stage).right()) <= 1


@pytest.mark.parametrize(("size", "percent"), TIGHT)
def test_the_stage_is_there_even_with_the_largest_words(window, qtbot, size, percent):
    shown(window, size, percent, "es", qtbot)
    assert window.stage.height() >= 0.38 * size[1]
    switch = window.header.switch
    smallest = min(switch._fitted(NAME_PX, b.text(), b.width()).pixelSize() for b in switch.buttons.values())
    assert smallest >= NAME_PX


def test_words_grow_as_asked_and_headings_by_as_many_pixels():
    assert [text_px(13, percent) for percent in (80, 100, 150, 200)] == [10, 13, 20, 26]
    assert text_px(26, 200) == 39
    plain, large = style_sheet("light"), style_sheet("light", 200)
    assert "font-size: 26px" in large
    assert plain.count("font-size") == large.count("font-size")
    assert "border-radius: 14px" in large, "frames stay as they are"


@pytest.mark.parametrize("percent", [80, 100, 200])
def test_the_small_window_of_choices_shows_all_its_words(window, qtbot, percent):
    for language in ("en", "es"):
        window.session.language, window.session.text_percent = language, percent
        window.header.choices.open_below(window.header.more)
        qtbot.wait(20)
        for each in window.header.choices.findChildren(QAbstractButton):
            assert each.width() >= each.sizeHint().width() - 1, each.text()
        window.header.choices.close()


def test_larger_and_smaller_by_click_while_it_stays_open(window, qtbot):
    from PySide6.QtCore import Qt

    choices, left = window.header.choices, Qt.MouseButton.LeftButton
    qtbot.mouseClick(window.header.more, left)
    for _ in range(3):
        qtbot.mouseClick(choices.larger, left)
    assert (window.session.text_percent, choices.percent.text()) == (130, "130 %")
    qtbot.mouseClick(choices.smaller, left)
    assert window.session.text_percent == 120
    qtbot.mouseClick(choices.percent, left)
    assert window.session.text_percent == 100
    window.session.set_text_percent(200)
    assert not choices.larger.isEnabled()
    choices.close()
