from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.digitalms.wordings.reading import find_dates, find_days, unread_years
from ckanext.digitalms.wordings.school import school_holidays

pytestmark = pytest.mark.pure

REPORT = date(2019, 3, 14)


def d(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("text", "wording", "earliest", "latest"),
    [
        (
            "voraussichtlich nach den Sommerferien 2019.",
            "nach den Sommerferien 2019",
            "2019-08-28",
            "2019-12-31",
        ),
        ("noch im Jahr 2019", "noch im Jahr 2019", "2019-03-14", "2019-12-31"),
        ("zum Sommer 2019 zur", "zum Sommer 2019", "2019-06-01", "2019-08-31"),
        ("ab dem dritten Quartal 2019", "ab dem dritten Quartal 2019", "2019-07-01", None),
        ("Die bis Ende des zweiten Quartals", "bis Ende des zweiten Quartals", "2019-03-14", "2019-06-30"),
        ("bis zu den Sommerferien 2019", "bis zu den Sommerferien 2019", "2019-03-14", "2019-07-14"),
        ("vor den Sommerferien geplant", "vor den Sommerferien", "2019-03-14", "2019-07-14"),
        ("vor den kommenden Sommerferien", "vor den kommenden Sommerferien", "2019-03-14", "2019-07-14"),
        ("ab dem 01.03.2019", "ab dem 01.03.2019", "2019-03-01", None),
        ("am 5. Mai 2019", "am 5. Mai 2019", "2019-05-05", "2019-05-05"),
        ("bis zum 31.12.2019", "bis zum 31.12.2019", "2019-03-14", "2019-12-31"),
        ("ab Mitte März", "ab Mitte März", "2019-03-11", None),
        ("im Februar", "im Februar", "2020-02-01", "2020-02-29"),
        ("seit Februar", "seit Februar", "2019-02-01", "2019-02-28"),
        ("im II. Quartal 2020", "im II. Quartal 2020", "2020-04-01", "2020-06-30"),
        ("im zweiten Halbjahr 2019", "im zweiten Halbjahr 2019", "2019-07-01", "2019-12-31"),
        ("zu Ende 2017 eingerichtet", "zu Ende 2017", "2017-10-01", "2017-12-31"),
        ("Mitte 2020", "Mitte 2020", "2020-05-01", "2020-08-31"),
        ("nach den Sommerferien 2035", "nach den Sommerferien 2035", None, None),
        ("zum 31.02.2020", "zum 31.02.2020", None, None),
    ],
)
def test_plain_rules(text: str, wording: str, earliest: str | None, latest: str | None) -> None:
    (found,) = find_dates(text, REPORT)
    assert (found.wording, found.earliest, found.latest) == (wording, d(earliest), d(latest))


@pytest.mark.parametrize(
    "text", ["für die Jahre 2019/2020", "Erster Jahresbericht (2019)", "in 2019/2020", "V/0989/2017"]
)
def test_numbers_that_are_no_dates(text: str) -> None:
    assert find_dates(text, REPORT) == []


def test_without_a_report_date_a_wording_without_year_has_no_days() -> None:
    (found,) = find_dates("vor den Sommerferien", None)
    assert (found.earliest, found.latest) == (None, None)


def test_several_in_one_sentence() -> None:
    found = find_dates("Ab dem 1.4.2020, spätestens bis Ende 2020, dann im Mai 2021", REPORT)
    assert [f.wording for f in found] == ["Ab dem 1.4.2020", "spätestens bis Ende 2020", "im Mai 2021"]


def test_days() -> None:
    assert [day for day, _, _ in find_days("14.03.2019, 3. Mai 2020; 31.02.2020; 1.2.20")] == [
        date(2019, 3, 14),
        date(2020, 5, 3),
    ]


def test_summer_holidays_last_six_weeks() -> None:
    for year in range(2000, 2031):
        found = school_holidays("NW", "Sommerferien", year)
        assert found is not None
        assert 41 <= (found.last - found.first).days <= 45


@given(st.text(max_size=200), st.none() | st.dates(date(1, 1, 1), date(9998, 1, 1)))
def test_never_raises_and_days_are_in_order(text: str, report_date: date | None) -> None:
    for found in find_dates(text, report_date):
        assert text[found.start : found.end] == found.wording
        assert not (found.earliest and found.latest) or found.earliest <= found.latest


WORDS = [
    "bis",
    "zum",
    "ab",
    "dem",
    "vor",
    "den",
    "nach",
    "Sommerferien",
    "Ende",
    "Mitte",
    "zweiten",
    "Quartals",
    "2019",
    "2020",
    "März",
    "31.",
    "3.",
    "Halbjahr",
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.none() | st.dates())
def test_never_raises_on_words_of_dates(text: str, report_date: date | None) -> None:
    for found in find_dates(text, report_date):
        assert not (found.earliest and found.latest) or found.earliest <= found.latest


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Start am 14.03.3019 geplant", ["14.03.3019"]),
        ("am 5. Mai 0026", ["5. Mai 0026"]),
        ("erreicht am 14.03.19.", ["14.03.19"]),
        ("erreicht am 14.03.19 im Amt", ["14.03.19"]),
        ("Vision 3019: alles", ["Vision 3019"]),
        ("bis Ende 2919 und bis Ende 2919", ["Ende 2919"]),
        ("Start am 14.03.2019, Ende 2020, seit 1998", []),
        ("V/3019/2017 und V/0989/2017/1", []),
        ("Version 1.2.34, Punkt 3.1.10, 1.250.000 Euro, ab 1000 Euro", []),
        ("", []),
    ],
)
def test_years_that_are_asked(text: str, asked: list[str]) -> None:
    """A year that cannot be meant is no day, and whoever checks the report is told."""
    assert unread_years(text) == asked
    assert not find_days(text) or "2019" in text
