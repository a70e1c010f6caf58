"""Defects: an exception that nobody caught is logged whole and becomes a notice; the program goes on."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QObject, Signal

from visualizer.errors import UserError

LOG_BYTES = 1_000_000
log = logging.getLogger("visualizer")


class Relay(QObject):
    """Brings an exception from any thread to the window's."""

    raised = Signal(object, object)


def start_log() -> Path | None:
    """Log to a file in the user's log folder and return it; None where it cannot be written."""
    try:
        file = user_log_path("visualizer", appauthor=False, ensure_exists=True) / "visualizer.log"
        handler = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    return file


def user_error(error: BaseException | None) -> UserError | None:
    """The `UserError` that an exception is, or that caused it inside a listener."""
    while error is not None and not isinstance(error, UserError):
        error = error.__cause__
    return error


def catch_defects(show: Callable[[BaseException, Path | None], None]) -> Relay:
    """From now on log uncaught exceptions and call `show(error, log file)` in the thread of the caller."""
    file = start_log()
    relay = Relay()
    relay.raised.connect(show)

    def caught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        error = error or kind()
        if isinstance(error, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
            return
        if user_error(error) is None:
            log.error("uncaught exception", exc_info=(kind, error, trace))
            if sys.stderr is not None:
                sys.__excepthook__(kind, error, trace)
        relay.raised.emit(error, file)

    sys.excepthook = caught
    threading.excepthook = lambda args: caught(args.exc_type, args.exc_value, args.exc_traceback)
    return relay
