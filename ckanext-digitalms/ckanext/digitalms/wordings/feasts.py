"""Feasts that German sentences date things by: fixed days, and those that hang on Easter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

from .spans import Span


def _of_easter(first: int, last: int | None = None) -> Callable[[int], Span]:
    def span(year: int) -> Span:
        sunday = easter(year)
        end = first if last is None else last
        return Span(sunday + timedelta(days=first), sunday + timedelta(days=end))

    return span


def _fixed(month: int, first: int, last: int | None = None) -> Callable[[int], Span]:
    return lambda year: Span(date(year, month, first), date(year, month, first if last is None else last))


def _advent(number: int) -> Callable[[int], Span]:
    def span(year: int) -> Span:
        christmas = date(year, 12, 25)
        fourth = christmas - timedelta(days=christmas.isoweekday())
        return Span.of(fourth - timedelta(weeks=4 - number))

    return span


def _advent_time(year: int) -> Span:
    return Span(_advent(1)(year).first, date(year, 12, 24))


# by the name in small letters; longer names come first where one begins with another
FEASTS: dict[str, Callable[[int], Span]] = {
    "ostersonntag": _of_easter(0),
    "ostermontag": _of_easter(1),
    "osterfest": _of_easter(-2, 1),
    "ostern": _of_easter(-2, 1),
    "karfreitag": _of_easter(-2),
    "gründonnerstag": _of_easter(-3),
    "rosenmontag": _of_easter(-48),
    "aschermittwoch": _of_easter(-46),
    "karneval": _of_easter(-52, -46),
    "fastnacht": _of_easter(-52, -46),
    "fasching": _of_easter(-52, -46),
    "christi himmelfahrt": _of_easter(39),
    "himmelfahrt": _of_easter(39),
    "pfingstsonntag": _of_easter(49),
    "pfingstmontag": _of_easter(50),
    "pfingsten": _of_easter(49, 50),
    "fronleichnam": _of_easter(60),
    "tag der arbeit": _fixed(5, 1),
    "tag der deutschen einheit": _fixed(10, 3),
    "reformationstag": _fixed(10, 31),
    "allerheiligen": _fixed(11, 1),
    "martinstag": _fixed(11, 11),
    "sankt martin": _fixed(11, 11),
    "nikolaus": _fixed(12, 6),
    "1. advent": _advent(1),
    "2. advent": _advent(2),
    "3. advent": _advent(3),
    "4. advent": _advent(4),
    "ersten advent": _advent(1),
    "adventszeit": _advent_time,
    "advent": _advent_time,
    "heiligabend": _fixed(12, 24),
    "weihnachtsfest": _fixed(12, 24, 26),
    "weihnachten": _fixed(12, 24, 26),
    "silvester": _fixed(12, 31),
    "neujahr": _fixed(1, 1),
}
