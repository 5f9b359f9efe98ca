"""Bytes to a raw table of which nothing is known: the delimiter is told by the whole file."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from cachetools import TTLCache

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.archived import unpacked
from ckanext.digitalms.validation.arrangement import emptied, proposed, suggestions, titled_as, without
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.dialect import AUTO, FIXED, Dialect, decode
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.validation.fixed_widths import columns_of
from ckanext.digitalms.validation.reading import looks_like_json, marked, whole
from ckanext.digitalms.validation.reading_csv import DELIMITERS, sep_line, too_many_columns, unquoted_lines
from ckanext.digitalms.validation.reading_json import FORM as JSON
from ckanext.digitalms.validation.table import (
    MAX_COLUMNS,
    Limits,
    RawRow,
    RawTable,
    TableSchema,
    UnreadableError,
    is_blank,
    is_empty,
)

from .proposals import header_choices, is_title

# what of a dialect is looked at when a file has been read
_LATER = ("decimal_char", "date_format", "header", "leave_out", "missing", "forms")
_MOST_KEPT = 400_000  # cells
_KEPT: TTLCache[tuple[bytes, Dialect, Limits], RawTable] = TTLCache(maxsize=3, ttl=300)
_LOCK = threading.Lock()
UNKNOWN = TableSchema("", {"fields": []})
MAX_TITLE_ROWS = 20
_LOOKED_AT = 100_000
_HALF, _MOSTLY = 0.5, 0.9
_MOST = 1.5  # two columns of three have a title
_PACKED = (b"PK", b"\xd0\xcf\x11\xe0", b"<")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_FIGURES = re.compile(r"[\d.,:+%€/\s-]+")


def detect(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read an uploaded table; a CSV's delimiter is the one that cuts most rows as it cuts the header.

    Raises:
        UnreadableError: there is no table in it.
    """
    packed = unpacked(data, dialect, limits)
    data, dialect = marked(packed.data), packed.dialect
    raw = _read_once(data, dialect, limits)
    if packed.members:
        sheets = packed.members if len(packed.members) > 1 else raw.sheets
        raw = replace(raw, findings=(*packed.findings, *raw.findings), sheets=sheets)
    headers = header_choices(raw)
    raw = under_titles(raw) if dialect.header == AUTO else titled_as(raw, dialect.header)
    surplus, asked = proposed(raw), _data_in_header(raw) if dialect.header == AUTO else ()
    found = emptied(without(raw, dialect.left_out, surplus), dialect.missing_words)
    told = [*found.findings, *asked, *suggestions(surplus, dialect.left_out)]
    return replace(found, findings=tuple(told), surplus=surplus, headers=headers)


