"""Every column of a database that may hold a text: found in its catalogue, searched, and blanked in place.

So a table of a plugin or of a later migration is searched without being named here. Machine names stay:
keys, and the columns below; where the text stands in one of these is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .blanking import Blanker
from .packed_files import ClosedError

Row = Mapping[str, Any]

_TEXTS = {"text": "text", "character varying": "text", "json": "json", "jsonb": "json", "bytea": "bytes"}
# accounts are their owners'; statements have a writer of their own; what was blanked is told in no words
_NEVER = frozenset(
    {"user", "api_token", "alembic_version", "digitalms_statement", "digitalms_redaction", "dashboard"}
)
_MACHINE = frozenset(
    {
        *("state", "type", "kind", "format", "mimetype", "url_type", "hash", "sha256", "content_hash"),
        *("license_id", "visibility", "status", "guid", "identifier", "approval_status", "capacity"),
        *("table_name", "table_group", "area_code", "edition", "customer", "base", "direction", "area_type"),
        *("recipient", "digest", "revision", "plugin_data", "frequency", "object_type", "activity_type"),
    }
)
# a column `name` is a text with a resource, and part of addresses with these
_NAMED = frozenset({"package", "group", "vocabulary", "tag", "file", "_table_metadata"})
_COLUMNS = sa.text("""
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name, c.ordinal_position
""")
_KEYS = sa.text("""
SELECT a.attrelid::regclass::text AS table_name, a.attname AS column_name
FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
WHERE k.contype IN ('p', 'f') AND k.connamespace = 'public'::regnamespace
""")


@dataclass(frozen=True)
class TextTable:
    """A table with columns that may hold texts.

    Args:
        name: of the table.
        columns: text, json or bytes, by column.
        machine: those of them that are not blanked.
    """

    name: str
    columns: Mapping[str, str]
    machine: frozenset[str]


@dataclass
class Found:
    """Where a text stood: how often by table and column, and where it had to stay.

    Args:
        places: blanked, by ``table.column``.
        left: rows by ``table.column`` that a machine reads, or that are an account's.
        unsearched: files by ``table.column`` that cannot be looked into, so that it may stand in them.
        rows: the rows that were blanked, by table.
    """

    places: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    unsearched: dict[str, int] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, place: str, count: int) -> None:
        """Count what was blanked at a place."""
        if count:
            self.places[place] = self.places.get(place, 0) + count

    def add_unsearched(self, place: str, count: int = 1) -> None:
        """Count files at a place that cannot be looked into."""
        if count:
            self.unsearched[place] = self.unsearched.get(place, 0) + count

    @property
    def is_empty(self) -> bool:
        """Return whether it stands nowhere, for all that can be told."""
        return not (self.places or self.left or self.unsearched)


def tables(connection: Connection) -> list[TextTable]:
    """Return every table that may hold texts."""
    keys = {(row.table_name.strip('"'), row.column_name) for row in connection.execute(_KEYS)}
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(_COLUMNS):
        if row.data_type in _TEXTS:
            found.setdefault(row.table_name, {})[row.column_name] = _TEXTS[row.data_type]
    return [TextTable(name, columns, _machine(name, columns, keys)) for name, columns in found.items()]


def _machine(table: str, columns: Mapping[str, str], keys: set[tuple[str, str]]) -> frozenset[str]:
    if table in _NEVER:
        return frozenset(columns)
    return frozenset(
        name
        for name in columns
        if (table, name) in keys
        or name in _MACHINE
        or name.endswith("_id")
        or (name == "name" and table in _NAMED)
    )


def blank(
    connection: Connection, blanker: Blanker, is_meant: Callable[[str, Row], bool], found: Found
) -> None:
    """Blank a text in every row of a database, in the connection's transaction.

    Args:
        connection: to the database.
        blanker: of the text.
        is_meant: whether a row, given with its table, belongs to what is to be blanked.
        found: takes down where the text stood.
    """
    for table in tables(connection):
        for row in _candidates(connection, table, blanker):
            if is_meant(table.name, row):
                _blank_row(connection, table, row, blanker, found)


def _candidates(connection: Connection, table: TextTable, blanker: Blanker) -> Iterator[Row]:
    """Return rows that may hold the text, each read only when it is its turn."""
    quoted = _quoted(table.name)
    held = " OR ".join(
        f"octet_length({_quoted(name)}) > 0"
        if kind == "bytes"
        else f"strpos(CAST({_quoted(name)} AS text), needle) > 0"
        for name, kind in table.columns.items()
    )
    where = f"EXISTS (SELECT FROM unnest(CAST(:needles AS text[])) needle WHERE {held})"
    query = sa.text(f"SELECT CAST(ctid AS text) FROM {quoted} WHERE {where}")  # noqa: S608 - quoted names
    places = connection.execute(query, {"needles": blanker.needles}).scalars().all()
    columns = ", ".join(
        f"CAST({_quoted(name)} AS text) AS {_quoted(name)}" if kind == "json" else _quoted(name)
        for name, kind in table.columns.items()
    )
    one = sa.text(
        f"SELECT CAST(ctid AS text) AS ctid, {columns} FROM {quoted} WHERE ctid = CAST(:place AS tid)"  # noqa: S608
    )
    for place in places:
        row = connection.execute(one, {"place": place}).mappings().first()
        if row is not None:
            yield row


def _blank_row(connection: Connection, table: TextTable, row: Row, blanker: Blanker, found: Found) -> None:
    changed: dict[str, Any] = {}
    for name, kind in table.columns.items():
        if row[name] is None:
            continue
        place = f"{table.name}.{name}"
        if name in table.machine:
            if kind != "bytes" and blanker.is_in(row[name]):
                found.left[place] = found.left.get(place, 0) + 1
            continue
        try:
            value, count = _blanked(kind, row[name], blanker)
        except ClosedError:
            found.add_unsearched(place)
            continue
        if count:
            changed[name] = value
            found.add(place, count)
    if changed:
        found.rows.setdefault(table.name, []).append(row)
        _update(connection, table, str(row["ctid"]), changed)


def _blanked(kind: str, value: Any, blanker: Blanker) -> tuple[Any, int]:
    if kind == "bytes":
        return blanker.in_bytes(bytes(value))
    if kind == "text":
        return blanker.in_text(value)
    blanked, count = blanker.in_value(json.loads(value))
    return json.dumps(blanked, ensure_ascii=False), count


def _update(connection: Connection, table: TextTable, place: str, changed: Mapping[str, Any]) -> None:
    pairs = ", ".join(
        f"{_quoted(name)} = " + (f"CAST(:v{n} AS jsonb)" if table.columns[name] == "json" else f":v{n}")
        for n, name in enumerate(changed)
    )
    values = {f"v{n}": value for n, value in enumerate(changed.values())}
    query = sa.text(f"UPDATE {_quoted(table.name)} SET {pairs} WHERE ctid = CAST(:place AS tid)")  # noqa: S608
    connection.execute(query, {**values, "place": place})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
