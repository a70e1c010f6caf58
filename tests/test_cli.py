"""The command line: what it prints, what it writes, and one clear answer to each thing that can be wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from visualizer import __version__
from visualizer.anatomy import load
from visualizer.anatomy.model import SIDES
from visualizer.cli import READER_IS_GONE, main

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are X's on Linux only")
SEGMENTS = ("l4", "l5", "s1", "s2", "s3", "lumbosacral_trunk", "sciatic", "tibial", "common_fibular")
PAIRED = (
    "asis",
    "psis",
    "ischial_tuberosity",
    "ischial_spine",
    "greater_trochanter",
    "lesser_trochanter",
    "hip_centre",
    "lateral_epicondyle",
    "medial_epicondyle",
)
SINGLE = ("pubic_symphysis", "sacral_promontory", *(f"vertebra_l{level}" for level in range(1, 6)))


def run(*words: str, path: str | None = None, code: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, with no display."""
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    if path is not None:
        environment["PATH"] = path
    command = [sys.executable, *(("-c", code) if code else ("-m", "visualizer")), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the program says when it refuses: two sentences, exit code 2."""
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.count("\n") == 2
    return said.err


def test_version():
    done = run("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"visualizer {__version__}")


@pytest.mark.parametrize("words", [(), ("render",), ("measure",)])
def test_help_reads_well(words):
    done = run(*words, "--help")
    assert done.returncode == 0
    assert "usage: visualizer" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_help_imports_nothing_large():
    done = run("--help", code="import sys, visualizer.cli as c\ntry: c.main()\nfinally: print(*sys.modules)")
    assert done.returncode == 0
    assert not {"numpy", "mujoco", "PySide6", "psygnal"} & set(done.stdout.split())


def test_measure_has_the_keys_that_others_build_on_and_needs_no_qt():
    code = (
        "import sys, visualizer.cli as c; c.main()\n"
        "assert not any(m.startswith(('PySide6', 'OpenGL', 'pyqtgraph')) for m in sys.modules), 'Qt'"
    )
    words = (
        "measure",
        "--posture",
        "balanced",
        "--set",
        "tilt_deg=12",
        "--set",
        "hip_rotation_deg=-20",
        "--json",
    )
    done = run(*words, code=code)
    assert done.returncode == 0, done.stderr
    numbers = json.loads(done.stdout)
    assert set(numbers) == {
        "posture",
        "joints_deg",
        "muscles",
        "landmarks_mm",
        "nerve_mm",
        "headline",
        "tightest",
        "findings",
        "profile",
        "corridor",
        "balance",
        "loads",
        "stance",
        "rotators",
        "hip_extension",
    }
    assert set(numbers["loads"]["levels"]) == {"l4_l5", "l5_s1"}
    for side in SIDES:
        assert set(numbers["stance"][side]["reserve"]) == {"low", "median", "high"}
        assert numbers["stance"][side]["drop"]["ifs_change_mm"] < 0.0, (
            "the thigh comes nearer to the sitting bone"
        )
        assert set(numbers["rotators"][side]) == {"now_n", "change_n", "half_gluteals_add_n"}
    assert set(numbers["hip_extension"]) == {"knee_straight", "knee_bent"}
    assert set(numbers["headline"]) == {"en", "es"}
    for side in SIDES:
        assert {"site", "measure", "level", "balanced", "now"} == set(numbers["tightest"][side][0])
        along = numbers["corridor"][side]
        assert set(along) == {"position_mm", "front_mm", "behind_mm", "inner_mm", "outer_mm", "level"}
        assert len({len(values) for values in along.values()}) == 1
    told = {"level", "level_balanced", "reason", "set_by_user", "place_mm", "shares", "people"}
    assert all(told <= set(finding) and "severity" not in finding for finding in numbers["findings"])
    assert numbers["posture"]["tilt_deg"] == 12
    assert numbers["posture"]["hip_rotation_left_deg"] == numbers["posture"]["hip_rotation_right_deg"] == -20
    for muscle in ("psoas", "gluteus_maximus", "piriformis", "obturator_internus", "rectus_abdominis"):
        for side in SIDES:
            assert set(numbers["muscles"][f"{muscle}_{side}"]) == {
                "length_mm",
                "change_mm",
                "fibre_length_norm",
                "state",
            }
    assert {*SINGLE, *(f"{name}_{side}" for name in PAIRED for side in SIDES)} <= set(numbers["landmarks_mm"])
    assert all(len(point) == 3 for point in numbers["landmarks_mm"].values())
    for name in SEGMENTS:
        for side in SIDES:
            points = numbers["nerve_mm"][f"{name}_{side}"]
            assert len(points) > 2
            assert points[0][2] > points[-1][2], "from proximal to distal"


def test_measure_says_of_each_finding_how_it_holds_over_people(capsys):
    assert main(["measure", "--posture", "balanced", "--set", "tilt_deg=7", "--json"]) == 0
    findings = {
        (one["site"], one["measure"]): one
        for one in json.loads(capsys.readouterr().out)["findings"]
        if one["side"] == "left"
    }
    height = findings["opening_l4_l5", "height"]
    assert {"low", "high", "now_low", "now_high", "same_sign", "of"} == set(height["people"])
    assert height["people"]["low"] < height["change"] < height["people"]["high"] < 0.0
    assert height["people"]["same_sign"] == height["people"]["of"] == 26
    assert main(["measure", "--posture", "balanced", "--set", "hip_rotation_deg=-20", "--json"]) == 0
    assert all(one["people"] is None for one in json.loads(capsys.readouterr().out)["findings"])


def test_measure_as_text_shows_each_muscle(capsys):
    assert main(["measure", "--posture", "flexor-dominant"]) == 0
    said = capsys.readouterr().out
    assert "Posture: flexor-dominant" in said
    assert re.search(r"gluteus_maximus_left +\d+\.\d +\+\d+\.\d", said)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("measure", "--posture", "yoga"), "yoga"),
        (("measure", "--set", "tilt_deg=90"), "tilt_deg"),
        (("measure", "--set", "tilt_deg=much"), "not a number"),
        (("measure", "--set", "tilt_deg=nan"), "tilt_deg"),
        (("measure", "--set", "tilt_deg"), "field and its value"),
        (("measure", "--set", "tlit_deg=1"), "tilt_deg"),
        (("render", "--size", "huge", "-o", "x.png"), "size"),
        (("render", "--size", "0x10", "-o", "x.png"), "size"),
        (("render", "--hide", "skin", "-o", "x.png"), "skin"),
        (("render", "-o", "picture"), ".png"),
        (("render", "-o", "/no/such/folder/x.png"), "cannot be written"),
        (("--language", "xx"), "xx"),
        (("--language", "xx", "measure"), "xx"),
        (("--language", "xx", "validate"), "xx"),
        (("--language", "xx", "render", "-o", "x.png"), "xx"),
        (("--language", "", "measure"), "language"),
    ],
)
def test_a_wrong_word_gets_a_clear_answer(capsys, monkeypatch, tmp_path, words, says):
    monkeypatch.chdir(tmp_path)
    assert says in refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


COMMANDS = [
    ("--help",),
    ("--version",),
    ("measure", "--help"),
    ("measure", "--json"),
    ("measure",),
    ("validate",),
]


@ON_LINUX
@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_that_goes_away_ends_the_program_without_a_word(words):
    command = [sys.executable, "-m", "visualizer", *words]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, timeout=120, check=False)
    assert done.stderr == b""
    assert done.returncode == READER_IS_GONE


@ON_LINUX
@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_disk_is_two_sentences(words):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "visualizer", *words]
        done = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 2
    assert "cannot be written" in done.stderr


@ON_LINUX
def test_where_errors_cannot_be_written_either_there_is_no_traceback():
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "visualizer", "measure", "--posture", "yoga"]
        done = subprocess.run(command, stdout=full, stderr=full, timeout=120, check=False)
    assert done.returncode == 2


def test_damaged_assets_get_a_clear_answer(capsys, monkeypatch, tmp_path):
    copy = tmp_path / "assets"
    shutil.copytree(load.assets_root(), copy, ignore=shutil.ignore_patterns("build", "fonts"))
    body = copy / "body" / "bones.npz"
    data = bytearray(body.read_bytes())
    data[len(data) // 3] ^= 16
    body.write_bytes(data)
    monkeypatch.setattr(load, "assets_root", lambda *_: copy)
    assert "bones.npz is damaged" in refused(capsys, "measure")
    body.unlink()
    assert "bones.npz is missing" in refused(capsys, "measure")


@ON_LINUX
def test_the_window_without_a_display_says_so_instead_of_aborting():
    done = run()
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "visualizer render" in done.stderr
    assert "Traceback" not in done.stderr


@ON_LINUX
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_render_starts_a_display_of_its_own(tmp_path: Path):
    picture = tmp_path / "picture.png"
    words = ("--posture", "flexor-dominant", "--view", "side", "--size", "320x200", "--background", "dark")
    done = run("render", *words, "--hide", "glutes", "-o", str(picture))
    assert done.returncode == 0, done.stderr
    assert str(picture) in done.stdout
    assert done.stderr == ""
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert (int.from_bytes(data[16:20]), int.from_bytes(data[20:24])) == (320, 200)


@ON_LINUX
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_render_shows_a_nerve_variant(tmp_path: Path):
    pictures = []
    for variant in ("a", "b"):
        picture = tmp_path / f"{variant}.png"
        words = ("--view", "deep-gluteal", "--size", "320x200", "--set", f"nerve_variant_right={variant}")
        done = run("render", *words, "-o", str(picture))
        assert done.returncode == 0, done.stderr
        pictures.append(picture.read_bytes())
    assert pictures[0] != pictures[1]


@ON_LINUX
@pytest.mark.parametrize(
    ("option", "word"), [("--view", "above"), ("--background", "pink"), ("--size", "99999x9")]
)
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
def test_render_refuses_what_it_cannot_draw(tmp_path: Path, option, word):
    done = run("render", option, word, "-o", str(tmp_path / "x.png"))
    assert done.returncode == 2
    assert word.split("x")[0] in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@ON_LINUX
def test_render_without_any_display_says_what_to_install(tmp_path: Path):
    done = run("render", "-o", str(tmp_path / "x.png"), path=str(tmp_path))
    assert done.returncode == 2
    assert "apt-get install" in done.stderr
    assert "xvfb" in done.stderr
    assert list(tmp_path.iterdir()) == []
