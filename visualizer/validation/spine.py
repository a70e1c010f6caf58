"""What the model says of tilt, lordosis, pelvis, vertebrae, discs and spinal openings, by the figures' ids.

Angles in degrees, lengths in mm. Lordosis runs from the upper endplate of L1 to that of S1.
"""

from __future__ import annotations

import numpy as np

from visualizer.body.posture import preset
from visualizer.space.foramina import LEVELS as JOINTS
from visualizer.space.foramina import Openings, OpeningSizes
from visualizer.validation.bench import Bench
from visualizer.validation.geometry import span

LEVELS = ("l1", "l2", "l3", "l4", "l5")
LEFT, BACK, UP = np.eye(3)
# Ends of the voluntary range (Levine & Whittle 1996), and the tilt at which all figures of "+10" are taken.
VOLUNTARY_FORWARD_DEG, VOLUNTARY_BACK_DEG, TILT_DEG = 11.4, -8.7, 10.0
# The ends of what is shown: 20 degrees with the whole lordosis taken up bend L4/5 by 4.5, inside Yamamoto's 3 to 6.
FULL = {"tilt_deg": 20.0, "lumbar_share": 1.0}
FULL_BACK = {"tilt_deg": -20.0, "lumbar_share": 1.0}


def values(bench: Bench) -> dict[str, float]:
    """All of this module's quantities."""
    return lordosis(bench) | pelvis(bench) | vertebrae(bench) | openings(bench)


def inclinations(bench: Bench, **fields: float) -> np.ndarray:
    """Inclination of the upper endplates of L1 to L5 and S1 in a posture; back edge up is positive."""
    table = bench.spine
    rest = [table["levels"][level]["upper_endplate"]["inclination_deg"] for level in LEVELS]
    rest.append(table["s1_endplate"]["inclination_deg"])
    world = bench.pose(**fields).world_from_rest
    turn = world[[bench.body[name] for name in (*LEVELS, "pelvis")], :3, :3]
    return np.array(rest) + np.degrees(np.arctan2(turn[:, 2, 1], turn[:, 1, 1]))


def lordosis(bench: Bench) -> dict[str, float]:
    """The lumbar curve, its split and how it follows the pelvis."""
    rest = inclinations(bench)
    segments = np.diff(rest)
    total = segments.sum()
    forward = inclinations(bench, tilt_deg=VOLUNTARY_FORWARD_DEG)
    back = inclinations(bench, tilt_deg=VOLUNTARY_BACK_DEG)
    change = np.diff(forward) - segments
    dominant = inclinations(bench, tilt_deg=preset("flexor-dominant", bench.anatomy.root).tilt_deg)
    result = {
        "lordosis_per_tilt_forward": (forward[-1] - forward[0] - total) / VOLUNTARY_FORWARD_DEG,
        "lordosis_per_tilt_back": (back[-1] - back[0] - total) / VOLUNTARY_BACK_DEG,
        "lordosis_standing": total,
        "lordosis_l4_s1": segments[3:].sum(),
        "lordosis_share_l4_s1": 100 * segments[3:].sum() / total,
        "extension_l4_l5_flexor_dominant": (np.diff(dominant) - segments)[3],
    }
    for joint, own, moved in zip(JOINTS, segments, change, strict=True):
        result[f"lordosis_share_{joint}"] = 100 * own / total
        result[f"motion_share_{joint}"] = 100 * moved / change.sum()
    return {key: float(value) for key, value in result.items()}


def pelvis(bench: Bench) -> dict[str, float]:
    """Pelvic parameters of the balanced stance."""
    at = {name: point for name, (_, point) in bench.anatomy.landmarks.items()}
    slope = float(inclinations(bench)[-1])
    middle = np.array(bench.spine["s1_endplate"]["centre"]) / 1000.0
    hips = (at["hip_centre_left"] + at["hip_centre_right"]) / 2
    tilt = angle(middle - hips)
    front = -angle(at["asis_left"] - at["pubic_tubercle_left"])
    down = 90.0 - angle(at["psis_left"] - at["asis_left"])
    return {
        "pelvic_incidence": slope + tilt,
        "pelvic_incidence_2025": slope + tilt,
        "sacral_slope": slope,
        "pelvic_tilt": tilt,
        "asis_psis_standing": down,
        "asis_psis_upright": down - front,
        "anterior_pelvic_plane": front,
    }


def angle(line: np.ndarray) -> float:
    """Degrees by which an upright line leans backwards."""
    return float(np.degrees(np.arctan2(line[1], line[2])))


