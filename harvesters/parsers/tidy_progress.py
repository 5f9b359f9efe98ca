"""Progress as offices write it: German words, percent signs, title rows, a time in the Stand. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ckanext.digitalms.shared import (
    N_,
    Cause,
    Finding,
    Message,
    RawRow,
    RawTable,
    Status,
    read_short_day,
    short,
    titled_as,
)

# what a column is called, beside its name and its title
_TITLES = {
    "fortschritt": "Fortschritt in Prozent",
    "fortschritt %": "Fortschritt in Prozent",
    "fortschritt in %": "Fortschritt in Prozent",
    "fortschritt (%)": "Fortschritt in Prozent",
    "fortschritt (in %)": "Fortschritt in Prozent",
}
# of the table to fill in: for who reads it, and not read
_FOR_PEOPLE = frozenset({"titel", "maßnahme", "title"})
_KNOWN = {
    "measure_id": {"kennung", "measure_id"},
    "as_of": {"stand", "as_of"},
    "status": {"status"},
    "progress_percent": {"fortschritt in prozent", "progress_percent"},
}
WORDS = {
    "vorgeschlagen": Status.PROPOSED,
    "geplant": Status.PLANNED,
    "in planung": Status.PLANNED,
    "in vorbereitung": Status.IN_PREPARATION,
    "in arbeit": Status.IN_PROGRESS,
    "in bearbeitung": Status.IN_PROGRESS,
    "in umsetzung": Status.IN_PROGRESS,
    "umgesetzt": Status.DONE,
    "abgeschlossen": Status.DONE,
    "fertig": Status.DONE,
    "erledigt": Status.DONE,
    "ruht": Status.PAUSED,
    "pausiert": Status.PAUSED,
    "abgebrochen": Status.CANCELLED,
    **{status.label: status for status in Status},
}
_EXPLAINED = "Erklärung"
_LOOKED_AT = 20
_TIME = re.compile(r"[ T,]+(?:um )?[0-2]?[0-9][:.][0-5][0-9](?:[:.][0-5][0-9])?(?: ?Uhr)?", re.IGNORECASE)
_OLDEST = 2000


def tidied(raw: RawTable, today: date, *, finds_header: bool) -> RawTable:
    """Return a table with our titles and words, and days without their time.

    Args:
        raw: the table as it was read.
        today: a Stand with two digits for its year is one of this century, and not later.
        finds_header: whether the row of the titles may be another than the first.
    """
    raw = _under_titles(raw) if finds_header else raw
    # the sheet that explains the table to fill in need not be read
    told = (one for one in raw.findings if (one.cause, one.found) != (Cause.OTHER_SHEETS, _EXPLAINED))
    raw = replace(raw, findings=tuple(told))
    header = [_title(title) for title in raw.header]
    kept = [place for place, title in enumerate(header) if _same(title) not in _FOR_PEOPLE]
    fields = [_field(header[place]) for place in kept]
    beyond = len(raw.header)
    rows = tuple(
        replace(
            row, cells=(*_cells(row, kept, fields, today), *row.cells[beyond:]), absent=_absent(row, kept)
        )
        for row in raw.rows
    )
    return replace(raw, header=tuple(header[place] for place in kept), rows=rows)


def _cells(row: RawRow, kept: Sequence[int], fields: Sequence[str | None], today: date) -> list[object]:
    places = [place for place in kept if place < len(row.cells)]
    return [_cell(row.cells[place], field, today) for place, field in zip(places, fields, strict=False)]


def _absent(row: RawRow, kept: Sequence[int]) -> frozenset[int]:
    return frozenset(new for new, place in enumerate(kept) if place in row.absent)


def _under_titles(raw: RawTable) -> RawTable:
    """Begin with the first row that has two of our titles, and say what stands above it."""
    if _knows(raw.header):
        return raw
    row = next((row for row in raw.rows[:_LOOKED_AT] if _knows(row.cells)), None)
    if row is None:
        return raw
    above = " | ".join(filter(None, (str(title).strip() for title in raw.header)))
    text = N_("The header was taken from row {row}; above it stands “{found}”.")
    message = Message(text, {"row": row.number, "found": short(above)})
    found = titled_as(raw, str(row.number))
    return replace(
        found, findings=(*found.findings, Finding(Cause.TITLE_ROWS, message, row.number, found=short(above)))
    )


def _knows(cells: Sequence[object]) -> bool:
    fields = {_field(_title(str(cell))) for cell in cells if cell is not None}
    return len(fields - {None}) > 1


def _title(title: str) -> str:
    return _TITLES.get(_same(title), title)


def _field(title: str) -> str | None:
    return next((name for name, titles in _KNOWN.items() if _same(title) in titles), None)


def _same(text: str) -> str:
    return " ".join(text.strip("\ufeff").split()).casefold()


def _cell(cell: object, field: str | None, today: date) -> object:
    if field == "status" and isinstance(cell, str):
        status = WORDS.get(_same(cell))
        return cell if status is None else status.value
    if field == "as_of":
        return _day(cell, today)
    return cell


def _day(cell: object, today: date) -> object:
    if isinstance(cell, datetime):
        return cell.date()
    if not isinstance(cell, str):
        return cell
    text = _TIME.sub("", cell.strip()) if _TIME.search(cell.strip()) else cell.strip()
    day = read_short_day(text)
    # another century may be meant, or a slip
    return day if day is not None and _OLDEST <= day.year <= today.year else text
