"""Reads sittings from an iCalendar file, as council systems and calendars write them.

A calendar is a program in small: it can repeat every second for ever, be gigabytes when unfolded, or bring
time zones of its own. So what is repeated more often than weekly, or by hours, is left out and told; what is
repeated is followed for some years only; and size, entries and sittings have limits with a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ckanext.digitalms.measures.years import is_possible
from ckanext.digitalms.messages import N_, Message

from .sittings import Sitting, is_cancelled, is_council

MAX_BYTES, MAX_ENTRIES, MAX_SITTINGS, MAX_REPEATED = 2_000_000, 5_000, 5_000, 50
LONGEST_BODY = 200
_BEFORE, _AHEAD = timedelta(days=2 * 366), timedelta(days=3 * 366)
_ENTRY = re.compile(rb"^BEGIN:VEVENT", re.IGNORECASE | re.MULTILINE)
_FREQUENCIES = {"WEEKLY", "MONTHLY", "YEARLY"}
_BY_TIME = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO")
_PREFIX = re.compile(
    r"(?:\d{1,4}\.\s*)?(?:(?:außer)?ordentliche\s+|öffentliche\s+|gemeinsame\s+|konstituierende\s+)*Sitzung\s*(?:de[rs]\s+|:\s*|[–-]\s*)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\s*\((?:nicht\s?)?(?:öffentlich|teilöffentlich)[^)]*\)\s*\Z", re.IGNORECASE)


class SittingFileError(ValueError):
    """A file that is no calendar, or too much of one; says what to do."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.message = Message(text, dict(values))


@dataclass(frozen=True)
class SittingFile:
    """What a file holds: its sittings in order, and what was left out with the reason."""

    sittings: tuple[Sitting, ...]
    left_out: tuple[Message, ...]


def read_sittings(content: bytes, council: str, zone: ZoneInfo, today: date) -> SittingFile:
    """Read the sittings of an iCalendar file.

    Args:
        content: of the file.
        council: what the council is called.
        zone: of the city; a time of another zone is told in it.
        today: what is repeated is followed from two years before to three years after it.

    Raises:
        SittingFileError: it is none, has no sittings, or is larger than is read.
    """
    events = _events(content)
    single = [event for event in events if not _is_repeated(event)]
    uids = {str(event.get("UID")) for event in events if _is_repeated(event)}
    changed = [event for event in single if "RECURRENCE-ID" in event and str(event.get("UID")) in uids]
    theirs = set(map(id, changed))
    plain = [event for event in single if id(event) not in theirs]
    left_out: list[Message] = []
    repeated = [event for event in events if _is_repeated(event) and _is_followed(event, left_out)]
    found = [*plain, *_followed([*repeated, *changed], today)] if repeated else plain
    sittings = {one for event in found if (one := _sitting(event, council, zone, left_out)) is not None}
    if len(sittings) > MAX_SITTINGS:
        raise SittingFileError(_TOO_MANY, found=str(len(sittings)), allowed=str(MAX_SITTINGS))
    if not sittings:
        raise SittingFileError(N_("There is no sitting in this calendar that could be read."))
    reasons = {str(one): one for one in left_out}
    return SittingFile(tuple(sorted(sittings)), tuple(reasons.values()))


_TOO_MANY = N_("The calendar has {found} sittings; at most {allowed} are read. Export a shorter time.")


def _events(content: bytes) -> list[Any]:
    """Return the entries of a calendar, without its time zones."""
    from icalendar import Calendar  # a tenth of a second, and most requests need none of it

    if len(content) > MAX_BYTES:
        text = N_("The calendar is larger than {limit} MB, the most that is read: export a shorter time.")
        raise SittingFileError(text, limit=f"{MAX_BYTES / 10**6:g}")
    if b"BEGIN:VCALENDAR" not in content[:2000].upper():
        text = N_("This is no calendar: export the sittings as iCalendar (.ics), not as a table or a page.")
        raise SittingFileError(text)
    entries = sum(1 for _ in _ENTRY.finditer(content))
    if entries > MAX_ENTRIES:
        raise SittingFileError(_TOO_MANY, found=str(entries), allowed=str(MAX_ENTRIES))
    try:
        calendar = Calendar.from_ical(_without_zones(content))
        return list(calendar.walk("VEVENT"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as err:
        raise SittingFileError(N_("The calendar cannot be read: export it again.")) from err


def _without_zones(content: bytes) -> bytes:
    """Leave out a file's own time zones, which may hold endless rules: the catalogue's are used."""
    kept, is_zone = [], False
    for line in content.splitlines(keepends=True):
        word = line.strip().upper()
        is_zone = is_zone or word == b"BEGIN:VTIMEZONE"
        if not is_zone:
            kept.append(line)
        is_zone = is_zone and word != b"END:VTIMEZONE"
    return b"".join(kept)


def _is_repeated(event: Any) -> bool:
    return "RRULE" in event or "RDATE" in event


def _is_followed(event: Any, left_out: list[Message]) -> bool:
    """Return whether a repetition is one of sittings: weekly at most, by no hours."""
    rules = event.get("RRULE") or []
    for rule in rules if isinstance(rules, list) else [rules]:
        frequency = {str(one).upper() for one in rule.get("FREQ", [])}
        if not frequency <= _FREQUENCIES or any(name in rule for name in _BY_TIME):
            text = N_("“{title}” is repeated more often than sittings are, so it was left out.")
            left_out.append(Message(text, {"title": _title(event)}))
            return False
    return True


def _followed(events: list[Any], today: date) -> list[Any]:
    """Return each time that what is repeated takes place."""
    from icalendar import Calendar
    from recurring_ical_events import of

    if len(events) > 20 * MAX_REPEATED or sum(map(_is_repeated, events)) > MAX_REPEATED:
        text = N_("The calendar has more than {allowed} repeated entries: export the single sittings.")
        raise SittingFileError(text, allowed=str(MAX_REPEATED))
    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    try:
        return list(of(calendar, skip_bad_series=True).between(today - _BEFORE, today + _AHEAD))
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as err:
        raise SittingFileError(N_("The calendar cannot be read: export it again.")) from err


def _sitting(event: Any, council: str, zone: ZoneInfo, left_out: list[Message]) -> Sitting | None:
    title, day = _title(event), _day(event, zone)
    body = body_of(title)
    if day is None or not is_possible(day.year) or not body:
        left_out.append(
            Message(N_("“{title}” has no day or no title, so it was left out."), {"title": title})
        )
        return None
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or is_cancelled(title):
        left_out.append(Message(N_("“{title}” on {day} does not take place."), {"title": title, "day": day}))
        return None
    return Sitting(day, body, is_council(body, council))


def _title(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).replace("\0", "").split())[:LONGEST_BODY]


def _day(event: Any, zone: ZoneInfo) -> date | None:
    try:
        start = event.decoded("DTSTART", None)
        if isinstance(start, datetime):
            return (start.astimezone(zone) if start.tzinfo else start).date()
        return start if isinstance(start, date) else None
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return None


def body_of(title: str) -> str:
    """Return the body that a calendar's entry names: "12. Sitzung des Rates (öffentlich)" is "Rat"."""
    body = _SUFFIX.sub("", _PREFIX.sub("", title, count=1)).strip(" ,;:–-")
    return re.sub(r"^(Stadtr|Gemeinder|R)ates\b", r"\1at", body)
