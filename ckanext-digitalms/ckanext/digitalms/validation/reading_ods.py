"""ODS, the workbook of LibreOffice, read from its ``content.xml`` as a person sees it (OpenDocument 1.3).

A cell says how often it is repeated, up to a million times: only what holds anything is written out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO

from lxml import etree
from openpyxl.utils import get_column_letter

from ckanext.digitalms import archives
from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .dialect import Dialect
from .findings import Finding, short
from .reading_csv import TABLE_FORMS, too_many_columns, too_many_rows
from .table import MAX_COLUMNS, Limits, RawTable, UnreadableError
from .workbook_table import chosen, other_sheets, protected, refuse_entities, table_of
from .xlsx_parts import BrokenWorkbookError, forget, local_name, stream_of
from .xlsx_sheet import Merge, SheetRow

FORM = "ods"
TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_HIDDEN = frozenset({"collapse", "filter"})
_ZEROS = re.compile(r"0[0-9]+")
_DURATION = re.compile(r"(-?)PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:[.,][0-9]+)?S)?")
_BROKEN = (*archives.DAMAGE, BrokenWorkbookError)
_MOST_SPACES = 1000


@dataclass
class _Sheet:
    title: str
    is_visible: bool
    is_filled: bool = False


def is_ods(package: zipfile.ZipFile) -> bool:
    """Return whether a package is a workbook, or a template of one."""
    if "mimetype" not in package.namelist():
        return False
    with package.open("mimetype") as part:
        return part.read(100).startswith(TYPE)


def read_ods(data: bytes, dialect: Dialect, limits: Limits) -> RawTable:
    """Read a sheet of a workbook: the one that the dialect names, or the first with cells.

    Raises:
        UnreadableError: it cannot be opened, is protected by a password, or has no table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _read(package, dialect, limits)
    except _BROKEN as error:
        text = N_("The workbook is damaged: {reason}.")
        finding = Finding(Cause.XLSX_BROKEN, Message(text, {"reason": short(error)}), allowed=TABLE_FORMS)
        raise UnreadableError(finding, form=FORM) from error


def _read(package: zipfile.ZipFile, dialect: Dialect, limits: Limits) -> RawTable:
    if _MANIFEST in package.namelist():
        with package.open(_MANIFEST) as part:
            if b"encryption-data" in part.read():
                raise UnreadableError(protected())
    refuse_entities(package, package.getinfo(_CONTENT), FORM)
    with package.open(_CONTENT) as part:
        sheets = tuple(_sheets(part))
    sheet = chosen(sheets, dialect, lambda one: one.is_filled, FORM)
    others = tuple(other_sheets(sheets, sheet, lambda one: one.is_filled))
    with package.open(_CONTENT) as part:
        reader = _Reader(part, next(place for place, one in enumerate(sheets) if one is sheet), limits)
        return table_of(reader, sheet, sheets, others, dialect, limits, FORM)


def _sheets(part: IO[bytes]) -> Iterator[_Sheet]:
    """Give the sheets with what is known of them before their cells are read."""
    hidden, filled = set(), False
    for element in stream_of(part, "style", "table-cell", "table-row", "table"):
        name = local_name(element)
        if name == "style":
            if any(each.get(f"{_TABLE}display") == "false" for each in element):
                hidden.add(_first(element, "name"))
        elif name == "table-cell":
            filled = filled or element.get(f"{_OFFICE}value-type") is not None or len(element) > 0
            element.clear()
        elif name == "table-row":
            forget(element)
        elif local_name(element.getparent()) == "spreadsheet":  # type: ignore[arg-type]
            style = element.get(f"{_TABLE}style-name")
            yield _Sheet(element.get(f"{_TABLE}name", ""), style not in hidden, filled)
            filled = False
            forget(element)


def _first(element: etree._Element, name: str) -> str:
    told = (str(value) for key, value in element.attrib.items() if str(key).endswith(f"}}{name}"))
    return next(told, "")


