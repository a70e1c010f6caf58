"""The validation table: complete, honest verdicts, readable in a terminal, and what the model may not fall short of."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import numpy as np
import pytest

from visualizer import validation
from visualizer.anatomy.load import load_anatomy
from visualizer.cli import main
from visualizer.validation import geometry
from visualizer.validation.figures import Figure, Tolerance, verdict

KEYS = ["id", "quantity", "unit", "model", "mean", "sd", "n", "source", "status", "kind", "verdict"]
TOLERANCE = Tolerance(percent=20.0, least={"mm": 1.0, "°/°": 0.0})


@pytest.fixture(scope="module")
def table() -> tuple[validation.Row, ...]:
    return validation.rows(load_anatomy())


def figure(**values: float | str) -> Figure:
    return Figure(**{"id": "x", "quantity": "x", "unit": "mm", "source": "x", "status": "V"} | values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "word"),
    [(10.0, "within 1 SD"), (12.0, "within 1 SD"), (6.5, "within 2 SD"), (14.1, "outside"), (5.9, "outside")],
)
def test_a_mean_with_spread_is_judged_in_standard_deviations(model: float, word: str) -> None:
    assert verdict(figure(mean=10.0, sd=2.0), model, TOLERANCE) == word


def test_a_mean_without_spread_is_judged_by_the_tolerance() -> None:
    assert verdict(figure(mean=10.0), 11.9, TOLERANCE) == "within 1 mm or 20 %"
    assert verdict(figure(mean=10.0), 12.1, TOLERANCE) == "outside"
    assert verdict(figure(mean=0.0), -0.9, TOLERANCE) == "within 1 mm or 20 %"
    assert verdict(figure(mean=0.95, unit="°/°"), 1.0, TOLERANCE) == "within 20 %"


def test_ranges_and_limits_are_named() -> None:
    assert verdict(figure(low=20.0, high=23.0), 21.0, TOLERANCE) == "within the range, 20 to 23"
    assert verdict(figure(low=20.0, high=23.0), 19.0, TOLERANCE) == "outside the range, 20 to 23"
    wide = figure(low=20.0, high=23.0, beyond=1.0)
    assert verdict(wide, 19.0, TOLERANCE) == "within the range, 20 to 23, give or take 1"
    assert verdict(figure(low=15.0), 15.0, TOLERANCE) == "within the limit, at least 15"
    assert verdict(figure(high=8.0), 9.0, TOLERANCE) == "outside the limit, at most 8"


def test_what_was_fitted_is_no_test() -> None:
    assert verdict(figure(mean=6.1, basis="calibrated"), 6.1, TOLERANCE) == "calibrated, no test"


def test_the_table_is_long_and_every_value_is_a_number(table: Sequence[validation.Row]) -> None:
    assert len(table) >= 40
    assert all(np.isfinite(row.model) for row in table)


def test_what_is_outside_says_why(table: Sequence[validation.Row]) -> None:
    for row in table:
        if row.outside:
            assert len(row.why) > 25, row.id
            assert row.note.endswith(row.why)


@pytest.mark.parametrize(("kind", "share"), [("people", 0.66), ("model", 0.9)])
def test_most_of_what_tests_the_model_is_inside(
    table: Sequence[validation.Row], kind: str, share: float
) -> None:
    tests = [row for row in table if row.kind == kind]
    assert sum(not row.outside for row in tests) >= share * len(tests)


def test_most_people_with_a_spread_are_within_two_deviations(table: Sequence[validation.Row]) -> None:
    tests = [row for row in table if row.kind == "people" and row.sd is not None]
    assert len(tests) >= 15
    assert sum(not row.outside for row in tests) >= 0.8 * len(tests)


def test_every_row_is_of_one_kind_and_what_made_the_model_is_no_test(table: Sequence[validation.Row]) -> None:
    assert {row.kind for row in table} == {"people", "model", "made"}
    for row in table:
        assert (row.kind == "made") == (row.basis != "independent"), row.id
        assert row.kind != "people" or "points" not in row.source, row.id


def test_totals_add_up_to_the_whole(table: tuple[validation.Row, ...]) -> None:
    counted = validation.count(table)
    numbers = [int(number) for number in re.findall(r"(\d+) rows", counted)]
    assert len(numbers) == 3
    assert sum(numbers) == len(table)


@pytest.mark.parametrize(
    "name",
    [
        "lordosis_per_tilt_forward", "lordosis_standing", "pelvic_incidence", "sacral_slope", "opening_height_l4_l5",
        "opening_height_l5_s1", "opening_height_tilt_limit", "ifs_singer", "qfs_singer",
        "nerve_width_exit", "nerve_area_gluteal", "exit_to_greater_trochanter", "exit_to_ischial_tuberosity",
        "strain_straight_leg_raise", "change_iliacus_10", "change_gluteus_maximus_middle_10",
    ],
)  # fmt: skip
def test_what_the_lesson_rests_on_is_inside(table: Sequence[validation.Row], name: str) -> None:
    row = next(row for row in table if row.id == name)
    assert not row.outside, (row.model, row.published)


def test_json_has_the_agreed_keys_and_survives_json(table: tuple[validation.Row, ...]) -> None:
    plain = json.loads(json.dumps(validation.as_json(table)))
    for row in plain:
        assert [key for key in row if key != "note"] == KEYS


def test_text_fits_a_terminal_and_ends_with_the_count(table: tuple[validation.Row, ...]) -> None:
    lines = validation.as_text(table).splitlines()
    assert max(map(len, lines)) <= 100
    ending = lines[len(lines) - lines[::-1].index("") :]
    assert " ".join(ending) == validation.count(table)
    assert f"{len(table)} figures" in ending[0]


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_command_prints_the_table_and_succeeds(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", *option]) == 0
    printed = capsys.readouterr().out
    assert "ischiofemoral space" in printed
    if option:
        assert len(json.loads(printed)) >= 40


def box(x: float, y: float, z: float) -> np.ndarray:
    """Triangles of a box about the origin."""
    faces = []
    for axis, half in enumerate((x, y, z)):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for sign in (-1, 1):
            square = np.zeros((4, 3))
            square[:, axis] = sign * half / 2
            square[:, u] = np.array([-1, 1, 1, -1]) * sign * (x, y, z)[u] / 2
            square[:, v] = np.array([-1, -1, 1, 1]) * (x, y, z)[v] / 2
            faces += [square[[0, 1, 2]], square[[0, 2, 3]]]
    return np.array(faces)


def test_callipers_measure_a_box() -> None:
    solid = box(4.0, 2.0, 6.0)
    assert geometry.span(solid, np.array([0.1, 0.1, 0.2]), np.array([0.0, 0.0, 5.0])) == pytest.approx(6.0)
    assert geometry.volume(solid) == pytest.approx(48.0)
    wide, thick, area = geometry.extents(
        geometry.section(solid, np.array([0.0, 0.0, 0.3]), np.array([0.0, 0.0, 1.0]))
    )
    assert (wide, area) == pytest.approx((4.0, 8.0), abs=0.6)
    assert thick == pytest.approx(2.0, abs=0.6)
