"""`python -m assets.build`: makes everything in `assets/body/`, the landmarks and the manifest, with progress.

`python -m assets.build --manifest` only renews the manifest, after a table or a text was edited by hand;
`--outline` makes the outline anew over the bones and muscles that are there, and that; `--neighbours` likewise what may
be nearest to the nerve;
`check` measures what overlaps in the presets, at full tone and with the nerve's variants, with `--random N` in N more;
`sheets -o FOLDER` draws contact sheets of every structure, in postures and cut through.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import trimesh

from assets.build import (
    batch,
    check,
    landmarks,
    manifest,
    model_card,
    neighbours,
    occlusion,
    openings,
    outline,
    report,
    skeletal,
    soft,
    source_model,
)
from assets.build.people import command as people
from assets.build.sheets import command
from visualizer.anatomy.load import MANIFEST, load_anatomy
from visualizer.anatomy.schema import surface_arrays

ASSETS = Path(__file__).parents[1]
SPINE_HEADER = (
    "# Made by `python -m assets.build` from vertebrae.toml. Millimetres, LPS, balanced stance, left side.\n"
)


class Clock:
    """Prints each step with the time since the start."""

    def __init__(self) -> None:
        self.start = time.perf_counter()

    def __call__(self, step: str) -> None:
        """Print `step`."""
        print(f"{time.perf_counter() - self.start:6.1f} s  {step}", flush=True)


def write_surface(path: Path, pieces: list[batch.Piece], around: list[trimesh.Trimesh]) -> None:
    """Bake the occlusion of `pieces` among themselves and the meshes `around`, and write their batch.

    A piece among bones is shaded by itself alone (`around` empty): what a neighbour shades would look like dirt where
    that neighbour is hidden or has moved. Ligaments are mostly hidden: they cast no shade.
    """
    solids = [trimesh.Trimesh(piece.vertices, piece.triangles, process=False) for piece in pieces]
    if around:
        casting = [solid for piece, solid in zip(pieces, solids, strict=True) if piece.kind != "ligament"]
        vertices = np.concatenate([piece.vertices for piece in pieces])
        normals = np.concatenate([piece.normals for piece in pieces])
        open_sky = occlusion.bake(vertices, normals, casting + around)
    else:
        baked = [
            occlusion.bake(piece.vertices, piece.normals, [solid])
            for piece, solid in zip(pieces, solids, strict=True)
        ]
        open_sky = np.concatenate(baked)
    surface = batch.surface(pieces, open_sky)
    arrays = surface_arrays(surface, [piece.name for piece in pieces], batch.BODIES)
    batch.write(path, batch.npz(arrays))


def write_skeleton(root: Path, made: skeletal.Skeletal) -> None:
    """Write the bones' files, the landmarks and the spine's description."""
    for name, bone in made.shipped.items():
        batch.write(root / "body" / "bones" / f"{name}.stl", batch.stl(bone.mesh.vertices, bone.mesh.faces))
    batch.write(root / "anatomy" / "landmarks.toml", landmarks.toml(made.landmarks))
    batch.write(root / "anatomy" / "spine.toml", SPINE_HEADER + openings.toml(made.description))


def write_soft(root: Path, skeleton: skeletal.Skeletal, made: soft.Soft, progress: skeletal.Progress) -> None:
    """Write `body.xml`, the surfaces of bones, muscles and nerve, and the arrays that move them."""
    body = root / "body"
    batch.write(body / "body.xml", made.xml)
    batch.write(body / "tendons.toml", made.tendons)
    batch.write(body / "muscle_shapes.npz", batch.npz(made.muscle_arrays))
    batch.write(body / "nerve_shapes.npz", batch.npz(made.nerve_arrays))
    progress("baking the ambient occlusion")
    bones = [bone.mesh for bone in skeleton.shipped.values()]
    write_surface(body / "bones.npz", skeleton.pieces + made.ligaments, [])
    write_surface(body / "muscles.npz", made.muscle_pieces, bones)
    write_surface(body / "nerve.npz", made.nerve_pieces, bones)


def make_outline(root: Path, progress: skeletal.Progress) -> None:
    """Make the outline over the anatomy that lies below `root`, read without an older outline, and the manifest."""
    progress("standing the outline round bones and muscles")
    file = root / "body" / "outline.npz"
    file.unlink(missing_ok=True)
    batch.write(root / MANIFEST, manifest.describe(root))
    batch.write(file, batch.npz(outline.build(load_anatomy(root))))
    batch.write(root / MANIFEST, manifest.describe(root))


def make_neighbours(root: Path, progress: skeletal.Progress) -> None:
    """Find what may be nearest to the nerve in the anatomy that lies below `root`, read without an older answer."""
    progress("finding what may be nearest to the nerve")
    file = root / "body" / "neighbours.npz"
    file.unlink(missing_ok=True)
    batch.write(root / MANIFEST, manifest.describe(root))
    batch.write(file, batch.npz(neighbours.arrays(root), packed=True))
    batch.write(root / MANIFEST, manifest.describe(root))


def build(root: Path, progress: skeletal.Progress) -> None:
    """Make everything below `root`, which holds the tables of `anatomy/`."""
    skeleton = skeletal.build(progress)
    write_skeleton(root, skeleton)
    made = soft.build(skeleton, progress)
    write_soft(root, skeleton, made, progress)
    bones = {name: bone.mesh for name, bone in skeleton.shipped.items()}
    tables = {"bone": skeleton.report, "muscle": made.report, "myo_sim_fit": source_model.fits(bones)}
    batch.write(root / "body" / "report.toml", report.toml(tables))
    batch.write(root / MANIFEST, manifest.describe(root))
    progress("measuring what overlaps")
    tables["contact"] = check.rows(load_anatomy(root), check.chosen(0))
    batch.write(root / "body" / "report.toml", report.toml(tables))
    for rows in tables.values():
        print(report.printed(rows))
    make_outline(root, progress)
    make_neighbours(root, progress)
    progress("holding the model against published figures")
    model_card.make(root)
    batch.write(root / MANIFEST, manifest.describe(root))
    progress("done")


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m assets.build", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["check", "people", "sheets"],
        help="measure or draw, or work out how people differ; nothing else is made",
    )
    parser.add_argument("--random", type=int, default=0, metavar="N", help="with check: N more postures")
    parser.add_argument("--manifest", action="store_true", help="only renew the manifest")
    parser.add_argument("--outline", action="store_true", help="only make the outline and renew the manifest")
    parser.add_argument(
        "--neighbours",
        action="store_true",
        help="only find what may be nearest to the nerve, and renew the manifest",
    )
    command.add_options(parser)
    arguments = parser.parse_args()
    if arguments.command == "sheets":
        sys.exit(command.run(arguments))
    elif arguments.command == "check":
        postures = check.chosen(arguments.random)
        table = check.rows(load_anatomy(ASSETS), postures)
        print(report.printed(table))
        print(check.spread(table, postures))
    elif arguments.command == "people":
        people.make(ASSETS, Clock())
    elif arguments.manifest:
        batch.write(ASSETS / MANIFEST, manifest.describe(ASSETS))
    elif arguments.outline:
        make_outline(ASSETS, Clock())
    elif arguments.neighbours:
        make_neighbours(ASSETS, Clock())
    else:
        build(ASSETS, Clock())


if __name__ == "__main__":
    main()
