"""Where a text is to be blanked: everywhere, or as far as a measure is concerned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.model import StatementRow
from ckanext.digitalms.storable import plain_id

from .packed_files import texts_of
from .release_editors import Measure

_FIELDS = frozenset(
    {
        *("title", "notes", "status_reason", "vision", "vision_source", "statement", "statement_source"),
        *("place", "funding_programme"),
    }
)
_IN_ROWS = frozenset(
    {
        *("text", "title", "date_text", "reason", "result", "decided_by", "name", "original", "definition"),
        *("source", "target", "actual", "unit", "url", "note", "paper_name", "paper_url"),
    }
)


@dataclass(frozen=True)
class Scope:
    """Where a text is blanked.

    Args:
        package_id: the measure; ``None`` for everywhere.
        measure: as the rows of tables name it.
        titles: what else a row may call it.
        at: the statement and path that were named.
    """

    package_id: str | None = None
    measure: Measure | None = None
    titles: tuple[str, ...] = ()
    at: tuple[int, str] | None = field(default=None)

    @classmethod
    def of_path(cls, statement_id: int, path: str) -> tuple[Scope, str]:
        """Return the scope of a statement's measure, and the text at a path of it."""
        row = model.Session.get(StatementRow, statement_id)
        if row is None or row.content is None:
            raise tk.ObjectNotFound(tk._("There is no statement {found}.").format(found=statement_id))
        return cls._of(row.package_id, (statement_id, path)), _value(row.content, path)

    @classmethod
    def of_measure(cls, measure: str) -> Scope:
        """Return the scope of a measure by its key or id, also of one that was deleted or purged."""
        return cls._of(package_id_of(measure))

    @classmethod
    def _of(cls, package_id: str, at: tuple[int, str] | None = None) -> Scope:
        told = StatementRow.of_package(package_id)
        titles = {str(one.content["title"]) for one in told if one.content and one.content.get("title")}
        return cls(package_id, measure_of(package_id), tuple(titles), at)

    def path_in(self, statement_id: int) -> str | None:
        """Return the path that was named in a statement, if it was that one."""
        return self.at[1] if self.at and self.at[0] == statement_id else None

    def has_row(self, table: str, row: Mapping[str, Any]) -> bool:
        """Return whether a row of the database is concerned: the measure's own, or one that names it."""
        if self.package_id is None or self.measure is None:
            return True
        if table == "package":
            return bool(row["id"] == self.package_id)
        wanted = (self.package_id, *self.measure.names, *self.titles)
        return any(name in text for text in _texts(row) for name in wanted)


def _texts(row: Mapping[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, bytes | memoryview):
            yield from texts_of(bytes(value))
        elif value is not None:
            yield str(value)


def package_id_of(measure: str) -> str:
    """Return the id of a measure's dataset by key or id; the newest one that had the key.

    Raises:
        tk.ObjectNotFound: no statement tells of such a measure.
    """
    wanted = plain_id(measure)
    query = (
        sa.select(StatementRow.package_id)
        .where(sa.or_(StatementRow.package_id == wanted, StatementRow.measure_id == wanted))
        .order_by(StatementRow.statement_id.desc())
    )
    found: str | None = model.Session.scalars(query).first()
    if found is None:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=str(measure)[:60]))
    return found


def measure_of(package_id: str) -> Measure:
    """Return a measure as the rows of tables name it, from all of its statements."""
    told = StatementRow.of_package(package_id)
    contents = [one.content for one in told if one.content]
    rows = [row for content in contents for kind in ROW_TYPES for row in content.get(kind) or ()]
    ids = {str(row["id"]) for row in rows if row.get("id")}
    ids |= {str(one.statement_id) for one in told}
    return Measure(frozenset(one.measure_id for one in told), frozenset(ids))


def _value(content: Mapping[str, Any], path: str) -> str:
    parts = path.split(".")
    if len(parts) == 1 and parts[0] in _FIELDS and content.get(parts[0]):
        return str(content[parts[0]])
    if len(parts) == 3 and parts[0] in ROW_TYPES and parts[1].isdecimal() and parts[2] in _IN_ROWS:
        rows = content.get(parts[0]) or ()
        if int(parts[1]) < len(rows) and rows[int(parts[1])].get(parts[2]):
            return str(rows[int(parts[1])][parts[2]])
    message = tk._(
        "“{found}” leads to no text of this statement: write a field such as statement or steps.0.text."
    )
    raise tk.ValidationError({"path": [message.format(found=path[:80])]})