@dataclass
class _Reader:
    """One pass through a sheet."""

    part: IO[bytes]
    place: int
    limits: Limits
    findings: list[Finding] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    odd_formats: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that stand in the sheet, a repeated one as often as it is there."""
        number, column, sheet, kept = 0, 0, 0, 0
        for element in stream_of(self.part, "table-column", "table-row", "table"):
            name = local_name(element)
            if name == "table":
                if local_name(element.getparent()) == "spreadsheet":  # type: ignore[arg-type]
                    if sheet == self.place:
                        return
                    sheet, number, column = sheet + 1, 0, 0
                    forget(element)
            elif sheet != self.place:
                element.clear()
            elif name == "table-column":
                column = self._column(element, column)
            else:
                times = _times(element, "rows")
                cells = self._cells(element, number + 1)
                if cells:
                    is_hidden = element.get(f"{_TABLE}visibility") in _HIDDEN
                    kept += times
                    if kept > self.limits.max_rows + 1:
                        raise UnreadableError(too_many_rows(self.limits), form=FORM)
                    yield from (SheetRow(number + one, dict(cells), is_hidden) for one in range(1, times + 1))
                number += times
                forget(element)

    def _column(self, element: etree._Element, place: int) -> int:
        times = _times(element, "columns")
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            # what is wider than any table is refused by its cells
            self.hidden_columns.update(range(place, min(place + times, MAX_COLUMNS + 1)))
        return place + times

    def _cells(self, row: etree._Element, number: int) -> dict[int, object]:
        cells: dict[int, object] = {}
        place = 0
        for element in row:
            if local_name(element) not in {"table-cell", "covered-table-cell"}:
                continue
            times = _times(element, "columns")
            value = _value(element) if local_name(element) == "table-cell" else None
            if value is not None and value != "":
                if place + times > MAX_COLUMNS:
                    raise UnreadableError(too_many_columns(place + times, number), form=FORM)
                cells |= dict.fromkeys(range(place, place + times), value)
                self._merge(element, number, place)
            place += times
        return cells

    def _merge(self, element: etree._Element, number: int, place: int) -> None:
        down = int(element.get(f"{_TABLE}number-rows-spanned", "1"))
        if down > 1:
            across = int(element.get(f"{_TABLE}number-columns-spanned", "1"))
            first, last = get_column_letter(place + 1), get_column_letter(min(place + across, MAX_COLUMNS))
            name = f"{first}{number}:{last}{number + down - 1}"
            self.merges.append(Merge(name, number, place, number + down - 1))


def _times(element: etree._Element, what: str) -> int:
    times = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
    if times < 1:
        raise BrokenWorkbookError(f"{what} repeated {times} times")
    return times


def _value(element: etree._Element) -> object:
    """Return what a person sees of a cell."""
    kind = element.get(f"{_OFFICE}value-type") or element.get(f"{_CALC}value-type")
    text = "\n".join(_text(each) for each in element if local_name(each) == "p").strip()
    if element.get(f"{_CALC}value-type") == "error":
        return text if text.startswith("#") else "#VALUE!"
    if kind in {"float", "currency", "percentage"}:
        return _number(element.get(f"{_OFFICE}value", ""), text, kind)
    if kind == "date":
        return _day(element.get(f"{_OFFICE}date-value", ""), text)
    if kind == "time":
        return text or _duration(element.get(f"{_OFFICE}time-value", ""))
    if kind == "boolean":
        return element.get(f"{_OFFICE}boolean-value") == "true"
    return text or element.get(f"{_OFFICE}string-value") or None


def _number(stored: str, text: str, kind: str) -> object:
    try:
        number = Decimal(f"{Decimal(stored):.15g}")
    except InvalidOperation:
        return text or None
    number = number.scaleb(2) if kind == "percentage" else number
    if not number.is_finite() or not text:
        return None if number.is_finite() else text
    # zeros in front are seen and belong to a key
    return text if _ZEROS.fullmatch(text) else Decimal(f"{number:f}")


def _day(stored: str, text: str) -> object:
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return text or None
    is_day = not (moment.hour or moment.minute or moment.second)
    told: date = moment.date() if is_day else moment.replace(microsecond=0)
    return told


def _duration(stored: str) -> str:
    match = _DURATION.fullmatch(stored)
    if match is None:
        return stored
    sign, hours, minutes, seconds = match[1], *(int(match[n] or 0) for n in (2, 3, 4))
    tail = f":{seconds:02}" if seconds else ""
    return f"{sign}{hours}:{minutes:02}{tail}"


def _text(element: etree._Element) -> str:
    """Return the text of a paragraph with its spaces, tabs and line breaks, without what is noted on it."""
    told = [element.text or ""]
    for each in element:
        name = local_name(each)
        if name == "s":
            told.append(" " * min(int(_first(each, "c") or 1), _MOST_SPACES))
        elif name in {"tab", "line-break"}:
            told.append("\t" if name == "tab" else "\n")
        elif name not in {"annotation", "note"}:
            told.append(_text(each))
        told.append(each.tail or "")
    return "".join(told)
