"""The space bar of the window: brings its presses and releases to `Hold`, also those that never arrive.

A button that has the keyboard keeps short taps; a text field keeps all. Losing the window or the application lets go.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
)

from visualizer.session import Session
from visualizer.ui.hold import TAP_S, Hold

WRITTEN_IN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
KEYS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)


class SpaceKey(QObject):
    """Watches the application for the space bar while the window is active."""

    def __init__(self, application: QApplication, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._application, self._window = application, window
        self.hold = Hold(session)
        self._button: QAbstractButton | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(int(TAP_S * 1000))
        self._wait.timeout.connect(self._wait_is_over)
        application.installEventFilter(self)
        application.applicationStateChanged.connect(self._on_application_state_change)

    def stop(self) -> None:
        """Stop watching, and let go."""
        self._application.removeEventFilter(self)
        self._let_go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the space bar from whatever it is meant for."""
        kind = event.type()
        if kind == QEvent.Type.WindowDeactivate and watched is self._window:
            self._let_go()
        if kind not in KEYS or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Space:
            return False
        down = kind == QEvent.Type.KeyPress
        if event.isAutoRepeat():
            return not isinstance(self._window.focusWidget(), WRITTEN_IN)
        return self._press() if down else self._release()

    def _press(self) -> bool:
        focus = self._window.focusWidget()
        elsewhere = not self._window.isActiveWindow() or self._application.activePopupWidget() is not None
        if elsewhere or isinstance(focus, WRITTEN_IN):
            return False
        self._button = focus if isinstance(focus, QAbstractButton) else None
        if self._button is not None:
            self._button.setDown(True)
            self._wait.start()
        self.hold.press(on_button=self._button is not None)
        return True

    def _release(self) -> bool:
        known = self.hold.phase is not self.hold.phase.UP
        button, tapped = self._end(), self.hold.release()
        if tapped and button is not None:
            button.click()
        return known

    def _wait_is_over(self) -> None:
        self._end()
        self.hold.wait_is_over()

    def _let_go(self) -> None:
        self._end()
        self.hold.let_go()

    def _end(self) -> QAbstractButton | None:
        """Stop waiting, raise the button again, and return it."""
        self._wait.stop()
        button, self._button = self._button, None
        if button is not None:
            button.setDown(False)
        return button

    def _on_application_state_change(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._let_go()
