"""Cells to values by the schema; what is not as its column says becomes a finding, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from ckanext.digitalms.figures import is_plain
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.spreadsheet import restored
from ckanext.digitalms.validation import wording
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.cell_formats import read_moment, read_numbers
from ckanext.digitalms.validation.days import ISO_MONTH, MONTHS, day_forms, read_day, read_month
from ckanext.digitalms.validation.dialect import AUTO, UTF8_BOM, Dialect
from ckanext.digitalms.validation.findings import MAX_FINDINGS, Finding, short
from ckanext.digitalms.validation.reading_json import FORM as JSON
from ckanext.digitalms.validation.table import RawRow, RawTable, Unusable
from ckanext.digitalms.validation.values import (
    NUMBER_FORMS,
    UNSETTLED,
    day_words,
    example_of,
    number_text,
    spoiled,
)

from .detection import cells_by_column, filled
from .inference import TRUTHS
from .names import unique_titles
from .places import places_of

Descriptor = Mapping[str, Any]
Value = object
# an answer: the value, or the reason why there is none
Read = Callable[[object], "Value | Refusal"]

_YES = {**TRUTHS, "ja": True, "nein": False}
# what a cell of a workbook takes: a longer text would be cut there
MAX_TEXT = 32_767
_NEW_LINE = re.compile(r"\r\n?")

ALLOWED = {
    "integer": N_("a whole number of at most 15 digits, such as 45"),
    "boolean": N_("true or false (wahr, falsch, ja, nein)"),
    "datetime": N_("a moment with its time zone, such as 2019-03-14T12:00:00+01:00"),
    "string": N_("text"),
}


@dataclass(frozen=True)
class Refusal:
    """Why a cell has no value."""

    cause: Cause
    allowed: Message | None = None
    message: Message | None = None


@dataclass(frozen=True)
class CastTable:
    """A table in the columns of its schema.

    Args:
        rows: the values of each row that is not empty, in the order of the fields; ``None`` for an empty
            cell, an ``Unusable`` where a finding says why there is no value.
        numbers: the number of each row in the file (the header is row 1).
        findings: what is wrong with form and header; not what is wrong with values.
    """

    rows: list[tuple[Value, ...]]
    numbers: list[int]
    findings: tuple[Finding, ...]


def cast(raw: RawTable, descriptor: Descriptor) -> CastTable:
    """Return the values of a table.

    Args:
        raw: the table as it was read.
        descriptor: its Table Schema.
    """
    return _Casting(raw, descriptor).done()


class _Casting:
    def __init__(self, raw: RawTable, descriptor: Descriptor) -> None:
        self.raw = raw
        self.fields: Sequence[Mapping[str, Any]] = descriptor["fields"]
        self.titles = unique_titles(raw.header)
        self.places = places_of(self.titles, self.fields)
        self.missing = frozenset(descriptor.get("missingValues", [""]))
        self.is_for_excel = raw.form == "csv" and (raw.dialect.encoding, raw.dialect.delimiter) == (
            UTF8_BOM,
            ";",
        )
        self.rows = filled(raw)
        self.findings: list[Finding] = [*raw.findings, *self._header(), *self._blank_rows()]

    def done(self) -> CastTable:
        self.findings += self._lengths()
        if not self.rows:
            self.findings.append(wording.no_rows(self.raw.header_row))
        cells = cells_by_column(self.rows, len(self.titles), Unusable(""))
        columns = [self._column(field, cells) for field in self.fields]
        rows = list(zip(*columns, strict=True)) if columns else []
        return self._without_empty(rows)

    def _without_empty(self, rows: list[tuple[Value, ...]]) -> CastTable:
        """Leave out the rows that hold nothing but missing values: no format could tell them from none."""
        kept = [place for place, row in enumerate(rows) if any(value is not None for value in row)]
        numbers = [self.rows[place].number for place in kept]
        for number in sorted({row.number for row in self.rows} - set(numbers)):
            text = N_("Row {row} has nothing in the columns of the schema.")
            self.findings.append(Finding(Cause.BLANK_ROW, Message(text, {"row": number}), number))
        return CastTable([rows[place] for place in kept], numbers, tuple(self.findings))

    def _header(self) -> Iterator[Finding]:
        row, known = self.raw.header_row, set(self.places.values())
        for place, (title, found) in enumerate(zip(self.titles, self.raw.header, strict=True)):
            if place not in known:
                text = N_("The column “{title}” is not known and was not read.")
                message = Message(text, {"title": short(title)})
                yield Finding(Cause.EXTRA_LABEL, message, row, short(title), short(found))
        titles = short(", ".join(self.raw.header))
        for field in self.fields:
            if field["name"] not in self.places:
                values: dict[str, object] = {"name": field["name"], "title": field["title"]}
                text = N_("The column “{name}” ({title}) is missing; the header has: {found}.")
                allowed = Message(N_("a column “{name}” or “{title}”"), values)
                message = Message(text, {**values, "found": titles})
                yield Finding(Cause.MISSING_LABEL, message, row, field["name"], titles, allowed)

    def _blank_rows(self) -> Iterator[Finding]:
        full = {row.number for row in self.rows}
        last = max(full, default=0)
        for row in self.raw.rows:
            if row.number < last and row.number not in full:
                yield wording.empty_row(row.number)

    def _lengths(self) -> Iterator[Finding]:
        expected = len(self.raw.header)
        for row in self.rows:
            if len(row.cells) != expected:
                yield wording.wrong_length(row, expected)

    def _column(self, field: Mapping[str, Any], columns: Sequence[Sequence[object]]) -> list[Value]:
        place = self.places.get(field["name"])
        if place is None:
            return [None] * len(self.rows)
        plain = _Once(self._plain)
        cells = [plain[cell] if isinstance(cell, str) else cell for cell in columns[place]]
        read = _reader(field, [cell for cell in cells if isinstance(cell, str)], self.raw.dialect)
        texts = _Once(partial(_read_text, read))
        values = [
            texts[cell] if isinstance(cell, str) else None if cell is None else read(cell) for cell in cells
        ]
        for number, value in enumerate(values):
            if isinstance(value, Refusal):
                values[number] = self._refused(cells[number], value, field, self.rows[number])
        return values

    def _plain(self, cell: str) -> Value:
        text = cell.strip()
        if not text or text in self.missing:
            return None
        return restored(cell) if self.is_for_excel else cell

    def _refused(self, cell: object, value: Refusal, field: Mapping[str, Any], row: RawRow) -> Unusable:
        # a table whose every cell is wrong would fill memory; the report says so itself
        is_told = isinstance(cell, Unusable) and self.raw.form != JSON
        if not is_told and len(self.findings) <= MAX_FINDINGS:
            told = (value.cause, row.number, str(field["name"]), cell, value.allowed, value.message)
            self.findings.append(wording.of_cell(*told))
        return Unusable(str(cell))


class _Once(dict[str, "Value | Refusal"]):
    """What each text of a column is read as: most columns repeat a few."""

    def __init__(self, read: Callable[[str], Value | Refusal]) -> None:
        self._read = read

    def __missing__(self, text: str) -> Value | Refusal:
        value = self[text] = self._read(text)
        return value


def _read_text(read: Read, cell: str) -> Value | Refusal:
    return _spoiled(cell) or read(cell)


def _spoiled(cell: str) -> Refusal | None:
    if len(cell) > MAX_TEXT:
        values: dict[str, object] = {"limit": MAX_TEXT, "found": len(cell)}
        text = N_("the text has {found} characters; a cell takes {limit}")
        return Refusal(Cause.LENGTH, Message(N_("at most {limit} characters"), values), Message(text, values))
    oddity = spoiled(cell)
    return Refusal(oddity.cause, None, oddity.message) if oddity else None


def _reader(field: Mapping[str, Any], texts: Sequence[str], dialect: Dialect) -> Read:
    kind = field["type"]
    if kind in {"number", "integer"}:
        return _number_reader(field, texts, dialect)
    if kind == "date":
        return _day_reader(day_forms(texts, field.get("format", dialect.date_format)))
    if kind == "yearmonth":
        return _month_reader(field.get("format"))
    if kind == "boolean":
        return _boolean_reader(field)
    return _moment if kind == "datetime" else _text


def _number_reader(field: Mapping[str, Any], texts: Sequence[str], dialect: Dialect) -> Read:
    decimal = field.get("decimalChar", dialect.decimal_char)
    reading = read_numbers(texts, decimal, field.get("groupChar"), field.get("unit", ""))
    form = reading.forms[0].decimal
    is_whole = field["type"] == "integer"
    allowed = Message(ALLOWED["integer"] if is_whole else NUMBER_FORMS[form if texts else AUTO])

    def read(cell: object) -> Value | Refusal:
        number = cell
        if isinstance(cell, str):
            told = reading.read(cell)
            if len(told) > 1:
                return Refusal(Cause.AMBIGUOUS, None, Message(UNSETTLED, {"found": short(cell)}))
            (number,) = told
        if not isinstance(number, Decimal) or not is_plain(number):
            return Refusal(Cause.TYPE, allowed)
        if is_whole:
            return int(number) if number == number.to_integral_value() else Refusal(Cause.TYPE, allowed)
        return number

    return read


def _day_reader(forms: Sequence[str]) -> Read:
    allowed = day_words(forms[0])

    def read(cell: object) -> Value | Refusal:
        if isinstance(cell, date) and not isinstance(cell, datetime):
            return cell
        days = {read_day(cell, form) for form in forms} - {None} if isinstance(cell, str) else set()
        if len(days) > 1:
            text = N_("“{found}”: it is not said whether the day or the month comes first")
            return Refusal(Cause.AMBIGUOUS, None, Message(text, {"found": short(cell)}))
        return days.pop() if days else Refusal(Cause.TYPE, allowed)

    return read


def _month_reader(form: str | None) -> Read:
    forms = (form,) if form else tuple(MONTHS)
    example = example_of(form or ISO_MONTH)
    allowed = Message(N_("a month such as {example}"), {"example": example})

    def read(cell: object) -> Value | Refusal:
        if isinstance(cell, date):
            return f"{cell:%Y-%m}" if cell.day == 1 else Refusal(Cause.TYPE, allowed)
        found = {read_month(cell, each) for each in forms} - {None} if isinstance(cell, str) else None
        return found.pop() if found else Refusal(Cause.TYPE, allowed)

    return read


def _boolean_reader(field: Mapping[str, Any]) -> Read:
    words = dict(_YES)
    if "trueValues" in field or "falseValues" in field:
        words = dict.fromkeys(field.get("falseValues", ["false"]), False)
        words |= dict.fromkeys(field.get("trueValues", ["true"]), True)
    allowed = Message(ALLOWED["boolean"])

    def read(cell: object) -> Value | Refusal:
        if isinstance(cell, bool):
            return cell
        text = cell.strip() if isinstance(cell, str) else ""
        value = words.get(text, words.get(text.casefold()))
        return Refusal(Cause.TYPE, allowed) if value is None else value

    return read


def _moment(cell: object) -> Value | Refusal:
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        return cell.astimezone(UTC)
    moment = read_moment(cell) if isinstance(cell, str) else None
    return moment or Refusal(Cause.TYPE, Message(ALLOWED["datetime"]))


def _text(cell: object) -> Value | Refusal:
    if isinstance(cell, str):
        return _NEW_LINE.sub("\n", cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return number_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return Refusal(Cause.TYPE, Message(ALLOWED["string"]))
