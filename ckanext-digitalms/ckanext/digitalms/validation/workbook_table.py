"""The sheets of a workbook of any form become a table: which one, what is seen of it, what is told."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import AUTO, TAKEN_IN, Dialect
from .findings import Finding, short, some
from .hidden_cells import SheetCells, what_is_seen
from .reading_csv import TABLE_FORMS, too_many_columns, too_many_rows, trimmed
from .table import MAX_COLUMNS, Limits, RawRow, RawTable, UnreadableError
from .xlsx_sheet import Merge, SheetRow

# cells with something in them, beyond which a workbook takes minutes
MAX_FILLED = 2_500_000
NAMED = 8  # places that a finding names


class Sheet(Protocol):
    """A sheet: its title, and whether a person sees it."""

    @property
    def title(self) -> str:
        """Return its title."""

    @property
    def is_visible(self) -> bool:
        """Return whether a person sees it."""


class Reader(Protocol):
    """One pass through a sheet; what is found beside the rows is complete when all were given."""

    findings: list[Finding]
    hidden_columns: set[int]
    merges: list[Merge]
    odd_formats: dict[str, list[str]]

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that stand in the sheet."""


S = TypeVar("S", bound=Sheet)


def table_of(
    reader: Reader,
    sheet: Sheet,
    sheets: Sequence[Sheet],
    others: Sequence[Finding],
    dialect: Dialect,
    limits: Limits,
    form: str,
) -> RawTable:
    """Return what a person sees of a sheet.

    Args:
        reader: of the sheet.
        sheet: that is read.
        sheets: of the workbook.
        others: what is told of the other sheets.
        dialect: what was declared.
        limits: of rows.
        form: of the file.

    Raises:
        UnreadableError: there is no table in it, or it is too large.
    """
    rows = list(_rows(reader, limits, form))
    findings = [*reader.findings, *_merged(reader.merges, rows, form), *_odd(reader.odd_formats)]
    seen, hidden = what_is_seen(rows, reader.hidden_columns, takes_hidden=dialect.hidden == TAKEN_IN)
    table = [(row.number, trimmed(row.cells)) for row in seen]
    filled = [place for place, (_, cells) in enumerate(table) if cells]
    if not filled:
        raise UnreadableError(_nothing(sheet, hidden), form=form, choices=titles_of(sheets))
    (header_row, titles), *below = table[filled[0] : filled[-1] + 1]
    header = tuple("" if title is None else str(title) for title in titles)
    gaps = [(None,) * count for count in range(len(header) + 1)]
    body = tuple([RawRow(number, cells + gaps[max(len(header) - len(cells), 0)]) for number, cells in below])
    told = (*findings, *hidden, *others)
    found = replace(dialect, sheet=sheet.title)
    return RawTable(form, header, body, found, told, header_row, titles_of(sheets))


def titles_of(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """Return the titles of sheets."""
    return tuple(sheet.title for sheet in sheets)


def protected() -> Finding:
    """Say that a password keeps the workbook from being read."""
    text = N_("The workbook is protected by a password and cannot be read.")
    return Finding(Cause.PROTECTED, Message(text), allowed=TABLE_FORMS)


def refuse_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo, form: str) -> None:
    """Refuse a part that declares entities; raises :class:`UnreadableError`."""
    # neither OOXML nor ODF has no document type; one is only there to make entities that blow up
    with package.open(part) as stream:
        if b"<!DOCTYPE" in stream.read(4096):
            text = N_(
                "The part {part} of the workbook declares entities, which no spreadsheet program writes."
            )
            message = Message(text, {"part": short(part.filename)})
            raise UnreadableError(Finding(Cause.XLSX_BOMB, message, allowed=TABLE_FORMS), form=form)


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


def chosen(sheets: Sequence[S], dialect: Dialect, holds: Callable[[S], bool], form: str) -> S:
    """Return the sheet that was asked for, or the first that a person sees and in which anything stands.

    Raises:
        UnreadableError: there is no such sheet.
    """
    if dialect.sheet != AUTO:
        wanted = dialect.sheet.casefold()
        for sheet in sheets:
            if sheet.title.strip().casefold() == wanted:
                return sheet
        text = N_("The workbook has no sheet “{found}”. It has: {sheets}.")
        values: dict[str, object] = {"found": short(dialect.sheet), "sheets": _titles(sheets)}
        finding = Finding(Cause.EMPTY_FILE, Message(text, values), found=short(dialect.sheet))
        raise UnreadableError(
            replace(finding, remedy=Message(N_("Name one of its sheets."))),
            form=form,
            choices=titles_of(sheets),
        )
    for sheet in sheets:
        if sheet.is_visible and holds(sheet):
            return sheet
    visible = [sheet for sheet in sheets if sheet.is_visible]
    if visible:
        raise UnreadableError(_nothing(visible[0], ()), form=form, choices=titles_of(sheets))
    text = N_("The workbook has no sheet with cells.")
    raise UnreadableError(Finding(Cause.EMPTY_FILE, Message(text), allowed=TABLE_FORMS), form=form)


def _nothing(sheet: Sheet, hidden: Sequence[Finding]) -> Finding:
    text = N_("The sheet “{sheet}” has no header and no rows.")
    if hidden:
        text = N_("All that stands in the sheet “{sheet}” is hidden.")
    return Finding(Cause.EMPTY_FILE, Message(text, {"sheet": short(sheet.title)}), 1, allowed=TABLE_FORMS)


def _rows(reader: Reader, limits: Limits, form: str) -> Iterator[SheetCells]:
    """Give the rows with what stands in them, from the first that holds anything; empty ones between stay."""
    seen, last, filled, number = 0, 0, 0, 0
    for row in reader.rows():
        if row.number - last > limits.max_rows + 1:
            raise UnreadableError(_empty_rows(last, limits), form=form)
        width = max(row.cells, default=-1) + 1
        if width > MAX_COLUMNS:
            raise UnreadableError(too_many_columns(width, row.number), form=form)
        seen += bool(row.cells)
        if seen > limits.max_rows + 1:
            raise UnreadableError(too_many_rows(limits), form=form)
        filled += width
        if filled > MAX_FILLED:
            raise UnreadableError(_too_many_cells(row.number), form=form)
        last = row.number if row.cells else last
        if seen:
            yield from (SheetCells(empty, [], False) for empty in range(number + 1, row.number) if number)
            number = row.number
            is_dense = width == len(row.cells)
            told = row.cells.values() if is_dense else map(row.cells.get, range(width))
            yield SheetCells(number, list(told), row.is_hidden)


def _merged(merges: Sequence[Merge], rows: Sequence[SheetCells], form: str) -> Iterator[Finding]:
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
            raise UnreadableError(_too_many_cells(merge.first_row), form=form)
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


def other_sheets(sheets: Sequence[S], chosen: S, holds: Callable[[S], bool]) -> Iterator[Finding]:
    """Name the sheets that were not read and in which something stands."""
    filled = [one for one in sheets if one != chosen and holds(one)]
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
    return _some([sheet.title for sheet in sheets])


def _some(names: Sequence[str]) -> str:
    return short(some(names, NAMED, is_counted=True))
