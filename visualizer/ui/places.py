"""Every place where the nerve's room is measured, the tightest first, each against its healthy range and limit.

A row under the mouse is the session's `pointed_site`; a click or the arrow keys choose its `site`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from visualizer.anatomy.load import assets_root
from visualizer.lesson.numbers import UNITS, number, room_left, with_unit
from visualizer.lesson.text import Words, words
from visualizer.scene.naming import full_site_name, site_name
from visualizer.session import Session
from visualizer.space.ladder import Level
from visualizer.space.sites import sites
from visualizer.ui.follow import follow
from visualizer.ui.level import LevelDot
from visualizer.ui.scale import Scale, ScaleBar, scale_of
from visualizer.ui.segmented import Segmented
from visualizer.ui.widgets import Card, label, restyled

if TYPE_CHECKING:
    from visualizer.body.posture import Posture
    from visualizer.space.findings import Finding, Findings
    from visualizer.space.people import Spread

Spreads = Callable[["Posture"], "dict[tuple[str, str], Spread]"]
KEYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -1000, Qt.Key.Key_End: 1000}


class PlaceRow(QFrame):
    """One place: its rung and name; its value from balanced to now, its word, its bar; where chosen, the reasons."""

    pointed = Signal(bool)
    clicked = Signal()

    def __init__(self, site: str, session: Session) -> None:
        super().__init__()
        self.setProperty("class", "place")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.site, self._session = site, session
        self.finding: Finding | None = None
        self.dot, self.bar = LevelDot(session), ScaleBar(session)
        self.name, self.word, self.value, self.why, self.people = (
            label(style) for style in ("placeName", "kind", "figure", "muted", "muted")
        )
        for each in (self.name, self.why, self.people):
            each.setWordWrap(True)
        self.word.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.dot, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.word, 0, 2)
        figures = QHBoxLayout()
        figures.setSpacing(10)
        figures.addWidget(self.value, 1)
        figures.addWidget(self.bar)
        grid.addLayout(figures, 1, 1, 1, 2)
        grid.addWidget(self.why, 2, 1, 1, 2)
        grid.addWidget(self.people, 3, 1, 1, 2)

    def show_finding(self, finding: Finding, scale: Scale, chosen: bool) -> None:
        """Show what the model says of this place."""
        from visualizer.scene.marks.describe import value_text

        text, language = words(self._session.language), self._session.language
        self.finding = finding
        self.dot.show_level(finding.level, finding.set_by_user)
        self.bar.show_finding(finding, scale)
        self.name.setText(site_name(self.site, self._session))
        word = text(f"level.{finding.level}")
        self.word.setText(word)
        self.value.setText(value_text(finding, language))
        why = [text(f"reason.{finding.reason}")] if finding.reason else []
        if finding.set_by_user:
            why.append(text("places.set_by_user"))
        self.why.setText(" ".join(why))
        self.why.setVisible(bool(why) and chosen)
        self.people.setVisible(bool(self.people.text()) and chosen)
        full = full_site_name(self.site, self._session)
        self.setToolTip("\n".join([full, *why, *self._published(finding)]))
        self.setAccessibleName(f"{self.name.text()}: {self.value.text()}, {word}")
        restyled(self, chosen=chosen, strong=finding.level in (Level.TIGHT, Level.PRESSED))

    def show_people(self, finding: Finding, spread: Spread | None, chosen: bool) -> None:
        """Show how that is spread over people, where it is known; after `show_finding`."""
        text = words(self._session.language)
        people = in_people(finding, spread, text)
        self.people.setText(people)
        self.people.setVisible(bool(people) and chosen)
        if spread and people:
            self.setToolTip(f"{self.toolTip()}\n{people} {text('places.people_hint')}")
        self.bar.show_people(spread if people else None)
        restyled(self.value, apart=spread is not None and not spread.common)

    def _published(self, finding: Finding) -> list[str]:
        """What studies say of this measure, a line each."""
        text, language = words(self._session.language), self._session.language
        measure = sites(assets_root())[self.site].measure[finding.measure]
        scale = scale_of(finding, measure)
        lines = []
        if self._session.wording == "clinical":
            lines.append(measure.definition.get(language, measure.definition["en"]))
        if scale.healthy is not None:
            low, high = (with_unit(value, finding.unit, language) for value in scale.healthy)
            lines.append(text("places.healthy", low=low, high=high))
        if scale.limit is not None:
            lines.append(text("places.limit", limit=with_unit(scale.limit, finding.unit, language)))
        return lines

    def enterEvent(self, event: QEnterEvent) -> None:
        """Say that the mouse is here."""
        super().enterEvent(event)
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Say that the mouse went."""
        super().leaveEvent(event)
        self.pointed.emit(False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep the mouse until it is let go."""
        event.accept()


def in_people(finding: Finding, spread: Spread | None, text: Words) -> str:
    """The change in the model's body and in people, in a sentence; of a value that cannot be told, nothing.

    Where nothing changes, how the value itself is spread; a posture that was not worked out in people says so.
    """
    if finding.level == Level.CANNOT_TELL or finding.change is None:
        return ""
    if spread is None:
        return text("places.people_none")
    _, digits = UNITS[finding.unit]
    language = text.language
    plain = partial(number, digits=digits, language=language)
    written = partial(with_unit, unit=finding.unit, language=language)
    if spread.low == spread.high == 0.0:
        least, most = (room_left(value, finding.unit) or 0.0 for value in (spread.now_low, spread.now_high))
        return text("places.people_now", of=spread.of, low=plain(least), high=written(most))
    told = text(
        "places.people_change",
        change=written(finding.change, signed=True),
        of=spread.of,
        low=plain(spread.low, signed=True),
        high=written(spread.high, signed=True),
    )
    if spread.common:
        return told
    others = spread.of - spread.same_sign
    return f"{told} {text('places.people_apart', others=others, of=spread.of)}"


class PlaceList(QFrame):
    """The rows of one side, in the order of `Findings.tightest`: one Tab stop, arrow keys inside."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("class", "places")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._session = session
        self._spreads: Spreads | None = None
        self.rows: dict[str, PlaceRow] = {}
        self.order: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        follow(session, findings=self._replay, side=self._replay, site=self._replay)
        follow(session, language=self._replay, wording=self._replay, background=self._repaint)
        follow(session, pointed_site=self._on_pointed_site_change)

    def spread_with(self, spreads: Spreads) -> None:
        """Use this function from now on: it says how a posture's measures are spread over people."""
        self._spreads = spreads
        self._replay(None)

    def _replay(self, _changed: object) -> None:
        found: Findings | None = self._session.findings
        if found is None:
            return
        # On the way from one posture to another what is said of people stays, and its whisker is away.
        moves = found.snapshot.posture != self._session.destination
        spread = self._spreads(found.snapshot.posture) if self._spreads and not moves else {}
        items = found.tightest(self._session.side)
        self._arrange(tuple(item.site for item in items))
        table = sites(assets_root())
        for item in items:
            scale = scale_of(item, table[item.site].measure[item.measure])
            row, chosen = self.rows[item.site], item.site == self.chosen
            row.show_finding(item, scale, chosen)
            if moves:
                row.bar.show_people(None)
            elif self._spreads:
                row.show_people(item, spread.get((item.site, item.measure)), chosen)

    @property
    def chosen(self) -> str | None:
        """The place that is looked at: the session's, or the tightest."""
        return self._session.site or (self.order[0] if self.order else None)

    def _arrange(self, order: tuple[str, ...]) -> None:
        if order == self.order:
            return
        self.order = order
        for site in order:
            if site not in self.rows:
                row = PlaceRow(site, self._session)
                row.pointed.connect(lambda inside, site=site: self._point(site, inside))
                row.clicked.connect(lambda site=site: self._choose(site))
                self.rows[site] = row
        for site, row in self.rows.items():
            row.setVisible(site in order)
        for place, site in enumerate(order):
            self._column.insertWidget(place, self.rows[site])

    def _point(self, site: str, inside: bool) -> None:
        if inside:
            self._session.pointed_site = site
        elif self._session.pointed_site == site:
            self._session.pointed_site = None

    def _choose(self, site: str) -> None:
        self._session.look_inside(site)

    def _on_pointed_site_change(self, pointed: str | None) -> None:
        for site, row in self.rows.items():
            restyled(row, pointed=site == pointed)

    def _repaint(self, _background: str) -> None:
        for row in self.rows.values():
            row.dot.update()
            row.bar.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose another place; Escape goes back to the tightest."""
        if event.key() == Qt.Key.Key_Escape and self._session.site is not None:
            self._session.look_inside(None)
        elif event.key() in KEYS and self.chosen in self.order:
            place = self.order.index(self.chosen) + KEYS[Qt.Key(event.key())]
            self._choose(self.order[min(max(place, 0), len(self.order) - 1)])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        restyled(self, focused=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that it went."""
        super().focusOutEvent(event)
        restyled(self, focused=False)


class PlacesCard(Card):
    """The list, and which leg it is about."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.head.removeWidget(self.kind)
        self.kind.deleteLater()
        self.side = Segmented(session, "side", "panel.side", {"left": "panel.left", "right": "panel.right"})
        self.head.addWidget(self.side)
        self.list = PlaceList(session)
        self.key: QLabel = label("muted")
        self.key.setWordWrap(True)
        self.body.setContentsMargins(8, 12, 8, 8)
        self.head.setContentsMargins(8, 0, 8, 2)
        self.body.addWidget(self.list)
        self.key.setContentsMargins(8, 4, 8, 4)
        self.body.addWidget(self.key)
        follow(session, language=self._on_language_change)

    def _on_language_change(self, language: str) -> None:
        text = words(language)
        self.title.setText(text("places.title"))
        self.list.setAccessibleName(text("places.title"))
        self.key.setText(text("places.key"))
