"""School holidays of the German states, from the library ``holidays`` (source: Kultusministerkonferenz)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from .spans import Span

# the states as the library has them; a calendar of school holidays is one of these
STATES = (
    *("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV"),
    *("NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"),
)
NAMES = {
    "sommer": "Sommerferien",
    "herbst": "Herbstferien",
    "oktober": "Herbstferien",
    "weihnachts": "Weihnachtsferien",
    "oster": "Oster-/Frühjahrsferien",
    "frühjahrs": "Oster-/Frühjahrsferien",
    "pfingst": "Himmelfahrts-/Pfingstferien",
    "winter": "Winterferien",
}
# the library ends with 2029: the summer of the long-term table 2025-2030 of the Kultusministerkonferenz
_BEYOND = {("NW", "Sommerferien", 2030): Span(date(2030, 6, 24), date(2030, 8, 6))}
_CHRISTMAS, _LONG_WEEKEND = "Weihnachtsferien", timedelta(days=4)


@cache
def school_holidays(state: str, kind: str, year: int) -> Span | None:
    """Return the first and last day of the holidays that begin in a year; nothing where no table has them.

    Args:
        state: two letters.
        kind: a value of :data:`NAMES`; of several parts the longest counts.
        year: in which they begin.
    """
    beyond = _BEYOND.get((state, kind, year))
    if beyond is not None:
        return beyond
    days = [day for day in _days(state, kind, year) if kind != _CHRISTMAS or day.month > 6]
    if kind == _CHRISTMAS:
        turn = [day for day in _days(state, kind, year + 1) if day.month < 3]
        if not turn:
            return None  # where they end is not known
        days += turn
    return max(_runs(days), key=lambda run: run.last - run.first, default=None)


def _runs(days: list[date]) -> list[Span]:
    """Put days together that only a weekend or a feast parts."""
    runs: list[Span] = []
    for day in days:
        if runs and day - runs[-1].last <= _LONG_WEEKEND:
            runs[-1] = Span(runs[-1].first, day)
        else:
            runs.append(Span(day, day))
    return runs


@cache
def _days(state: str, kind: str, year: int) -> list[date]:
    from holidays import country_holidays  # half a second, and most requests need none of it

    known = country_holidays("DE", subdiv=state, years=[year], categories=("school",), language="de")
    return sorted(day for day, name in known.items() if name == kind)
