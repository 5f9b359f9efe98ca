"""The times that a wording can name, each a rule of its own: what it looks like and which days it means.

Each function builds a rule's :class:`Unit` of what its pattern in :mod:`.unit_rules` found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ckanext.digitalms.messages import N_, Message

from .calendars import in_use
from .feasts import FEASTS
from .school import NAMES, school_holidays
from .spans import Span, half_of_month, months, part_of_days, part_of_months, week
from .vocabulary import Precision, Rule

MONTHS = [
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
]
SHORT_MONTHS = ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"]
# the first and last month; from 13 on those of the year after
SEASONS = {
    "frühjahr": (3, 5),
    "frühling": (3, 5),
    "frühsommer": (6, 6),
    "hochsommer": (7, 7),
    "spätsommer": (8, 9),
    "sommer": (6, 8),
    "frühherbst": (9, 9),
    "spätherbst": (11, 11),
    "herbst": (9, 11),
    "winter": (12, 14),
    "jahreswechsel": (12, 12),
}
TERMS = {
    "schuljahr": (8, 19),
    "sommersemester": (4, 9),
    "wintersemester": (10, 15),
    "sommerhalbjahr": (4, 9),
    "winterhalbjahr": (10, 15),
}
_TWO_YEARS = re.compile(r"\s{1,9}[0-9]{4}/[0-9]{2}")
_ORDINALS = ["erst", "zweit", "dritt", "viert"]
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}

S, OS = r"\s{1,9}", r"\s{0,9}"
YEAR = r"(?:19|20)[0-9]{2}"
MONTH = rf"(?:{'|'.join(MONTHS)}|(?:{'|'.join(SHORT_MONTHS)}|Sept|Mrz)\b\.?)"

UNKNOWN_HOLIDAYS = N_(
    "“{wording}”: the school holidays of {year} in this state are in no table, so no day was read. "
    "Enter the days."
)


class Unclear(Exception):  # noqa: N818 - no fault: a sentence for whoever knows the day
    """No day can be told; says why."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.message = Message(text, dict(values))


@dataclass(frozen=True)
class Unit:
    """A named time at a place of the text.

    Args:
        end: where its text ends.
        span: its days in a year.
        precision: how exact it is.
        rule: that read it.
        year: where its own text names one.
        crosses: whether it begins in its year and ends in the next one, so that two years may be named
            ("Winter 2019/20") and one may be either.
        is_turn: whether it is the moment between two years, which no day belongs to.
        is_end: whether it is the end of a time, so that what is before it may be in it ("vor Jahresende").
        is_plain: whether it is one by itself, in running text, too ("KW 12", not "Sommer").
        is_weak: whether it may be something else in running text ("3.1.", "5/2020").
        is_exclusive: whether "bis" means until it begins ("bis zu den Sommerferien").
        finer: what its begin, middle and end are; without it those of its days.
    """

    end: int
    span: Callable[[int], Span]
    precision: Precision
    rule: Rule
    year: int | None = None
    crosses: bool = False
    is_turn: bool = False
    is_end: bool = False
    is_plain: bool = False
    is_weak: bool = False
    is_exclusive: bool = False
    finer: Callable[[int, str], Span] | None = None

    def days(self, year: int, part: str | None) -> Span:
        """Return the days in a year, or of a part of it.

        Raises:
            Unclear: no table has them.
            ValueError: there is no such day, as 31.02.
        """
        if part is None:
            return self.span(year)
        return self.finer(year, part) if self.finer else part_of_days(self.span(year), part)

    def whole(self, year: int) -> Span:
        """Return the days that "next" and "last" count by: of the turn of a year the first of the new one."""
        return Span.of(date(year + 1, 1, 1)) if self.is_turn else self.span(year)

    def years(self, year: int) -> str:
        """Return its year as it is written: "2019", or "2019/2020" for what crosses the new year."""
        return f"{year}/{year + 1}" if self.crosses else str(year)


def _said_year(match: re.Match[str]) -> int | None:
    said = match.groupdict().get("year")
    return int(said) if said else None


def _of_months(
    match: re.Match[str], first: int, last: int, precision: Precision, rule: Rule, **more: bool
) -> Unit:
    return Unit(
        match.end(),
        lambda year: months(year, first, last),
        precision,
        rule,
        _said_year(match),
        finer=lambda year, part: part_of_months(year, first, last, part),
        **more,
    )


def _number(text: str | None) -> int:
    """Read "dritten", "3.", "III", "3"."""
    said = (text or "").rstrip(".")
    for number, beginning in enumerate(_ORDINALS, 1):
        if said.lower().startswith(beginning):
            return number
    return _ROMAN.get(said) or int(said)


