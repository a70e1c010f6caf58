"""The sacrum: the shape model's, made symmetric, with the foramina that the model leaves out.

Takes the scanned sacrum (mm, LPS, standing) and the openings of `assets/anatomy/sacrum.toml`; gives closed,
exactly symmetric meshes and the mouth of each foramen. Symmetry comes from the mean of the surface's signed
distance and its mirror image's; each foramen is a smooth channel into the canal, at the fused discs' level.
"""

from __future__ import annotations

import itertools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import trimesh
from scipy import ndimage
from skimage import measure

from assets.build import implicit
from assets.build.knee import Gap
from assets.build.spine import sacral_endplate

OPENINGS = Path(__file__).parents[1] / "anatomy" / "sacrum.toml"
LEVELS = ("s1", "s2", "s3", "s4")
STEP_MM = 0.8
SOFTEN_MM = 0.7  # standard deviation: rounds the kinks where the nearest scanned point jumps
MARGIN_MM = 4.0
HEADROOM_MM = 18.0  # for the articular processes, which may stand higher than the scanned ones
LIP_MM = 2.0
FACET_FILLET_MM = 3.0
PROCESS_SOFTEN_MM = 1.0
CREST_SPAN = 0.08  # share of the front curve over which its direction is taken
CREST_ROOT_MM = 2.5
CREST_FILLET_MM = 3.5
FRONT, BACK = -1.0, 1.0


@dataclass(frozen=True)
class Opening:
    """A foramen's mouth on the left: point (3,) mm on the uncut surface, `inward`, `along` the sacrum, semi-axes."""

    mouth: np.ndarray
    inward: np.ndarray
    along: np.ndarray
    half_height: float
    half_width: float


@dataclass(frozen=True)
class Sacrum:
    """The symmetric surface without and with foramina, the front openings S1-S4, and the coccyx.

    field: signed distance (mm) to `pierced` at the points of `grid`, x >= 0.
    ridges (4,) mm: how far along the front curve from the promontory the fused discs S1/2 to S4/5 lie.
    """

    plain: trimesh.Trimesh
    pierced: trimesh.Trimesh
    field: np.ndarray
    grid: np.ndarray
    front: tuple[Opening, ...]
    ridges: np.ndarray
    coccyx: trimesh.Trimesh


def symmetric_field(mesh: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    """Mean signed distance (mm) of `mesh` and its mirror image on a grid at x >= 0, and the grid's points."""
    gap = Gap(mesh)
    low = np.array([0.0, *(mesh.bounds[0][1:] - MARGIN_MM)])
    room = np.array([MARGIN_MM, MARGIN_MM, HEADROOM_MM])
    high = np.array([np.abs(mesh.bounds[:, 0]).max(), *mesh.bounds[1][1:]]) + room
    axes = [np.arange(start, end, STEP_MM) for start, end in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    points = grid.reshape(-1, 3)
    mean = ((gap(points) + gap(points * [-1.0, 1.0, 1.0])) / 2).reshape(grid.shape[:3])
    both = np.concatenate([mean[:0:-1], mean])
    return ndimage.gaussian_filter(both, SOFTEN_MM / STEP_MM, mode="nearest")[len(mean) - 1 :], grid


def surface(field: np.ndarray, grid: np.ndarray) -> trimesh.Trimesh:
    """Closed surface of a half `field` and its mirror image."""
    both = np.concatenate([field[:0:-1], field])
    vertices, faces, _, _ = measure.marching_cubes(both, 0.0, spacing=(STEP_MM,) * 3)
    corner = grid[0, 0, 0] - [(len(field) - 1) * STEP_MM, 0.0, 0.0]
    whole = trimesh.Trimesh(vertices + corner, faces)
    largest = max(whole.split(only_watertight=True), key=lambda part: len(part.faces))
    trimesh.repair.fix_normals(largest)
    return implicit.mirrored(largest, snap_mm=1e-4)


def front_curve(sacrum: trimesh.Trimesh, points: int = 40) -> np.ndarray:
    """Mid-line (points, 3) of the hollow front, from the promontory down to the apex."""
    line = sacrum.vertices[np.abs(sacrum.vertices[:, 0]) < 1e-4]
    promontory, apex = line[np.argmin(line[:, 1])], line[np.argmin(line[:, 2])]
    # Seen from the middle of the true pelvis the front is nearest in each direction.
    eye = np.array([0.0, promontory[1] + 0.35 * np.ptp(line[:, 1]), apex[2] + 0.15 * np.ptp(line[:, 2])])

    def bearing(target: np.ndarray) -> np.ndarray:
        return np.arctan2(target[..., 1] - eye[1], target[..., 2] - eye[2])

    at = np.linspace(bearing(promontory), bearing(apex), points)[1:-1]
    rays = np.stack([np.zeros_like(at), np.sin(at), np.cos(at)], axis=1)
    start = np.tile(eye + np.array([0.01, 0.0, 0.0]), (len(at), 1))
    hits, ray, _ = sacrum.ray.intersects_location(start, rays, multiple_hits=False)
    front = hits[np.argsort(ray)] * [0.0, 1.0, 1.0]
    return np.concatenate([[promontory], front, [apex]])


def arc_length(curve: np.ndarray) -> np.ndarray:
    """Running length (n,) along `curve` (n, 3)."""
    return np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))]


