"""Display and OpenGL are asked for before anything can abort."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from OpenGL import GL

from visualizer.errors import UserError
from visualizer.scene import graphics

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
@pytest.mark.parametrize("display", ["", ":987", "nonsense"])
def test_no_display_is_a_clear_sentence(monkeypatch: pytest.MonkeyPatch, display: str) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    with pytest.raises(UserError, match="no display"):
        graphics.check_display()


def test_a_display_passes() -> None:
    graphics.check_display()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the plugin's name is Linux's")
def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(graphics.ctypes, "CDLL", fail)
    with pytest.raises(UserError, match=r"libxcb-cursor\.so\.0 is not installed"):
        graphics.check_display()


def test_the_display_is_checked_without_importing_qt() -> None:
    code = (
        "import sys, visualizer.scene.graphics;"
        "sys.exit(any(name.startswith(('PySide6', 'OpenGL')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_probing_describes_the_renderer(qtbot: QtBot) -> None:
    info = graphics.probe_opengl()
    assert info.version >= (3, 3)
    assert info.renderer
    assert info.software == ("llvmpipe" in info.renderer.lower()) or not info.software


@pytest.mark.parametrize(("answer", "found"), [(b"2.1 Mesa", "2.1"), (None, "none")])
def test_old_opengl_is_a_clear_sentence(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answer: bytes | None, found: str
) -> None:
    monkeypatch.setattr(GL, "glGetString", lambda name: answer)
    with pytest.raises(UserError, match=f"needs OpenGL 3.3, and this computer offers {found}"):
        graphics.probe_opengl()


def test_no_opengl_is_a_clear_sentence(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtGui import QOpenGLContext

    monkeypatch.setattr(QOpenGLContext, "create", lambda self: False)
    with pytest.raises(UserError, match="OpenGL"):
        graphics.probe_opengl()
