"""Postures: immutable values in degrees, millimetres and tone 0-1, their presets and blends.

Takes field values and `assets/anatomy/postures.toml`; gives `Posture`. Forward tilt, flexion, adduction and
internal rotation are positive. A limb field named without a side means both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

from visualizer.anatomy.load import AssetFolder, assets_root
from visualizer.errors import UserError

TONE_GROUPS = ("flexors", "glutes", "rotators", "hamstrings", "trunk_extensors", "abdominals")
NERVE_VARIANTS = ("a", "b", "c", "d", "e", "f")
SHORTENED = ("psoas", "iliacus", "rectus_femoris", "tensor_fasciae_latae", "gluteus_minimus")

# Field that is a word, without its side -> the words it may be.
CHOICES: dict[str, tuple[str, ...]] = {
    "nerve_variant": NERVE_VARIANTS,
    "support": ("both feet", "left foot", "right foot", "seat", "lying"),
    "tilt_from": ("hand", "muscles"),
    "rotators_from": ("hand", "load"),
}

# A value that premises may decide -> the field that says what decides it.
DECIDED = {"tilt_deg": "tilt_from", "tone_rotators": "rotators_from"}

# Field without its side -> lowest and highest value that the model answers for.
RANGES: dict[str, tuple[float, float]] = {
    "tilt_deg": (-30.0, 20.0),
    "lumbar_share": (0.0, 1.0),
    "hip_flexion_deg": (-20.0, 110.0),
    "hip_adduction_deg": (-30.0, 30.0),
    "hip_rotation_deg": (-45.0, 45.0),
    "knee_flexion_deg": (0.0, 120.0),
    "disc_height_l4_l5_mm": (-5.0, 0.0),
    "disc_height_l5_s1_mm": (-5.0, 0.0),
    "gluteal_strength_percent": (30.0, 100.0),
}
RANGES |= {f"tone_{group}": (0.0, 1.0) for group in TONE_GROUPS}
RANGES |= {f"short_{muscle}_percent": (0.0, 15.0) for muscle in SHORTENED}


@dataclass(frozen=True)
class Posture:
    """One posture of the whole model.

    tilt_deg: forward tilt of the pelvis against the balanced stance. lumbar_share: degrees that the lumbar spine bends
    back per degree of tilt (0.95: Levine & Whittle 1996). hip_flexion_*: the thigh against the room's vertical, so
    that the femurs stay upright while the pelvis tilts. disc_height_*: change of disc height. tone_*: premise, how
    strongly a muscle group is set, in quiet standing. short_*: by how much of their length a muscle's fibres are
    shorter. gluteal_strength_percent: of full, what gluteus maximus and medius can do. nerve_variant_*: Beaton &
    Anson's types a-f. support: what the body rests on. tilt_from, rotators_from: whether the tilt is set by hand or is
    where these premises bring the pelvis to rest, and whether the rotators' tone is set by hand or follows their load
    on one leg.
    """

    tilt_deg: float = 0.0
    lumbar_share: float = 0.95
    hip_flexion_left_deg: float = 0.0
    hip_flexion_right_deg: float = 0.0
    hip_adduction_left_deg: float = 0.0
    hip_adduction_right_deg: float = 0.0
    hip_rotation_left_deg: float = 0.0
    hip_rotation_right_deg: float = 0.0
    knee_flexion_left_deg: float = 0.0
    knee_flexion_right_deg: float = 0.0
    disc_height_l4_l5_mm: float = 0.0
    disc_height_l5_s1_mm: float = 0.0
    tone_flexors: float = 0.3
    tone_glutes: float = 0.3
    tone_rotators: float = 0.2
    tone_hamstrings: float = 0.3
    tone_trunk_extensors: float = 0.3
    tone_abdominals: float = 0.3
    short_psoas_percent: float = 0.0
    short_iliacus_percent: float = 0.0
    short_rectus_femoris_percent: float = 0.0
    short_tensor_fasciae_latae_percent: float = 0.0
    short_gluteus_minimus_percent: float = 0.0
    gluteal_strength_percent: float = 100.0
    nerve_variant_left: str = "a"
    nerve_variant_right: str = "a"
    support: str = "both feet"
    tilt_from: str = "hand"
    rotators_from: str = "hand"

    def mirrored(self) -> Posture:
        """The same posture with left and right exchanged."""
        swap = {"left": "right", "right": "left"}

        def swapped(text: str, between: str) -> str:
            return between.join(swap.get(word, word) for word in text.split(between))

        values = {swapped(field.name, "_"): getattr(self, field.name) for field in fields(self)}
        return Posture(**values | {"support": swapped(self.support, " ")})


FIELD_NAMES = tuple(field.name for field in fields(Posture))


def without_side(name: str) -> str:
    """`hip_flexion_left_deg` -> `hip_flexion_deg`."""
    return name.replace("_left", "").replace("_right", "")


def fields_meant(name: str) -> list[str]:
    """The fields of `Posture` that a name stands for: itself, both sides, both lower discs, or all flexors.

    Raises UserError on a name that is no field.
    """
    meant = [field for field in FIELD_NAMES if name in (field, without_side(field))]
    if name == "disc_height_mm":
        meant = ["disc_height_l4_l5_mm", "disc_height_l5_s1_mm"]
    if name == "short_flexors_percent":
        meant = [f"short_{muscle}_percent" for muscle in SHORTENED]
    if not meant:
        from difflib import get_close_matches

        close = get_close_matches(name, [*FIELD_NAMES, *map(without_side, FIELD_NAMES)], 1)
        hint = f"Did you mean {close[0]!r}?" if close else f"Use one of: {', '.join(RANGES)}."
        raise UserError(f"A posture has no field {name!r}.", hint)
    return meant


def checked(name: str, value: float | str) -> float | str:
    """`value` for the field `name`; raises UserError where it is no number or out of range."""
    if (words := CHOICES.get(without_side(name))) is not None:
        if value not in words:
            raise UserError(
                f"{name.replace('_', ' ').capitalize()} cannot be {value!r}.",
                f"Use one of: {', '.join(words)}.",
            )
        return str(value)
    low, high = RANGES[without_side(name)]
    try:
        number = float(value)
    except ValueError:
        raise UserError(
            f"{value!r} is not a number for {name}.", f"Use a number from {low:g} to {high:g}."
        ) from None
    if not low <= number <= high:
        raise UserError(
            f"{name} = {number:g} is outside what this model can show.",
            f"Use a value from {low:g} to {high:g}.",
        )
    return number


def with_fields(posture: Posture, values: Mapping[str, float | str]) -> Posture:
    """`posture` with other values; a name without a side sets both. Raises UserError on a bad name or value.

    A tilt or a rotators' tone that is given is by hand from then on, unless it is said to follow from premises.
    """
    values = {source: "hand" for field, source in DECIDED.items() if field in values} | dict(values)
    changes = {field: checked(field, value) for name, value in values.items() for field in fields_meant(name)}
    return replace(posture, **changes)  # type: ignore[arg-type]


@cache
def hip_reach_deg() -> tuple[float, float]:
    """How far a hip bends back (negative) and forward, thigh against pelvis."""
    low, high = AssetFolder(assets_root()).table("anatomy/rhythm.toml")["hip_reach"]["flexion_deg"]
    return low, high


def within_reach(posture: Posture, moved: Collection[str]) -> Posture:
    """`posture` with hips bent no further than people's, as if the fields `moved` had stopped there.

    The pelvis stops where its tilt was moved, else the thigh does.
    """
    low, high = hip_reach_deg()
    thighs = {side: getattr(posture, f"hip_flexion_{side}_deg") for side in ("left", "right")}
    tilt = posture.tilt_deg
    if "tilt_deg" in moved:
        tilt = min(max(tilt, low - min(thighs.values())), high - max(thighs.values()))
    stopped = {
        f"hip_flexion_{side}_deg": min(max(own, low - tilt), high - tilt) for side, own in thighs.items()
    }
    return replace(posture, tilt_deg=tilt, **stopped)


def blend(start: Posture, end: Posture, share: float) -> Posture:
    """The posture that lies `share` (0-1) of the way from `start` to `end`; words switch half-way."""
    values: dict[str, float | str] = {}
    for name in FIELD_NAMES:
        before, after = getattr(start, name), getattr(end, name)
        if isinstance(before, str):
            values[name] = after if share >= 0.5 else before
        else:
            values[name] = before + (after - before) * share
    return Posture(**values)  # type: ignore[arg-type]


@cache
def presets(root: Path | None = None) -> dict[str, Posture]:
    """The named postures of `postures.toml`, `balanced` first. Raises UserError on a damaged file."""
    table = AssetFolder(root or assets_root()).table("anatomy/postures.toml")
    return {name: with_fields(Posture(), values) for name, values in table.items()}


def preset(name: str, root: Path | None = None) -> Posture:
    """One preset by name. Raises UserError on an unknown name."""
    known = presets(root)
    if name not in known:
        raise UserError(f"There is no posture {name!r}.", f"Use one of: {', '.join(known)}.")
    return known[name]
