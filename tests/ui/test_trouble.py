"""When something is missing or goes wrong, the window says so in a sentence and stays usable."""

from __future__ import annotations

import logging
import shutil
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from visualizer.anatomy.load import assets_root
from visualizer.app import new_session
from visualizer.errors import UserError
from visualizer.scene import graphics
from visualizer.session import FLEXOR_DOMINANT
from visualizer.ui import defects, loading
from visualizer.ui.main_window import MainWindow


@pytest.fixture
def empty_window(qtbot, qapp):
    made = MainWindow(qapp, new_session())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def hooks():
    """Put the interpreter's hooks and the program's log back afterwards."""
    before, handlers = (sys.excepthook, threading.excepthook), list(defects.log.handlers)
    yield
    sys.excepthook, threading.excepthook = before
    for handler in set(defects.log.handlers) - set(handlers):
        defects.log.removeHandler(handler)
        handler.close()


def test_without_opengl_a_panel_says_so_and_the_numbers_still_work(qtbot, empty_window, monkeypatch):
    def no_opengl():
        raise UserError("OpenGL is not available here.", "Update the graphics driver.")

    monkeypatch.setattr(graphics, "probe_opengl", no_opengl)
    empty_window.start()
    qtbot.waitUntil(lambda: empty_window.session.snapshot is not None, timeout=30_000)
    assert empty_window.stage.view is None
    assert "Update the graphics driver." in empty_window.stage.message.text.text()
    assert empty_window.stage.message.text.isVisible()
    assert not empty_window.stage.message.busy.isVisible()
    qtbot.mouseClick(empty_window.header.switch.buttons[FLEXOR_DOMINANT], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty_window.session.transition is None)
    assert "9.5°" in empty_window.panel.headline.text.text()


def test_damaged_assets_become_a_panel(qtbot, qapp, tmp_path: Path):
    shutil.copytree(assets_root(), tmp_path / "assets", ignore=shutil.ignore_patterns("build", "fonts"))
    bones = tmp_path / "assets" / "body" / "bones.npz"
    data = bytearray(bones.read_bytes())
    data[len(data) // 2] ^= 1
    bones.write_bytes(data)
    window = MainWindow(qapp, new_session(), tmp_path / "assets")
    qtbot.addWidget(window)
    window.show()
    window.start()
    qtbot.waitUntil(lambda: "bones.npz" in window.stage.message.text.text(), timeout=10_000)
    assert "damaged" in window.stage.message.text.text()
    assert window.emergency.isVisible()
    qtbot.mouseClick(window.header.choices.languages["es"], Qt.MouseButton.LeftButton)
    assert window.stage.message.title.text() == "La imagen en 3D no está disponible"


def test_a_defect_while_loading_becomes_a_panel_and_is_raised_for_the_log(qtbot, empty_window, monkeypatch):
    def defect(_root):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(loading, "load_anatomy", defect)
    with qtbot.captureExceptions() as raised_in_slots:
        empty_window.start()
        qtbot.waitUntil(empty_window.stage.message.text.isVisible)
    assert "could not be brought in" in empty_window.stage.message.text.text()
    assert [kind for kind, _, _ in raised_in_slots] == [ZeroDivisionError]


def test_an_uncaught_exception_is_logged_whole_and_becomes_a_notice(
    qtbot, empty_window, hooks, monkeypatch, tmp_path
):
    monkeypatch.setattr(defects, "user_log_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(sys, "stderr", None)
    relay = defects.catch_defects(empty_window.show_defect)
    sys.excepthook(*raised(ZeroDivisionError("a defect")))
    notice = empty_window.stage.notice
    assert notice.isVisible()
    assert str(tmp_path) in notice.label.text()
    text = (tmp_path / "visualizer.log").read_text()
    assert "Traceback" in text
    assert "ZeroDivisionError: a defect" in text
    qtbot.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
    assert not notice.isVisible()
    relay.deleteLater()


def test_an_exception_of_another_thread_reaches_the_window(qtbot, empty_window, hooks, monkeypatch, tmp_path):
    monkeypatch.setattr(defects, "user_log_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(sys, "stderr", None)
    relay = defects.catch_defects(empty_window.show_defect)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(empty_window.stage.notice.isVisible)
    relay.deleteLater()


def test_a_user_error_is_shown_in_its_own_words_and_not_logged(empty_window, hooks, monkeypatch, tmp_path):
    monkeypatch.setattr(defects, "user_log_path", lambda *_, **__: tmp_path)
    relay = defects.catch_defects(empty_window.show_defect)
    wrapped = RuntimeError("in a listener")
    wrapped.__cause__ = UserError("The tilt is out of range.", "Use less.")
    sys.excepthook(*raised(wrapped))
    assert empty_window.stage.notice.label.text() == "The tilt is out of range. Use less."
    assert "RuntimeError" not in (tmp_path / "visualizer.log").read_text()
    relay.deleteLater()


def test_a_log_folder_that_cannot_be_written_is_tolerated(empty_window, hooks, monkeypatch):
    def refuse(*_args, **_named):
        raise PermissionError("read only")

    monkeypatch.setattr(defects, "user_log_path", refuse)
    monkeypatch.setattr(sys, "stderr", None)
    relay = defects.catch_defects(empty_window.show_defect)
    logging.getLogger("visualizer").propagate = False
    sys.excepthook(*raised(ValueError("a defect")))
    logging.getLogger("visualizer").propagate = True
    assert "No log could be written" in empty_window.stage.notice.label.text()
    relay.deleteLater()


def raised(error: Exception):
    try:
        raise error
    except Exception as caught:
        return type(caught), caught, caught.__traceback__
