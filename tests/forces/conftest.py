"""One body for all tests of forces."""

from __future__ import annotations

import pytest

from visualizer.anatomy.load import load_anatomy
from visualizer.anatomy.model import Anatomy


@pytest.fixture(scope="session")
def anatomy() -> Anatomy:
    return load_anatomy()
