"""A look into a table of a release: a page of its rows, and how many there are, without reading all of them.

Where a table is stored by columns (:data:`.writing.CELLS`), only what is asked for is read of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.digitalms import duck
from ckanext.digitalms.tables.spec import TableSpec

from . import writing
from .filters import ROW, Filter

__all__ = ["SECONDS", "Cells", "Page", "cells_of", "page", "value_of"]

# what somebody waits for who looks into a table
SECONDS = 10.0
Cells = tuple[str | None, ...]
# rows before a page that a sort rather keeps whole than finds twice
_FAR = 10_000


@dataclass(frozen=True)
class Page:
    """Some rows of a table.

    Args:
        columns: those that are shown, in their order.
        rows: their cells as the table's CSV has them.
        count: how many rows there are in all that fit.
    """

    columns: Sequence[str]
    rows: Sequence[Cells]
    count: int


def page(folder: Path, spec: TableSpec, chosen: Filter, limit: int, offset: int, total: int | None) -> Page:
    """Return a page of the rows that fit.

    Args:
        folder: of the release.
        spec: of the table.
        chosen: which rows, columns and order.
        limit: at most so many rows.
        offset: after so many.
        total: how many rows the table has, where that is known.

    Raises:
        duck.TooMuchError: it takes too long, or too much memory.
    """
    columns = [one["name"] for one in chosen.shown(spec).fields]
    source = writing.source_of(folder, spec)
    with duck.asking(SECONDS) as database:
        count = total if total is not None and chosen.where == "true" else _count(database, source, chosen)
        rows = _rows(database, source, chosen, columns, limit, offset) if offset < count and limit else []
    return Page(columns, rows, count)


def cells_of(
    folder: Path, spec: TableSpec, select: str, chosen: Filter, rest: str = "", **more: Any
) -> list[tuple[Any, ...]]:
    """Return what a question of ours gives: ``select`` of the rows that fit, ``rest`` behind it.

    Args:
        folder: of the release.
        spec: of the table.
        select: SQL made of the table's columns.
        chosen: which rows.
        rest: SQL that groups, sorts or cuts.
        more: parameters in the SQL.

    Raises:
        duck.TooMuchError: it takes too long, or too much memory.
    """
    asked = f"SELECT {select} FROM {writing.source_of(folder, spec)} WHERE {chosen.where} {rest}"  # noqa: S608 - our own
    with duck.asking(SECONDS) as database:
        return list(database.execute(asked, {**chosen.values, **more}).fetchall())


def value_of(field: Mapping[str, Any], cell: str | None) -> Any:
    """Return a cell as JSON tells it: numbers and truth values as such, all else as text."""
    if cell is None:
        return None
    kind = field["type"]
    if kind == "boolean":
        return cell == "true"
    if kind in {"integer", "number"}:
        try:
            return int(cell) if kind == "integer" else float(cell)
        except ValueError:
            return cell
    return cell


def _count(database: duck.Connection, source: str, chosen: Filter) -> int:
    asked = f"SELECT count(*) FROM {source} WHERE {chosen.where}"  # noqa: S608 - our own columns
    return int(database.execute(asked, dict(chosen.values)).fetchall()[0][0])


def _rows(
    database: duck.Connection,
    source: str,
    chosen: Filter,
    columns: Sequence[str],
    limit: int,
    offset: int,
) -> list[Cells]:
    names = ", ".join(map(duck.quoted, columns))
    part = f"LIMIT {limit} OFFSET {offset}"
    rows = writing.in_order(source, chosen)
    where = f"WHERE {chosen.where} {chosen.ordering} {part}"
    asked = f"SELECT {names} FROM {rows} {where}"  # noqa: S608 - our own columns
    if chosen.order and offset > _FAR:
        # only what is sorted by is read of all rows; the others' cells of those that are shown
        found = f"SELECT {ROW} FROM {rows} {where}"  # noqa: S608 - our own columns
        asked = f"SELECT {names} FROM {rows} WHERE {ROW} IN ({found}) {chosen.ordering}"  # noqa: S608 - our own
    return list(database.execute(asked, dict(chosen.values)).fetchall())
