"""The one writer of statements, always inside the transaction of the change that it records.

The package hooks call :func:`record` after a dataset was created or changed; chained actions call
:func:`withdraw` and :func:`entomb` where CKAN has no hook; :func:`backdate` is for a
day before the newest Stand. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms import config
from ckanext.digitalms.measures.history import Statement, same_content
from ckanext.digitalms.measures.record import Measure, content_hash
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.vocabularies import StatementKind

PUBLIC, INTERNAL = "public", "internal"


def is_public(package: model.Package) -> bool:
    """Whether a dataset is active and not private."""
    return package.state == model.State.ACTIVE and not package.private


def record(package: model.Package, measure: Measure, author_id: str | None) -> Statement | None:
    """Write what a dataset says now, when that is new; give the statement or ``None``.

    Raises:
        tk.ValidationError: the Stand is older than the newest one known.
    """
    lock([package.id])
    last = StatementRow.last_learnt(package.id)
    known = StatementRow.newest_of([package.id]).get(package.id)
    was_public = last is not None and last.visibility == PUBLIC and not last.removes
    if was_public and not is_public(package):
        _add(package, _removal(StatementKind.WITHDRAWN), author_id)
    becomes_public = is_public(package) and not was_public
    measure = replace(measure, as_of=measure.as_of or config.today())
    if known and same_content(known.content, measure.content()) and not becomes_public:
        return None
    if known and measure.as_of and measure.as_of < known.as_of:
        message = tk._("There is already a Stand of {known}: an older one cannot replace it.")
        raise tk.ValidationError({"as_of": [message.format(known=known.as_of)]})
    kind = StatementKind.CORRECTION if known and known.as_of == measure.as_of else StatementKind.STAND
    return _add(package, _row(package, measure, kind), author_id)


def backdate(package: model.Package, measure: Measure, author_id: str | None) -> Statement:
    """Write a statement for a day before the newest one; the dataset stays as it is."""
    lock([package.id])
    return _add(package, _row(package, measure, StatementKind.BACKDATED), author_id)


def withdraw(package: model.Package, author_id: str | None) -> None:
    """Note that a measure is no longer public, if it was."""
    last = StatementRow.last_learnt(package.id)
    if last is not None and last.visibility == PUBLIC and not last.removes:
        _add(package, _removal(StatementKind.WITHDRAWN), author_id)


def entomb(package: model.Package, author_id: str | None) -> None:
    """Note that a dataset is purged: a tombstone without content."""
    if StatementRow.last_learnt(package.id) is not None:
        _add(package, _removal(StatementKind.TOMBSTONE), author_id)


def standing_on(package_id: str, day: date) -> Statement | None:
    """Give the statement of a dataset that stood on a day, internal ones too."""
    told = [s for s in StatementRow.of_package(package_id) if s.content is not None and s.as_of <= day]
    return max(told, key=lambda s: (s.as_of, s.statement_id), default=None)


def lock(package_ids: Iterable[str]) -> None:
    """Put changes of the same measures in order; ends with the transaction.

    Always in the order of the ids, so that two changes of many measures cannot wait for each other.
    """
    query = sa.text(
        "SELECT pg_advisory_xact_lock(hashtextextended('digitalms:' || id, 0)) "
        "FROM (SELECT unnest(CAST(:ids AS text[])) AS id ORDER BY 1) wanted"
    )
    model.Session.execute(query, {"ids": sorted(package_ids)})


def _row(package: model.Package, measure: Measure, kind: StatementKind) -> StatementRow:
    content: Mapping[str, Any] = measure.content()
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
