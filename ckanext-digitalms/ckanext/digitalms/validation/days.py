"""Days and months as people write them: each form is read by itself, and nothing is guessed between two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from .column_forms import GERMAN, ISO, NAMED_DAY, NAMED_MONTH, SHORT_DAY
from .dialect import AUTO

_YEAR, _SHORT = "(?P<y>[0-9]{4})", "(?P<y>[0-9]{4}|[0-9]{2})"
_DAY, _MONTH = "(?P<d>[0-9]{1,2})", "(?P<m>[0-9]{1,2})"
_NAMES = (
    ("jan", "january", "januar", "jänner"), ("feb", "february", "februar"),
    ("mär", "märz", "mrz", "mar", "march", "maerz"), ("apr", "april"), ("mai", "may"),
    ("jun", "juni", "june"), ("jul", "juli", "july"), ("aug", "august"),
    ("sep", "sept", "september"), ("okt", "oktober", "oct", "october"), ("nov", "november"),
    ("dez", "dezember", "dec", "december"),
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
_NAME = "(?P<m>[A-Za-zÄä]{3,9})\\.?"
DAYS = {
    ISO: re.compile(f"{_YEAR}-(?P<m>[0-9]{{2}})-(?P<d>[0-9]{{2}})"),
    GERMAN: re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}"),
    SHORT_DAY: re.compile(rf"{_DAY}\.{_MONTH}\.{_SHORT}"),
    NAMED_DAY: re.compile(rf"{_DAY}\. ?{_NAME} {_YEAR}"),
    "%Y/%m/%d": re.compile(f"{_YEAR}/{_MONTH}/{_DAY}"),
    "%d/%m/%Y": re.compile(f"{_DAY}/{_MONTH}/{_YEAR}"),
    "%m/%d/%Y": re.compile(f"{_MONTH}/{_DAY}/{_YEAR}"),
    "%d/%m/%y": re.compile(f"{_DAY}/{_MONTH}/{_SHORT}"),
    "%m/%d/%y": re.compile(f"{_MONTH}/{_DAY}/{_SHORT}"),
    "%d-%m-%Y": re.compile(f"{_DAY}-{_MONTH}-{_YEAR}"),
    "%m-%d-%Y": re.compile(f"{_MONTH}-{_DAY}-{_YEAR}"),
}
# forms of which no text fits another with another day, and whose century nobody guesses
CERTAIN = (ISO, GERMAN, NAMED_DAY, "%Y/%m/%d")
# which of two comes first is told by a day beyond the twelfth, or by a person
EITHER = (("%d/%m/%Y", "%m/%d/%Y"), ("%d/%m/%y", "%m/%d/%y"), ("%d-%m-%Y", "%m-%d-%Y"))
ISO_MONTH = "%Y-%m"
MONTHS = {
    NAMED_MONTH: re.compile(f"{_NAME} {_YEAR}"),
    "%m/%Y": re.compile(f"{_MONTH}/{_YEAR}"),
    "%m.%Y": re.compile(rf"{_MONTH}\.{_YEAR}"),
    ISO_MONTH: re.compile(f"{_YEAR}-(?P<m>[0-9]{{2}})"),
}
_TWO_DIGITS = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}")
_PIVOT = 69  # of years with two digits, as everywhere: 68 is 2068, 69 is 1969
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


def read_day(text: str, form: str) -> date | None:
    """Return the day, or ``None`` where a text is none in this form."""
    pattern, plain = DAYS.get(form), text.strip()
    try:
        if pattern is None:
            return datetime.strptime(plain, form).date()
        match = pattern.fullmatch(plain)
        return match and date(_year(match["y"]), _month(match["m"]), int(match["d"]))
    except ValueError:
        return None


def form_of_day(text: str) -> str | None:
    """Return the first form in which a text is a day, or ``None`` for one that is none."""
    if not text[:1].isdigit():
        return None  # most texts
    return next((form for form in DAYS if read_day(text, form) is not None), None)


def read_short_day(text: str) -> date | None:
    """Return a day as ``1.6.26``: with two digits for its year, which are those of 1969 to 2068."""
    return read_day(text, SHORT_DAY) if _TWO_DIGITS.fullmatch(text.strip()) else None


def read_month(text: str, form: str) -> str | None:
    """Return the month, such as ``2026-06``, or ``None`` where a text is none in this form."""
    match = MONTHS[form].fullmatch(" ".join(text.split()))
    if match is None:
        return None
    year, month = int(match["y"]), _month(match["m"])
    fits = _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= len(_NAMES)
    return f"{year}-{month:02}" if fits else None


def day_forms(texts: Iterable[str], stated: str = AUTO) -> tuple[str, ...]:
    """Return the forms in which most cells of a column are days; ISO if none is a day in any."""
    if stated != AUTO:
        return (stated,)
    counted = dict.fromkeys(DAYS, 0)
    for text, times in Counter(texts).items():
        for form in DAYS:
            counted[form] += times * (read_day(text, form) is not None)
    most = max(counted.values())
    return tuple(form for form, count in counted.items() if count == most) if most else (ISO,)


def days_of(texts: Sequence[str], stated: str = AUTO) -> tuple[str, ...]:
    """Return the forms in which every cell is a day, those that give the same days only once."""
    forms = [stated] if stated in DAYS else list(DAYS)
    found: dict[tuple[date | None, ...], str] = {}
    for form in forms:
        days = []
        for text in texts:
            days.append(read_day(text, form))
            if days[-1] is None:
                break
        else:
            found.setdefault(tuple(days), form)
    return tuple(found.values())


def months_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the forms in which every cell is a month."""
    return tuple(form for form in MONTHS if all(read_month(text, form) for text in texts))


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= _PIVOT else 2000)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.get(text.casefold(), 0)
