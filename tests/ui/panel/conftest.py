"""The panel alone in a window, on the body of boxes; what it says follows the session."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tests.ui.conftest import solver
from tests.ui.rooms import finder
from visualizer.app import new_session
from visualizer.session import Session
from visualizer.ui.clock import TransitionClock
from visualizer.ui.follow import follow
from visualizer.ui.panel import Panel
from visualizer.ui.theme import apply_theme, load_fonts

LEFT = Qt.MouseButton.LeftButton


# What a window of 1280 × 720 or 1366 × 768 leaves for the panel.
HEIGHTS = (560, 610)


@pytest.fixture
def session() -> Session:
    return new_session()


@pytest.fixture
def window(qtbot, qapp, small_body, session) -> QWidget:
    """A window with nothing in it but the panel, on the body of boxes; the lens waits for a true one."""
    made = QWidget()
    made.setObjectName("shell")
    load_fonts()
    follow(session, background=lambda _: dress(session), text_percent=lambda _: dress(session))
    dress(session)
    made.panel = Panel(session)
    made.panel.muscles.set_anatomy(small_body)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(made.panel)
    session.solve_with(solver(small_body), finder(small_body))
    made.clock = TransitionClock(session, made)
    qtbot.addWidget(made)
    made.resize(400, HEIGHTS[0])
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.panel.stop()


@pytest.fixture
def panel(window) -> Panel:
    return window.panel


def dress(session: Session) -> None:
    apply_theme(session.background, session.text_percent)


def set_tilt(panel: Panel, tilt_deg: float) -> None:
    panel._session.set_posture_fields({"tilt_deg": tilt_deg})


def mouse_over(widget: QWidget, place: QPoint | None = None) -> None:
    """Move the mouse itself over a widget."""
    QCursor.setPos(widget.mapToGlobal(widget.rect().center() if place is None else place))


def seen(panel: Panel, qtbot, widget: QWidget) -> None:
    """Scroll to a widget, once everything has its place."""
    qtbot.wait(30)
    panel.area.ensureWidgetVisible(widget, 0, 0)
    qtbot.wait(30)
