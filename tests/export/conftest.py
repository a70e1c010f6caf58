"""Shared values of the picture's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scene.boxes import boxes_anatomy

if TYPE_CHECKING:
    from visualizer.anatomy.model import Anatomy


@pytest.fixture(scope="session")
def boxes() -> Anatomy:
    """A body of four boxes."""
    return boxes_anatomy()
