"""Writing a table's files: first its CSV, then every other format from that, row after row."""

from __future__ import annotations

import csv
import gzip
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ckanext.digitalms import duck
from ckanext.digitalms.tables.open_tables import Row, json_value
from ckanext.digitalms.tables.spec import TableSpec, file_name

from . import stages, workbook
from .filters import ALL, ROW, Filter
from .formats import CSV, FORMATS, TEXT_FORMATS, TextFormat, csv_line

# rows that are fetched at once, and bytes that are written at once
_ROWS = 2_000
_BLOCK = 1_000_000
# a text that fits in one packet gains nothing
PACKED = ".gz"
PACKED_FROM = 1_400
# the cells of a large CSV file as they stand there, each a text; for our own reading only
CELLS = "cells.parquet"
CELLS_FROM = 1_000_000
_STORED = "read_parquet("


def write_csv(path: Path, spec: TableSpec, rows: Iterable[Row]) -> int:
    """Write the file that all others are made from; return how many rows there are.

    Args:
        path: of the CSV file.
        spec: of the table.
        rows: with a value for every field; ``None`` is an empty cell.
    """
    names = [field["name"] for field in spec.fields]
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(csv_line(names))
        writer = csv.writer(file)
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is how many there were
            writer.writerow([_cell(row[name]) for name in names])
    return count


def rewrite_csv(path: Path, raw: Path, spec: TableSpec) -> None:
    """Write a table's CSV file from one that has the same cells, and quotes and line ends of its own."""
    with duck.lent() as database:
        _write_text(path, blocks(database, read(raw, spec), spec, CSV))


def write_formats(folder: Path, specs: Iterable[TableSpec]) -> dict[str, list[str]]:
    """Write every other format of tables beside their CSV; memory does not grow with the rows.

    Args:
        folder: that holds ``NAME.csv`` of each table.
        specs: of the tables.

    Returns:
        By table the names of the files written, packed copies of large texts among them.
    """
    # packing takes a core of its own while the next format is written
    with ThreadPoolExecutor(max_workers=1) as packing, duck.lent() as database:
        return {spec.name: _write_formats(packing, database, folder, spec) for spec in specs}


def _write_formats(
    packing: ThreadPoolExecutor, database: duck.Connection, folder: Path, spec: TableSpec
) -> list[str]:
    stored = _store_cells(database, folder, spec)
    packed = [packing.submit(_pack, folder / file_name(spec.name, CSV.ending))]
    written = [stored] if stored else []
    for ending in FORMATS:
        if ending != CSV.ending:
            written.append(write_format(database, folder, spec, ending))
        if ending in TEXT_FORMATS and ending != CSV.ending:
            packed.append(packing.submit(_pack, folder / written[-1]))
    return written + [name for done in packed if (name := done.result())]


def write_format(database: duck.Connection, folder: Path, spec: TableSpec, ending: str) -> str:
    """Write one of the other formats of a table beside its CSV; return the file's name."""
    source = source_of(folder, spec)
    path = folder / file_name(spec.name, ending)
    stages.begins(path.name)
    if ending in TEXT_FORMATS:
        _write_text(path, blocks(database, source, spec, TEXT_FORMATS[ending]))
    else:
        _write_workbook(database, path, source, spec)
    return path.name


def _write_workbook(database: duck.Connection, path: Path, source: str, spec: TableSpec) -> None:
    if source.startswith(_STORED):
        workbook.write(path, spec, cells(database, source), counted(database, source))
        return
    rows = list(cells(database, source))  # of a small table: to count them would be a question more
    workbook.write(path, spec, rows, len(rows))


def source_of(folder: Path, spec: TableSpec) -> str:
    """Return the SQL that reads a table of a release by the quickest way."""
    stored = folder / file_name(spec.name, CELLS)
    if stored.is_file():
        return f"{_STORED}{duck.literal(str(stored))})"
    return read(folder / file_name(spec.name, CSV.ending), spec)


