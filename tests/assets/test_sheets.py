"""Contact sheets: cuts that show what lies there, names that do not hide one another, and folders that lose nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainterPath

from assets.build.sheets import command, cuts, paper, plan
from tests.scene.boxes import CORNERS
from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import Posture, preset
from visualizer.body.solve import solve
from visualizer.errors import UserError
from visualizer.space.outlines import enclosed, ends


@pytest.fixture(scope="module")
def anatomy():
    return load_anatomy()


@pytest.fixture(scope="module")
def balanced(anatomy):
    return solve(anatomy, Posture())


def level(anatomy, words: str) -> plan.Level:
    return next(one for one in plan.levels(anatomy) if words in one.name)


def test_levels_lead_from_the_fourth_lumbar_vertebra_to_the_knee(anatomy) -> None:
    heights = [one.height_mm for one in plan.levels(anatomy)]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 150.0
    assert heights[-1] <= -350.0


def test_a_level_is_the_same_place_of_the_thigh_in_every_posture(anatomy, balanced) -> None:
    low = level(anatomy, "200 mm below")
    areas = {}
    for name, snapshot in (("rest", balanced), ("sitting", solve(anatomy, preset("sitting")))):
        found = {one.outline.key: one.area_mm2 for one in cuts.shapes(anatomy, snapshot, low)}
        areas[name] = found["femur_left"]
    assert areas["sitting"] == pytest.approx(areas["rest"], rel=1e-3)


@pytest.mark.usefixtures("qapp")
def test_a_cut_is_filled_where_the_section_says(anatomy, balanced) -> None:
    at = level(anatomy, "At the hip centre")
    image = cuts.cell(anatomy, balanced, at)
    femur = next(one for one in cuts.shapes(anatomy, balanced, at) if one.outline.key == "femur_left")
    grid = np.stack(np.meshgrid(np.arange(-60.0, 60.0, 4.0), np.arange(-60.0, 60.0, 4.0)), -1).reshape(-1, 2)
    deep = np.concatenate([grid + step for step in ((2.0, 0.0), (-2.0, 0.0), (0.0, 2.0), (0.0, -2.0))])
    inside = enclosed(deep, *ends(femur.outline.loops)).reshape(4, -1).all(axis=0)
    wanted = QColor(cuts.BONE).getRgb()[:3]
    seen = [image.pixelColor(*pixel).getRgb()[:3] for pixel in cuts.in_cell(grid[inside]).astype(int)]
    assert len(seen) > 50
    # Lines to names and axes cross it here and there.
    assert np.mean([np.allclose(one, wanted, atol=3) for one in seen]) > 0.85


def test_two_squares_share_what_lies_in_both() -> None:
    def square(x: float) -> cuts.Shape:
        path = QPainterPath()
        path.addRect(x, 0.0, 10.0 * cuts.PIXELS_PER_MM, 10.0 * cuts.PIXELS_PER_MM)
        outline = cuts.Outline(f"muscle {x}", "glutes", "muscle", "left", ())
        return cuts.Shape(outline, path, 100.0, path.boundingRect().center())

    assert cuts.shared([square(0.0), square(6.0 * cuts.PIXELS_PER_MM)])[1] == pytest.approx(40.0, abs=0.1)
    assert cuts.shared([square(0.0), square(11.0 * cuts.PIXELS_PER_MM)])[1] == 0.0


@pytest.mark.parametrize("wanted", [[5.0] * 6, [0.0, 1.0, 90.0], [99.0, 99.0, 99.0], []])
def test_names_keep_their_order_and_a_line_between_them(wanted: list[float]) -> None:
    places = cuts.spread(wanted, 0.0, 100.0)
    assert len(places) == len(wanted)
    assert all(np.diff(places) >= cuts.NAME_PX - 1e-9)
    assert not places or (places[0] >= 0.0 and places[-1] <= 100.0)


@pytest.mark.usefixtures("qapp")
def test_the_command_writes_a_sheet_a_posture(monkeypatch, tmp_path: Path, capsys) -> None:
    few = plan.levels(load_anatomy())[6:8]
    monkeypatch.setattr(plan, "levels", lambda _: few)
    command.draw(tmp_path / "new" / "sheets", cuts_alone=True, overwrite=False)
    written = sorted(file.name for file in (tmp_path / "new" / "sheets").iterdir())
    assert written == ["cuts-balanced.png", "cuts-flexor-dominant.png", "cuts-sitting.png"]
    assert capsys.readouterr().out.count(".png") == 3
    width, height = cuts.cell_size()
    for name in written:
        image = QImage(str(tmp_path / "new" / "sheets" / name))
        assert (image.width(), image.height()) == (2 * width, paper.TITLE_PX + height)


def test_what_is_there_is_replaced_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "cuts-balanced.png").write_bytes(b"mine")
    with pytest.raises(UserError, match=r"--overwrite"):
        paper.Folder(tmp_path, overwrite=False)
    assert (tmp_path / "cuts-balanced.png").read_bytes() == b"mine"
    paper.Folder(tmp_path, overwrite=True).write("cuts-balanced", paper.blank(4, 3))
    assert QImage(str(tmp_path / "cuts-balanced.png")).width() == 4


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path, monkeypatch, capsys) -> None:
    from assets.build import __main__ as build

    (tmp_path / "file").write_text("")
    for arguments in (("-o", str(tmp_path / "file")), ("-o", str(tmp_path / "file" / "below")), ()):
        monkeypatch.setattr(sys, "argv", ["build", "sheets", "--cuts", *arguments])
        with pytest.raises(SystemExit) as ended:
            build.main()
        assert ended.value.code == 2
        assert "-o" in capsys.readouterr().err


def test_structures_are_seen_from_six_sides_each_once(qtbot, anatomy, monkeypatch) -> None:
    from assets.build.sheets import views

    monkeypatch.setattr(views, "CELL_PX", (40, 40))
    drawn = dict(views.structures(anatomy))
    parts = [part for part in views.all_parts(anatomy) if part.side != "right"]
    rows = sum((image.height() - paper.TITLE_PX - paper.HEAD_PX) // 40 for image in drawn.values())
    assert rows == len(parts)
    glutes = drawn["structures-glutes-1"]
    for column in range(6):
        left, top = paper.SIDE_PX + 40 * column, paper.TITLE_PX + paper.HEAD_PX
        colours = {glutes.pixel(left + x, top + y) for x in range(40) for y in range(40)}
        assert len(colours) > 60


@pytest.mark.parametrize("side", plan.SIDES_SEEN)
def test_all_of_a_structure_fits_from_every_side(side: str) -> None:
    from assets.build.sheets.views import camera_on
    from visualizer.scene.cameras import projected

    # Long and thin, so that from above its near end is much nearer than its middle.
    points = CORNERS * [0.04, 0.05, 0.3] + [0.1, 0.0, -0.2]
    places = projected(points, camera_on(points, *plan.SIDES_SEEN[side]), (0, 0, 100, 100))
    assert places[:, :2].min() >= 0.0
    assert places[:, :2].max() <= 100.0
    assert np.ptp(places[:, :2], axis=0).max() > 80.0