def _numbers(match: re.Match[str], count: int) -> tuple[int, int]:
    """Read one number or two; the first of "4./1." is of the year before, where the last one is 0."""
    first = _number(match["first"])
    said = match.groupdict().get("last")
    last = _number(said) if said else first
    return (first - count if first > last else first), last


def quarter_of(match: re.Match[str]) -> Unit:
    """Read quarters, one or several: "III. Quartal", "3./4. Quartal", "Q3", "III/2019"."""
    first, last = _numbers(match, 4)
    precision = Precision.QUARTER if first == last else Precision.PERIOD
    is_word = not match[0].upper().startswith("Q")
    return _of_months(match, 3 * first - 2, 3 * last, precision, Rule.QUARTER, is_plain=is_word)


def half_of(match: re.Match[str]) -> Unit | None:
    """Read halves of the year: "1. Halbjahr", "zweite Jahreshälfte", "H1"."""
    first, last = _numbers(match, 2)
    if max(last, _number(match["first"])) > 2:
        return None
    precision = Precision.HALF if first == last else Precision.YEAR
    return _of_months(
        match, 6 * first - 5, 6 * last, precision, Rule.HALF, is_plain=match[0][0].upper() != "H"
    )


def third_of(match: re.Match[str]) -> Unit | None:
    """Read thirds of the year: "erstes Jahresdrittel"."""
    number = _number(match["first"])
    if number > 3:
        return None
    return _of_months(match, 4 * number - 3, 4 * number, Precision.PERIOD, Rule.THIRD, is_plain=True)


def last_of(match: re.Match[str]) -> Unit:
    """Read the last quarter, half or third of a year that is named: "letztes Quartal 2019"."""
    length, precision, rule = {
        "quartal": (3, Precision.QUARTER, Rule.QUARTER),
        "halbjahr": (6, Precision.HALF, Rule.HALF),
    }.get(match["kind"].lower(), (4, Precision.PERIOD, Rule.THIRD))
    return _of_months(match, 13 - length, 12, precision, rule, is_plain=True)


def season_of(match: re.Match[str]) -> Unit:
    """Read seasons, school years and semesters."""
    name = match["season"].lower()
    first, last = SEASONS.get(name) or TERMS[name]
    precision = Precision.PERIOD if last - first < 11 else Precision.YEAR
    is_turn = name == "jahreswechsel"
    crosses = is_turn or last > 12
    if is_turn and _TWO_YEARS.match(match.string, match.end()):
        last = 13
    return _of_months(
        match,
        first,
        last,
        precision,
        Rule.SEASON,
        crosses=crosses,
        is_turn=is_turn,
        is_exclusive=name in TERMS,
    )


def month_number(name: str) -> int:
    """Return the number of a month's name, also of a short one."""
    low = name.lower().rstrip(".")
    if low == "mrz":
        return 3
    return next(number for number, short in enumerate(SHORT_MONTHS, 1) if low.startswith(short.lower()))


def month_of(match: re.Match[str]) -> Unit:
    """Read a month by its name."""
    number = month_number(match["month"])
    return _of_months(match, number, number, Precision.MONTH, Rule.MONTH)


def month_in_figures_of(match: re.Match[str]) -> Unit | None:
    """Read a month in figures: "06/2026", "2026-06"."""
    number = int(match["number"])
    if not 1 <= number <= 12:
        return None
    return _of_months(match, number, number, Precision.MONTH, Rule.MONTH, is_weak=True)


def half_month_of(match: re.Match[str]) -> Unit | None:
    """Read half a month: "erste Maihälfte"."""
    number, half = month_number(match["month"] or match["whole"]), _number(match["first"])
    if half > 2:
        return None
    return Unit(
        match.end(), lambda year: half_of_month(year, number, half), Precision.PART_OF_MONTH, Rule.MONTH
    )


def third_of_month_of(match: re.Match[str]) -> Unit | None:
    """Read a third of a month: "zweites Drittel des Monats Mai"."""
    number, third = month_number(match["month"]), _number(match["first"])
    if third > 3:
        return None
    part = ("anfang", "mitte", "ende")[third - 1]
    return Unit(
        match.end(),
        lambda year: part_of_months(year, number, number, part),
        Precision.PART_OF_MONTH,
        Rule.MONTH,
    )


def week_of(match: re.Match[str]) -> Unit:
    """Read calendar weeks: "KW 12", "12. KW", "KW 12 bis 14"."""
    first = int(match["first"])
    said = match.groupdict().get("last")
    last = int(said) if said else first
    if last < first and first - last < 26:
        last = first  # "KW 12 – 10 Uhr" are no weeks until the next year
    precision = Precision.WEEK if first == last else Precision.PERIOD
    return Unit(
        match.end(),
        lambda year: week(year, first, last),
        precision,
        Rule.WEEK,
        _said_year(match),
        is_plain=True,
    )


