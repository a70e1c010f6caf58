"""How findings hold over people: looked up at presets and along the tilt, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import Posture, presets, with_fields
from visualizer.body.solve import solve
from visualizer.space.findings import findings
from visualizer.space.people import COLUMNS, Range, Spread, spreads, worked

BASE = Posture()


def row(now: float, change: float, same: int, of: int = 26) -> list[float]:
    """A row of the file: what people have lies within 1 of the value and within a tenth of the change."""
    values = {
        "now": now, "low": now - 1, "high": now + 1, "change": change, "change_low": change - 0.1,
        "change_high": change + 0.1, "same_sign": same, "of": of,
    }  # fmt: skip
    return [values[name] for name in COLUMNS]


@pytest.fixture
def ready():
    table = [row(6, 1, 20), row(5, 0, 26), row(3, -2, 25), row(1, -4, 26)]
    known = Range("balanced", [-5.0, 0.0, 5.0, 10.0], {"here": {"room": table, "gap": [[], [], [], []]}})
    return worked(known, {"balanced": BASE})


def test_a_tilt_that_was_worked_out_has_its_own_row(ready):
    assert ready.at(5.0) == {("here", "room"): Spread(-2.1, -1.9, 2.0, 4.0, 25, 26)}


def test_between_two_tilts_it_is_linear_and_the_smaller_count_holds(ready):
    spread = ready.at(7.5)["here", "room"]
    assert (spread.low, spread.high) == pytest.approx((-3.1, -2.9))
    assert (spread.now_low, spread.now_high) == pytest.approx((1.0, 3.0))
    assert (spread.same_sign, spread.of) == (25, 26)


def test_beside_level_the_sign_is_that_of_the_tilt_on_the_same_side(ready):
    assert ready.at(-1.0)["here", "room"].same_sign == 20
    assert not ready.at(-1.0)["here", "room"].common
    assert ready.at(1.0)["here", "room"].common


def test_a_measure_without_values_has_no_spread(ready):
    assert all(("here", "gap") not in ready.at(tilt) for tilt in (-5.0, 1.0, 10.0))


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"tilt_deg": 4.2}, True),
        ({"tilt_deg": -5.0}, True),
        ({"tilt_deg": -5.5}, False),
        ({"tilt_deg": 4.2, "hip_rotation_left_deg": 3.0}, False),
        ({"tone_rotators": 0.5}, False),
        ({"disc_height_mm": -1.0}, False),
        ({"nerve_variant": "b"}, False),
    ],
)
def test_a_range_holds_its_preset_with_the_tilt_alone_changed(ready, fields, holds):
    assert ready.holds(with_fields(BASE, fields)) is holds


def test_every_preset_is_known_in_people_and_the_tilt_from_it_where_it_stands():
    anatomy = load_anatomy()
    for posture in presets(anatomy.root).values():
        alike = posture == posture.mirrored()
        assert (len(spreads(anatomy, posture)) > 30) == alike, "both sides are alike in people"
    assert spreads(anatomy, with_fields(presets(anatomy.root)["flexor-dominant"], {"tilt_deg": 7.3}))
    assert not spreads(anatomy, with_fields(presets(anatomy.root)["balanced"], {"hip_flexion_deg": 20.0}))


@pytest.mark.parametrize("tilt_deg", [-12.0, -5.0, 3.3, 10.0, 18.0])
def test_the_model_s_own_change_has_the_sign_that_people_are_counted_by(tilt_deg):
    anatomy = load_anatomy()
    posture = with_fields(presets(anatomy.root)["balanced"], {"tilt_deg": tilt_deg})
    spread = spreads(anatomy, posture)
    for item in findings(anatomy, solve(anatomy, posture)).items:
        own = spread.get((item.site, item.measure))
        if own is not None and own.same_sign == own.of and own.low * own.high > 0.0:
            assert np.sign(item.change) == np.sign(own.low), (item.site, item.measure)


def test_a_body_that_was_not_carried_onto_people_has_no_spreads(monkeypatch):
    anatomy = replace(load_anatomy())
    monkeypatch.setattr("visualizer.space.people.PATH", "anatomy/nobody.toml")
    assert spreads(anatomy, presets(anatomy.root)["balanced"]) == {}
