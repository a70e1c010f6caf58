"""What is remembered between runs; and that nothing in the way of it stops the start or loses anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSettings

from visualizer.app import new_session, open_window
from visualizer.lesson.text import words
from visualizer.ui import settings
from visualizer.ui.main_window import MainWindow
from visualizer.ui.settings import Settings

CHOSEN = {
    "language": "es",
    "background": "dark",
    "background_of_system": True,
    "wording": "clinical",
    "text_percent": 140,
    "drawer_open": True,
}
OPENING = {name: getattr(new_session(), name) for name in CHOSEN}


def choices(session) -> dict[str, object]:
    return {name: getattr(session, name) for name in CHOSEN}


def restored(file: Path) -> dict[str, object]:
    session = new_session()
    Settings(file).restore(session)
    return choices(session)


def keep(file: Path, chosen: dict[str, object]) -> None:
    """Choose in one run."""
    session, kept = new_session(), Settings(file)
    kept.restore(session)
    kept.keep(session)
    for name, value in chosen.items():
        setattr(session, name, value)
    kept._store.sync()


def test_what_was_chosen_in_one_run_is_there_in_the_next(tmp_path):
    file = tmp_path / "folder" / "settings.ini"
    assert restored(file) == OPENING
    keep(file, CHOSEN)
    assert restored(file) == CHOSEN
    keep(file, {"language": "en"})
    assert restored(file) == CHOSEN | {"language": "en"}


def test_what_was_not_chosen_is_not_written(tmp_path):
    file = tmp_path / "settings.ini"
    keep(file, {"wording": "clinical"})
    assert "language" not in file.read_text()


def test_a_session_without_a_field_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setitem(settings.KEPT, "no_such_field", settings.flag)
    keep(tmp_path / "settings.ini", CHOSEN)
    assert restored(tmp_path / "settings.ini") == CHOSEN


def test_the_window_comes_back_where_it_was(qtbot, qapp, tmp_path):
    file = tmp_path / "settings.ini"
    first = MainWindow(qapp, new_session(), settings=Settings(file))
    qtbot.addWidget(first)
    first.show()
    qtbot.waitExposed(first)
    first.setGeometry(40, 60, 1190, 700)
    qtbot.waitUntil(lambda: first.width() == 1190)
    first.close()
    second = MainWindow(qapp, new_session(), settings=Settings(file))
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1190, 700)
    second.close()


@pytest.mark.parametrize(
    "text",
    [
        b"\x00\xff\xfe garbage \x80" * 50,
        b"[choices\nlanguage=es",
        b"[choices]\nlanguage=klingon\nbackground=pink\nwording=\ntext_percent=9000\ndrawer_open=perhaps\n",
        b"[choices]\ntext_percent=-120\nlanguage=@Invalid()\n[window]\ngeometry=@ByteArray(rubbish)\n",
        b"[choices]\ntext_percent=@Variant(\\0\\0\\0)\nlanguage=a, b, c\n[window]\ngeometry=12\n",
        b"",
    ],
)
def test_a_damaged_file_costs_what_it_held_and_settings_go_on(qtbot, qapp, tmp_path, text):
    file = tmp_path / "settings.ini"
    file.write_bytes(text)
    assert restored(file) in (OPENING, OPENING | {"language": "es"})
    window = MainWindow(qapp, new_session(), settings=Settings(file))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.close()
    keep(file, CHOSEN)
    assert restored(file) == CHOSEN


@given(st.binary(max_size=200))
def test_no_file_whatever_is_in_it_stops_the_start(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("settings") / "settings.ini"
    file.write_bytes(content)
    assert restored(file) == OPENING


def test_a_folder_in_its_place_or_no_place_at_all_is_one_sentence(qtbot, qapp, tmp_path):
    folder = tmp_path / "settings.ini"
    folder.mkdir()
    (tmp_path / "file").write_text("")
    for file in (folder, tmp_path / "file" / "settings.ini"):
        kept = Settings(file)
        assert not kept.works
        assert restored(file) == OPENING
        keep(file, CHOSEN)
        window = MainWindow(qapp, new_session(), settings=kept)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.close()
    assert folder.is_dir()


@pytest.fixture
def start(monkeypatch, qtbot, qapp, tmp_path):
    """Open the window as the program does, without the body."""
    monkeypatch.setattr(settings, "user_config_path", lambda *_, **__: tmp_path)

    def run(language=None) -> MainWindow:
        window = open_window(qapp, language, empty=True)
        qtbot.addWidget(window)
        return window

    return run


def test_the_program_starts_as_it_was_left_and_a_named_language_counts_for_that_run(start, tmp_path):
    first = start()
    assert not first.stage.notice.isVisible()
    first.session.language, first.session.text_percent = "es", 150
    first.close()
    second = start("en")
    assert (second.session.language, second.session.text_percent) == ("en", 150)
    second.close()
    third = start()
    assert third.session.language == "es"
    third.close()
    assert (
        QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat).value("choices/language")
        == "es"
    )


def test_where_nothing_can_be_kept_it_starts_and_says_so_once(start, tmp_path):
    (tmp_path / "settings.ini").mkdir()
    window = start()
    assert window.isVisible()
    assert window.stage.notice.label.text() == words("en")("settings.not_kept")
    window.close()


def test_the_background_can_follow_the_desktop(window, qtbot, monkeypatch):
    from PySide6.QtCore import Qt

    class Dark:
        @staticmethod
        def colorScheme():
            return Qt.ColorScheme.Dark

    monkeypatch.setattr(window._application, "styleHints", lambda: Dark)
    qtbot.mouseClick(window.header.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.header.choices.backgrounds["system"], Qt.MouseButton.LeftButton)
    assert window.session.background == "dark"
    assert window.header.choices.backgrounds["system"].isChecked()
    qtbot.mouseClick(window.header.choices.backgrounds["light"], Qt.MouseButton.LeftButton)
    assert (window.session.background, window.session.background_of_system) == ("light", False)
    window.header.choices.close()
