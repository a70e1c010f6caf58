"""`python -m assets.build sheets -o FOLDER`: makes all contact sheets, or with `--cuts` those that need no OpenGL.

A `UserError` becomes two sentences on stderr and exit code 2, as in the program itself.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from PySide6.QtGui import QImage

    from visualizer.anatomy.model import Anatomy

# Postures that are cut through.
CUT = ("balanced", "flexor-dominant", "sitting")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this command asks for."""
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="with sheets: where to put them")
    parser.add_argument("--cuts", action="store_true", help="with sheets: the level cuts alone")
    parser.add_argument("--overwrite", action="store_true", help="with sheets: replace those of an older run")


def run(options: argparse.Namespace) -> int:
    """Make the sheets; the exit code."""
    try:
        draw(options.output, cuts_alone=options.cuts, overwrite=options.overwrite)
    except UserError as error:
        print(error.what_happened, error.what_to_do, file=sys.stderr)
        return 2
    return 0


def draw(path: Path | None, *, cuts_alone: bool, overwrite: bool) -> None:
    """Make the sheets in the folder `path`, and say which. Raises UserError."""
    if path is None:
        raise UserError("It is not said where the sheets are to go.", "Name a folder with -o.")
    from assets.build.sheets.paper import Folder
    from visualizer.anatomy.load import load_anatomy
    from visualizer.display import some_display

    folder = Folder(path, overwrite=overwrite)
    anatomy = load_anatomy()
    with ExitStack() as stack:
        if not cuts_alone:
            stack.enter_context(some_display())
        application = start(with_opengl=not cuts_alone)
        for name, image in sheets(anatomy, cuts_alone=cuts_alone):
            folder.write(name, image)
            print(path / f"{name}.png", flush=True)
        del application


def start(*, with_opengl: bool) -> object:
    """The running application or a new one, with the program's font. Raises UserError without OpenGL."""
    from PySide6.QtGui import QGuiApplication

    from visualizer.export.section import drawing_application
    from visualizer.scene.graphics import check_display, prepare_opengl, probe_opengl
    from visualizer.scene.marks.strokes import load_font

    if not with_opengl:
        return drawing_application()
    check_display()
    prepare_opengl()
    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    probe_opengl()
    load_font()
    return application


def sheets(anatomy: Anatomy, *, cuts_alone: bool) -> Iterator[tuple[str, QImage]]:
    """Each sheet as soon as it is made: file name, picture."""
    from assets.build.sheets import cuts, plan
    from visualizer.body.solve import solve

    chosen = plan.postures()
    for name in CUT:
        yield f"cuts-{name}", cuts.sheet(anatomy, solve(anatomy, chosen[name]), name, plan.levels(anatomy))
    if cuts_alone:
        return
    from assets.build.sheets import views

    yield from views.structures(anatomy)
    yield from views.in_postures(anatomy, chosen)
