"""People: the shape model's own, carried from the shipped body; and the file that says how the sites differ in them."""

from __future__ import annotations

import io
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assets.build import neighbours
from assets.build.people import command, shapes, spine, warp
from assets.build.people.person import Shipped, of_model
from visualizer.anatomy.load import AssetFolder, load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture, presets, with_fields
from visualizer.body.solve import solve
from visualizer.space.people import COLUMNS, People, read

ROOT = Path(__file__).parents[2] / "assets"
# The narrowest and the widest hips among the 26.
EXTREME = (2, 18)
SAME = 1e-3


@pytest.fixture(scope="module")
def people() -> People:
    known = read(AssetFolder(ROOT))
    assert known is not None, "run `python -m assets.build people`"
    return known


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped.of(load_anatomy())


def rows(people: People) -> list[tuple[str, str, str, np.ndarray]]:
    """Each range's posture, site, measure and rows (tilts, columns) that have numbers."""
    return [
        (one.posture, site, measure, np.array([row for row in table if row]).reshape(-1, len(COLUMNS)))
        for one in people.range
        for site, measures in one.site.items()
        for measure, table in measures.items()
    ]


def test_people_were_carried_from_the_body_that_ships(people):
    assert people.people == shapes.PEOPLE
    assert people.body == command.digest(ROOT), "the body has changed: run `python -m assets.build people`"


def test_the_file_has_the_model_s_own_values_of_today(people):
    anatomy = load_anatomy()
    keys = command.keys(ROOT)
    postures = [posture for axis in command.axes(ROOT) for posture in axis.postures]
    now = command.measured(anatomy, [presets(ROOT)["balanced"], *postures])
    change = now - now[:1]
    place = 1
    for one, axis in zip(people.range, command.axes(ROOT), strict=True):
        assert one.posture == axis.preset
        assert one.tilt_deg == [posture.tilt_deg for posture in axis.postures]
        for step in range(len(one.tilt_deg)):
            for column, (site, measure) in enumerate(keys):
                row = one.site[site][measure][step]
                if row:
                    told = row[COLUMNS.index("now")], row[COLUMNS.index("change")]
                    true = now[place, column], change[place, column]
                    assert told == pytest.approx(true, rel=2e-3, abs=5e-3), (one.posture, site, measure)
                else:
                    assert not np.isfinite(now[place, column])
            place += 1


def test_percentiles_are_in_order_and_counts_within_the_people(people):
    for posture, site, measure, table in rows(people):
        column = dict(zip(COLUMNS, table.T, strict=True))
        where = (posture, site, measure)
        assert (column["low"] <= column["high"]).all(), where
        assert (column["change_low"] <= column["change_high"]).all(), where
        assert (column["same_sign"] <= column["of"]).all(), where
        assert (column["of"] <= people.people).all(), where


def test_balanced_against_itself_changes_nothing_in_anybody(people):
    balanced = next(one for one in people.range if one.posture == "balanced")
    level = balanced.tilt_deg.index(0.0)
    for measures in balanced.site.values():
        for table in measures.values():
            row = dict(zip(COLUMNS, table[level], strict=True))
            assert row["change"] == row["change_low"] == row["change_high"] == 0.0
            assert row["same_sign"] == row["of"] == people.people


def test_people_differ_as_published_in_where_the_ischiofemoral_space_stands(people):
    # SD 5.6 to 8.0 mm in studies; 5th to 95th percentile of a normal spread are 3.3 SDs apart.
    balanced = next(one for one in people.range if one.posture == "balanced")
    row = dict(zip(COLUMNS, balanced.site["ischiofemoral"]["ifs"][balanced.tilt_deg.index(0.0)], strict=True))
    assert 3.3 * 4.5 < row["high"] - row["low"] < 3.3 * 12.0


def test_a_shape_model_that_holds_more_than_numbers_is_refused():
    class Trap:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(pickle.UnpicklingError, match="more than numbers"):
        shapes.NumpyOnly(io.BytesIO(pickle.dumps(Trap()))).load()


def test_the_scores_are_those_of_people_about_the_mean():
    scores = shapes.shapes().people
    assert scores.shape == (shapes.MODES, shapes.PEOPLE)
    assert np.abs(scores.mean(axis=1)).max() < 1e-6


def test_sizes_of_spines_differ_by_what_their_scale_leaves_of_the_published_spread():
    drawn = [spine.factors(person) for person in range(300)]
    scale_sd = np.std([spine.scale(scores) for scores in shapes.shapes().people.T], ddof=1)
    for name in spine.MEASURES:
        values = np.array([getattr(one, name) for one in drawn])
        whole = np.sqrt(values.std(axis=0) ** 2 + scale_sd**2)
        assert whole == pytest.approx(np.array(spine.table()[name]["sd_share"]), rel=0.12), name
        assert values.mean() == pytest.approx(1.0, abs=0.02)
    again = spine.factors(7)
    assert all(np.array_equal(getattr(again, name), getattr(drawn[7], name)) for name in spine.MEASURES)


