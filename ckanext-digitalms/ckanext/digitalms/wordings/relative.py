"""Times that are counted from the day of the paper: the next quarter, within six months, in two years."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from ckanext.digitalms.messages import N_

from .spans import Span, months, part_of_days, part_of_months
from .units import OS, YEAR, S, Unclear, Unit
from .vocabulary import Precision, Rule

# how many later than the one of today
STEPS = {
    "übernächst": 2,
    "nächst": 1,
    "kommend": 1,
    "folgend": 1,
    "dies": 0,
    "laufend": 0,
    "aktuell": 0,
    "letzt": -1,
    "vergangen": -1,
    "vorig": -1,
}
# of which calendar year
OF_YEAR = {"diesjährig": 0, "vorjährig": -1, "letztjährig": -1, "nächstjährig": 1}
YEARLY = rf"(?P<yearly>{'|'.join(OF_YEAR)})e[nrsm]?"
ADJECTIVE = rf"(?P<step>{'|'.join(STEPS)})(?:e[nrsm]?)?"
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            *(("ein", "eine", "einem", "einer", "eines"), ("zwei", "beiden"), ("drei",), ("vier",)),
            *(("fünf",), ("sechs",), ("sieben",), ("acht",), ("neun",), ("zehn",), ("elf",), ("zwölf",)),
        ),
        1,
    )
    for word in words
}
_NUMBER = rf"(?P<number>[1-9][0-9]?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>Tag|Woche|Monat|Quartal|Halbjahr|Jahr)(?:e[sn]?|n|s)?(?!\w)"
_KIND = r"(?P<unit>Kalenderwoche|Woche|Monat|Quartal|Halbjahr|Kalenderjahr|Haushaltsjahr|Jahr)(?:e?s|en?)?"
_PERIOD = re.compile(
    rf"{ADJECTIVE}{S}{_KIND}(?!\w|{S}{YEAR})",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"(?:(?:innerhalb|binnen)(?:{S}(?:von|der|des))?|in{S}den)(?:{S}(?:nächsten|kommenden|folgenden))?{S}"
    rf"{_NUMBER}{S}{_UNIT}",
    re.IGNORECASE,
)
_AHEAD = re.compile(rf"in{S}(?:etwa{S}|ca\.{OS}|rund{S})?{_NUMBER}{S}{_UNIT}", re.IGNORECASE)
_NOW = re.compile(r"ab\s{1,9}sofort(?!\w)|sofort(?!\w)", re.IGNORECASE)
NEEDS_DAY = N_("“{wording}” counts from the Stand, which is not known. Enter the days.")


def period_at(text: str, place: int, day: date | None) -> Unit | None:
    """Read "nächsten Quartal", "laufenden Jahres": one of its kind after, at or before the day."""
    match = _PERIOD.match(text, place)
    if match is None:
        return None
    kind, step = match["unit"].lower(), STEPS[match["step"].lower()]
    wording = match[0]

    def span(_year: int) -> Span:
        if day is None:
            raise Unclear(NEEDS_DAY, wording=wording)
        return _period(day, kind, step)

    def finer(year: int, part: str) -> Span:
        whole = span(year)
        if kind.endswith("woche"):
            return part_of_days(whole, part)
        return part_of_months(whole.first.year, whole.first.month, whole.last.month, part)

    precision = _PRECISION[kind.removeprefix("kalender")]
    return Unit(match.end(), span, precision, Rule.RELATIVE, 0, finer=finer)


_PRECISION = {
    "tag": Precision.DAY,
    "woche": Precision.WEEK,
    "monat": Precision.MONTH,
    "quartal": Precision.QUARTER,
    "halbjahr": Precision.HALF,
    "haushaltsjahr": Precision.YEAR,
    "jahr": Precision.YEAR,
}
_MONTHS = {"monat": 1, "quartal": 3, "halbjahr": 6}


def _period(day: date, kind: str, step: int) -> Span:
    if kind.endswith("jahr") and kind != "halbjahr":
        return months(day.year + step, 1, 12)
    if kind.endswith("woche"):
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return Span(monday, monday + timedelta(days=6))
    length = _MONTHS[kind]
    index = (day.year * 12 + day.month - 1) // length + step
    year, first = divmod(index * length, 12)
    return months(year, first + 1, first + length)


def duration_at(text: str, place: int, day: date | None) -> tuple[Unit, bool] | None:
    """Read "innerhalb von sechs Monaten" or "in zwei Jahren"; the second value: whether it is an end."""
    for pattern, is_end in ((_WITHIN, True), (_AHEAD, False)):
        match = pattern.match(text, place)
        if match is not None:
            number = _NUMBERS.get(match["number"].lower()) or int(match["number"])
            span = _counted(match[0], day, match["unit"].lower(), number, is_end)
            unit = Unit(match.end(), span, _PRECISION[match["unit"].lower()], Rule.RELATIVE, 0)
            return unit, is_end
    return None


def now_at(text: str, place: int, day: date | None) -> Unit | None:
    """Read "ab sofort": from the day of the paper."""
    match = _NOW.match(text, place)
    if match is None:
        return None
    wording = match[0]

    def span(_year: int) -> Span:
        if day is None:
            raise Unclear(NEEDS_DAY, wording=wording)
        return Span.of(day)

    return Unit(match.end(), span, Precision.DAY, Rule.RELATIVE, 0)


def _counted(wording: str, day: date | None, kind: str, number: int, is_end: bool) -> Callable[[int], Span]:
    def span(_year: int) -> Span:
        if day is None:
            raise Unclear(NEEDS_DAY, wording=wording)
        steps = {
            "tag": relativedelta(days=number),
            "woche": relativedelta(weeks=number),
            "jahr": relativedelta(years=number),
        }
        then = day + steps.get(kind, relativedelta(months=number * _MONTHS.get(kind, 1)))
        if is_end:
            return Span(day, then)
        if kind == "tag":
            return Span.of(then)
        return _period(then, kind, 0)

    return span
