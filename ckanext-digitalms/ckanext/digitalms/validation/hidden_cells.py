"""Hidden rows and columns of a sheet: left out and named, or taken in where somebody says so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from ckanext.digitalms.messages import N_, Message

from .causes import Cause
from .findings import Finding, short, some
from .table import is_blank, is_empty

__all__ = ["SheetCells", "what_is_seen"]

NAMED = 12  # rows or columns that a finding names


@dataclass(slots=True)
class SheetCells:
    """A row of a sheet as far as anything stands in it."""

    number: int
    row: list[object]
    is_hidden: bool

    @property
    def cells(self) -> tuple[object, ...]:
        """Return the cells in their order."""
        return tuple(self.row)

    def fill(self, place: int, value: object) -> None:
        """Write a value into an empty cell."""
        self.row += [None] * (place + 1 - len(self.row))
        if self.row[place] is None:
            self.row[place] = value


def what_is_seen(
    rows: Sequence[SheetCells], hidden_columns: Collection[int], *, takes_hidden: bool
) -> tuple[list[SheetCells], list[Finding]]:
    """Return what a person sees, and what is said of the rest.

    Args:
        rows: of the sheet.
        hidden_columns: places of the columns that nobody sees.
        takes_hidden: whether what is hidden belongs to the table.
    """
    filled = [row for row in rows if row.is_hidden and not is_blank(row.row)]
    shown = [row for row in rows if not row.is_hidden]
    header = next((row.row for row in shown if not is_blank(row.row)), [])
    columns = sorted({place for place in hidden_columns if any(_stands(row, place) for row in rows)})
    findings = list(_findings(columns, header, filled, takes_hidden=takes_hidden))
    if takes_hidden:
        return list(rows), findings
    if columns:
        for row in shown:
            row.row = [cell for place, cell in enumerate(row.row) if place not in hidden_columns]
    return shown, findings


def _stands(row: SheetCells, place: int) -> bool:
    return place < len(row.row) and not is_empty(row.row[place])


def _findings(
    columns: Sequence[int], header: Sequence[object], rows: Sequence[SheetCells], *, takes_hidden: bool
) -> Iterator[Finding]:
    titles = [_titled(place, header) for place in columns]
    numbers = list(_ranges([row.number for row in rows]))
    left = [N_("Hidden columns were left out: {places}."), N_("Hidden rows were left out: {places}.")]
    taken = [N_("Hidden columns were taken in: {places}."), N_("Hidden rows were taken in: {places}.")]
    for text, places in zip(taken if takes_hidden else left, (titles, numbers), strict=True):
        if places:
            named = short(some(places, NAMED))
            yield Finding(Cause.HIDDEN, Message(text, {"places": named}), found=named)


def _titled(place: int, header: Sequence[object]) -> str:
    title = str(header[place]).strip() if place < len(header) and header[place] is not None else ""
    letters = get_column_letter(place + 1)
    return f"{letters} ({title})" if title else letters


def _ranges(numbers: Sequence[int]) -> Iterator[str]:
    """Give numbers that follow one another as one range."""
    begin = end = None
    for number in [*numbers, None]:
        if end is not None and number == end + 1:
            end = number
            continue
        if begin is not None:
            yield f"{begin}–{end}" if end != begin else f"{begin}"
        begin = end = number
