"""How the cells of each column are read: as somebody says it, as the cells tell, or as the other columns do.

What no cell settles is a question, with what each answer would make of the first doubtful cells; nothing is
guessed. A schema drafted from a file and one that is given with it are settled by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ckanext.digitalms.figures import NumberForm, is_plain
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation.cell_formats import NumberReading, read_numbers
from ckanext.digitalms.validation.column_forms import (
    NAMED_MONTH,
    SHORT_DAY,
    TEXT,
    ColumnForm,
    code_of,
    form_of,
    same,
)
from ckanext.digitalms.validation.days import days_of, months_of, read_day, read_month
from ckanext.digitalms.validation.dialect import AUTO, Dialect
from ckanext.digitalms.validation.findings import short
from ckanext.digitalms.validation.table import RawRow, is_empty
from ckanext.digitalms.validation.units import unit_of

from .canonical import cell_text

Descriptor = dict[str, Any]
# what a schema says of the cells of a file
SHAPE = ("decimalChar", "groupChar", "format", "unit")
_OTHER = {",": ".", ".": ","}
_ASKED = ("%m/%Y", "%m.%Y")
_SHOWN = 3
_DIGITS_AND_MORE = re.compile(r"[0-9][^0-9-]")


@dataclass(frozen=True)
class Column:
    """A column of a file: its filled cells (texts each once), their number, and its place among the cells."""

    title: str
    name: str
    texts: tuple[str, ...]
    others: tuple[object, ...]
    filled: int
    place: int


@dataclass(frozen=True)
class Question:
    """What cannot be told from the cells of a column.

    Args:
        column: its title in the file.
        name: its machine name.
        kind: ``number``, ``day`` or ``month``.
        cells: the first doubtful ones, each with its row.
        answers: each form with what it would make of them.
    """

    column: str
    name: str
    kind: str
    cells: tuple[tuple[int, str], ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Settled:
    """What a column is: its type and how its cells are written, what was decided, what is asked.

    ``doubtful`` are the texts that could be read in two ways, with the forms in which they could;
    ``by_others`` is the form that other columns have settled, which holds for the next file as if chosen.
    """

    shape: Descriptor
    notes: tuple[Message, ...] = ()
    asks: str = ""
    doubtful: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    by_others: str = ""


def column_of(title: str, name: str, place: int, cells: Sequence[object]) -> Column:
    """Gather a column of its cells."""
    written = [cell for cell in cells if isinstance(cell, str)]
    others = tuple([cell for cell in cells if cell is not None and not isinstance(cell, str)])
    read = {text: text.strip() for text in dict.fromkeys(written)}
    blank = {text for text, plain in read.items() if not plain}
    filled = len(others) + len(written) - (sum([text in blank for text in written]) if blank else 0)
    texts = dict.fromkeys(filter(None, read.values()))
    return Column(title, name, tuple(texts), others, filled, place)


def decimal_of(columns: Sequence[Column], dialect: Dialect) -> str:
    """Return the sign before the decimals on which all columns agree that have any; ``auto`` for none."""
    if dialect.decimal_char != AUTO:
        return dialect.decimal_char
    found = set()
    for column in columns:
        reading = read_numbers(column.texts, unit=unit_of(column.texts))
        signs = {form.decimal for form in reading.forms}
        if reading.fits and reading.is_settled and len(signs) == 1:
            sign = signs.pop()
            if any(sign in text for text in column.texts):
                found.add(sign)
    return found.pop() if len(found) == 1 else AUTO


def said_of(column: Column, dialect: Dialect) -> ColumnForm | None:
    """Return the form that somebody chose for a column, by its title in the file or its machine name."""
    forms = dialect.column_forms
    code = forms.get(same(column.title)) or forms.get(same(column.name)) if forms else None
    return form_of(code) if code else None


def as_said(column: Column, form: ColumnForm, decimal: str) -> Settled:
    """Return what a column is in a form that somebody chose; its cells are held to it."""
    if form.kind == "text":
        return Settled({"type": "string"})
    if form.kind in {"day", "month"}:
        return Settled({"type": "date" if form.kind == "day" else "yearmonth", "format": form.code})
    unit = {"unit": form.unit} if form.unit else {}
    if form.number is None:
        reading = _unsettled_by(read_numbers(column.texts, unit=form.unit), column, decimal, form.unit)
        shape = {**_numbers(column, reading), **unit}
        return Settled(shape, (), *_two_numbers(column, reading))
    reading = read_numbers(column.texts, form.number.decimal, form.number.group, form.unit)
    written = {"decimalChar": form.number.decimal, "groupChar": form.number.group, **unit}
    return Settled({**_numbers(column, reading), **written})


def day_of(column: Column, stated: str) -> Settled | None:
    """Return what a column of days is; ``None`` where not every cell is one."""
    if not all(isinstance(other, date) and not isinstance(other, datetime) for other in column.others):
        return None
    forms = days_of(column.texts, stated)
    if not forms:
        return None
    if len(forms) > 1:
        doubtful = _differing(column.texts, lambda text: {read_day(text, form) for form in forms})
        return Settled({"type": "string"}, (), "day", doubtful, forms)
    form, texts = forms[0], column.texts
    notes: tuple[Message, ...] = ()
    if form == SHORT_DAY:
        day = read_day(texts[0], form)
        text = N_("Column “{title}”: days with two digits for the year; “{found}” was read as {day}.")
        notes = (Message(text, {"title": short(column.title), "found": texts[0], "day": str(day)}),)
    return Settled({"type": "date", **({"format": form} if texts else {})}, notes)


def month_of(column: Column) -> Settled | None:
    """Return what a column of months is; ``None`` where not every cell is one, or could only be one."""
    forms = months_of(column.texts) if column.texts and not column.others else ()
    if NAMED_MONTH in forms:
        found = column.texts[0]
        values: dict[str, object] = {
            "title": short(column.title),
            "found": found,
            "month": read_month(found, NAMED_MONTH),
        }
        text = N_("Column “{title}”: months; “{found}” was read as {month}.")
        return Settled({"type": "yearmonth", "format": NAMED_MONTH}, (Message(text, values),))
    asked = tuple(form for form in forms if form in _ASKED)
    if asked == ("%m.%Y",):
        asked += ("1250.5",)  # 2.2026 is a number, too
    return Settled({"type": "string"}, (), "month", column.texts[:_SHOWN], asked) if asked else None


def number_of(column: Column, stated: str, decimal: str) -> Settled | None:
    """Return what a column of numbers is; ``None`` where not every cell is one.

    Args:
        column: the column.
        stated: the sign before decimals that somebody declared, or ``auto``.
        decimal: the one that the other columns have, or ``auto``.
    """
    given = [other for other in column.others if isinstance(other, Decimal)]
    if len(given) != len(column.others) or not all(map(is_plain, given)):
        return None
    unit = unit_of(column.texts) if column.texts else ""
    first = read_numbers(column.texts, stated, unit=unit)
    if not first.fits:
        return None
    reading = _unsettled_by(first, column, decimal, unit)
    if not reading.is_settled:
        return Settled({"type": "string"}, (), *_two_numbers(column, reading))
    notes = []
    if not first.is_settled:
        notes.append(_by_others(column, first, reading))
    if unit:
        found = column.texts[0]
        values: dict[str, object] = {
            "title": short(column.title),
            "found": found,
            "unit": unit,
            "number": _read(reading, found),
        }
        text = N_("Column “{title}”: numbers in {unit}; “{found}” was read as {number}.")
        notes.append(Message(text, values))
    shape = {**_numbers(column, reading), **({"unit": unit} if unit else {})}
    return Settled(shape, tuple(notes), by_others="" if first.is_settled else _code(reading))


def settled(field: Mapping[str, Any], column: Column, dialect: Dialect, decimal: str) -> Settled | None:
    """Return how a column is read by a schema that is given; ``None`` where nothing is to be added to it."""
    if (form := said_of(column, dialect)) is not None:
        said = as_said(column, form, decimal)
        if {field["type"], said.shape["type"]} == {"integer", "number"}:
            return Settled(
                {**said.shape, "type": field["type"]}, said.notes, said.asks, said.doubtful, said.forms
            )
        return said
    if field["type"] in {"integer", "number"} and not {"decimalChar", "groupChar"} & field.keys():
        unit = field.get("unit") or unit_of(column.texts)
        reading = read_numbers(column.texts, dialect.decimal_char, unit=unit)
        narrowed = _unsettled_by(reading, column, decimal, unit)
        shape = {"type": field["type"], **({"unit": unit} if unit else {})}
        if reading.is_settled:
            return Settled(shape) if unit else None
        if not narrowed.is_settled:
            return Settled(shape, (), *_two_numbers(column, narrowed))
        written = _numbers(column, narrowed)
        note = _by_others(column, reading, narrowed)
        return Settled({**written, **shape}, (note,), by_others=_code(narrowed))
    if field["type"] == "date" and "format" not in field and column.texts:
        found = day_of(column, dialect.date_format)
        return (
            Settled({"type": "date"}, (), found.asks, found.doubtful, found.forms)
            if found and found.asks
            else None
        )
    return None


def question_of(column: Column, told: Settled, rows: Sequence[RawRow]) -> Question | None:
    """Return what is to be asked of a column, with the first cells in doubt."""
    if not told.asks:
        return None
    doubtful, cells = set(told.doubtful), []
    for row in rows:
        cell = row.cells[column.place] if column.place < len(row.cells) else None
        if isinstance(cell, str) and cell.strip() in doubtful:
            cells.append((row.number, cell.strip()))
            if len(cells) == _SHOWN:
                break
    texts = [text for _, text in cells]
    answers = [(code, tuple(_made(code, text) for text in texts)) for code in told.forms]
    answers.append((TEXT, tuple(texts)))
    return Question(column.title, column.name, told.asks, tuple(cells), tuple(answers))


def _made(code: str, text: str) -> str:
    """Return what a form makes of a text, as it would be published."""
    form = form_of(code)
    value: object = text
    if form.kind == "day":
        value = read_day(text, form.code)
    elif form.kind == "month":
        value = read_month(text, form.code)
    elif form.number is not None:
        value = _read(read_numbers([text], form.number.decimal, form.number.group, form.unit), text)
    return cell_text(value)


def _read(reading: NumberReading, text: str) -> Decimal | None:
    return next(iter(reading.read(text)))


def _unsettled_by(reading: NumberReading, column: Column, decimal: str, unit: str) -> NumberReading:
    """Settle by the sign of the other columns what the cells of this one do not."""
    if reading.is_settled or decimal == AUTO:
        return reading
    narrowed = read_numbers(column.texts, decimal, unit=unit)
    return narrowed if narrowed.fits else reading


def _by_others(column: Column, before: NumberReading, after: NumberReading) -> Message:
    text = next(text for text in column.texts if len(before.read(text)) > 1)
    sentence = N_(
        "Column “{title}”: “{found}” was read as {number}, since other columns of the file have a {sign} "
        "before their decimals."
    )
    sign = Message(N_("comma") if after.forms[0].decimal == "," else N_("point"))
    values: dict[str, object] = {
        "title": short(column.title),
        "found": text,
        "number": _read(after, text),
        "sign": sign,
    }
    return Message(sentence, values)


def _two_numbers(column: Column, reading: NumberReading) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return what is asked of numbers that can be read in two ways: the kind, the texts, the forms."""
    if reading.is_settled:
        return "", (), ()
    doubtful = _differing(column.texts, reading.read)
    signs = dict.fromkeys(form.decimal for form in reading.forms)
    return "number", doubtful, tuple(_code_with(sign, reading.unit) for sign in signs)


