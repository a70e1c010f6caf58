"""The look inside: a card of the panel, and the same enlarged over the stage.

It follows the session's site, or its point along the nerve, and moves that point by dragging and by the arrow keys. The
slices are made when they are painted, so a lens that is not seen costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from visualizer.anatomy.model import Anatomy
from visualizer.lesson.text import words
from visualizer.scene.lens import height_for, paint_look
from visualizer.scene.lens_style import LensStyle, captions, note, place_name, structure_names
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.theme import THEMES
from visualizer.ui.widgets import Card, label, push_button

if TYPE_CHECKING:
    from visualizer.space.findings import Finding
    from visualizer.space.look import Look

STEP_MM, LONG_STEP_MM = 1.0, 5.0
DRAG_MM_PER_PX, DRAG_BEGINS_PX = 0.4, 3
WHEEL_NOTCH = 120
FOLLOWED = ("findings", "site", "side", "along_mm", "wording", "language", "background", "text_percent")
TOWARDS_KNEE = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}


class LensModel:
    """What a session's lens looks at; the look is made when it is asked for, and kept until something changes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.anatomy: Anatomy | None = None
        self._look: Look | None = None
        self._style = LensStyle({})

    def forget(self) -> None:
        """Something changed."""
        self._look = None

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """The body is there."""
        self.anatomy = anatomy
        self._style = LensStyle(structure_names(anatomy))
        self.forget()

    def style(self, large: bool) -> LensStyle:
        """How the session wants it told."""
        session = self.session
        return LensStyle(
            self._style.names,
            session.language,
            session.wording,
            session.background,
            session.text_percent,
            large,
        )

    def finding(self) -> Finding | None:
        """The chosen site's finding, or that of the tightest place that can be told; None without findings."""
        found = self.session.findings
        if found is None:
            return None
        from visualizer.space.look import finding_at

        return finding_at(found, self.session.side, self.session.site)

    def look(self) -> Look | None:
        """The slices, or None while there is no body or nothing is known of it."""
        session, found = self.session, self.session.findings
        if self._look is None and self.anatomy is not None and found is not None:
            from visualizer.space.look import look_along, look_at_site

            finding = self.finding()
            if session.along_mm is not None:
                self._look = look_along(self.anatomy, found, session.side, session.along_mm)
            elif finding is not None:
                self._look = look_at_site(self.anatomy, found, finding)
        return self._look

    def position_mm(self) -> float | None:
        """Where on the nerve the lens is, millimetres along its corridor."""
        found, finding = self.session.findings, self.finding()
        if found is None or finding is None:
            return None
        if self.session.along_mm is not None:
            return self.session.along_mm
        from visualizer.space.planes import index_of, is_upright

        index = index_of(found, finding.side, finding.place_mm)
        # An opening is seen from the side; the first step away from it goes across the nerve beside it.
        return float(found.corridor.position_mm[0 if is_upright(finding.site) else index])

    def move_to(self, position_mm: float) -> None:
        """Look at a point of the nerve, or at its nearest end."""
        if self.session.findings is not None:
            positions = self.session.findings.corridor.position_mm
            self.session.along_mm = float(min(max(position_mm, positions[0]), positions[-1]))


