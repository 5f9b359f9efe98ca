"""Milestones as an iCalendar file, which calendars subscribe to: the same entry is the same for good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

_ONE_DAY = timedelta(days=1)
# a calendar asks again after a day
_FRESH = timedelta(days=1)


def calendar(
    rows: Iterable[Mapping[str, Any]], host: str, name: str, says: Callable[[Mapping[str, Any]], str]
) -> bytes:
    """Write milestones as all-day entries on the day that they are due; those without a day are left out.

    Args:
        rows: as ``digitalms_milestone_list`` gives them.
        host: of the catalogue, which makes the entries' ids unique in the world.
        name: of the calendar.
        says: what an entry says of a milestone, in sentences.
    """
    from icalendar import Calendar  # a tenth of a second, and most requests need none of it

    written = Calendar()
    written.add("prodid", f"-//{host}//digitalms//DE")
    written.add("version", "2.0")
    written.add("name", name)
    written.add("x-wr-calname", name)
    written.add("refresh-interval", _FRESH, parameters={"VALUE": "DURATION"})
    for row in rows:
        if row["due"]:
            written.add_component(_entry(row, host, says(row)))
    return bytes(written.to_ical())


def _entry(row: Mapping[str, Any], host: str, text: str) -> Any:
    from icalendar import Event

    day = date.fromisoformat(row["due"])
    changed = datetime.fromisoformat(row["changed_at"]).astimezone(UTC).replace(microsecond=0)
    entry = Event()
    entry.add("uid", f"milestone-{row['measure_id']}-{row['milestone_id']}@{host}")
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("sequence", row["sequence"])
    entry.add("dtstart", day)
    if day < date.max:
        entry.add("dtend", day + _ONE_DAY)
    entry.add("summary", f"{row['measure_title']}: {row['title'] or row['date_text'] or ''}".strip(": "))
    entry.add("description", text)
    entry.add("url", row["url"])
    entry.add("transp", "TRANSPARENT")
    if row["organisation_title"]:
        entry.add("categories", [row["organisation_title"]])
    return entry
