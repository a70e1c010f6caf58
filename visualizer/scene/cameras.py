"""Cameras: where the eye is, what it frames, and how it moves; plain arrays, no Qt, no OpenGL.

Frame: LPS, metres. A camera frames a width and a height around its target, so that the same camera shows
the same structures in a window of any shape. Close-ups and the side view look at the patient's right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from visualizer.anatomy.model import SIDES

if TYPE_CHECKING:
    from visualizer.body.snapshot import Snapshot

FIELD_OF_VIEW_DEG = 22.0
BODY_RADIUS_M = 1.3
SPAN_LIMITS_M = (0.04, 4.0)
ELEVATION_LIMIT_DEG = 89.0
# A double-click comes no nearer than this.
NEAREST_SPAN_M = 0.08
# Views of at least this height are framed anew where a thigh is raised, wholly from the second figure on.
RAISED_DEG = (15.0, 55.0)
WHOLE_BODY_M = 0.3
# Room around all points, as a multiple of their extent from the middle.
ALL_ROUND = 2.6
SIDE_WITHIN_DEG = 20.0


@dataclass(frozen=True)
class Camera:
    """An eye that orbits a target with the head up.

    target: (x, y, z) m. azimuth_deg: 0 = behind the patient, 90 = at the left side, -90 = at the right side,
    180 = in front. elevation_deg: above the horizontal. width_m, height_m: what must fit around the target.
    """

    target: tuple[float, float, float]
    azimuth_deg: float
    elevation_deg: float
    width_m: float
    height_m: float

    def axes(self) -> np.ndarray:
        """Rows: the picture's right, up, and towards the eye, as world unit vectors, (3, 3) float."""
        azimuth, elevation = np.radians((self.azimuth_deg, self.elevation_deg))
        to_eye = np.array(
            [np.sin(azimuth) * np.cos(elevation), np.cos(azimuth) * np.cos(elevation), np.sin(elevation)]
        )
        right = np.array([-np.cos(azimuth), np.sin(azimuth), 0.0])
        return np.array([right, np.cross(to_eye, right), to_eye])

    def visible_height_m(self, aspect: float) -> float:
        """Height in metres, at the target, of a picture whose width is `aspect` times its height."""
        return max(self.height_m, self.width_m / aspect)

    def distance_m(self, aspect: float) -> float:
        """Distance of the eye from the target."""
        return self.visible_height_m(aspect) / (2.0 * math.tan(math.radians(FIELD_OF_VIEW_DEG) / 2.0))

    def eye_from_world(self, aspect: float) -> np.ndarray:
        """(4, 4) float: world points into the eye's frame, which looks along -z."""
        axes = self.axes()
        matrix = np.eye(4)
        matrix[:3, :3] = axes
        matrix[:3, 3] = -axes @ np.array(self.target)
        matrix[2, 3] -= self.distance_m(aspect)
        return matrix

    def clip_from_eye(self, aspect: float) -> np.ndarray:
        """(4, 4) float: perspective with near and far planes just around the body."""
        distance = self.distance_m(aspect)
        near = max(distance - BODY_RADIUS_M, 0.06 * distance)
        far = distance + BODY_RADIUS_M
        scale = 1.0 / np.tan(np.radians(FIELD_OF_VIEW_DEG) / 2.0)
        return np.array(
            [
                [scale / aspect, 0.0, 0.0, 0.0],
                [0.0, scale, 0.0, 0.0],
                [0.0, 0.0, (far + near) / (near - far), 2.0 * far * near / (near - far)],
                [0.0, 0.0, -1.0, 0.0],
            ]
        )

    def orbited(self, right_deg: float, up_deg: float) -> Camera:
        """Turn the body right and towards the viewer's feet, as a hand on its near side would."""
        limit = ELEVATION_LIMIT_DEG
        return replace(
            self,
            azimuth_deg=(self.azimuth_deg + right_deg + 180.0) % 360.0 - 180.0,
            elevation_deg=float(np.clip(self.elevation_deg + up_deg, -limit, limit)),
        )

    def panned(self, right_m: float, up_m: float) -> Camera:
        """Move the body in the picture's plane."""
        right, up, _ = self.axes()
        target = np.array(self.target) - right_m * right - up_m * up
        target = np.clip(target, -BODY_RADIUS_M, BODY_RADIUS_M)
        return replace(self, target=(float(target[0]), float(target[1]), float(target[2])))

    def zoomed(self, factor: float, right_m: float = 0.0, up_m: float = 0.0) -> Camera:
        """Show `factor` times as much, keeping still the point that lies right_m, up_m from the target."""
        span = max(self.width_m, self.height_m)
        factor = float(np.clip(factor, SPAN_LIMITS_M[0] / span, SPAN_LIMITS_M[1] / span))
        moved = self.panned((factor - 1.0) * right_m, (factor - 1.0) * up_m)
        return replace(moved, width_m=self.width_m * factor, height_m=self.height_m * factor)


