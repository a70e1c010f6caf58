"""The files that a person's anatomy has of its own: `body.xml`, and the tables with places and sizes in them.

Takes the shipped anatomy, the person's nerve and the field of `warp` (mm, LPS, balanced stance); writes a folder that
`AssetFolder` reads, without surfaces. What names no place is copied.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from assets.build import batch
from assets.build.people.warp import Field
from visualizer.anatomy.model import Anatomy
from visualizer.body.nerve.model import NerveModel
from visualizer.space.people import PATH as PEOPLE

LEFT = np.array([1.0, 0.0, 0.0])
# Segments of `sites.toml` that the nerve does not have: roots above it.
ABOVE = ("l1", "l2", "l3")


def write(shipped: Anatomy, nerve_arrays: dict[str, np.ndarray], field: Field, folder: Path) -> None:
    """Write all of them into `folder`."""
    source = shipped.root / "anatomy"
    (folder / "anatomy").mkdir(parents=True)
    for file in source.iterdir():
        if file.name != Path(PEOPLE).name:
            shutil.copy(file, folder / "anatomy")

    def table(name: str) -> dict[str, Any]:
        return tomllib.loads((source / name).read_text())

    column = moved_spine(table("spine.toml"), field)
    sizes = table("vertebrae.toml")
    moved_depths(sizes, table("spine.toml"), field)
    made = {
        "spine.toml": column,
        "vertebrae.toml": sizes,
        "landmarks.toml": moved_landmarks(table("landmarks.toml"), field),
        "sites.toml": moved_sites(table("sites.toml"), shipped, nerve_arrays, field),
    }
    for name, content in made.items():
        batch.write(folder / "anatomy" / name, toml(content))
    batch.write(
        folder / "body" / "body.xml", moved_body((shipped.root / "body" / "body.xml").read_text(), field)
    )


def toml(content: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """A table as TOML; tables inside lists stand inline."""
    lines = [f"[{'.'.join(map(json.dumps, path))}]"] if path else []
    lines += [
        f"{json.dumps(key)} = {value(one)}" for key, one in content.items() if not isinstance(one, dict)
    ]
    parts = [toml(one, (*path, key)) for key, one in content.items() if isinstance(one, dict)]
    return "\n".join([*lines, "", *parts])


def value(one: Any) -> str:
    """A value as TOML."""
    if isinstance(one, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {value(inner)}" for key, inner in one.items()) + "}"
    if isinstance(one, list):
        return "[" + ", ".join(map(value, one)) + "]"
    return json.dumps(one, ensure_ascii=False)


def place(field: Field, point: list[float]) -> list[float]:
    """Where a point mm goes."""
    return field(np.array([point]))[0].tolist()


def rims(plate: dict[str, Any], depth: float) -> np.ndarray:
    """Front and back edge (2, 3) mm of an endplate in the mid-line."""
    back = np.cross(plate["normal"], LEFT)
    return np.array(plate["centre"]) + np.outer([-0.5, 0.5], back / np.linalg.norm(back) * depth)


def moved_plate(plate: dict[str, Any], field: Field) -> dict[str, Any]:
    """An endplate's centre, normal and inclination."""
    normal = np.array(plate["normal"], dtype=float)
    back = np.cross(normal, LEFT)
    at = np.array([plate["centre"]], dtype=float)
    turned = field.carried(at, back[None] / np.linalg.norm(back))[0]
    before, after = (np.degrees(np.arctan2(way[2], way[1])) for way in (back, turned))
    up = np.cross(LEFT, turned)
    length = np.linalg.norm(normal) / np.linalg.norm(up)
    return {
        "centre": field(at)[0].tolist(),
        "normal": (up * length).tolist() if abs(after - before) > 1e-9 else plate["normal"],
        "inclination_deg": plate["inclination_deg"] + float(after - before),
    }


def moved_spine(column: dict[str, Any], field: Field) -> dict[str, Any]:
    """`spine.toml`; sizes of openings, which follow from their outlines, are left out."""
    levels = {}
    for name, level in column["levels"].items():
        up = np.array(level["up"], dtype=float)
        along = field.carried(np.array([level["centre"]], dtype=float), up[None])[0]
        levels[name] = {
            "up": (along * np.linalg.norm(up) / np.linalg.norm(along)).tolist(),
            **{key: place(field, level[key]) for key in ("centre", "pedicle", "facet_above", "facet_below")},
            **{key: moved_plate(level[key], field) for key in ("upper_endplate", "lower_endplate")},
        }
    joints = {}
    for name, joint in column["joints"].items():
        opening = joint["opening"]
        outline = field(np.array(opening["outline"], dtype=float))
        joints[name] = {
            "bodies": joint["bodies"],
            **{key: place(field, joint[key]) for key in ("disc_centre", "rotation_centre")},
            "opening": {
                "x": float(outline[:, 0].mean()),
                "outline_bodies": opening["outline_bodies"],
                "outline": outline.tolist(),
                **{
                    key: {"body": mark["body"], "point": place(field, mark["point"])}
                    for key, mark in opening.items()
                    if isinstance(mark, dict)
                },
            },
        }
    return {"levels": levels, "joints": joints, "s1_endplate": moved_plate(column["s1_endplate"], field)}


