"""The rows of a sheet as a person sees them, read once and in order, with what is hidden or merged in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .findings import Finding, short
from .number_formats import is_plain, shown
from .table import Unusable
from .xlsx_parts import BrokenWorkbookError, Workbook, forget, local_name, plain_text, stream_of, unescaped

__all__ = ["MAX_WIDTH", "Merge", "SheetReader", "SheetRow", "has_cells"]

MAX_WIDTH = 16_384  # columns that a sheet can have
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
_BLOCK = 1_000_000
_LONGEST_TAG = 100
_TRUE = frozenset({"1", "true"})


@dataclass(frozen=True)
class SheetRow:
    """A row: its number, its cells by place, and whether it is hidden."""

    number: int
    cells: dict[int, object]
    is_hidden: bool


@dataclass(frozen=True)
class Merge:
    """Cells that are shown as one, from the first row and place to the last."""

    name: str
    first_row: int
    first_place: int
    last_row: int


@dataclass
class SheetReader:
    """One pass through a sheet.

    Args:
        workbook: that it is part of.
        part: its XML.

    What else is found out stands in ``findings``, ``hidden_columns`` (places), ``merges`` and
    ``odd_formats`` (format, with the names of the cells) when all rows were given.
    """

    workbook: Workbook
    part: IO[bytes]
    findings: list[Finding] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    odd_formats: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that stand in the sheet.

        Raises:
            BrokenWorkbookError: they are not in order, or one has more cells than there can be; a hidden
                column is none.
        """
        number, last = 0, -1
        cells: dict[int, object] = {}
        for element in stream_of(self.part, "c", "row", "col", "mergeCell"):
            name = local_name(element)
            if name == "c":
                last = _place_in(element, last, number + 1)
                value = self._value(element, number + 1, last)
                if value is not None and value != "":
                    cells[last] = value
                element.clear()
            elif name == "row":
                number = _next_number(element, number)
                yield SheetRow(number, cells, element.get("hidden") in _TRUE)
                cells, last = {}, -1
                forget(element)
            else:
                self._note(name, element)

    def _note(self, name: str, element: etree._Element) -> None:
        if name == "mergeCell":
            if merge := _merge(element.get("ref", "")):
                self.merges.append(merge)
            forget(element)
        elif element.get("hidden") in _TRUE:
            first, last = int(element.get("min", "1")), int(element.get("max", "1"))
            if first < 1:
                raise BrokenWorkbookError(f"there is no column {first}")
            self.hidden_columns.update(range(first - 1, min(last, MAX_WIDTH)))

    def _value(self, element: etree._Element, row: int, place: int) -> object:
        kind, stored, formula = element.get("t", "n"), None, None
        for child in element:
            name = local_name(child)
            if name == "v":
                stored = child.text or ""
            elif name == "f":
                formula = child.text or ""
            elif name == "is":
                return plain_text(child)
        if stored is None or (stored == "" and kind != "str"):  # an empty text is a value
            return None if formula is None else self._not_calculated(formula, element, row, place)
        if kind == "s":
            return self._text(stored)
        return self._number(stored, element, row, place) if kind == "n" else _plain(kind, stored)

    def _text(self, stored: str) -> str:
        try:
            return self.workbook.strings[int(stored)]
        except (ValueError, IndexError) as error:
            raise BrokenWorkbookError(f"there is no text number {short(stored)}") from error

    def _number(self, stored: str, element: etree._Element, row: int, place: int) -> object:
        try:
            number = _digits(stored)
        except ValueError:
            return stored
        code = self.workbook.format_of(element.get("s"))
        if is_plain(code):
            return number
        seen = shown(number, code, is_1904=self.workbook.is_1904)
        if not seen.is_understood:
            self.odd_formats.setdefault(code, []).append(_cell_name(element, row, place))
        return seen.value

    def _not_calculated(self, formula: str, element: etree._Element, row: int, place: int) -> Unusable:
        row = int(match[2]) if (match := _CELL.fullmatch(element.get("r") or "")) else row
        text = N_("Row {row} has a formula whose value is not stored.")
        told = short(f"={formula}")
        where = _cell_name(element, row, place)
        self.findings.append(Finding(Cause.FORMULA, Message(text, {"row": row}), row, where, told))
        return Unusable(told)


def has_cells(part: IO[bytes]) -> bool:
    """Return whether anything stands in a sheet."""
    end = b""
    while block := part.read(_BLOCK):
        if _FILLED.search(end + block):
            return True
        end = block[-_LONGEST_TAG:]
    return False


def _place_in(element: etree._Element, last: int, row: int) -> int:
    match = _CELL.fullmatch(element.get("r") or "")
    place = column_index_from_string(match[1]) - 1 if match else last + 1
    if not last < place < MAX_WIDTH:
        raise BrokenWorkbookError(f"the cells of row {row} are not in order, or more than {MAX_WIDTH}")
    return place


def _next_number(element: etree._Element, number: int) -> int:
    told = int(element.get("r") or number + 1)
    if told <= number:
        raise BrokenWorkbookError(f"row {told} stands below row {number}")
    return told


def _cell_name(element: etree._Element, row: int, place: int) -> str:
    return element.get("r") or f"{get_column_letter(place + 1)}{row}"


def _digits(stored: str) -> Decimal:
    """Return a number with the 15 digits that a spreadsheet shows and keeps; raises ``ValueError``."""
    number = float(stored)
    if number - number != 0:  # neither infinite nor no number
        raise ValueError(stored)
    return Decimal(f"{number:.15g}")


def _plain(kind: str, stored: str) -> object:
    if kind == "b":
        return stored in _TRUE
    if kind == "d":
        try:
            return _day_or_moment(stored)
        except ValueError:
            return stored
    return unescaped(stored) or None


def _day_or_moment(stored: str) -> date | datetime:
    moment = datetime.fromisoformat(stored)
    is_day = not (moment.hour or moment.minute or moment.second)
    return moment.date() if is_day else moment


def _merge(ref: str) -> Merge | None:
    """Return merged cells that go down; those that only go across are one title."""
    first, _, last = ref.partition(":")
    begin, end = _CELL.fullmatch(first), _CELL.fullmatch(last)
    if begin is None or end is None or int(end[2]) <= int(begin[2]):
        return None
    return Merge(ref, int(begin[2]), column_index_from_string(begin[1]) - 1, int(end[2]))
