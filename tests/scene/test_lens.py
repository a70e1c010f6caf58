"""The painted look inside: true colours at true places, names out of each other's way, words that fit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from tests.scene.boxes import pixels_of
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import SIDES, Anatomy
from visualizer.body.posture import preset
from visualizer.body.solve import solve
from visualizer.scene.lens import SlicePainter, height_for, paint_look
from visualizer.scene.lens_names import (
    Circle,
    by_size,
    clear_of,
    cross,
    overlap,
    place_at_rim,
    place_on,
)
from visualizer.scene.lens_shapes import clipped, path_through, thinned
from visualizer.scene.lens_style import LensStyle, captions, figure, note, place_name, structure_names
from visualizer.scene.materials import LENS, ROOM_COLOURS
from visualizer.space.findings import Findings, findings
from visualizer.space.ladder import OVERLAP, Level
from visualizer.space.look import Look, look_along, look_at_site
from visualizer.ui.theme import THEMES

SITES = ("opening_l4_l5", "infrapiriform", "obturator_gemelli", "ischiofemoral", "quadratus_femoris")


@cache
def body() -> Anatomy:
    return load_anatomy()


@cache
def found(name: str = "flexor-dominant") -> Findings:
    return findings(body(), solve(body(), preset(name, body().root)))


def look(site: str, side: str = "right", name: str = "flexor-dominant") -> Look:
    finding = next(item for item in found(name).tightest(side) if item.site == site)
    return look_at_site(body(), found(name), finding)


def style(**choices: object) -> LensStyle:
    return replace(LensStyle(structure_names(body())), **choices)


def painted(one: Look, how: LensStyle, size: tuple[int, int]) -> np.ndarray:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(how.colours.paper))
    painter = QPainter(image)
    paint_look(painter, QRectF(0.0, 0.0, *size), one, how)
    painter.end()
    return pixels_of(image)


def slice_painter(one: Look, column: int, how: LensStyle, size: tuple[int, int]) -> SlicePainter:
    """A painter of one slice that has painted, so that its labels have places."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    made = SlicePainter(
        painter,
        QRectF(0.0, 0.0, size[0] / 2, size[1]),
        one,
        (one.balanced, one.now)[column],
        column,
        how,
    )
    made.paint()
    painter.end()
    return made


@pytest.mark.parametrize("background", ["light", "dark"])
@pytest.mark.parametrize("site", ["obturator_gemelli", "infrapiriform", "quadratus_femoris"])
def test_the_nerve_wears_its_room_in_both_slices(qapp, site: str, background: str) -> None:
    one, how = look(site), style(background=background)
    pixels = painted(one, how, (600, 380))
    for column, (part, level) in enumerate(zip((one.balanced, one.now), one.levels, strict=True)):
        made = slice_painter(one, column, how, (590, 380))
        # A point of the nerve away from dimension lines: a third of the way from its middle to its edge.
        loop = part.nerve.loops[0]
        middle = loop.mean(axis=0)
        edge = loop[np.abs(loop - middle)[:, 0].argmax()]
        place = made.at(middle + 0.3 * (edge - middle))
        x, y = round(place.x() + column * 305), round(place.y())
        wanted = QColor(ROOM_COLOURS[level]).getRgb()[:3]
        assert np.abs(pixels[y - 1 : y + 2, x - 1 : x + 2].astype(int) - wanted).max() < 40


def test_outside_the_circles_there_is_paper(qapp) -> None:
    how = style()
    pixels = painted(look("infrapiriform"), how, (300, 210))
    paper = np.array(QColor(how.colours.paper).getRgb()[:3])
    for x, y in ((2, 2), (297, 2), (150, 90), (2, 150), (297, 150)):
        assert np.abs(pixels[y, x].astype(int) - paper).max() < 4


@pytest.mark.parametrize("background", ["light", "dark"])
def test_paper_is_the_card_that_it_lies_on(background: str) -> None:
    assert LENS[background].paper == THEMES[background].card


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("wording", ["patient", "clinical"])
@pytest.mark.parametrize("percent", [80, 100, 160])
def test_labels_keep_off_each_other_and_inside(
    qapp, large: bool, language: str, wording: str, percent: int
) -> None:
    how = style(large=large, language=language, wording=wording, text_percent=percent)
    size = (1100, 620) if large else (320, round(height_for(320, how)))
    for site in SITES:
        for name, side in (("flexor-dominant", "left"), ("sitting", "right")):
            for column in (0, 1):
                made = slice_painter(look(site, side, name), column, how, size)
                boxes = list(dict.fromkeys(made.taken))
                width, height = size[0] / 2, size[1]
                for box in boxes:
                    assert inside(box, (-1.0, -1.0, width + 1.0, height + 1.0)), box
                for index, box in enumerate(boxes):
                    for other in boxes[index + 1 :]:
                        inside_bar = box[0] >= other[0] and box[2] <= other[2] and box[1] >= other[1]
                        assert inside_bar or not meet(box, other), (site, box, other)
                for index, leader in enumerate(made.leaders):
                    assert not any(cross(leader, other) for other in made.leaders[index + 1 :])


def inside(box, whole) -> bool:
    return box[0] >= whole[0] and box[1] >= whole[1] and box[2] <= whole[2] and box[3] <= whole[3]


