"""Numbers from outside are read with bounds: nothing small becomes a gigabyte."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal

import ckan.plugins.toolkit as tk
import pytest

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.imports.difference import as_text
from ckanext.digitalms.imports.equality import numbers_of
from ckanext.digitalms.logic import validators
from ckanext.digitalms.measures.record import _number, _whole
from ckanext.digitalms.publishing.filters import FilterError, asked
from ckanext.digitalms.tables.open_tables import ALL_TABLES
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.reading_json import read_json
from ckanext.digitalms.validation.table import Limits

HUGE = [
    "1e-200000000",
    "1e200000000",
    "-1E+999999999",
    "0e999999999",
    "1e999999999999999999999",
    "9" * 5_000,
    "0." + "0" * 5_000 + "1",
    "1_0",
    "NaN",
    "Infinity",
    "٣",
    "1e٣",
    "",
    ".",
    "e5",
]


@pytest.fixture(autouse=True)
def little_memory():
    tracemalloc.start()
    yield
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize("text", HUGE)
def test_out_of_bounds(text: str, ckan_config: object) -> None:
    """Wherever a number is read that somebody has sent."""
    assert number_of(text) is None
    assert numbers_of(text, Dialect.declared({})) == []
    assert _number(text) is None
    assert _whole(text) is None
    if text:
        for name in ("progress_percent", "position"):
            with pytest.raises(FilterError):
                asked(ALL_TABLES["measures"], [(name, text)])
        for validator in (
            validators.digitalms_number,
            validators.digitalms_percent,
            validators.digitalms_whole,
        ):
            with pytest.raises(tk.Invalid):
                validator(text, {})


@pytest.mark.parametrize("text", ["1e-200000000", "1e200000000", "1e400"])
def test_in_json(text: str) -> None:
    """A text, which no column of numbers takes."""
    raw = read_json(f'[{{"a": {text}}}]'.encode(), Dialect.declared({}), Limits(10**6, 10))
    assert raw.rows[0].cells == (text,)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("97.50", "97.50"),
        ("1e2", "100"),
        ("-0.5", "-0.5"),
        ("+7", "7"),
        ("1.", "1"),
        (".5", "0.5"),
        ("1e-20", "0.00000000000000000001"),
    ],
)
def test_within_bounds(text: str, plain: str) -> None:
    assert number_of(text) == Decimal(text)
    assert f"{number_of(text):f}" == plain
    assert as_text(number_of(text)) == as_text(Decimal(plain))
