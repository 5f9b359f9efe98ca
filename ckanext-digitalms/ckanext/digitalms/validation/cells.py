"""The cells of a table in DuckDB, row by row as frictionless reads them.

A plain CSV file is read by DuckDB itself. What Python's csv module might read in another way (quotes in odd
places, empty lines, lone carriage returns, other encodings, rows of another length) is read by frictionless
and handed over in a numbered copy.
"""

from __future__ import annotations

import csv
import json
import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from frictionless import Schema
from frictionless.formats import CsvControl
from frictionless.resources import TableResource

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from .compiled import NotExpressibleError

# a text that no cell has: stands for a cell that is not there
_NOTHING = f"\x01{uuid.uuid4().hex}"
_UTF8 = {"utf-8", "utf8", "utf-8-sig"}
# bytes that are looked at together
_WINDOW = 8_000_000
_BOM = b"\xef\xbb\xbf"
# frictionless counts the header as row 1; this is what is added to a row's place, counted from 1
FIRST = 1


@dataclass(frozen=True)
class Cells:
    """Where the cells of a table are read.

    Each row has ``n`` (its number as frictionless counts), ``odd`` (JSON, for a row of another length) and a
    text for each field, ``NULL`` for a cell that is not there.

    Args:
        rows: SQL that gives the rows; where they are not numbered, they are in their order.
        schema: the fields, in the file's order.
        is_numbered: whether ``rows`` gives ``n`` and ``odd``.
    """

    rows: str
    schema: Schema
    is_numbered: bool

    @property
    def source(self) -> str:
        """SQL that gives the rows with their numbers, which takes one thread."""
        numbers = f"row_number() OVER () + {FIRST} AS n, CAST(NULL AS VARCHAR) AS odd, *"
        return self.rows if self.is_numbered else f"(SELECT {numbers} FROM {self.rows})"  # noqa: S608 - our own

    @property
    def columns(self) -> list[str]:
        """The names of the cells' columns."""
        return _columns(self.schema)

    def column(self, field: str) -> str:
        """Give the name of a field's column."""
        return self.columns[self.schema.field_names.index(field)]


def load(database: duck.Connection, resource: TableResource, *, is_copied: bool) -> Cells:
    """Find where a resource's cells are read.

    Args:
        database: that reads.
        resource: the table.
        is_copied: whether DuckDB has failed to read the file itself.

    Raises:
        NotExpressibleError: it has another header than its schema, or is no table of texts.
        frictionless.FrictionlessException: it cannot be opened.
        UnicodeDecodeError: it is not in its encoding.
    """
    probe: TableResource = resource.to_copy()
    probe.schema.foreign_keys = []
    with probe:
        schema = probe.schema
        if not schema.fields or probe.labels != schema.field_names or not probe.header.valid:
            raise NotExpressibleError(Message(N_("a header that differs from the schema")))
        path = None if is_copied else _plain_file(probe)
        if path is not None:
            delimiter = str(CsvControl.from_dialect(probe.dialect).delimiter)
            return Cells(_read(path, _columns(schema), delimiter), schema, is_numbered=False)
        copied = _copy(database, schema, probe)
        return Cells(_read(copied, _copied(schema), ","), schema, is_numbered=True)


def _columns(schema: Schema) -> list[str]:
    return [f"c{place}" for place in range(len(schema.fields))]


def _plain_file(probe: TableResource) -> Path | None:
    """Give the file that DuckDB reads as frictionless does, if it is one."""
    dialect, control = probe.dialect, CsvControl.from_dialect(probe.dialect)
    is_usual = (
        probe.format == "csv"
        and (probe.encoding or "utf-8").lower() in _UTF8
        and not probe.compression
        and dialect.header
        and dialect.header_rows == [1]
        and not dialect.comment_char
        and not dialect.comment_rows
        and not dialect.skip_blank_rows
        and control.quote_char == '"'
        and not control.escape_char
        and not control.skip_initial_space
        and control.double_quote
    )
    path = Path(probe.normpath or "")
    return (
        path if is_usual and path.is_file() and _is_plain(path, control.delimiter, probe.encoding) else None
    )


