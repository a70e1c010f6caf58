"""Pictures drawn without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.scene.boxes import pixels_of, snapshot_of, yellow
from visualizer.errors import UserError
from visualizer.export.image import render_image
from visualizer.scene.cameras import Camera

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from visualizer.anatomy.model import Anatomy

CAMERA = Camera((0.0, 0.0, 0.0), 0.0, 0.0, 0.5, 0.3)


def test_a_picture_has_the_size_and_the_body(qtbot: QtBot, boxes: Anatomy) -> None:
    image = render_image(boxes, snapshot_of(boxes), CAMERA, (321, 201), "dark")
    pixels = pixels_of(image)
    assert pixels.shape == (201, 321, 3)
    assert pixels[5, 5].max() < 80
    assert yellow(pixels)[40:60, 155:165].mean() > 0.5


def test_up_is_up(qtbot: QtBot, boxes: Anatomy) -> None:
    pixels = pixels_of(render_image(boxes, snapshot_of(boxes, 0.1), CAMERA, (320, 200), "dark"))
    assert pixels[20, 220].max() > 90
    assert pixels[180, 220].max() < 80


def test_layers_left_out_are_as_in_the_opening_picture(qtbot: QtBot, boxes: Anatomy) -> None:
    opening = pixels_of(render_image(boxes, snapshot_of(boxes), CAMERA, (320, 200)))
    same = pixels_of(render_image(boxes, snapshot_of(boxes), CAMERA, (320, 200), layers={"trunk": "shown"}))
    other = pixels_of(render_image(boxes, snapshot_of(boxes), CAMERA, (320, 200), layers={"bones": "hidden"}))
    assert np.array_equal(opening, same)
    assert np.abs(opening - other).max() > 50


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"view": "above"}, 'no view named "above"'),
        ({"background": "pink"}, 'no background named "pink"'),
        ({"size": (0, 100)}, "0 x 100 pixels cannot be drawn"),
        ({"size": (100, 1_000_000)}, "cannot be drawn"),
        ({"layers": {"skin": "shown"}}, 'no layer named "skin"'),
        ({"layers": {"bones": "blue"}}, '"blue"'),
    ],
)
def test_what_cannot_be_drawn_is_a_clear_sentence(
    qtbot: QtBot, boxes: Anatomy, arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        render_image(boxes, snapshot_of(boxes), **arguments)
