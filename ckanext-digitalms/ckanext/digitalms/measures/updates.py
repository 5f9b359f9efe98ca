"""When a measure is to be updated again: computed from its Stand and its rhythm, on any day.

A measure has a wanted and a tolerated interval, in months; what it does not say, the catalogue says. A day
that somebody typed counts as long as it lies after the Stand. What is done or cancelled is never due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from ckanext.digitalms.vocabularies import Status

from .record import Measure

# what is over needs no further update
OVER = frozenset({Status.DONE, Status.CANCELLED})


@dataclass(frozen=True)
class Rhythm:
    """How often measures are updated: wanted after so many months, and tolerated until so many."""

    wanted: int
    tolerated: int


@dataclass(frozen=True)
class Update:
    """What a day says of a measure's next update.

    Args:
        due: the day of the next update; nothing where none is needed.
        days_overdue: how many days that day has passed; 0 where it has not.
        is_in_rhythm: whether the tolerated interval since the Stand has not passed; nothing as for ``due``.
    """

    due: date | None = None
    days_overdue: int = 0
    is_in_rhythm: bool | None = None


def update_on(measure: Measure, day: date, rhythm: Rhythm) -> Update:
    """Judge a measure on a day by its own rhythm, or that of the catalogue."""
    if measure.status in OVER or measure.as_of is None:
        return Update()
    wanted = measure.update_interval or rhythm.wanted
    tolerated = max(wanted, measure.update_interval_max or rhythm.tolerated)
    typed = measure.update_due
    due = typed if typed and typed > measure.as_of else _after(measure.as_of, wanted)
    last = max(due, _after(measure.as_of, tolerated))
    return Update(due, max(0, (day - due).days), day <= last)


@lru_cache(maxsize=1000)
def _after(day: date, months: int) -> date:
    # many measures have the Stand of a few reports, and dateutil takes its time
    moved: date = day + relativedelta(months=months)
    return moved
