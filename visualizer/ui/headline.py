"""What changes, in two or three sentences made by rule from the findings, and what they do not say."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from visualizer.lesson.text import words
from visualizer.session import Session
from visualizer.ui.follow import follow
from visualizer.ui.widgets import Card, label, restyled

NUMBER = r"[−+]?\d+(?:[.,]\d+)?"
FIGURE = re.compile(rf"{NUMBER}(?:\s*→\s*{NUMBER})?(?:\s*(?:mm|%)|°)")
# Distance of lines, in per cent of the letters' own.
OPEN_LINES, CLOSE_LINES = 125, 112


def with_bold_figures(sentence: str, line_percent: int) -> str:
    """The sentence as rich text, each number that has a unit in bold and never broken over lines."""
    marked = FIGURE.sub(lambda figure: f"<b>{'&nbsp;'.join(figure[0].split())}</b>", escape(sentence))
    return f"<p style='line-height: {line_percent}%; margin: 0'>{marked}</p>"


class HeadlineCard(Card):
    """The headline of the session's findings; below it what it does not say."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._line_percent = OPEN_LINES
        self.head.removeWidget(self.kind)
        self.kind.deleteLater()
        self.text, self.limits = label("headline"), label("muted")
        for each in (self.text, self.limits):
            each.setWordWrap(True)
            each.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.body.addWidget(self.text)
        self.body.addWidget(self.limits)
        self.body.setContentsMargins(16, 9, 16, 9)
        follow(session, findings=self._on_findings_change)
        follow(session, language=self._on_words_change, wording=self._on_words_change)
        follow(session, text_percent=self._on_words_change)

    def set_compact(self, compact: bool) -> None:
        """Write it a little smaller, where the lens has to be seen below it on a small screen."""
        self._line_percent = CLOSE_LINES if compact else OPEN_LINES
        restyled(self.text, compact=compact)
        self._fit()

    def _on_findings_change(self, _found: object) -> None:
        found, language = self._session.findings, self._session.language
        if found is None:
            self.text.setText(words(language)("panel.waiting"))
        else:
            from visualizer.space.headline import headline

            self.text.setText(
                with_bold_figures(headline(found, language, self._session.wording), self._line_percent)
            )
        # It grows with its text but does not shrink, so that what lies below stays where it is during a move.
        width = self.contentsRect().width() - 32
        self.text.setMinimumHeight(max(self.text.minimumHeight(), self.text.heightForWidth(width)))

    def _on_words_change(self, _changed: object) -> None:
        text = words(self._session.language)
        self.title.setText(text("panel.changes"))
        self.limits.setText(f"{text('headline.companion')} {text('panel.model')}")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the height to the new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _fit(self) -> None:
        self.text.setMinimumHeight(0)
        self._on_findings_change(None)
