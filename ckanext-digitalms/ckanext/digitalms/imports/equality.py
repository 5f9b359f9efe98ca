"""Whether a cell says what our value says, in whichever form and by whichever program it was written.

A value that is the same is not judged any further: what we published ourselves is never refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.spreadsheet import CELL_TEXT, cut
from ckanext.digitalms.validation.column_forms import GERMAN, ISO
from ckanext.digitalms.validation.days import read_day
from ckanext.digitalms.validation.dialect import AUTO, Dialect
from ckanext.digitalms.validation.table import Unusable, is_empty
from ckanext.digitalms.validation.values import text_of

_MOMENTS = {
    "%d.%m.%Y %H:%M:%S": timedelta(seconds=1),
    "%d.%m.%Y %H:%M": timedelta(minutes=1),
    "%d.%m.%y %H:%M": timedelta(minutes=1),
    "%Y-%m-%d %H:%M:%S": timedelta(seconds=1),
    "%Y-%m-%d %H:%M": timedelta(minutes=1),
}
_TRUE = frozenset({"true", "ja", "wahr", "1"})
_FALSE = frozenset({"false", "nein", "falsch", "0"})
_SHORT_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{2})")
_FIRST_SHORT_YEAR = 30


def is_equal(cell: object, ours: Any, kind: str, dialect: Dialect, *, restores: bool) -> bool:
    """Compare a cell with our value.

    Args:
        cell: as read: text, or what the file's format itself says.
        ours: the value in today's row.
        kind: the type of the field in the Table Schema.
        dialect: how numbers and days are written.
        restores: whether texts were made harmless for a spreadsheet.
    """
    if is_empty(cell) or is_empty(ours):
        return is_empty(cell) and is_empty(ours)
    if kind in {"number", "integer"}:
        return _number_is(cell, ours, dialect)
    if kind == "date":
        return bool(day_of(cell, dialect) == ours) or _is_short_day(cell, ours)
    if kind == "datetime":
        return moment_is(cell, ours)
    if kind == "boolean":
        return truth_of(cell) is ours
    return _text_is(cell, str(ours), restores=restores)


def plain_text(text: str) -> str:
    """Return a text as it comes back from a file."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip())


def is_cut(cell: object) -> bool:
    """Return whether a text ends where a cell of a workbook can take no more."""
    return isinstance(cell, str) and len(cell) == CELL_TEXT and cell.endswith("…")


def _text_is(cell: object, ours: str, *, restores: bool) -> bool:
    if isinstance(cell, bool | Unusable):
        return False
    theirs = text_of(cell.strip() if isinstance(cell, str) else cell, restores=restores)
    return theirs in {plain_text(ours), plain_text(cut(ours))}


def _number_is(cell: object, ours: Any, dialect: Dialect) -> bool:
    number = Decimal(str(ours))
    # a workbook keeps 15 digits
    wanted = {number, Decimal(f"{float(number):.15g}")}
    return any(read in wanted for read in numbers_of(cell, dialect))


def numbers_of(cell: object, dialect: Dialect) -> list[Decimal]:
    """Return what a cell may mean as a number: two readings where the file does not settle it."""
    if isinstance(cell, Decimal):
        return [cell]
    if not isinstance(cell, str):
        return []
    characters = [".", ","] if dialect.decimal_char == AUTO else [dialect.decimal_char]
    text = cell.strip()
    other = {".": ",", ",": "."}
    readings = (text.replace(one, ".") for one in characters if other[one] not in text)
    return [number for number in map(number_of, readings) if number is not None]


def day_of(cell: object, dialect: Dialect) -> date | None:
    """Return the day that a cell says, if it says one."""
    if isinstance(cell, datetime):
        return None
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        return None
    forms = (ISO, GERMAN) if dialect.date_format == AUTO else (dialect.date_format, ISO)
    return next((day for form in forms if (day := read_day(cell, form))), None)


def short_day_of(cell: object) -> date | None:
    """Return a day with a year of two figures as LibreOffice reads it (1930 to 2029); for finding a row."""
    match = _SHORT_DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    if match is None:
        return None
    day, month, year = map(int, match.groups())
    try:
        return date(year + (1900 if year >= _FIRST_SHORT_YEAR else 2000), month, day)
    except ValueError:
        return None


def _is_short_day(cell: object, ours: date) -> bool:
    # a spreadsheet that saves a CSV writes years as it shows them
    return isinstance(cell, str) and cell.strip() == f"{ours:%d.%m.%y}"


def moment_is(cell: object, ours: datetime) -> bool:
    """Compare a moment; a spreadsheet knows neither time zone nor parts of seconds."""
    wanted = ours.astimezone(UTC)
    if isinstance(cell, date) and not isinstance(cell, datetime):
        cell = datetime(cell.year, cell.month, cell.day)  # midnight: a workbook's reader gives the day
    if isinstance(cell, datetime):
        return abs((cell if cell.tzinfo else cell.replace(tzinfo=UTC)) - wanted) < timedelta(seconds=1)
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    try:
        read = datetime.fromisoformat(text)
        return abs((read if read.tzinfo else read.replace(tzinfo=UTC)) - wanted) < timedelta(seconds=1)
    except ValueError:
        pass
    for form, precision in _MOMENTS.items():
        try:
            return abs(datetime.strptime(text, form).replace(tzinfo=UTC) - wanted) < precision
        except ValueError:
            continue
    return False


def truth_of(cell: object) -> bool | None:
    """Return what a cell says as true or false, as programs and spreadsheets write it."""
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else None
