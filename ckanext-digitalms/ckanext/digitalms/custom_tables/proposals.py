"""What a person is offered to choose from: rows that may be the header, words that may stand for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ckanext.digitalms.validation.arrangement import titled_as
from ckanext.digitalms.validation.cell_formats import read_numbers
from ckanext.digitalms.validation.days import CERTAIN, days_of, read_day
from ckanext.digitalms.validation.reading_json import FORM as JSON
from ckanext.digitalms.validation.table import RawRow, RawTable, is_blank, is_empty
from ckanext.digitalms.validation.units import unit_of

from .column_reading import Column

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_FIGURES = re.compile(r"[\d.,:+%€/\s-]+")
_LOOKED_AT, _MEASURED = 15, 60
# as statistics and offices write it; only beside numbers or days
WORDS = frozenset({
    "k. a.", "k.a.", "ka", "keine angabe", "keine angaben", "o. a.", "n/a", "n. a.", "n.a.", "na", "nv",
    "n. v.",
    "-", "–", "—", "--", ".", "..", "…", "x", "/", "#", "?", "null", "none", "unbekannt", "entfällt",
    "nicht bekannt",
})  # fmt: skip


def header_choices(raw: RawTable) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return rows that may be the header, as ``header`` names them, each with the titles that it gives.

    Args:
        raw: the table with all its rows, before its header is settled.
    """
    rows = [RawRow(raw.header_row, raw.header), *raw.rows[:_MEASURED]]
    filled = [row for row in rows if not is_blank(row.cells)]
    if raw.form == JSON or len(filled) < 2:
        return ()
    width = max(len(_words(row)) for row in filled)
    found = (place for place, row in enumerate(filled[:_LOOKED_AT]) if _is_header(row, width))
    place = next(found, None)
    if place is None:
        # figures where titles should be: whether there are any is asked
        is_asked = not all(map(is_title, _words(rows[0])))
        return ((str(raw.header_row), tuple(raw.header)),) if is_asked else ()
    first = filled[place].number
    names = [str(first)]
    if place + 1 < len(filled) and _goes_on(filled[place], filled[place + 1], filled[place + 2 : place + 3]):
        names.append(f"{first}-{filled[place + 1].number}")
    if names == [str(raw.header_row)]:
        return ()
    return tuple((name, tuple(titled_as(raw, name).header)) for name in names)


def _is_header(row: RawRow, width: int) -> bool:
    words = _words(row)
    if len(words) < 2 or 2 * len(words) < width:
        return False
    # days stand above columns where nothing stands above the first, which has the keys of the rows
    return all(map(is_title, words)) or (_empty_at(row, 0) and all(map(_is_day_or_title, words)))


def _goes_on(above: RawRow, below: RawRow, following: Sequence[RawRow]) -> bool:
    """Return whether the titles go on in the row below, where they fill what is empty above."""
    words = _words(below)
    if not words or not all(map(is_title, words)):
        return False
    gaps = [p for p, cell in enumerate(below.cells) if not is_empty(cell) and _empty_at(above, p)]
    # a day or year says when, and the row below what: both together name the column
    if not gaps and not all(map(_is_time, _words(above))):
        return False
    return not following or any(not is_title(word) for word in _words(following[0]))


def _empty_at(row: RawRow, place: int) -> bool:
    return place >= len(row.cells) or is_empty(row.cells[place])


def _words(row: RawRow) -> list[str]:
    return [str(cell).strip() for cell in row.cells if not is_empty(cell)]


def is_title(text: str) -> bool:
    """Return whether a text may be a title: words, or a year."""
    return bool(_YEAR.fullmatch(text)) or not (is_empty(text) or _FIGURES.fullmatch(text))


def _is_day_or_title(text: str) -> bool:
    return is_title(text) or _is_time(text)


def _is_time(text: str) -> bool:
    """Return whether a text is a year, or a day of which nobody asks how it is meant."""
    return bool(_YEAR.fullmatch(text)) or any(read_day(text, form) for form in CERTAIN)


def missing_words(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the words that stand beside numbers or days where these would otherwise fill a column."""
    return tuple(dict.fromkeys(word for column in columns for word in _missing(column)))


def _missing(column: Column) -> Iterator[str]:
    words = [text for text in column.texts if _same(text) in WORDS]
    if not words:
        return
    rest = [text for text in column.texts if _same(text) not in WORDS]
    if not rest and not column.others:
        return
    numbers = all(isinstance(other, Decimal) for other in column.others)
    fits = numbers and read_numbers(rest, unit=unit_of(rest)).fits
    if fits or (rest and days_of(rest)) or (not rest and not numbers):
        yield from words


def _same(text: str) -> str:
    return " ".join(text.split()).casefold()
