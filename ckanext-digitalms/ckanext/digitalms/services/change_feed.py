"""What changed day by day: each public statement with what it changed, and what time alone made late.

The order is that in which things were learnt. What is told is read from statements as they are now: a measure
that is public no more, a statement that was taken back and a text that was blanked are in no answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.comparison.change import Change, Pair
from ckanext.digitalms.comparison.compare import of_pair
from ckanext.digitalms.comparison.daily import became_late, began, came
from ckanext.digitalms.council.reference import reference_of
from ckanext.digitalms.council.value import CouncilReference
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.history import Statement
from ckanext.digitalms.measures.presentation import Arranged
from ckanext.digitalms.model import change_feed
from ckanext.digitalms.services.kept import Kept
from ckanext.digitalms.services.organisations import titles_of

__all__ = ["Entry", "entries", "that_cite", "told"]

_MOST_KEPT = 400_000  # entries that are kept in each process
LATE = "late"


@dataclass(frozen=True)
class Entry:
    """Something that was learnt.

    Args:
        moment: when, UTC.
        measure_id: of which measure.
        day: the Stand of the statement, or the day on which a milestone became late.
        kind: of the statement, or ``late``.
        statement_id: the statement, or the one that stood on that day.
        before_id: the statement before it in the history.
        is_first: whether nothing public was known of the measure before.
        milestone_id: the milestone that became late.
    """

    moment: datetime
    measure_id: str
    day: date
    kind: str
    statement_id: int
    before_id: int | None = None
    is_first: bool = False
    milestone_id: str = ""


_kept: Kept[Sequence[Entry]] = Kept(_MOST_KEPT, lambda every: 1 + len(every))
_papers: Kept[Sequence[change_feed.Cited]] = Kept(_MOST_KEPT, lambda every: 1 + len(every))


def entries(
    keys: Collection[str] | None = None,
    organisation: str | None = None,
    day: date | None = None,
    known_at: datetime | None = None,
) -> list[Entry]:
    """Return what was learnt, the newest first.

    Args:
        keys: of these measures only.
        organisation: only of measures that this one has today, by name.
        day: only what is of a day up to this one.
        known_at: only what was learnt until then.
    """
    every = _kept.get(config.today(), _entries)
    wanted = set(keys) if keys is not None else None
    if organisation is not None:
        of_office = _measures_of(organisation)
        wanted = of_office if wanted is None else wanted & of_office
    return [
        one
        for one in every
        if (wanted is None or one.measure_id in wanted)
        and (day is None or one.day <= day)
        and (known_at is None or one.moment <= known_at)
    ]


def _entries() -> list[Entry]:
    zone = config.time_zone()
    found = [
        Entry(
            one.recorded_at,
            one.measure_id,
            one.as_of,
            one.kind,
            one.statement_id,
            one.before_id,
            one.is_first,
        )
        for one in change_feed.learnt()
    ]
    for one in change_feed.late(config.today(), zone.key):
        moment = datetime.combine(one.day, time(), zone)
        told = Entry(moment, one.measure_id, one.day, LATE, one.statement_id, milestone_id=one.milestone_id)
        found.append(told)
    return sorted(found, key=lambda one: (one.moment, one.statement_id, one.milestone_id), reverse=True)


def _measures_of(organisation: str) -> set[str]:
    query = (
        sa.select(model.Package.name)
        .join(model.Group, model.Group.id == model.Package.owner_org)
        .where(model.Group.name == organisation)
    )
    return set(model.Session.scalars(query))


def that_cite(paper: CouncilReference) -> set[str]:
    """Return the measures that cite, or once cited, a council paper or a supplement of it."""
    found = set()
    for one in _papers.get("papers", change_feed.cited):
        reference = reference_of(one.reference, one.body)
        if reference is not None and paper in {reference, reference.paper}:
            found.add(one.measure_id)
    return found


def told(some: Sequence[Entry]) -> list[tuple[Entry, Statement, list[Change]]]:
    """Return entries with their statement and what each changed; a constant number of queries."""
    ids = {one.statement_id for one in some} | {one.before_id for one in some if one.before_id}
    statements = change_feed.contents(ids) if ids else {}
    public = {one.measure_id for one in _kept.get(config.today(), _entries)}
    return [
        (one, statements[one.statement_id], _changes(one, statements, public))
        for one in some
        if one.statement_id in statements
    ]


def _changes(entry: Entry, statements: Mapping[int, Statement], public: set[str]) -> list[Change]:
    after = statements[entry.statement_id]
    if entry.kind == LATE:
        return became_late(_stated(after, entry.day, public), entry.milestone_id)
    now = _stated(after, entry.day, public)
    if entry.is_first:
        return came(now)
    before = statements.get(entry.before_id or 0)
    if before is None:
        return began(now)
    # what time alone made late before that day has been told on its day
    return of_pair(Pair(_stated(before, entry.day - timedelta(days=1), public), now))


def _stated(statement: Statement, day: date, public: set[str]) -> Json:
    """Return what is compared of a statement, judged on a day; a parent that is not public is none."""
    one = Arranged([statement], day, config.rhythm()).stated(statement.measure_id)
    parent = (statement.content or {}).get("parent_id")
    return {
        **one,
        "parent_id": parent if parent in public else None,
        "progress_percent": (statement.content or {}).get("progress_percent"),
    }


def titles(some: Iterable[Statement]) -> dict[str, str]:
    """Return the titles of the organisations of statements, by name."""
    return titles_of({(one.content or {}).get("organisation") or "" for one in some} - {""})
