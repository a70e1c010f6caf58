"""Keeps the marks of a view as the session has them, and points out the place that the mouse is on, here or there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy
    from visualizer.scene.view import AnatomyView
    from visualizer.space.corridor import Corridor
    from visualizer.space.findings import Finding, Findings

CHOSEN = ("language", "wording", "side", "site", "along_mm", "pointed_mm", "text_percent")
FIELDS = ("findings", "layers", "parts", "view", "muscle_states", "forces", "forces_shown", *CHOSEN)
# A wall belongs to a place whose point lies this near to the corridor, m.
NEAR_M = 0.012


class MarksFollow:
    """Describes the marks anew whenever one of the session's FIELDS changes."""

    def __init__(self, session: Any, view: AnatomyView, anatomy: Anatomy) -> None:
        self._session, self._view, self._anatomy = session, view, anatomy
        for name in FIELDS:
            getattr(session.events, name).connect(self._describe, max_args=0)
        session.events.pointed_site.connect(self._point_out, max_args=1)
        view.site_hovered.connect(self._on_hover)
        self._describe()

    def disconnect(self) -> None:
        """Stop listening."""
        for name in FIELDS:
            getattr(self._session.events, name).disconnect(self._describe)
        self._session.events.pointed_site.disconnect(self._point_out)
        self._view.site_hovered.disconnect(self._on_hover)

    def _describe(self) -> None:
        found: Findings | None = self._session.findings
        if found is None:
            self._view.set_marks(None)
            return
        # Imported with the first findings, so that the first picture does not wait for it.
        from visualizer.scene.marks.describe import Choices, describe

        chosen = {name: getattr(self._session, name) for name in CHOSEN}
        forces = self._session.forces if self._session.forces_shown else None
        choices = Choices(appearance=self._view.appearance(), forces=forces, **chosen)
        self._view.set_marks(describe(self._anatomy, found, choices))

    def _on_hover(self, site: str | None) -> None:
        self._session.pointed_site = site

    def _point_out(self, site: str | None) -> None:
        found: Findings | None = self._session.findings
        keys = frozenset() if found is None or site is None else walls(found, site, self._session.side)
        self._view.light(site)
        self._view.set_appearance(replace(self._view.appearance(), walls=keys))


def walls(found: Findings, site: str, side: str) -> frozenset[str]:
    """Keys of the structures that bound the nerve's room at a site."""
    item = next((item for item in found.tightest(side) if item.site == site), None)
    return frozenset() if item is None else _walls_at(found.corridor, item)


def _walls_at(corridor: Corridor, item: Finding) -> frozenset[str]:
    row = 0 if item.side == "left" else 1
    apart = np.linalg.norm(corridor.centre_m[row] - np.array(item.place_mm) / 1000.0, axis=1)
    at = int(np.argmin(apart))
    if apart[at] > NEAR_M:
        return frozenset()
    faces = (corridor.front, corridor.behind, corridor.inner, corridor.outer)
    return frozenset(corridor.structures[face[row, at]] for face in faces if face[row, at] >= 0)
