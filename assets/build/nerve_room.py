"""What the nerve lies between: distances to bone on grids, muscle cushions, and the push that lays it clear of bone.

Millimetres, LPS, balanced stance, left side.
"""

from __future__ import annotations

import numpy as np
import trimesh
from scipy.spatial import cKDTree

from assets.build.distance import DistanceGrid
from assets.build.nerve_lines import MAIN, RADICES, ROOTS, Layout, rows

GRID_MM = 3.0
FAR_MM = 24.0
FACET_MM = 1.5
# Share of a displacement that a point takes over from its neighbours in a round, and how many rounds spread it.
SPREAD, SPREAD_ROUNDS = 0.5, 6
# Laying at rest: a fine grid round canal, openings and pelvis, and how often what lies too near bone is pushed off.
LAY_BOX = (np.array([-6.0, -45.0, -90.0]), np.array([130.0, 105.0, 215.0]))
LAY_GRID_MM, LAY_ROUNDS, TIGHT_ROUNDS, LAY_SPREADS = 1.0, 90, 50, 2
# Roots that pass between two bones, and the share of the way to its neighbours' middle that draws a point tight.
FITTED, TIGHTEN = ("l4", "l5"), 0.3
# Deeper in bone than this there is no opening to be found.
LOST_MM = -3.0


def spreading(chains: list[np.ndarray]) -> np.ndarray:
    """(r, r): each point of each chain takes over of its neighbours' displacements, so that a push makes no kink."""
    blocks = [
        (1 - SPREAD) * np.eye(len(chain)) + SPREAD / 2 * (np.eye(len(chain), k=1) + np.eye(len(chain), k=-1))
        for chain in chains
    ]
    size = sum(len(block) for block in blocks)
    matrix, first = np.zeros((size, size)), 0
    for block in blocks:
        matrix[first : first + len(block), first : first + len(block)] = block
        first += len(block)
    return np.linalg.matrix_power(matrix, SPREAD_ROUNDS)


def bone_grid(solids: list[trimesh.Trimesh]) -> DistanceGrid:
    """Distance to closed `solids` where the nerve is laid among them."""
    grid = DistanceGrid(*LAY_BOX, LAY_GRID_MM)
    grid.add(solids)
    return grid


def laid_clear(plan: Layout, half: np.ndarray, grid: DistanceGrid, gap_mm: float) -> np.ndarray:
    """Controls (K, 3) pushed so far off bone that `gap_mm` and the half thickness, `half` (K,) there, fit between.

    Bone is felt all along the curve through the controls. A push is shared with the neighbours along each segment.
    Where bone is near on both sides the middle is found. Lumbar roots are drawn tight meanwhile, from the sac to where
    they join, but for the last rounds.
    """
    points = plan.points.copy()
    ways = [np.r_[plan.own(f"{root}_radix"), plan.own(root)[1:]] for root in FITTED]
    names = tuple(name for name in (*RADICES, *ROOTS, *MAIN) if name != "tibial")
    chains = [plan.own(name) for name in names]
    curve = rows(plan, names, {}).matrix
    share = np.maximum(curve, 0.0)
    between = (share @ half) / share.sum(axis=1)
    inside = np.all((curve @ points > LAY_BOX[0]) & (curve @ points < LAY_BOX[1]), axis=1)
    for turn in range(LAY_ROUNDS):
        places = curve @ points
        room = grid.at(places)
        short = np.where(inside & (room > LOST_MM), between + gap_mm - room, 0.0).clip(0.0, 1.0)
        if short.max() < 0.02:
            break
        felt = share.T @ (short[:, None] * grid.outward(places))
        push = 0.6 * felt / np.maximum(share.T @ (short > 0.0), 1.0)[:, None]
        for _ in range(LAY_SPREADS):
            shared, times = np.zeros_like(push), np.zeros(len(push))
            for chain in chains:
                shared[chain[1:-1]] += (push[chain[:-2]] + push[chain[2:]]) / 2
                times[chain[1:-1]] += 1
            mean = shared / np.maximum(times, 1)[:, None]
            push = np.where(times[:, None] > 0, (1 - SPREAD) * push + SPREAD * mean, push)
        for way in ways if turn < TIGHT_ROUNDS else ():
            points[way[1:-1]] += TIGHTEN * ((points[way[:-2]] + points[way[2:]]) / 2 - points[way[1:-1]])
        points += push
    return points


def distances(
    meshes: list[trimesh.Trimesh], lower: list[float], upper: list[float], reach_mm: float = FAR_MM
) -> np.ndarray:
    """Signed distance (x, y, z) m to `meshes` on a grid of GRID_MM; FAR_MM for what is farther than `reach_mm`."""
    axes = [np.arange(start, end + 0.1, GRID_MM) for start, end in zip(lower, upper, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    points = grid.reshape(-1, 3)
    nearest = np.min([clearance(mesh, points, reach_mm) for mesh in meshes], axis=0)
    return np.clip(nearest, -FAR_MM, FAR_MM).reshape(grid.shape[:3]) / 1000


def clearance(mesh: trimesh.Trimesh, points: np.ndarray, reach_mm: float) -> np.ndarray:
    """Distance (n,) mm of `points` (n, 3) from the surface, negative inside, by its nearest small facet.

    FAR_MM for points that are farther than `reach_mm`.
    """
    vertices, faces = trimesh.remesh.subdivide_to_size(mesh.vertices, mesh.faces, FACET_MM, max_iter=20)
    corners = vertices[faces]
    facet = corners.mean(axis=1)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    distance, nearest = cKDTree(facet).query(points, distance_upper_bound=reach_mm)
    result = np.full(len(points), FAR_MM)
    within = np.flatnonzero(np.isfinite(distance))
    distance, nearest = distance[within], nearest[within]
    height = ((points[within] - facet[nearest]) * normal[nearest]).sum(axis=1)
    result[within] = np.where(distance < 2 * FACET_MM, height, np.sign(height) * distance)
    return result


def resting_room(
    points: np.ndarray, axes: np.ndarray, half: np.ndarray, cushion: dict[str, np.ndarray]
) -> np.ndarray:
    """Radius (q,) mm at which each cushion just touches resting sections: points (r, 3), half (r, 2) mm along axes."""
    along = cushion["femur"] - cushion["pelvis"]
    spoke = points[:, None] - cushion["pelvis"]
    share = np.clip((spoke * along).sum(-1) / np.maximum((along * along).sum(-1), 1e-9), 0.0, 1.0)
    spoke -= share[..., None] * along
    length = np.linalg.norm(spoke, axis=-1)
    reach = np.einsum("rqx,rax->rqa", spoke / length[..., None], axes) * half[:, None]
    return (length - np.linalg.norm(reach, axis=-1)).min(axis=0)
