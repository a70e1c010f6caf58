"""Loading the anatomy: what is whole loads and fits together, what is damaged is refused in one clear sentence."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assets.build import batch, manifest
from visualizer.anatomy.load import MANIFEST, assets_root, load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.anatomy.schema import read_arrays
from visualizer.errors import UserError

LANDMARKS = "anatomy/landmarks.toml"
OUTLINE, NEIGHBOURS = "body/outline.npz", "body/neighbours.npz"


@pytest.fixture(scope="module")
def anatomy() -> Anatomy:
    return load_anatomy()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the assets to damage."""
    return Path(shutil.copytree(assets_root(), tmp_path / "assets", ignore=shutil.ignore_patterns("build")))


def rewrite(root: Path, path: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file and make the manifest agree with it."""
    old = (root / path).read_bytes()
    new = change(old)
    assert new != old
    (root / path).write_bytes(new)
    listed = (root / MANIFEST).read_text()
    before, after = (hashlib.sha256(data).hexdigest() for data in (old, new))
    assert before in listed
    (root / MANIFEST).write_text(listed.replace(before, after))


def refusal(root: Path) -> UserError:
    """The error that loading `root` raises."""
    with pytest.raises(UserError) as caught:
        load_anatomy(root)
    assert caught.value.what_happened.endswith(".")
    assert caught.value.what_to_do.endswith(".")
    assert "\n" not in str(caught.value)
    return caught.value


def test_batches_fit_together(anatomy: Anatomy) -> None:
    for surface in (anatomy.bones, anatomy.muscle_surface, anatomy.nerve_surface):
        np.testing.assert_allclose(np.linalg.norm(surface.normals, axis=1), 1.0, atol=1e-3)
        assert surface.occlusion.min() >= 0
        assert surface.occlusion.max() <= 1
        assert np.abs(surface.vertices).max() < 1.2
        assert all(
            part.names.clinical.keys() >= {"en", "es"} <= part.names.lay.keys() for part in surface.parts
        )


def test_normals_agree_with_the_winding(anatomy: Anatomy) -> None:
    bones = anatomy.bones
    corners = bones.vertices[bones.triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    agreement = np.einsum("ij,ij->i", facing, bones.normals[bones.triangles].mean(axis=1))
    assert (agreement > 0).mean() > 0.998


def test_discs_dural_sac_and_some_ligaments_follow_two_bodies_and_bones_one(anatomy: Anatomy) -> None:
    bones = anatomy.bones
    for index, part in enumerate(bones.parts):
        weight, bodies = bones.weight[bones.part == index], bones.bodies[bones.part == index]
        if part.kind == "disc" and part.layer == "bones":
            assert weight.min() == 0
            assert weight.max() == 1
            assert (bodies[:, 0] != bodies[:, 1]).all()
        elif part.kind == "dura":
            assert weight.min() == 0
        elif part.kind == "bone":
            assert (weight == 1).all()


def test_landmarks_lie_near_the_body_that_carries_them(anatomy: Anatomy) -> None:
    bones = anatomy.bones
    for name, (body, point) in anatomy.landmarks.items():
        own = bones.vertices[bones.bodies[:, 0] == anatomy.bodies.index(body)]
        assert np.linalg.norm(own - point, axis=1).min() < 0.03, name


def test_every_muscle_has_its_part_and_its_fibre_lines(anatomy: Anatomy) -> None:
    assert [muscle.key for muscle in anatomy.muscles] == [part.key for part in anatomy.muscle_surface.parts]
    assert all(muscle.tendons for muscle in anatomy.muscles)


def test_a_vertebra_is_no_nerve_root_though_both_are_called_l4(anatomy: Anatomy) -> None:
    bones = {part.key: part for part in anatomy.bones.parts}
    roots = {part.key: part for part in anatomy.nerve_surface.parts}
    for level in ("l4", "l5"):
        assert "vertebra" in bones[level].names.clinical["en"]
        assert "root" in roots[f"{level}_left"].names.clinical["en"]


def test_loading_imports_nothing_slow() -> None:
    code = (
        "import sys; from visualizer.anatomy.load import load_anatomy; load_anatomy(); "
        "print([name for name in ('trimesh', 'scipy', 'mujoco', 'PySide6') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert "manifest.toml is missing" in refusal(tmp_path).what_happened


@pytest.mark.parametrize("path", ["body/bones.npz", "body/muscles.npz", LANDMARKS, "anatomy/structures.toml"])
def test_a_missing_file_is_refused(copy: Path, path: str) -> None:
    (copy / path).unlink()
    assert refusal(copy).what_happened == f"The anatomy file {path} is missing."


def test_one_wrong_byte_in_a_mesh_is_refused(copy: Path) -> None:
    data = bytearray((copy / "body/bones.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "body/bones.npz").write_bytes(data)
    assert refusal(copy).what_happened == "The anatomy file body/bones.npz is damaged."


def test_a_truncated_mesh_is_refused_even_if_the_manifest_agrees(copy: Path) -> None:
    rewrite(copy, "body/bones.npz", lambda data: data[: len(data) // 2])
    assert "body/bones.npz cannot be read" in refusal(copy).what_happened


def test_a_value_that_is_not_a_number_in_a_mesh_is_refused(copy: Path) -> None:
    vertex = load_anatomy().bones.vertices[100].tobytes()
    rewrite(copy, "body/bones.npz", lambda data: swap_in_zip(copy, vertex))
    assert "not a number" in refusal(copy).what_happened


def swap_in_zip(root: Path, old: bytes) -> bytes:
    """The bones' file with one vertex made NaN, well-formed."""
    arrays = dict(np.load(root / "body/bones.npz"))
    row = np.flatnonzero((arrays["vertices"] == np.frombuffer(old, np.float32)).all(axis=1))[0]
    arrays["vertices"][row] = np.nan
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def change_outline(root: Path, change: Callable[[dict[str, np.ndarray]], object]) -> None:
    """Change the outline's arrays, well-formed and as the manifest says."""
    arrays = dict(np.load(root / OUTLINE))
    change(arrays)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    rewrite(root, OUTLINE, lambda _data: buffer.getvalue())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda arrays: arrays.pop("opacity"), "lacks opacity"),
        (lambda arrays: arrays.update(bends=arrays["bends"][:, :-1]), "bends of an unexpected shape"),
        (
            lambda arrays: arrays.update(weight=arrays["weight"].astype(float)),
            "weight of an unexpected shape",
        ),
        (lambda arrays: arrays["quads"].fill(60000), "quads that point nowhere"),
        (lambda arrays: arrays["bodies"].fill(99), "bodies that point nowhere"),
        (lambda arrays: arrays["weight"].fill(0), "points that follow no body"),
        (lambda arrays: arrays["vertices"].fill(np.nan), "not a number (vertices)"),
    ],
)
def test_a_damaged_outline_is_refused(
    copy: Path, change: Callable[[dict[str, np.ndarray]], object], sentence: str
) -> None:
    change_outline(copy, change)
    assert f"{OUTLINE} " in refusal(copy).what_happened
    assert sentence in refusal(copy).what_happened


