"""Bytes to a raw table of which nothing is known: the delimiter is told by the whole file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from ckanext.digitalms.validation.dialect import AUTO, Dialect, decode
from ckanext.digitalms.validation.reading import read
from ckanext.digitalms.validation.reading_csv import DELIMITERS
from ckanext.digitalms.validation.table import Limits, RawRow, RawTable, TableSchema

UNKNOWN = TableSchema("", {"fields": []})
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def open_table(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read an uploaded table; a CSV's delimiter is the one that cuts most rows as it cuts the header.

    Raises:
        UnreadableError: there is no table in it.
    """
    if dialect.delimiter == AUTO and _may_be_csv(data, limits):
        dialect = replace(dialect, delimiter=_delimiter(data, dialect))
    return read(data, UNKNOWN, dialect, limits)


def filled(raw: RawTable) -> tuple[RawRow, ...]:
    """Give the rows that hold anything."""
    return tuple(row for row in raw.rows if not all(is_empty(cell) for cell in row.cells))


def is_empty(cell: object) -> bool:
    """Whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _may_be_csv(data: bytes, limits: Limits) -> bool:
    return len(data) <= limits.max_bytes and data.lstrip()[:1] not in {b"[", b"{"} and data[:2] != b"PK"


def _delimiter(data: bytes, dialect: Dialect) -> str:
    text = decode(data, dialect).text.removeprefix("\ufeff")
    hint = _SEP_LINE.match(text)
    if hint and hint[1] in DELIMITERS:
        return hint[1]
    order = (";", "\t", ",")
    return max(order, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    """Give the share of rows that have as many cells as the header, and that number; nothing for one cell."""
    width = same = rows = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if not any(cell.strip() for cell in cells):
                continue
            width = width or len(cells)
            rows += 1
            same += len(cells) == width
    except csv.Error:
        rows += 1  # the reader will say where; another delimiter may still do better
    return (same / rows, width) if rows and width > 1 else (0.0, 0)
