"""What follows from premises: the tilt that muscles decide, who tips the pelvis, the rotators' tone by load."""

from __future__ import annotations

from dataclasses import replace

import pytest

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.forces.settle import settled, tilt_shares

FREE = {"tilt_from": "muscles"}


def test_a_tilt_set_by_hand_stays(anatomy: Anatomy) -> None:
    tilted = with_fields(preset("balanced"), {"tilt_deg": 7.0, "tone_flexors": 0.9})
    assert settled(anatomy, tilted) == tilted
    assert tilt_shares(anatomy, tilted) == {"tilt": 7.0}


@pytest.mark.parametrize(("name", "tilt_deg"), [("balanced", 0.0), ("flexor-dominant", 10.0)])
def test_the_presets_rest_where_they_are(anatomy: Anatomy, name: str, tilt_deg: float) -> None:
    assert settled(anatomy, with_fields(preset(name), FREE)).tilt_deg == pytest.approx(tilt_deg, abs=1e-6)


@pytest.mark.parametrize(
    ("field", "value", "forward"),
    [
        ("tone_flexors", 0.6, True),
        ("short_flexors_percent", 10.0, True),
        ("tone_glutes", 0.6, False),
        ("tone_hamstrings", 0.6, False),
        ("tone_trunk_extensors", 0.8, True),
        ("tone_abdominals", 0.8, False),
    ],
)
def test_every_tone_tips_the_pelvis_its_own_way(
    anatomy: Anatomy, field: str, value: float, forward: bool
) -> None:
    tilt = settled(anatomy, with_fields(preset("balanced"), {field: value, **FREE})).tilt_deg
    assert abs(tilt) > 0.2
    assert (tilt > 0.0) == forward


def test_the_tilt_is_shared_out_among_its_causes(anatomy: Anatomy) -> None:
    dominant = preset("flexor-dominant")
    shares = tilt_shares(anatomy, dominant)
    assert sum(shares.values()) == pytest.approx(dominant.tilt_deg)
    assert shares["flexors"] > shares["gluteals"] > 0.0
    assert shares["tilt"] == pytest.approx(0.0, abs=1e-6)


def test_the_rotators_tone_follows_their_load(anatomy: Anatomy) -> None:
    by_load = replace(preset("balanced"), rotators_from="load")
    usual = settled(anatomy, by_load).tone_rotators
    assert usual == pytest.approx(preset("balanced").tone_rotators)
    weaker = settled(anatomy, replace(by_load, gluteal_strength_percent=50.0)).tone_rotators
    assert usual < weaker <= 1.0
