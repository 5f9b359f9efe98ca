"""XLS, the binary workbook of Excel 97 to 2003, read with xlrd: as a person sees it."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import xlrd
from openpyxl.utils import get_column_letter
from xlrd.compdoc import CompDocError
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as XlsSheet

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect
from .findings import Finding, short
from .number_formats import is_plain, shown
from .reading_csv import TABLE_FORMS
from .table import Limits, RawTable, UnreadableError
from .workbook_table import chosen, other_sheets, protected, table_of
from .xlsx_sheet import Merge, SheetRow

FORM = "xls"
# what a damaged file makes xlrd stumble over, which trusts it
_BROKEN = (
    *archives.DAMAGE,
    xlrd.XLRDError,
    CompDocError,
    AssertionError,
    ArithmeticError,
    struct.error,
    RecursionError,
)
_LOCKED = re.compile("encrypted|password", re.IGNORECASE)
_LARGEST = 15


@dataclass(frozen=True)
class _Sheet:
    title: str
    is_visible: bool
    place: int


def read_xls(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a sheet of a workbook: the one that the dialect names, or the first with cells.

    Raises:
        UnreadableError: it cannot be opened, is protected by a password, or has no table.
    """
    try:
        return _read(data, dialect, limits)
    except _BROKEN as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> UnreadableError:
    if _LOCKED.search(str(error)):
        return UnreadableError(protected())
    text = N_("The workbook is damaged: {reason}.")
    finding = Finding(Cause.XLSX_BROKEN, Message(text, {"reason": short(error)}), allowed=TABLE_FORMS)
    return UnreadableError(finding, form=FORM)


def texts_of_xls(data: bytes) -> Iterator[str]:
    """Yield all texts of a workbook, hidden sheets among them: names of sheets, and each sheet's cells.

    Cells are separated as in a text with tabs; a number is written as such, whatever it is shown as.

    Raises:
        UnreadableError: it is damaged, or protected by a password.
    """
    try:
        with xlrd.open_workbook(file_contents=data, ragged_rows=True, logfile=io.StringIO()) as book:
            yield "\n".join(book.sheet_names())
            for sheet in book.sheets():
                yield "\n".join("\t".join(map(_text, row)) for row in sheet.get_rows())
    except _BROKEN as error:
        raise _unreadable(error) from error


def _text(cell: Cell) -> str:
    return f"{cell.value:.{_LARGEST}g}" if isinstance(cell.value, float) else str(cell.value)


def _read(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    silent = io.StringIO()
    options = {"formatting_info": True, "ragged_rows": True, "on_demand": True, "logfile": silent}
    with xlrd.open_workbook(file_contents=data, **options) as book:
        visible = [sheet.visibility == 0 for sheet in map(book.sheet_by_index, range(book.nsheets))]
        names = book.sheet_names()
        sheets = tuple(_Sheet(title, visible[place], place) for place, title in enumerate(names))

        def holds(sheet: _Sheet) -> bool:
            return any(_filled(cell) for row in book.sheet_by_index(sheet.place).get_rows() for cell in row)

        sheet = chosen(sheets, dialect, holds, FORM)
        others = tuple(other_sheets(sheets, sheet, holds))
        reader = _Reader(book, book.sheet_by_index(sheet.place))
        return table_of(reader, sheet, sheets, others, dialect, limits, FORM)


def _filled(cell: Cell) -> bool:
    return cell.ctype not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) and cell.value != ""


@dataclass
class _Reader:
    """One pass through a sheet."""

    book: xlrd.Book
    sheet: XlsSheet
    findings: list[Finding] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    odd_formats: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that stand in the sheet."""
        sheet = self.sheet
        self.hidden_columns |= {place for place, told in sheet.colinfo_map.items() if told.hidden}
        for first, end, left, right in sheet.merged_cells:
            if end - first > 1:
                name = f"{_name(first, left)}:{_name(end - 1, right - 1)}"
                self.merges.append(Merge(name, first + 1, left, end))
        for row in range(sheet.nrows):
            told = sheet.rowinfo_map.get(row)
            values = ((place, self._value(row, place)) for place in range(sheet.row_len(row)))
            cells = {place: value for place, value in values if value is not None and value != ""}
            yield SheetRow(row + 1, cells, bool(told and told.hidden))

    def _value(self, row: int, place: int) -> object:
        kind, value = self.sheet.cell_type(row, place), self.sheet.cell_value(row, place)
        if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            return None
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(value, "#VALUE!"))
        if kind == xlrd.XL_CELL_TEXT:
            return str(value)
        return self._number(float(value), row, place)

    def _number(self, value: float, row: int, place: int) -> object:
        number = Decimal(f"{value:.{_LARGEST}g}")
        code = self._format(row, place)
        if is_plain(code):
            return number
        seen = shown(number, code, is_1904=bool(self.book.datemode))
        if not seen.is_understood:
            self.odd_formats.setdefault(code, []).append(_name(row, place))
        return seen.value

    def _format(self, row: int, place: int) -> str:
        style = self.book.xf_list[self.sheet.cell_xf_index(row, place)]
        told = self.book.format_map.get(style.format_key)
        return str(told.format_str) if told else f"[{style.format_key}]"


def _name(row: int, place: int) -> str:
    return f"{get_column_letter(place + 1)}{row + 1}"
