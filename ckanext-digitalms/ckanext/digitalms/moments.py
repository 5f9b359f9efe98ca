"""Days and moments as people send them: German days, and a time zone whose plus was not escaped.

A point in time has two parts: ``stichtag`` in an address (``cut_off_date`` in the API) is the day that is
told of, ``bekannt_am`` (``known_at``) when it was known. Neither can be later than today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo

from .measures import years
from .messages import N_, Message

# in an address a plus that is not escaped is read as a space
_LOST_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) (\d\d(?::?\d\d)?)")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def with_plus(text: str) -> str:
    """Return a moment with the plus of its time zone, where the way here made a space of it."""
    head, found = text[:10], _LOST_PLUS.fullmatch(text[10:])
    return f"{head}{found[1]}+{found[2]}" if found else text


def iso_day(text: str) -> str:
    """Return a German day (14.03.2019) as ISO 8601; all else as it is."""
    found = _GERMAN.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat() if found else text
    except ValueError:
        return text


class MomentError(ValueError):
    """What was sent is no day or moment, or none yet.

    Args:
        message: says so; a day in it is a :class:`~datetime.date`.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def cut_off_day(text: str, today: date) -> str:
    """Return a day up to today as ISO 8601.

    Args:
        text: the day, as ISO 8601 or German; a moment has a day, too.
        today: the day in the city's time zone.

    Raises:
        MomentError: it is no day, or one to come.
    """
    typed = iso_day(text.strip())
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not years.is_possible(day.year):
        raise MomentError(
            Message(N_("“{found}” is no day: enter a date such as 14.03.2019."), {"found": text[:40]})
        )
    _refuse_future(day, today)
    return day.isoformat()


def known_moment(text: str, today: date, zone: tzinfo) -> str:
    """Return a day, whose end counts, or a moment up to today as ISO 8601.

    Args:
        text: as people send it; a moment without a time zone is one of the city's.
        today: the day in the city's time zone.
        zone: that time zone.

    Raises:
        MomentError: it is neither, or one of a day to come.
    """
    typed = with_plus(iso_day(text.strip()))
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            found = read(typed)
        except ValueError:
            continue
        if years.is_possible(found.year):
            _refuse_future(_day_in(found, zone), today)
            return typed
    message = N_("“{found}” is no day or moment: write 2019-03-14 or 2019-03-14T12:00:00+01:00.")
    raise MomentError(Message(message, {"found": text[:40]}))


def _day_in(found: date | datetime, zone: tzinfo) -> date:
    if not isinstance(found, datetime):
        return found
    return (found.astimezone(zone) if found.tzinfo else found).date()


def _refuse_future(day: date, today: date) -> None:
    if day > today:
        text = N_("{day} lies in the future, of which nothing is known yet: choose a day up to {today}.")
        raise MomentError(Message(text, {"day": day, "today": today}))


def the_one(name: str, texts: Sequence[str]) -> str:
    """Return what was said under a name, an empty text for nothing.

    Raises:
        MomentError: it was said more than once, and not the same.
    """
    told = dict.fromkeys(text.strip() for text in texts)
    if len(told) > 1:
        raise MomentError(Message(N_("“{name}” stands in the address more than once."), {"name": name}))
    return next(iter(told), "")


def readers(today: date, zone: tzinfo) -> Mapping[str, Callable[[str], str]]:
    """Return what reads each part of a point in time, by its name in addresses."""
    return {
        "stichtag": lambda text: cut_off_day(text, today),
        "bekannt_am": lambda text: known_moment(text, today, zone),
    }


# what actions call the parts of a point in time that addresses of pages and tables have
IN_ACTIONS = {"stichtag": "cut_off_date", "bekannt_am": "known_at"}
# for an address that has no day, whatever the page that makes it shows
NO_DAY: Mapping[str, None] = dict.fromkeys(IN_ACTIONS)
