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
        return _joined([(quoted(field["name"]), _is_text(field)) for field in spec.fields], ",")

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
        cells = [(_german(field), _is_text(field)) for field in spec.fields]
        beside = [[(quoted(one["name"]), True)] if words_of(one) else [] for one in spec.fields]
        shown = [part for cell, code in zip(cells, beside, strict=True) for part in (cell, *code)]
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
        told = " || ', ' || ".join(_member(field) for field in spec.fields)
        return f"'{{' || {told} || '}}'"

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


def _joined(cells: Sequence[tuple[str, bool]], delimiter: str) -> str:
    """Join cells; those that may hold anything are quoted where they need it, as Python's csv does."""
    shown = [_quotable(cell, delimiter) if is_text else cell for cell, is_text in cells]
    # a row of one empty cell would be an empty line
    nothing = literal('""' if len(cells) == 1 else "")
    joined = f" || {literal(delimiter)} || ".join(f"coalesce({cell}, {nothing})" for cell in shown)
    return f"{joined} || chr(13) || chr(10)"


def _quotable(cell: str, delimiter: str) -> str:
    needs = literal(f'["{delimiter}\\r\\n]')
    return (
        f"CASE WHEN regexp_matches({cell}, {needs}) "
        f"THEN '\"' || replace({cell}, '\"', '\"\"') || '\"' ELSE {cell} END"
    )


def _german(field: Field) -> str:
    cell = quoted(field["name"])
    if field["type"] == "number":
        return f"replace({cell}, '.', ',')"
    if field["type"] == "boolean":
        return f"CASE {cell} WHEN 'true' THEN 'ja' WHEN 'false' THEN 'nein' END"
    if field["type"] == "date":
        return _german_day(cell)
    if field["type"] == "datetime":
        return f"{_german_day(cell)} || ' ' || {cell}[12:19]"
    if field["type"] == "integer":
        return cell
    if words := words_of(field):
        told = " ".join(f"WHEN {literal(value)} THEN {literal(word)}" for value, word in words.items())
        return f"CASE {cell} {told} ELSE {cell} END"
    formula = literal(f"^(?:{FORMULA})")
    return f"CASE WHEN regexp_matches({cell}, {formula}) THEN '''' || {cell} ELSE {cell} END"


def _german_day(cell: str) -> str:
    return f"{cell}[9:10] || '.' || {cell}[6:7] || '.' || {cell}[1:4]"


def _member(field: Field) -> str:
    cell = quoted(field["name"])
    value = cell if field["type"] in _RAW_IN_JSON else f"CAST(to_json({cell}) AS VARCHAR)"
    name = literal(f"{json.dumps(field['name'], ensure_ascii=False)}: ")
    return f"{name} || coalesce({value}, 'null')"
