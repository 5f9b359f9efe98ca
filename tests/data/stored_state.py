"""What fixtures have made, kept in memory: a later test gets it by copying, which takes a tenth of the time.

A fixture says ``STATE.once("personas", make)``. The first test that asks runs ``make``; what then stands in
the database of the catalogue, in the index and in a folder that it names (not in the DataStore) is kept under
the names of all that was stored since the catalogue was emptied. Where anything else was written in between,
``make`` simply runs.
"""

from __future__ import annotations

import copy
import io
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
import sqlalchemy as sa
from ckan import model
from psycopg2 import sql
from stored_index import Index

__all__ = ["STATE", "State"]

_TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' AND relname NOT LIKE '%alembic_version' ORDER BY relname
"""
# beside the releases of test.ini
_REPORTS = Path(__file__).parents[2] / ".cache" / os.environ.get("PYTEST_XDIST_WORKER", "gw0") / "reports"
_READING = ("SELECT", "SHOW", "SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


class _Database:
    """One database, as its superuser, whom neither triggers nor foreign keys stop."""

    def __init__(self, name: str) -> None:
        server = os.environ["DIGITALMS_PG_SUPER"].rpartition("/")[0]
        options = "-c session_replication_role=replica -c plan_cache_mode=force_generic_plan"
        self.connection = psycopg2.connect(f"{server}/{name}", options=options)
        self.known: list[str] = []

    def tables(self) -> list[str]:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(_TABLES)
            return [row[0] for row in cursor.fetchall()]

    def empty(self) -> None:
        """Empty all tables that have rows at once."""
        self._prepare()
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute("EXECUTE filled")
            if filled := [name for (name,) in cursor.fetchall()]:
                orders = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in filled]
                cursor.execute(sql.SQL(";").join(orders))

    def _prepare(self) -> None:
        """Plan the query that names the tables with rows, once for the tables that there are."""
        found = self.tables()
        if found == self.known:
            return
        one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
        each = [one.format(sql.Literal(name), sql.Identifier(name)) for name in found]
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
            cursor.execute(sql.SQL("PREPARE filled AS {}").format(sql.SQL(" UNION ALL ").join(each)))
        self.known = found

    def take(self) -> dict[str, bytes]:
        """Return the rows of every table that has some."""
        found = self.tables()
        with self.connection, self.connection.cursor() as cursor:
            rows = {name: _read(cursor, name) for name in found}
        return {name: content for name, content in rows.items() if content}

    def put(self, rows: dict[str, bytes]) -> None:
        """Make these the rows of the tables, which are empty but for what the same names put there."""
        with self.connection, self.connection.cursor() as cursor:
            for name, content in rows.items():
                table = sql.Identifier(name)
                cursor.execute(sql.SQL("DELETE FROM {}").format(table))
                command = sql.SQL("COPY {} FROM STDIN").format(table).as_string(cursor)
                cursor.copy_expert(command, io.BytesIO(content))


def _read(cursor: Any, name: str) -> bytes:
    out = io.BytesIO()
    cursor.copy_expert(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name)).as_string(cursor), out)
    return out.getvalue()


def _copied(folder: Path | None) -> TemporaryDirectory[str] | None:
    if folder is None:
        return None
    copy = TemporaryDirectory()
    shutil.copytree(folder, copy.name, dirs_exist_ok=True)
    return copy


@dataclass
class _Stored:
    value: Any
    rows: dict[str, bytes]
    documents: dict[str, dict[str, Any]]
    files: TemporaryDirectory[str] | None


class State:
    """The databases and the index of this process of the suite."""

    def __init__(self) -> None:
        self.written = 0
        self.index = Index()
        self.names: tuple[str, ...] | None = None
        self.seen = 0
        self.stored: dict[tuple[str, ...], _Stored] = {}
        self.places: dict[str, tuple[str, int]] = {}
        self.database: _Database | None = None

    def watch(self) -> None:
        """Count what is written, and see what goes into the index."""
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", self._count)
        self.index.watch()

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.written += not statement.lstrip().upper().startswith(_READING)

    def empty(self) -> None:
        """Empty the database of the catalogue."""
        model.Session.remove()
        self._database().empty()
        self.begin()

    def empty_index(self, reset: Callable[[], None]) -> None:
        """Empty the index by what CKAN has for it, unless it is empty."""
        self.index.empty(reset)

    def begin(self) -> None:
        """Say that the catalogue is empty now, and take away the files of reports that stood in it."""
        # else what another test froze would be files of no report
        shutil.rmtree(_REPORTS, ignore_errors=True)
        self.names, self.seen = (), self.written
        self.index.begin()

    def once(self, name: str, make: Callable[[], Any], folder: Path | None = None) -> Any:
        """Return what ``make`` gives, which runs for the first test only.

        Args:
            name: of what is made, alike wherever the same is.
            make: makes it; gives plain data, no row of a database.
            folder: an empty one that it writes to; files in it are kept, too.
        """
        names = None if self.names is None or self.seen != self.written else (*self.names, name)
        code = make.__code__
        place = (code.co_filename, code.co_firstlineno)
        assert self.places.setdefault(name, place) == place, (
            f"“{name}” is made in two places: call one otherwise"
        )
        known = self.stored.get(names) if names else None
        value = known.value if known else make()
        if known:
            self._put_back(known, folder)
        elif names:
            model.Session.commit()
            rows = self._database().take()
            self.stored[names] = _Stored(value, rows, dict(self.index.documents), _copied(folder))
        self.names, self.seen = names, self.written
        return copy.deepcopy(value)

    def _put_back(self, known: _Stored, folder: Path | None) -> None:
        model.Session.remove()
        self._database().put(known.rows)
        if known.files and folder:
            shutil.copytree(known.files.name, folder, dirs_exist_ok=True)
        self.index.put(known.documents)

    def _database(self) -> _Database:
        if self.database is None:
            self.database = _Database(model.meta.engine.url.database)
        return self.database


STATE = State()
