"""Marks for the tests: made-up ones on a stage whose camera looks along one axis, and what must hold on every stage."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from visualizer.scene.cameras import Camera
from visualizer.scene.marks.blockers import SHAPE, Grid
from visualizer.scene.marks.layout import Layout
from visualizer.scene.marks.model import Chip, Legend, Marks, Sample, Tilt
from visualizer.scene.marks.sight import Sight
from visualizer.scene.marks.stage import Stage, crosses, inside, overlaps
from visualizer.space.ladder import Level

FROM_BEHIND = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.5)
NOTHING_IN_THE_WAY = Grid(*(np.zeros(int(np.prod(SHAPE)), bool),) * 2)
NOTHING_OVER_IT = Sight(np.zeros((0, 3)), np.zeros((0, 3), int))
LEVELS = tuple(Level)


def measure(text: str, role: str) -> tuple[float, float]:
    """Words as wide as a plain font would set them."""
    size = {"value": 16.0, "figure": 16.0}.get(role, 13.0)
    return 0.56 * size * len(text), 1.28 * size


def chip(site: str, place: tuple[float, float, float], level: Level = Level.SNUG, user: bool = False) -> Chip:
    words = f"A place called {site}", "20.1 → 19.6 mm", level.value, "you set this" if user else ""
    return Chip(site, *words, level, user, np.array(place))


def marks_with(chips: tuple[Chip, ...], nerve: np.ndarray | None = None, **changed: object) -> Marks:
    """Marks of chips on a nerve, rings (n, 12, 3) m; by default a straight one down the middle of the room."""
    if nerve is None:
        nerve = straight_nerve(0.0)
    still = np.array([(0.0, 0.08, 0.09), (0.0, -0.06, 0.07)])
    spine = np.column_stack([np.zeros(6), np.zeros(6), np.linspace(0.26, 0.1, 6)])
    values = {
        "chips": chips,
        "chosen": None,
        "names": (),
        "tilt": Tilt(10.0, "Pelvis 10° forward", "Low back hollows 9.5°", still, still, spine, spine),
        "legend": Legend((("Room around the nerve", tuple(Sample(level, level) for level in LEVELS)),)),
        "nerve": nerve,
        "follows": np.ones(max(len(nerve) - 1, 0), bool),
        "rim": None,
        "rim_with": None,
        "pointed": None,
        "blockers": NOTHING_IN_THE_WAY,
        "sight": NOTHING_OVER_IT,
        "states": ("Balanced", "Now"),
        "text_percent": 100,
    }
    return Marks(**values | changed)


def straight_nerve(x: float, radius_m: float = 0.006) -> np.ndarray:
    """Rings (40, 12, 3) m of a nerve that runs straight down at `x`."""
    turn = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    ring = radius_m * np.column_stack([np.cos(turn), np.sin(turn), np.zeros(12)])
    down = np.column_stack([np.full(40, x), np.zeros(40), np.linspace(0.3, -0.5, 40)])
    return down[:, None] + ring


def assert_all_is_well(laid_out: Layout, stage: Stage) -> None:
    """Everything inside the stage, off the nerve and off each other; no line crosses another or runs into words."""
    words = [("chip " + each.chip.site, each.box) for each in laid_out.chips]
    words += [("name " + each.name.key, each.box) for each in laid_out.names]
    words += [("words " + each.row.text, each.box) for each in laid_out.words]
    if laid_out.legend is not None:
        words.append(("legend", laid_out.legend.box))
    for what, box in words:
        assert inside(box, (0.0, *stage.area[1:])), f"{what} leaves the stage"
        assert not overlaps(box, laid_out.nerve).any(), f"{what} lies on the nerve"
        assert not overlaps(box, stage.taken_boxes()).any(), f"{what} lies on what is taken"
    for (one, first), (other, second) in combinations(words, 2):
        assert not overlaps(first, np.array([second])).any(), f"{one} lies on {other}"
    for each in laid_out.chips:
        (x, y), radius = each.ring, each.radius
        ring = (x - radius, y - radius, x + radius, y + radius)
        assert inside(ring, stage.area), f"ring of {each.chip.site} leaves the stage"
        for what, box in words:
            assert not overlaps(ring, np.array([box])).any(), f"{what} lies on the ring of {each.chip.site}"
        end = each.leader[-1]
        assert np.isclose(np.hypot(end[0] - x, end[1] - y), radius), (
            f"the line of {each.chip.site} ends elsewhere"
        )
    lines = [(each.chip.site, each.leader) for each in laid_out.chips]
    lines += [(each.name.key, each.leader) for each in laid_out.names]
    for (one, first), (other, second) in combinations(lines, 2):
        for a, b in pairwise(first):
            for c, d in pairwise(second):
                assert not crosses(a, b, c, d), f"lines of {one} and {other} cross"
    for each in (*laid_out.chips, *laid_out.names):
        for row in each.rows:
            width, height = (value * laid_out.unit for value in measure(row.text, row.role))
            assert row.at[0] >= each.box[0]
            assert row.at[1] >= each.box[1]
            assert row.at[0] + 0.8 * width <= each.box[2]
            assert row.at[1] + 0.8 * height <= each.box[3]
