"""Catalogues of two days, made of records, as the catalogue tells them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from ckanext.digitalms.measures import revisions
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import Arranged
from ckanext.digitalms.measures.record import Measure, read_row
from ckanext.digitalms.measures.revisions import Shift
from ckanext.digitalms.measures.updates import Rhythm

FIRST, LAST = date(2019, 3, 14), date(2020, 3, 14)


def statement(measure: Measure, number: int = 1) -> Statement:
    day = measure.as_of or FIRST
    key = measure.measure_id
    content = measure.content()
    return Statement(number, key, key, day, datetime(2020, 1, 1, tzinfo=UTC), "stand", "public", content)


def measure(key: str = "portal", **values: Any) -> Measure:
    """Make a record; rows as dicts."""
    told = {name: _read(name, value) for name, value in values.items()}
    return Measure(**{"measure_id": key, "title": "Portal", "status": "in_progress", "as_of": FIRST, **told})


def _read(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(read_row(name, row) for row in value)
    return value


def told(day: date, *measures: Measure) -> list[dict[str, Any]]:
    """Return the catalogue of a day."""
    arranged = Arranged([statement(one, place) for place, one in enumerate(measures)], day, Rhythm(6, 12))
    return [arranged.show(key) for key in arranged.places]


def moves(statements: Iterable[Statement], first: date, last: date) -> dict[str, dict[str, list[Shift]]]:
    """Return the moves of milestones after one day and up to another, going from Stand to Stand."""
    of_measure: dict[str, list[Statement]] = {}
    for statement in statements:
        of_measure.setdefault(statement.measure_id, []).append(statement)
    found: dict[str, dict[str, list[Shift]]] = {}
    for key, told in of_measure.items():
        for shift in revisions.shifts(revisions.stands(told)):
            if first < shift.as_of <= last:
                found.setdefault(key, {}).setdefault(shift.milestone_id, []).append(shift)
    return found