def blend(start: Camera, end: Camera, share: float) -> Camera:
    """Camera on the way from start (share 0) to end (share 1), turning the shorter way round."""
    turn = (end.azimuth_deg - start.azimuth_deg + 180.0) % 360.0 - 180.0
    target = (1.0 - share) * np.array(start.target) + share * np.array(end.target)
    return Camera(
        target=(float(target[0]), float(target[1]), float(target[2])),
        azimuth_deg=start.azimuth_deg + share * turn,
        elevation_deg=(1.0 - share) * start.elevation_deg + share * end.elevation_deg,
        width_m=start.width_m ** (1.0 - share) * end.width_m**share,
        height_m=start.height_m ** (1.0 - share) * end.height_m**share,
    )


def framing(points: np.ndarray, camera: Camera) -> Camera:
    """Camera that looks as `camera` does, but has all points (n, 3) m in the middle of the picture."""
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    offsets = (points - middle) @ camera.axes().T
    width, height = 2.6 * np.abs(offsets[:, :2]).max(axis=0)
    return replace(
        camera,
        target=(float(middle[0]), float(middle[1]), float(middle[2])),
        width_m=float(max(width, SPAN_LIMITS_M[0])),
        height_m=float(max(height, SPAN_LIMITS_M[0])),
    )


def projected(points: np.ndarray, camera: Camera, rect: tuple[int, int, int, int]) -> np.ndarray:
    """World points (n, 3) m in the picture that fills x, y, width, height: x, y, share of depth 0..1, (n, 3) float."""
    left, top, width, height = rect
    aspect = width / max(1, height)
    matrix = camera.clip_from_eye(aspect) @ camera.eye_from_world(aspect)
    clip = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    place = clip[:, :3] / clip[:, 3:]
    return np.asarray((place * (1.0, -1.0, 1.0) + 1.0) * 0.5 * (width, height, 1.0) + (left, top, 0.0))


def closing_in(points: np.ndarray, camera: Camera) -> Camera:
    """Camera on a structure with points (n, 3) m, never wider than now: of a large one, on what is seen of it."""
    whole = framing(points, camera)
    span = max(camera.width_m, camera.height_m)
    closest = min(NEAREST_SPAN_M, span)
    if max(whole.width_m, whole.height_m) <= span:
        return replace(whole, width_m=max(whole.width_m, closest), height_m=max(whole.height_m, closest))
    offsets = np.abs((points - np.array(camera.target)) @ camera.axes().T)
    seen = (offsets[:, 0] < 0.5 * camera.width_m) & (offsets[:, 1] < 0.5 * camera.height_m)
    near = framing(points[seen] if seen.any() else points, camera)
    return replace(
        camera,
        target=near.target,
        width_m=float(np.clip(near.width_m, closest, camera.width_m)),
        height_m=float(np.clip(near.height_m, closest, camera.height_m)),
    )


def named(view: str, snapshot: Snapshot | None) -> Camera:
    """The camera of a named view, for the posture that is shown."""
    if snapshot is None or not snapshot.landmarks:
        return VIEWS[view]
    return framed(VIEWS[view], snapshot.landmarks)


