"""Muscles make room for every variant of the nerve; piriformis lies in front of what passes above it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from assets.build import nerve
from assets.build.check import Bones, left_parts, own
from assets.build.check import nerve as nerve_in
from assets.build.sheath import NO_SIDE, NOT_FELT, Sheath, runs_through
from assets.build.voxels import voxels
from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import NERVE_VARIANTS, presets, with_fields
from visualizer.body.solve import PreparedBody, solve

PASSING = nerve.table()["variant"]


@pytest.fixture(scope="module")
def bones() -> Bones:
    return Bones(load_anatomy())


@pytest.mark.parametrize(
    ("variant", "posture"), [*product(NERVE_VARIANTS[1:], ("flexor-dominant", "sitting"))]
)
def test_no_variant_lies_in_muscle_in_the_presets(variant: str, posture: str, bones: Bones) -> None:
    anatomy = load_anatomy()
    snapshot = solve(anatomy, with_fields(presets()[posture], {"nerve_variant": variant}))
    parts = left_parts(anatomy.muscle_surface, "muscle")
    shapes = [own(anatomy.muscle_surface, part, snapshot.muscle_vertices) for part in parts]
    names = [part.key.removesuffix("_left") for part in parts]
    row = nerve_in(names, [voxels(*shape, 1.5) for shape in shapes], shapes, snapshot, bones)
    assert row["nerve_in_muscle_mm"] <= 0.3, row
    assert row["nerve_in_bone_mm"] <= 0.3, row


def test_only_what_passes_between_its_heads_may_lie_in_piriformis() -> None:
    """Beaton & Anson: the fibular part in b, the undivided nerve in d, the tibial part in e, none in a, c and f."""
    whole, parted = ("sciatic_infrapiriform", "tibial", "l5"), ("fibular_division",)
    parts = {letter: whole + parted * ("fibular" in row) for letter, row in PASSING.items()}
    piercing = {
        letter: [name for name in parts[letter] if runs_through(name, row)] for letter, row in PASSING.items()
    }
    assert {letter: names for letter, names in piercing.items() if names} == {
        "b": ["fibular_division"],
        "d": ["sciatic_infrapiriform"],
        "e": ["sciatic_infrapiriform"],
    }


@pytest.mark.parametrize("variant", NERVE_VARIANTS)
def test_piriformis_lies_in_front_of_what_has_turned_over_it(variant: str) -> None:
    body = load_anatomy().prepared(PreparedBody)
    model, _ = body.nerve(with_fields(presets()["balanced"], {"nerve_variant": variant}))
    sheath = Sheath(model, PASSING[variant])
    felt = set(np.unique(sheath.to_pierced))
    above = "above" in (PASSING[variant]["nerve"], PASSING[variant].get("fibular"))
    through = "through" in (PASSING[variant]["nerve"], PASSING[variant].get("fibular"))
    assert (-1.0 in felt) == above
    assert (NOT_FELT in felt) == through
    assert NO_SIDE in felt


def test_other_variants_move_only_what_lies_round_piriformis() -> None:
    anatomy = load_anatomy()
    shapes = anatomy.prepared(PreparedBody).shapes
    moved = np.linalg.norm(shapes.key_variant, axis=1).max(axis=(2, 3)) * 1000.0
    names = [muscle.name for muscle in anatomy.muscles[::2]]
    assert moved[0].max() == 0.0
    for variant in moved[1:]:
        assert variant[names.index("gluteus_maximus")] > 3.0
        assert variant[names.index("piriformis")] > 1.0
        assert (
            variant[[names.index(name) for name in ("rectus_femoris", "sartorius", "gluteus_minimus")]].max()
            < 0.5
        )
