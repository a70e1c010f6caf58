"""Where the pictures lie on the stage: one or two panes, and the inset; plain numbers, no Qt, no OpenGL.

Takes the stage's size in pixels; gives rectangles x, y, width, height, counted from its upper left.
"""

from __future__ import annotations

from dataclasses import dataclass

Rect = tuple[int, int, int, int]

OFF, SPLIT, WIPE = COMPARE = ("off", "split", "wipe")
WIPE_LIMITS = (0.02, 0.98)
# The inset: its size, its distance from the corner, and the stage from which on it has one, and grows with it.
INSET_SIZE, INSET_MARGIN, INSET_FROM_WIDTH = (190, 220), 14, 840
INSET_GROWS_FROM_HEIGHT = 700


@dataclass(frozen=True)
class Pane:
    """One picture: the rectangle its camera fills, the part of it that is seen, and whether it shows balanced."""

    rect: Rect
    seen: Rect
    balanced: bool

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.rect[2] / max(1, self.rect[3])

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the stage is seen in this pane."""
        left, top, width, height = self.seen
        return left <= x < left + width and top <= y < top + height


def panes(compare: str, wipe: float, width: int, height: int) -> tuple[Pane, ...]:
    """Panes of a stage: now alone, balanced beside now, or balanced left of a line at the share `wipe`."""
    whole = (0, 0, width, height)
    if compare == SPLIT:
        half = width // 2
        left, right = (0, 0, half, height), (half, 0, width - half, height)
        return Pane(left, left, True), Pane(right, right, False)
    if compare == WIPE:
        line = wipe_line(wipe, width)
        return (
            Pane(whole, (0, 0, line, height), True),
            Pane(whole, (line, 0, width - line, height), False),
        )
    return (Pane(whole, whole, False),)


def wipe_line(wipe: float, width: int) -> int:
    """Pixel column of the line between balanced and now."""
    low, high = WIPE_LIMITS
    return round(min(max(wipe, low), high) * width)


def inset_rect(width: int, height: int) -> Rect | None:
    """Where the inset lies on a stage, or None where there is no room for one."""
    if width < INSET_FROM_WIDTH:
        return None
    scale = max(min(width / INSET_FROM_WIDTH, height / INSET_GROWS_FROM_HEIGHT), 1.0)
    wide, high = round(INSET_SIZE[0] * scale), round(INSET_SIZE[1] * scale)
    margin = round(INSET_MARGIN * scale)
    return margin, height - margin - high, wide, high
