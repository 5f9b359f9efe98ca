"""A plan of stages: so many months from a day on, in equal parts, each a milestone with its wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from ckanext.digitalms.wordings.units import MONTHS

MOST_MONTHS, MOST_STAGES = 240, 24
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """A part of a plan, from its first to its last day.

    Args:
        number: from 1.
        wording: German, as reports say it; read again, it means the same days.
    """

    number: int
    first: date
    last: date
    wording: str


def stages(first: date, months: int, count: int) -> list[Stage]:
    """Divide a time into stages of whole months; where that does not come out even, earlier ones are shorter.

    Args:
        first: the first day of the plan.
        months: how long it takes.
        count: how many stages it has, at most one a month.

    Raises:
        ValueError: there is no such plan.
    """
    if not 1 <= months <= MOST_MONTHS or not 1 <= count <= min(MOST_STAGES, months):
        raise ValueError(f"{count} stages in {months} months")
    begins = [first + relativedelta(months=place * months // count) for place in range(count + 1)]
    spans = [(begin, end - _ONE_DAY) for begin, end in pairwise(begins)]
    return [Stage(number, begin, end, wording(begin, end)) for number, (begin, end) in enumerate(spans, 1)]


def wording(first: date, last: date) -> str:
    """Say a time as reports do: by its months, or by its days where it is not of whole months."""
    is_whole = first.day == 1 and (last + _ONE_DAY).day == 1
    if not is_whole:
        return f"{first:%d.%m.%Y} bis {last:%d.%m.%Y}"
    begin, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if (first.year, first.month) == (last.year, last.month):
        return f"{begin} {first.year}"
    return (
        f"{begin} bis {end} {last.year}"
        if first.year == last.year
        else (f"{begin} {first.year} bis {end} {last.year}")
    )