def _code(reading: NumberReading) -> str:
    return _code_with(reading.forms[0].decimal, reading.unit)


def _code_with(decimal: str, unit: str) -> str:
    return code_of(NumberForm(decimal, _OTHER[decimal]), unit)


def _differing(texts: Sequence[str], read: Any) -> tuple[str, ...]:
    return tuple(text for text in texts if len(read(text)) > 1)


def _numbers(column: Column, reading: NumberReading) -> Descriptor:
    """Return the type of a column of numbers, and the signs that are written in it."""
    form = reading.forms[0]
    found: Iterator[Decimal | None] = (number for text in column.texts for number in reading.read(text))
    numbers = [*(one for one in column.others if isinstance(one, Decimal)), *found]
    is_whole = all(one is not None and one == one.to_integral_value() for one in numbers)
    written = [text for text in column.texts if _DIGITS_AND_MORE.search(text)]
    shape: Descriptor = {}
    if any(form.decimal in text for text in written):
        shape["decimalChar"] = form.decimal
        is_whole = False
    if form.group and any(form.group in text for text in written):
        shape["groupChar"] = form.group
    return {"type": "integer" if is_whole else "number", **shape}


def is_blank(column: Column) -> bool:
    """Return whether nothing stands in a column."""
    return not column.texts and all(map(is_empty, column.others))
