"""What follows from a figure: when its next value is due, and whether its target is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.vocabularies import IndicatorDirection, Status

from .record import Indicator

_FIELDS = tuple(one.name for one in fields(Indicator))


def facts(content: Mapping[str, Any], figure: Mapping[str, Any], day: date) -> dict[str, Any]:
    """Return all that is told of a figure on a day, as plain JSON.

    Args:
        content: of the measure, as a statement or the catalogue has it.
        figure: one of its ``indicators``; a field that was not known yet may lack.
        day: on which is judged whether the next value is due.

    Returns:
        the fields of the figure with ``next_due`` (a day, or nothing), ``is_due``, ``is_reached`` (nothing
        where no direction or target is said) and ``goals``: those that it measures.
    """
    told = {name: figure.get(name) for name in _FIELDS}
    due = next_due(date.fromisoformat(told["day"]), told["interval"]) if told["day"] else None
    if content.get("status") == Status.CANCELLED:
        due = None  # nobody counts on
    reached = is_reached(number_of(str(told["value"])), number_of(str(told["target"])), told["direction"])
    goals = [
        goal for goal in content.get("goals") or () if told["id"] and goal.get("indicator_id") == told["id"]
    ]
    return {
        **told,
        "next_due": due.isoformat() if due else None,
        "is_due": due is not None and due < day,
        "is_reached": reached,
        "goals": [{name: goal.get(name) for name in _OF_A_GOAL} for goal in goals],
    }


_OF_A_GOAL = ("id", "year", "text", "target", "state")


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
