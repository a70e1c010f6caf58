"""The main window: puts the panels together, brings in the body, and holds the keys.

It knows the session and the panels; no panel knows another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from visualizer.anatomy.model import Anatomy, Part
from visualizer.errors import UserError
from visualizer.lesson.text import words
from visualizer.scene import graphics
from visualizer.scene.cameras import VIEWS
from visualizer.scene.naming import other_name, structure_name
from visualizer.session import ANY_VIEW, BALANCED, TEXT_STEP, WIPE, Session
from visualizer.ui.caption import Caption
from visualizer.ui.clock import TransitionClock
from visualizer.ui.compare import CompareBar
from visualizer.ui.defects import user_error
from visualizer.ui.emergency import EmergencyText
from visualizer.ui.flow import FlowLayout
from visualizer.ui.focus import FocusPath
from visualizer.ui.follow import follow
from visualizer.ui.forces import KEY as FORCES_KEY
from visualizer.ui.forces import ForceFinder, ForcesButton
from visualizer.ui.header import Header
from visualizer.ui.hold import Phase
from visualizer.ui.lens import LensStage
from visualizer.ui.loading import BodyLoader
from visualizer.ui.panel import Panel
from visualizer.ui.settings import Settings
from visualizer.ui.space_key import SpaceKey
from visualizer.ui.stage import Stage
from visualizer.ui.theme import apply_theme, load_fonts
from visualizer.ui.views import ViewBar
from visualizer.ui.widgets import named, push_button

if TYPE_CHECKING:
    from visualizer.body.posture import Posture
    from visualizer.forces.acting import Acting
    from visualizer.scene.sync import SceneSync
    from visualizer.scene.view import AnatomyView

FIRST_SIZE, SMALLEST_SIZE = QSize(1440, 900), QSize(1120, 640)
LOADING_DEFECT = UserError(
    "The body could not be brought in.", "The details are in the log; please report them."
)


class MainWindow(QMainWindow):
    """Header, stage with the view buttons below it, side panel, emergency text.

    `start()` begins to bring in the body from `assets` (the program's own where None); `settings` is where the window
    was last and is kept when it closes. Keys: 1-5 views, R reset, X x-ray, C compare, F forces, Ctrl with an arrow
    moves the wipe, Ctrl with + - 0 sizes the words, F6 goes to the next area, Space held shows the other state.
    """

    def __init__(
        self,
        application: QApplication,
        session: Session,
        assets: Path | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__()
        self._application = application
        self._settings = settings
        self.session = session
        self._sync: SceneSync | None = None
        self._view: AnatomyView | None = None
        load_fonts()
        # Before there is anything to dress, which takes far less time than after.
        self._dress(None)
        for event in (session.events.background, session.events.text_percent):
            event.connect(self._dress)
        self.header = Header(session)
        self.stage = Stage(session)
        self.lens_stage = LensStage(session, self.stage)
        self.views = ViewBar(session)
        self.compare = CompareBar(session)
        self.forces = ForcesButton(session)
        self.force_finder = ForceFinder(session, self)
        self.panel = Panel(session)
        self.tilt, self.layers = self.panel.drawer.tilt, self.panel.layers
        self.emergency = EmergencyText(session)
        self.caption = Caption()
        self.space_hint = named(QLabel(), "caption")
        self.reset = push_button("look", session.reset)
        self._lay_out()
        self._path = FocusPath((self.header, self.panel, self.stage_area))
        self.space = SpaceKey(application, self, session)
        self._bind_keys()
        self.clock = TransitionClock(session, self)
        self.loader = BodyLoader(assets, session.posture, self)
        self.loader.anatomy_loaded.connect(self.show_anatomy)
        self.loader.solver_ready.connect(session.solve_with)
        self.loader.failed.connect(self._on_loading_failed)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        follow(session, background_of_system=self._follow_system)
        follow(session, language=self._on_words_change, wording=self._on_words_change)
        follow(session, transition=self._on_goal_change, posture=self._on_goal_change)
        follow(session, language=self._on_goal_change)
        self.stage.show_progress("stage.loading")
        self.setMinimumSize(SMALLEST_SIZE)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        if settings is not None:
            settings.restore_window(self)
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
        self.panel.set_anatomy(anatomy)
        self.lens_stage.set_anatomy(anatomy)
        self.force_finder.find_with(partial(_forces, anatomy))
        # Rows that are new find their places before the first picture is seen, not after it.
        self._application.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
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
        view.nerve_pointed.connect(partial(setattr, self.session, "pointed_mm"))
        view.frameSwapped.connect(self.loader.go_on)
        view.hovered.connect(self._on_hover)
        view.clicked.connect(self._on_click)
        view.double_clicked.connect(self._on_double_click)
        view.camera_left_view.connect(self._on_camera_left_view)
        view.inset_clicked.connect(self._on_inset_click)
        view.wipe_dragged.connect(self._on_wipe_drag)
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
        if part is not None and part.layer == "nerve" and self.session.pointed_mm is not None:
            self.session.along_mm = self.session.pointed_mm

    def _on_double_click(self, part: Part | None) -> None:
        if part is not None and self._view is not None:
            self._view.focus(part.key)

    def _on_camera_left_view(self) -> None:
        self.session.view = ANY_VIEW

    def _on_inset_click(self, view: str) -> None:
        self.session.view = view

    def _on_wipe_drag(self, share: float) -> None:
        self.session.wipe = share

    def _on_site_click(self, site: str) -> None:
        self.session.look_inside(site)

    def _name(self, part: Part | None) -> None:
        if part is None:
            self.caption.say("", words(self.session.language)("stage.hint"))
            return
        self.caption.say(structure_name(part.names, self.session), other_name(part.names, self.session))

    # Layout, words and keys

    def _lay_out(self) -> None:
        tools = FlowLayout(gap=6)
        for widget in (self.views, self.compare, self.reset):
            tools.addWidget(widget)
        hints = QHBoxLayout()
        hints.setSpacing(16)
        hints.addWidget(self.caption, 1)
        hints.addWidget(self.space_hint)
        hints.addWidget(self.forces)
        self.stage_area = QWidget()
        left = QVBoxLayout(self.stage_area)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(6)
        left.addWidget(self.stage, 1)
        left.addLayout(hints)
        left.addLayout(tools)

        middle = QHBoxLayout()
        middle.setContentsMargins(16, 12, 16, 12)
        middle.setSpacing(14)
        middle.addWidget(self.stage_area, 1)
        middle.addWidget(self.panel)
        shell = named(QWidget(), "shell")
        whole = QVBoxLayout(shell)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(middle, 1)
        whole.addWidget(self.emergency)
        self.setCentralWidget(shell)

    def _bind_keys(self) -> None:
        session = self.session
        for number, view in enumerate(VIEWS, start=1):
            QShortcut(QKeySequence(str(number)), self, lambda view=view: session.look_from(view))
        keys: dict[str, Callable[[], object]] = {
            "R": session.reset,
            "X": session.toggle_x_ray,
            "C": session.next_comparison,
            FORCES_KEY: session.toggle_forces,
            "Ctrl+Left": partial(self._move_wipe, -1),
            "Ctrl+Right": partial(self._move_wipe, 1),
            "Ctrl++": partial(self._resize_text, TEXT_STEP),
            "Ctrl+=": partial(self._resize_text, TEXT_STEP),
            "Ctrl+-": partial(self._resize_text, -TEXT_STEP),
            "Ctrl+0": partial(session.set_text_percent, 100),
            "F6": partial(self._jump, True),
            "Shift+F6": partial(self._jump, False),
        }
        for key, do in keys.items():
            QShortcut(QKeySequence(key), self, do)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab: header, panel, stage."""
        return self._path.step(self.focusWidget(), forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def _jump(self, forward: bool) -> None:
        self._path.jump(self.focusWidget(), forward)

    def _move_wipe(self, steps: int) -> None:
        if self.session.compare == WIPE:
            self.session.move_wipe(steps)

    def _resize_text(self, percent: int) -> None:
        self.session.set_text_percent(self.session.text_percent + percent)

    def _dress(self, _changed: object) -> None:
        apply_theme(self.session.background, self.session.text_percent)

    def _follow_system(self, _changed: object) -> None:
        if self.session.background_of_system:
            dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
            self.session.background = "dark" if dark else "light"

    def _on_words_change(self, _changed: object) -> None:
        text = words(self.session.language)
        self.setWindowTitle(text("window.title"))
        self.reset.setText(text("window.reset"))
        self.reset.setToolTip(text("window.reset_hint"))
        self._name(None)

    def _on_goal_change(self, _changed: object) -> None:
        """Say what Space shows now; while it is held, it shows what the words say and they stay."""
        if self.space.hold.phase is not Phase.HELD:
            other = self.session.other == self.session.presets[BALANCED]
            self.space_hint.setText(
                words(self.session.language)("compare.hold_balanced" if other else "compare.hold_other")
            )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the settings, and let the loader finish, so that nothing arrives at a window that is gone."""
        self.space.stop()
        if self._settings is not None:
            self._settings.keep_window(self)
        self.loader.wait()
        self.panel.stop()
        self.force_finder.stop()
        super().closeEvent(event)


def _forces(anatomy: Anatomy, posture: Posture) -> Acting:
    """The forces of a posture; imported when first asked, so that the window opens without it."""
    from visualizer.forces.acting import acting

    return acting(anatomy, posture)
