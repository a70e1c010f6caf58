"""Numbers: what is written reads back as what was meant, in every language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.lesson.numbers import DECIMAL_MARKS, UNITS, from_to, number, with_unit
from visualizer.lesson.text import LANGUAGES

values = st.floats(-1e4, 1e4)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=values, digits=st.integers(0, 3), signed=st.booleans())
def test_a_number_reads_back(language, value, digits, signed):
    text = number(value, digits, language, signed)
    back = float(text.replace(DECIMAL_MARKS[language], ".").replace("−", "-"))
    assert back == pytest.approx(round(value, digits), abs=1e-9)
    assert "-" not in text, "the minus sign is a true one"
    if back == 0:
        assert text[0] == "0", "nothing has a sign"
    elif signed or back < 0:
        assert text[0] in "+−"


@pytest.mark.parametrize("unit", UNITS)
def test_units_do_not_break_off(unit):
    assert " " not in with_unit(1.25, unit, "en")


def test_spanish_has_a_comma():
    assert with_unit(-2.7, "mm", "es", signed=True) == "−2,7\u00a0mm"


def test_a_change_is_written_once_where_nothing_changes_that_can_be_read():
    assert from_to(2.7, 0.6, "mm", "en") == "2.7 → 0.6\u00a0mm"
    assert from_to(2.71, 2.74, "mm", "en") == "2.7\u00a0mm"
    assert from_to(32.3, None, "mm", "es") == "32,3 → ?\u00a0mm"
