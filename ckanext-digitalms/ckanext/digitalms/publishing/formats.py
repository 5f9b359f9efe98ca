"""The formats of an open table: rows and schema in, bytes out; the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

import xlsxwriter

from ckanext.digitalms.messages import N_
from ckanext.digitalms.spreadsheet import COLUMN_SHEET, cut, harmless

from .tables import OpenTable, Row, json_value

Field = Mapping[str, Any]

# what a spreadsheet would take for a formula; apostrophes before it count, so that each text can be restored
_EXCEL_DAY = "%d.%m.%Y"
_EXCEL_MOMENT = "%d.%m.%Y %H:%M:%S"
_EXCEL_SHAPES: dict[str, dict[str, Any]] = {
    "number": {"decimalChar": ","},
    "date": {"format": _EXCEL_DAY},
    "datetime": {"format": _EXCEL_MOMENT},
    "boolean": {"trueValues": ["ja"], "falseValues": ["nein"]},
}
# spreadsheets know no time zones; the field's title says UTC
_FIRST_EXCEL_DAY = date(1900, 3, 1)
_MADE = datetime(2000, 1, 1)


class Format(ABC):
    """A format: its ending, its names for people, its media type.

    The data are in German, so what stands in them about their formats is too.
    """

    ending: ClassVar[str]
    label: ClassVar[str]
    german: ClassVar[str]
    ckan_format: ClassVar[str]
    media_type: ClassVar[str]

    @abstractmethod
    def write(self, table: OpenTable, rows: Sequence[Row]) -> bytes:
        """Write the table."""


class Csv(Format):
    """CSV for programs: UTF-8, commas, machine names, ISO 8601, decimal point."""

    ending = "csv"
    label = N_("CSV (UTF-8, comma)")
    german = "CSV (UTF-8, Komma)"
    ckan_format = "CSV"
    media_type = "text/csv"

    def write(self, table: OpenTable, rows: Sequence[Row]) -> bytes:
        """Write the table; nothing is an empty cell."""
        names = [field["name"] for field in table.fields]
        return _csv(names, ([_plain_cell(row[name]) for name in names] for row in rows), ",").encode()


class ExcelCsv(Format):
    """CSV for a German spreadsheet: BOM, semicolons, German titles, decimal comma, no formulas."""

    ending = "excel.csv"
    label = N_("CSV for Excel (semicolon)")
    german = "CSV für Excel (Semikolon)"
    ckan_format = "CSV"
    media_type = "text/csv"

    def write(self, table: OpenTable, rows: Sequence[Row]) -> bytes:
        """Write the table with the titles of its schema."""
        titles = [field["title"] for field in table.fields]
        names = [field["name"] for field in table.fields]
        cells = ([_excel_cell(row[name]) for name in names] for row in rows)
        return ("\ufeff" + _csv(titles, cells, ";")).encode()


class Xlsx(Format):
    """A workbook: texts as text, numbers, days and moments as such; a second sheet explains the columns."""

    ending = "xlsx"
    label = N_("Excel workbook (XLSX)")
    german = "Excel-Arbeitsmappe (XLSX)"
    ckan_format = "XLSX"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, table: OpenTable, rows: Sequence[Row]) -> bytes:
        """Write the table with its machine names as header; a text is cut where a cell can take no more."""
        out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(out, options)
        book.set_properties({"title": table.title, "created": _MADE})
        _data_sheet(book, table, rows)
        _column_sheet(book, table)
        book.close()
        return out.getvalue()


class Json(Format):
    """JSON: a list of objects; nothing is null."""

    ending = "json"
    label = N_("JSON (list of objects)")
    german = "JSON (Liste von Objekten)"
    ckan_format = "JSON"
    media_type = "application/json"

    def write(self, table: OpenTable, rows: Sequence[Row]) -> bytes:
        """Write the table, one object a line."""
        del table
        lines = [json.dumps({n: json_value(v) for n, v in row.items()}, ensure_ascii=False) for row in rows]
        return ("[" + ",\n".join(lines) + "]\n").encode()


FORMATS: dict[str, Format] = {one.ending: one for one in (Csv(), ExcelCsv(), Xlsx(), Json())}


def excel_schema(table: OpenTable) -> dict[str, Any]:
    """Give the Table Schema of the CSV for Excel: German titles as names, German days and numbers."""
    return {
        "fields": [_excel_field(field) for field in table.fields],
        "missingValues": [""],
    }


def _excel_field(field: Field) -> dict[str, Any]:
    kept = {name: field[name] for name in ("type", "description") if name in field}
    shape = _EXCEL_SHAPES.get(field["type"], {})
    required = {"constraints": {"required": True}} if field.get("constraints", {}).get("required") else {}
    return {"name": field["title"], "title": field["title"], **kept, **shape, **required}


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _plain_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(json_value(value))


def _excel_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime(_EXCEL_MOMENT)
    if isinstance(value, date):
        return value.strftime(_EXCEL_DAY)
    if isinstance(value, int | float | Decimal):
        return str(json_value(value)).replace(".", ",")
    return harmless(str(value))


def _data_sheet(book: xlsxwriter.Workbook, table: OpenTable, rows: Sequence[Row]) -> None:
    sheet = book.add_worksheet(table.name)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
    for column, field in enumerate(table.fields):
        sheet.write_string(0, column, field["name"], bold)
        sheet.set_column(column, column, 14 if field["type"] != "string" else 28)
    for line, row in enumerate(rows, 1):
        for column, field in enumerate(table.fields):
            _xlsx_cell(sheet, line, column, row[field["name"]], day, moment)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(rows), 1), len(table.fields) - 1)


def _xlsx_cell(sheet: Any, line: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, column, value.astimezone(UTC).replace(tzinfo=None), moment)
    elif isinstance(value, date) and value >= _FIRST_EXCEL_DAY:
        sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, cut(str(value)))


def _column_sheet(book: xlsxwriter.Workbook, table: OpenTable) -> None:
    sheet = book.add_worksheet(COLUMN_SHEET)
    bold = book.add_format({"bold": True})
    for column, title in enumerate(("Spalte", "Titel", "Typ", "Erklärung")):
        sheet.write_string(0, column, title, bold)
    sheet.set_column(0, 2, 22)
    sheet.set_column(3, 3, 100)
    for line, field in enumerate(table.fields, 1):
        told = (field["name"], field["title"], field["type"], field["description"])
        for column, text in enumerate(told):
            sheet.write_string(line, column, text)
