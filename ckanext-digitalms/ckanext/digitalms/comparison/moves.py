"""How often dates moved between two days, and why: read from the statements in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ckanext.digitalms.measures import revisions
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.revisions import Shift


def moves(statements: Iterable[Statement], first: date, last: date) -> dict[str, dict[str, list[Shift]]]:
    """Return the moves of milestones after one day and up to another, by measure and milestone.

    Args:
        statements: of any measures, with those that stood on the first day; only milestones are read.
        first: the earlier day.
        last: the later day.
    """
    of_measure: dict[str, list[Statement]] = {}
    for statement in statements:
        of_measure.setdefault(statement.measure_id, []).append(statement)
    found: dict[str, dict[str, list[Shift]]] = {}
    for key, told in of_measure.items():
        for shift in revisions.shifts(revisions.stands(told)):
            if first < shift.as_of <= last:
                found.setdefault(key, {}).setdefault(shift.milestone_id, []).append(shift)
    return found
