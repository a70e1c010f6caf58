"""Whether this computer can show the 3-D picture, asked before anything can abort: display, then OpenGL.

Order of use: `check_display()`, `prepare_opengl()`, QApplication, `probe_opengl()`, then the first view.
Nothing of Qt or OpenGL is imported until it is known that a display is there.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from visualizer.errors import UserError

OPENGL_VERSION = (3, 3)
SOFTWARE_RENDERERS = (
    "llvmpipe",
    "softpipe",
    "swrast",
    "swiftshader",
    "gdi generic",
    "basic render",
    "apple software",
)
DEBIAN_PACKAGES = "libegl1 libgl1 libopengl0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1"
X_SOCKETS = "/tmp/.X11-unix/X"  # noqa: S108 - where every X server listens
NO_OPENGL_ADVICE = "Update the graphics driver, or run the program on a computer with OpenGL 3.3 or newer."


@dataclass(frozen=True)
class GraphicsInfo:
    """What draws the picture; `software` = no graphics card helps."""

    version: tuple[int, int]
    vendor: str
    renderer: str
    software: bool

    @property
    def samples(self) -> int:
        """Samples per pixel of a still picture."""
        return 4


def check_display() -> None:
    """Raise UserError where Qt would abort: Linux without a display or a library of Qt's windows."""
    if not sys.platform.startswith("linux"):
        return
    if not _wayland() and not _x_server_answers(os.environ.get("DISPLAY", "")):
        raise UserError(
            "There is no display to open a window on.",
            "Start the program from a desktop session, or use `visualizer render`, which needs none.",
        )
    plugin = "libqwayland.so" if _wayland() else "libqxcb.so"
    missing = _missing_library(plugin)
    if missing:
        raise UserError(
            f"The system library {missing} is not installed.",
            f"On Debian or Ubuntu run: apt-get install -y {DEBIAN_PACKAGES}",
        )


def prepare_opengl() -> None:
    """Ask Qt for OpenGL 3.3 core contexts that share what they hold; call before QApplication is made."""
    if sys.platform.startswith("linux"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl" if _wayland() else "glx")
    import OpenGL

    OpenGL.ERROR_CHECKING = bool(os.environ.get("VISUALIZER_CHECK_OPENGL"))
    from PySide6.QtCore import QCoreApplication, Qt
    from PySide6.QtGui import QSurfaceFormat

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    wanted = QSurfaceFormat()
    wanted.setVersion(*OPENGL_VERSION)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    QSurfaceFormat.setDefaultFormat(wanted)


def probe_opengl() -> GraphicsInfo:
    """Make a context nobody sees and say what draws in it; raise UserError where 3.3 cannot be had.

    Needs a QGuiApplication.
    """
    from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

    context = QOpenGLContext()
    surface = QOffscreenSurface()
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        raise UserError("OpenGL, which draws the 3-D picture, is not available here.", NO_OPENGL_ADVICE)
    try:
        return _described()
    finally:
        context.doneCurrent()


def _described() -> GraphicsInfo:
    from OpenGL import GL, platform

    if not platform.GetCurrentContext():
        # An X server without GLX: Qt falls back to EGL, where PyOpenGL does not follow.
        raise UserError(
            "OpenGL, which draws the 3-D picture, is not available on this display.", NO_OPENGL_ADVICE
        )

    version_text, vendor, renderer = (
        (GL.glGetString(name) or b"").decode(errors="replace")
        for name in (GL.GL_VERSION, GL.GL_VENDOR, GL.GL_RENDERER)
    )
    numbers = re.search(r"(\d+)\.(\d+)", version_text)
    version = (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)
    if version < OPENGL_VERSION:
        found = f"{version[0]}.{version[1]} ({renderer})" if numbers else "none"
        raise UserError(
            f"The 3-D picture needs OpenGL 3.3, and this computer offers {found}.", NO_OPENGL_ADVICE
        )
    software = any(name in renderer.lower() for name in SOFTWARE_RENDERERS)
    return GraphicsInfo(version, vendor, renderer, software)


def _wayland() -> bool:
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.startswith("wayland")
    return "WAYLAND_DISPLAY" in os.environ and os.environ.get("XDG_SESSION_TYPE") == "wayland"


def _x_server_answers(display: str) -> bool:
    """Whether something listens at an X display such as ":0", "unix:0.0" or "host:10.0"."""
    match = re.fullmatch(r"(.*):(\d+)(\.\d+)?", display)
    if match is None:
        return False
    host, number = match[1], int(match[2])
    if host not in ("", "unix"):
        try:
            socket.create_connection((host, 6000 + number), timeout=2.0).close()
        except OSError:
            return False
        return True
    path = f"{X_SOCKETS}{number}"
    return _answers(path) or _answers(f"\0{path}")


def _answers(address: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as local:
            local.connect(address)
    except OSError:
        return False
    return True


def _missing_library(plugin: str) -> str:
    """Name of the library that keeps Qt's window plugin from loading, or an empty string."""
    import importlib.util

    package = importlib.util.find_spec("PySide6")
    if package is None or package.origin is None:
        return ""
    path = Path(package.origin).parent / "Qt" / "plugins" / "platforms" / plugin
    if not path.exists():
        return ""
    try:
        ctypes.CDLL(str(path))
    except OSError as error:
        return str(error).split(":")[0]
    return ""
