"""Days and moments as people send them: German days, and a time zone whose plus was not escaped."""

from __future__ import annotations

import re
from datetime import date

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