def in_order(source: str, chosen: Filter) -> str:
    """Return the SQL of rows with the place of each, where they are to be sorted; ``source`` else."""
    if not chosen.order:
        return source
    if source.startswith(_STORED):
        counted = f"{source[:-1]}, file_row_number = true)"
        return f"(SELECT * EXCLUDE (file_row_number), file_row_number AS {ROW} FROM {counted})"  # noqa: S608 - our own
    return f"(SELECT *, row_number() OVER () AS {ROW} FROM {source})"  # noqa: S608 - our own


def _store_cells(database: duck.Connection, folder: Path, spec: TableSpec) -> str | None:
    """Store a large table's cells by columns, so that a filter need not read all; return the file's name."""
    path = folder / file_name(spec.name, CSV.ending)
    if path.stat().st_size < CELLS_FROM:
        return None
    stored = file_name(spec.name, CELLS)
    database.execute(
        f"COPY (FROM {read(path, spec)}) TO {duck.literal(str(folder / stored))} "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100_000)"
    )
    return stored


def read(path: Path, spec: TableSpec) -> str:
    """Return the SQL that reads a table's CSV file."""
    return duck.plain_csv(path, [field["name"] for field in spec.fields])


def blocks(
    database: duck.Connection,
    source: str,
    spec: TableSpec,
    form: TextFormat,
    chosen: Filter = ALL,
) -> Iterator[str]:
    """Return a table in a format, a block of rows at a time.

    Args:
        database: that reads.
        source: SQL of the rows, see :func:`read`.
        spec: of the table, with the columns that are written.
        form: of the file.
        chosen: which rows, in which order.
    """
    ordered = in_order(source, chosen)
    asked = f"SELECT {form.row(spec)} FROM {ordered} {chosen.clause}"  # noqa: S608 - our own columns
    found = database.execute(asked, dict(chosen.values))
    yield form.opening(spec)
    is_first = True
    while rows := found.fetchmany(_ROWS):
        text = form.between.join([line for (line,) in rows])
        yield text if is_first else form.between + text
        is_first = False
    yield form.closing()


def cells(database: duck.Connection, source: str, chosen: Filter = ALL) -> Iterator[tuple[str | None, ...]]:
    """Return the cells of a table's CSV, row after row."""
    names = ", ".join(map(duck.quoted, chosen.columns)) or (f"* EXCLUDE ({ROW})" if chosen.order else "*")
    asked = f"SELECT {names} FROM {in_order(source, chosen)} {chosen.clause}"  # noqa: S608 - our own columns
    found = database.execute(asked, dict(chosen.values))
    while rows := found.fetchmany(_ROWS):
        yield from rows


def counted(database: duck.Connection, source: str, chosen: Filter = ALL) -> int:
    """Count rows of a table's CSV."""
    clause = f"WHERE {chosen.where} {chosen.window}"
    asked = f"SELECT count(*) FROM (SELECT 1 FROM {source} {clause})"  # noqa: S608 - our own columns
    return int(database.execute(asked, dict(chosen.values)).fetchall()[0][0])


def extent(folder: Path, spec: TableSpec, column: str) -> tuple[str | None, str | None]:
    """Return the least and the greatest text in a column of a table's CSV."""
    with duck.lent() as database:
        source = read(folder / file_name(spec.name, CSV.ending), spec)
        name = duck.quoted(column)
        asked = f"SELECT min({name}), max({name}) FROM {source}"  # noqa: S608 - our own columns
        found: tuple[str | None, str | None] = database.execute(asked).fetchall()[0]
    return found


def _pack(path: Path) -> str | None:
    """Pack a text for readers that ask for gzip; return the copy's name, ``None`` if not worth it."""
    if path.stat().st_size < PACKED_FROM:
        return None
    packed = path.with_name(f"{path.name}{PACKED}")
    # the same text gives the same bytes
    with path.open("rb") as text, gzip.GzipFile("", "wb", 5, packed.open("wb"), mtime=0) as file:
        shutil.copyfileobj(text, file, _BLOCK)
    return packed.name


def _write_text(path: Path, texts: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="", buffering=_BLOCK) as file:
        file.writelines(texts)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json_value(value)
