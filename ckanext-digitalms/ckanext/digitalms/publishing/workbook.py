"""The workbook of a table: its rows as spreadsheets know them, and a sheet that explains the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import Format as CellFormat
from rustpy_xlsxwriter import write_worksheets

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.spreadsheet import COLUMN_SHEET, cut
from ckanext.digitalms.tables.spec import TableSpec, code_field, for_people, words_of

# what a sheet can take below its header, and what its name can
ROWS = 1_048_575
NAME = 31
# names that spreadsheets, and we, keep for a sheet of their own
_TAKEN = {COLUMN_SHEET.casefold(), "history"}
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
# spreadsheets count days from here on as the calendar does; a day before it is a text
_FIRST_DAY = date(1900, 3, 1)
_DAY, _MOMENT = "dd.mm.yyyy", "dd.mm.yyyy hh:mm:ss"
_WIDTHS = {"Spalte": 22.0, "Titel": 22.0, "Typ": 22.0, "Erklärung": 100.0}


def write(path: Path, spec: TableSpec, rows: Iterable[Sequence[str | None]], count: int) -> None:
    """Write a workbook; memory does not grow with the rows.

    More rows than a sheet can take go on in a further sheet, with the header again. A text is cut where a
    cell can take no more.

    Args:
        path: of the file.
        spec: of the table.
        rows: the cells of its CSV file.
        count: how many rows there are.
    """
    records = _records(spec, rows)
    names = _sheet_names(spec.name, count)
    # sheets are written one after the other, so each takes its rows from where the one before has ended
    sheets: list[tuple[str, Iterable[Json]]] = [(name, islice(records, ROWS)) for name in names]
    if not count:
        # a sheet takes its header from its first row
        sheets = [(names[0], [dict.fromkeys(_names(spec))])]
    write_worksheets(
        [*sheets, (COLUMN_SHEET, _explained(spec))],
        str(path),
        bold_headers=True,
        freeze_panes={name: {"row": 1, "col": 1} for name in names},
        autofilter=dict.fromkeys(names, True),
        column_widths={**dict.fromkeys(names, _widths(spec)), COLUMN_SHEET: _WIDTHS},
        column_formats=dict.fromkeys(names, _formats(spec)),
    )


def _names(spec: TableSpec) -> list[str]:
    return [field["name"] for field in for_people(spec.fields)]


def _sheet_names(table: str, count: int) -> list[str]:
    first = table.translate(_NOT_IN_NAMES)
    if first.casefold() in _TAKEN:
        first = f"{first} 1"
    more = range(2, (count - 1) // ROWS + 2)
    return [first[:NAME], *(f"{first[: NAME - len(str(n)) - 1]} {n}" for n in more)]


def _records(spec: TableSpec, rows: Iterable[Sequence[str | None]]) -> Iterator[Json]:
    # each shown column with the place of its cell and what makes a value of it
    shown: list[tuple[str, int, Callable[[str], Any]]] = []
    for place, field in enumerate(spec.fields):
        words = words_of(field)
        read = _READERS.get(field["type"], cut)
        shown.append((field["name"], place, _worded(words) if words else read))
        if words:
            shown.append((code_field(field)["name"], place, read))
    for row in rows:
        yield {name: _value(row[place], read) for name, place, read in shown}


def _value(cell: str | None, read: Callable[[str], Any]) -> Any:
    return None if cell is None else read(cell)


def _worded(words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda cell: words.get(cell, cell)


def _day(cell: str) -> date | str:
    day = date.fromisoformat(cell)
    return day if day >= _FIRST_DAY else cell


def _moment(cell: str) -> datetime | str:
    # spreadsheets know no time zones; ours are UTC, as the field's title says
    moment = datetime.fromisoformat(cell).replace(tzinfo=None)
    return moment if moment.date() >= _FIRST_DAY else cell


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": float,
    "number": float,
    "boolean": lambda cell: cell == "true",
    "date": _day,
    "datetime": _moment,
}


def _widths(spec: TableSpec) -> dict[str, float]:
    return {field["name"]: 14.0 if field["type"] != "string" else 28.0 for field in for_people(spec.fields)}


def _formats(spec: TableSpec) -> dict[str, CellFormat]:
    shown = {"date": _DAY, "datetime": _MOMENT}
    return {
        field["name"]: CellFormat().set_num_format(shown[field["type"]])
        for field in spec.fields
        if field["type"] in shown
    }


def _explained(spec: TableSpec) -> Iterator[Json]:
    for field in for_people(spec.fields):
        yield {
            "Spalte": field["name"],
            "Titel": field["title"],
            "Typ": field["type"],
            "Erklärung": cut(field["description"]),
        }
