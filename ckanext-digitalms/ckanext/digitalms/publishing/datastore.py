"""The DataStore's copy of a release: staged beside, then swapped for all tables in one transaction.

The table's comment says which release it holds, so that a start after a crash can tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url

from ckanext.digitalms.tables.spec import TableSpec, file_name

STAGED = "_digitalms_"

_TYPES = {
    "string": "text",
    "integer": "int8",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "yearmonth": "text",
    "datetime": "timestamptz",
}


def is_on() -> bool:
    """Return whether the catalogue has a DataStore."""
    return bool(p.plugin_loaded("datastore"))


def holds(mark: str, resource_ids: Iterable[str]) -> bool:
    """Return whether the DataStore's tables of these resources are the release with this mark."""
    if not is_on():
        return True
    query = sa.text("SELECT obj_description(to_regclass(name), 'pg_class') FROM unnest(:names) AS name")
    with _engine().connect() as connection:
        found = connection.execute(query, {"names": [f"public.{_quoted(one)}" for one in resource_ids]})
        return all(comment == mark for (comment,) in found)


def stage(folder: Path, mark: str, tables: Iterable[tuple[TableSpec, str]]) -> None:
    """Load a release's CSV files into tables beside the current ones.

    Args:
        folder: of the release.
        mark: what the swapped tables will be marked with.
        tables: each with its resource.
    """
    if not is_on():
        return
    loaded = list(tables)
    with _engine().begin() as connection:
        _clear(connection, [resource_id for _, resource_id in loaded])
        for spec, resource_id in loaded:
            # a name that never was: an index keeps the name it was made with when its table is renamed
            staged = f"{STAGED}{uuid.uuid4().hex[:12]}_{resource_id}"
            _load(connection, spec, folder / file_name(spec.name, "csv"), staged)
            connection.execute(sa.text(f"COMMENT ON TABLE {_quoted(staged)} IS {_literal(mark)}"))


def swap(mark: str, resource_ids: Iterable[str]) -> None:
    """Put the staged tables in the place of the current ones; does nothing where that is done."""
    if not is_on():
        return
    with _engine().begin() as connection:
        for resource_id in resource_ids:
            if _comment(connection, resource_id) != mark:
                _swap(connection, _staged(connection, resource_id, mark), resource_id)


def clear_staged(resource_ids: Iterable[str] | None = None) -> None:
    """Remove tables that were staged and never swapped: those of some resources, or all."""
    if is_on():
        with _engine().begin() as connection:
            _clear(connection, None if resource_ids is None else list(resource_ids))


def drop(resource_ids: Iterable[str]) -> None:
    """Remove the tables of resources that are no more."""
    if is_on():
        with _engine().begin() as connection:
            for resource_id in resource_ids:
                connection.execute(sa.text(f"DROP TABLE IF EXISTS {_quoted(resource_id)} CASCADE"))


@contextmanager
def opened(*, is_kept: bool) -> Iterator[Connection]:
    """Open a transaction of the DataStore's database; what it did is kept, or was only tried."""
    with _engine().connect() as connection, connection.begin() as transaction:
        yield connection
        if not is_kept:
            transaction.rollback()


def _engine() -> Engine:
    from ckanext.datastore.backend.postgres import get_write_engine  # only there where the plugin is

    engine: Engine = get_write_engine()
    return engine


def _staged(connection: Connection, resource_id: str, mark: str) -> str:
    query = sa.text(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, :prefix) "
        "AND obj_description(oid, 'pg_class') = :mark "
        "AND substr(relname, length(:prefix) + 14) = :resource_id"
    )
    found: str = connection.execute(
        query, {"prefix": STAGED, "mark": mark, "resource_id": resource_id}
    ).scalar_one()
    return found


def _load(connection: Connection, table: TableSpec, path: Path, staged: str) -> None:
    from ckanext.datastore.backend import postgres

    postgres._cache_types(connection.engine)
    context: Any = {"connection": connection}
    fields = [_column(field) for field in table.fields]
    data: dict[str, Any] = {"resource_id": staged, "fields": fields}
    postgres.create_table(context, data, {})
    if table.has_full_text:
        postgres._create_fulltext_trigger(connection, staged)
    names = ", ".join(_quoted(field["id"]) for field in fields)
    command = f"COPY {_quoted(staged)} ({names}) FROM STDIN WITH (FORMAT csv, HEADER true)"
    cursor: Any = connection.connection.cursor()
    with path.open("rb") as file:
        cursor.copy_expert(command, file)
    key: list[str] = list(table.schema.get("primaryKey", []))
    if table.has_full_text:
        postgres.create_indexes(context, {**data, "primary_key": key})
    elif key:  # CKAN would also make an index of the full text that no row has
        columns = ", ".join(map(_quoted, key))
        connection.execute(sa.text(f"CREATE UNIQUE INDEX ON {_quoted(staged)} ({columns})"))
    connection.execute(sa.text(f"ANALYZE {_quoted(staged)}"))


def _column(field: Mapping[str, Any]) -> dict[str, Any]:
    info = {"label": field["title"], "notes": field["description"]}
    return {"id": field["name"], "type": _TYPES[field["type"]], "info": info}


def _swap(connection: Connection, staged: str, resource_id: str) -> None:
    live, reader = _quoted(resource_id), _quoted(_read_role())
    aliases = _aliases(connection, resource_id)
    commands = [
        f"DROP TABLE IF EXISTS {live} CASCADE",
        f"ALTER TABLE {_quoted(staged)} RENAME TO {live}",
        f"GRANT SELECT ON {live} TO {reader}",
    ]
    for alias in aliases:
        commands += [
            f"CREATE VIEW {_quoted(alias)} AS SELECT * FROM {live}",  # noqa: S608 - quoted identifiers
            f"GRANT SELECT ON {_quoted(alias)} TO {reader}",
        ]
    for command in commands:
        connection.execute(sa.text(command))
    connection.execute(sa.text('DELETE FROM "_table_stats" WHERE resource_id = :id'), {"id": resource_id})


def _read_role() -> str:
    return str(make_url(tk.config["ckan.datastore.read_url"]).username)


def _aliases(connection: Connection, resource_id: str) -> list[str]:
    query = sa.text('SELECT name FROM "_table_metadata" WHERE alias_of = :id')
    return [name for (name,) in connection.execute(query, {"id": resource_id})]


def _comment(connection: Connection, table: str) -> str | None:
    query = sa.text("SELECT obj_description(to_regclass(:name), 'pg_class')")
    comment: str | None = connection.execute(query, {"name": f"public.{_quoted(table)}"}).scalar()
    return comment


def _clear(connection: Connection, resource_ids: Sequence[str] | None) -> None:
    query = sa.text(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND starts_with(relname, :prefix) "
        "AND (CAST(:ids AS text[]) IS NULL OR substr(relname, length(:prefix) + 14) = ANY(:ids))"
    )
    for (name,) in connection.execute(query, {"prefix": STAGED, "ids": resource_ids}).all():
        connection.execute(sa.text(f"DROP TABLE {_quoted(name)}"))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
