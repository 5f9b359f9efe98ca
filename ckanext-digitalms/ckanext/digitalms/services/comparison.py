"""What changed between two days: both catalogues are read, and what moved in between."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from ckanext.digitalms import config
from ckanext.digitalms.comparison.change import Change
from ckanext.digitalms.comparison.compare import Series, Shifts, compare
from ckanext.digitalms.comparison.summary import between
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.presentation import Arranged
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.measures.revisions import Shift
from ckanext.digitalms.messages import Message
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.model.comparison import shifts_between
from ckanext.digitalms.publishing import coverage_rows
from ckanext.digitalms.services.kept import Kept
from ckanext.digitalms.services.organisations import titles_of

__all__ = ["Compared", "compared", "figures_of"]

_MOST_KEPT = 100_000  # changes that are kept in each process


@dataclass(frozen=True)
class Compared:
    """What changed between two days.

    Args:
        first: the earlier day.
        last: the later day.
        changes: in the order of the later catalogue, of a measure in the order of kinds.
        measures: by key the title, organisation (name), organisation_title and status of each measure that
            changed, as it is on the later day.
        figures: by its id each figure that changed, as :func:`facts` tells it on the later day, or the last
            one that was told.
    """

    first: date
    last: date
    changes: Sequence[Change]
    measures: Mapping[str, Json]
    figures: Mapping[str, Json]

    @cached_property
    def sentence(self) -> Message:
        """Return what all changes come to."""
        return between(self.first, self.last, self.changes)


_kept: Kept[Compared] = Kept(_MOST_KEPT, lambda one: 1 + len(one.changes))


def compared(
    first: date, last: date, known_at: datetime | None = None, known_before: datetime | None = None
) -> Compared:
    """Return what changed between two days among the measures that are public now.

    Args:
        first: the earlier day; its end counts.
        last: the later day.
        known_at: as both were known then; by default now.
        known_before: as the first was known then, where that is another moment: that of its report. Moves in
            between and figures of coverage are those that were known at ``known_at``.
    """
    known = (known_before or known_at, known_at)
    return _kept.get((first, last, *known), lambda: _compared(first, last, *known))


def _compared(first: date, last: date, known_before: datetime | None, known_at: datetime | None) -> Compared:
    days = _Day(first, known_before), _Day(last, known_at)
    differing = [key for key in days[1].keys if _may_differ(key, *days)]
    before = [days[0].stated(key) for key in differing if key in days[0].statements]
    after = [days[1].stated(key) for key in differing]
    moved = [(key, row) for key in differing for row in _moved(key, *days)]
    changes = compare(before, after, _shifts(moved, first, last, known_at), _series(days[1], known_at))
    # what is no longer told on the later day
    gone = [days[0].stated(key) for key in days[0].keys if key not in days[1].statements]
    changes += compare(gone, ())
    told = {one.measure_id for one in changes}
    measures = [days[1 if key in days[1].statements else 0].statements[key] for key in told]
    contents = {one.measure_id: one.content or {} for one in measures}
    return Compared(first, last, changes, _named(measures), figures_of(changes, contents, last))


def figures_of(changes: Iterable[Change], contents: Mapping[str, Json], day: date) -> dict[str, Json]:
    """Return by its id each figure that changes are about, with all that is told of it.

    Args:
        contents: of the measures, by key.
        day: on which is judged whether the next value is due.
    """
    found: dict[str, Json] = {}
    for one in changes:
        if one.row and one.field.partition(".")[0] == "indicators":
            rows = contents[one.measure_id].get("indicators") or ()
            gone = one.before if isinstance(one.before, dict) else None
            row = next((row for row in rows if row.get("id") == one.row), gone)
            if row is not None:
                found[one.row] = facts(contents[one.measure_id], row, day)
    return found


class _Day:
    """The catalogue of a day, of which measures are read when they are compared."""

    def __init__(self, day: date, known_at: datetime | None) -> None:
        told = StatementRow.catalogue(day, known_at)
        self.day = day
        self.statements = {one.measure_id: one for one in told}
        self._arranged = Arranged(told, day, config.rhythm())
        self.keys = list(self._arranged.places)
        self.stated = self._arranged.stated

    def around(self, key: str) -> tuple[object, ...]:
        """Return what a measure has from others: its parent, and the progress of its parts."""
        return self._arranged.parent_of(key), self._arranged.places[key].progress.percent

    def links(self) -> Iterable[tuple[str, Json]]:
        """Go through the links to coverage, with the measure of each."""
        for key in self.keys:
            for link in (self.statements[key].content or {}).get("coverage_links") or ():
                yield key, link


def _may_differ(key: str, first: _Day, last: _Day) -> bool:
    """Return whether a measure has to be looked at: it says something else, or a day of it has passed."""
    one, other = first.statements.get(key), last.statements[key]
    if one is None or one.statement_id != other.statement_id or first.around(key) != last.around(key):
        return True
    content = other.content or {}
    return bool(content.get("coverage_links")) or any(
        row.get("latest") and first.day.isoformat() <= row["latest"] < last.day.isoformat()
        for row in content.get("milestones") or ()
    )


def _moved(key: str, first: _Day, last: _Day) -> Iterable[str]:
    """Return the milestones of a measure that have another last day."""
    was, now = _latest(first, key), _latest(last, key)
    return [row for row, latest in now.items() if was.get(row) and was[row] != latest]


def _latest(day: _Day, key: str) -> dict[str, str]:
    statement = day.statements.get(key)
    rows = (statement.content or {}).get("milestones") or () if statement else ()
    return {row["id"]: row.get("latest") or "" for row in rows}


def _shifts(moved: Collection[tuple[str, str]], first: date, last: date, known_at: datetime | None) -> Shifts:
    found: dict[str, dict[str, list[Shift]]] = {}
    for shift in shifts_between(moved, first, last, known_at) if moved else ():
        found.setdefault(shift.measure_id, {}).setdefault(shift.milestone_id, []).append(shift)
    return found


def _series(day: _Day, known_at: datetime | None) -> Series:
    links = list(day.links())
    figures = coverage_rows.of_links([link for _, link in links], coverage_rows.EditionsAt(day.day, known_at))
    found: dict[str, list[Json]] = {}
    for (key, link), series in zip(links, figures, strict=True):
        found.setdefault(key, []).append({"link": link, "series": plain(series)})
    return found


def _named(statements: Iterable[Statement]) -> dict[str, Json]:
    contents = {one.measure_id: one.content or {} for one in statements}
    titles = titles_of({one["organisation"] for one in contents.values() if one.get("organisation")})
    return {
        key: {
            "title": content.get("title"),
            "organisation": content.get("organisation"),
            "organisation_title": titles.get(content.get("organisation") or "", content.get("organisation")),
            "status": content.get("status"),
        }
        for key, content in contents.items()
    }
