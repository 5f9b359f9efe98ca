"""Years that cannot be meant are refused, and the sentence says which are taken."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.measures import years
from ckanext.digitalms.messages import Message

pytestmark = pytest.mark.pure


@pytest.mark.parametrize("text", ["2019-03-14", "14.03.2019", "14.3.2019"])
def test_days(text: str) -> None:
    assert years.read_day(text) == date(2019, 3, 14)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("14.03.26", "26"),
        ("26-03-14", "26"),
        ("0026-03-14", "26"),
        ("14.03.0026", "26"),
        ("14.03.3019", "3019"),
        ("3019-03-14", "3019"),
        ("1899-12-31", "1899"),
        ("01.01.2200", "2200"),
        ("14.03.20199", "20199"),
        ("20199-03-14", "20199"),
        ("14.03.219", "219"),
    ],
)
def test_impossible_days(text: str, year: str) -> None:
    assert years.read_day(text) == years.refused(year)


@pytest.mark.parametrize(
    "text", ["03/19", "03.2019", "2019", "31.02.2019", "bald", "1.1", "9" * 10_000, "٣.٣.٢٠١٩"]
)
def test_no_days(text: str) -> None:
    read = years.read_day(text)
    assert isinstance(read, Message)
    assert read.text != years.IMPOSSIBLE


@pytest.mark.parametrize(("text", "year"), [("2026", 2026), ("1900", 1900), ("2199", 2199)])
def test_years(text: str, year: int) -> None:
    assert years.read_year(text) == year


@pytest.mark.parametrize("text", ["26", "3019", "0", "1899", "2200", "02026", "20199"])
def test_impossible_years(text: str) -> None:
    assert years.read_year(text) == years.refused(text)


@pytest.mark.parametrize("text", ["2.026", "20-26", "2019/20", "٢٠٢٦", "-2026", "2026.5", "9" * 10_000])
def test_no_years(text: str) -> None:
    read = years.read_year(text)
    assert isinstance(read, Message)
    assert read.text != years.IMPOSSIBLE
