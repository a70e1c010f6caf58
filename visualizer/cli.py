"""The command line: `visualizer` opens the window, `render` draws, `measure` and `validate` print numbers.

Parts that take time to import are imported by the command that needs them. A `UserError` becomes two sentences on
stderr and exit code 2; a reader that goes away, as `head` does, ends the program without a word.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer import __version__
from visualizer.errors import UserError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from visualizer.anatomy.model import Anatomy
    from visualizer.body.posture import Posture
    from visualizer.scene.marks.describe import Choices

# What a shell reports of a program whose reader went away: 128 + SIGPIPE.
READER_IS_GONE = 141
DESCRIPTION = """\
Shows where the sciatic nerve runs, what the muscles around it do, and what changes
when the pelvis tilts. Without a command it opens the window."""
EXAMPLES = """\
examples:
  visualizer
  visualizer render --posture flexor-dominant --view side -o side.png
  visualizer render --set tilt_deg=12 --hide glutes --ghost hamstrings -o picture.png
  visualizer section --posture flexor-dominant --site infrapiriform --side left -o lens.svg
  visualizer measure --posture sitting --json
  visualizer validate

This is a teaching tool. It does not diagnose."""
POSTURE_HELP = "balanced (the default), flexor-dominant or sitting"
LAYERS_HELP = (
    "outline, bones, nerve, flexors, glutes, rotators, hamstrings, trunk or ligaments; can be repeated"
)
VIEWS_HELP = "back (the default), side, front, deep-gluteal or l4-s1"


class Parser(argparse.ArgumentParser):
    """Prints its help as everything else is printed."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; argparse itself would keep quiet about what cannot be written."""
        if file is None:
            say(self.format_help(), end="")
        else:
            super().print_help(file)


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    top = Parser(
        "visualizer",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="store_true", help="show the program's version and exit")
    top.add_argument(
        "--language", metavar="CODE", help="language of the window: en or es (default: the one used last)"
    )
    commands = top.add_subparsers(dest="command", metavar="command", title="commands")

    posture = Parser(add_help=False)
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
    render.add_argument("--plain", action="store_true", help="without markers, legend and words")
    render.add_argument("--forces", action="store_true", help="with forces where they act")
    render.add_argument(
        "--language", default=argparse.SUPPRESS, metavar="CODE", help="of the words: en (the default) or es"
    )
    render.add_argument(
        "--wording", default="patient", metavar="KIND", help="patient (the default) or clinical"
    )
    render.add_argument("--side", default="right", metavar="LEG", help="right (the default) or left")
    render.add_argument("--site", metavar="NAME", help="the place to look at, such as infrapiriform")
    render.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a .png or .jpg file"
    )
    render.set_defaults(run=run_render)

    add_section_command(commands, posture)

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


def add_section_command(commands: argparse._SubParsersAction[Parser], posture: Parser) -> None:
    """Add the grammar of `section`."""
    section = commands.add_parser(
        "section", parents=[posture], help="look inside one place, balanced and now: a picture or numbers"
    )
    section.add_argument(
        "--site", metavar="NAME", help="such as infrapiriform or opening_l5_s1; the tightest where left out"
    )
    section.add_argument("--side", default="right", metavar="LEG", help="right (the default) or left")
    section.add_argument(
        "--at-mm", type=float, metavar="MM", help="instead of a site: millimetres along the nerve from L4/5"
    )
    section.add_argument(
        "--language", default=argparse.SUPPRESS, metavar="CODE", help="of the words: en (the default) or es"
    )
    section.add_argument(
        "--wording", default="patient", metavar="KIND", help="patient (the default) or clinical"
    )
    section.add_argument("--size", default="1200x700", metavar="WxH", help="in pixels (default 1200x700)")
    section.add_argument("--background", default="light", metavar="NAME", help="light (the default) or dark")
    section.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="a .svg, .png or .json file"
    )
    section.set_defaults(run=run_section)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    try:
        return run(arguments)
    except UserError as error:
        with suppress(OSError):
            print(f"visualizer: {error.what_happened}\n{error.what_to_do}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return READER_IS_GONE


def run(arguments: Sequence[str] | None) -> int:
    """Run a command; raises what can go wrong with it."""
    options = parser().parse_args(arguments)
    if options.version:
        say(f"visualizer {__version__}")
        return 0
    if options.language is not None:
        from visualizer.lesson.text import words

        words(options.language)
    return int(options.run(options)) if options.command else run_window(options)


def say(text: str, end: str = "\n") -> None:
    """Print, and see to it that it arrives. Raises BrokenPipeError, and UserError where it cannot be written."""
    try:
        print(text, end=end, flush=True)
    except OSError as error:
        # What is left in the buffer would fail once more when Python ends.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise UserError(
            f"The output cannot be written ({error.strerror}).",
            "Send it to another place, or make room there.",
        ) from None


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
    say(json.dumps(numbers, indent=2) if options.json else table(numbers))
    return 0


