"""A Table Schema drafted from a whole file: what is not certain for every row is not said.

The schema describes the file as it is written (``decimalChar``, ``format``); :mod:`.canonical` says how
the same table is published.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.cell_formats import read_moment
from ckanext.digitalms.validation.dialect import Dialect
from ckanext.digitalms.validation.findings import Finding, short
from ckanext.digitalms.validation.table import RawRow, RawTable

from .column_reading import (
    Column,
    Question,
    Settled,
    as_said,
    column_of,
    day_of,
    decimal_of,
    is_blank,
    month_of,
    number_of,
    question_of,
    said_of,
)
from .detection import cells_by_column, filled
from .names import OF_DATABASES, machine_name, numbered, plain_title, unique_titles
from .nearly import nearly_typed
from .proposals import missing_words

Descriptor = dict[str, Any]
TRUTHS = {"true": True, "wahr": True, "false": False, "falsch": False}
# keys and numbers that nobody adds up: AGS, postcodes, telephone numbers; their zeros in front count
_KEYS = {
    "ags", "ars", "plz", "postleitzahl", "postcode", "zip", "tel", "telefon", "fax", "telefax", "handy",
    "mobil", "vorwahl", "iban", "bic", "schluessel", "kennung", "aktenzeichen", "nummer", "code",
    "az", "flur", "flurstueck", "gliederung", "produktgruppe", "version",
}  # fmt: skip
_KEY_ENDINGS = ("schluessel", "nummer", "postleitzahl", "plz")
# municipalities have 8 digits, districts 5, postcodes 5
_SHORTENED = {"ags": re.compile(r"[0-9]{7}|[0-9]{4}"), "plz": re.compile(r"[0-9]{4}")}
_IDENTIFIERS = {*_KEYS, "id", "nr"}
_KEY_TYPES = {"string", "integer", "date"}
# a longer text names no row
_KEY_CHARACTERS = 200


@dataclass(frozen=True)
class Drafted:
    """A Table Schema drafted from a file, what is to be told of it, what is asked and may be missing."""

    schema: Descriptor
    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    missing: tuple[str, ...]
    by_others: Mapping[str, str] = dataclasses.field(default_factory=dict)


def infer(raw: RawTable, dialect: Dialect) -> Drafted:
    """Draft the schema of a table, and tell which columns had to be named.

    Args:
        raw: the table.
        dialect: what was declared; a declared decimal character, form of days or form of a column settles
            what is not certain.
    """
    titles = unique_titles(raw.header)
    names = numbered(machine_name(title, place) for place, title in enumerate(titles, 1))
    rows = filled(raw)
    cells = cells_by_column(rows, len(titles))
    columns = [column_of(title, names[p], p, cells[p]) for p, title in enumerate(titles)]
    decimal = decimal_of([column for column in columns if not _is_key(column.name)], dialect)
    told = [_settled(column, dialect, decimal) for column in columns]
    fields = [_field(*each, len(rows)) for each in zip(columns, told, strict=True)]
    descriptor: Descriptor = {"fields": fields}
    key = _key(fields, cells)
    if key:
        descriptor["primaryKey"] = key
    findings = [
        *_renamed(raw, titles, names),
        *nearly_typed(fields, cells, rows, _is_key),
        *noted(columns, told),
    ]
    questions, settled = asked(columns, told, rows), by_others(columns, told)
    return Drafted(descriptor, tuple(findings), questions, missing_words(columns), settled)


def noted(columns: Sequence[Column], told: Sequence[Settled]) -> Iterator[Finding]:
    """Tell how columns were read, where that is not plain to see, and what is asked of them."""
    for column, one in zip(columns, told, strict=True):
        for note in one.notes:
            yield Finding(Cause.COLUMN_FORM, note, field=column.name)
        if one.asks:
            text = N_("Column “{title}” can be read in two ways, such as “{found}”: say how it is meant.")
            values: dict[str, object] = {"title": short(column.title), "found": short(one.doubtful[0])}
            found = short(one.doubtful[0])
            yield Finding(Cause.TWO_READINGS, Message(text, values), None, column.name, found)


def by_others(columns: Sequence[Column], told: Sequence[Settled]) -> dict[str, str]:
    """Return the forms that other columns have settled, by the titles of the columns."""
    return {c.title: one.by_others for c, one in zip(columns, told, strict=True) if one.by_others}


def asked(columns: Sequence[Column], told: Sequence[Settled], rows: Sequence[RawRow]) -> tuple[Question, ...]:
    """Return what is to be asked of the columns."""
    questions = (question_of(column, one, rows) for column, one in zip(columns, told, strict=True))
    return tuple(question for question in questions if question)


def _field(column: Column, told: Settled, rows: int) -> Descriptor:
    unit = told.shape.get("unit")
    described = {"name": column.name, "title": column.title, "description": f"in {unit}" if unit else ""}
    made = {**described, **told.shape}
    constraints: Descriptor = {}
    if rows and column.filled == rows:
        constraints["required"] = True
    is_identifier = _IDENTIFIERS & set(column.name.split("_")) and made["type"] in _KEY_TYPES
    if is_identifier and column.filled > 1 and _are_distinct(column):
        constraints["unique"] = True
    return {**made, **({"constraints": constraints} if constraints else {})}


def _settled(column: Column, dialect: Dialect, decimal: str) -> Settled:
    """Return what a column is: text where not every cell is something else for certain."""
    text = Settled({"type": "string"})
    if (form := said_of(column, dialect)) is not None:
        return as_said(column, form, decimal)
    if is_blank(column):
        return text
    for shape in (_boolean(column.texts, column.others), _moment(column.texts, column.others)):
        if shape:
            return Settled(shape)
    is_key = _is_key(column.name)
    day = day_of(column, dialect.date_format)
    if day and not (is_key and (day.asks or day.notes)):
        return day
    if is_key:
        return text
    return month_of(column) or number_of(column, dialect.decimal_char, decimal) or text


def _is_key(name: str) -> bool:
    words = set(name.split("_"))
    return bool(words & _KEYS) or any(word.endswith(_KEY_ENDINGS) for word in words)


def _boolean(texts: Sequence[str], others: Sequence[object]) -> Descriptor | None:
    fits = all(text.casefold() in TRUTHS for text in texts) and all(isinstance(o, bool) for o in others)
    return {"type": "boolean"} if fits else None


def _moment(texts: Sequence[str], others: Sequence[object]) -> Descriptor | None:
    fits = not others and all(read_moment(text) is not None for text in texts)
    return {"type": "datetime"} if fits else None


def lost_zeros(name: str, values: Sequence[object], numbers: Sequence[int]) -> Iterator[Finding]:
    """Tell of keys that are one digit short: a spreadsheet took them for numbers.

    Args:
        name: of the column.
        values: of its cells.
        numbers: of their rows.
    """
    kind = next((kind for kind in _SHORTENED if kind in name.split("_")), None)
    if kind is None:
        return
    for value, row in zip(values, numbers, strict=True):
        if isinstance(value, str) and _SHORTENED[kind].fullmatch(value):
            text = N_("Row {row}, {field}: “{found}” has {digits} digits.")
            told = {"row": row, "field": name, "found": value, "digits": len(value)}
            yield Finding(Cause.LOST_ZERO, Message(text, told), row, name, value)


def _key(fields: Sequence[Descriptor], columns: Sequence[Sequence[object]]) -> list[str]:
    """Return the leftmost column, or pair of the first four, that names each row; nothing for none."""
    places = [
        place
        for place, field in enumerate(fields)
        if field["type"] in _KEY_TYPES
        and field.get("constraints", {}).get("required")
        and all(len(str(cell)) <= _KEY_CHARACTERS for cell in columns[place])
    ]
    if not places or len(columns[0]) < 2:
        return []
    marks = {place: _marks(columns[place]) for place in places}
    choices: Iterator[tuple[int, ...]] = itertools.chain(
        ((place,) for place in places), itertools.combinations(places[:4], 2)
    )
    for choice in choices:
        together = zip(*(marks[place] for place in choice), strict=True)
        if len(set(together)) == len(columns[0]):
            return [fields[place]["name"] for place in choice]
    return []


def _marks(cells: Sequence[object]) -> Sequence[object]:
    """Return something for each cell that differs where cells are not written alike: 1 and 1.0 are equal."""
    return cells if set(map(type, cells)) <= {str} else list(map(repr, cells))


def _are_distinct(column: Column) -> bool:
    return len({*column.texts, *(str(other).strip() for other in column.others)}) == column.filled


def _renamed(raw: RawTable, titles: Sequence[str], names: Sequence[str]) -> Iterator[Finding]:
    for place, (found, title, name) in enumerate(zip(raw.header, titles, names, strict=True), 1):
        if not plain_title(found):
            text = N_("Column {place} has no title; it is called “{title}”.")
        elif title != plain_title(found):
            text = N_("The title of column {place} cannot stay as it is; the column is called “{title}”.")
        elif name.removeprefix("spalte_") in OF_DATABASES:
            text = N_("Column {place} is called “{name}”: databases keep the name “{title}” for themselves.")
        else:
            continue
        message = Message(text, {"place": place, "title": title, "name": name})
        yield Finding(Cause.RENAMED_LABEL, message, raw.header_row, name, short(found))
