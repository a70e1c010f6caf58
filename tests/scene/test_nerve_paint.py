"""The nerve's colours follow the room that findings tell of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

import visualizer
from visualizer.scene.materials import ROOM_COLOURS, linear
from visualizer.scene.nerve_paint import LEVELS, SAME_PLACE_MM, NervePaint
from visualizer.space.findings import findings
from visualizer.space.ladder import Level
from visualizer.space.surroundings import WAY

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy
    from visualizer.space.findings import Findings


@pytest.fixture(scope="module")
def body() -> Anatomy:
    return visualizer.load_anatomy()


@pytest.fixture(scope="module")
def found(body: Anatomy) -> Findings:
    return findings(body, visualizer.solve(body, visualizer.Posture(tilt_deg=10.0)))


@pytest.fixture(scope="module")
def paint(body: Anatomy) -> NervePaint:
    return NervePaint(body.nerve_surface)


def told(found: Findings, sites: dict[str, Level], corridor: Level = Level.ROOMY, **changes) -> Findings:
    """Findings with these levels at sites, and one level along the whole corridor."""
    levels = np.full_like(found.corridor.level, LEVELS.index(corridor))
    items = [
        replace(item, level=sites.get(item.site, Level.ROOMY), set_by_user=False, **changes)
        for item in found.items
    ]
    return replace(found, items=tuple(items), corridor=replace(found.corridor, level=levels))


def row_at(found: Findings, site: str, side: str) -> int:
    item = next(item for item in found.items if (item.site, item.side) == (site, side))
    away = found.snapshot.nerve_vertices - np.array(item.place_mm) / 1000.0
    return int(np.argmin((away**2).sum(axis=1)))


def at_one_place(found: Findings, site: str, side: str) -> set[str]:
    """The sites that share a site's place on the nerve: of those the tightest is shown."""
    own = next(item for item in found.items if (item.site, item.side) == (site, side))
    return {
        item.site
        for item in found.items
        if item.side == side
        and np.linalg.norm(np.subtract(item.place_mm, own.place_mm)) < 2.0 * SAME_PLACE_MM
    }


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("site", ["opening_l4_l5", "opening_l5_s1", "infrapiriform", "obturator_gemelli"])
@pytest.mark.parametrize("level", list(Level))
def test_the_nerve_has_the_colour_of_a_sites_level_at_its_place(
    paint: NervePaint, found: Findings, site: str, side: str, level: Level
) -> None:
    rows = paint.rows(told(found, dict.fromkeys(at_one_place(found, site, side), level)))
    assert rows[row_at(found, site, side), :3] == pytest.approx(linear(ROOM_COLOURS[level]), abs=1e-5)


@pytest.mark.parametrize("level", list(Level))
def test_the_corridors_level_colours_the_way_to_the_knee_and_no_farther(
    paint: NervePaint, body: Anatomy, found: Findings, level: Level
) -> None:
    rows = paint.rows(told(found, {}, level))
    yellow, colour = linear(ROOM_COLOURS[Level.ROOMY]), linear(ROOM_COLOURS[level])
    heights = body.nerve_surface.vertices[:, 2]
    thigh = next(part for part in body.nerve_surface.parts if part.key == "sciatic_femoral_left")
    middle = thigh.first_vertex + thigh.vertex_count // 2
    assert rows[middle, :3] == pytest.approx(colour, abs=1e-5)
    assert rows[np.argmin(heights), :3] == pytest.approx(yellow, abs=1e-5)


def test_colours_run_into_each_other_over_some_millimetres(paint: NervePaint, found: Findings) -> None:
    levels = np.zeros_like(found.corridor.level)
    levels[:, 300:340] = LEVELS.index(Level.TIGHT)
    rows = paint.rows(replace(told(found, {}), corridor=replace(found.corridor, level=levels)))
    along = paint.fibre[:, 1] * 10.0
    own = (paint.fibre[:, 2] == 0) & (along > 290) & (along < 350)
    share = np.round(rows[own, 2], 4)
    assert 3 <= len(np.unique(share)) <= 12


def test_a_premise_that_sets_a_value_is_hatched_there_alone(paint: NervePaint, found: Findings) -> None:
    items = told(found, {"infrapiriform": Level.SNUG}).items
    set_by_hand = [replace(item, set_by_user=item.site == "infrapiriform") for item in items]
    rows = paint.rows(replace(told(found, {}), items=tuple(set_by_hand)))
    at = row_at(found, "infrapiriform", "right")
    assert rows[at, 3] == 1.0
    away = np.linalg.norm(found.snapshot.nerve_vertices - found.snapshot.nerve_vertices[at], axis=1)
    hatched_right = (rows[:, 3] > 0) & (found.snapshot.nerve_vertices[:, 0] < 0)
    assert 0.0 < away[hatched_right].max() < 0.02


def test_beside_it_the_balanced_stance_shows_its_own_levels(paint: NervePaint, found: Findings) -> None:
    tight = told(found, {"infrapiriform": Level.PRESSED}, level_balanced=Level.ROOMY)
    corridor = replace(found.corridor_balanced, level=np.zeros_like(found.corridor_balanced.level))
    rows = paint.rows(replace(tight, corridor_balanced=corridor), balanced=True)
    assert np.allclose(rows, paint.plain(), atol=1e-6)


def test_mirrored_findings_give_mirrored_colours(paint: NervePaint, body: Anatomy, found: Findings) -> None:
    rows = paint.rows(told(found, {"obturator_gemelli": Level.TIGHT}, Level.SNUG))
    parts = {part.key: part for part in body.nerve_surface.parts}
    for key in ("l4", "sciatic_gluteal", "sciatic_femoral"):
        left, right = parts[f"{key}_left"], parts[f"{key}_right"]
        one = rows[left.first_vertex : left.first_vertex + left.vertex_count]
        other = rows[right.first_vertex : right.first_vertex + right.vertex_count]
        assert np.abs(one - other).max() < 0.02


def test_every_vertex_knows_how_far_along_the_nerve_it_lies(
    paint: NervePaint, body: Anatomy, found: Findings
) -> None:
    surface, corridor = body.nerve_surface, found.corridor_balanced
    stems = [part.key.removesuffix("_left") for part in surface.parts]
    on_the_way = np.isin(surface.part, [index for index, stem in enumerate(stems) if stem in WAY])
    own = np.flatnonzero(on_the_way)
    for sample in (5, 150, 300, 500):
        away = found.resting.nerve_vertices[own] - corridor.centre_m[0, sample]
        nearest = own[np.argmin((away**2).sum(axis=1))]
        assert paint.fibre[nearest, 1] * 10.0 == pytest.approx(corridor.position_mm[sample], abs=4.0)
