"""Damage done to a good progress table: the report names row, field and cause of each."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import openpyxl
import pytest

from ckanext.digitalms.harvesters.parsers.progress import Catalogue, ProgressTable, read_progress
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.table import Limits

pytestmark = pytest.mark.pure

HEADER = ["measure_id", "as_of", "status", "progress_percent", "statement", "source"]
ROWS = [
    ["strategie", "2019-03-14", "in_progress", "40", "Das Team ist besetzt.", "Bericht"],
    ["dms", "2019-03-14", "in_preparation", "12.5", "Übergabe an Ämter; mit Semikolon, und Komma", "Bericht"],
    ["wlan", "2019-03-14", "done", "100", "Alle Standorte in Betrieb", "Bericht"],
]
KNOWN = frozenset({"strategie", "dms", "wlan", "mobilfunk"})
CATALOGUE = Catalogue(KNOWN, KNOWN - {"mobilfunk"}, date(2019, 6, 1))
LIMITS = Limits(max_bytes=20_000, max_rows=50)


def csv_of(rows: list[list[str]], header: list[str] | None = None) -> str:
    def quoted(cell: str) -> str:
        return f'"{cell}"' if any(c in cell for c in ',;"\n') else cell

    return "".join(",".join(map(quoted, row)) + "\n" for row in [header or HEADER, *rows])


GOOD = csv_of(ROWS)


def read(data: bytes | str, dialect: Dialect | None = None, name: str = "stand.csv") -> ProgressTable:
    content = data.encode() if isinstance(data, str) else data
    return read_progress(content, name, dialect or Dialect(), LIMITS, CATALOGUE)


def with_cell(row: int, field: str, value: str) -> str:
    rows = [list(cells) for cells in ROWS]
    rows[row - 2][HEADER.index(field)] = value
    return csv_of(rows)


def xlsx_of(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in [HEADER, *ROWS]:
        sheet.append(cells)
    for row in range(2, 5):
        sheet.cell(row, 4).value = float(ROWS[row - 2][3])
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_with(cell: str, value: object) -> bytes:
    return xlsx_of(lambda sheet: sheet.__setitem__(cell, value))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO(xlsx_of(lambda sheet: None))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/extra.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return out.getvalue()


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, GOOD)
    return out.getvalue()


def objects(*changes: tuple[int, str, object]) -> str:
    entries = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    for entry in entries:
        entry["progress_percent"] = float(entry["progress_percent"])
    for place, field, value in changes:
        entries[place][field] = value
    return json.dumps(entries)


@dataclass(frozen=True)
class Damage:
    name: str
    data: bytes | str
    cause: str
    row: int | None
    field: str | None = None
    dialect: Dialect | None = None


DAMAGES = [
    # the file
    Damage("empty", b"", "empty-file", None),
    Damage("only white space", b"\xef\xbb\xbf \r\n\r\n", "empty-file", None),
    Damage("header only", csv_of([]), "no-rows", 2),
    Damage("over the limit of bytes", GOOD + "x" * 20_000, "too-large", None),
    Damage(
        "over the limit of rows", csv_of([[f"m-{n}", *ROWS[0][1:]] for n in range(51)]), "too-many-rows", 52
    ),
    Damage(
        "over the limit of columns",
        ",".join(HEADER + [f"c{n}" for n in range(99)]) + "\n",
        "too-many-columns",
        1,
    ),
    Damage("a PDF named .csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not-a-table", None),
    Damage("random bytes named .csv", bytes(range(1, 256)) * 4, "not-a-table", None),
    Damage("an old XLS", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "not-a-table", None),
    Damage("a ZIP without a table", zipped("stand.pdf"), "not-a-table", None),
    Damage("a web page", "\n<!DOCTYPE html><html><body>Fehler 404</body></html>", "not-a-table", 1),
    Damage("broken UTF-8", GOOD.encode().replace("Ä".encode(), b"\xc3"), "encoding-error", 3),
    Damage(
        "half UTF-8, half cp1252",
        GOOD.encode() + "mobilfunk,2019-01-01,,,Müller,\n".encode("cp1252"),
        "encoding-error",
        5,
    ),
    Damage("Mac Roman", GOOD.replace("Ämter", "städtische").encode("mac_roman"), "encoding-error", 3),
    Damage("Mac Roman, one letter", GOOD.replace("Ämter", "Köln").encode("mac_roman"), "encoding-error", 3),
    Damage(
        "cp1252 declared as UTF-8",
        GOOD.encode("cp1252"),
        "encoding-error",
        3,
        None,
        Dialect(encoding="utf-8"),
    ),
    Damage("wrong delimiter declared", GOOD, "delimiter-error", 1, None, Dialect(delimiter=";")),
    Damage("a delimiter that is none", GOOD.replace(",", "^"), "missing-label", 1, "measure_id"),
    Damage("a quotation mark never closed", GOOD.replace("Das Team", '"Das Team'), "quote-error", 2),
    Damage(
        "text behind a closing quotation mark",
        GOOD.replace("Das Team ist besetzt.", '"Das" Team'),
        "quote-error",
        2,
    ),
    Damage("JSON that breaks off", objects()[:-20], "json-error", 1),
    Damage("JSON that is an object", '{"entries": []}', "not-a-table", None),
    Damage("JSON with a number in the list", '[{"measure_id": "dms"}, 7]', "not-a-table", 2),
    Damage("JSON without entries", "[]", "no-rows", 2),
    Damage(
        "JSON with a name twice",
        '[{"measure_id": "dms", "measure_id": "wlan", "as_of": "2019-01-01"}]',
        "duplicate-label",
        1,
        "measure_id",
    ),
    Damage("JSON nested", objects((1, "statement", {"de": "x"})), "type-error", 2, "statement"),
    Damage("JSON nested too deeply", "[" * 100_000, "too-large", None),
    Damage("JSON nested deeply", "[" * 15_000, "json-error", None),
    Damage(
        "JSON with NaN", objects((0, "progress_percent", float("nan"))), "type-error", 1, "progress_percent"
    ),
    Damage("XLSX bomb", bomb(), "xlsx-bomb", None),
    Damage("XLSX with entities", entities(), "xlsx-bomb", None),
    Damage("XLSX cut off", xlsx_of(lambda sheet: None)[:3000], "xlsx-error", None),
    Damage("XLSX without cells", xlsx_of(lambda sheet: sheet.delete_rows(1, 9)), "empty-file", 1),
    # the header
    Damage(
        "a column missing", csv_of([row[1:] for row in ROWS], HEADER[1:]), "missing-label", 1, "measure_id"
    ),
    Damage("a column misspelt", GOOD.replace("as_of", "asof"), "missing-label", 1, "as_of"),
    Damage(
        "a column twice",
        csv_of([[*row, row[2]] for row in ROWS], [*HEADER, "Status"]),
        "duplicate-label",
        1,
        "status",
    ),
    Damage("a column without title", GOOD.replace("statement", "", 1), "blank-label", 1, ""),
    Damage(
        "a column nobody knows",
        csv_of([[*row, "?"] for row in ROWS], [*HEADER, "Ampel"]),
        "extra-label",
        1,
        "Ampel",
    ),
    Damage("no header", csv_of(ROWS[1:], ROWS[0]), "missing-label", 1, "measure_id"),
    # the rows
    Damage("a cell too many", GOOD.replace("Das Team", "Das, Team"), "extra-cell", 2),
    Damage("a cell too few", GOOD.replace(",Alle Standorte in Betrieb", ""), "missing-cell", 4),
    Damage("an empty row", GOOD.replace("dms,", ",,,,,\ndms,"), "blank-row", 3),
    Damage("a row twice", GOOD + ",".join(ROWS[0]) + "\n", "primary-key", 5, "measure_id, as_of"),
    # the cells
    Damage("no key", with_cell(3, "measure_id", ""), "constraint-required", 3, "measure_id"),
    Damage("a key in capitals", with_cell(3, "measure_id", "DMS"), "constraint-pattern", 3, "measure_id"),
    Damage(
        "a key with markup", with_cell(3, "measure_id", "<script>"), "constraint-pattern", 3, "measure_id"
    ),
    Damage("an unknown measure", with_cell(3, "measure_id", "dsm"), "unknown-measure", 3, "measure_id"),
    Damage("a foreign measure", with_cell(3, "measure_id", "mobilfunk"), "foreign-measure", 3, "measure_id"),
    Damage("no day", with_cell(4, "as_of", ""), "constraint-required", 4, "as_of"),
    Damage("a day that is none", with_cell(4, "as_of", "2019-02-31"), "type-error", 4, "as_of"),
    Damage("an American day", with_cell(4, "as_of", "03/04/2019"), "type-error", 4, "as_of"),
    Damage("a weekday", with_cell(4, "as_of", "Mittwoch"), "type-error", 4, "as_of"),
    Damage(
        "a day of another form than declared",
        with_cell(4, "as_of", "14.03.2019"),
        "type-error",
        4,
        "as_of",
        Dialect(date_format="%Y-%m-%d"),
    ),
    Damage("a year of two digits to come", with_cell(4, "as_of", "14.03.50"), "type-error", 4, "as_of"),
    Damage("a day in the future", with_cell(4, "as_of", "2019-06-02"), "future-stand", 4, "as_of"),
    Damage("a day long ago", with_cell(4, "as_of", "0019-03-14"), "constraint-minimum", 4, "as_of"),
    Damage("an unknown status", with_cell(2, "status", "läuft"), "constraint-enum", 2, "status"),
    Damage(
        "two words for a status", with_cell(2, "status", "in Arbeit, ruht"), "constraint-enum", 2, "status"
    ),
    Damage(
        "progress over 100",
        with_cell(2, "progress_percent", "101"),
        "constraint-maximum",
        2,
        "progress_percent",
    ),
    Damage(
        "progress below 0",
        with_cell(2, "progress_percent", "-1"),
        "constraint-minimum",
        2,
        "progress_percent",
    ),
    Damage(
        "progress in words", with_cell(2, "progress_percent", "halb"), "type-error", 2, "progress_percent"
    ),
    Damage(
        "progress with a euro sign",
        with_cell(2, "progress_percent", "40 €"),
        "type-error",
        2,
        "progress_percent",
    ),
    Damage("progress as NaN", with_cell(2, "progress_percent", "NaN"), "type-error", 2, "progress_percent"),
    Damage(
        "progress as a power of ten",
        with_cell(2, "progress_percent", "4e1"),
        "type-error",
        2,
        "progress_percent",
    ),
    Damage(
        "decimal comma where a point is declared",
        with_cell(2, "progress_percent", "40,5"),
        "type-error",
        2,
        "progress_percent",
        Dialect(decimal_char="."),
    ),
    Damage(
        "decimal comma and point in one file",
        with_cell(2, "progress_percent", "40,5"),
        "ambiguous-value",
        2,
        "progress_percent",
    ),
    Damage("100 without done", with_cell(2, "progress_percent", "100"), "rule-error", 2, "status"),
    Damage("done without 100", with_cell(4, "progress_percent", "90"), "rule-error", 4, "progress_percent"),
    Damage("a NUL", with_cell(2, "statement", "a\0b"), "control-character", 2, "statement"),
    Damage("an escape character", with_cell(2, "source", "a\x1bb"), "control-character", 2, "source"),
    Damage("umlauts garbled", with_cell(2, "statement", "fÃ¼r"), "garbled-text", 2, "statement"),
    Damage("umlauts lost", with_cell(2, "statement", "f\ufffdr"), "garbled-text", 2, "statement"),
    Damage("a source too long", with_cell(2, "source", "x" * 1001), "constraint-maxLength", 2, "source"),
    Damage(
        "an error of the spreadsheet",
        with_cell(2, "statement", "#BEZUG!"),
        "spreadsheet-error",
        2,
        "statement",
    ),
    Damage("XLSX with a formula never calculated", xlsx_with("D3", "=1+1"), "formula-without-value", 3, "D3"),
    Damage("XLSX with a number for a day", xlsx_with("B3", 43538), "type-error", 3, "as_of"),
    Damage(
        "XLSX with a day for a number",
        xlsx_with("D3", date(2019, 3, 14)),
        "type-error",
        3,
        "progress_percent",
    ),
    Damage("XLSX with true for a text", xlsx_with("E3", True), "type-error", 3, "statement"),
    Damage("XLSX with a row far down", xlsx_with("A4000", "dms"), "too-many-rows", 5),
]
WARNINGS = {"extra-label", "blank-row"}


def test_the_good_file_has_no_finding() -> None:
    table = read(GOOD)
    assert (table.report.findings, len(table.rows)) == ((), 3)


def test_there_are_forty_kinds_of_damage_and_more() -> None:
    assert len({damage.name for damage in DAMAGES}) == len(DAMAGES) >= 40


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_the_report_names_row_field_and_cause(damage: Damage) -> None:
    report = read(damage.data, damage.dialect).report
    found = [(finding.cause.value, finding.row, finding.field) for finding in report.findings]
    assert (damage.cause, damage.row, damage.field) in found
    assert report.is_accepted == (damage.cause in WARNINGS)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_no_finding_is_without_sentence_and_remedy(damage: Damage) -> None:
    for finding in read(damage.data, damage.dialect).report.findings:
        shown = finding.shown(str)
        assert shown["message"].endswith(".")
        assert not re.search(r"\{[a-z_]+\}", shown["message"] + shown["allowed"] + shown["remedy"])
        assert shown["remedy"].endswith(".")


def test_one_damaged_cell_is_one_finding() -> None:
    assert len(read(with_cell(2, "statement", "fÃ¼r\0")).report.findings) == 1


def test_all_findings_are_kept() -> None:
    rows = [[f"m-{n}", "morgen", "x", "viel", "", ""] for n in range(50)]
    assert len(read(csv_of(rows)).report.findings) == 150
