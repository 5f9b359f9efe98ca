"""CSV: any of ``, ; tab``, judged on the whole file; rows are counted as a spreadsheet counts them."""

from __future__ import annotations

import csv
import io
import itertools
import re
from dataclasses import replace

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .columns import matched
from .dialect import AUTO, FIXED, Dialect, decode
from .findings import Finding, short
from .fixed_widths import columns_of, records_of
from .table import MAX_CELL, MAX_COLUMNS, Limits, RawRow, RawTable, TableSchema, UnreadableError

FORM = "csv"
DELIMITERS = (";", ",", "\t", "|")
NAMES = {
    ";": N_("semicolon"),
    ",": N_("comma"),
    "\t": N_("tab"),
    "|": N_("vertical bar"),
    FIXED: N_("fixed widths"),
}
# a line that is one quoted cell
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_HEADERS = 20
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def read_csv(data: bytes, schema: TableSchema, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a CSV file.

    Raises:
        UnreadableError: there is no table in it.
    """
    decoded = decode(data, dialect)
    if decoded.findings:
        raise UnreadableError(*decoded.findings, form=FORM)
    text = decoded.text.removeprefix("\ufeff")
    hint, skipped = sep_line(text)
    text = text.split("\n", 1)[1] if skipped and "\n" in text else text
    if dialect.delimiter == FIXED:
        return _fixed(text, decoded.dialect, limits, skipped)
    text = unquoted_lines(text)
    delimiter = _delimiter(text, schema, dialect, hint)
    records = _records(text, delimiter, limits, skipped)
    return _table(records, replace(decoded.dialect, delimiter=delimiter), skipped + 1)


def _fixed(text: str, dialect: Dialect, limits: Limits, skipped: int) -> RawTable:
    columns = columns_of(text)
    if not columns:
        sentence = N_("The lines have no columns below one another with two spaces between.")
        raise UnreadableError(Finding(Cause.DELIMITER, Message(sentence), allowed=TABLE_FORMS), form=FORM)
    records = list(itertools.islice(records_of(text, columns), limits.max_rows + 2))
    if len(records) > limits.max_rows + 1:
        raise UnreadableError(too_many_rows(limits), form=FORM)
    return _table([replace(one, number=one.number + skipped) for one in records], dialect, skipped + 1)


def binary_finding(data: bytes) -> Finding:
    """Say that a file holds no text."""
    kinds = {
        b"%PDF": "PDF",
        b"\x89PNG": "PNG",
        b"GIF8": "GIF",
        b"\xff\xd8\xff": "JPEG",
        b"\xd0\xcf\x11\xe0": "XLS",
        b"\x1f\x8b": "gzip",
        b"7z\xbc\xaf": "7z",
        b"\x7fELF": "ELF",
    }
    kind = next((name for magic, name in kinds.items() if data.startswith(magic)), "")
    text = N_("The file holds {kind}, not text.") if kind else N_("The file holds binary data, not text.")
    values: dict[str, object] = {"kind": kind} if kind else {}
    return Finding(
        Cause.NOT_A_TABLE, Message(text, values), found=kind or short(data[:8].hex(" ")), allowed=TABLE_FORMS
    )


TABLE_FORMS = Message(
    N_("CSV (comma, semicolon, tab or vertical bar), XLSX, XLS, ODS, or JSON with a list of objects")
)


def sep_line(text: str) -> tuple[str | None, int]:
    """Return the delimiter that a first line for Excel names (``sep=;``), and how many lines that are."""
    match = _SEP_LINE.match(text)
    return (match.group(1), 1) if match else (None, 0)


def unquoted_lines(text: str) -> str:
    """Take the quotation marks off lines that are quoted as a whole, each with as many cells as the first."""
    if not _QUOTED.fullmatch(text.lstrip().partition("\n")[0].strip()):
        return text  # nearly every file: no other line is looked at
    lines = text.splitlines()
    filled = [line.strip() for line in lines if line.strip()]
    if not all(map(_QUOTED.fullmatch, filled)):
        return text
    for delimiter in DELIMITERS:
        inner = [_first_record(line[1:-1].replace('""', '"'), delimiter) for line in filled]
        if len(inner[0]) > 1 and {len(cells) for cells in inner} == {len(inner[0])}:
            return "".join(f"{line.strip()[1:-1].replace(chr(34) * 2, chr(34))}\n" for line in lines)
    return text


def _delimiter(text: str, schema: TableSchema, dialect: Dialect, hint: str | None) -> str:
    known = {delimiter: _known_columns(text, schema, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: known[delimiter])
    if dialect.delimiter == AUTO:
        return hint if hint in DELIMITERS and known[hint] else best
    if known[dialect.delimiter] < min(2, known[best]):
        raise UnreadableError(_wrong_delimiter(text, dialect.delimiter, best), form=FORM)
    return dialect.delimiter


def _known_columns(text: str, schema: TableSchema, delimiter: str) -> int:
    return max((_known(record, schema) for record in _first_records(text, delimiter)), default=0)


def _known(record: list[str], schema: TableSchema) -> int:
    return sum(spec is not None for spec in matched(record, schema))


def _first_records(text: str, delimiter: str) -> list[list[str]]:
    """Return the first lines: titles of the table may stand above those of the columns."""
    start = io.StringIO(text[:100_000], newline="")
    found: list[list[str]] = []
    try:
        found.extend(itertools.islice(csv.reader(start, delimiter=delimiter), _HEADERS))
    except csv.Error:
        return found
    return found


def _first_record(text: str, delimiter: str) -> list[str]:
    start = io.StringIO(text[:100_000], newline="")
    try:
        return next((row for row in csv.reader(start, delimiter=delimiter) if any(row)), [])
    except csv.Error:
        return []


def _wrong_delimiter(text: str, declared: str, found: str) -> Finding:
    sentence = N_("The declared delimiter is the {declared}, but the header is separated by the {found}.")
    values: dict[str, object] = {"declared": Message(NAMES[declared]), "found": Message(NAMES[found])}
    return Finding(
        Cause.DELIMITER,
        Message(sentence, values),
        row=1,
        found=short(text.splitlines()[0]),
        allowed=Message(N_("comma, semicolon, tab or vertical bar, as declared")),
        remedy=Message(N_("Declare the {found} as delimiter, or “auto”."), {"found": Message(NAMES[found])}),
    )


def _records(text: str, delimiter: str, limits: Limits, skipped: int) -> list[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[RawRow] = []
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            if len(records) > limits.max_rows and any(cells):
                raise UnreadableError(too_many_rows(limits), form=FORM)
            records.append(RawRow(number, tuple(cells)))
    except csv.Error as error:
        row, lines = len(records) + 1 + skipped, text.splitlines()
        found = short(lines[row - 1]) if row <= len(lines) else None
        raise UnreadableError(csv_error(error, row, found), form=FORM) from error
    return records


def too_many_rows(limits: Limits) -> Finding:
    """Say that the limit of rows is passed."""
    text = N_("The table has more than {limit} rows.")
    message = Message(text, {"limit": limits.max_rows})
    allowed = Message(N_("at most {limit} rows"), {"limit": limits.max_rows})
    return Finding(Cause.TOO_MANY_ROWS, message, limits.max_rows + 2, None, None, allowed)


def too_long(row: int, title: str | None) -> Finding:
    """Say that a cell is longer than any that is read."""
    values: dict[str, object] = {"row": row, "limit": MAX_CELL}
    message = Message(N_("A cell in row {row} has more than {limit} characters."), values)
    allowed = Message(N_("at most {limit} characters"), {"limit": MAX_CELL})
    return Finding(Cause.LENGTH, message, row, short(title) if title else None, None, allowed)


def csv_error(error: csv.Error, row: int, found: str | None = None) -> Finding:
    """Say what is wrong with the quotation marks of a row."""
    if "field limit" in str(error):
        return too_long(row, None)
    if "end of data" in str(error):
        sentence = N_("A quotation mark that is opened in row {row} is never closed.")
    else:
        sentence = N_("In row {row} a quoted cell goes on after its closing quotation mark.")
    allowed = Message(N_('cells in double quotation marks, with "" for a quotation mark inside'))
    return Finding(Cause.QUOTE, Message(sentence, {"row": row}), row, None, found, allowed)


def _table(records: list[RawRow], dialect: Dialect, first: int) -> RawTable:
    start = next(
        (place for place, record in enumerate(records) if any(map(str.strip, map(str, record.cells)))), None
    )
    if start is None:
        text = N_("The file has no header and no rows.")
        raise UnreadableError(Finding(Cause.EMPTY_FILE, Message(text), first, allowed=TABLE_FORMS), form=FORM)
    header = tuple(str(title) for title in trimmed(records[start].cells))
    if len(header) > MAX_COLUMNS:
        raise UnreadableError(too_many_columns(len(header), records[start].number), form=FORM)
    rows = tuple(RawRow(r.number, trimmed(r.cells, len(header))) for r in records[start + 1 :])
    return RawTable(FORM, header, rows, dialect, header_row=records[start].number)


def too_many_columns(found: int, row: int) -> Finding:
    """Say that the limit of columns is passed."""
    message = Message(N_("The table has {found} columns."), {"found": found})
    allowed = Message(N_("at most {limit} columns"), {"limit": MAX_COLUMNS})
    return Finding(Cause.TOO_MANY_COLUMNS, message, row, None, str(found), allowed)


def trimmed(cells: tuple[object, ...], least: int = 0) -> tuple[object, ...]:
    """Drop the empty cells that spreadsheets leave right of the table."""
    last = len(cells)
    while last > least and (
        cells[last - 1] is None or (isinstance(cells[last - 1], str) and not cells[last - 1])
    ):
        last -= 1
    return cells[:last]