def test_a_thicker_disc_lifts_what_stands_on_it_and_nothing_else():
    known = spine.shipped_spine()
    thicker = replace(spine.AS_SHIPPED, disc_height=np.array([1.0, 1.0, 1.0, 1.2, 1.0]))
    before, after = spine.stacked(spine.AS_SHIPPED), spine.stacked(thicker)
    low, high = (
        np.array(known["levels"][level][f"{which}_endplate"]["centre"])
        for level, which in (("l5", "upper"), ("l4", "lower"))
    )
    assert after["l5"][1] == pytest.approx(before["l5"][1])
    for level in ("l4", "l3", "l2", "l1"):
        assert after[level][1] - before[level][1] == pytest.approx(0.2 * (high - low))


def test_the_field_of_the_mean_moves_nothing(shipped):
    scores = np.zeros(shapes.MODES)
    field = warp.Field(shipped.bones, shapes.standing(scores), spine.AS_SHIPPED, 1.0)
    points = np.random.default_rng(0).uniform(-150.0, 150.0, (200, 3))
    assert np.abs(field(points) - points).max() < 1e-6
    assert field.stretch(points[:5]) == pytest.approx(1.0)


def carried(shipped: Shipped, index: int | None, postures: list[Posture], folder: Path) -> Anatomy:
    """A person with what may be nearest to the nerve in `postures`."""
    anatomy = of_model(shipped, index, folder / "assets")
    return replace(anatomy, neighbours={"a": neighbours.neighbours(anatomy, postures)})


@pytest.mark.people
def test_the_mean_carried_onto_itself_has_the_findings_of_the_shipped_body(shipped, tmp_path):
    known = list(presets(ROOT).values())
    postures = [*known, *(with_fields(known[0], {"tilt_deg": tilt}) for tilt in (-15.0, 5.0, 20.0))]
    anatomy = carried(shipped, None, postures, tmp_path)
    ours, theirs = (command.measured(one, postures) for one in (shipped.anatomy, anatomy))
    assert np.nanmax(np.abs(ours - theirs)) < SAME
    assert np.array_equal(np.isnan(ours), np.isnan(theirs))


@pytest.mark.people
@pytest.mark.parametrize("index", EXTREME)
def test_an_extreme_person_is_whole_and_the_same_on_both_sides(index, shipped, tmp_path):
    known = presets(ROOT)
    turned = with_fields(known["balanced"], {"tilt_deg": 6.0, "hip_rotation_left_deg": 8.0})
    anatomy = carried(shipped, index, [*known.values(), turned], tmp_path)
    left, right = (solve(anatomy, posture) for posture in (turned, turned.mirrored()))
    mirror = np.array([-1.0, 1.0, 1.0])
    for name in ("sciatic", "l5", "tibial"):
        route = right.routes[f"{name}_right"] * mirror
        assert np.abs(left.routes[f"{name}_left"] - route).max() < 1e-5
    rest = solve(anatomy, known["balanced"])
    assert np.isfinite(rest.muscle_vertices).all()
    values = command.measured(anatomy, list(known.values()))
    own = command.measured(shipped.anatomy, list(known.values()))
    assert np.array_equal(np.isnan(values), np.isnan(own))
    heights = [column for column, (_, key) in enumerate(command.keys(ROOT)) if key == "height"]
    assert (values[:, heights] / own[:, heights] > 0.6).all()
    assert (values[:, heights] / own[:, heights] < 1.5).all()


@pytest.mark.people
def test_what_is_nearest_to_a_person_s_nerve_is_found_among_all_that_is_in_reach(
    shipped, tmp_path, monkeypatch
):
    # With a wider margin more triangles are held against the nerve, and the rooms are the same.
    known = presets(ROOT)
    postures = [known["balanced"], known["flexor-dominant"], known["sitting"]]
    anatomy = carried(shipped, EXTREME[0], postures, tmp_path)
    monkeypatch.setattr(neighbours, "MARGIN_MM", 2.0)
    monkeypatch.setattr(neighbours, "OWN_MM", 2.0)
    wide = replace(anatomy, neighbours={"a": neighbours.neighbours(anatomy, postures)})
    assert wide.neighbours["a"].shape[1] > 1.3 * anatomy.neighbours["a"].shape[1]
    few, many = (command.measured(one, postures) for one in (anatomy, wide))
    assert np.nanmax(np.abs(few - many)) < SAME
