"""XLSX by openpyxl, read-only, after the package was looked at: what unpacks to too much is not opened.

A cell's value is what the person sees in the spreadsheet: a percent format multiplies by 100, a
formula counts by its stored value, an error is an error.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import compress, count, repeat
from operator import is_not
from typing import Any
from xml.parsers.expat import ExpatError

import openpyxl
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect
from .findings import Finding, short
from .reading_csv import TABLE_FORMS, too_many_columns, too_many_rows, trimmed
from .table import MAX_COLUMNS, Limits, RawRow, RawTable, UnreadableError, Unusable

FORM = "xlsx"
MAX_PARTS = 2000
MAX_RATIO = 200
# also empty ones: a small file may have a row that was touched in column 16,384, a million times
MAX_CELLS = 50_000_000
# cells with something in them, beyond which a workbook takes minutes
MAX_FILLED = 2_000_000
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_BLOCK = 1_000_000
_LONGEST_TAG = 100
_BROKEN = (*archives.DAMAGE, InvalidFileException, ExpatError)


def read_xlsx(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read the first sheet of a workbook.

    Raises:
        UnreadableError: it cannot be opened, unpacks to too much, or has no table.
    """
    try:
        _guard(data, limits)
        return _read(data, dialect, limits)
    except _BROKEN as error:
        text = N_("The workbook is damaged: {reason}.")
        finding = Finding(Cause.XLSX_BROKEN, Message(text, {"reason": short(error)}), allowed=TABLE_FORMS)
        raise UnreadableError(finding, form=FORM) from error


def _guard(data: bytes, limits: Limits) -> None:
    archive = archives.look(data)
    if archive.is_protected:
        raise UnreadableError(protected())
    names = set(archive.names)
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        text = N_("The file is a ZIP archive with {found}, not a workbook.")
        found = short(", ".join(sorted(names)[:5])) or "0"
        finding = Finding(
            Cause.NOT_A_TABLE, Message(text, {"found": found}), found=found, allowed=TABLE_FORMS
        )
        raise UnreadableError(finding)
    too_dense = archive.unpacked > 10**6 and archive.unpacked > MAX_RATIO * archive.packed
    if len(archive.names) > MAX_PARTS or archive.unpacked > limits.unpacked or too_dense:
        raise UnreadableError(_bomb(archive.unpacked, limits), form=FORM)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.infolist():
            if part.filename.endswith((".xml", ".rels")):
                _refuse_entities(package, part)


def protected() -> Finding:
    """Say that a password keeps the workbook from being read."""
    text = N_("The workbook is protected by a password and cannot be read.")
    return Finding(Cause.PROTECTED, Message(text), allowed=TABLE_FORMS)


def _empty_rows(last: int, limits: Limits) -> Finding:
    text = N_("After row {row} the sheet goes on with more than {limit} empty rows.")
    values: dict[str, object] = {"row": last, "limit": limits.max_rows}
    allowed = Message(N_("at most {limit} rows"), values)
    remedy = Message(N_("Delete the rows below the table, not only what is in them, and save the workbook."))
    return Finding(Cause.TOO_MANY_ROWS, Message(text, values), last + 1, None, None, allowed, remedy)


def _empty_columns(found: int, row: int) -> Finding:
    text = N_("Up to row {row} the sheet goes on to column {found}, though hardly anything stands there.")
    allowed = Message(N_("at most {limit} columns"), {"limit": MAX_COLUMNS})
    remedy = Message(N_("Delete the columns right of the table, not only what is in them, and save it."))
    message = Message(text, {"row": row, "found": found})
    return Finding(Cause.TOO_MANY_COLUMNS, message, row, None, str(found), allowed, remedy)


def _too_many_cells(row: int) -> Finding:
    values: dict[str, object] = {"row": row, "limit": MAX_FILLED}
    text = N_("Up to row {row} the sheet has more than {limit} cells.")
    allowed = Message(N_("at most {limit} cells in a workbook"), values)
    remedy = Message(N_("Save the sheet as CSV, which is read much faster and may have more cells."))
    return Finding(Cause.TOO_MANY_ROWS, Message(text, values), row, None, None, allowed, remedy)


def _bomb(unpacked: int, limits: Limits) -> Finding:
    values: dict[str, object] = {
        "found": f"{unpacked / 10**6:.0f}",
        "limit": f"{limits.unpacked / 10**6:g}",
        "ratio": MAX_RATIO,
    }
    text = N_("The workbook unpacks to {found} MB.")
    allowed = N_("at most {limit} MB unpacked, and at most {ratio} times its packed size")
    return Finding(
        Cause.XLSX_BOMB, Message(text, values), None, None, f"{values['found']} MB", Message(allowed, values)
    )


def _refuse_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    # OOXML has no document type; one is only there to make entities that blow up
    with package.open(part) as stream:
        if b"<!DOCTYPE" in stream.read(4096):
            text = N_(
                "The part {part} of the workbook declares entities, which no spreadsheet program writes."
            )
            message = Message(text, {"part": short(part.filename)})
            raise UnreadableError(Finding(Cause.XLSX_BOMB, message, allowed=TABLE_FORMS), form=FORM)


