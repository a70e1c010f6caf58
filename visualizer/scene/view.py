"""The 3-D view: a pyqtgraph GLViewWidget that draws the body with the batched renderer and moves the camera.

Left-drag orbits, middle- or Shift-drag pans, the wheel zooms to the cursor. The view never changes what the
user chose; it says what was hovered and clicked, and shows what it is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QPointF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QEnterEvent, QMatrix4x4, QMouseEvent, QPainter, QWheelEvent

from visualizer.scene import cameras
from visualizer.scene.appearance import Appearance
from visualizer.scene.cameras import VIEWS, Camera
from visualizer.scene.graphics import GraphicsInfo, probe_opengl
from visualizer.scene.items import Renderer
from visualizer.scene.marks.overlay import Overlay
from visualizer.scene.marks.stage import Stage
from visualizer.scene.materials import BACKDROPS
from visualizer.scene.target import Target

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from visualizer.anatomy.model import Anatomy, Part
    from visualizer.body.snapshot import Snapshot
    from visualizer.scene.marks.model import Marks

FLIGHT_MS = 400
REST_MS = 220
HOVER_MS = 70
MOVING_SHARE = 0.5
ORBIT_DEG_PER_PIXEL = 0.4
ZOOM_PER_WHEEL_STEP = 0.85
CLICK_PIXELS = 4


class AnatomyView(GLViewWidget):  # type: ignore[misc] # pyqtgraph has no types
    """Draws the current anatomy, snapshot and appearance from the current camera.

    hovered: the Part under a resting mouse, or None. clicked, double_clicked: the Part, or None.
    site_hovered: key of the site whose marker is under the mouse, or None. site_clicked: the same, clicked.
    camera_changed: the user or a flight moved the camera.
    """

    hovered = Signal(object)
    clicked = Signal(object)
    double_clicked = Signal(object)
    site_hovered = Signal(object)
    site_clicked = Signal(str)
    camera_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, graphics: GraphicsInfo | None = None) -> None:
        super().__init__(parent=parent)
        self._graphics = graphics or probe_opengl()
        self._anatomy: Anatomy | None = None
        self._snapshot: Snapshot | None = None
        self._appearance = Appearance()
        self._background = "light"
        self._camera = VIEWS["back"]
        self._renderer: Renderer | None = None
        self._target = Target()
        self._changes: set[str] = set()
        self._pressed_at = QPointF()
        self._mouse_at = QPointF()
        self._dragged = False
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(FLIGHT_MS)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.setStartValue(0.0)
        self._flight.setEndValue(1.0)
        self._flight.valueChanged.connect(self._fly_on)
        self._flight_ends = (self._camera, self._camera)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.update)
        self._hover = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hover.timeout.connect(self._hover_here)
        self._hovered: Part | None = None
        self._overlay = Overlay()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(64, 64)

    # What is shown

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Show another body, in its balanced stance until a snapshot comes."""
        self._anatomy, self._snapshot = anatomy, None
        self._changed("anatomy")

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Show the body in a posture."""
        self._snapshot = snapshot
        self._rest.start()
        self._changed("snapshot")

    def set_appearance(self, appearance: Appearance) -> None:
        """Show, ghost, hide and point out structures."""
        if appearance != self._appearance:
            self._appearance = appearance
            self._changed("appearance")

    def appearance(self) -> Appearance:
        """Return what is shown, ghosted, hidden and pointed out."""
        return self._appearance

    def set_background(self, name: str) -> None:
        """Set the background, "light" or "dark"."""
        if name != self._background:
            self._background = name
            self._changed("background")

    def background(self) -> str:
        """Return "light" or "dark"."""
        return self._background

    def set_marks(self, marks: Marks | None) -> None:
        """Write marks over the picture, or none."""
        self._overlay.set_marks(marks)
        self.update()

    def stage(self) -> Stage:
        """Return what marks are laid out on."""
        return Stage((0.0, 0.0, float(self.width()), float(self.height())), self._camera)

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
        self._flight.stop()
        self._move_to(VIEWS[camera] if isinstance(camera, str) else camera)

    def fly_to(self, camera: Camera | str) -> None:
        """Move to a camera, or to a named view, in an eased flight."""
        self._flight.stop()
        end = VIEWS[camera] if isinstance(camera, str) else camera
        self._flight_ends = (self._camera, end)
        self._flight.start()

    def focus(self, key: str, *, at_once: bool = False) -> None:
        """Fly, or jump, to the structure with this key, seen from where the camera is."""
        points = self._points_of(key)
        if points is not None:
            move = self.show_from if at_once else self.fly_to
            move(cameras.framing(points, self._camera))

    def is_moving(self) -> bool:
        """Whether camera or body moved just now, so that a quick picture is wanted rather than the best."""
        return self._rest.isActive()

    # What is under the mouse

    def pick(self, x: float, y: float) -> Part | None:
        """Return the structure at widget position (x, y), or None; the nerve counts through ghosts."""
        if self._renderer is None or not self.rect().contains(QPoint(int(x), int(y))):
            return None
        self.makeCurrent()
        self._bring_up_to_date()
        ratio = self.devicePixelRatioF()
        aspect = self._aspect()
        part = self._renderer.pick(
            self._camera.eye_from_world(aspect), self._camera.clip_from_eye(aspect),
            x * ratio, y * ratio, (self.deviceWidth(), self.deviceHeight()),
        )  # fmt: skip
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.defaultFramebufferObject())
        self.doneCurrent()
        return part

    def project(self, points: np.ndarray) -> np.ndarray:
        """World points (n, 3) m as widget positions x, y and the share of depth 0..1, (n, 3) float."""
        aspect = self._aspect()
        matrix = self._camera.clip_from_eye(aspect) @ self._camera.eye_from_world(aspect)
        clip = np.column_stack([points, np.ones(len(points))]) @ matrix.T
        place = clip[:, :3] / clip[:, 3:]
        size = np.array([self.width(), self.height(), 1.0])
        return np.asarray((place * (1.0, -1.0, 1.0) + 1.0) * 0.5 * size)

    # GLViewWidget's own

    def initializeGL(self) -> None:
        """Begin a new context: Qt calls this also after the view moved to another window."""
        super().initializeGL()
        self.context().aboutToBeDestroyed.connect(self._release)
        self._changes.add("anatomy")

    def paintGL(self) -> None:
        """Draw what changed into the own frame buffer, then copy that to the window."""
        self._bring_up_to_date()
        width, height = self.deviceWidth(), self.deviceHeight()
        quick = self._graphics.software and self.is_moving()
        samples = 0 if quick else self._graphics.samples
        share = MOVING_SHARE if quick else 1.0
        fresh = self._target.fit(max(1, int(width * share)), max(1, int(height * share)), samples)
        if fresh or self._changes or self.items:
            self._changes.clear()
            self._target.bind()
            region = (0, 0, self.width(), self.height())
            self.setProjection(region, region)
            self.setModelview()
            if self._renderer is None:
                GL.glClearColor(*self._plain_background(), 1.0)
                GL.glClear(GL.GL_COLOR_BUFFER_BIT | GL.GL_DEPTH_BUFFER_BIT)
            else:
                aspect = self._aspect()
                self._renderer.draw(
                    self._camera.eye_from_world(aspect), self._camera.clip_from_eye(aspect),
                    BACKDROPS[self._background], quick=quick,
                )  # fmt: skip
            self.drawItemTree()
        self._target.show(self.defaultFramebufferObject(), width, height)
        self._paint_marks()

    def projectionMatrix(self, *_regions: tuple[int, ...]) -> QMatrix4x4:
        """Return the camera's perspective, for further pyqtgraph items."""
        return QMatrix4x4(self._camera.clip_from_eye(self._aspect()).ravel().tolist())

    def viewMatrix(self) -> QMatrix4x4:
        """Return the camera's place, for further pyqtgraph items."""
        return QMatrix4x4(self._camera.eye_from_world(self._aspect()).ravel().tolist())

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag or a click."""
        self._flight.stop()
        self._pressed_at = self._mouse_at = event.position()
        self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Orbit with the left button, pan with the middle one or Shift; else wait for the mouse to rest."""
        step = event.position() - self._mouse_at
        self._mouse_at = event.position()
        buttons = event.buttons()
        if buttons == Qt.MouseButton.NoButton:
            self._hover.start()
            return
        self._dragged |= (event.position() - self._pressed_at).manhattanLength() > CLICK_PIXELS
        if not self._dragged:
            return
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if buttons == Qt.MouseButton.MiddleButton or (buttons == Qt.MouseButton.LeftButton and shift):
            scale = self._metres_per_pixel()
            self._move_to(self._camera.panned(step.x() * scale, -step.y() * scale))
        elif buttons == Qt.MouseButton.LeftButton:
            turn = ORBIT_DEG_PER_PIXEL
            self._move_to(self._camera.orbited(step.x() * turn, step.y() * turn))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or tell what was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and not self._dragged:
            place = event.position().x(), event.position().y()
            site = self.site_at(*place)
            if site is None:
                self.clicked.emit(self.pick(*place))
            else:
                self.site_clicked.emit(site)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell what was double-clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            if self.site_at(event.position().x(), event.position().y()) is not None:
                return
            self.double_clicked.emit(self.pick(event.position().x(), event.position().y()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, keeping still what lies under the cursor."""
        self._flight.stop()
        steps = event.angleDelta().y() / 120.0
        from_middle = event.position() - QPointF(self.width() / 2.0, self.height() / 2.0)
        scale = self._metres_per_pixel()
        self._move_to(
            self._camera.zoomed(ZOOM_PER_WHEEL_STEP**steps, from_middle.x() * scale, -from_middle.y() * scale)
        )
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Look what is under the mouse when it comes in."""
        self._mouse_at = event.position()
        self._hover.start()

    def leaveEvent(self, _event: QEvent) -> None:
        """Forget what was under the mouse."""
        self._hover.stop()
        self._light(None)
        self._set_hovered(None)

    # Inside

    def _changed(self, what: str) -> None:
        self._changes.add(what)
        self.update()

    def _move_to(self, camera: Camera) -> None:
        self._camera = camera
        self._rest.start()
        self._changed("camera")
        self.camera_changed.emit()

    def _fly_on(self, share: float) -> None:
        self._move_to(cameras.blend(*self._flight_ends, share))

    def _aspect(self) -> float:
        return float(self.width() / max(1, self.height()))

    def _metres_per_pixel(self) -> float:
        return float(self._camera.visible_height_m(self._aspect()) / max(1, self.height()))

    def _plain_background(self) -> tuple[float, float, float]:
        middle = BACKDROPS[self._background].middle
        red, green, blue = (int(middle[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
        return red, green, blue

    def _bring_up_to_date(self) -> None:
        """Upload what changed since the last frame; the context is current."""
        if self._anatomy is None:
            return
        if "anatomy" in self._changes or self._renderer is None:
            if self._renderer is not None:
                self._renderer.release()
            self._renderer = Renderer(self._anatomy)
            self._changes |= {"snapshot", "appearance"}
            self._changes.discard("anatomy")
        if "snapshot" in self._changes and self._snapshot is not None:
            self._renderer.set_snapshot(self._snapshot)
        if "appearance" in self._changes:
            self._renderer.set_appearance(self._appearance)
        if self._changes & {"snapshot", "appearance"}:
            self._changes -= {"snapshot", "appearance"}
            self._changes.add("drawing")

    def _release(self) -> None:
        self.makeCurrent()
        if self._renderer is not None:
            self._renderer.release()
            self._renderer = None
        self._target.release()
        self.doneCurrent()

    def _paint_marks(self) -> None:
        painter = QPainter(self)
        self._overlay.paint(painter, self.stage(), self._background, self.devicePixelRatioF())
        painter.end()

    def _hover_here(self) -> None:
        place = self._mouse_at.x(), self._mouse_at.y()
        site = self.site_at(*place)
        self._light(site)
        self._set_hovered(None if site else self.pick(*place))

    def _light(self, site: str | None) -> None:
        if site != self._overlay.lit:
            self._overlay.lit = site
            self.site_hovered.emit(site)
            self.update()

    def _set_hovered(self, part: Part | None) -> None:
        if part != self._hovered:
            self._hovered = part
            self.hovered.emit(part)

    def _points_of(self, key: str) -> np.ndarray | None:
        """Vertices of a structure as it lies now, (n, 3) m."""
        if self._anatomy is None:
            return None
        soft = self._snapshot
        for surface, moved in (
            (self._anatomy.bones, None),
            (self._anatomy.muscle_surface, soft.muscle_vertices if soft else None),
            (self._anatomy.nerve_surface, soft.nerve_vertices if soft else None),
        ):
            for part in surface.parts:
                if part.key == key:
                    rows = slice(part.first_vertex, part.first_vertex + part.vertex_count)
                    points = np.asarray(surface.vertices if moved is None else moved, float)[rows]
                    if surface is self._anatomy.bones and soft is not None:
                        body = soft.world_from_rest[surface.bodies[part.first_vertex, 0]]
                        points = points @ body[:3, :3].T + body[:3, 3]
                    return points
        return None
