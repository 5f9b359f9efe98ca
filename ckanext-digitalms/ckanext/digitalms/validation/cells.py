"""The cells of a CSV file in DuckDB, row by row as frictionless reads them.

DuckDB reads a file only if it is what RFC 4180 says. What Python's csv module might read in another way
(quotes in odd places, empty lines, lone carriage returns, other encodings) is left to frictionless.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

from frictionless import Schema
from frictionless.formats import CsvControl
from frictionless.resources import TableResource

from ckanext.digitalms import duck
from ckanext.digitalms.messages import N_, Message

from .sql_rules import NotExpressibleError

# a text that no cell has: an empty cell is a text and not ``NULL``
_NOTHING = f"\x01{uuid.uuid4().hex}"
_UTF8 = {"utf-8", "utf8", "utf-8-sig"}
# bytes that are looked at together
_WINDOW = 8_000_000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Cells:
    """Where the cells of a table are read, a text for each field.

    Args:
        rows: SQL that gives the rows.
        schema: the fields, in the file's order.
    """

    rows: str
    schema: Schema

    @property
    def columns(self) -> list[str]:
        """Return the names of the cells' columns."""
        return _columns(self.schema)


def load(resource: TableResource) -> Cells:
    """Find where a resource's cells are read.

    Raises:
        NotExpressibleError: it has another header than its schema, or is no file that DuckDB reads alike.
        frictionless.FrictionlessException: it cannot be opened.
        UnicodeDecodeError: it is not in its encoding.
    """
    probe: TableResource = resource.to_copy()
    with probe:
        schema = probe.schema
        if not schema.fields or probe.labels != schema.field_names or not probe.header.valid:
            raise NotExpressibleError(Message(N_("a header that differs from the schema")))
        path = _plain_file(probe)
        if path is None:
            raise NotExpressibleError(Message(N_("a file that is not written as RFC 4180 says")))
        return Cells(
            _read(path, _columns(schema), str(CsvControl.from_dialect(probe.dialect).delimiter)), schema
        )


def _columns(schema: Schema) -> list[str]:
    return [f"c{place}" for place in range(len(schema.fields))]


def _plain_file(probe: TableResource) -> Path | None:
    """Return the file that DuckDB reads as frictionless does, if it is one."""
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
    """Return whether a file is what RFC 4180 says, all of it with the same line ends and without empty lines.

    It is looked at in pieces that end where a line ends; how its lines end is told by the first of them.
    """
    rest, form = b"", None
    with path.open("rb") as file:
        # DuckDB passes over a mark of UTF-8, which is text where it is not announced
        if file.read(len(_BOM)) == _BOM and encoding != "utf-8-sig":
            return False
        file.seek(0)
        while block := file.read(_WINDOW):
            window = rest + block
            form = form or _Form.of(window, delimiter)
            whole = _whole_lines(window) if form else 0
            if form and not form.fits(window, whole):
                return False
            rest = window[whole:]
            if len(rest) > duck.LINE:
                return False  # a quote that nobody closes
    form = form or _Form.of(rest + b"\n", delimiter)
    return path.stat().st_size > 0 and form is not None and form.fits(rest, len(rest))


def _whole_lines(window: bytes) -> int:
    """Return where the last line ends that is whole: a line end between quotes is text."""
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
    def of(cls, window: bytes, delimiter: str) -> _Form | None:
        """Tell the form by the first line end; nothing is told before there is one."""
        first = window.find(b"\n")
        if first < 0:
            return None
        end = b"\r\n" if window[:first].endswith(b"\r") else b"\n"
        return cls(end, _conforming(re.escape(delimiter.encode()), re.escape(end)))

    def fits(self, window: bytes, length: int) -> bool:
        """Return whether the beginning of a window, up to a line end or that of the file, is written so."""
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
    # a quote stands only where a cell begins, and its partner where it ends; atomic groups, since those with
    # an own repetition inside are wrong as possessive ones before Python 3.11.5 (python/cpython#106052)
    quoted = rb'(?<![^\n%b])"[^"]*+(?>(?:""[^"]*+)*)"(?=[\r\n%b]|\Z)' % (delimiter, delimiter)
    line = rb'(?!%b)[^"\r\n]*+(?>(?:%b[^"\r\n]*+)*)' % (end, quoted)
    return re.compile(rb"(?>(?:%b%b)*)(?>(?:%b)?)" % (line, end, line))


def _read(path: Path, names: list[str], delimiter: str) -> str:
    types = ", ".join(f"{duck.literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({duck.literal(str(path))}, auto_detect=false, header=true, "
        f"delim={duck.literal(delimiter)}, quote='\"', escape='\"', columns={{{types}}}, "
        f"nullstr={duck.literal(_NOTHING)}, strict_mode=true, {duck.LONG_LINES})"
    )
