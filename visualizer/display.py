"""A screen where there is none: on Linux, a virtual X display for the time of a `with` block. No Qt."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from visualizer.errors import UserError

SCREEN = "1280x1024x24"


def has_display() -> bool:
    """Whether a desktop session announces itself; on Windows and macOS there is always one."""
    return not sys.platform.startswith("linux") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


@contextmanager
def some_display() -> Iterator[None]:
    """Make sure of a display: the desktop's, else an Xvfb that ends with the block. Raises UserError without Xvfb."""
    if has_display():
        yield
        return
    if shutil.which("Xvfb") is None:
        raise UserError(
            "There is no display here, and no virtual one to draw on.",
            "On Debian or Ubuntu run: apt-get install -y xvfb libgl1-mesa-dri",
        )
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise UserError(
                "The virtual display Xvfb did not start.", "Try `xvfb-run -a visualizer render` instead."
            )
        os.environ["DISPLAY"] = f":{number}"
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        yield
    finally:
        server.terminate()
        server.wait()