def feast_of(match: re.Match[str]) -> Unit:
    """Read a feast; "bis" means until it begins where it lasts for more than a day."""
    span = FEASTS[" ".join(match["feast"].lower().split())]
    precision = Precision.DAY if span(2020).first == span(2020).last else Precision.PERIOD
    return Unit(match.end(), span, precision, Rule.FEAST, is_exclusive=precision is Precision.PERIOD)


def school_of(match: re.Match[str]) -> Unit:
    """Read school holidays; without a table of that year they are unclear."""
    wording, kind = match[0], NAMES[match["kind"].lower()]

    def span(year: int) -> Span:
        found = school_holidays(in_use().state, kind, year)
        if found is None:
            raise Unclear(UNKNOWN_HOLIDAYS, wording=wording, year=str(year))
        return found

    crosses = kind == "Weihnachtsferien"
    return Unit(match.end(), span, Precision.PERIOD, Rule.SCHOOL, crosses=crosses, is_exclusive=True)


def recess_of(match: re.Match[str]) -> Unit:
    """Read the council's summer recess (Sommerpause), which is told by the holidays."""
    wording = match[0]

    def span(year: int) -> Span:
        found = school_holidays(in_use().state, NAMES["sommer"], year)
        if found is None:
            raise Unclear(UNKNOWN_HOLIDAYS, wording=wording, year=str(year))
        return found

    return Unit(match.end(), span, Precision.PERIOD, Rule.SCHOOL, is_exclusive=True)


def edge_of_year_of(match: re.Match[str]) -> Unit:
    """Read the end of a year (December), its begin (January), or its middle, as "Mitte 2020"."""
    first, last = {"ende": (12, 12), "mitte": (5, 8)}.get(match["edge"].lower(), (1, 1))
    precision = Precision.MONTH if first == last else Precision.PERIOD
    return _of_months(match, first, last, precision, Rule.YEAR, is_end=first == 12)


def edge_of_month_of(match: re.Match[str]) -> Unit:
    """Read the end of a month: "Monatsende Mai"."""
    number, part = month_number(match["month"]), match["edge"].lower().replace("beginn", "anfang")
    return Unit(
        match.end(),
        lambda year: part_of_months(year, number, number, part),
        Precision.PART_OF_MONTH,
        Rule.MONTH,
        is_end=part == "ende",
    )


def year_of(match: re.Match[str]) -> Unit:
    """Read a year."""
    return _of_months(match, 1, 12, Precision.YEAR, Rule.YEAR)


def years_of(match: re.Match[str]) -> Unit | None:
    """Read two years; with a stroke only where nothing else was typed, since papers are numbered so."""
    first, last = int(match["year"]), _full(match["year"], match["last"] or match["until"])
    if last <= first or last - first > 50:
        return None
    return Unit(
        match.end(),
        lambda year: Span(date(year, 1, 1), date(last, 12, 31)),
        Precision.YEARS,
        Rule.YEAR,
        first,
        is_weak="/" in match[0],
    )


def _full(year: str, short: str) -> int:
    return int(short) if len(short) == 4 else int(year[: 4 - len(short)] + short)


def this_year_of(match: re.Match[str]) -> Unit:
    """Read a year that is not named: "Ende des Jahres"."""
    return _of_months(match, 1, 12, Precision.YEAR, Rule.YEAR, is_weak=True)


def day_of(match: re.Match[str]) -> Unit:
    """Read a day: "14.03.2019", "14. März", "2019-03-14"."""
    number = int(match["numeric"]) if match["numeric"] else month_number(match["month"])
    day = int(match["day"])
    return Unit(
        match.end(),
        lambda year: Span.of(date(year, number, day)),
        Precision.DAY,
        Rule.DAY,
        _said_year(match),
        is_weak=bool(match["numeric"]) and not _said_year(match),
    )


def days_of_a_month_of(match: re.Match[str]) -> Unit:
    """Read days of one month: "vom 1. bis 5. Mai"."""
    number = int(match["numeric"]) if match["numeric"] else month_number(match["month"])
    first, last = int(match["day"]), int(match["last"])
    begins, ends = number, max(first, last)
    if first > last and not re.search("und|/", match[0]):  # "28. April" is meant by "vom 28. bis 3. Mai"
        begins, ends = number - 1, last

    def span(year: int) -> Span:
        return Span(months(year, begins, begins).first.replace(day=first), date(year, number, ends))

    return Unit(match.end(), span, Precision.PERIOD, Rule.DAY, _said_year(match), is_plain=True)
