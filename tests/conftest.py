"""Before anything of Qt starts: OpenGL as the program asks for it, with every call checked for errors.

Property tests draw the same examples in every run, so that a failure is one of the change at hand.
"""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["VISUALIZER_CHECK_OPENGL"] = "1"

from visualizer.scene.graphics import prepare_opengl

settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile("repeatable")
prepare_opengl()