def run_validate(options: argparse.Namespace) -> int:
    """Print the model against the studies; what is outside is part of the answer, no failure."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.validation import as_json, as_text, rows

    table = rows(load_anatomy())
    say(json.dumps(as_json(table), indent=2, ensure_ascii=False) if options.json else as_text(table))
    return 0


def run_render(options: argparse.Namespace) -> int:
    """Draw one picture into a file."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.body.solve import solve
    from visualizer.display import some_display
    from visualizer.space.findings import findings

    size = parsed_size(options.size)
    layers = chosen_layers(options)
    output: Path = options.output
    check_writable(output)
    posture = chosen_posture(options)
    anatomy = load_anatomy()
    choices = None if options.plain else chosen_marks(options, anatomy)
    found = findings(anatomy, solve(anatomy, posture))
    if choices is not None and options.forces:
        from visualizer.forces.acting import acting

        choices = replace(choices, forces=acting(anatomy, found.snapshot.posture))
    with some_display():
        from visualizer.app import draw

        draw(anatomy, found, options.view, size, options.background, layers, output, choices)
    say(f"The picture lies in {output.resolve()}")
    return 0


def run_section(options: argparse.Namespace) -> int:
    """Cut through one place, balanced and now, into a file."""
    from visualizer.anatomy.load import load_anatomy
    from visualizer.body.solve import solve
    from visualizer.lesson.text import words
    from visualizer.space.findings import findings
    from visualizer.space.look import chosen_look

    language = options.language or "en"
    words(language)
    for what, chosen, known in (
        ("wording", options.wording, ("patient", "clinical")),
        ("background", options.background, ("light", "dark")),
    ):
        if chosen not in known:
            raise UserError(f'There is no {what} "{chosen}".', f"Choose one of: {', '.join(known)}.")
    size = parsed_size(options.size)
    output: Path = options.output
    check_writable(output, (".svg", ".png", ".json"))
    posture = chosen_posture(options)
    anatomy = load_anatomy()
    found = findings(anatomy, solve(anatomy, posture))
    look = chosen_look(anatomy, found, options.side, options.site, options.at_mm)

    from visualizer.export.section import write_section
    from visualizer.scene.lens_style import LensStyle, structure_names

    names = structure_names(anatomy)
    # Words grow with the picture.
    percent = max(round(100 * min(size[0] / 960, size[1] / 560)), 50)
    style = LensStyle(names, language, options.wording, options.background, percent, large=True)
    write_section(output, look, style, size, found.snapshot.posture, options.posture)
    say(f"The look inside lies in {output.resolve()}")
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


def chosen_marks(options: argparse.Namespace, anatomy: Anatomy) -> Choices:
    """What the marks over a picture are to say. Raises UserError."""
    from visualizer.anatomy.model import SIDES
    from visualizer.lesson.text import words
    from visualizer.scene.marks.describe import Choices
    from visualizer.space.sites import sites

    language = "en" if options.language is None else options.language
    words(language)
    for what, chosen, known in (
        ("wording", options.wording, ("patient", "clinical")),
        ("side", options.side, SIDES),
        ("site", options.site, tuple(sites(anatomy.root))),
    ):
        if chosen is not None and chosen not in known:
            raise UserError(f'There is no {what} "{chosen}".', f"Choose one of: {', '.join(known)}.")
    return Choices(language, options.wording, options.side, options.site)


def parsed_size(text: str) -> tuple[int, int]:
    """Width and height in pixels of "1600x1000". Raises UserError."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise UserError(
            f'"{text}" is not a size.', "Write width and height in pixels, like --size 1600x1000."
        )
    return int(width), int(height)


def check_writable(file: Path, kinds: tuple[str, ...] = (".png", ".jpg", ".jpeg")) -> None:
    """Raise UserError, before any work is done, where a file of one of these kinds cannot be put."""
    if file.suffix.lower() not in kinds:
        *others, last = (kind for kind in kinds if kind != ".jpeg")
        raise UserError(
            f'"{file}" does not say what kind of file it is.',
            f"End its name with {', '.join(others)} or {last}.",
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
