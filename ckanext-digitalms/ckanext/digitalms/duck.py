"""DuckDB, the engine for tables that do not fit in memory: one way to open it, one way to read our CSV.

Nothing is fetched: extensions are neither installed nor loaded by themselves.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

import duckdb

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "256MB",
    # each holds some 100 MB of a large file
    "threads": min(2, os.cpu_count() or 1),
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# a line of a CSV file may be as long as its longest text; DuckDB's own limit is 2 MB
LINE = 16_000_000
# what is held of a file at once: by itself DuckDB would take sixteen times the longest line, all of the limit
LONG_LINES = f"max_line_size={LINE}, buffer_size={LINE}"
# what questions that people wait for may put on the disk, all together
_SPILLED = "2GB"
_PAUSE = 0.05


class TooMuchError(Exception):
    """A question took more time, or more memory, than one may have."""


@contextmanager
def opened(beside: Path | None = None) -> Iterator[Connection]:
    """Open a database in a folder of its own that goes with it, so that memory does not grow with rows.

    Args:
        beside: the folder to make it in; by default where the system keeps temporary files.
    """
    with (
        TemporaryDirectory(prefix=".duckdb-", dir=beside) as folder,
        duckdb.connect(
            str(Path(folder) / "work.duckdb"),
            config={**_CONFIG, "temp_directory": folder},
        ) as connection,
    ):
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    """Open an empty database in memory, for queries that only pass over rows."""
    with duckdb.connect(config=_CONFIG) as connection:
        # a reader gets its first rows early
        connection.execute("SET streaming_buffer_size = '1MB'")
        yield connection


class _Shared:
    """The engine of this process for short questions: to open one for each takes longer than most."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process = 0
        self._engine: tuple[Connection, TemporaryDirectory[str]] | None = None
        self._inherited: list[object] = []

    def cursor(self) -> Connection:
        with self._lock:
            if self._engine is None or self._process != os.getpid():
                # the threads of an engine of before a fork are not in this process: it is never closed
                self._inherited.append(self._engine)
                self._engine, self._process = self._opened(), os.getpid()
            return self._engine[0].cursor()

    def forget(self) -> None:
        """Begin anew with the next question: the engine does not answer any more."""
        with self._lock:
            self._engine = None

    def _opened(self) -> tuple[Connection, TemporaryDirectory[str]]:
        folder = TemporaryDirectory(prefix=".duckdb-")
        config = {**_CONFIG, "temp_directory": folder.name, "max_temp_directory_size": _SPILLED}
        engine = duckdb.connect(config=config)
        engine.execute("SET parquet_metadata_cache = true")
        return engine, folder


_shared = _Shared()


@contextmanager
def lent() -> Iterator[Connection]:
    """Lend the engine of this process, for what only passes over rows: to open one takes 20 ms of work."""
    cursor = _shared.cursor()
    try:
        yield cursor
    except (duckdb.FatalException, duckdb.InternalException):
        _shared.forget()
        raise
    finally:
        cursor.close()


@contextmanager
def asking(seconds: float) -> Iterator[Connection]:
    """Lend the engine of this process for some questions that somebody waits for.

    Args:
        seconds: that all of them together may take.

    Raises:
        TooMuchError: they take longer, or more memory than the engine has.
    """
    with lent() as cursor:
        is_done = Event()
        Thread(target=_limit, args=(cursor, seconds, is_done), daemon=True).start()
        try:
            yield cursor
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise TooMuchError from error
        finally:
            is_done.set()


def _limit(cursor: Connection, seconds: float, is_done: Event) -> None:
    is_over = is_done.wait(seconds)
    while not is_over:
        # it may have ended at the same moment; between two questions nobody is interrupted
        with suppress(duckdb.ConnectionException):
            cursor.interrupt()
        is_over = is_done.wait(_PAUSE)


def quoted(name: str) -> str:
    """Return an identifier as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def plain_csv(path: Path, names: Sequence[str]) -> str:
    """Return the SQL that reads a CSV file as we write it: every cell a text, an empty one ``NULL``."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
        f"columns={{{columns}}}, nullstr='', strict_mode=true, {LONG_LINES})"
    )
