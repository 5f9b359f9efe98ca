"""Files that nobody should hand in, made from a good table of any kind.

Every reader is shown all of them; every way in to a reader (page, command, source) one of each kind.
"""

from __future__ import annotations

import csv
import gettext
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from ckanext.digitalms.validation.findings import Report

BOM = "\ufeff"
TEN_MB = 10 * 10**6
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Table:
    """A good table: header and at least two rows; ``text`` is the place of a column that may hold text."""

    header: list[str]
    rows: list[list[str]]
    text: int = -1

    def csv(self, header: Sequence[str] | None = None, rows: Rows | None = None) -> str:
        """Write it with semicolons and CRLF, as spreadsheets do."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=";")
        writer.writerows([header or self.header, *(self.rows if rows is None else rows)])
        return out.getvalue()

    def with_text(self, text: str, row: int = 0) -> list[list[str]]:
        """Return the rows with another text in one cell."""
        rows = [list(cells) for cells in self.rows]
        rows[row][self.text] = text
        return rows

    def json(self, rows: Rows | None = None) -> str:
        """Write it as a list of objects."""
        told = self.rows if rows is None else rows
        return json.dumps([dict(zip(self.header, row, strict=True)) for row in told])


Make = Callable[[Table], bytes]


@dataclass(frozen=True)
class Bad:
    """A bad file: how it is made, and the causes of which at least one must be told (none: it is understood).

    Args:
        make: gives its bytes.
        causes: of the errors.
        row: where the first of them is, as a person counts; ``None`` for the whole file or anywhere.
    """

    make: Make
    causes: frozenset[str] = frozenset()
    row: int | None = None


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Write cells into a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Tabelle1")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _replaced(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def _empty_rows(table: Table) -> bytes:
    """A workbook whose sheet has a million rows that were only touched."""
    rows = b"".join(b'<row r="%d"/>' % number for number in range(len(table.rows) + 2, 1_000_001))
    whole = workbook([table.header, *table.rows])
    return _replaced(whole, SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def _empty_columns(table: Table) -> bytes:
    """A workbook whose every row was touched in its last column."""
    first = len(table.rows) + 2
    rows = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(first, first + 4_000))
    whole = workbook([table.header, *table.rows])
    return _replaced(whole, SHEET, lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))


def _claimed(table: Table) -> bytes:
    """A workbook that says that it reaches to the last row and column."""
    claim = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    return _replaced(
        workbook([table.header, *table.rows]), SHEET, lambda sheet: sheet.replace(b"<sheetData>", claim, 1)
    )


@cache
def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open(SHEET, "w") as part:
            for _block in range(300):
                part.write(bytes(10**6))
    return out.getvalue()


def _ole(stream: str) -> bytes:
    """The start of a compound file of Microsoft's with a stream of this name."""
    sector = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    name = stream.encode("utf-16-le")
    return sector + bytes(512) + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + bytes(4000)


