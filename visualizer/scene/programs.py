"""Which shaders make which of the renderer's programs."""

from __future__ import annotations

from visualizer.scene import flat_shaders, shaders
from visualizer.scene.shaders import Program


def made(name: str) -> Program:
    """Compile a program of the renderer in the current context."""
    surface = shaders.INPUTS
    lit = surface + shaders.LIGHT
    match name:
        case "bone":
            return Program(shaders.VERTEX, lit + shaders.BONE, ("SKINNED",))
        case "muscle":
            return Program(shaders.VERTEX, lit + shaders.MUSCLE, ("MUSCLE_STATES",))
        case "nerve":
            return Program(shaders.VERTEX, lit + shaders.NERVE, ("PAINTED",))
        case "rim":
            return Program(shaders.VERTEX, surface + shaders.RIM, ("SWELL",))
        case "backdrop":
            return Program(flat_shaders.BACKDROP_VERTEX, flat_shaders.BACKDROP)
        case "contour":
            return Program(flat_shaders.TILES_VERTEX, flat_shaders.CONTOUR)
    defines = ("SKINNED",) if name.endswith("-skinned") else ()
    fragment = {"depth": shaders.DEPTH, "pick": shaders.PICK, "mask": flat_shaders.MASK}[name.split("-")[0]]
    return Program(shaders.VERTEX, surface + fragment, defines)
