"""The look inside as a file: SVG or PNG to look at, JSON to reckon with. Needs no OpenGL and no screen.

Takes a `Look`; what is written is whole or not there at all. In JSON, outlines are in millimetres of the plane (right,
up), the plane's origin and directions in the room, LPS, millimetres.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QImage, QImageWriter, QPainter

from visualizer.anatomy.load import assets_root
from visualizer.body.posture import Posture
from visualizer.errors import UserError
from visualizer.scene.lens import paint_sheet
from visualizer.scene.lens_style import LensStyle
from visualizer.space.look import Look, Slice

KINDS = (".svg", ".png", ".json")
MAX_PIXELS = 40_000_000


def drawing_application() -> QGuiApplication:
    """The running application, or one that draws without a screen, in the program's own font."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    made = QGuiApplication(["visualizer", "-platform", "offscreen"])
    for file in sorted((assets_root() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    font = QFont("Inter")
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFont(font)
    return made


def picture(look: Look, style: LensStyle, size: tuple[int, int]) -> QImage:
    """The look as a picture of width and height in pixels. Raises UserError for a size that cannot be drawn."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise UserError(
            f"A picture of {width} x {height} pixels cannot be drawn.",
            f"Choose {MAX_PIXELS // 1_000_000} million pixels or fewer.",
        )
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(style.colours.paper))
    painter = QPainter(image)
    paint_sheet(painter, QRectF(0.0, 0.0, width, height), look, style)
    painter.end()
    return image


def png(look: Look, style: LensStyle, size: tuple[int, int]) -> bytes:
    """The look as a PNG file's bytes."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(picture(look, style, size))
    return bytes(data.data())


def svg(look: Look, style: LensStyle, size: tuple[int, int]) -> bytes:
    """The look as an SVG file's bytes."""
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QSize(*size))
    generator.setViewBox(QRect(0, 0, *size))
    painter = QPainter(generator)
    paint_sheet(painter, QRectF(0.0, 0.0, *size), look, style)
    painter.end()
    return bytes(data.data())


def numbers(look: Look, posture: Posture, posture_name: str) -> dict[str, Any]:
    """The look as plain numbers, for JSON."""
    finding = look.finding
    return {
        "site": None if finding is None else finding.site,
        "side": look.side,
        "measure": None if finding is None else finding.measure,
        "position_mm": look.position_mm,
        "posture": {"name": posture_name, **asdict(posture)},
        "unit": "mm",
        "reach_mm": look.now.section.reach_mm,
        "balanced": slice_numbers(look, 0),
        "now": slice_numbers(look, 1),
    }


def slice_numbers(look: Look, column: int) -> dict[str, Any]:
    """One slice as plain numbers: its plane, the outlines of each structure, and what is dimensioned in it."""
    one: Slice = look.now if column else look.balanced
    plane = one.section.plane
    return {
        "level": str(look.levels[column]),
        "plane": {
            "origin": (plane.origin * 1000.0).round(4).tolist(),
            "normal": plane.normal.round(8).tolist(),
            "axes": [plane.right.round(8).tolist(), plane.up.round(8).tolist()],
            "directions": dict(zip(("right", "up", "left", "down"), plane.directions, strict=True)),
        },
        "outlines": {
            outline.key: [loop.round(4).tolist() for loop in outline.loops]
            for outline in one.section.outlines
        },
        "gaps": [
            {
                "kind": gap.kind,
                "wall": gap.wall or None,
                "mm": round(gap.mm, 4),
                "from": gap.start.round(4).tolist(),
                "to": gap.end.round(4).tolist(),
            }
            for gap in one.gaps
        ],
        "flattened_percent": round(100.0 * one.flattened, 2),
        "thickness_mm": None if one.thickness_mm is None else round(one.thickness_mm, 2),
    }


def write_section(
    file: Path, look: Look, style: LensStyle, size: tuple[int, int], posture: Posture, posture_name: str
) -> None:
    """Write a look into a file whose name says how. Raises UserError for another kind, or where it cannot be put."""
    kind = file.suffix.lower()
    if kind == ".json":
        data = json.dumps(numbers(look, posture, posture_name), indent=1).encode() + b"\n"
    elif kind in (".svg", ".png"):
        application = drawing_application()
        data = svg(look, style, size) if kind == ".svg" else png(look, style, size)
        del application
    else:
        raise UserError(
            f'"{file}" does not say what kind of file it is.', "End its name with .svg, .png or .json."
        )
    write_whole(file, data)


def write_whole(file: Path, data: bytes) -> None:
    """Put bytes into a file, all of them or none. Raises UserError where that fails."""
    beside: Path | None = None
    try:
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as part:
            beside = Path(part.name)
            part.write(data)
        beside.chmod(0o644)
        beside.replace(file)
    except OSError as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        raise UserError(
            f"{file} cannot be written ({error.strerror}).", "Choose another place with -o."
        ) from None
