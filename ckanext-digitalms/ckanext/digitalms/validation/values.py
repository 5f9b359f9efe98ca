"""Cells to values by the declared dialect; what has another form is handed on as unusable.

frictionless alone would take ``1e1``, ``NaN`` or ``1_0`` for numbers, and text that a spreadsheet or
another code page has spoiled for text; so a cell only becomes a value when it has the declared form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from ckanext.digitalms.figures import NumberForm
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.spreadsheet import restored

from .causes import Cause
from .column_forms import GERMAN, ISO, ColumnForm
from .days import CERTAIN, DAYS, read_day
from .dialect import AUTO, Dialect
from .findings import short
from .table import FieldSpec, Unusable
from .units import without_unit

_NUMBER = {character: NumberForm(character, is_padded=True) for character in (".", ",")}
# also the mark of the byte order, which only a file may begin with, and halves of characters
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")
# written out, 1e999999999 would fill the memory
_WRITTEN_OUT = 100
_GARBLED = re.compile("Ã[\u0080-\u00bf„“”Ÿ–œŒ¤¶¼\u00a0Ž]|â€[œž“™”\u009d]|\ufffd")
_SHEET_ERROR = re.compile(
    r"#(N/A|NV|REF!|BEZUG!|DIV/0!|NAME\?|VALUE!|WERT!|NULL!|NUM!|ZAHL!|SPILL!|CALC!|BUSY!|FELD!)"
)

DAY_FORMS = {
    AUTO: N_("a day such as 31.12.2019 or 2019-12-31"),
    ISO: N_("a day such as 2019-12-31"),
    GERMAN: N_("a day such as 31.12.2019"),
}
NUMBER_FORMS = {
    AUTO: N_("a number such as 45, 45.5 or 45,5"),
    ".": N_("a number such as 45 or 45.5 with a decimal point"),
    ",": N_("a number such as 45 or 45,5 with a decimal comma"),
}
_EXAMPLES = {"%d": "31", "%m": "12", "%Y": "2019", "%y": "19", "%B": "Dezember"}
UNSETTLED = N_("“{found}”: the file does not settle whether the decimals follow a comma or a point")


def example_of(form: str) -> str:
    """Return the last day of 2019, or its month, in a form of days or months."""
    for sign, written in _EXAMPLES.items():
        form = form.replace(sign, written)
    return form


def day_words(form: str) -> Message:
    """Say how a day is to be written."""
    if form in DAY_FORMS:
        return Message(DAY_FORMS[form])
    return Message(N_("a day such as {example}"), {"example": example_of(form)})


@dataclass(frozen=True)
class Oddity:
    """Why a cell has no value."""

    cause: Cause
    message: Message


def proposed(dialect: Dialect, days: Iterable[object], numbers: Iterable[object]) -> Dialect:
    """Settle what was left open from all cells of the day and number columns.

    Where the whole column does not settle it, ``auto`` stays and each cell must speak for itself.
    """
    if dialect.date_format == AUTO:
        dialect = replace(dialect, date_format=_date_format(days))
    if dialect.decimal_char == AUTO:
        dialect = replace(dialect, decimal_char=_decimal_char(numbers))
    return dialect


def _date_format(cells: Iterable[object]) -> str:
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    used = [form for form in (ISO, GERMAN) if any(DAYS[form].fullmatch(text) for text in texts)]
    return used[0] if len(used) == 1 else AUTO


def _decimal_char(cells: Iterable[object]) -> str:
    texts = (cell.strip().removesuffix("%").rstrip() for cell in cells if isinstance(cell, str))
    told = ((text, _characters(text)) for text in texts)
    used = {(which[0], len(text.rpartition(which[0])[2])) for text, which in told if len(which) == 1}
    characters = {character for character, _ in used}
    # three digits behind it may be thousands: some other cell has to prove that it is a decimal
    proven = any(digits != 3 for _, digits in used)
    return characters.pop() if len(characters) == 1 and proven else AUTO


def _characters(text: str) -> list[str]:
    """Return what may stand before the decimals of a cell: either in a whole number, one with decimals."""
    return [character for character, form in _NUMBER.items() if form.fits(text)]


def value_of(
    cell: object,
    spec: FieldSpec,
    dialect: Dialect,
    *,
    restores: bool = False,
    said: ColumnForm | None = None,
) -> tuple[object, Oddity | None]:
    """Return the value of a cell for frictionless, and why there is none.

    Args:
        said: how somebody says that the column is written.
        restores: whether texts were made harmless for a spreadsheet; see :func:`.columns.has_titles`.
    """
    if isinstance(cell, str):
        cell = cell.strip()
        oddity = spoiled(cell)
        if oddity:
            return Unusable(cell), oddity
    if cell is None or cell == "":
        return None, None
    if spec.type == "date":
        is_said = said is not None and said.kind == "day"
        return _day(cell, replace(dialect, date_format=said.code) if said and is_said else dialect)
    if spec.type in {"number", "integer"}:
        unit = said.unit if said else "%" if spec.name.endswith("_percent") else ""
        if isinstance(cell, str) and unit:
            cell = without_unit(cell, unit) or cell
        return _said_number(cell, said.number) if said and said.number else _number(cell, dialect)
    return text_of(cell, restores=restores), None


def spoiled(text: str) -> Oddity | None:
    """Say what a spreadsheet, another code page or a program has spoiled a text with."""
    control = _CONTROL.search(text)
    if control and control[0] == "\ufeff":
        sentence = N_("the text has a byte-order mark (U+FEFF), as where two files were joined")
        return Oddity(Cause.CONTROL_CHARACTER, Message(sentence))
    if control:
        values: dict[str, object] = {"character": f"U+{ord(control[0]):04X}"}
        return Oddity(
            Cause.CONTROL_CHARACTER, Message(N_("the text has the control character {character}"), values)
        )
    garbled = _GARBLED.search(text)
    if garbled:
        values = {"found": short(text[max(0, garbled.start() - 10) : garbled.end() + 10])}
        return Oddity(
            Cause.GARBLED, Message(N_("“{found}” was written in one encoding and read in another"), values)
        )
    if _SHEET_ERROR.fullmatch(text.strip()):
        return Oddity(
            Cause.SHEET_ERROR, Message(N_("“{found}” is an error of the spreadsheet"), {"found": text})
        )
    return None


def _day(cell: object, dialect: Dialect) -> tuple[object, Oddity | None]:
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell, None
    if not isinstance(cell, str):
        return Unusable(str(cell)), None
    forms = CERTAIN if dialect.date_format == AUTO else (dialect.date_format,)
    days = (read_day(cell, form) for form in forms)
    return next((day for day in days if day), None) or Unusable(cell), None


def _said_number(cell: object, form: NumberForm) -> tuple[object, Oddity | None]:
    number = form.read(cell) if isinstance(cell, str) else cell
    return (number if isinstance(number, Decimal) else Unusable(str(cell))), None


def _number(cell: object, dialect: Dialect) -> tuple[object, Oddity | None]:
    if isinstance(cell, Decimal):
        return cell, None
    if not isinstance(cell, str):
        return Unusable(str(cell)), None
    if dialect.decimal_char != AUTO:
        number = _NUMBER[dialect.decimal_char].read(cell)
        return (Unusable(cell) if number is None else number), None
    characters = _characters(cell)
    if len(characters) == 1:
        return Unusable(cell), Oddity(Cause.AMBIGUOUS, Message(UNSETTLED, {"found": cell}))
    return (Decimal(cell) if characters else Unusable(cell)), None


def text_of(cell: object, *, restores: bool = False) -> object:
    """Return a cell as text: one sort of line ends, composed characters; unusable where it is none."""
    if isinstance(cell, str):
        text = cell.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", restored(text) if restores else text)
    if isinstance(cell, Decimal):
        return number_text(cell)
    return cell.isoformat() if isinstance(cell, date) else Unusable(str(cell))


def number_text(number: Decimal) -> str:
    """Write a number that stands where a text belongs; one too large or small to be written out stays."""
    return f"{number.normalize():f}" if abs(number.adjusted()) <= _WRITTEN_OUT else str(number)
