"""The project as someone finds it: its commands, its packaging, its lists."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
CI = PROJECT / ".ci" / "run"
README_PICTURES = {"window.png", "window-side.png"}


def section(title: str) -> str:
    readme = (PROJECT / "README.md").read_text()
    return readme.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("title", ["Run", "Test"])
def test_one_line_does_all_the_set_up(title):
    lines = [line for line in section(title).splitlines() if line.startswith("apt-get ")]
    assert len(lines) == 1
    assert "python3 -m venv .venv" in lines[0]


def test_ci_takes_the_test_command_from_the_readme():
    (taken,) = [line for line in CI.read_text().splitlines() if line.startswith("test_command=")]
    printed = subprocess.run(
        ["bash", "-c", f'{taken}\nprintf %s "$test_command"'],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.endswith(".venv/bin/python -m pytest -n auto --dist loadfile")
    assert printed in section("Test").splitlines()


def test_the_wheel_carries_the_assets_but_not_their_build(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    manifest = tomllib.loads((PROJECT / "assets" / "manifest.toml").read_text())
    for path in {record["path"] for record in manifest["file"]} - README_PICTURES:
        assert f"visualizer/assets/{path}" in inside
    for name in ("manifest.toml", "lesson/text.es.toml", "fonts/OFL.txt"):
        assert f"visualizer/assets/{name}" in inside
    assert not [name for name in inside if "assets/build" in name]


def test_qt_is_held_to_versions_that_work():
    requirements = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    (qt,) = [each for each in requirements if each.startswith("PySide6")]
    assert "<6.12" in qt
    assert "!=6.11.0" in qt
    assert "!=6.11.1" in qt


def test_files_stay_small():
    long = {
        str(file.relative_to(PROJECT)): lines
        for file in (PROJECT / "visualizer").rglob("*.py")
        if (lines := len(file.read_text().splitlines())) > 400
    }
    assert long == {}


def test_every_figure_of_the_readme_exists():
    readme = (PROJECT / "README.md").read_text()
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", readme):
        assert (PROJECT / picture).is_file(), picture
