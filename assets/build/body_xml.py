"""Write `body.xml`: bodies, joints, muscle fibre lines and nerve paths as ordinary MJCF.

Takes the joint centres, the fibre lines and the nerve's resting route (left side, millimetres, balanced stance);
gives one MJCF text in metres, LPS, that MuJoCo opens by itself. Every body's frame is parallel to the world's in
the balanced stance.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from assets.build.fibres import LATERAL_BODIES, FibreLines, on_side, station_share

SEGMENTS = Path(__file__).with_name("segments.toml")
RHYTHM = Path(__file__).parents[1] / "anatomy" / "rhythm.toml"
MIRROR = np.array([-1.0, 1.0, 1.0])
VERTEBRAE = ("l5", "l4", "l3", "l2", "l1")
WRAPS = Path(__file__).with_name("wraps.toml")
# A wrapping cylinder is endless; this is the length that a viewer shows.
SHOWN_HALF_LENGTH_MM = 45.0
FLEXION, EXTENSION = "-1 0 0", "1 0 0"


def metres(millimetres: np.ndarray) -> str:
    """Coordinates as MJCF text, to a micrometre."""
    return " ".join(f"{value / 1000:.6f}".rstrip("0").rstrip(".") for value in millimetres)


def element(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    """A child of `parent`; a trailing underscore frees Python's own words (`class_`)."""
    return ElementTree.SubElement(parent, tag, {k.rstrip("_"): v for k, v in attributes.items()})


