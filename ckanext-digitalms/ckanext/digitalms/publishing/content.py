"""What a release says: its hash, and how the CSV file of each table is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ckanext.digitalms.measures.record import content_hash
from ckanext.digitalms.tables.open_tables import ALL_TABLES, Row, Rows, json_value
from ckanext.digitalms.tables.spec import file_name

from . import stages, writing

# writes a table's CSV file, gives how many rows there are
Writer = Callable[[Path], int]


@dataclass(frozen=True)
class Content:
    """The content of a group of tables at one moment.

    Args:
        hash: of the rows, their schemas and what the package says.
        writers: by table.
    """

    hash: str
    writers: Mapping[str, Writer]

    @classmethod
    def of(cls, rows: Mapping[str, Rows], described: Mapping[str, Any]) -> Content:
        """Take rows that are in memory."""
        told = {
            "rows": {name: [_canonical(row) for row in table] for name, table in rows.items()},
            "schemas": {name: ALL_TABLES[name].schema for name in rows},
            "package": described,
        }
        writers = {name: partial(_write, name, rows=table) for name, table in rows.items()}
        return cls(content_hash(told), writers)

    def write(self, folder: Path) -> dict[str, int]:
        """Write the CSV file of every table; return how many rows each has."""
        rows = {}
        for name, write in self.writers.items():
            path = folder / file_name(name, "csv")
            stages.begins(path.name)
            rows[name] = write(path)
        return rows


def _write(name: str, path: Path, rows: Rows) -> int:
    return writing.write_csv(path, ALL_TABLES[name], rows)


def _canonical(row: Row) -> Row:
    return {name: json_value(value) for name, value in row.items()}
