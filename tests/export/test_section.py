"""`visualizer section`: numbers that equal the model, pictures that open, and nothing half written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QImage

from visualizer.anatomy.load import load_anatomy
from visualizer.body.posture import preset
from visualizer.body.solve import solve
from visualizer.cli import main
from visualizer.errors import UserError
from visualizer.export.section import write_whole
from visualizer.space.findings import findings
from visualizer.space.look import chosen_look

SECTION = ("section", "--posture", "flexor-dominant", "--site", "infrapiriform", "--side", "left")


def test_json_holds_both_slices_of_the_place(tmp_path: Path, capsys) -> None:
    file = tmp_path / "lens.json"
    assert main((*SECTION, "-o", str(file))) == 0
    assert str(file) in capsys.readouterr().out
    told = json.loads(file.read_text())
    assert (told["site"], told["side"], told["unit"]) == ("infrapiriform", "left", "mm")
    assert told["posture"]["name"] == "flexor-dominant"
    anatomy = load_anatomy()
    found = findings(anatomy, solve(anatomy, preset("flexor-dominant", anatomy.root)))
    look = chosen_look(anatomy, found, "left", "infrapiriform", None)
    for name, one in (("balanced", look.balanced), ("now", look.now)):
        plane = told[name]["plane"]
        assert np.allclose(plane["origin"], one.section.plane.origin * 1000.0, atol=1e-3)
        assert np.allclose(np.cross(*plane["axes"]), plane["normal"], atol=1e-6)
        assert set(told[name]["outlines"]) == {outline.key for outline in one.section.outlines}
        for outline in one.section.outlines:
            for loop, points in zip(outline.loops, told[name]["outlines"][outline.key], strict=True):
                assert np.allclose(loop, points, atol=1e-3)


@pytest.mark.parametrize("words", [(), ("--language", "es", "--wording", "clinical", "--background", "dark")])
def test_pictures_have_the_size_and_the_words(qapp, tmp_path: Path, capsys, words: tuple[str, ...]) -> None:
    for kind in ("png", "svg"):
        assert main((*SECTION, *words, "--size", "900x520", "-o", str(tmp_path / f"lens.{kind}"))) == 0
    image = QImage(str(tmp_path / "lens.png"))
    assert (image.width(), image.height()) == (900, 520)
    root = ElementTree.parse(tmp_path / "lens.svg").getroot()
    assert root.get("viewBox") == "0 0 900 520"
    text = " ".join("".join(root.itertext()).split())
    assert ("Mirar dentro: en el foramen infrapiriforme" if words else "Look inside: under the pear") in text
    assert ("Equilibrado" if words else "Balanced") in text
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 10


def test_a_point_of_the_nerve_instead_of_a_site(tmp_path: Path, capsys) -> None:
    file = tmp_path / "lens.json"
    assert main(("section", "--at-mm", "120", "-o", str(file))) == 0
    told = json.loads(file.read_text())
    assert (told["site"], told["side"], told["position_mm"]) == (None, "right", 120.0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays are X's on Linux only")
def test_no_display_and_no_opengl_are_needed(tmp_path: Path) -> None:
    file = tmp_path / "lens.svg"
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    code = (
        "import sys, visualizer.cli as c; code = c.main()\n"
        "assert not any(m.startswith(('OpenGL', 'pyqtgraph')) for m in sys.modules), 'OpenGL'\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", code, *SECTION, "-o", str(file)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Inter" in file.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--site", "nowhere", "-o", "x.svg"), "obturator_gemelli"),
        (("--side", "middle", "-o", "x.svg"), "left, right"),
        (("--at-mm", "5000", "-o", "x.svg"), "along the nerve"),
        (("--wording", "rude", "-o", "x.svg"), "patient, clinical"),
        (("--background", "pink", "-o", "x.svg"), "light, dark"),
        (("--language", "xx", "-o", "x.svg"), 'no language "xx"'),
        (("--size", "huge", "-o", "x.svg"), "size"),
        (("--size", "90000x90000", "-o", "x.png"), "cannot be drawn"),
        (("-o", "lens.bmp"), ".svg, .png or .json"),
        (("-o", "/no/such/folder/x.svg"), "cannot be written"),
    ],
)
def test_a_wrong_word_gets_a_clear_answer_and_no_file(
    qapp, capsys, monkeypatch, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(("section", *words)) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_whole_or_what_it_was(monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "lens.json"
    file.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        write_whole(file, b"after")
    assert file.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["lens.json"]