class LensView(QWidget):
    """The pair of slices. Drag or arrow keys move along the nerve (Shift: in larger steps), Home goes back."""

    def __init__(self, model: LensModel, large: bool) -> None:
        super().__init__()
        self._model, self._large = model, large
        self._drag: tuple[float, float] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(not large)
        if large:
            policy.setVerticalPolicy(QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.SizeVerCursor)

    def hasHeightForWidth(self) -> bool:
        """In the panel the circles fill the width."""
        return not self._large

    def heightForWidth(self, width: int) -> int:
        """Height at which they do."""
        return round(height_for(width, self._model.style(self._large)))

    def sizeHint(self) -> QSize:
        """The panel's width, or as much of the stage as there is."""
        return QSize(960, 540) if self._large else QSize(300, self.heightForWidth(300))

    def minimumSizeHint(self) -> QSize:
        """Two circles that can still be told apart."""
        return QSize(200, 120)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the look, or that it is still to come, and where the keyboard's focus is."""
        painter = QPainter(self)
        style, look = self._model.style(self._large), self._model.look()
        area = QRectF(self.rect())
        if look is None:
            painter.setFont(style.font())
            painter.setPen(QColor(style.colours.muted))
            text = words(style.language)("lens.waiting")
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), text)
        else:
            paint_look(painter, area.adjusted(1.0, 0.0, -1.0, 0.0), look, style)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(THEMES[self._model.session.background].focus), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1.0, 1.0, -1.0, -1.0), 8.0, 8.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move along the nerve, or back to the place."""
        key, position = Qt.Key(event.key()), self._model.position_mm()
        if key == Qt.Key.Key_Home:
            self._model.session.along_mm = None
        elif key == Qt.Key.Key_Escape and self._large:
            self._model.session.lens_large = False
        elif key in TOWARDS_KNEE and position is not None:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._model.move_to(position + TOWARDS_KNEE[key] * (LONG_STEP_MM if shift else STEP_MM))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the nerve."""
        position = self._model.position_mm()
        if event.button() == Qt.MouseButton.LeftButton and position is not None:
            self._drag = event.position().y(), position

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Downwards goes towards the knee."""
        if self._drag is None:
            return
        start, position = self._drag
        way = event.position().y() - start
        if abs(way) >= DRAG_BEGINS_PX:
            self._model.move_to(position + way * DRAG_MM_PER_PX)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._drag = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Fill the stage, or leave it."""
        self._model.session.lens_large = not self._model.session.lens_large

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move along the nerve where the lens fills the stage; in the panel the wheel scrolls."""
        position = self._model.position_mm()
        if not self._large or position is None:
            event.ignore()
            return
        self._model.move_to(position - event.angleDelta().y() / WHEEL_NOTCH * LONG_STEP_MM)


class LensCard(Card):
    """A lens with its title, the button that enlarges it or makes it small again, and what has to be said of it."""

    def __init__(self, session: Session, large: bool = False) -> None:
        super().__init__()
        self._session, self._large = session, large
        self.model = LensModel(session)
        self.view = LensView(self.model, large)
        self.note = label("muted")
        self.note.setWordWrap(True)
        self.home = push_button("small", self._go_home)
        self.resize_button = push_button("small", self._toggle_size)
        self.kind.hide()
        self.title.setWordWrap(True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.head.setStretchFactor(self.title, 1)
        self.head.addWidget(self.home, 0, Qt.AlignmentFlag.AlignTop)
        self.head.addWidget(self.resize_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.note)
        follow(session, **dict.fromkeys(FOLLOWED, self._refresh))

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Show this body."""
        self.model.set_anatomy(anatomy)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while the lens was not seen."""
        super().showEvent(event)
        self._refresh()

    def _toggle_size(self) -> None:
        self._session.lens_large = not self._large

    def _go_home(self) -> None:
        self._session.along_mm = None

    def _refresh(self, _changed: object = None) -> None:
        self.model.forget()
        text, style = words(self._session.language), self.model.style(self._large)
        size = "shrink" if self._large else "enlarge"
        for button, key in ((self.resize_button, size), (self.home, "home")):
            button.setText(text(f"lens.{key}"))
            button.setToolTip(text(f"lens.{key}_hint"))
            button.setAccessibleName(text(f"lens.{key}_hint"))
        finding, position = self.model.finding(), self._session.along_mm
        self.home.setVisible(position is not None)
        ready = self.model.anatomy is not None and finding is not None
        place = place_name(None if position is not None else finding, position, style) if ready else ""
        title = text("lens.title", place=place) if ready else text("lens.title_waiting")
        self.title.setText(title)
        self.view.setAccessibleName(title)
        look = self.model.look() if self.isVisible() else None
        # There is always a line, so that what lies below does not jump.
        self.note.setText((note(look, style) if look is not None else "") or text("lens.drag"))
        figures = captions(look, style) if look is not None else ()
        self.view.setAccessibleDescription(". ".join([text("lens.picture"), *figures, text("lens.hint")]))
        self.view.setToolTip(text("lens.hint"))
        self.view.updateGeometry()
        self.view.update()


class LensStage(QWidget):
    """A large lens over the whole of another widget, while the session says so."""

    def __init__(self, session: Session, stage: QWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self.card = LensCard(session, large=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.card)
        stage.installEventFilter(self)
        follow(session, lens_large=self._on_lens_large_change)

    def set_anatomy(self, anatomy: Anatomy) -> None:
        """Show this body."""
        self.card.set_anatomy(anatomy)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it lies over."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._stage.rect())
        return False

    def _on_lens_large_change(self, large: bool) -> None:
        self.setGeometry(self._stage.rect())
        self.setVisible(large)
        if large:
            self.raise_()
            self.card.view.setFocus()