def _is_plain(path: Path, delimiter: str, encoding: str | None) -> bool:
    """Whether a file is what RFC 4180 says, all of it with the same line ends and without empty lines."""
    rest, form = b"", None
    with path.open("rb") as file:
        while block := file.read(_WINDOW):
            # DuckDB passes over a mark of UTF-8, which is text where it is not announced
            if form is None and block.startswith(_BOM) and encoding != "utf-8-sig":
                return False
            window = rest + block
            form = form or _Form.of(window, delimiter)
            whole = _whole_lines(window)
            if not form.fits(window, whole):
                return False
            rest = window[whole:]
            if len(rest) > duck.LINE:
                return False  # a quote that nobody closes
    return form is not None and form.fits(rest, len(rest))


def _whole_lines(window: bytes) -> int:
    """Give where the last line ends that is whole: a line end between quotes is text."""
    end = window.rfind(b"\n") + 1
    is_quoted = window.count(b'"', 0, end) % 2
    while is_quoted:
        before = window.rfind(b"\n", 0, end - 1) + 1
        is_quoted ^= window.count(b'"', before, end) % 2
        end = before
    return end


@dataclass(frozen=True)
class _Form:
    """How the lines of a file are written."""

    end: bytes
    pattern: re.Pattern[bytes]

    @classmethod
    def of(cls, window: bytes, delimiter: str) -> _Form:
        end = b"\r\n" if window.find(b"\r\n") == window.find(b"\n") - 1 else b"\n"
        return cls(end, _conforming(re.escape(delimiter.encode()), re.escape(end)))

    def fits(self, window: bytes, length: int) -> bool:
        """Whether the beginning of a window, up to a line end or that of the file, is written so."""
        if window.find(b'"', 0, length) >= 0:
            return self.pattern.fullmatch(window, 0, length) is not None
        # without quotes counting says the same, ten times as fast
        ends = window.count(self.end, 0, length)
        return (
            window.count(b"\n", 0, length) == ends
            and window.count(b"\r", 0, length) == (ends if self.end == b"\r\n" else 0)
            and window.find(self.end * 2, 0, length) < 0
            and not (length and window.startswith(self.end))
        )


def _conforming(delimiter: bytes, end: bytes) -> re.Pattern[bytes]:
    # a quote stands only where a cell begins, and its partner where it ends
    quoted = rb'(?<![^\n%b])"(?:[^"]++|"")*+"(?=[\r\n%b]|\Z)' % (delimiter, delimiter)
    line = rb'(?!%b)[^"\r\n]*+(?:%b[^"\r\n]*+)*+' % (end, quoted)
    return re.compile(rb"(?:%b%b)*+(?:%b)?+" % (line, end, line))


def _copied(schema: Schema) -> list[str]:
    return ["n", "odd", *_columns(schema)]


def _copy(database: duck.Connection, schema: Schema, probe: TableResource) -> Path:
    width = len(schema.fields)
    stream = probe.dialect.read_enumerated_content_stream(probe.cell_stream)
    path = duck.folder_of(database) / f"{uuid.uuid4().hex}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        # DuckDB takes the line ends of the first line for those of all
        writer.writerow(_copied(schema))
        for number, cells in stream:
            if not all(type(cell) is str for cell in cells):
                raise NotExpressibleError(Message(N_("cells that are not text")))
            odd = _NOTHING if len(cells) == width else json.dumps(cells)
            writer.writerow([number, odd, *cells[:width], *[_NOTHING] * (width - len(cells))])
    return path


def _read(path: Path, names: list[str], delimiter: str) -> str:
    types = ", ".join(f"{duck.literal(name)}: '{'BIGINT' if name == 'n' else 'VARCHAR'}'" for name in names)
    return (
        f"read_csv({duck.literal(str(path))}, auto_detect=false, header=true, "
        f"delim={duck.literal(delimiter)}, quote='\"', escape='\"', columns={{{types}}}, "
        f"nullstr={duck.literal(_NOTHING)}, strict_mode=true, {duck.LONG_LINES})"
    )
