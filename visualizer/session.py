"""What the user chose: the one evented object, without Qt.

Widgets set its fields; everything else listens to `session.events.<field>`. A new posture is solved at once and its
`Snapshot` kept here. A move between postures is a `Transition`; whoever has a clock calls `advance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from psygnal import SignalGroupDescriptor

from visualizer.anatomy.model import LAYERS
from visualizer.body.posture import Posture, blend, with_fields, within_reach

if TYPE_CHECKING:
    from visualizer.body.snapshot import Snapshot
    from visualizer.forces.acting import Acting
    from visualizer.space.findings import Findings

SHOWN, GHOST, HIDDEN = LAYER_STATES = ("shown", "ghost", "hidden")
MUSCLE_LAYERS = tuple(layer for layer in LAYERS if layer not in ("outline", "bones", "nerve", "ligaments"))
BALANCED, FLEXOR_DOMINANT, SITTING = "balanced", "flexor-dominant", "sitting"
# The view that the program opens with: the first flip shows where the nerve has less room, and what tipped.
OPENING_VIEW = "deep-gluteal"
TRANSITION_S = 0.4
WORDINGS = PATIENT, CLINICAL = ("patient", "clinical")
COMPARISONS = OFF, SPLIT, WIPE = ("off", "split", "wipe")
WIPE_STEP = 0.05
TEXT_PERCENT = (80, 200)
TEXT_STEP = 10
ANY_VIEW = ""

Solve = Callable[[Posture], "Snapshot"]
Find = Callable[["Snapshot"], "Findings"]
Settle = Callable[[Posture], Posture]


@dataclass(frozen=True)
class Transition:
    """A move from one posture to another."""

    start: Posture
    goal: Posture
    duration_s: float = TRANSITION_S

    def at(self, elapsed_s: float) -> Posture:
        """The posture after `elapsed_s`: slow at both ends, exactly the goal when the time is up."""
        if elapsed_s >= self.duration_s:
            return self.goal
        share = max(elapsed_s, 0.0) / self.duration_s
        return blend(self.start, self.goal, share * share * (3.0 - 2.0 * share))


@dataclass(eq=False)
class Session:
    """Everything that a user can choose, and the `snapshot` that follows from it.

    presets: named postures. opening_layers: layer -> "shown", "ghost" or "hidden" at the start and after a reset; a
    layer that is not named is shown. x_ray: muscles that are shown are see-through meanwhile. parts: structure key ->
    the same as a layer, stronger than both. selection: key of the selected structure. view: name of a camera, or ""
    where the user has turned away from it. background: "light" or "dark"; background_of_system: it follows the
    desktop. language: code such as "en". wording: "patient" or "clinical". side: the leg that is talked about. site:
    the place that is looked at, or None for the tightest; along_mm: or any point of the nerve, millimetres on its
    corridor. pointed_site, pointed_mm: what the mouse is over, the same in panel and picture. drawer_open: whether the
    premises are shown. compare: balanced beside now, "off", "split" or "wipe"; wipe: share of the stage that shows
    balanced. muscle_states: whether muscles are tinted by what they do. text_percent: size of the words. lens_large:
    whether the look inside fills the stage. findings: what the model says of the room in `snapshot`. transition: the
    move under way, or None.
    """

    events: ClassVar[SignalGroupDescriptor] = SignalGroupDescriptor()

    presets: Mapping[str, Posture]
    opening_layers: Mapping[str, str] = field(default_factory=dict)
    posture: Posture = field(default_factory=Posture)
    layers: Mapping[str, str] = field(default_factory=dict)
    x_ray: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    selection: str | None = None
    view: str = OPENING_VIEW
    background: str = "light"
    background_of_system: bool = False
    language: str = "en"
    wording: str = "patient"
    side: str = "right"
    site: str | None = None
    along_mm: float | None = None
    pointed_site: str | None = None
    pointed_mm: float | None = None
    drawer_open: bool = False
    compare: str = "off"
    wipe: float = 0.5
    text_percent: int = 100
    muscle_states: bool = True
    lens_large: bool = False
    findings: Findings | None = None
    transition: Transition | None = None
    snapshot: Snapshot | None = None
    forces_shown: bool = False
    forces: Acting | None = None

    def __post_init__(self) -> None:
        self.layers = dict(self.opening_layers) | dict(self.layers)
        self._solve: Solve | None = None
        self._find: Find | None = None
        self._settle: Settle | None = None
        self._elapsed_s = 0.0
        self._left: Posture | None = None
        self.events.posture.connect(self._solve_posture)
        self.events.site.connect(self._leave_the_point)

    # Posture

    def solve_with(self, solve: Solve, find: Find | None = None, settle: Settle | None = None) -> None:
        """Solve the posture, and say what room it leaves, now and whenever it changes.

        settle: what follows from premises that are set by hand, such as the tilt that muscles decide.
        """
        self._solve, self._find, self._settle = solve, find, settle
        self._solve_posture(self.posture)

    @property
    def destination(self) -> Posture:
        """The posture that is shown once nothing moves any more."""
        return self.transition.goal if self.transition else self.posture

    @property
    def preset(self) -> str | None:
        """Name of the preset that the destination is, or None for a posture set by hand."""
        return next((name for name, posture in self.presets.items() if posture == self.destination), None)

    def move_to(self, preset: str) -> None:
        """Start moving to a preset."""
        goal = self.presets[preset]
        if goal != self.destination:
            self.move_to_posture(goal)

    @property
    def other(self) -> Posture:
        """What stands against the destination: balanced; against balanced, the posture that was left for it."""
        balanced = self.presets[BALANCED]
        if self.destination != balanced:
            return balanced
        return self._left or self.presets[FLEXOR_DOMINANT]

    def move_to_posture(self, goal: Posture) -> None:
        """Start moving to any posture."""
        if self.destination != self.presets[BALANCED]:
            self._left = self.destination
        self._elapsed_s = 0.0
        self.transition = Transition(self.posture, goal)

    def advance(self, seconds: float) -> None:
        """Go on with the move under way by so much time; frames may be dropped, time is not."""
        if self.transition is None:
            return
        transition, self._elapsed_s = self.transition, self._elapsed_s + seconds
        self.posture = transition.at(self._elapsed_s)
        if self._elapsed_s >= transition.duration_s:
            self.transition = None

    def set_posture_fields(self, values: Mapping[str, float | str]) -> None:
        """Change fields by hand, as far as hips bend, which ends a move under way. Raises UserError out of range."""
        changed = within_reach(with_fields(self.posture, values), values)
        if self._settle is not None:
            changed = self._settle(changed)
        self.transition = None
        self.posture = changed

    def _solve_posture(self, posture: Posture) -> None:
        if self.forces is not None and self.forces.posture != posture:
            self.forces = None
        if self._solve is not None:
            self.snapshot = self._solve(posture)
            if self._find is not None:
                self.findings = self._find(self.snapshot)

    # Picture

    def layer_state(self, layer: str) -> str:
        """Return "shown", "ghost" or "hidden"."""
        return self.layers.get(layer, SHOWN)

    def set_layer(self, layer: str, state: str) -> None:
        """Show, ghost or hide a layer."""
        self.layers = {**self.layers, layer: state}

    def seen_state(self, layer: str) -> str:
        """How a layer is seen: see-through instead of shown where x-ray is on."""
        state = self.layer_state(layer)
        return GHOST if self.x_ray and state == SHOWN and layer in MUSCLE_LAYERS else state

    def toggle_x_ray(self) -> None:
        """Make muscles see-through, or show them again as their layers are."""
        self.x_ray = not self.x_ray

    def toggle_forces(self) -> None:
        """Draw the forces where they act, or no longer."""
        self.forces_shown = not self.forces_shown

    def set_text_percent(self, percent: int) -> None:
        """Set the size of the words, within what can be laid out."""
        low, high = TEXT_PERCENT
        self.text_percent = min(max(percent, low), high)

    def next_comparison(self) -> None:
        """Go on from one picture to two halves, to a wipe, and back to one."""
        self.compare = COMPARISONS[(COMPARISONS.index(self.compare) + 1) % len(COMPARISONS)]

    def move_wipe(self, steps: int) -> None:
        """Move the line of the wipe, which stays inside the picture."""
        self.wipe = min(max(round(self.wipe + steps * WIPE_STEP, 3), WIPE_STEP), 1.0 - WIPE_STEP)

    def look_inside(self, site: str | None) -> None:
        """Look inside a site, or the tightest one, even if it was chosen last: the lens may have moved since."""
        self.site, self.along_mm = site, None

    def _leave_the_point(self) -> None:
        self.along_mm = None

    def look_from(self, view: str) -> None:
        """Look from a named camera, also when it was the last one chosen: the user may have turned the body since."""
        if view == self.view:
            self.events.view.emit(view, view)
        self.view = view

    def reset(self) -> None:
        """Back to how the program opens; language, wording, text size and background stay."""
        self.layers, self.x_ray = dict(self.opening_layers), False
        self.parts, self.selection = {}, None
        self.compare, self.wipe, self.forces_shown = OFF, 0.5, False
        self.look_from(OPENING_VIEW)
        self.move_to(BALANCED)
        self._left = None
