"""Brings in the body behind the open window: first what the picture needs, then what makes it move."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, Signal

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy
from visualizer.body.posture import Posture

LONGEST_WAIT_S = 5.0
# While modules are imported here, the window's thread gets its turn at once instead of after 5 ms each time.
LOADING_SWITCH_S = 0.0005


class BodyLoader(QObject):
    """Loads in a thread of its own; the solver waits for `go_on`, so that it does not delay the first picture.

    anatomy_loaded: the `Anatomy`, when the picture's parts are imported too. solver_ready: three functions, from
    `Posture` to `Snapshot`, from that to `Findings`, and from a `Posture` whose premises were set to what they settle
    it to. failed: the exception.
    """

    anatomy_loaded = Signal(object)
    solver_ready = Signal(object, object, object)
    failed = Signal(object)

    def __init__(self, root: Path | None, posture: Posture, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root, self._posture = root, posture
        self._picture_is_there = Event()
        self._switch_s = sys.getswitchinterval()
        self._thread = Thread(target=self._load, name="body loader", daemon=True)

    def start(self) -> None:
        """Begin."""
        sys.setswitchinterval(LOADING_SWITCH_S)
        self._thread.start()

    def go_on(self) -> None:
        """Make it move: the first picture is there, or there will be none."""
        self._picture_is_there.set()

    def wait(self) -> None:
        """Wait until the thread is done."""
        self.go_on()
        if self._thread.is_alive():
            self._thread.join()

    def _load(self) -> None:
        try:
            anatomy = load_anatomy(self._root)
            import visualizer.scene.view  # noqa: F401

            self.anatomy_loaded.emit(anatomy)
            self._picture_is_there.wait(LONGEST_WAIT_S)
            from visualizer.body.solve import solve
            from visualizer.space.findings import findings

            findings(anatomy, solve(anatomy, self._posture))
            self.solver_ready.emit(
                partial(solve, anatomy), partial(findings, anatomy), partial(_settled, anatomy)
            )
        except Exception as error:
            self.failed.emit(error)
        finally:
            sys.setswitchinterval(self._switch_s)


def _settled(anatomy: Anatomy, posture: Posture) -> Posture:
    """What premises settle; imported when first asked, and not at all while everything is set by hand."""
    if posture.tilt_from == posture.rotators_from == "hand":
        return posture
    from visualizer.forces.settle import settled

    return settled(anatomy, posture)
