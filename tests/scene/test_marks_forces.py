"""Forces over the picture: as long as the loads are large, said for two readers, and never over the nerve."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import presets
from visualizer.body.solve import solve
from visualizer.export.image import appearance_in
from visualizer.forces.acting import acting
from visualizer.scene.cameras import VIEWS, framed
from visualizer.scene.marks.describe import Choices, describe
from visualizer.scene.marks.force_describe import LOAD_M_PER_N, PULL_M_PER_N, PULLING
from visualizer.scene.marks.force_painter import paint_forces
from visualizer.scene.marks.layout import layout
from visualizer.scene.marks.motion import carried
from visualizer.scene.marks.stage import Stage, overlaps
from visualizer.scene.marks.strokes import measure
from visualizer.scene.materials import MARK_INKS
from visualizer.space.findings import findings

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = (866.0, 588.0)
POSTURES = ("flexor-dominant", "one-leg-left", "sitting")


@pytest.fixture(scope="module")
def anatomy():
    return load_anatomy()


@pytest.fixture(scope="module")
def known(anatomy):
    """Posture -> its findings and its forces."""
    table = presets()
    return {
        name: (findings(anatomy, solve(anatomy, table[name])), acting(anatomy, table[name]))
        for name in ("balanced", *POSTURES)
    }


def marks_of(anatomy, known, name, view="side", shown=True, **chosen):
    found, forces = known[name]
    choices = Choices(appearance=appearance_in(view, {}), forces=forces if shown else None, **chosen)
    return describe(anatomy, found, choices)


def stage_of(known, name, view, **more):
    return Stage((0.0, 0.0, *SIZE), framed(VIEWS[view], known[name][0].snapshot.landmarks), **more)


def said(marks):
    return {each.key: " / ".join(each.lines) for each in marks.forces.words}


def test_they_are_off_by_default(anatomy, known):
    marks = marks_of(anatomy, known, "flexor-dominant", shown=False)
    assert marks.forces is None
    assert layout(marks, stage_of(known, "flexor-dominant", "side"), measure).forces is None


def test_those_of_another_posture_are_not_drawn(anatomy, known):
    found = known["flexor-dominant"][0]
    assert describe(anatomy, found, Choices(forces=known["balanced"][1])).forces is None


def test_arrows_are_as_long_as_the_loads_are_large(anatomy, known):
    loads = known["flexor-dominant"][1].loads
    reach = {each.key: each.reach for each in marks_of(anatomy, known, "flexor-dominant").forces.arrows}
    for stem in PULLING:
        pull = loads.pull_n[f"{stem}_right"]
        wanted = np.array([pull.low, pull.median, pull.high]) * PULL_M_PER_N
        assert reach[f"{stem}_right"] == pytest.approx(wanted)
    for level, at in loads.levels.items():
        for key, of in ((level, at.compression), (f"{level}_shear", at.shear)):
            assert reach[key] == pytest.approx(np.array([of.low, of.median, of.high]) * LOAD_M_PER_N)


def test_a_pull_points_from_the_insertion_to_the_origin_and_a_load_at_the_disc(anatomy, known):
    forces = known["flexor-dominant"][1]
    arrows = {each.key: each for each in marks_of(anatomy, known, "flexor-dominant").forces.arrows}
    (way,) = arrows["psoas_right"].tries[0]
    assert np.linalg.norm(way[0] - forces.lines["psoas_right"][0]) < 0.02
    assert way[-1][2] > way[0][2]
    above, below = arrows["l4_l5"].tries[0]
    middle = forces.discs["l4_l5"][0]
    assert np.linalg.norm(above[0] - middle) < 0.01
    assert above[-1][2] > middle[2] > below[-1][2]


def test_clinicians_are_told_newtons_with_their_range(anatomy, known):
    loads = known["flexor-dominant"][1].loads
    lines = said(marks_of(anatomy, known, "flexor-dominant", wording="clinical"))
    psoas, level = loads.pull_n["psoas_right"], loads.levels["l4_l5"]
    assert lines["psoas_right"] == f"{psoas.median:.0f} N ({psoas.low:.0f}–{psoas.high:.0f})"
    now, change = level.compression, level.compression_change
    assert f"{now.median:.0f} N ({now.low:.0f}–{now.high:.0f})" in lines["l4_l5"]
    assert f"+{change.median:.0f} ({change.low:.0f}–{change.high:.0f})" in lines["l4_l5"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ["balanced", *POSTURES])
def test_patients_are_told_no_newtons(anatomy, known, name, language):
    for line in said(marks_of(anatomy, known, name, language=language)).values():
        assert not re.search(r"\bN\b|N·m", line), line


def test_patients_are_told_how_much_more_only_where_it_is_sure(anatomy, known):
    dominant = said(marks_of(anatomy, known, "flexor-dominant"))
    assert dominant["psoas_right"] == "Pulls about twice as hard"
    assert dominant["l4_l5"] == "Carries a little more"
    ratio = known["sitting"][1].ratio["psoas_right"]
    assert ratio.low < 1.0 < ratio.high
    assert said(marks_of(anatomy, known, "sitting"))["psoas_right"] == "Pulls about the same"
    balanced = said(marks_of(anatomy, known, "balanced"))
    assert balanced["psoas_right"] == "Pulls as in balance"
    assert balanced["l4_l5"] == "Carries as in balance"


def test_the_reserve_is_told_at_the_hip_that_stands(anatomy, known):
    stance = known["one-leg-left"][1].stance
    marks = marks_of(anatomy, known, "one-leg-left", wording="clinical")
    words = next(each for each in marks.forces.words if each.key == "reserve")
    assert (words.bar.needed, words.bar.median) == (stance.needed_nm.median, stance.available_nm.median)
    assert f"Reserve {stance.reserve.median:.1f}" in words.lines[1]
    assert np.allclose(words.places[0], known["one-leg-left"][0].snapshot.landmarks["hip_centre_left"])
    assert "reserve" not in said(marks_of(anatomy, known, "flexor-dominant"))


def test_a_pelvis_that_drops_is_said_in_words(anatomy, known):
    found, forces = known["one-leg-left"]
    dropping = replace(forces, stance=replace(forces.stance, drops=True))
    for wording, words in (("patient", "dips"), ("clinical", "drops")):
        marks = describe(anatomy, found, Choices(wording=wording, forces=dropping))
        assert words in said(marks)["reserve"]
        assert words not in said(marks_of(anatomy, known, "one-leg-left", wording=wording))["reserve"]


def test_the_fan_of_the_hip_spans_the_range_and_names_what_stops_it(anatomy, known):
    of = known["flexor-dominant"][1].extension["knee_straight"]
    marks = marks_of(anatomy, known, "flexor-dominant", wording="clinical")
    arc = marks.forces.arc

    def degrees(directions):
        return np.degrees(np.arccos(np.clip(directions[0] @ directions[-1], -1.0, 1.0)))

    assert degrees(arc.free) == pytest.approx(of.extension_deg, abs=0.1)
    assert degrees(arc.lost) == pytest.approx(-of.change_deg, abs=0.1)
    assert arc.free[-1][1] > arc.free[0][1], "backwards"
    assert f"{of.extension_deg:.0f}°" in said(marks)["extension"]
    assert "Psoas" in said(marks)["extension"]


def test_the_fan_is_drawn_from_the_side_alone(anatomy, known):
    for view, drawn in (("side", True), ("back", False), ("front", False)):
        marks = marks_of(anatomy, known, "flexor-dominant", view)
        laid_out = layout(marks, stage_of(known, "flexor-dominant", view), measure)
        assert (laid_out.forces.arc is not None) == drawn


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", POSTURES)
@pytest.mark.parametrize("wording", ["patient", "clinical"])
def test_nothing_lies_over_the_nerve_or_over_other_words(anatomy, known, name, view, wording, qapp):
    side = "left" if name == "one-leg-left" else "right"
    marks = marks_of(anatomy, known, name, view, wording=wording, side=side)
    laid_out = layout(marks, stage_of(known, name, view), measure)
    boxes = [each.box for each in (*laid_out.forces.words, *laid_out.chips, *laid_out.names, *laid_out.words)]
    boxes.append(laid_out.legend.box)
    assert laid_out.forces.arrows
    for box in boxes:
        assert not overlaps(box, laid_out.nerve).any()
    for one, other in combinations(boxes, 2):
        assert not overlaps(one, np.array([other])).any()
    image = QImage(round(SIZE[0]), round(SIZE[1]), QImage.Format.Format_RGBA8888_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_forces(painter, replace(laid_out.forces, words=()), MARK_INKS["light"], laid_out.unit)
    painter.end()
    opaque = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 3]
    assert (opaque > 0).any()
    for left, top, right, bottom in laid_out.nerve.clip(0.0).astype(int).tolist():
        assert not opaque[top : bottom + 1, left : right + 1].any()


def test_the_main_words_find_room_from_the_side(anatomy, known):
    marks = marks_of(anatomy, known, "flexor-dominant")
    laid_out = layout(marks, stage_of(known, "flexor-dominant", "side"), measure)
    told = {each.key for each in laid_out.forces.words}
    assert {"psoas_right", "gluteus_minimus_right", "l4_l5", "l5_s1", "extension"} <= told


@pytest.mark.parametrize("view", ["back", "front", "side"])
def test_the_reserve_finds_room_beside_the_hip_that_stands(anatomy, known, view):
    marks = marks_of(anatomy, known, "one-leg-left", view, side="left")
    laid_out = layout(marks, stage_of(known, "one-leg-left", view), measure)
    assert "reserve" in {each.key for each in laid_out.forces.words}


def test_they_go_with_the_body_when_the_camera_turns(anatomy, known):
    marks = marks_of(anatomy, known, "flexor-dominant")
    stage = stage_of(known, "flexor-dominant", "side")
    before = layout(marks, stage, measure)
    turned = replace(stage, camera=stage.camera.orbited(6.0, 2.0))
    after = carried(before, marks, turned)
    for one, other in zip(before.forces.arrows, after.forces.arrows, strict=True):
        assert other.tried == one.tried
        assert other.shafts[0].head != one.shafts[0].head
        seen = turned.project(other.anchors[:1])[0, :2]
        assert (other.boxes[:, :2].min(axis=0) < seen).all()
        assert (seen < other.boxes[:, 2:].max(axis=0)).all()
    assert [each.box for each in after.forces.words] == [each.box for each in before.forces.words]


@pytest.mark.parametrize(("left", "line"), [(433.0, 433.0), (0.0, 300.0), (0.0, 620.0)])
def test_beside_each_other_balanced_has_its_own_shorter_arrows(anatomy, known, left, line):
    marks = marks_of(anatomy, known, "flexor-dominant")
    area = (left, 0.0, 866.0, 588.0)
    stage = replace(stage_of(known, "flexor-dominant", "side"), area=area, seen=(line, 0.0, 866.0, 588.0))
    arrows = layout(marks, stage, measure).forces.arrows
    now = {each.arrow.key: each for each in arrows if each.stage is stage}
    balanced = {each.arrow.key: each for each in arrows if each.stage is not stage}
    assert bool(now) == (line != 620.0)
    assert bool(balanced) == (line != 300.0)
    assert all((each.boxes[:, 0] > line).all() for each in now.values())
    assert all((each.boxes[:, 2] < line).all() for each in balanced.values())
    for key in now.keys() & balanced.keys():
        assert balanced[key].arrow.reach[1] < now[key].arrow.reach[1]


def test_the_legend_says_who_computed_them(anatomy, known):
    (heading, samples), *_ = marks_of(anatomy, known, "flexor-dominant").legend.groups
    assert "teaching model" in heading
    assert [each.what for each in samples] == ["pull", "load", "range"]
    assert "nine tries in ten" in samples[2].word
