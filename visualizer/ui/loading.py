"""Brings in the body behind the open window: first what the picture needs, then what makes it move."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QObject, Signal

from visualizer.anatomy.load import load_anatomy
from visualizer.mechanics.posture import Posture


class BodyLoader(QObject):
    """Loads in a thread of its own.

    anatomy_loaded: the `Anatomy`, when the picture's parts are imported too. solver_ready: a function from `Posture`
    to `Snapshot`. failed: the exception.
    """

    anatomy_loaded = Signal(object)
    solver_ready = Signal(object)
    failed = Signal(object)

    def __init__(self, root: Path | None, posture: Posture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._posture = root, posture
        self._thread = Thread(target=self._load, name="body loader", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self) -> None:
        """Wait until the thread is done."""
        if self._thread.is_alive():
            self._thread.join()

    def _load(self) -> None:
        try:
            anatomy = load_anatomy(self._root)
            import visualizer.scene.view  # noqa: F401

            self.anatomy_loaded.emit(anatomy)
            from visualizer.mechanics.solve import solve

            solve(anatomy, self._posture)
            self.solver_ready.emit(partial(solve, anatomy))
        except Exception as error:
            self.failed.emit(error)
