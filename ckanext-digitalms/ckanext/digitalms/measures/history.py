"""Statements: what was true of a measure on a day, and when we learnt it.

Order is (as_of, statement_id). The newest statement is the one that the dataset shows; a statement for
an older day ("nachtragen") never changes the dataset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ckanext.digitalms.vocabularies import StatementKind, Status

from .news import NO_NEWS
from .record import Measure, completed, content_hash, measure_from_content

REMOVING = frozenset({StatementKind.WITHDRAWN, StatementKind.TOMBSTONE})


@dataclass(frozen=True)
class Standing:
    """The status of a measure from a day on."""

    as_of: date
    measure_id: str
    status: Status


@dataclass(frozen=True)
class Statement:
    """One assertion about a measure.

    Args:
        statement_id: from a sequence; the order in which we learnt things.
        package_id: CKAN's id of the dataset (not a foreign key: a purge keeps the history).
        measure_id: the measure's key.
        as_of: the Stand, a day in the city's time zone.
        recorded_at: UTC.
        kind: a value of :class:`StatementKind`.
        visibility: ``public`` or ``internal``.
        content: the record as canonical JSON; ``None`` where the measure is withdrawn or removed.
        source: where the statement comes from, in words.
        replaced_by: the correction that took its place, where that was asked for.
    """

    statement_id: int
    package_id: str
    measure_id: str
    as_of: date
    recorded_at: datetime
    kind: str
    visibility: str
    content: dict[str, Any] | None
    source: str | None = None
    replaced_by: int | None = None

    @property
    def removes(self) -> bool:
        """Return whether the measure is gone from the public after this statement."""
        return self.kind in REMOVING

    @property
    def measure(self) -> Measure:
        """Return the record; raises :class:`ValueError` for a statement without content."""
        if self.content is None:
            raise ValueError(f"statement {self.statement_id} has no content")
        return measure_from_content(self.content)


@dataclass(frozen=True)
class Change:
    """A readable difference between two statements: what, before, after."""

    field: str
    before: Any
    after: Any
    row: str | None = None


def newest(statements: Sequence[Statement]) -> Statement | None:
    """Return the newest statement with content by (as_of, statement_id)."""
    told = [s for s in statements if s.content is not None]
    return max(told, key=lambda s: (s.as_of, s.statement_id), default=None)


def same_content(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Compare two contents; ids of rows count, order of keys and fields that were not known yet do not."""
    if one is None or other is None:
        return one is other
    return content_hash(completed(one)) == content_hash(completed(other))


_UNTOLD = NO_NEWS | {"as_of", "measure_id"}


def changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """List what differs between two contents, rows by their id.

    A row whose id is only in one of the two is a new or removed row; the same id with other values is
    a change, so that a replacement can be told from an edit. What is no news is left out.
    """
    old, new = before or {}, after or {}
    found: list[Change] = []
    for name in new.keys() | old.keys():
        one, other = old.get(name), new.get(name)
        if one == other or (one in (None, []) and other in (None, [])) or name in _UNTOLD:
            continue
        if _are_rows(one) or _are_rows(other):
            found += _row_changes(name, one or [], other or [])
        else:
            found.append(Change(name, one, other))
    return sorted(found, key=lambda change: _FIELD_ORDER.get(change.field, 99))


_FIELD_ORDER = {
    name: place
    for place, name in enumerate(
        (
            "title",
            "status",
            "status_reason",
            "progress_percent",
            "statement",
            "steps",
            "milestones",
            "indicators",
            "goals",
            "goal_reviews",
            "obstacles",
        )
    )
}


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(row, dict) for row in value)


def _row_changes(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Change]:
    old, new = {row["id"]: row for row in before}, {row["id"]: row for row in after}
    removed = [Change(name, row, None, row_id) for row_id, row in old.items() if row_id not in new]
    added_or_changed = [
        Change(name, old.get(row_id), row, row_id)
        for row_id, row in new.items()
        if _told(old.get(row_id)) != _told(row)
    ]
    return removed + added_or_changed


def _told(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    # a field that was not known yet says the same as an empty one
    return None if row is None else {name: value for name, value in row.items() if value is not None}
