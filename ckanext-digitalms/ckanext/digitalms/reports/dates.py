"""Wordings of dates in German reports, with the days that they mean by plain rules.

The wording is kept as said; the days are a proposal. A wording without a year means its next occurrence
after the report's date. Where holidays of a year are not known, the days stay open.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ckanext.digitalms.measures.years import is_possible

from .holidays import SUMMER

Days = tuple[date, date]

MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
_ORDINALS = {"ersten": 1, "zweiten": 2, "dritten": 3, "vierten": 4, "1.": 1, "2.": 2, "3.": 3, "4.": 4}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
# the first and last month of what a word covers; winter is the turn of the year, told by its beginning
_SEASONS = {
    "Frühjahr": (3, 5),
    "Frühling": (3, 5),
    "Sommer": (6, 8),
    "Herbst": (9, 11),
    "Jahreswechsel": (12, 12),
}
_ONE_DAY = timedelta(days=1)

_LEAD = (
    r"(?P<lead>(?i:bis spätestens|spätestens bis|bis zu den|bis zum|bis zur|noch im|noch in|ab dem|ab der|ab|"
    r"seit dem|seit|bis|noch vor den|vor den|vor der|vor dem|nach den|nach der|nach dem|in den|zu|zum|zur|"
    r"im Laufe des|im|in|am|vom|Anfang|Mitte|Ende))"
)
_PART = r"(?:\s+(?P<part>Anfang|Mitte|Ende)(?:\s+de[rs])?)?"
_YEAR = r"(?:\s+(?:des\s+Jahres\s+)?(?P<year>20[0-9]{2}))?"
_MUST_YEAR = r"\s+(?P<year>20[0-9]{2})(?![0-9/])"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_NEXT = r"(?:(?:kommenden|nächsten|diesjährigen)\s+)?"


@dataclass(frozen=True)
class DateWording:
    """A date in a text: ``text[start:end]`` is ``wording``."""

    wording: str
    start: int
    end: int
    earliest: date | None
    latest: date | None


def find_dates(text: str, report_date: date | None) -> list[DateWording]:
    """Find wordings of dates, leftmost and longest first.

    Args:
        text: one or more German sentences.
        report_date: the Stand of the report; without it only wordings with a year get days.
    """
    found = sorted(_all(text, report_date), key=lambda w: (w.start, -w.end))
    kept: list[DateWording] = []
    for wording in found:
        if not kept or wording.start >= kept[-1].end:
            kept.append(wording)
    return kept


def _all(text: str, report_date: date | None) -> Iterator[DateWording]:
    for rule, days_of in _RULES:
        for match in rule.finditer(text):
            days = _days(match, report_date, days_of)
            bounded = _bounded(match, days, report_date) if days else (None, None)
            yield DateWording(match[0], match.start(), match.end(), *bounded)


def _days(
    match: re.Match[str], report: date | None, days_of: Callable[[re.Match[str], int], Days | None]
) -> Days | None:
    said = match.groupdict().get("year")
    try:
        if said:
            return days_of(match, int(said))
        if report is None:
            return None
        days = days_of(match, report.year)
        # what lies before the report is meant for the year after, unless it looks back
        backwards = (match.groupdict().get("lead") or "").startswith("seit")
        return days_of(match, report.year + 1) if days and days[1] < report and not backwards else days
    except ValueError:  # 31.02.
        return None


def _bounded(match: re.Match[str], days: Days, report: date | None) -> tuple[date | None, date | None]:
    lead = (match.groupdict().get("lead") or "").lower()
    first, last = days
    if "vor " in f"{lead} ":
        return _not_after(report, first - _ONE_DAY), first - _ONE_DAY
    if "nach " in f"{lead} ":
        return last + _ONE_DAY, date(last.year, 12, 31) if last < date(last.year, 12, 31) else None
    if lead.startswith(("bis", "spätestens")):
        # "by the holidays" ends where they begin; "by the end of the quarter" where it ends
        latest = first - _ONE_DAY if match.re is _HOLIDAYS else last
        return _not_after(report, latest), latest
    if lead.startswith("ab"):
        return first, None  # a beginning: whatever comes later is not late
    if lead.startswith("noch"):
        return (max(first, report) if report and report <= last else first), last
    return first, last


def _not_after(day: date | None, latest: date) -> date | None:
    return day if day and day <= latest else None


def _months(year: int, first: int, last: int, part: str | None = None) -> Days:
    if first == last and part:
        start, end = {"Anfang": (1, 10), "Mitte": (11, 20), "Ende": (21, 31)}[part]
        length = monthrange(year, first)[1]
        return date(year, first, start), date(year, first, min(end, length))
    if part:
        third = max(1, (last - first + 1) // 3)
        first, last = {
            "Anfang": (first, first + third - 1),
            "Mitte": (first + third, last - third),
            "Ende": (last - third + 1, last),
        }[part]
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _summer_holidays(_match: re.Match[str], year: int) -> Days | None:
    return SUMMER.get(year)


def _quarter(match: re.Match[str], year: int) -> Days:
    number = (
        _ORDINALS.get(match["ordinal"] or "") or _ROMAN.get(match["roman"] or "") or int(match["digit"] or 1)
    )
    if _part_of(match) == "Ende":
        last = 3 * number
        return _months(year, last, last)
    return _months(year, 3 * number - 2, 3 * number)


def _half(match: re.Match[str], year: int) -> Days:
    number = _ORDINALS[match["ordinal"]]
    return _months(year, 6 * number - 5, 6 * number)


def _season(match: re.Match[str], year: int) -> Days:
    first, last = _SEASONS[match["season"]]
    return _months(year, first, last)


def _part_of(match: re.Match[str]) -> str | None:
    lead = match["lead"].capitalize()
    return match["part"] or (lead if lead in {"Anfang", "Mitte", "Ende"} else None)


def _month(match: re.Match[str], year: int) -> Days:
    number = MONTHS.index(match["month"]) + 1
    return _months(year, number, number, _part_of(match))


def _year(match: re.Match[str], year: int) -> Days:
    part = _part_of(match)
    if part == "Ende":
        return _months(year, 10, 12)
    return _months(year, *{"Anfang": (1, 3), "Mitte": (5, 8)}.get(part or "", (1, 12)))


def _day(match: re.Match[str], year: int) -> Days:
    month = int(match["numeric"]) if match["numeric"] else MONTHS.index(match["month"]) + 1
    day = date(year, month, int(match["day"]))
    return day, day


_HOLIDAYS = re.compile(
    rf"(?:in der letzten Gremienkette\s+)?\b(?:{_LEAD}\s+){_NEXT}Sommerferien{_YEAR}", re.IGNORECASE
)
_RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str], int], Days | None]]] = [
    (_HOLIDAYS, _summer_holidays),
    (
        re.compile(
            rf"\b{_LEAD}{_PART}\s+(?:des\s+|dem\s+)?(?:(?P<ordinal>ersten|zweiten|dritten|vierten|[1-4]\.)\s+"
            rf"(?:Quartals?|Vierteljahr(?:e?s)?)|(?P<roman>I{{1,3}}|IV)\.?\s+Quartals?|Q(?P<digit>[1-4])){_YEAR}"
        ),
        _quarter,
    ),
    (
        re.compile(
            rf"\b{_LEAD}\s+(?:des\s+)?(?P<ordinal>ersten|zweiten|[12]\.)\s+(?:Halbjahr(?:e?s)?|Jahreshälfte){_YEAR}"
        ),
        _half,
    ),
    (re.compile(rf"\b{_LEAD}\s+{_NEXT}(?P<season>{'|'.join(_SEASONS)}){_YEAR}\b"), _season),
    (re.compile(rf"\b{_LEAD}{_PART}\s+{_MONTH}{_YEAR}\b"), _month),
    (re.compile(rf"\b{_LEAD}{_PART}(?:\s+(?:des\s+)?Jahr(?:e?s)?)?{_MUST_YEAR}"), _year),
    (
        re.compile(
            rf"\b{_LEAD}\s+(?P<day>[0-3]?[0-9])\.\s?(?:(?P<numeric>[01]?[0-9])\.\s?|{_MONTH}\s+)(?P<year>20[0-9]{{2}})"
        ),
        _day,
    ),
]

_PLAIN_DAY = re.compile(
    rf"(?<![0-9./])(?P<day>[0-3]?[0-9])\.\s?(?:(?P<numeric>[01]?[0-9])\.\s?|{_MONTH}\s+)(?P<year>20[0-9]{{2}})(?![0-9])"
)


def find_days(text: str) -> list[tuple[date, int, int]]:
    """Find plain days such as 14.03.2019 or 14. März 2019 with their places."""
    found = []
    for match in _PLAIN_DAY.finditer(text):
        try:
            found.append((_day(match, int(match["year"]))[0], match.start(), match.end()))
        except ValueError:
            continue
    return found


_UNREAD_YEAR = re.compile(
    rf"(?<![0-9./])(?:[0-3]?[0-9]\.\s?(?:[01]?[0-9]\.\s?|{_MONTH}\s+)(?P<of_day>[0-9]{{4}})|"
    r"[0-3][0-9]\.[01][0-9]\.(?P<short>[0-9]{2})|"
    r"(?:Vision|Jahre?s?|Quartals?|Halbjahr(?:e?s)?|Anfang|Mitte|Ende)\s+(?P<bare>[0-9]{4}))"
    r"(?![0-9/]|\.[0-9])"
)


def unread_years(text: str) -> list[str]:
    """Find dates whose year cannot be meant, or has two digits only: nothing is read from them."""
    told = []
    for match in _UNREAD_YEAR.finditer(text):
        year = match["short"] or match["of_day"] or match["bare"]
        if match["short"] or not is_possible(int(year)):
            told.append(match[0])
    return list(dict.fromkeys(told))