def _read(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's notes on styles and extensions it does not know
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        # a workbook without formulas is read once: it is the reading that takes the time
        formulas = values
        if values.worksheets and _has_formulas(data, values.worksheets[0]):
            formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    if not values.worksheets:
        text = N_("The workbook has no sheet with cells.")
        raise UnreadableError(Finding(Cause.EMPTY_FILE, Message(text), allowed=TABLE_FORMS), form=FORM)
    findings: list[Finding] = []
    rows = list(_rows(values.worksheets[0], formulas.worksheets[0], limits, findings))
    if not rows:
        text = N_("The sheet “{sheet}” has no header and no rows.")
        message = Message(text, {"sheet": short(values.worksheets[0].title)})
        raise UnreadableError(Finding(Cause.EMPTY_FILE, message, 1, allowed=TABLE_FORMS), form=FORM)
    header = tuple("" if title is None else str(title) for title in rows[0].cells)
    body = tuple(RawRow(r.number, r.cells + (None,) * (len(header) - len(r.cells))) for r in rows[1:])
    findings += _other_sheets(values)
    return RawTable(FORM, header, body, dialect, tuple(findings), rows[0].number)


def _has_formulas(data: bytes, sheet: Any) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(sheet._worksheet_path) as part:
        end = b""
        while block := part.read(_BLOCK):
            if _FORMULA.search(end + block):
                return True
            end = block[-_LONGEST_TAG:]
    return False


def _rows(sheet: Any, formulas: Any, limits: Limits, findings: list[Finding]) -> Iterator[RawRow]:
    for each in (sheet, formulas):
        each.reset_dimensions()  # the stored dimension may claim a million empty rows
    seen, last, cells_seen, filled = 0, 0, 0, 0
    for number, (cells, stored) in enumerate(_together(sheet, formulas), start=1):
        if number - last > limits.max_rows + 1:
            raise UnreadableError(_empty_rows(last, limits), form=FORM)
        cells_seen += len(stored)
        if cells_seen > MAX_CELLS:
            raise UnreadableError(_empty_columns(len(stored), number), form=FORM)
        width = _width(stored)
        if width > MAX_COLUMNS:
            raise UnreadableError(too_many_columns(width, number), form=FORM)
        pairs = zip(cells[:width], stored[:width], strict=True)
        row = trimmed(tuple(_value(cell, source, number, findings) for cell, source in pairs))
        if not row and not seen:
            continue
        seen += bool(row)
        if seen > limits.max_rows + 1:
            raise UnreadableError(too_many_rows(limits), form=FORM)
        filled += len(row)
        if filled > MAX_FILLED:
            raise UnreadableError(_too_many_cells(number), form=FORM)
        last = number if row else last
        yield RawRow(number, row)


def _together(sheet: Any, formulas: Any) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """Return each row with what is stored for it; the same where nothing else is."""
    if formulas is not sheet:
        yield from zip(sheet.iter_rows(), formulas.iter_rows(), strict=True)
    else:
        yield from ((row, row) for row in sheet.iter_rows())


def _width(cells: Sequence[Any]) -> int:
    """Return how far a row is filled; cells that were only touched do not count."""
    # a row may be touched in column 16,384: what pads it is passed over without a step of our own
    touched = map(is_not, reversed(cells), repeat(EMPTY_CELL))
    for skipped in compress(count(), touched):
        if cells[-1 - skipped].value not in (None, ""):
            return len(cells) - skipped
    return 0


def _value(cell: Any, source: Any, row: int, findings: list[Finding]) -> object:
    value = cell.value
    if value is None and getattr(source, "data_type", "") == "f":
        text = N_("Row {row} has a formula whose value is not stored.")
        formula = short(source.value)
        findings.append(Finding(Cause.FORMULA, Message(text, {"row": row}), row, cell.coordinate, formula))
        return Unusable(formula)
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format))
    return value if isinstance(value, date) else str(value)


def _text(value: str) -> str:
    """Return a text without the escapes of the format: ``_x000D_`` stands for a carriage return there."""
    # an escape may stand for half a character, which no text can hold
    return unescape(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(value: float, number_format: str) -> Decimal:
    # 15 digits are what a spreadsheet shows and keeps
    number = Decimal(f"{value:.15g}")
    return number * 100 if "%" in number_format else number


def _other_sheets(workbook: Any) -> list[Finding]:
    first, *others = workbook.worksheets
    named = [
        sheet.title
        for sheet in others
        if sheet.sheet_state == "visible" and sheet.calculate_dimension(True) != "A1:A1"
    ]
    if not named:
        return []
    text = N_("Only the sheet “{first}” was read, not {others}.")
    message = Message(text, {"first": short(first.title), "others": short(", ".join(named))})
    return [Finding(Cause.OTHER_SHEETS, message, found=short(", ".join(named)))]
