"""The tables of a report for offices: CSV that a German spreadsheet opens by itself, and one workbook.

The same report is the same bytes: nothing in them has the time at which they were made.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ckanext.digitalms.spreadsheet import cut, excel_csv, harmless

from .data_tables import DataTable, tables
from .report import Report
from .sentences import short_day

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
__all__ = ["SHAPES", "XLSX", "for_excel", "workbook", "workbook_of"]

# how a value of each type is written in CSV for Excel, in the words of a Table Schema
SHAPES: dict[str, dict[str, Any]] = {
    "number": {"decimalChar": ","},
    "date": {"format": "%d.%m.%Y"},
    "boolean": {"trueValues": ["ja"], "falseValues": ["nein"]},
}
# spreadsheets count days from here on as the calendar does; a day before it is a text
_FIRST_DAY = date(1900, 3, 1)
_CORE, _EPOCH = "docProps/core.xml", (1980, 1, 1, 0, 0, 0)
_MOMENT, _NEVER = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z"), b"2000-01-01T00:00:00Z"
_WIDTHS = {"string": 34, "date": 12}
# a workbook takes no longer names of sheets, and none of these signs in them
_SHEET, _SIGNS = 31, str.maketrans("", "", "[]:*?/\\")


def for_excel(table: DataTable) -> bytes:
    """Return a table as CSV for Excel: semicolons, German titles, decimal comma, no formulas."""
    titles = [title for _, _, title in table.fields]
    return excel_csv(titles, ([_german(value) for value in row] for row in table.rows)).encode()


def _german(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return short_day(value)
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def workbook(report: Report) -> bytes:
    """Return all tables of a report as one workbook, a sheet each; numbers and days are such."""
    return workbook_of(tables(report))


def workbook_of(told: Sequence[DataTable]) -> bytes:
    """Return tables as a workbook."""
    from rustpy_xlsxwriter import Format, write_worksheets

    sheets = {table.title.translate(_SIGNS)[:_SHEET]: table for table in told}
    day = Format().set_num_format("dd.mm.yyyy")
    with TemporaryDirectory(prefix="digitalms-report-") as folder:
        path = Path(folder) / "tables.xlsx"
        write_worksheets(
            [(name, list(_records(table))) for name, table in sheets.items()],
            str(path),
            bold_headers=True,
            freeze_panes={name: {"row": 1, "col": 1} for name in sheets},
            column_widths={name: _widths(table) for name, table in sheets.items()},
            column_formats={
                name: {title: day for _, kind, title in table.fields if kind == "date"}
                for name, table in sheets.items()
            },
        )
        return _timeless(path)


def _records(table: DataTable) -> Iterator[dict[str, Any]]:
    """Go through the rows by the titles of their columns; a sheet takes its head from its first row."""
    titles = [title for _, _, title in table.fields]
    for row in table.rows:
        yield dict(zip(titles, map(_cell, row), strict=True))
    if not table.rows:
        yield dict.fromkeys(titles)


def _widths(table: DataTable) -> dict[str, float]:
    return {title: float(max(_WIDTHS.get(kind, 10), len(title) + 2)) for _, kind, title in table.fields}


def _cell(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, date) and value < _FIRST_DAY):
        return _german(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return cut(harmless(value)) or None
    return value


def _timeless(path: Path) -> bytes:
    """Return a workbook without the moment at which it was written."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_CORE] = _MOMENT.sub(_NEVER, parts[_CORE])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
