"""The formats of an open table, each told by how it writes a row.

A row is a line of SQL over the cells of the table's CSV file, each a text in its plain form (ISO 8601,
decimal point, ``true``); so whole files and filtered downloads are written by the same rule, row after row.
The workbook (:mod:`.workbook`) is the only format that is not text.
"""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from ckanext.digitalms.duck import literal, quoted
from ckanext.digitalms.messages import N_
from ckanext.digitalms.spreadsheet import FORMULA
from ckanext.digitalms.tables.spec import TableSpec, for_people, words_of

Field = Mapping[str, Any]

_EXCEL_SHAPES: dict[str, dict[str, Any]] = {
    "number": {"decimalChar": ","},
    "date": {"format": "%d.%m.%Y"},
    "datetime": {"format": "%d.%m.%Y %H:%M:%S"},
    "boolean": {"trueValues": ["ja"], "falseValues": ["nein"]},
}
LINE_END = "\r\n"
_RAW_IN_JSON = {"integer", "number", "boolean"}


class Format(ABC):
    """A format: its ending, its names for people, its media type.

    The data are in German, so what stands in them about their formats is too.
    """

    ending: ClassVar[str]
    label: ClassVar[str]
    german: ClassVar[str]
    ckan_format: ClassVar[str]
    media_type: ClassVar[str]


class TextFormat(Format):
    """A format of which each row is a text."""

    between: ClassVar[str]

    @abstractmethod
    def opening(self, spec: TableSpec) -> str:
        """Return what comes before the first row."""

    @abstractmethod
    def row(self, spec: TableSpec) -> str:
        """Return the SQL that makes a row's text from its cells."""

    @abstractmethod
    def closing(self) -> str:
        """Return what comes behind the last row."""


class Csv(TextFormat):
    """CSV for programs: UTF-8, commas, machine names, ISO 8601, decimal point."""

    ending = "csv"
    label = N_("CSV (UTF-8, comma)")
    german = "CSV (UTF-8, Komma)"
    ckan_format = "CSV"
    media_type = "text/csv"
    between = ""

    def opening(self, spec: TableSpec) -> str:
        """Return the machine names."""
        return csv_line([field["name"] for field in spec.fields])

    def row(self, spec: TableSpec) -> str:
        """Join the cells as they are."""
        return _joined([_plain(field) for field in spec.fields], ",")

    def closing(self) -> str:
        """Return nothing."""
        return ""


class ExcelCsv(TextFormat):
    """CSV for a German spreadsheet: BOM, semicolons, German titles and words, decimal comma, no formulas."""

    ending = "excel.csv"
    label = N_("CSV for Excel (semicolon)")
    german = "CSV für Excel (Semikolon)"
    ckan_format = "CSV"
    media_type = "text/csv"
    between = ""

    def opening(self, spec: TableSpec) -> str:
        """Return the mark of UTF-8 and the German titles."""
        return "\ufeff" + csv_line([field["title"] for field in for_people(spec.fields)], ";")

    def row(self, spec: TableSpec) -> str:
        """Join the cells in German form; a moment loses its fraction of a second."""
        shown = [part for field in spec.fields for part in _german_cells(field)]
        return _joined(shown, ";")

    def closing(self) -> str:
        """Return nothing."""
        return ""


class JsonRows(TextFormat):
    """JSON: a list of objects, one a line; nothing is null."""

    ending = "json"
    label = N_("JSON (list of objects)")
    german = "JSON (Liste von Objekten)"
    ckan_format = "JSON"
    media_type = "application/json"
    between = ",\n"

    def opening(self, spec: TableSpec) -> str:
        """Begin the list."""
        del spec
        return "["

    def row(self, spec: TableSpec) -> str:
        """Make an object; numbers and truth values stand in the CSV as JSON writes them."""
        told = ", ', ', ".join(_member(field) for field in spec.fields)
        return f"concat('{{', {told}, '}}')"

    def closing(self) -> str:
        """End the list."""
        return "]\n"


class Xlsx(Format):
    """A workbook: texts as text, numbers, days and moments as such; a second sheet explains the columns.

    Codes stand as German words, with the code in a column beside.
    """

    ending = "xlsx"
    label = N_("Excel workbook (XLSX)")
    german = "Excel-Arbeitsmappe (XLSX)"
    ckan_format = "XLSX"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