def _read_once(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a file; the last ones are kept for some minutes, while somebody answers what is asked of them."""
    asked = replace(dialect, **dict.fromkeys(_LATER, AUTO))
    key = (hashlib.sha256(data).digest(), asked, limits)
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is not None:
        return replace(kept, dialect=replace(dialect, **_found(kept.dialect)))
    if dialect.delimiter == AUTO and _may_be_csv(data, limits):
        dialect = replace(dialect, delimiter=_delimiter(data, dialect, limits))
    raw = whole(data, UNKNOWN, dialect, limits)
    if len(raw.rows) * len(raw.header or (1,)) <= _MOST_KEPT:
        with _LOCK:
            _KEPT[key] = raw
    return raw


def _found(dialect: Dialect) -> dict[str, str]:
    return {name: getattr(dialect, name) for name in ("encoding", "delimiter", "sheet")}


def _data_in_header(raw: RawTable) -> Iterator[Finding]:
    """Ask whether the first row is a header: figures stand in it where figures stand below."""
    if raw.form == JSON or not raw.rows:
        return
    below = filled(raw)[:MAX_TITLE_ROWS]
    for place, title in enumerate(raw.header):
        cells = [str(row.cells[place]) for row in below if place < len(row.cells)]
        if not is_empty(title) and _is_figure(title) and cells and all(map(_is_figure, cells)):
            text = N_("Row {row} was taken as the header, though “{found}” is a figure like those below.")
            message = Message(text, {"row": raw.header_row, "found": short(title)})
            yield Finding(Cause.NO_HEADER, message, raw.header_row, found=short(title))
            return


def _is_figure(text: str) -> bool:
    return (
        not _YEAR.fullmatch(text.strip()) and bool(_FIGURES.fullmatch(text)) and any(map(str.isdigit, text))
    )


def under_titles(raw: RawTable) -> RawTable:
    """Leave out the title and the empty lines that offices put above the header of a sheet.

    They are told from a header by having one filled cell, and the header by having words, each once, in
    most columns of the table. In doubt the first row stays the header.

    Raises:
        UnreadableError: the header has too many columns.
    """
    place = _header_place(raw)
    if place is None:
        return raw
    told = raw.rows[place]
    width = len(told.cells)
    if width > MAX_COLUMNS:
        raise UnreadableError(too_many_columns(width, told.number), form=raw.form)
    titles = short(" | ".join(_filled_texts(cells) for cells in (raw.header, *_cells(raw.rows[:place]))))
    text = N_("The header was taken from row {row}; above it stands “{found}”.")
    message = Message(text, {"row": told.number, "found": titles})
    rows = tuple(
        replace(row, cells=row.cells + (None,) * (width - len(row.cells))) for row in raw.rows[place + 1 :]
    )
    return replace(
        raw,
        header=tuple("" if is_empty(cell) else str(cell) for cell in told.cells),
        rows=rows,
        header_row=told.number,
        findings=(*raw.findings, Finding(Cause.TITLE_ROWS, message, told.number, found=titles)),
    )


def _header_place(raw: RawTable) -> int | None:
    """Return the place of the header among the rows; ``None`` where the first row is the header."""
    if raw.form == JSON or len(raw.header) != 1:
        return None
    lines = enumerate(raw.rows[:MAX_TITLE_ROWS])
    place = next((place for place, row in lines if _is_wide(row)), None)
    if place is None:
        return None
    header, below = raw.rows[place].cells, filled(replace(raw, rows=raw.rows[place + 1 :]))
    if not below or len(header) < max(len(row.cells) for row in below):
        return None
    if 2 * sum(map(_is_wide, below)) < len(below):
        return None
    words = [str(cell).strip() for cell in header if not is_empty(cell)]
    has_most = _MOST * len(words) >= len(header)
    return place if has_most and all(map(is_title, words)) and len(set(words)) == len(words) else None


def _is_wide(row: RawRow) -> bool:
    return sum(not is_empty(cell) for cell in row.cells) > 1


def _cells(rows: Sequence[RawRow]) -> Iterator[tuple[object, ...]]:
    return (row.cells for row in rows if not is_blank(row.cells))


def _filled_texts(cells: Iterable[object]) -> str:
    return " ".join(str(cell).strip() for cell in cells if not is_empty(cell))


def filled(raw: RawTable) -> tuple[RawRow, ...]:
    """Return the rows that hold anything."""
    return tuple([row for row in raw.rows if not is_blank(row.cells)])


def cells_by_column(rows: Sequence[RawRow], width: int, gap: object = None) -> list[tuple[object, ...]]:
    """Return the cells of each column.

    Args:
        rows: of the table.
        width: how many columns there are; what a row has beyond them is left out.
        gap: what a row has where it is too short.
    """
    if {len(row.cells) for row in rows} <= {width}:
        return list(zip(*[row.cells for row in rows], strict=True)) or [()] * width
    return [tuple([row.cells[p] if p < len(row.cells) else gap for row in rows]) for p in range(width)]


def _may_be_csv(data: bytes, limits: Limits) -> bool:
    return len(data) <= limits.max_bytes and not looks_like_json(data) and not data.startswith(_PACKED)


def _delimiter(data: bytes, dialect: Dialect, limits: Limits) -> str:
    text = unquoted_lines(decode(data, dialect).text.removeprefix("\ufeff"))
    hint, _ = sep_line(text)
    if hint in DELIMITERS:
        return str(hint)
    order: tuple[str, ...] = (";", "\t", ",", "|")
    # rows beyond the limit are not looked at: the reader refuses them
    most = limits.max_rows + MAX_TITLE_ROWS
    regular = {delimiter: _regularity(text, delimiter, most) for delimiter in order}
    found = max(order, key=lambda delimiter: regular[delimiter])
    if regular[found] >= (_HALF, 2):
        return found
    if _is_prose(text):
        order = (";", "\t", "|")
    # the first line may be a title: a sentence with commas says nothing of the table
    below = {sign: _regularity(text, sign, most, skips_titles=True) for sign in order}
    found = max(order, key=lambda delimiter: below[delimiter])
    return FIXED if below[found] < (_MOSTLY, 2) and "\t" not in text and columns_of(text) else found


def _is_prose(text: str) -> bool:
    """Return whether the commas are those of sentences: a space follows most of them."""
    start = text[:_LOOKED_AT]
    return 2 * start.count(", ") > start.count(",")


def _regularity(text: str, delimiter: str, most: int, *, skips_titles: bool = False) -> tuple[float, int]:
    """Return the share of rows with as many cells as the header, and that number; nothing for one cell."""
    width = same = rows = 0
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            count = sum(bool(cell.strip()) for cell in cells)
            if not count or (skips_titles and not width and count == 1):
                continue
            width = width or len(cells)
            rows += 1
            same += len(cells) == width
            if rows > most:
                break
    except csv.Error:
        rows += 1  # the reader will say where; another delimiter may still do better
    return (same / rows, width) if rows and width > 1 else (0.0, 0)