def _encrypted_zip(table: Table) -> bytes:
    data = bytearray(workbook([table.header, *table.rows]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def _formulas(table: Table) -> list[list[str]]:
    return [[f"={chr(65 + place)}{row}+1" for place in range(len(table.header))] for row in range(2, 5)]


def _mixed(table: Table) -> bytes:
    lines = table.csv().splitlines()
    ends = ("\r\n", "\n", "\r")
    return "".join(line + ends[place % 3] for place, line in enumerate(lines)).encode()


def _nested(depth: int, pair: tuple[str, str]) -> Make:
    def make(table: Table) -> bytes:
        inner = pair[0] * depth + "1" + pair[1] * depth
        whole = dict(zip(table.header, table.rows[0], strict=True))
        whole[table.header[table.text]] = "@"
        return json.dumps([whole]).replace('"@"', inner).encode()

    return make


def _raw(table: Table, told: str) -> bytes:
    """One object whose text column holds what is written here."""
    whole = dict(zip(table.header, table.rows[0], strict=True))
    whole[table.header[table.text]] = "@"
    return json.dumps([whole]).replace('"@"', told).encode()


def _twice(table: Table) -> bytes:
    name = json.dumps(table.header[table.text])
    return f"[{{{name}: 1, {name}: 2, {table.json()[2:]}".encode()


NO_TABLE = frozenset({"not-a-table"})
EMPTY = frozenset({"empty-file"})
NESTED = frozenset({"json-error", "type-error", "constraint-required"})

# of the file and its form: the same answer, whatever the table
FILES: dict[str, Bad] = {
    "empty": Bad(lambda t: b"", EMPTY),
    "white space": Bad(lambda t: b"\xef\xbb\xbf \r\n\t\r\n", EMPTY),
    "only marks": Bad(lambda t: b"\xef\xbb\xbf\xef\xbb\xbf", EMPTY),
    "only NUL": Bad(lambda t: bytes(1000), NO_TABLE),
    "UTF-16": Bad(lambda t: t.csv().encode("utf-16")),
    "UTF-16 big endian": Bad(lambda t: (BOM + t.csv()).encode("utf-16-be")),
    "UTF-16 without mark": Bad(lambda t: t.csv().encode("utf-16-le")),
    "UTF-16 big endian without mark": Bad(lambda t: t.csv().encode("utf-16-be")),
    "UTF-16 cut": Bad(lambda t: t.csv().encode("utf-16")[:-1], frozenset({"encoding-error"})),
    "bomb": Bad(lambda t: _bomb(), frozenset({"xlsx-bomb"})),
    "a million empty rows": Bad(_empty_rows, frozenset({"too-many-rows"})),
    "claims a million rows": Bad(_claimed),
    "touched far to the right": Bad(_empty_columns),
    "encrypted workbook": Bad(lambda t: _ole("EncryptedPackage"), frozenset({"protected-file"})),
    "encrypted ZIP": Bad(_encrypted_zip, frozenset({"protected-file"})),
    "broken .xls": Bad(lambda t: _ole("Workbook"), frozenset({"xlsx-error"})),
    "old .doc": Bad(lambda t: _ole("WordDocument"), NO_TABLE),
    "HTML as .xls": Bad(
        lambda t: b"<html><table><tr><td>" + t.csv().encode() + b"</td></tr></table></html>", NO_TABLE, 1
    ),
    "XML as .xls": Bad(lambda t: b'<?xml version="1.0"?><Workbook/>', NO_TABLE, 1),
    "PDF": Bad(lambda t: b"%PDF-1.7\n" + t.csv().encode(), NO_TABLE),
    "gzip": Bad(lambda t: b"\x1f\x8b\x08" + bytes(range(1, 200)), NO_TABLE),
    "ZIP": Bad(lambda t: _zipped(t)),
    "JSON nested 10,000 lists": Bad(_nested(10_000, ("[", "]")), NESTED),
    "JSON nested 10,000 objects": Bad(_nested(10_000, ('{"a":', "}")), NESTED),
    "JSON nested 450 objects": Bad(_nested(450, ('{"a":', "}")), NESTED),
    "JSON nested 90 objects": Bad(_nested(90, ('{"a":', "}")), NESTED, 1),
    "JSON nested at its top": Bad(lambda t: b"[" * 10_000, frozenset({"json-error"})),
    "JSON cut": Bad(lambda t: t.json().encode()[:-2], frozenset({"json-error"}), 1),
    "JSON with NaN": Bad(lambda t: _raw(t, "NaN"), NESTED, 1),
    "JSON with a name twice": Bad(_twice, frozenset({"duplicate-label"}), 1),
    "10,000 columns": Bad(
        lambda t: t.csv([*t.header, *(f"s{n}" for n in range(10_000))], []).encode(),
        frozenset({"too-many-columns"}),
        1,
    ),
    "10,000 columns in a row": Bad(
        lambda t: (t.csv() + ";" * 3 + ";".join("1" * 10_000) + "\n").encode(), frozenset({"extra-cell"}), 4
    ),
    "10,000 columns of a workbook": Bad(
        lambda t: workbook([[*t.header, *(f"s{n}" for n in range(10_000))], *t.rows]),
        frozenset({"too-many-columns"}),
        1,
    ),
    "a cell of 10 MB": Bad(
        lambda t: t.csv(rows=t.with_text("x" * TEN_MB)).encode(), frozenset({"constraint-maxLength"}), 2
    ),
    "a cell of 10 MB in a workbook": Bad(
        lambda t: _replaced(
            workbook([t.header, *t.with_text("@@")]),
            SHEET,
            lambda sheet: sheet.replace(b"@@", random.Random(0).randbytes(TEN_MB // 2).hex().encode()),
        ),
        frozenset({"constraint-maxLength"}),
        2,
    ),
    "a cell of 10 MB in JSON": Bad(
        lambda t: t.json(t.with_text("x" * TEN_MB)).encode(), frozenset({"constraint-maxLength"}), 1
    ),
    "mixed line ends": Bad(_mixed),
    "a mark before a second header": Bad(
        lambda t: (t.csv() + BOM + t.csv()).encode(), frozenset({"control-character"}), 4
    ),
    "a mark in a cell": Bad(
        lambda t: t.csv(rows=t.with_text(f"1{BOM}2", 1)).encode(), frozenset({"control-character"}), 3
    ),
    "a mark in a title": Bad(
        lambda t: t.csv([BOM + title for title in t.header]).encode(),
    ),
    "a NUL in a cell": Bad(
        lambda t: t.csv(rows=t.with_text("1\0002", 1)).encode(), frozenset({"control-character"}), 3
    ),
    "a number without end": Bad(lambda t: _raw(t, "1e999999999")),
    "a number with 5,000 digits": Bad(lambda t: _raw(t, "9" * 5000), frozenset({"json-error", *NESTED})),
}

# refused before it is read, while it is read, in one row; and what is only unusual
ONE_OF_EACH_KIND = {
    name: FILES[name]
    for name in (
        "empty",
        "UTF-16",
        "bomb",
        "encrypted workbook",
        "PDF",
        "JSON cut",
        "10,000 columns in a row",
        "a cell of 10 MB",
        "a NUL in a cell",
        "a number with 5,000 digits",
    )
}


def _zipped(table: Table) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("tabelle.csv", table.csv())
    return out.getvalue()


GERMAN = Path(__file__).parents[2] / "ckanext-digitalms/ckanext/digitalms/i18n/de/LC_MESSAGES"


def assert_told(bad: Bad, stored: Mapping[str, Any], other: frozenset[str] = frozenset()) -> None:
    """Check that a report says what is wrong, where and what to do, in German and in English.

    Args:
        stored: the report as it is kept.
        other: causes that are as good for this way in.
    """
    report = Report.from_json(dict(stored))
    causes = bad.causes | other
    assert causes & {finding.cause.value for finding in report.errors} or not causes, report.errors
    assert bool(report.errors) == bool(causes)
    if bad.row and not other:
        assert bad.row in {finding.row for finding in report.errors}
    with (GERMAN / "ckanext-digitalms.mo").open("rb") as file:
        german = gettext.GNUTranslations(file).gettext
    for finding in report.findings[:50]:
        words, worte = finding.shown(str), finding.shown(german)
        for part in ("message", "remedy"):
            assert words[part]
            assert words[part] != worte[part]
            assert len(words[part]) < 2_000


def assert_refused_at(field: str, post: Callable[..., tuple[int, Any]], told: Mapping[str, Any]) -> None:
    """See that the API refuses what is told, at just one field; ``None`` is not sent."""
    code, answer = post(**{name: value for name, value in told.items() if value is not None})
    assert code == 409, answer
    assert set(answer["error"]) - {"__type"} == {field}


def upload(content: bytes, name: str = "tabelle.csv") -> tuple[io.BytesIO, str]:
    """Return a file as a test client uploads it."""
    return io.BytesIO(content), name


# names that come with an upload, and what may not be left of them
NAMES = (
    "x" * 10_000 + ".csv",
    "../../etc/passwd",
    "C:\\Daten\\a.csv",
    "a\0b.csv",
    'a"b\r\nX-Y: 1.csv',
    ".",
    "",
)
