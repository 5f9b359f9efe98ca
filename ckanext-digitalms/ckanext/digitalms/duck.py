"""DuckDB, the engine for tables that do not fit in memory: one way to open it, one way to read our CSV.

Nothing is fetched: extensions are neither installed nor loaded by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

Connection = duckdb.DuckDBPyConnection
Error = duckdb.Error

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "256MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# a line of a CSV file may be as long as its longest text; DuckDB's own limit is 2 MB
LINE = 16_000_000
# what is held of a file at once: by itself DuckDB would take sixteen times the longest line, all of the limit
LONG_LINES = f"max_line_size={LINE}, buffer_size={LINE}"


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