def ridges(curve: np.ndarray, sizes: dict[str, Any]) -> np.ndarray:
    """Where along `curve` the fused discs S1/2 to S4/5 lie, by the bodies' published proportions."""
    heights = np.cumsum(sizes["bodies"]["heights"])
    return heights[:-1] / heights[-1] * arc_length(curve)[-1]


def openings(sacrum: trimesh.Trimesh, sizes: dict[str, Any], side: float) -> tuple[Opening, ...]:
    """Foramina S1-S4 on the left, on the front (`side` -1) or the back (1)."""
    table = sizes["anterior" if side < 0 else "posterior"]
    curve = front_curve(sacrum)
    arc = arc_length(curve)
    found = []
    for level, at in enumerate(ridges(curve, sizes) + table["lower"]):
        here, above, below = (
            np.array([np.interp(at + step, arc, curve[:, axis]) for axis in range(3)])
            for step in (0.0, -8.0, 8.0)
        )
        along = (below - above) / np.linalg.norm(below - above)
        outward = -side * np.cross(along, [1.0, 0.0, 0.0])
        start = here + outward * 60.0 + [table["lateral"][level], 0.0, 0.0]
        mouth = sacrum.ray.intersects_location([start], [-outward], multiple_hits=False)[0][0]
        # Roots come down and out from the canal: the channel leads up and towards the midline.
        inward = -outward - 0.35 * along * (side < 0) - np.array([0.45 if side < 0 else 0.2, 0.0, 0.0])
        found.append(
            Opening(mouth, inward / np.linalg.norm(inward), along, table["height"][level] / 2,
                    table["width"][level] / 2)
        )  # fmt: skip
    return tuple(found)


def canal_stations(plain: trimesh.Trimesh, sizes: dict[str, Any]) -> np.ndarray:
    """The canal's mid-line from above the base to behind the hiatus: (x, y, z, half width, half depth) each, mm."""
    size = sizes["canal"]
    plate = sacral_endplate(plain, 0.0)
    back, up = plate.axes[:, 1], plate.axes[:, 2]
    entrance = plate.centre + (plate.depth / 2 + size["behind_rim"]) * back
    curve = front_curve(plain)
    arc = arc_length(curve)
    stations = [(*(entrance + 6.0 * up), *size["half"][0]), (*entrance, *size["half"][0])]
    for at, share, half in zip(ridges(curve, sizes), size["from_front"], size["half"][1:], strict=True):
        here, above, below = (
            np.array([np.interp(at + step, arc, curve[:, axis]) for axis in range(3)])
            for step in (0.0, -8.0, 8.0)
        )
        along = (below - above) / np.linalg.norm(below - above)
        rear = np.cross(along, [1.0, 0.0, 0.0])
        rear *= np.sign(rear[1])
        far = plain.ray.intersects_location([here + 80.0 * rear], [-rear], multiple_hits=False)[0][0]
        stations.append((*(here + share * (far - here)), *half))
    return np.array(stations)


