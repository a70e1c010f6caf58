"""What `solve` gives: everything that the picture and the panels show of one posture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.anatomy.model import Surface
from visualizer.body.nerve.tract import TractState
from visualizer.body.posture import Posture


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One solved posture. Room frame, LPS, metres in arrays; degrees and millimetres where the name says so.

    world_from_rest (bodies, 4, 4) float32: each body against the balanced stance. muscle_* and nerve_* (n, 3)
    float32: vertices and unit normals in the order of `Anatomy.muscle_surface` and of nerve_surface, which is
    `Anatomy.nerve_surface` unless the posture names another nerve variant. muscle_length_mm, muscle_change_mm
    (against balanced) and fibre_length_norm (against the fibre length of the balanced stance, the whole change taken
    up by the fibres): (muscles,) float. routes: nerve segments, proximal to distal, (n, 3) m. tracts: length, strain
    and glide of the left and the right nerve. landmarks: (3,) m.
    """

    posture: Posture
    world_from_rest: np.ndarray
    muscle_vertices: np.ndarray
    muscle_normals: np.ndarray
    nerve_surface: Surface
    nerve_vertices: np.ndarray
    nerve_normals: np.ndarray
    muscle_length_mm: np.ndarray
    muscle_change_mm: np.ndarray
    fibre_length_norm: np.ndarray
    joints_deg: dict[str, float]
    landmarks: dict[str, np.ndarray]
    routes: dict[str, np.ndarray]
    tracts: tuple[TractState, TractState]
