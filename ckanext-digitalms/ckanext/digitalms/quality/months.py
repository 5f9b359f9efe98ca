"""Months as they are written: ``2026-11``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def of(day: date) -> str:
    """Return the month of a day."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """Return its first day."""
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    """Return its last day."""
    return first_day(after(month)) - timedelta(days=1)


def after(month: str) -> str:
    """Return the month after."""
    return of(first_day(month) + timedelta(days=32))


def before(month: str, number: int) -> str:
    """Return the month so many months before."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def between(first: str, end: str) -> Iterator[str]:
    """Give the months from one up to, but without, another."""
    month = first
    while month < end:
        yield month
        month = after(month)
