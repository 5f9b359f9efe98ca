"""The one writer of statements, always inside the transaction of the change that it records.

The package hooks call :func:`record` after a dataset was created or changed; chained actions call
:func:`withdraw` and :func:`entomb` where CKAN has no hook; :func:`backdate` is for a
day before the newest Stand. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.history import Statement, same_content
from ckanext.digitalms.measures.news import is_upkeep
from ckanext.digitalms.measures.record import Measure, content_hash
from ckanext.digitalms.model import Retraction, StatementRow
from ckanext.digitalms.services import locks, organisations
from ckanext.digitalms.vocabularies import StatementKind

PUBLIC, INTERNAL = "public", "internal"


def is_public(package: model.Package) -> bool:
    """Return whether a dataset is active and not private."""
    return package.state == model.State.ACTIVE and not package.private


@dataclass
class Told:
    """What the history says of a dataset so far: its newest statement, and what was learnt last."""

    newest: Statement | None
    last: Statement | None

    @property
    def is_public(self) -> bool:
        """Return whether the measure is public by its history."""
        return self.last is not None and self.last.visibility == PUBLIC and not self.last.removes

    def add(self, statement: Statement) -> None:
        """Note a statement that was just written."""
        self.last = statement
        order = (statement.as_of, statement.statement_id)
        if self.newest is None or order > (self.newest.as_of, self.newest.statement_id):
            self.newest = statement


def told_so_far(package_ids: Sequence[str]) -> dict[str, Told]:
    """Lock datasets against other changes and return what their histories say; two queries in all."""
    locks.measures(package_ids)
    return histories(package_ids)


def histories(package_ids: Sequence[str]) -> dict[str, Told]:
    """Return what the histories of datasets say, which others may change meanwhile."""
    newest, last = StatementRow.newest_of(package_ids), StatementRow.last_of(package_ids)
    return {package_id: Told(newest.get(package_id), last.get(package_id)) for package_id in package_ids}


def record(
    package: model.Package, measure: Measure, author_id: str | None, told: Told | None = None
) -> Statement | None:
    """Write what a dataset says now, when that is new; return the statement or ``None``.

    Args:
        package: the dataset.
        measure: its record.
        author_id: who says it.
        told: what :func:`told_so_far` gave, where many datasets change at once.

    Raises:
        tk.ValidationError: the Stand is older than the newest one known.
    """
    told = told or told_so_far([package.id])[package.id]
    becomes_public = is_public(package) and not told.is_public
    if told.is_public and not is_public(package):
        _add(package, _removal(StatementKind.WITHDRAWN), author_id)
    measure = replace(measure, as_of=measure.as_of or config.today())
    known = told.newest
    if known and same_content(known.content, measure.content()) and not becomes_public:
        return None
    if known and measure.as_of and measure.as_of < known.as_of:
        message = tk._("There is already a Stand of {known}: an older one cannot replace it.")
        raise tk.ValidationError({"as_of": [message.format(known=known.as_of)]})
    kind = _kind(known, measure, becomes_public=becomes_public)
    statement = _add(package, _row(package, measure, kind), author_id)
    told.add(statement)
    return statement


def _kind(known: Statement | None, measure: Measure, *, becomes_public: bool) -> StatementKind:
    if known is None or known.content is None or known.as_of != measure.as_of:
        return StatementKind.STAND
    if not becomes_public and is_upkeep(known.content, measure.content()):
        return StatementKind.UPKEEP
    return StatementKind.CORRECTION


def backdate(package: model.Package, measure: Measure, author_id: str | None, *, corrects: bool) -> Statement:
    """Write a statement for a day before the newest one; the dataset stays as it is.

    Args:
        package: the dataset.
        measure: its record on that day.
        author_id: who says it.
        corrects: whether there is a Stand of that very day, which it takes the place of.
    """
    locks.measures([package.id])
    kind = StatementKind.CORRECTION if corrects else StatementKind.BACKDATED
    return _add(package, _row(package, measure, kind), author_id)


def retract(statement_ids: Sequence[int], author_id: str | None) -> None:
    """Take statements back: they count no longer, but for whoever asks what was known before."""
    for statement_id in statement_ids:
        model.Session.add(Retraction(statement_id=statement_id, user_id=author_id))
    model.Session.flush()


def withdraw(package: model.Package, author_id: str | None) -> None:
    """Note that a measure is no longer public, if it was."""
    if told_so_far([package.id])[package.id].is_public:
        _add(package, _removal(StatementKind.WITHDRAWN), author_id)


def entomb(package: model.Package, author_id: str | None) -> None:
    """Note that a dataset is purged: a tombstone without content."""
    if told_so_far([package.id])[package.id].last is not None:
        _add(package, _removal(StatementKind.TOMBSTONE), author_id)


def standing_on(package_id: str, day: date) -> Statement | None:
    """Return the statement of a dataset that stood on a day, internal ones too."""
    told = [s for s in StatementRow.standing(package_id) if s.as_of <= day]
    return max(told, key=lambda s: (s.as_of, s.statement_id), default=None)


def base_of(package_id: str, stood: Statement | None) -> Measure | None:
    """Return the record from which one of a day is made: what stood then, else the first one known."""
    begins_with = stood or first_of(package_id)
    return begins_with.measure if begins_with else None


def first_of(package_id: str) -> Statement | None:
    """Return the statement with the earliest Stand of a dataset."""
    return min(StatementRow.standing(package_id), key=lambda s: (s.as_of, s.statement_id), default=None)


def _row(package: model.Package, measure: Measure, kind: StatementKind) -> StatementRow:
    content = measure.content()
    # the id, which stays when the organisation is renamed
    content["organisation"] = organisations.id_of(content["organisation"])
    return StatementRow(
        as_of=measure.as_of,
        kind=kind.value,
        visibility=PUBLIC if is_public(package) else INTERNAL,
        content=content,
        content_hash=content_hash(content),
        source=measure.statement_source,
    )


def _removal(kind: StatementKind) -> StatementRow:
    return StatementRow(as_of=config.today(), kind=kind.value, visibility=PUBLIC)


def _add(package: model.Package, row: StatementRow, author_id: str | None) -> Statement:
    row.package_id, row.measure_id, row.author_id = package.id, package.name, author_id
    model.Session.add(row)
    model.Session.flush()
    return row.read()
