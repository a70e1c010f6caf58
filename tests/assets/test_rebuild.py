"""The committed assets are what the build makes, and the manifest describes them all."""

from __future__ import annotations

import shutil
from pathlib import Path

import mujoco
import numpy as np
import pytest

from assets.build import batch, manifest
from assets.build.__main__ import build
from visualizer.anatomy.load import MANIFEST
from visualizer.anatomy.schema import read_arrays

ASSETS = Path(__file__).parents[2] / "assets"
SAME_M = 1e-4
OUTLINE, STEPPED = "body/outline.npz", ("bends", "weight", "opacity")
# Held to their sources by tests of their own, with the tolerance that their figures have.
DERIVED = ("lesson/model_card.toml", "body/report.toml", "body/neighbours.npz")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("assets")
    for folder in ("anatomy", "fonts", "lesson"):
        if (ASSETS / folder).exists():
            shutil.copytree(ASSETS / folder, root / folder)
    for picture in ASSETS.glob("window*.png"):
        shutil.copy(picture, root)
    (root / "anatomy" / "landmarks.toml").unlink()
    (root / "anatomy" / "spine.toml").unlink()
    build(root, lambda step: None)
    return root


@pytest.mark.rebuild
def test_rebuild_gives_the_committed_files(rebuilt: Path) -> None:
    assert manifest.shipped(rebuilt) == manifest.shipped(ASSETS)
    differing = [
        path
        for path in manifest.shipped(ASSETS)
        if (rebuilt / path).read_bytes() != (ASSETS / path).read_bytes()
    ]
    # Another processor may round the last bits otherwise; nothing may move by a tenth of a millimetre.
    for path in differing:
        if path in DERIVED:
            continue
        assert path.endswith(".npz"), path
        new, old = (read_arrays((root / path).read_bytes()) for root in (rebuilt, ASSETS))
        assert new.keys() == old.keys()
        for name in new:
            # What is stored in whole steps may come to lie on the next one.
            same = 1 if path == OUTLINE and name in STEPPED else SAME_M
            np.testing.assert_allclose(
                new[name].astype(float), old[name].astype(float), atol=same, err_msg=f"{path}: {name}"
            )


def test_manifest_is_up_to_date() -> None:
    assert (ASSETS / MANIFEST).read_text() == manifest.describe(ASSETS)


def test_assets_stay_small() -> None:
    assert sum((ASSETS / path).stat().st_size for path in manifest.shipped(ASSETS)) < 22e6


def test_bodies_are_numbered_as_mujoco_numbers_them() -> None:
    model = mujoco.MjModel.from_xml_path(str(ASSETS / "body" / "body.xml"))
    assert tuple(model.body(i).name for i in range(1, model.nbody)) == batch.BODIES
