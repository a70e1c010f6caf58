"""Sheets of paper: pictures in rows and columns with words beside them, written into a folder. QtGui only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QImageWriter, QPainter

from visualizer.errors import UserError
from visualizer.export.section import write_whole
from visualizer.scene.materials import LENS

if TYPE_CHECKING:
    from collections.abc import Sequence

COLOURS = LENS["light"]
TITLE_PX, HEAD_PX, SIDE_PX = 44, 30, 190


def font(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The program's font."""
    result = QFont("Inter")
    result.setPixelSize(pixels)
    result.setWeight(weight)
    return result


def blank(width: int, height: int) -> QImage:
    """Return white paper."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(COLOURS.paper))
    return image


def sheet(title: str, heads: Sequence[str], rows: Sequence[tuple[str, Sequence[QImage]]]) -> QImage:
    """Pictures of one size in a table: words over the columns, a name before each row (empty: no room for names)."""
    width, height = rows[0][1][0].width(), rows[0][1][0].height()
    aside = SIDE_PX if any(name for name, _ in rows) else 0
    top = TITLE_PX + (HEAD_PX if heads else 0)
    columns = max(len(pictures) for _, pictures in rows)
    paper = blank(aside + columns * width, top + len(rows) * height)
    painter = QPainter(paper)
    painter.setPen(QColor(COLOURS.ink))
    painter.setFont(font(20, QFont.Weight.Bold))
    painter.drawText(QRectF(12, 0, paper.width(), TITLE_PX), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setFont(font(15))
    for column, head in enumerate(heads):
        box = QRectF(aside + column * width, TITLE_PX, width, HEAD_PX)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, head)
    for row, (name, pictures) in enumerate(rows):
        box = QRectF(8, top + row * height, aside - 12, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, name)
        for column, picture in enumerate(pictures):
            painter.drawImage(aside + column * width, top + row * height, picture)
    painter.end()
    return paper


class Folder:
    """A folder of the user's choice for the sheets.

    Raises UserError, before any work is done, where it cannot be written or would lose sheets that are there.
    """

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            (path / ".writable").touch()
            (path / ".writable").unlink()
            there = sorted(file.name for file in path.glob("*.png"))
        except OSError as error:
            raise UserError(
                f"Sheets cannot be put into {path} ({error.strerror}).", "Choose another folder with -o."
            ) from None
        if there and not overwrite:
            raise UserError(
                f"{path} holds pictures already, such as {there[0]}.",
                "Choose another folder with -o, or add --overwrite.",
            )

    def write(self, name: str, image: QImage) -> None:
        """Put a sheet into the folder as a PNG file."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        write_whole(self.path / f"{name}.png", bytes(data.data()))