def meet(one, other) -> bool:
    slack = 1.0
    return (
        one[0] + slack < other[2]
        and other[0] + slack < one[2]
        and one[1] + slack < other[3]
        and other[1] + slack < one[3]
    )


def test_a_large_picture_names_more_than_a_small_one(qapp) -> None:
    one = look("obturator_gemelli")
    small = slice_painter(one, 1, style(), (320, 210))
    large = slice_painter(one, 1, style(large=True), (1100, 620))
    assert len(large.taken) > len(small.taken) + 1
    assert len(large.leaders) >= 3
    assert not small.leaders


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    size=st.tuples(st.floats(20, 90), st.floats(10, 40)),
    cell=st.tuples(st.floats(260, 600), st.floats(260, 600)),
)
def test_any_name_lies_in_its_cell_off_the_picture_or_wholly_on_what_it_names(
    seed: int, size: tuple[float, float], cell: tuple[float, float]
) -> None:
    random = np.random.default_rng(seed)
    seeds, owner = random.uniform(0, 96, (6, 2)), np.arange(6)
    grid = np.stack(np.mgrid[0:96, 0:96], axis=-1)
    seen = owner[np.linalg.norm(grid[:, :, None] - seeds, axis=-1).argmin(axis=-1)]
    circle = Circle(cell[0] / 2, cell[1] / 2, 0.36 * min(cell))
    whole, taken, leaders = (0.0, 0.0, *cell), [], []
    for index in by_size(seen):
        found_place = place_at_rim(seen, index, size, circle, whole, taken, leaders)
        if found_place is not None:
            box, leader = found_place
            assert clear_of(box, circle)
            assert not any(cross(leader, other) for other in leaders)
            leaders.append(leader)
        else:
            box = place_on(seen, index, size, circle, taken)
            if box is None:
                continue
            pixel = 2 * circle.radius / 96
            columns = slice(
                int((box[0] - circle.x + circle.radius) / pixel),
                int((box[2] - circle.x + circle.radius) / pixel),
            )
            rows = slice(
                int((box[1] - circle.y + circle.radius) / pixel),
                int((box[3] - circle.y + circle.radius) / pixel),
            )
            assert (seen[rows, columns] == index).all()
        assert inside(box, whole)
        assert not any(overlap(box, other) for other in taken)
        taken.append(box)


@pytest.mark.parametrize("site", SITES)
def test_what_is_drawn_stays_close_to_the_true_outline(site: str) -> None:
    """The smooth curve leaves the corners of the outline by less than half a millimetre."""
    for outline in look(site).now.section.outlines:
        for loop in clipped(outline.loops, 33.0):
            if len(thinned(loop)) < 3:
                continue
            path = path_through([loop], 33.0)
            curve = np.array([[p.x(), p.y()] for p in path.toSubpathPolygons()[0]])
            start, end = curve[:-1], curve[1:]
            way = end - start
            share = ((loop[:, None] - start) * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-12)
            apart = np.linalg.norm(
                start + np.clip(share, 0, 1)[..., None] * way - loop[:, None], axis=-1
            ).min(axis=1)
            assert apart.max() < 0.5, outline.key


def test_figures_are_written_as_they_are_read() -> None:
    assert figure(2.66, "mm", "en") == "2.7\u00a0mm"
    assert figure(-1.25, "mm", "es") == "−1,2\u00a0mm"
    assert figure(-0.01, "mm", "en") == "0\u00a0mm"
    assert figure(144.4, "mm2", "en") == "144\u00a0mm²"
    assert figure(39.2, "deg", "en") == "39°"
    assert figure(None, "mm", "es") == "?"


def test_captions_tell_the_findings_and_doubt_where_there_is_doubt() -> None:
    one = look("obturator_gemelli")
    finding = one.finding
    assert captions(one, style(wording="clinical")) == (
        f"Balanced · {figure(max(finding.balanced, 0.0), 'mm', 'en')}",
        f"Now · {figure(max(finding.now, 0.0), 'mm', 'en')}",
    )
    less = replace(one, finding=replace(finding, now=-0.2))
    assert captions(less, style())[1] == captions(less, style(wording="clinical"))[1] == "Now · 0\u00a0mm"
    assert captions(one, style(large=True))[1].endswith(str(one.levels[1]).replace("_", " "))
    doubt = replace(one, finding=replace(one.finding, reason=OVERLAP, level=Level.CANNOT_TELL))
    assert captions(doubt, style())[1] == "Now · ?"
    assert "overlap" in note(doubt, style())


def test_places_have_names_in_each_wording_and_language() -> None:
    one = look("infrapiriform")
    for language in ("en", "es"):
        names = {
            place_name(one.finding, None, style(language=language, wording=wording))
            for wording in ("patient", "clinical")
        }
        assert len(names) == 2
    assert "120 mm" in place_name(None, 120.0, style())


@pytest.mark.parametrize("side", SIDES)
def test_everything_that_can_be_cut_has_a_name(side: str) -> None:
    names = structure_names(body())
    for along in range(0, 560, 40):
        for outline in look_along(body(), found(), side, along).now.section.outlines:
            assert style().name(outline.key)
            assert outline.key in names
