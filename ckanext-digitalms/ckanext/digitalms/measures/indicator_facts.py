"""What follows from a figure: when its next value is due, and whether its target is reached."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from ckanext.digitalms.vocabularies import IndicatorDirection


def next_due(day: date, interval: int | None) -> date | None:
    """Return the day on which the next value is due; nothing without a rhythm.

    Args:
        day: for which the newest value holds.
        interval: the rhythm in months.
    """
    return day + relativedelta(months=interval) if interval else None


def is_reached(value: Decimal | None, target: Decimal | None, direction: str | None) -> bool | None:
    """Return whether a figure has reached its target; nothing where it has none, or no direction is said."""
    if value is None or target is None or direction not in list(IndicatorDirection):
        return None
    return value >= target if direction == IndicatorDirection.MORE else value <= target