CSV = Csv()
TEXT_FORMATS: dict[str, TextFormat] = {one.ending: one for one in (CSV, ExcelCsv(), JsonRows())}
FORMATS: dict[str, Format] = {one.ending: one for one in (CSV, ExcelCsv(), Xlsx(), JsonRows())}


def excel_schema(spec: TableSpec) -> dict[str, Any]:
    """Return the Table Schema of the CSV for Excel: German titles as names, German days and numbers."""
    return {
        "fields": [_excel_field(field) for field in for_people(spec.fields)],
        "missingValues": [""],
    }


def csv_line(cells: Iterable[str], delimiter: str = ",") -> str:
    """Return a line of CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerow(cells)
    return out.getvalue()


def _excel_field(field: Field) -> dict[str, Any]:
    kept = {name: field[name] for name in ("type", "description") if name in field}
    shape = _EXCEL_SHAPES.get(field["type"], {})
    required = {"constraints": {"required": True}} if field.get("constraints", {}).get("required") else {}
    return {"name": field["title"], "title": field["title"], **kept, **shape, **required}


def _is_text(field: Field) -> bool:
    return field["type"] not in {"integer", "number", "boolean", "date", "datetime"}


def _joined(cells: Sequence[str], delimiter: str) -> str:
    """Join cells that are quoted where they need it; what is nothing is told by ``concat`` as an empty cell.

    One call with many arguments: a chain of ``||`` takes the engine longer to plan than a table to read.
    """
    # a row of one empty cell would be an empty line
    shown = [f"coalesce({cells[0]}, {literal(chr(34) * 2)})"] if len(cells) == 1 else cells
    between = f", {literal(delimiter)}, "
    return f"concat({between.join(shown)}, chr(13), chr(10))"


def _plain(field: Field, delimiter: str = ",") -> str:
    """Return a cell as it is; what may hold anything is quoted where it needs it, as Python's csv does."""
    cell = quoted(field["name"])
    return _quotable(cell, cell, delimiter) if _is_text(field) else cell


def _quotable(cell: str, shown: str, delimiter: str) -> str:
    """Quote what is shown of a cell where the cell needs it."""
    needs = literal(f'["{delimiter}\\r\\n]')
    return (
        f"CASE WHEN regexp_matches({cell}, {needs}) "
        f"THEN concat('\"', replace({shown}, '\"', '\"\"'), '\"') ELSE {shown} END"
    )


def _german_cells(field: Field) -> Sequence[str]:
    """Return a cell in German form, and behind a word its code."""
    cell = quoted(field["name"])
    if field["type"] == "number":
        return (f"replace({cell}, '.', ',')",)
    if field["type"] == "boolean":
        return (f"CASE {cell} WHEN 'true' THEN 'ja' WHEN 'false' THEN 'nein' END",)
    if field["type"] == "date":
        return (_german_day(cell),)
    if field["type"] == "datetime":
        return (f"{_german_day(cell)} || ' ' || {cell}[12:19]",)
    if field["type"] == "integer":
        return (cell,)
    if words := words_of(field):
        told = " ".join(
            f"WHEN {literal(value)} THEN {literal(csv_line([word, ''], ';').removesuffix(';' + LINE_END))}"
            for value, word in words.items()
        )
        code = _plain(field, ";")
        return (f"CASE {cell} {told} ELSE {code} END", code)
    formula = literal(f"^(?:{FORMULA})")
    shown = f"CASE WHEN regexp_matches({cell}, {formula}) THEN concat('''', {cell}) ELSE {cell} END"
    return (_quotable(cell, shown, ";"),)


def _german_day(cell: str) -> str:
    return f"{cell}[9:10] || '.' || {cell}[6:7] || '.' || {cell}[1:4]"


def _member(field: Field) -> str:
    cell = quoted(field["name"])
    value = cell if field["type"] in _RAW_IN_JSON else f"CAST(to_json({cell}) AS VARCHAR)"
    name = literal(f"{json.dumps(field['name'], ensure_ascii=False)}: ")
    return f"{name}, coalesce({value}, 'null')"
