"""The openings of the spine: as built at rest, narrower bent back or with less disc, wider bent forward, and quick."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualizer.anatomy.load import AssetFolder, load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import RANGES, Posture
from visualizer.body.skeleton import Skeleton
from visualizer.space.foramina import LEVELS, Openings, OpeningSizes, enclosed_area, width_at

L4_L5, L5_S1 = LEVELS.index("l4_l5"), LEVELS.index("l5_s1")


class Spine:
    """Openings of any posture."""

    def __init__(self, anatomy: Anatomy) -> None:
        self.skeleton = Skeleton(anatomy.root)
        self.openings = Openings(anatomy, anatomy.bodies)

    def sizes(self, **fields: float) -> OpeningSizes:
        return self.openings.sizes(self.skeleton.place(Posture(**fields)).world_from_rest)


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


@pytest.fixture(scope="module")
def spine(anatomy: Anatomy) -> Spine:
    return Spine(anatomy)


def test_balanced_sizes_are_those_of_the_built_spine(anatomy: Anatomy, spine: Spine) -> None:
    built = [
        AssetFolder(anatomy.root).table("anatomy/spine.toml")["joints"][level]["opening"] for level in LEVELS
    ]
    sizes = spine.sizes()
    assert sizes.height_mm[:, 0] == pytest.approx([opening["height_mm"] for opening in built], abs=0.05)
    assert sizes.area_mm2[:, 0] == pytest.approx([opening["area_mm2"] for opening in built], rel=0.005)
    assert sizes.upper_width_mm[:, 0] == pytest.approx([o["upper_width_mm"] for o in built], abs=0.6)


@pytest.mark.parametrize("size", ["height_mm", "area_mm2", "disc_back_mm"])
def test_extension_narrows_and_flexion_widens_every_opening(spine: Spine, size: str) -> None:
    bent = [getattr(spine.sizes(tilt_deg=tilt), size)[:, 0] for tilt in (20.0, 10.0, 0.0, -10.0, -30.0)]
    assert (np.diff(bent, axis=0) > 0).all()


def test_a_pelvis_that_tilts_without_the_spine_changes_no_opening(spine: Spine) -> None:
    stiff, rest = spine.sizes(tilt_deg=10.0, lumbar_share=0.0), spine.sizes()
    assert stiff.height_mm == pytest.approx(rest.height_mm, abs=1e-3)
    assert stiff.area_mm2 == pytest.approx(rest.area_mm2, abs=1e-2)


def test_a_lower_disc_narrows_its_own_opening_and_no_other(spine: Spine) -> None:
    rest, worn = spine.sizes(), spine.sizes(disc_height_l4_l5_mm=-4.0)
    for size in ("height_mm", "area_mm2", "upper_width_mm", "disc_back_mm"):
        change = (getattr(worn, size) - getattr(rest, size))[:, 0]
        assert change[L4_L5] < 0
        assert np.delete(change, L4_L5) == pytest.approx(0.0, abs=1e-2)
    assert (rest.height_mm - worn.height_mm)[L4_L5] == pytest.approx(4.0, abs=0.2)


def test_only_a_worn_disc_bent_back_nears_the_critical_height(spine: Spine) -> None:
    """Revel et al. 1988: extension alone does not press the root, a collapsed disc and extension do."""
    critical_mm = 15.0
    assert spine.sizes(tilt_deg=20.0).height_mm[[L4_L5, L5_S1]].min() > critical_mm + 3
    assert spine.sizes(tilt_deg=20.0, disc_height_l4_l5_mm=-5.0).height_mm[L4_L5].max() < critical_mm


@settings(max_examples=20, deadline=None)
@given(
    tilt=st.floats(*RANGES["tilt_deg"]),
    share=st.floats(*RANGES["lumbar_share"]),
    worn=st.floats(*RANGES["disc_height_l5_s1_mm"]),
)
def test_any_posture_gives_finite_sizes_alike_on_both_sides(
    spine: Spine, tilt: float, share: float, worn: float
) -> None:
    sizes = spine.sizes(tilt_deg=tilt, lumbar_share=share, disc_height_l5_s1_mm=worn)
    for values in vars(sizes).values():
        assert (np.isfinite(values) & (values > 0)).all()
        assert values[:, 0] == pytest.approx(values[:, 1])


def test_area_and_width_of_a_known_outline() -> None:
    """A diamond 4 wide and 2 high."""
    x, y = np.array([2.0, 0.0, -2.0, 0.0]), np.array([0.0, 1.0, 0.0, -1.0])
    assert enclosed_area(x, y) == pytest.approx(4.0)
    assert width_at(x, y, 0.5) == pytest.approx(2.0)
