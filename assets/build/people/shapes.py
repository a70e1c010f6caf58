"""The bones of people, from the shape model: standing like the mean's, vertex by vertex in correspondence with it.

Takes `LLP26_rigid.pc` of the package `musculoskeletal-models` (MPL-2.0: mean, modes, scores of its own 26 people; mm,
as scanned) and the elements that the bones are made of; gives `Standing` bones, mm, LPS, balanced stance. Each bone
was aligned by itself: how they meet is decided by `bones.stand`, as for the mean.
"""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import trimesh

from assets.build import bones, lagrange

MODEL = "LLP26_rigid.pc"
# Nodes of each surface, in the order of the model's coordinates.
NODES = {"pelvis": 1946, "femur": 634, "patella": 74, "shank": 571}
SUBDIVISIONS = 6
PEOPLE = 26
# The last of so many modes is what the mean leaves of rounding.
MODES = 25


class NumpyOnly(pickle.Unpickler):
    """Reads pickles that hold nothing but plain values and numpy arrays."""

    def find_class(self, module: str, name: str) -> object:
        """The class of an array; raises UnpicklingError for any other."""
        if (module.split(".")[0], name) in {
            ("numpy", "_reconstruct"),
            ("numpy", "ndarray"),
            ("numpy", "dtype"),
        }:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{MODEL} holds more than numbers: {module}.{name}.")


@dataclass(frozen=True)
class Shapes:
    """The shape model: mean (3 n,) mm, modes (3 n, modes), and the scores (modes, people) of its own people."""

    mean: np.ndarray
    modes: np.ndarray
    people: np.ndarray

    def nodes(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        """Nodes (n, 3) mm of each surface for scores (modes,)."""
        points = (self.mean + self.modes @ scores).reshape(3, -1).T
        return dict(zip(NODES, np.split(points, np.cumsum(list(NODES.values()))[:-1]), strict=True))


@cache
def shapes() -> Shapes:
    """The shape model, read once."""
    data = (files("musculoskeletal.models") / "shape_models" / MODEL).read_bytes()
    # Written by Python 2, whose text was bytes.
    model = NumpyOnly(io.BytesIO(data), encoding="latin1").load()
    return Shapes(model["mean"], model["modes"][:, :MODES], model["projectedWeights"][:MODES])


@dataclass(frozen=True)
class Patchwork:
    """A surface's triangles, fixed on the mean: weights of nodes for all points, and which of those are kept."""

    weights: tuple[tuple[np.ndarray, np.ndarray], ...]
    kept: np.ndarray
    triangles: np.ndarray

    def vertices(self, nodes: np.ndarray) -> np.ndarray:
        """Vertices (v, 3) mm for nodes (n, 3)."""
        return np.concatenate([weights @ nodes[element] for weights, element in self.weights])[self.kept]


def patchwork(name: str, nodes: np.ndarray) -> Patchwork:
    """The patchwork of a surface whose mean has these nodes (n, 3)."""
    file = files("musculoskeletal.models") / "atlas_meshes" / bones.SURFACES[name][0]
    weights, triangles, start = [], [], 0
    for kind, element in lagrange.element_nodes(json.loads(file.read_text())):
        own, faces = lagrange.patch(kind, len(element), SUBDIVISIONS)
        weights.append((own, element))
        triangles.append(faces + start)
        start += len(own)
    points = np.concatenate([own @ nodes[element] for own, element in weights])
    kept, faces = lagrange.merged(points, np.concatenate(triangles))
    return Patchwork(tuple(weights), kept, faces[lagrange.whole(faces)])


@dataclass(frozen=True)
class Scanner:
    """What of which surface is each bone: vertices (v,), and triangles (t, 3) among them."""

    patches: dict[str, Patchwork]
    bones: dict[str, tuple[str, np.ndarray, np.ndarray]]

    def scan(self, nodes: dict[str, np.ndarray]) -> dict[str, trimesh.Trimesh]:
        """The bones as `bones.as_scanned` gives those of the mean."""
        points = {name: patch.vertices(nodes[name]) for name, patch in self.patches.items()}
        return {
            bone: trimesh.Trimesh(points[name][rows], triangles, process=False)
            for bone, (name, rows, triangles) in self.bones.items()
        }


@cache
def scanner() -> Scanner:
    """The scanner, made on the mean."""
    nodes = shapes().nodes(np.zeros(MODES))
    patches = {name: patchwork(name, nodes[name]) for name in NODES}
    points = {name: patch.vertices(nodes[name]) for name, patch in patches.items()}
    parts = {name: components(patch.triangles, len(points[name])) for name, patch in patches.items()}
    # The sacrum's elements are more than either hip bone's; left is positive x.
    *hips, sacrum = sorted(parts["pelvis"], key=len)[-3:]
    right, left = sorted(hips, key=lambda rows: points["pelvis"][rows, 0].mean())
    fibula, tibia = sorted(parts["shank"], key=lambda rows: np.ptp(points["shank"][rows, 0]))[-2:]
    found = {
        "hip_bone": ("pelvis", left), "hip_bone_right": ("pelvis", right), "sacrum": ("pelvis", sacrum),
        "femur": ("femur", max(parts["femur"], key=len)), "patella": ("patella", max(parts["patella"], key=len)),
        "tibia": ("shank", tibia), "fibula": ("shank", fibula),
    }  # fmt: skip
    return Scanner(
        patches,
        {bone: (name, rows, among(patches[name].triangles, rows)) for bone, (name, rows) in found.items()},
    )


def components(triangles: np.ndarray, vertices: int) -> list[np.ndarray]:
    """Vertices (v,) of each connected piece."""
    edges = np.concatenate([triangles[:, :2], triangles[:, 1:]])
    label = trimesh.graph.connected_component_labels(edges, node_count=vertices)
    return [np.flatnonzero(label == one) for one in np.unique(label)]


def among(triangles: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Those triangles (t, 3) whose corners are `rows` (v,), which they then index."""
    place = np.full(triangles.max() + 1, -1)
    place[rows] = np.arange(len(rows))
    own = place[triangles]
    return own[(own >= 0).all(axis=1)]


@dataclass(frozen=True)
class Standing:
    """A person's left bones, right hip bone and sacrum in the balanced stance, mm; hip_centre (3,): the left one."""

    bones: dict[str, trimesh.Trimesh]
    hip_centre: np.ndarray


@cache
def mean_standing() -> tuple[Standing, bones.HipJoint]:
    """The mean, and how its hip meets."""
    bone = scanner().scan(shapes().nodes(np.zeros(MODES)))
    hip_centre, joint = bones.stand(bone)
    return Standing(bone, hip_centre), joint


def standing(scores: np.ndarray) -> Standing:
    """A person by scores (MODES,).

    Ball and socket are fitted over the mean's vertices, and leave the mean's gap: a person's are less round and may
    fit nowhere.
    """
    _, joint = mean_standing()
    bone = scanner().scan(shapes().nodes(scores))
    hip_centre, _ = bones.stand(bone, joint)
    return Standing(bone, hip_centre)
