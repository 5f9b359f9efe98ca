"""Which years can be meant: whoever writes 26 or 3019 has made a mistake, and the public would read it."""

from __future__ import annotations

import re
from datetime import date, datetime

from ckanext.digitalms.messages import N_, Message

# the oldest that a city's plan looks back to, and more than any plan looks ahead
FIRST, LAST = 1900, 2199
IMPOSSIBLE = N_(
    "The year {found} cannot be meant: years from {first} to {last} are taken, with all four digits."
)
_FORMS = ("%Y-%m-%d", "%d.%m.%Y")
_SHORT = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,3}|[0-9]{1,3}-[0-9]{1,2}-[0-9]{1,2}")
_LONG = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{5,6}|[0-9]{5,6}-[0-9]{1,2}-[0-9]{1,2}")


def is_possible(year: int) -> bool:
    """Return whether a year can be meant."""
    return FIRST <= year <= LAST


def read_day(text: str) -> date | Message:
    """Read a day as YYYY-MM-DD or DD.MM.YYYY; return why a text is none."""
    for form in _FORMS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return day if is_possible(day.year) else refused(day.year)
    if _SHORT.fullmatch(text) or _LONG.fullmatch(text):
        return refused(text.rpartition(".")[2] if "." in text else text.partition("-")[0])
    return Message(N_("“{found}” is no day: enter a date such as 14.03.2019."), {"found": text[:40]})


def read_year(text: str) -> int | Message:
    """Read a year; return why a text is none."""
    if not re.fullmatch(r"[0-9]{1,6}", text):
        return Message(N_("“{found}” is no year: enter four digits, such as 2026."), {"found": text[:40]})
    year = int(text)
    return year if is_possible(year) and len(text) == 4 else refused(text)


def refused(year: int | str) -> Message:
    """Say that a year cannot be meant."""
    return Message(IMPOSSIBLE, {"found": str(year), "first": str(FIRST), "last": str(LAST)})
