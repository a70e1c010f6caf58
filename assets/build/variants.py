"""What muscles give way by, at rest, to the nerve's other variants.

Takes the flesh grown round the usual nerve, and the surfaces of the nerve's variants; gives how far each variant moves
the rings. They go on pushing one another meanwhile, so that they share the room round every variant.
"""

from __future__ import annotations

import numpy as np

from assets.build import growth

PASSES = 30


def displaced(
    flesh: growth.Flesh, grown: np.ndarray, nerves: list[growth.Nerve], bone: growth.Bone
) -> np.ndarray:
    """Displacements (variants, muscles, RING, STATIONS, 3) mm of the rings `grown`; the usual nerve, first, has none.

    The usual nerve goes through as many passes as the others: what is settled in them alone is no variant's.
    """
    placed = np.array([advanced(flesh, grown, nerve, bone) for nerve in nerves])
    return np.asarray(placed - placed[0])


def advanced(flesh: growth.Flesh, grown: np.ndarray, nerve: growth.Nerve, bone: growth.Bone) -> np.ndarray:
    """The rings after `grown` has given way to `nerve`."""
    flesh.rest, flesh.shift = grown, np.zeros_like(grown)
    growth.advance(flesh, nerve, bone, PASSES, 0.0)
    return flesh.rings
