"""The command line: `visualizer` opens the window, `render` draws, `measure` and `validate` print numbers.

Parts that take time to import are imported by the command that needs them. A `UserError` becomes two sentences on
stderr and exit code 2.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer import __version__
from visualizer.errors import UserError

if TYPE_CHECKING:
    from visualizer.body.posture import Posture

DESCRIPTION = """\
Shows where the sciatic nerve runs, what the muscles around it do, and what changes
when the pelvis tilts. Without a command it opens the window."""
EXAMPLES = """\
examples:
  visualizer
  visualizer render --posture flexor-dominant --view side -o side.png
  visualizer render --set tilt_deg=12 --hide glutes --ghost hamstrings -o picture.png
  visualizer measure --posture sitting --json
  visualizer validate

This is a teaching tool. It does not diagnose."""
POSTURE_HELP = "balanced (the default), flexor-dominant or sitting"
LAYERS_HELP = "outline, bones, nerve, flexors, glutes, rotators, hamstrings or trunk; can be repeated"
VIEWS_HELP = "back (the default), side, front, deep-gluteal or l4-s1"


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    top = argparse.ArgumentParser(
        "visualizer",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"visualizer {__version__}")
    top.add_argument(
        "--language", default="en", metavar="CODE", help="language of the window: en (the default) or es"
    )
    commands = top.add_subparsers(dest="command", metavar="command", title="commands")

    posture = argparse.ArgumentParser(add_help=False)
    posture.add_argument("--posture", default="balanced", metavar="NAME", help=POSTURE_HELP)
    posture.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="change one value, such as tilt_deg=12 or hip_rotation_left_deg=-20; can be repeated",
    )

    render = commands.add_parser(
        "render", parents=[posture], help="draw a picture into a file, with no desktop needed"
    )
    render.add_argument("--view", default="back", metavar="NAME", help=VIEWS_HELP)
    render.add_argument("--size", default="1600x1000", metavar="WxH", help="in pixels (default 1600x1000)")
    render.add_argument("--background", default="light", metavar="NAME", help="light (the default) or dark")
    for option in ("show", "ghost", "hide"):
        render.add_argument(f"--{option}", action="append", default=[], metavar="LAYER", help=LAYERS_HELP)
    render.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a .png or .jpg file"
    )
    render.set_defaults(run=run_render)

    measure = commands.add_parser(
        "measure",
        parents=[posture],
        help="print muscle lengths, joint angles, landmarks and the nerve's course",
    )
    measure.add_argument("--json", action="store_true", help="as JSON, in mm and degrees, LPS axes")
    measure.set_defaults(run=run_measure)

    validate = commands.add_parser(
        "validate", help="print what studies have measured beside the model's own values"
    )
    validate.add_argument("--json", action="store_true", help="as JSON, one row a published figure")
    validate.set_defaults(run=run_validate)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options)) if options.command else run_window(options)
    except UserError as error:
        print(f"visualizer: {error.what_happened}\n{error.what_to_do}", file=sys.stderr)
        return 2


def run_window(options: argparse.Namespace) -> int:
    """Open the window."""
    from visualizer.app import run

    return run(options.language)


def run_measure(options: argparse.Namespace) -> int:
    """Print the numbers of one posture."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.measure import measures, table

    posture = chosen_posture(options)
    numbers = measures(load_anatomy(), posture, options.posture)
    print(json.dumps(numbers, indent=2) if options.json else table(numbers))
    return 0


def run_validate(options: argparse.Namespace) -> int:
    """Print the model against the studies; what is outside is part of the answer, no failure."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.validation import as_json, as_text, rows

    table = rows(load_anatomy())
    print(json.dumps(as_json(table), indent=2, ensure_ascii=False) if options.json else as_text(table))
    return 0


def run_render(options: argparse.Namespace) -> int:
    """Draw one picture into a file."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.body.solve import solve
    from visualizer.display import some_display

    size = parsed_size(options.size)
    layers = chosen_layers(options)
    output: Path = options.output
    check_writable(output)
    posture = chosen_posture(options)
    anatomy = load_anatomy()
    snapshot = solve(anatomy, posture)
    with some_display():
        from visualizer.app import draw

        draw(anatomy, snapshot, options.view, size, options.background, layers, output)
    print(f"The picture lies in {output.resolve()}")
    return 0


def chosen_posture(options: argparse.Namespace) -> Posture:
    """Return the preset with the values of `--set`. Raises UserError."""
    from visualizer.body.posture import preset, with_fields

    pairs = [(pair, *pair.partition("=")) for pair in options.set]
    for pair, name, equals, value in pairs:
        if not (name and equals and value):
            raise UserError(
                f'"--set {pair}" is not a field and its value.', "Write it like --set tilt_deg=12."
            )
    return with_fields(preset(options.posture), {name: value for _, name, _, value in pairs})


def chosen_layers(options: argparse.Namespace) -> dict[str, str]:
    """Return layer -> "shown", "ghost" or "hidden" of those that are named. Raises UserError."""
    from visualizer.anatomy.model import LAYERS

    chosen = {
        layer: state
        for state, names in (("shown", options.show), ("ghost", options.ghost), ("hidden", options.hide))
        for layer in names
    }
    for layer in chosen:
        if layer not in LAYERS:
            raise UserError(f'There is no layer "{layer}".', f"Choose from: {', '.join(LAYERS)}.")
    return chosen


def parsed_size(text: str) -> tuple[int, int]:
    """Width and height in pixels of "1600x1000". Raises UserError."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise UserError(
            f'"{text}" is not a size.', "Write width and height in pixels, like --size 1600x1000."
        )
    return int(width), int(height)


def check_writable(file: Path) -> None:
    """Raise UserError, before any work is done, where a picture cannot be put."""
    if file.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise UserError(
            f'"{file}" does not say what kind of picture it is.', "End its name with .png or .jpg."
        )
    existed = file.exists()
    try:
        file.open("ab").close()
    except OSError as error:
        raise UserError(
            f"{file} cannot be written ({error.strerror}).", "Choose another place with -o."
        ) from None
    if not existed:
        file.unlink()
