"""The manifest: source, licence, units, frame and SHA-256 of every file that is shipped.

Takes the files under `assets/` (all but the build's own) and the rules of `sources.toml`, of which the first
that matches a path describes it; gives the text of `manifest.toml`.
"""

from __future__ import annotations

import json
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

from visualizer.anatomy.load import MANIFEST, digest

RULES = Path(__file__).with_name("sources.toml")
HEADER = "# Made by `python -m assets.build`. sha256 of text files is taken with plain line ends.\n"


def shipped(root: Path) -> list[str]:
    """Paths of all shipped files below `root`, sorted."""
    files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in files
        if path.parts[0] != "build" and path.suffix not in (".py", ".pyc") and path.name != MANIFEST
    )


def describe(root: Path) -> str:
    """The text of the manifest. Raises ValueError for a file that no rule describes."""
    rules = tomllib.loads(RULES.read_text())["rule"]
    lines = [HEADER]
    for path in shipped(root):
        rule = next((rule for rule in rules if fnmatchcase(path, rule["match"])), None)
        if rule is None:
            raise ValueError(f"{path}: no rule in {RULES.name} gives its source and licence.")
        record = {"path": path, "sha256": digest(path, (root / path).read_bytes())}
        record |= {key: value for key, value in rule.items() if key != "match"}
        lines.append(
            "[[file]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in record.items())
        )
    return "\n".join(lines)