class BodyWriter:
    """Builds the MJCF tree; `centres` maps each left or mid-line body to its joint centre (3,) mm."""

    def __init__(
        self, centres: dict[str, np.ndarray], meshes: dict[str, list[str]], axes: dict[str, np.ndarray]
    ) -> None:
        self.centres = centres
        self.meshes = meshes
        self.axes = axes
        self.segments = tomllib.loads(SEGMENTS.read_text())
        self.bodies: dict[str, ElementTree.Element] = {}
        self.root = ElementTree.Element("mujoco", model="pelvis, lumbar spine and legs")
        element(
            self.root, "compiler", angle="degree", autolimits="true", meshdir="bones", inertiafromgeom="false"
        )
        element(self.root, "option", gravity="0 0 0")
        element(self.root, "visual").append(ElementTree.Element("headlight", ambient="0.5 0.5 0.5"))
        defaults = element(self.root, "default")
        element(defaults, "geom", contype="0", conaffinity="0", group="2", rgba="0.9 0.86 0.76 1")
        element(defaults, "site", size="0.0015", group="4", rgba="0.8 0.2 0.2 1")
        for name, colour in (("muscle", "0.7 0.25 0.22 1"), ("nerve", "0.95 0.8 0.2 1")):
            tendon = element(defaults, "default", class_=name)
            element(tendon, "tendon", width="0.002" if name == "muscle" else "0.003", rgba=colour)
        self.assets = element(self.root, "asset")
        self.world = element(self.root, "worldbody")
        element(self.world, "light", pos="0 -2 2", dir="0 1 -1")
        self._add_bodies()
        self._add_wraps()
        self.tendons = element(self.root, "tendon")
        self._add_couplings()

    def text(self) -> str:
        """The document, indented."""
        ElementTree.indent(self.root)
        return ElementTree.tostring(self.root, encoding="unicode") + "\n"

    def centre(self, body: str) -> np.ndarray:
        """Joint centre (3,) mm of a body by its full name."""
        name, _, side = body.partition("_")
        return self.centres[name] * (MIRROR if side == "right" else 1.0)

    def _body(self, name: str, parent: str) -> ElementTree.Element:
        at = self.centre(name) - (self.centre(parent) if parent else 0.0)
        body = element(self.bodies[parent] if parent else self.world, "body", name=name, pos=metres(at))
        segment = self.segments[name.partition("_")[0]]
        mirror = MIRROR if name.endswith("_right") else 1.0
        offset = np.array(segment["centre_mm"]) * mirror - self.centre(name)
        inertia = f"{0.01 * segment['mass_kg']:.4g} " * 3
        element(
            body,
            "inertial",
            pos=metres(offset),
            mass=f"{segment['mass_kg']:.4g}",
            diaginertia=inertia.strip(),
        )
        for mesh in self.meshes.get(name, []):
            element(self.assets, "mesh", name=mesh, file=f"{mesh}.stl")
            element(body, "geom", type="mesh", mesh=mesh, pos=metres(-self.centre(name)))
        self.bodies[name] = body
        return body

    def _add_bodies(self) -> None:
        pelvis = self._body("pelvis", "")
        element(pelvis, "joint", name="pelvic_tilt", axis=EXTENSION, range="-60 40")
        for below, level in zip(("pelvis", *VERTEBRAE), VERTEBRAE, strict=False):
            body = self._body(level, below)
            joint = f"{level}_{'s1' if below == 'pelvis' else below}"
            element(
                body,
                "joint",
                name=f"{joint}_height",
                type="slide",
                axis=metres(self.axes[level] * 1000),
                range="-0.006 0.001",
            )
            element(body, "joint", name=f"{joint}_flexion", axis=EXTENSION, range="-20 25")
        for side, inward in (("left", "1"), ("right", "-1")):
            femur = self._body(f"femur_{side}", "pelvis")
            element(femur, "joint", name=f"hip_flexion_{side}", axis=FLEXION, range="-60 140")
            element(femur, "joint", name=f"hip_adduction_{side}", axis=f"0 {inward} 0", range="-60 45")
            element(femur, "joint", name=f"hip_rotation_{side}", axis=f"0 0 {-int(inward)}", range="-60 60")
            tibia = self._body(f"tibia_{side}", f"femur_{side}")
            element(tibia, "joint", name=f"knee_flexion_{side}", axis=EXTENSION, range="-5 140")
            patella = self._body(f"patella_{side}", f"femur_{side}")
            element(patella, "joint", name=f"patella_flexion_{side}", axis=EXTENSION, range="-5 120")
            self._body(f"foot_{side}", f"tibia_{side}")

    def _add_wraps(self) -> None:
        for name, wrap in tomllib.loads(WRAPS.read_text()).items():
            for side in ("left", "right"):
                body, mirror = on_side(wrap["body"], side), MIRROR if side == "right" else 1.0
                kind = "cylinder" if "axis" in wrap else "sphere"
                place = np.array(wrap["centre"]) * mirror
                geom = element(self.bodies[body], "geom", name=f"{name}_{side}", type=kind, group="5")
                if kind == "cylinder":
                    along = np.array(wrap["axis"], dtype=float) * mirror
                    along *= SHOWN_HALF_LENGTH_MM / np.linalg.norm(along)
                    ends = (place + end * along - self.centre(body) for end in (-1, 1))
                    geom.set("fromto", " ".join(metres(end) for end in ends))
                else:
                    geom.set("pos", metres(place - self.centre(body)))
                geom.set("size", metres(np.array([wrap["radius"]])))
                self.site(f"{name}_{side}_site", body, np.array(wrap["side"]) * mirror)

    def _add_couplings(self) -> None:
        equality = element(self.root, "equality")
        patella = tomllib.loads(RHYTHM.read_text())["patella"]["per_knee_flexion"]
        for side in ("left", "right"):
            element(
                equality, "joint", joint1=f"patella_flexion_{side}", joint2=f"knee_flexion_{side}",
                polycoef=f"0 {patella} 0 0 0",
            )  # fmt: skip

    def site(self, name: str, body: str, point: np.ndarray) -> None:
        """A named point (3,) mm of the balanced stance, carried by `body`."""
        element(self.bodies[body], "site", name=name, pos=metres(point - self.centre(body)))

    def path(
        self, name: str, kind: str, stops: list[tuple[str, np.ndarray] | str], side: str
    ) -> ElementTree.Element:
        """A spatial tendon through (body, point) stops and named wraps, left coordinates mirrored for the right."""
        tendon = element(self.tendons, "spatial", name=name, class_=kind)
        for index, stop in enumerate(stops):
            if stop == "":
                continue
            if isinstance(stop, str):
                element(tendon, "geom", geom=f"{stop}_{side}", sidesite=f"{stop}_{side}_site")
                continue
            body, point = stop
            site = f"{name}_{index}"
            self.site(site, body, point * (MIRROR if side == "right" else 1.0))
            element(tendon, "site", site=site)
        return tendon

    def muscle(self, lines: FibreLines) -> None:
        """The fibre lines of one muscle, both sides: tendons `<muscle>_<side>_<fibre>`."""
        shares = station_share(lines) if lines.together else np.zeros((lines.fibres, 2))
        for side in ("left", "right"):
            for fibre in range(lines.fibres):
                stops: list[tuple[str, np.ndarray] | str] = [
                    station.wraps[fibre]
                    if station.wraps
                    else (on_side(station.bodies[fibre], side), station.points[fibre])
                    for station in lines.stations
                ]
                tendon = self.path(f"{lines.name}_{side}_{fibre}", "muscle", stops, side)
                if lines.together:
                    tendon.set("user", " ".join(f"{share:.4f}" for share in shares[fibre]))


def write_body(
    centres: dict[str, np.ndarray],
    axes: dict[str, np.ndarray],
    meshes: dict[str, list[str]],
    fibres: list[FibreLines],
    nerve: dict[str, list[tuple[str, np.ndarray]]],
) -> str:
    """The whole MJCF text; `nerve` maps a left segment (`sciatic`) to its (body, point mm) stops."""
    writer = BodyWriter(centres, meshes, axes)
    for lines in fibres:
        writer.muscle(lines)
    for segment, stops in nerve.items():
        for side in ("left", "right"):
            sided = [(on_side(body, side) if body in LATERAL_BODIES else body, p) for body, p in stops]
            writer.path(f"{segment}_{side}", "nerve", list(sided), side)
    return writer.text()