def moved_depths(sizes: dict[str, Any], column: dict[str, Any], field: Field) -> None:
    """Depths of the endplates in `vertebrae.toml`, in place: from edge to edge."""
    for which in ("upper", "lower"):
        row = sizes["size"][f"endplate_depth_{which}"]
        key = "model" if "model" in row else "published"
        row[key] = [
            depth * stretched(column["levels"][level][f"{which}_endplate"], depth, field)
            for depth, level in zip(row[key], sizes["levels"], strict=True)
        ]


def stretched(plate: dict[str, Any], depth: float, field: Field) -> float:
    """How many times as deep an endplate is."""
    before = rims(plate, depth)
    front, back = field(before)
    return float(np.linalg.norm(back - front) / np.linalg.norm(before[1] - before[0]))


def moved_landmarks(landmarks: dict[str, Any], field: Field) -> dict[str, Any]:
    """`landmarks.toml`."""
    result = {}
    for name, mark in landmarks.items():
        result[name] = mark | {"point_mm": place(field, mark["point_mm"])}
        if "normal" in mark:
            plate = {key: mark[key] for key in ("normal", "inclination_deg")} | {"centre": mark["point_mm"]}
            moved = moved_plate(plate, field)
            depth = mark["depth_mm"]
            result[name] |= {key: moved[key] for key in ("normal", "inclination_deg")}
            result[name]["depth_mm"] = depth * stretched(plate, depth, field)
    return result


def moved_sites(
    table: dict[str, Any], shipped: Anatomy, nerve_arrays: dict[str, np.ndarray], field: Field
) -> dict[str, Any]:
    """`sites.toml`: the heights between which a site lies, at the same points of the nerve's way."""
    rest = np.tile(np.eye(4), (len(shipped.bodies), 1, 1))
    routes = [
        NerveModel(arrays, shipped.bodies).state(rest).routes
        for arrays in (shipped.nerve_arrays, nerve_arrays)
    ]
    for site in table["site"].values():
        where = site["place"]
        heights = np.array(where["z_mm"], dtype=float)
        if where["segment"] in ABOVE:
            at = np.array([[0.0, 0.0, height] for height in heights])
            where["z_mm"] = field(at)[:, 2].tolist()
            continue
        before, after = (route[f"{where['segment']}_left"][:, 2] * 1000.0 for route in routes)
        order = np.argsort(before)
        where["z_mm"] = (heights + np.interp(heights, before[order], (after - before)[order])).tolist()
    return table


def moved_body(text: str, field: Field) -> str:
    """`body.xml` without its bones' surfaces: joints, sites and what is slid over."""
    root = ElementTree.fromstring(text)  # noqa: S314 - our own file
    for assets in root.findall("asset"):
        root.remove(assets)
    world = root.find("worldbody")
    if world is None:
        raise ValueError("body.xml has no bodies.")
    places = [(body, origin) for body, _, origin in walked(world, np.zeros(3))]
    moved = field(np.array([origin for _, origin in places]) * 1000.0) / 1000.0
    # The pelvis' own origin stays midway between the hip centres.
    now = {body: point * (origin.any()) for (body, origin), point in zip(places, moved, strict=True)}
    for body, parent, origin in list(walked(world, np.zeros(3))):
        here = now[body]
        body.set("pos", written(here - (now[parent] if parent is not world else 0.0)))
        for geom in body.findall("geom"):
            if geom.get("type") == "mesh":
                body.remove(geom)
            else:
                move_wrap(geom, origin, here, field)
        for joint in body.findall("joint"):
            if joint.get("type") == "slide":
                way = numbers(joint.get("axis"))
                turned = field.carried(origin[None] * 1000.0, way[None])[0]
                joint.set("axis", written(turned / np.linalg.norm(turned) * np.linalg.norm(way)))
        sites = body.findall("site")
        if sites:
            points = (
                field((np.array([numbers(site.get("pos")) for site in sites]) + origin) * 1000.0) / 1000.0
            )
            for site, point in zip(sites, points, strict=True):
                site.set("pos", written(point - here))
    return ElementTree.tostring(root, encoding="unicode")


def walked(parent: ElementTree.Element, at: np.ndarray) -> Any:
    """All bodies below `parent`, each with its parent and its origin (3,) m in the balanced stance."""
    for body in parent.findall("body"):
        origin = at + numbers(body.get("pos"))
        yield body, parent, origin
        yield from walked(body, origin)


def move_wrap(geom: ElementTree.Element, origin: np.ndarray, here: np.ndarray, field: Field) -> None:
    """A cylinder or sphere: carried and grown, its axis as it was; its body was at `origin` and is `here`, (3,) m."""
    ends = "fromto" if geom.get("fromto") else "pos"
    points = numbers(geom.get(ends)).reshape(-1, 3) + origin
    middle = points.mean(axis=0)
    shift = field(middle[None] * 1000.0)[0] / 1000.0 - middle
    geom.set(ends, " ".join(written(point + shift - here) for point in points))
    grown = float(field.stretch(middle[None] * 1000.0)[0])
    geom.set("size", written(numbers(geom.get("size")) * grown))


def numbers(text: str | None) -> np.ndarray:
    """Numbers of an attribute."""
    return np.array((text or "").split(), dtype=float)


def written(values: np.ndarray) -> str:
    """Numbers as an attribute, to a nanometre."""
    return " ".join(f"{one:.9f}" for one in np.atleast_1d(values))
