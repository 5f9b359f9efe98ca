"""The rows of a sheet as a person sees them, read once and in order, with what is hidden or merged in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import IO, NamedTuple

from openpyxl.utils import column_index_from_string, get_column_letter

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .findings import Finding, short
from .number_formats import is_plain, shown
from .table import Unusable
from .xlsx_events import BrokenWorkbookError, Parser, PlainTexts, unescaped
from .xlsx_parts import Workbook
from .xlsx_rows import PlainRow, pieces, plain_row, resolved

__all__ = ["MAX_WIDTH", "Merge", "SheetReader", "SheetRow", "has_cells"]

MAX_WIDTH = 16_384  # columns that a sheet can have
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_IN_XML = re.compile('<c r="([A-Z0-9]+)"')
_NUMBER = frozenset({"", "n"})
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|is)[\s>]")
_BLOCK = 1_000_000
_LONGEST_TAG = 100
_TRUE = frozenset({"1", "true"})
# numbers of a format that are worked out once: days, years and shares come again and again
_KEPT = 50_000
Attributes = dict[str, str]


class SheetRow(NamedTuple):
    """A row: its number, its cells by place and in their order, and whether it is hidden."""

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
            BrokenWorkbookError: it is no XML; they are not in order, or one has more cells than there can
                be; a hidden column is none.
        """
        sheet = _Sheet(self)
        parser = Parser(sheet)
        for piece, rows in pieces(self.part):
            parser.feed(piece)
            yield from sheet.taken()
            for row in rows:
                if plain := plain_row(row):
                    yield sheet.row_of(plain)
                else:
                    # a parser of its own: that of the sheet may hold something back
                    Parser(sheet).feed(b"<rows>%b</row></rows>" % row, is_last=True)
                    yield from sheet.taken()
        parser.feed(b"", is_last=True)
        yield from sheet.taken()


