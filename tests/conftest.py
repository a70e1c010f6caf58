"""Before anything of Qt starts: OpenGL as the program asks for it, with every call checked for errors."""

from __future__ import annotations

import os

os.environ["VISUALIZER_CHECK_OPENGL"] = "1"

from visualizer.scene.graphics import prepare_opengl

prepare_opengl()