def vertebrae(bench: Bench) -> dict[str, float]:
    """Sizes of the vertebrae as shown, and disc heights between endplates' middles."""
    result: dict[str, float] = {}
    levels = bench.spine["levels"]
    for name in LEVELS:
        level = levels[name]
        bone = bench.triangles_mm(bench.anatomy.bones, name)
        upper, lower = (np.array(level[f"{end}_endplate"]["centre"]) for end in ("upper", "lower"))
        up = unit(np.array(level["up"]))
        back = np.cross(up, LEFT)
        plate_up = turned(level["upper_endplate"]["inclination_deg"])
        plate_back = np.cross(plate_up, LEFT)
        rim = bone.reshape(-1, 3) - upper
        rim = rim[(np.abs(rim @ plate_up) < 4.0) & (rim @ plate_back < 4.0)]
        depths = [span(bone, upper - step * plate_up, plate_back) for step in (1.5, 2.5, 3.5)]
        wall = max(depths) / 2
        pedicle = np.array(level["pedicle"])
        canal = np.array(level["centre"]) + back * (wall + 5.0) + up * ((pedicle - level["centre"]) @ up)
        result |= {
            f"endplate_width_{name}": float(np.ptp(rim[:, 0])),
            f"endplate_depth_{name}": max(depths),
            f"body_height_{name}": span(bone, (upper + lower) / 2 + back * (wall - 3.5), up),
            f"canal_width_{name}": span(bone, canal, LEFT),
            f"pedicle_height_{name}": min(
                span(bone, pedicle + step * back, up) for step in np.arange(-4.0, 2.0)
            ),
        }
    tops = [np.array(levels[name]["upper_endplate"]["centre"]) for name in LEVELS[1:]]
    tops.append(np.array(bench.spine["s1_endplate"]["centre"]))
    for joint, name, top in zip(JOINTS, LEVELS, tops, strict=True):
        result[f"disc_height_{joint}"] = float(
            np.linalg.norm(np.array(levels[name]["lower_endplate"]["centre"]) - top)
        )
    return result


def unit(vector: np.ndarray) -> np.ndarray:
    """A vector (3,) at length one."""
    return np.asarray(vector / np.linalg.norm(vector))


def turned(inclination_deg: float) -> np.ndarray:
    """Upward normal (3,) of an endplate whose back edge is raised."""
    lean = np.radians(inclination_deg)
    return np.array([0.0, -np.sin(lean), np.cos(lean)])


def openings(bench: Bench) -> dict[str, float]:
    """Sizes of the openings at rest and their changes, left side."""
    openings = Openings(bench.anatomy, bench.anatomy.bodies)

    def sizes(**fields: float) -> OpeningSizes:
        return openings.sizes(bench.pose(**fields).world_from_rest)

    rest, tilted = sizes(), sizes(tilt_deg=TILT_DEG)
    voluntary = sizes(tilt_deg=VOLUNTARY_FORWARD_DEG)
    extended, flexed = sizes(**FULL), sizes(**FULL_BACK)
    collapsed = sizes(tilt_deg=TILT_DEG, disc_height_mm=-4.0)
    l4_l5, l5_s1 = JOINTS.index("l4_l5"), JOINTS.index("l5_s1")
    area = rest.area_mm2[:, 0]
    spread = [state.area_mm2[l4_l5, 0] for state in (rest, tilted, extended, flexed)]
    result = {
        "opening_width_below_l1": rest.upper_width_mm[0, 0],
        "opening_width_above_l5": rest.lower_width_mm[l4_l5, 0],
        "opening_height_change_l4_l5": (tilted.height_mm - rest.height_mm)[l4_l5, 0],
        "opening_height_change_l5_s1": (tilted.height_mm - rest.height_mm)[l5_s1, 0],
        "opening_area_extension": percent(extended.area_mm2[l4_l5, 0], area[l4_l5]),
        "opening_area_flexion": percent(flexed.area_mm2[l4_l5, 0], area[l4_l5]),
        "opening_area_voluntary": percent(voluntary.area_mm2[l4_l5, 0], area[l4_l5]),
        "opening_area_l5_s1_voluntary": percent(voluntary.area_mm2[l5_s1, 0], area[l5_s1]),
        "opening_area_flexion_extension": percent(extended.area_mm2[l4_l5, 0], flexed.area_mm2[l4_l5, 0]),
        "opening_area_span": percent(min(spread), max(spread)),
        "opening_height_tilt_limit": tilted.height_mm[l5_s1, 0],
        "opening_height_collapse_l4_l5": collapsed.height_mm[l4_l5, 0],
        "opening_height_collapse_l5_s1": collapsed.height_mm[l5_s1, 0],
    }
    for joint, level in (("l4_l5", l4_l5), ("l5_s1", l5_s1)):
        result[f"disc_back_tilt_{joint}"] = tilted.disc_back_mm[level, 0]
        result[f"disc_back_collapse_{joint}"] = collapsed.disc_back_mm[level, 0]
    for index, joint in enumerate(JOINTS):
        result[f"opening_height_{joint}"] = rest.height_mm[index, 0]
        result[f"opening_width_{joint}"] = rest.upper_width_mm[index, 0]
        result[f"opening_area_{joint}"] = rest.area_mm2[index, 0]
    return {key: float(value) for key, value in result.items()}


def percent(now: float, before: float) -> float:
    """Change in per cent."""
    return 100.0 * (now - before) / before
