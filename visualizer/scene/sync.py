"""Keeps a view showing what the session says: one setter for each of its fields, and nothing the other way.

The session is a psygnal evented dataclass; a field that it lacks is left alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from visualizer.scene.cameras import telling
from visualizer.scene.materials import out_of_the_way

if TYPE_CHECKING:
    from collections.abc import Callable

    from visualizer.scene.view import AnatomyView


class SceneSync:
    """Replays a session's fields on a view, at the start and whenever one changes.

    Fields: snapshot; findings; layers (layer -> "shown", "ghost" or "hidden"); x_ray; parts (structure key -> the same
    as a layer); selection (a key or None); view (a name in `cameras.VIEWS`, or "" where the user went on from one);
    background ("light" or "dark"); muscle_states (whether muscles are tinted); compare and wipe; site (flown to, or
    None).
    """

    def __init__(self, session: Any, view: AnatomyView) -> None:
        self._session, self._view = session, view
        self._setters: dict[str, Callable[[Any], None]] = {
            "snapshot": self._on_snapshot_change,
            "findings": view.set_findings,
            "layers": self._on_layers_change,
            "x_ray": self._on_x_ray_change,
            "parts": self._on_parts_change,
            "selection": self._on_selection_change,
            "background": view.set_background,
            "muscle_states": self._on_muscle_states_change,
            "compare": self._on_compare_change,
            "wipe": self._on_compare_change,
            "site": self._on_site_change,
            "view": self._on_view_change,
        }
        self._setters = {name: setter for name, setter in self._setters.items() if hasattr(session, name)}
        for name, setter in self._setters.items():
            getattr(session.events, name).connect(setter, max_args=1)
        view.hovered.connect(self._on_hover)
        self.reset()

    def reset(self) -> None:
        """Show everything as the session has it now, without a flight."""
        for name, setter in self._setters.items():
            if name not in ("view", "site"):
                setter(getattr(self._session, name))
        if "view" in self._setters and self._session.view:
            self._clear_the_way(self._session.view)
            self._view.show_from(self._session.view)

    def disconnect(self) -> None:
        """Stop listening."""
        for name, setter in self._setters.items():
            getattr(self._session.events, name).disconnect(setter)
        self._view.hovered.disconnect(self._on_hover)

    def _on_snapshot_change(self, snapshot: Any) -> None:
        if snapshot is not None:
            self._view.set_snapshot(snapshot)

    def _on_layers_change(self, layers: dict[str, str]) -> None:
        self._view.set_appearance(replace(self._view.appearance(), layers=dict(layers)))

    def _on_x_ray_change(self, x_ray: bool) -> None:
        self._view.set_appearance(replace(self._view.appearance(), x_ray=x_ray))

    def _on_parts_change(self, parts: dict[str, str]) -> None:
        self._view.set_appearance(replace(self._view.appearance(), parts=dict(parts)))

    def _on_selection_change(self, selection: str | None) -> None:
        self._view.set_appearance(replace(self._view.appearance(), selected=selection))

    def _on_view_change(self, view: str) -> None:
        if view:
            self._clear_the_way(view)
            self._view.fly_to(view)

    def _on_muscle_states_change(self, tinted: bool) -> None:
        self._view.set_appearance(replace(self._view.appearance(), muscle_states=tinted))

    def _on_compare_change(self, _changed: object) -> None:
        self._view.set_compare(self._session.compare, self._session.wipe)

    def _on_site_change(self, site: str | None) -> None:
        """Fly to where a site is seen best."""
        found = self._session.findings
        if site is None or found is None:
            return
        place = next(
            (item.place_mm for item in found.tightest(self._session.side) if item.site == site), None
        )
        if place is not None:
            self._clear_the_way(site)
            self._view.fly_to(telling(site, self._session.side, np.array(place) / 1000.0))

    def _clear_the_way(self, place: str) -> None:
        self._view.set_appearance(replace(self._view.appearance(), in_the_way=out_of_the_way(place)))

    def _on_hover(self, part: Any) -> None:
        key = None if part is None else part.key
        self._view.set_appearance(replace(self._view.appearance(), hovered=key))
