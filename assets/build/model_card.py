"""The model card: the validation table as a file, for the program to show.

Takes the loaded anatomy; gives the text of `assets/lesson/model_card.toml`.
"""

from __future__ import annotations

import json
from pathlib import Path

from assets.build.batch import write
from visualizer import validation
from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy

PATH = Path("lesson") / "model_card.toml"
HEADER = """\
# Made by `python -m assets.build`: what `visualizer validate` prints. Each row is one published figure: the model's
# value, figure, source, status (V seen, V2 through a secondary source, M from memory, C computed), verdict, kind.
"""
KEYS = (
    "group",
    "id",
    "quantity",
    "unit",
    "model",
    "published",
    "source",
    "status",
    "verdict",
    "basis",
    "kind",
    "note",
)


def text(anatomy: Anatomy) -> str:
    """The whole file."""
    table = validation.rows(anatomy)
    lines = [HEADER, f"summary = {json.dumps(validation.count(table), ensure_ascii=False)}"]
    for row in table:
        lines += ["", "[[row]]"]
        values = {key: getattr(row, key) for key in KEYS}
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items() if value != ""
        ]
    return "\n".join(lines) + "\n"


def make(root: Path) -> None:
    """Write the card of the assets below `root`, whose manifest must be up to date but for the card itself."""
    write(root / PATH, text(load_anatomy(root)))
