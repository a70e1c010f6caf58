"""A desktop program about the sciatic nerve, the muscles around it and the tilt of the pelvis.

`load_anatomy()` gives the body, `presets()` the named postures, `solve(anatomy, posture)` a `Snapshot` of where
everything is, `findings(anatomy, snapshot)` the room that this leaves the nerve. They are imported when first asked
for, so that `visualizer --help` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from visualizer.anatomy.load import load_anatomy as load_anatomy
    from visualizer.anatomy.model import Anatomy as Anatomy
    from visualizer.body.posture import Posture as Posture
    from visualizer.body.posture import blend as blend
    from visualizer.body.posture import presets as presets
    from visualizer.body.posture import with_fields as with_fields
    from visualizer.body.snapshot import Snapshot as Snapshot
    from visualizer.body.solve import solve as solve
    from visualizer.space.findings import findings as findings

__version__ = "0.1.0"

_HOMES = {
    "load_anatomy": "visualizer.anatomy.load",
    "Anatomy": "visualizer.anatomy.model",
    "Posture": "visualizer.body.posture",
    "blend": "visualizer.body.posture",
    "presets": "visualizer.body.posture",
    "with_fields": "visualizer.body.posture",
    "Snapshot": "visualizer.body.snapshot",
    "solve": "visualizer.body.solve",
    "findings": "visualizer.space.findings",
}

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> object:
    """Import a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
