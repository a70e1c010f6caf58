"""The main window: puts the panels together, brings in the body, and holds the keys.

It knows the session and the panels; no panel knows another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from visualizer.anatomy.model import Anatomy, Part
from visualizer.errors import UserError
from visualizer.lesson.text import words
from visualizer.scene import graphics
from visualizer.scene.cameras import VIEWS
from visualizer.session import BALANCED, FLEXOR_DOMINANT, Session
from visualizer.ui.clock import TransitionClock
from visualizer.ui.defects import user_error
from visualizer.ui.emergency import EmergencyText
from visualizer.ui.follow import follow
from visualizer.ui.header import Header
from visualizer.ui.layers import LayersCard
from visualizer.ui.loading import BodyLoader
from visualizer.ui.readout import ReadoutCard
from visualizer.ui.stage import Stage
from visualizer.ui.theme import apply_theme, load_fonts
from visualizer.ui.tilt import TiltCard
from visualizer.ui.views import ViewBar
from visualizer.ui.widgets import named, push_button

if TYPE_CHECKING:
    from visualizer.scene.sync import SceneSync
    from visualizer.scene.view import AnatomyView

PANEL_WIDTH = 344
LOADING_DEFECT = UserError(
    "The body could not be brought in.", "The details are in the log; please report them."
)


class MainWindow(QMainWindow):
    """Header, stage with the view buttons below it, side panel, emergency text.

    `start()` begins to bring in the body from `assets` (the program's own where None). Keys: 1-5 views, R reset, X
    x-ray, Space held shows the other state.
    """

    def __init__(self, application: QApplication, session: Session, assets: Path | None = None) -> None:
        super().__init__()
        self._application = application
        self.session = session
        self._held_from: str | None = None
        self._sync: SceneSync | None = None
        self._view: AnatomyView | None = None
        load_fonts()
        self.header = Header(session)
        self.stage = Stage(session)
        self.views = ViewBar(session)
        self.tilt = TiltCard(session)
        self.layers = LayersCard(session)
        self.readout = ReadoutCard(session)
        self.emergency = EmergencyText(session)
        self.caption = named(QLabel(), "caption")
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reset = push_button("look", session.reset)
        self._lay_out()
        self._bind_keys()
        self.clock = TransitionClock(session, self)
        self.loader = BodyLoader(assets, session.posture, self)
        self.loader.anatomy_loaded.connect(self.show_anatomy)
        self.loader.solver_ready.connect(session.solve_with)
        self.loader.failed.connect(self._on_loading_failed)
        follow(session, background=apply_theme, language=self._on_language_change)
        self.stage.show_progress("stage.loading")
        self.resize(1440, 900)
        self.setMinimumSize(1120, 640)
        self.stage.setFocus()

    def start(self) -> None:
        """Begin to bring in the body; the window can be used meanwhile."""
        self.loader.start()

    def show_defect(self, error: BaseException, log_file: Path | None) -> None:
        """Tell of an exception that nobody caught."""
        known, text = user_error(error), words(self.session.language)
        if known is not None:
            self.stage.notice.show_text(f"{known.what_happened} {known.what_to_do}")
        elif log_file is not None:
            self.stage.notice.show_text(text("notice.defect", log=log_file))
        else:
            self.stage.notice.show_text(text("notice.defect_unlogged"))

    # The body

    def show_anatomy(self, anatomy: Anatomy) -> None:
        """Show a body in the stance it rests in, or why it cannot be drawn; it moves once the session can solve."""
        self.readout.set_anatomy(anatomy)
        try:
            info = graphics.probe_opengl()
        except UserError as error:
            self.stage.show_error(error)
            self.loader.go_on()
            return
        from visualizer.scene.marks.follow import MarksFollow
        from visualizer.scene.sync import SceneSync
        from visualizer.scene.view import AnatomyView

        view = AnatomyView(graphics=info)
        view.set_anatomy(anatomy)
        self._sync = SceneSync(self.session, view)
        self._marks = MarksFollow(self.session, view, anatomy)
        view.site_clicked.connect(self._on_site_click)
        view.frameSwapped.connect(self.loader.go_on)
        view.hovered.connect(self._on_hover)
        view.clicked.connect(self._on_click)
        view.double_clicked.connect(self._on_double_click)
        self._view = view
        self.stage.show_view(view)

    def _on_loading_failed(self, error: Exception) -> None:
        known = user_error(error)
        self.stage.show_error(known or LOADING_DEFECT)
        if known is None:
            raise error

    def _on_hover(self, part: Part | None) -> None:
        self._name(part)

    def _on_click(self, part: Part | None) -> None:
        self.session.selection = part.key if part else None

    def _on_double_click(self, part: Part | None) -> None:
        if part is not None and self._view is not None:
            self._view.focus(part.key)

    def _on_site_click(self, site: str) -> None:
        self.session.along_mm, self.session.site = None, site

    def _name(self, part: Part | None) -> None:
        text = words(self.session.language)
        if part is None:
            self.caption.setText(text("stage.hint"))
            return
        language = self.session.language
        clinical = part.names.clinical.get(language, part.names.latin)
        lay = part.names.lay.get(language, "")
        self.caption.setText(f"<b>{clinical}</b>" + (f" – {lay}" if lay and lay != clinical else ""))

    # Layout, words and keys

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.views)
        below.addWidget(self.caption, 1)
        below.addWidget(self.reset)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.stage, 1)
        left.addLayout(below)

        panel = named(QWidget(), "panel")
        cards = QVBoxLayout(panel)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(10)
        for card in (self.tilt, self.layers, self.readout):
            cards.addWidget(card)
        cards.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(panel)
        scroll.setFixedWidth(PANEL_WIDTH)

        middle = QHBoxLayout()
        middle.setContentsMargins(16, 14, 16, 14)
        middle.setSpacing(14)
        middle.addLayout(left, 1)
        middle.addWidget(scroll)
        shell = named(QWidget(), "shell")
        whole = QVBoxLayout(shell)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(middle, 1)
        whole.addWidget(self.emergency)
        self.setCentralWidget(shell)

    def _bind_keys(self) -> None:
        for number, view in enumerate(VIEWS, start=1):
            QShortcut(QKeySequence(str(number)), self, lambda view=view: self.session.look_from(view))
        QShortcut(QKeySequence(Qt.Key.Key_R), self, self.session.reset)
        QShortcut(QKeySequence(Qt.Key.Key_X), self, self.session.toggle_x_ray)
        self._application.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hold the other state while Space is down, unless the keyboard's focus is on a button of its own."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Space or not self.isActiveWindow():
            return False
        focus = self.focusWidget()
        if isinstance(focus, QAbstractButton) or event.type() not in (
            QEvent.Type.KeyPress,
            QEvent.Type.KeyRelease,
        ):
            return False
        if not event.isAutoRepeat():
            self._hold_other_state(event.type() == QEvent.Type.KeyPress)
        return True

    def _hold_other_state(self, down: bool) -> None:
        if down and self._held_from is None:
            self._held_from = self.session.preset or ""
            self._posture_before = self.session.destination
            self.session.move_to(BALANCED if self._held_from == FLEXOR_DOMINANT else FLEXOR_DOMINANT)
        elif not down and self._held_from is not None:
            self._held_from = None
            self.session.move_to_posture(self._posture_before)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.setWindowTitle(text("window.title"))
        self.reset.setText(text("window.reset"))
        self.reset.setToolTip(text("window.reset_hint"))
        self._name(None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the loader finish, so that nothing arrives at a window that is gone."""
        self._application.removeEventFilter(self)
        self.loader.wait()
        super().closeEvent(event)
