"""XLSX, after the package was looked at: what unpacks to too much is not opened.

A cell's value is what a person sees in the spreadsheet (:mod:`.number_formats`): a formula counts by its
stored value, an error is an error, what is hidden is left out, and cells merged downwards count for each row.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import AUTO, TAKEN_IN, Dialect
from .findings import Finding, short, some
from .hidden_cells import SheetCells, what_is_seen
from .reading_csv import TABLE_FORMS, too_many_columns, too_many_rows, trimmed
from .table import MAX_COLUMNS, Limits, RawRow, RawTable, UnreadableError
from .xlsx_parts import BrokenWorkbookError, Sheet, Workbook
from .xlsx_sheet import Merge, SheetReader, has_cells

FORM = "xlsx"
MAX_PARTS = 2000
MAX_RATIO = 200
# cells with something in them, beyond which a workbook takes minutes
MAX_FILLED = 2_000_000
NAMED = 8  # places that a finding names
_BROKEN = (*archives.DAMAGE, BrokenWorkbookError)


def read_xlsx(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a sheet of a workbook: the one that the dialect names, or the first with cells.

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


def visible_sheets(data: bytes, limits: Limits) -> list[str]:
    """Return the titles of the sheets that a person sees; raises as :func:`read_xlsx`."""
    _guard(data, limits)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [sheet.title for sheet in Workbook.of(package).sheets if sheet.is_visible]


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
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        workbook = Workbook.of(package)
        sheet = _chosen(workbook, dialect)
        with package.open(sheet.path) as part:
            reader = SheetReader(workbook, part)
            rows = list(_rows(reader, limits))
        others = tuple(_other_sheets(workbook, sheet))
    findings = [*reader.findings, *_merged(reader.merges, rows), *_odd(reader.odd_formats)]
    seen, hidden = what_is_seen(rows, reader.hidden_columns, takes_hidden=dialect.hidden == TAKEN_IN)
    table = [RawRow(row.number, trimmed(row.cells)) for row in seen]
    while table and not table[0].cells:
        del table[0]
    while table and not table[-1].cells:
        del table[-1]
    if not table:
        raise UnreadableError(_nothing(sheet, hidden), form=FORM)
    header = tuple("" if title is None else str(title) for title in table[0].cells)
    body = tuple(RawRow(r.number, r.cells + (None,) * (len(header) - len(r.cells))) for r in table[1:])
    told = (*findings, *hidden, *others)
    found, sheets = replace(dialect, sheet=sheet.title), tuple(one.title for one in workbook.sheets)
    return RawTable(FORM, header, body, found, told, table[0].number, sheets)


def _chosen(workbook: Workbook, dialect: Dialect) -> Sheet:
    """Return the sheet that was asked for, or the first that a person sees and in which anything stands."""
    if dialect.sheet != AUTO:
        wanted = dialect.sheet.casefold()
        for sheet in workbook.sheets:
            if sheet.title.strip().casefold() == wanted:
                return sheet
        text = N_("The workbook has no sheet “{found}”. It has: {sheets}.")
        values: dict[str, object] = {"found": short(dialect.sheet), "sheets": _titles(workbook.sheets)}
        finding = Finding(Cause.EMPTY_FILE, Message(text, values), found=short(dialect.sheet))
        raise UnreadableError(replace(finding, remedy=Message(N_("Name one of its sheets."))), form=FORM)
    for sheet in workbook.sheets:
        if sheet.is_visible and _has_cells(workbook, sheet):
            return sheet
    visible = [sheet for sheet in workbook.sheets if sheet.is_visible]
    if visible:
        raise UnreadableError(_nothing(visible[0], ()), form=FORM)
    text = N_("The workbook has no sheet with cells.")
    raise UnreadableError(Finding(Cause.EMPTY_FILE, Message(text), allowed=TABLE_FORMS), form=FORM)


def _has_cells(workbook: Workbook, sheet: Sheet) -> bool:
    with workbook.package.open(sheet.path) as part:
        return has_cells(part)


def _nothing(sheet: Sheet, hidden: Sequence[Finding]) -> Finding:
    text = N_("The sheet “{sheet}” has no header and no rows.")
    if hidden:
        text = N_("All that stands in the sheet “{sheet}” is hidden.")
    return Finding(Cause.EMPTY_FILE, Message(text, {"sheet": short(sheet.title)}), 1, allowed=TABLE_FORMS)


def _rows(reader: SheetReader, limits: Limits) -> Iterator[SheetCells]:
    """Give the rows with what stands in them, from the first that holds anything; empty ones between stay."""
    seen, last, filled, number = 0, 0, 0, 0
    for row in reader.rows():
        if row.number - last > limits.max_rows + 1:
            raise UnreadableError(_empty_rows(last, limits), form=FORM)
        width = max(row.cells, default=-1) + 1
        if width > MAX_COLUMNS:
            raise UnreadableError(too_many_columns(width, row.number), form=FORM)
        seen += bool(row.cells)
        if seen > limits.max_rows + 1:
            raise UnreadableError(too_many_rows(limits), form=FORM)
        filled += width
        if filled > MAX_FILLED:
            raise UnreadableError(_too_many_cells(row.number), form=FORM)
        last = row.number if row.cells else last
        if seen:
            yield from (SheetCells(empty, [], False) for empty in range(number + 1, row.number) if number)
            number = row.number
            yield SheetCells(number, [row.cells.get(place) for place in range(width)], row.is_hidden)


def _merged(merges: Sequence[Merge], rows: Sequence[SheetCells]) -> Iterator[Finding]:
    """Write the value of cells merged downwards into each of their rows in which anything else stands."""
    by_number = {row.number: row for row in rows}
    named, filled = [], 0
    for merge in merges:
        first = by_number.get(merge.first_row)
        if first is None or len(first.cells) <= merge.first_place or first.cells[merge.first_place] is None:
            continue
        last = min(merge.last_row, rows[-1].number)
        below = [by_number[number] for number in range(merge.first_row + 1, last + 1) if number in by_number]
        below = [row for row in below if any(cell is not None for cell in row.cells)]
        filled += len(below)
        if filled > MAX_FILLED:
            raise UnreadableError(_too_many_cells(merge.first_row), form=FORM)
        for row in below:
            row.fill(merge.first_place, first.cells[merge.first_place])
        if below:
            named.append(merge.name)
    if named:
        text = N_("Merged cells: each row of {places} has the value that is shown once.")
        yield Finding(Cause.MERGED, Message(text, {"places": _some(named)}), found=_some(named))


def _odd(formats: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    for code, cells in formats.items():
        text = N_("How “{format}” shows a number is not known: the stored numbers of {cells} are taken.")
        values: dict[str, object] = {"format": short(code), "cells": _some(cells)}
        yield Finding(Cause.CELL_FORMAT, Message(text, values), None, None, short(code))


def _other_sheets(workbook: Workbook, chosen: Sheet) -> Iterator[Finding]:
    filled = [one for one in workbook.sheets if one != chosen and _has_cells(workbook, one)]
    seen = [one for one in filled if one.is_visible]
    if seen:
        text = N_("Only the sheet “{first}” was read, not {others}.")
        message = Message(text, {"first": short(chosen.title), "others": _titles(seen)})
        yield Finding(Cause.OTHER_SHEETS, message, found=_titles(seen))
    hidden = [one for one in filled if not one.is_visible]
    if hidden:
        text = N_("Hidden sheets were not read: {sheets}.")
        yield Finding(Cause.HIDDEN, Message(text, {"sheets": _titles(hidden)}), found=_titles(hidden))


def _titles(sheets: Sequence[Sheet]) -> str:
    return short(", ".join(sheet.title for sheet in sheets))


def _some(names: Sequence[str]) -> str:
    return short(some(names, NAMED, is_counted=True))
