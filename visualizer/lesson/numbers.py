"""Numbers as people read them: a true minus sign, the language's decimal mark, the unit after a hard space."""

from __future__ import annotations

HARD_SPACE = "\u00a0"
DECIMAL_MARKS = {"en": ".", "es": ","}
# Unit in the data -> how it is written after a number, and how many decimals say something.
UNITS = {
    "mm": (f"{HARD_SPACE}mm", 1),
    "mm2": (f"{HARD_SPACE}mm²", 0),
    "deg": ("°", 0),
    "%": (f"{HARD_SPACE}%", 1),
    "1/m": (f"{HARD_SPACE}1/m", 1),
}


def number(value: float, digits: int, language: str, signed: bool = False) -> str:
    """`value` with so many decimals; what rounds to zero is a plain 0."""
    rounded = round(value, digits) + 0.0
    if rounded == 0.0:
        return "0"
    sign = "−" if rounded < 0 else "+" if signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}".replace(".", DECIMAL_MARKS[language])


def with_unit(value: float, unit: str, language: str, signed: bool = False) -> str:
    """`value` with as many decimals as its unit bears, and the unit."""
    written, digits = UNITS[unit]
    return f"{number(value, digits, language, signed)}{written}"


def room_left(value: float | None, unit: str) -> float | None:
    """What is left of a width: surfaces that overlap in the model leave none."""
    return max(value, 0.0) if value is not None and unit == "mm" else value


def from_to(balanced: float | None, now: float | None, unit: str, language: str) -> str:
    """`2.7 → 0.6 mm`; one value where both read the same, `?` for one that is not known."""
    written, digits = UNITS[unit]
    before, after = ("?" if value is None else number(value, digits, language) for value in (balanced, now))
    return f"{before}{written}" if before == after else f"{before} → {after}{written}"
