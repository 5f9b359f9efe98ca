"""What fixtures have made, kept in memory: a later test gets it by copying, which takes a tenth of the time.

A fixture says ``STATE.once("personas", make)``. The first test that asks runs ``make``; what then stands in
the database of the catalogue, in the index and in a folder that it names (not in the DataStore) is kept under
the names of all that was stored since the catalogue was emptied. Where anything else was written in between,
``make`` simply runs.
"""

from __future__ import annotations

import copy
import inspect
import io
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2
import pysolr
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import make_connection
from psycopg2 import sql

__all__ = ["STATE", "State"]

_TABLES = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind = 'r' AND relname NOT LIKE '%alembic_version' ORDER BY relname
"""
_SOLR = "CKAN_SOLR_URL"
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


def _is_update(_method: str, path: str = "", *_more: Any, **_options: Any) -> bool:
    return path.startswith("update")


class _Index:
    """What belongs into the index and is written there only when somebody asks: most tests never search.

    To take the demo apart into words costs Solr more than most tests take.
    """

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.waiting: dict[str, dict[str, Any]] = {}
        self.solr: Any = None
        self.is_empty = False
        self.lock = threading.RLock()

    def watch(self) -> None:
        """See what goes into the index, and write what waits before anybody looks at it."""
        add, send = pysolr.Solr.add, pysolr.Solr._send_request
        adding = threading.local()

        def seen(solr: Any, docs: Any, *words: Any, **options: Any) -> Any:
            docs = list(docs)
            with self.lock:
                for one in docs:
                    self.documents[one["index_id"]] = copy.deepcopy(one)
                    self.waiting.pop(one["index_id"], None)
            adding.now = True
            try:
                return add(solr, docs, *words, **options)
            finally:
                adding.now = False

        def asked(solr: Any, *words: Any, **options: Any) -> Any:
            if not getattr(adding, "now", False):
                self.write()
            self.is_empty = self.is_empty and not _is_update(*words, **options)
            return send(solr, *words, **options)

        pysolr.Solr.add, pysolr.Solr._send_request = seen, asked
        self._watch_processes()

    def _watch_processes(self) -> None:
        """Write what waits before there is another process, which looks for itself, if it knows where."""
        begin = subprocess.Popen.__init__

        def begun(process: Any, *words: Any, **options: Any) -> None:
            given = inspect.signature(begin).bind(process, *words, **options).arguments.get("env")
            if _SOLR in (given or os.environ):
                self._share()
            begin(process, *words, **options)

        subprocess.Popen.__init__ = begun  # type: ignore[method-assign]
        # an audit hook would see both, and be called for everything else that happens, too
        os.register_at_fork(before=self._share)

    def _share(self) -> None:
        self.write()
        self.is_empty = False

    def begin(self) -> None:
        """Let nothing be in the index but what is there already."""
        with self.lock:
            self.documents, self.waiting = {}, {}

    def empty(self, reset: Callable[[], None], *, at_once: bool) -> None:
        """Empty the index."""
        self.begin()
        if at_once or not self.is_empty:
            reset()
        self.is_empty = True

    def put(self, documents: dict[str, dict[str, Any]], *, at_once: bool) -> None:
        """Let these be what is in the index."""
        with self.lock:
            self.documents, self.waiting = dict(documents), dict(documents)
            self.solr = make_connection()
        if at_once:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        with self.lock:
            if self.waiting:
                waiting, self.waiting = list(self.waiting.values()), {}
                self.solr.add(waiting, commit=True)


class State:
    """The databases and the index of this process of the suite."""

    def __init__(self) -> None:
        self.written = 0
        self.index = _Index()
        # another process asks the same index, at any time
        self.is_shared = False
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
        self.index.empty(reset, at_once=self.is_shared)

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
        self.index.put(known.documents, at_once=self.is_shared)

    def _database(self) -> _Database:
        if self.database is None:
            self.database = _Database(model.meta.engine.url.database)
        return self.database


STATE = State()
