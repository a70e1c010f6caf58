"""The published figures: complete, each once, with source and status, and the model card made of them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assets.build import model_card
from visualizer.anatomy.load import load_anatomy
from visualizer.validation.figures import Figure, Published, published

ASSETS = Path(__file__).parents[2] / "assets"
STATUS = {"V", "V2", "M", "C"}


@pytest.fixture(scope="module")
def table() -> Published:
    return published(load_anatomy())


def test_each_figure_stands_once_with_source_and_status(table: Published) -> None:
    figures = table.figures()
    assert len(figures) >= 40
    assert len({figure.id for figure in figures}) == len(figures)
    for figure in figures:
        assert figure.source in table.source, figure.id
        assert figure.status in STATUS, figure.id
        assert figure.unit in table.tolerance.least, figure.id
        assert figure.basis in ("independent", "built", "calibrated"), figure.id


def test_no_source_is_idle(table: Published) -> None:
    assert {figure.source for figure in table.figures()} == set(table.source)


def test_models_are_sources_and_tell_kinds_apart(table: Published) -> None:
    assert set(table.models) <= set(table.source)
    assert {table.kind(figure) for figure in table.figures()} == {"made", "model", "people"}


def test_a_figure_is_a_mean_or_a_range(table: Published) -> None:
    for figure in table.figures():
        assert (figure.mean is None) != (figure.low is None and figure.high is None), figure.id
        assert figure.sd is None or (figure.mean is not None and figure.sd > 0), figure.id
        if figure.low is not None and figure.high is not None:
            assert figure.low < figure.high, figure.id


def test_quantities_can_be_told_apart_and_fit_the_table(table: Published) -> None:
    for group in table.group:
        names = [(figure.quantity, figure.mean, figure.high) for figure in group.figures]
        assert len(set(names)) == len(names), group.title
    assert all(len(figure.quantity) <= 50 for figure in table.figures())


@pytest.mark.parametrize(
    ("figure_id", "mean", "sd"),
    [
        ("lordosis_per_tilt_forward", 0.95, None),
        ("nerve_width_exit", 17.0, 3.7),
        ("nerve_width_lesser_trochanter", 11.0, 2.5),
        ("exit_to_greater_trochanter", 71.0, 9.6),
        ("exit_to_ischial_tuberosity", 55.0, 5.6),
        ("ifs_singer", 26.0, 8.0),
        ("piriformis_thickness_toned", 22.4, 4.6),
        ("lever_rectus_femoris_knee_living", 30.0, 5.0),
    ],
)
def test_well_known_figures_are_copied_right(
    table: Published, figure_id: str, mean: float, sd: float | None
) -> None:
    figure: Figure = next(figure for figure in table.figures() if figure.id == figure_id)
    assert (figure.mean, figure.sd) == (mean, sd)


def test_the_model_card_is_up_to_date() -> None:
    card = tomllib.loads((ASSETS / model_card.PATH).read_text(encoding="utf-8"))
    now = tomllib.loads(model_card.text(load_anatomy()))
    assert card["summary"] == now["summary"]
    for old, new in zip(card["row"], now["row"], strict=True):
        # Another processor may round the last digit otherwise.
        assert old.pop("model") == pytest.approx(new.pop("model"), abs=0.021), new["id"]
        assert old == new