class _Sheet(PlainTexts):
    """Makes rows of a sheet: of its elements, and of rows that were not parsed."""

    def __init__(self, told: SheetReader) -> None:
        super().__init__("is")
        self.told, self.workbook = told, told.workbook
        self.rows: list[SheetRow] = []
        self.number, self.last, self.cells = 0, -1, dict[int, object]()
        self._row: Attributes = {}
        self._cell: Attributes = {}
        self.stored: str | None = None
        self.formula: str | None = None
        self.inline: str | None = None
        self._numbers: dict[str, dict[str, object]] = {}
        clear = self._begin_text
        self.begins |= {"c": self._begin_cell, "v": clear, "f": clear, "row": self._begin_row}
        self.begins |= {"col": self._column, "mergeCell": self._merge}
        self.ends |= {"c": self._end_cell, "v": self._end_value, "f": self._end_formula}
        self.ends |= {"is": self._end_inline, "row": self._end_row}

    def taken(self) -> list[SheetRow]:
        """Return the rows that are complete, each once."""
        rows, self.rows = self.rows, []
        return rows

    def row_of(self, row: PlainRow) -> SheetRow:
        """Return a row that was not parsed."""
        self._next(row.number)
        cells: dict[int, object] = {}
        last = -1
        for xml, letters, style, kind, stored, inline in row.cells:
            place = _PLACES[letters]
            if not last < place < MAX_WIDTH:
                raise self._disorder()
            last = place
            if not stored:
                value: object = unescaped(resolved(inline) if "&" in inline else inline)
            elif kind == "s":
                value = self._text(stored)
            elif kind in _NUMBER:
                value = self._number(stored, style, xml, place)
            else:
                value = _plain(kind, stored)
            if value is not None and not (isinstance(value, str) and not value):
                cells[place] = value
        return SheetRow(row.number, cells, row.is_hidden)

    def _next(self, number: int) -> None:
        if number <= self.number:
            raise BrokenWorkbookError(f"row {number} stands below row {self.number}")
        self.number = number

    def _disorder(self) -> BrokenWorkbookError:
        return BrokenWorkbookError(
            f"the cells of row {self.number} are not in order, or more than {MAX_WIDTH}"
        )

    def _begin_text(self, _attributes: Attributes) -> None:
        self.texts.clear()

    def _end_value(self) -> None:
        self.stored = self.text()

    def _end_formula(self) -> None:
        self.formula = self.text()

    def _end_inline(self) -> None:
        self.inline = self.end_plain()

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = attributes
        self._next(int(attributes.get("r") or self.number + 1))
        self.cells, self.last = {}, -1

    def _end_row(self) -> None:
        self.rows.append(SheetRow(self.number, self.cells, self._row.get("hidden") in _TRUE))
        self.cells = {}

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self.stored = self.formula = self.inline = None

    def _end_cell(self) -> None:
        match = _CELL.fullmatch(self._cell.get("r") or "")
        place = _PLACES[match[1]] if match else self.last + 1
        if not self.last < place < MAX_WIDTH:
            raise self._disorder()
        self.last = place
        value = self._value(place) if self.inline is None else self.inline
        if value is not None and value != "":
            self.cells[place] = value

    def _value(self, place: int) -> object:
        kind, stored = self._cell.get("t", "n"), self.stored
        if stored is None or (stored == "" and kind != "str"):  # an empty text is a value
            return None if self.formula is None else self._not_calculated(self.formula, place)
        if kind == "s":
            return self._text(stored)
        if kind in _NUMBER:
            return self._number(stored, self._cell.get("s", ""), self._cell.get("r", ""), place)
        return _plain(kind, stored)

    def _text(self, stored: str) -> str:
        try:
            return self.workbook.strings[int(stored)]
        except (ValueError, IndexError) as error:
            raise BrokenWorkbookError(f"there is no text number {short(stored)}") from error

    def _number(self, stored: str, style: str, cell: str, place: int) -> object:
        """Return what is seen of a number; ``cell`` is its name, or its XML."""
        known = self._numbers.get(style)
        if known is None:
            known = self._numbers[style] = {}
        if stored in known:
            return known[stored]
        try:
            number = _digits(stored)
        except ValueError:
            return stored
        code = self.workbook.format_of(style)
        seen = None if is_plain(code) else shown(number, code, is_1904=self.workbook.is_1904)
        if seen is not None and not seen.is_understood:
            self.told.odd_formats.setdefault(code, []).append(self._name(cell, place))
            return seen.value
        value: object = number if seen is None else seen.value
        if len(known) < _KEPT:
            known[stored] = value
        return value

    def _not_calculated(self, formula: str, place: int) -> Unusable:
        name = self._cell.get("r") or ""
        row = int(match[2]) if (match := _CELL.fullmatch(name)) else self.number
        text = N_("Row {row} has a formula whose value is not stored.")
        told = short(f"={formula}")
        where = self._name(name, place)
        self.told.findings.append(Finding(Cause.FORMULA, Message(text, {"row": row}), row, where, told))
        return Unusable(told)

    def _name(self, cell: str, place: int) -> str:
        if match := _IN_XML.match(cell):
            return match[1]
        return cell or f"{get_column_letter(place + 1)}{self.number}"

    def _merge(self, attributes: Attributes) -> None:
        if merge := _merge(attributes.get("ref", "")):
            self.told.merges.append(merge)

    def _column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _TRUE:
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            if first < 1:
                raise BrokenWorkbookError(f"there is no column {first}")
            self.told.hidden_columns.update(range(first - 1, min(last, MAX_WIDTH)))


class _Places(dict[str, int]):
    """Places of columns by their letters."""

    def __missing__(self, letters: str) -> int:
        place = self[letters] = column_index_from_string(letters) - 1
        return place


_PLACES = _Places()


def has_cells(part: IO[bytes]) -> bool:
    """Return whether anything stands in a sheet."""
    end = b""
    while block := part.read(_BLOCK):
        if _FILLED.search(end + block):
            return True
        end = block[-_LONGEST_TAG:]
    return False


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
