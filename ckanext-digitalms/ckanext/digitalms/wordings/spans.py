"""Spans of days: months and their thirds, weeks, halves, seasons."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Span:
    """The first and the last day of something."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> Span:
        """Return the span of one day."""
        return cls(day, day)


def months(year: int, first: int, last: int) -> Span:
    """Return the span of months; those from 13 on are of the year after, up to 0 of the one before."""
    begins, ends = (year + (month - 1) // 12 for month in (first, last))
    first, last = (first - 1) % 12 + 1, (last - 1) % 12 + 1
    return Span(date(begins, first, 1), date(ends, last, monthrange(ends, last)[1]))


def part_of_months(year: int, first: int, last: int, part: str) -> Span:
    """Return the begin, middle or end of months.

    A month has thirds of ten days (1-10, 11-20, 21-end). Of several months a third of them counts, one at
    least; of a year January to March, May to August, October to December; of another twelve months two.
    """
    count = last - first + 1
    if count == 1:
        whole = months(year, first, first)
        start, end = {"anfang": (1, 10), "mitte": (11, 20), "ende": (21, whole.last.day)}[part]
        return Span(whole.first.replace(day=start), whole.first.replace(day=end))
    if (first, last) == (1, 12):
        return months(year, *{"anfang": (1, 3), "mitte": (5, 8), "ende": (10, 12)}[part])
    third = 2 if count == 12 else max(1, count // 3)
    inner = (first + third, last - third) if count > 2 else (first, last)
    ends = {"anfang": (first, first + third - 1), "mitte": inner, "ende": (last - third + 1, last)}
    return months(year, *ends[part])


def half_of_month(year: int, month: int, half: int) -> Span:
    """Return the first (1-15) or second half of a month."""
    whole = months(year, month, month)
    middle = whole.first.replace(day=15)
    return Span(whole.first, middle) if half == 1 else Span(middle + ONE_DAY, whole.last)


def week(year: int, first: int, last: int | None = None) -> Span:
    """Return calendar weeks, Monday to Sunday (ISO 8601); a first one that is later is of the year before.

    Raises:
        ValueError: the year has no such week.
    """
    end = first if last is None else last
    begins = year if first <= end else year - 1
    return Span(date.fromisocalendar(begins, first, 1), date.fromisocalendar(year, end, 7))


def part_of_days(span: Span, part: str) -> Span:
    """Return the first or last day of a span, or its middle third: of holidays, weeks and feasts."""
    if part == "anfang":
        return Span.of(span.first)
    if part == "ende":
        return Span.of(span.last)
    third = (span.last - span.first) // 3
    return Span(span.first + third, span.last - third)
