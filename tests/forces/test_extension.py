"""Extension of the hip: healthy without shortness, and stopped by the muscle that is short."""

from __future__ import annotations

from itertools import pairwise

import pytest

from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import preset, with_fields
from visualizer.forces.extension import BENT, STRAIGHT, Extension, hip_extension


def reach(anatomy: Anatomy, **short: float) -> dict[str, Extension]:
    return hip_extension(anatomy, with_fields(preset("balanced"), short))


def test_a_healthy_hip_reaches_the_published_range(anatomy: Anatomy) -> None:
    found = reach(anatomy)
    assert found[STRAIGHT].extension_deg == pytest.approx(15.0, abs=0.05)
    assert found[BENT].extension_deg == pytest.approx(0.0, abs=0.05)
    assert found[STRAIGHT].change_deg == found[BENT].change_deg == 0.0


def test_flexor_dominant_has_lost_what_people_lack_who_sit_long(anatomy: Anatomy) -> None:
    assert hip_extension(anatomy, preset("flexor-dominant"))[STRAIGHT].change_deg == pytest.approx(
        -6.1, abs=0.2
    )


@pytest.mark.parametrize("muscle", ["psoas", "iliacus", "tensor_fasciae_latae"])
def test_a_short_muscle_stops_the_hip(anatomy: Anatomy, muscle: str) -> None:
    found = reach(anatomy, **{f"short_{muscle}_percent": 5.0})
    assert found[STRAIGHT].stopped_by == muscle
    assert found[STRAIGHT].change_deg < -3.0


def test_a_short_rectus_stops_a_hip_whose_knee_is_bent_and_no_other(anatomy: Anatomy) -> None:
    found = reach(anatomy, short_rectus_femoris_percent=10.0)
    assert found[BENT].stopped_by == "rectus_femoris"
    assert found[BENT].change_deg < -5.0
    assert found[STRAIGHT].change_deg == 0.0


def test_the_shorter_the_less(anatomy: Anatomy) -> None:
    ends = [reach(anatomy, short_flexors_percent=percent)[STRAIGHT].extension_deg for percent in range(16)]
    assert all(one > other for one, other in pairwise(ends))