def framed(camera: Camera, landmarks: Mapping[str, np.ndarray]) -> Camera:
    """A camera of `VIEWS` that comes to hold all landmarks (3,) m as a thigh is raised, which leads out of it.

    The close-up of the lowest levels goes with these, which a seat moves away.
    """
    low, high = RAISED_DEG
    share = float(np.clip((raised_deg(landmarks) - low) / (high - low), 0.0, 1.0))
    if camera == VIEWS["l4-s1"] and share > 0.0:
        x, y, z = (landmarks["vertebra_l4"] + landmarks["s1_endplate"]) / 2.0 + FROM_THE_LEVELS_M
        return blend(camera, replace(camera, target=(float(x), float(y), float(z))), share)
    if share == 0.0 or camera.height_m < WHOLE_BODY_M:
        return camera
    whole = framing(np.array(list(landmarks.values())), camera)
    margin = ALL_ROUND / 2.6
    whole = replace(whole, width_m=margin * whole.width_m, height_m=margin * whole.height_m)
    return blend(camera, whole, share)


def raised_deg(landmarks: Mapping[str, np.ndarray]) -> float:
    """How far the more raised thigh points away from straight down."""
    thighs = np.array(
        [landmarks[f"lateral_epicondyle_{side}"] - landmarks[f"hip_centre_{side}"] for side in SIDES]
    )
    along = -thighs[:, 2] / np.linalg.norm(thighs, axis=1)
    return float(np.degrees(np.arccos(np.clip(along, -1.0, 1.0))).max())


def is_raised(landmarks: Mapping[str, np.ndarray]) -> bool:
    """Whether a thigh is raised so far that views of the whole body begin to be framed anew."""
    return raised_deg(landmarks) > RAISED_DEG[0]


def telling(site: str, side: str, place_m: np.ndarray) -> Camera:
    """Camera that shows best what bounds the nerve at a site of `sites.toml`, around its place (3,) m."""
    azimuth_deg, elevation_deg, span_m = TELLING.get(site, TELLING[""])
    x, y, z = (float(value) for value in place_m)
    return Camera((x, y, z), azimuth_deg if side == "right" else -azimuth_deg, elevation_deg, span_m, span_m)


def is_side(camera: Camera) -> bool:
    """Whether a camera shows the tilt as the side view does: level, and from straight beside the patient."""
    aside = abs(abs(camera.azimuth_deg) - 90.0)
    wide = camera.height_m > 0.6 * VIEWS["side"].height_m
    return aside < SIDE_WITHIN_DEG and abs(camera.elevation_deg) < SIDE_WITHIN_DEG and wide


VIEWS: dict[str, Camera] = {
    "back": Camera((0.0, 0.02, 0.03), 0.0, 3.0, 0.40, 0.50),
    "side": Camera((0.0, 0.02, 0.06), -90.0, 2.0, 0.34, 0.48),
    "front": Camera((0.0, 0.02, 0.03), 180.0, 3.0, 0.40, 0.50),
    "deep-gluteal": Camera((-0.062, 0.04, 0.035), -22.0, 6.0, 0.20, 0.26),
    "l4-s1": Camera((-0.018, 0.020, 0.122), -74.0, 8.0, 0.11, 0.12),
}
# The last one's target, seen from the middle of its levels.
FROM_THE_LEVELS_M = (-0.018, 0.022, -0.005)
INSET = Camera((0.0, 0.02, 0.06), -90.0, 0.0, 0.36, 0.44)

# Site -> azimuth and elevation in degrees for the right side (the left is its mirror), and the span in metres.
TELLING: dict[str, tuple[float, float, float]] = {
    "": (-20.0, 4.0, 0.12),
    "opening_l4_l5": (-84.0, 4.0, 0.085),
    "opening_l5_s1": (-72.0, 10.0, 0.085),
    "lateral_recess_l4_l5": (-40.0, 20.0, 0.085),
    "lateral_recess_l5_s1": (-40.0, 20.0, 0.085),
    "sacral_foramen_s1": (180.0, 10.0, 0.10),
    "infrapiriform": (-18.0, 2.0, 0.12),
    "obturator_gemelli": (-24.0, 2.0, 0.12),
    "subgluteal": (-60.0, 8.0, 0.14),
    "ischial_tunnel": (-14.0, -6.0, 0.13),
    "hamstring_origin": (-14.0, -10.0, 0.13),
    "ischiofemoral": (-8.0, -16.0, 0.13),
    "quadratus_femoris": (-8.0, -16.0, 0.13),
    "route": (-14.0, 2.0, 0.55),
}
