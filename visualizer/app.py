"""Starts Qt: the window for `visualizer`, or only enough of it to draw a picture for `visualizer render`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer.body.posture import presets
from visualizer.errors import UserError
from visualizer.scene.graphics import check_display, prepare_opengl, probe_opengl
from visualizer.scene.materials import DEFAULT_LAYERS
from visualizer.session import BALANCED, Session

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication

    from visualizer.anatomy.model import Anatomy
    from visualizer.scene.marks.describe import Choices
    from visualizer.space.findings import Findings
    from visualizer.ui.main_window import MainWindow

log = logging.getLogger(__name__)


def new_session(language: str = "en") -> Session:
    """Return the choices that the program opens with."""
    known = presets()
    return Session(presets=known, posture=known[BALANCED], opening_layers=DEFAULT_LAYERS, language=language)


def run(language: str | None) -> int:
    """Open the window, in a language or in the one used last, and return when it is closed.

    Raises UserError where no window can be.
    """
    check_display()
    _quiet_qt()
    prepare_opengl()
    from PySide6.QtWidgets import QApplication

    from visualizer.ui.defects import catch_defects

    application = QApplication(sys.argv[:1])
    application.setApplicationName("visualizer")
    window = open_window(application, language)
    catch_defects(window.show_defect)
    return application.exec()


def open_window(application: QApplication, language: str | None = None, *, empty: bool = False) -> MainWindow:
    """Open the window as it was left and begin to bring in the body, unless it is to stay empty.

    The language is the one given, which is not kept, or the one used last.
    """
    from visualizer.lesson.text import words
    from visualizer.ui.main_window import MainWindow
    from visualizer.ui.settings import Settings, settings_file

    session, settings = new_session(), Settings(settings_file())
    settings.restore(session)
    session.language = language or session.language
    settings.keep(session)
    window = MainWindow(application, session, settings=settings)
    if not empty:
        # Before it is shown: the desktop's part of that takes time in which the body can be brought in.
        window.start()
    window.show()
    if not settings.works:
        window.stage.notice.show_text(words(session.language)("settings.not_kept"))
    return window


def draw(
    anatomy: Anatomy,
    found: Findings,
    view: str,
    size: tuple[int, int],
    background: str,
    layers: Mapping[str, str],
    output: Path,
    choices: Choices | None,
) -> None:
    """Draw a posture into a file; a display is there. No choices, no marks.

    Raises UserError where it cannot be drawn or written.
    """
    check_display()
    _quiet_qt()
    prepare_opengl()
    from PySide6.QtGui import QGuiApplication

    from visualizer.export.image import appearance_in, render_image
    from visualizer.scene.marks.describe import describe

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    probe_opengl()
    # Another nerve variant has another surface.
    snapshot = found.snapshot
    body = replace(anatomy, nerve_surface=snapshot.nerve_surface)
    marks = None
    if choices is not None:
        marks = describe(anatomy, found, replace(choices, appearance=appearance_in(view, layers)))
    image = render_image(body, snapshot, view, size, background, layers, found, marks)
    if not image.save(str(output)):
        raise UserError(f"{output} cannot be written.", "Choose another place with -o.")
    del application


def _quiet_qt() -> None:
    """Send Qt's own messages to the log instead of the terminal."""
    from PySide6.QtCore import qInstallMessageHandler

    def handle(_kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
        log.info("Qt: %s", message)

    qInstallMessageHandler(handle)