def crests(field: np.ndarray, grid: np.ndarray, plain: trimesh.Trimesh, sizes: dict[str, Any]) -> np.ndarray:
    """`field` with the tubercles of the median, intermediate and lateral crest and the cornua on its back."""
    curve = front_curve(plain)
    arc = arc_length(curve)
    for row in sizes["crest"].values():
        for at, lateral, height in zip(row["at"], row["lateral"], row["height"], strict=True):
            here, above, below = (
                np.array([np.interp(share * arc[-1], arc, curve[:, axis]) for axis in range(3)])
                for share in (at, at - CREST_SPAN, at + CREST_SPAN)
            )
            along = (below - above) / np.linalg.norm(below - above)
            rear = np.cross(along, [1.0, 0.0, 0.0])
            rear *= np.sign(rear[1])
            start = here + 60.0 * rear + [lateral, 0.0, 0.0]
            foot = plain.ray.intersects_location([start], [-rear], multiple_hits=False)[0][0]
            radii = (row["half_breadth"], height + CREST_ROOT_MM, row["half_length"])
            axes = np.stack([[1.0, 0.0, 0.0], rear, along])
            tubercle = implicit.ellipsoid(grid, foot - CREST_ROOT_MM * rear, radii, axes)
            field = implicit.union(field, tubercle, CREST_FILLET_MM)
    return field


def pierce(
    field: np.ndarray, grid: np.ndarray, channels: tuple[Opening, ...], stations: np.ndarray
) -> np.ndarray:
    """`field` with a channel cut for each opening, into the canal."""
    for channel, station in zip(channels, stations[2:], strict=True):
        start = channel.mouth - 3.0 * channel.inward
        end = station[:3] + np.array([0.6 * station[3], 0.0, 0.0])
        radii = np.array([channel.half_height, channel.half_width])
        # Rounding the lip widens the mouth: the channel itself is that much narrower.
        bar = implicit.bar(grid, start, end, radii - 0.3, np.minimum(0.6 * radii, station[4]), channel.along)
        field = implicit.difference(field, bar, LIP_MM)
    return field


def canal(field: np.ndarray, grid: np.ndarray, stations: np.ndarray) -> np.ndarray:
    """`field` with the sacral canal cut from its entrance behind the base to the hiatus."""
    return implicit.difference(field, implicit.chain(grid, stations.tolist(), [1.0, 0.0, 0.0]), LIP_MM)


def build(scanned: trimesh.Trimesh) -> Sacrum:
    """Make the sacrum symmetric and pierce it."""
    sizes = tomllib.loads(OPENINGS.read_text())
    field, grid = symmetric_field(scanned)
    plain = surface(field, grid)
    front = openings(plain, sizes, FRONT)
    stations = canal_stations(plain, sizes)
    pierced = crests(field, grid, plain, sizes)
    for channels in (front, openings(plain, sizes, BACK)):
        pierced = pierce(pierced, grid, channels, stations)
    pierced = canal(pierced, grid, stations)
    tail = coccyx(plain, sizes["coccyx"]["stations"])
    return Sacrum(
        plain, surface(pierced, grid), pierced, grid, front, ridges(front_curve(plain), sizes), tail
    )


def with_processes(made: Sacrum, process: implicit.Field) -> trimesh.Trimesh:
    """The pierced sacrum grown together with the left articular `process` (standing frame) and its mirror image."""
    # Rounded first: where the joint's other half was cut away, thin edges are left over.
    field = ndimage.gaussian_filter(process(made.grid), PROCESS_SOFTEN_MM / STEP_MM, mode="nearest")
    return surface(implicit.union(made.field, field, FACET_FILLET_MM), made.grid)


def coccyx(sacrum: trimesh.Trimesh, stations: list[list[float]]) -> trimesh.Trimesh:
    """Four fused pieces below the apex, each a flattened bead."""
    apex = front_curve(sacrum)[-1]
    chain = [(0.0, apex[1] + back, apex[2] + up, *halves) for back, up, *halves in stations]

    def field(points: np.ndarray) -> np.ndarray:
        pieces = None
        for here, there in itertools.pairwise(chain):
            along = np.subtract(there[:3], here[:3])
            # A bead a little shorter than the step leaves a waist where the pieces are fused.
            bead = implicit.bar(
                points,
                here[:3] + 0.25 * along,
                there[:3] - 0.25 * along,
                here[3:],
                there[3:],
                [1.0, 0.0, 0.0],
            )
            pieces = bead if pieces is None else implicit.union(pieces, bead, 2.5)
        return pieces

    low = np.min(chain, axis=0)[:3] - np.array([0.0, 12.0, 12.0])
    high = np.max(chain, axis=0)[:3] + np.array([14.0, 12.0, 12.0])
    return implicit.symmetric_mesh(field, low, high, 8000, step_mm=0.6, soften_mm=0.5)