def test_an_anatomy_whose_manifest_names_no_outline_has_none(copy: Path) -> None:
    (copy / OUTLINE).unlink()
    assert f"{OUTLINE} is missing" in refusal(copy).what_happened
    (copy / MANIFEST).write_text(manifest.describe(copy))
    assert load_anatomy(copy).outline is None


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        (np.zeros((3, 5), np.int32), "a of an unexpected shape"),
        (np.zeros((2, 5), np.float32), "a of an unexpected shape"),
        (np.full((2, 5), 10_000_000, np.int32), "a that point nowhere"),
        (np.zeros((2, 0), np.int32), "a that point nowhere"),
    ],
)
def test_damaged_neighbours_of_the_nerve_are_refused(copy: Path, pairs: np.ndarray, sentence: str) -> None:
    rewrite(copy, NEIGHBOURS, lambda data: batch.npz(read_arrays(data) | {"a": pairs}))
    assert f"{NEIGHBOURS} has {sentence}" in refusal(copy).what_happened


def test_a_value_that_is_not_a_number_in_a_table_is_refused(copy: Path) -> None:
    def poison(data: bytes) -> bytes:
        first, _, rest = data.partition(b"point_mm = [")
        return first + b"point_mm = [nan," + rest.partition(b",")[2]

    rewrite(copy, LANDMARKS, poison)
    assert "not a number" in refusal(copy).what_happened


def test_a_table_that_lacks_a_value_is_refused(copy: Path) -> None:
    rewrite(copy, LANDMARKS, lambda data: data.replace(b"body = ", b"bone = ", 1))
    assert "expected form" in refusal(copy).what_happened


def test_line_ends_of_another_system_do_no_harm(copy: Path) -> None:
    path = copy / LANDMARKS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_anatomy(copy).landmarks


def test_a_manifest_that_is_no_table_is_refused(copy: Path) -> None:
    (copy / MANIFEST).write_text("file = [")
    assert "manifest.toml cannot be read" in refusal(copy).what_happened
