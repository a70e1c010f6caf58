"""The 3-D view: a pyqtgraph GLViewWidget that draws the body with the batched renderer and moves the camera.

Left-drag orbits, middle- or Shift-drag pans, the wheel zooms to the cursor; the line of a wipe can be dragged, and the
inset be clicked. The view never changes what the user chose; it says what was hovered, clicked and dragged, and shows
what it is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QMatrix4x4, QMouseEvent, QWheelEvent

from visualizer.scene import cameras
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.flight import Flight
from visualizer.scene.graphics import GraphicsInfo, probe_opengl
from visualizer.scene.hover import Hover
from visualizer.scene.inset import Aside, Inset
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.sheet import Sheet
from visualizer.scene.marks.stage import Inset as StageInset
from visualizer.scene.marks.stage import Stage, corners
from visualizer.scene.materials import BACKDROPS, on_screen
from visualizer.scene.mouse import Mouse
from visualizer.scene.panes import WIPE, Pane, Rect, inset_rect
from visualizer.scene.picture import Picture, Shown
from visualizer.scene.structures import points_of
from visualizer.scene.target import Target
from visualizer.session import OPENING_VIEW

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.body.snapshot import Snapshot
    from visualizer.scene.marks.model import Marks
    from visualizer.space.findings import Findings

REST_MS = 220
MOVING_SHARE = 0.5


class AnatomyView(GLViewWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Draws the current anatomy, snapshot and appearance from the current camera.

    hovered: the Part under a resting mouse, or None. clicked, double_clicked: the Part, or None.
    site_hovered: key of the site whose marker is under the mouse, or None. site_clicked: the same, clicked.
    nerve_pointed: millimetres along the corridor of the nerve under the mouse, or None.
    camera_changed: the user or a flight moved the camera. camera_left_view: it no longer is at the named view.
    wipe_dragged: share 0-1 where the line of a wipe was dragged to. inset_clicked: it changed places with the picture,
    which is now taken from this named view, or "".
    """

    hovered = Signal(object)
    clicked = Signal(object)
    double_clicked = Signal(object)
    site_hovered = Signal(object)
    site_clicked = Signal(str)
    nerve_pointed = Signal(object)
    camera_changed = Signal()
    camera_left_view = Signal()
    wipe_dragged = Signal(float)
    inset_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, graphics: GraphicsInfo | None = None) -> None:
        super().__init__(parent=parent)
        self._graphics = graphics or probe_opengl()
        self._anatomy: Anatomy | None = None
        self._shown = Shown()
        self._camera = VIEWS[OPENING_VIEW]
        self._view: str | None = OPENING_VIEW
        self._aside = Aside()
        self._picture: Picture | None = None
        self._target, self._inset = Target(), Inset()
        self._stale = True
        self.mouse = Mouse(self)
        self._flight = Flight(self, self._move_to)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.update)
        self._hover = Hover(self)
        self._overlay, self._sheet = Overlay(), Sheet()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(64, 64)

    # What is shown

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Show another body, in its balanced stance until a snapshot comes."""
        self._anatomy = anatomy
        if self._picture is not None:
            self.makeCurrent()
            self._picture.release()
            self._picture = None
            self.doneCurrent()
        self._show(snapshot=None, findings=None)

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show the body in a posture; a named view follows where bent hips would leave it."""
        self._rest.start()
        self._show(snapshot=snapshot)
        if self._view is not None:
            end = cameras.named(self._view, self._shown.snapshot)
            if self._flight.goal is not None:
                self._flight.bend_to(end)
            elif end != self._camera:
                self._move_to(end)

    def set_findings(self, found: Findings | None) -> None:
        """Show what room the nerve has, what the muscles do, and how the balanced stance differs."""
        self._show(findings=found)

    def findings(self) -> Findings | None:
        """Return what is said of the room now."""
        return self._shown.findings

    def set_appearance(self, appearance: Appearance) -> None:
        """Show, ghost, hide and point out structures."""
        if appearance != self._shown.appearance:
            self._show(appearance=appearance)

    def appearance(self) -> Appearance:
        """Return what is shown, ghosted, hidden and pointed out."""
        return self._shown.appearance

    def set_background(self, name: str) -> None:
        """Set the background, "light" or "dark"."""
        self._show(background=name)

    def background(self) -> str:
        """Return "light" or "dark"."""
        return self._shown.background

    def set_compare(self, mode: str, share: float = 0.5) -> None:
        """Show balanced beside now: "off", "split", or "wipe" with balanced left of the share 0-1 of the width."""
        self._show(compare=mode, wipe=share)

    def set_marks(self, marks: Marks | None) -> None:
        """Write marks over the picture, or none."""
        self._overlay.set_marks(marks)
        self.update()

    def stage(self) -> Stage:
        """Return what marks are laid out on: the pane that shows now, and the inset."""
        now, rect = self.panes()[-1], self.inset_rect()
        inset = None if rect is None else StageInset(corners(rect), self.inset_project)
        return Stage(corners(now.rect), self._camera, inset=inset, seen=corners(now.seen))

    def light(self, site: str | None) -> None:
        """Point out the marker of a site, or none."""
        if site != self._overlay.lit:
            self._overlay.lit = site
            self.update()

    def site_at(self, x: float, y: float) -> str | None:
        """Return the site whose marker lies at widget position (x, y), or None."""
        laid_out = self._overlay.layout(self.stage())
        return None if laid_out is None else laid_out.site_at(x, y)

    # Where from

    def camera(self) -> Camera:
        """Return where the picture is taken from."""
        return self._camera

    def show_from(self, camera: Camera | str) -> None:
        """Take the picture from a camera or a named view, at once."""
        self._move_to(self._head_for(camera))

    def fly_to(self, camera: Camera | str) -> None:
        """Move to a camera, or to a named view, in an eased flight."""
        self._flight.begin(self._camera, self._head_for(camera))

    def focus(self, key: str, *, at_once: bool = False) -> None:
        """Fly, or jump, nearer to the structure with this key, seen from where the camera is."""
        points = None if self._anatomy is None else points_of(self._anatomy, self._shown.snapshot, key)
        if points is not None:
            move = self.show_from if at_once else self.fly_to
            move(cameras.closing_in(points, self._camera))

    def move_by_hand(self, camera: Camera) -> None:
        """Take the picture from a camera that a hand has moved, off any named view."""
        self._leave_view()
        self._move_to(camera)

    def metres_per_pixel(self) -> float:
        """Size of a widget pixel at the distance of the camera's target."""
        return float(self._camera.visible_height_m(self.panes()[-1].aspect) / max(1, self.height()))

    def is_moving(self) -> bool:
        """Whether camera or body moved just now, so that a quick picture is wanted rather than the best."""
        return self._rest.isActive()

    # What is under the mouse

    def pick(self, x: float, y: float) -> Part | None:
        """Return the structure at widget position (x, y), or None; the nerve counts through ghosts."""
        if self._picture is None or not self.rect().contains(QPoint(int(x), int(y))):
            return None
        self.makeCurrent()
        self._bring_up_to_date()
        ratio = self.devicePixelRatioF()
        part = self._picture.pick(self._camera, x * ratio, y * ratio, self.deviceWidth(), self.deviceHeight())
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.defaultFramebufferObject())
        self.doneCurrent()
        return part

    def project(self, points: np.ndarray, *, balanced: bool = False) -> np.ndarray:
        """World points (n, 3) m as widget positions x, y and the share of depth 0..1, (n, 3) float.

        Beside each other, now or balanced say which pane is meant.
        """
        pane = next((pane for pane in self.panes() if pane.balanced == balanced), self.panes()[-1])
        return cameras.projected(points, self._camera, pane.rect)

    def wipe(self) -> float | None:
        """Share 0-1 of the width left of the line of a wipe, or None without one."""
        return self._shown.wipe if self._shown.compare == WIPE and len(self.panes()) > 1 else None

    def panes(self) -> tuple[Pane, ...]:
        """The pictures on the stage, in widget pixels; the last one shows now."""
        return self._shown.panes(self.width(), self.height())

    # The inset

    def inset_rect(self) -> Rect | None:
        """Where the inset lies, x, y, width, height in widget pixels, or None while there is none."""
        return None if self._inset_camera() is None else inset_rect(self.panes()[0].rect[2], self.height())

    def inset_project(self, points: np.ndarray) -> np.ndarray:
        """World points (n, 3) m as widget positions in the inset, as `project` gives them."""
        rect, camera = self.inset_rect(), self._inset_camera()
        if rect is None or camera is None:
            return np.full((len(points), 3), np.nan)
        return cameras.projected(points, camera, rect)

    def swap_inset(self) -> None:
        """Let picture and inset change places."""
        former, goal = (self._camera, self._view), self._aside.goal(self._flight.goal or self._camera)
        if goal is not None:
            self.fly_to(goal)
            self._aside.former = former if goal == "side" else None
            self.inset_clicked.emit(self._view or "")

    def _inset_camera(self) -> Camera | None:
        return self._aside.camera(self._flight.goal or self._camera)

    # GLViewWidget's own

    def initializeGL(self) -> None:
        """Begin a new context: Qt calls this also after the view moved to another window."""
        super().initializeGL()
        self.context().aboutToBeDestroyed.connect(self._release)
        self._stale = True

    def paintGL(self) -> None:
        """Draw what changed into the own frame buffer, then copy that to the window and lay the inset over it."""
        self._bring_up_to_date()
        width, height = self.deviceWidth(), self.deviceHeight()
        quick = self._graphics.software and self.is_moving()
        samples = 0 if quick else self._graphics.samples
        share = MOVING_SHARE if quick else 1.0
        fresh = self._target.fit(max(1, int(width * share)), max(1, int(height * share)), samples)
        if self._picture is not None:
            self._refresh_inset(quick=quick)
        if fresh or self._stale or self.items:
            self._stale = False
            self._target.bind()
            region = (0, 0, self.width(), self.height())
            self.setProjection(region, region)
            self.setModelview()
            if self._picture is None:
                GL.glClearColor(*on_screen(BACKDROPS[self._shown.background].middle), 1.0)
                GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
            else:
                pixel = max(share * self.devicePixelRatioF(), 0.7)
                wide, high = int(width * share), int(height * share)
                self._picture.draw(self._camera, wide, high, line_pixels=pixel, quick=quick)
            self.drawItemTree()
        self._target.show(self.defaultFramebufferObject(), width, height)
        self._lay_inset(height)
        self._paint_marks(quick=quick)

    def projectionMatrix(self, *_regions: tuple[int, ...]) -> QMatrix4x4:
        """Return the camera's perspective, for further pyqtgraph items."""
        return QMatrix4x4(self._camera.clip_from_eye(self.panes()[-1].aspect).ravel().tolist())

    def viewMatrix(self) -> QMatrix4x4:
        """Return the camera's place, for further pyqtgraph items."""
        return QMatrix4x4(self._camera.eye_from_world(self.panes()[-1].aspect).ravel().tolist())

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        self._flight.stop()
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag; else wait for the mouse to rest."""
        self.mouse.move(event)
        if event.buttons() == Qt.MouseButton.NoButton:
            self._hover.wait()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or tell what was clicked."""
        self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell what was double-clicked."""
        self.mouse.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, keeping still what lies under the cursor."""
        self._flight.stop()
        self.mouse.wheel(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Look what is under the mouse when it comes in."""
        self.mouse.at = event.position()
        self._hover.wait()

    def leaveEvent(self, _event: QEvent) -> None:
        """Forget what was under the mouse."""
        self._hover.leave()

    # Inside

    def _show(self, **changes: Any) -> None:
        shown = replace(self._shown, **changes)
        if any(getattr(shown, name) is not getattr(self._shown, name) for name in changes):
            self._shown, self._stale = shown, True
            self.update()

    def _head_for(self, camera: Camera | str) -> Camera:
        """Stop a flight, note which view is meant, and return the camera to go to."""
        self._flight.stop()
        if camera != self._view:
            self._aside.former = None
        if isinstance(camera, str):
            self._view = camera
            return cameras.named(camera, self._shown.snapshot)
        self._leave_view()
        return camera

    def _leave_view(self) -> None:
        if self._view is not None:
            self._view = None
            self.camera_left_view.emit()

    def _move_to(self, camera: Camera) -> None:
        self._camera, self._stale = camera, True
        self._rest.start()
        self.update()
        self.camera_changed.emit()

    def _bring_up_to_date(self) -> None:
        """Bring what is shown to the graphics card; the context is current."""
        if self._anatomy is not None:
            if self._picture is None:
                self._picture = Picture(self._anatomy)
            self._picture.show(self._shown)

    def _refresh_inset(self, *, quick: bool) -> None:
        rect, camera, ratio = self.inset_rect(), self._inset_camera(), self.devicePixelRatioF()
        if rect is not None and camera is not None and self._picture is not None:
            size = round(rect[2] * ratio), round(rect[3] * ratio)
            self._inset.refresh(self._picture, camera, size, ratio, quick=quick)

    def _lay_inset(self, height: int) -> None:
        rect, ratio = self.inset_rect(), self.devicePixelRatioF()
        if rect is not None and self._picture is not None:
            left, top, wide, high = (round(value * ratio) for value in rect)
            self._inset.lay((left, top, wide, high), height, BACKDROPS[self._shown.background], ratio)

    def _release(self) -> None:
        self.makeCurrent()
        if self._picture is not None:
            self._picture.release()
            self._picture = None
        for owner in (self._target, self._inset, self._sheet):
            owner.release()
        self.doneCurrent()

    def _paint_marks(self, *, quick: bool) -> None:
        marks = self._overlay.image(self.stage(), self.background(), self.devicePixelRatioF(), quick=quick)
        if marks is not None:
            GL.glViewport(0, 0, self.deviceWidth(), self.deviceHeight())
            self._sheet.lay(marks)
