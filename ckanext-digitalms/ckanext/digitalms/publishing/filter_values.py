"""Values of a table's columns as addresses say them, read as the table's CSV writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from frictionless import Field

from ckanext.digitalms import config
from ckanext.digitalms.duck import quoted
from ckanext.digitalms.figures import number_of
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.moments import iso_day, with_plus
from ckanext.digitalms.tables.open_tables import json_value

NUMBERS = frozenset({"integer", "number"})
RANGED = NUMBERS | {"date", "datetime", "yearmonth"}
# what DECIMAL(38, 15) can take before the point
_LARGE = 10**20
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DAY = 10  # letters of a day
# each word and each part is looked for in every row
_MOST_WORDS, _LONGEST_PART = 10, 200


class FilterError(ValueError):
    """What is asked for is no column, or no value of one; carries a sentence, and what it is about."""

    def __init__(self, message: Message, parameter: str = "filter") -> None:
        super().__init__(str(message))
        self.message = message
        self.parameter = parameter[:60]


def compared(field: Mapping[str, Any], value: str) -> str:
    """Return the SQL that makes of a cell, or of a parameter, what can be compared and sorted."""
    # 97.5 and 97.50 are the same number, and different texts
    if field["type"] in NUMBERS:
        return f"TRY_CAST({value} AS DECIMAL(38, 15))"
    return f"TRY_CAST({value} AS TIMESTAMP)" if field["type"] == "datetime" else value


def cell(field: Mapping[str, Any]) -> str:
    """Return the SQL of a cell."""
    return quoted(field["name"])


def plain(field: Mapping[str, Any], text: str) -> str:
    """Return a value as the table's CSV writes it; one that is none of the vocabulary is refused."""
    value = _plain(field, text)
    allowed = [str(one) for one in field.get("constraints", {}).get("enum", ())]
    if value and allowed and value not in allowed:
        message = N_("“{found}” is no value of the column “{column}”. There are: {allowed}.")
        told = {"found": text[:60], "column": field["name"], "allowed": ", ".join(allowed)}
        raise FilterError(Message(message, told), field["name"])
    return value


def bound(field: Mapping[str, Any], text: str, *, is_end: bool) -> str:
    """Return an end of a range; of moments a day is its beginning, or its end."""
    if not text:
        told = N_("A range of “{column}” has an empty end: leave it out, or give a value.")
        raise FilterError(Message(told, {"column": field["name"]}))
    day = iso_day(text)
    if field["type"] == "datetime" and len(day) == _DAY:
        try:
            return _edge(date.fromisoformat(day), is_end=is_end)
        except (ValueError, OverflowError):
            raise _no_value(field, text) from None
    return plain(field, text)


def part_of(column: str, text: str, count: int) -> str:
    """Return a part of a text that is looked for; ``count``: of how many."""
    if not text.strip():
        told = N_("What “{column}” is to contain is empty: leave it out, or give a part of the text.")
        raise FilterError(Message(told, {"column": column}))
    _refuse_much(text, count)
    return text


def words_in(text: str) -> str:
    """Return words that are looked for, with one space between them."""
    words = text.split()
    if not words:
        raise FilterError(Message(N_("The search is empty: leave “q” out, or give a word.")), "q")
    try:
        _refuse_much(text, len(words))
    except FilterError as refused:
        raise FilterError(refused.message, "q") from refused
    return " ".join(words)


def _refuse_much(text: str, count: int) -> None:
    if len(text) > _LONGEST_PART or count > _MOST_WORDS:
        told = N_("At most {words} words, and {letters} characters, are looked for at once.")
        raise FilterError(Message(told, {"words": _MOST_WORDS, "letters": _LONGEST_PART}))


def order(field: Mapping[str, Any], value: str) -> Any:
    """Return what tells of two values of a range which comes first."""
    return Decimal(value) if field["type"] in NUMBERS else value


def _edge(day: date, *, is_end: bool) -> str:
    moment = config.end_of_day(day) if is_end else config.end_of_day(day - timedelta(days=1))
    # up to the day, and not the next one's first moment
    return str(json_value(moment - timedelta(microseconds=1) if is_end else moment))


def _is_ordinary(value: Any) -> bool:
    return not isinstance(value, datetime) or 1 < value.year < datetime.max.year


def _number(kind: str, text: str) -> str | None:
    """Return a number in plain digits, or ``None`` where a text is none that a column can have."""
    number = number_of(text)
    if number is None or abs(number) >= _LARGE or (kind == "integer" and not _WHOLE.fullmatch(text)):
        return None
    return f"{number:f}" if number else "0"


def _plain(field: Mapping[str, Any], text: str) -> str:
    kind = field["type"]
    if not text or kind == "string":
        return text
    if kind in NUMBERS:
        number = _number(kind, text)
        if number is None:
            raise _no_value(field, text)
        return number
    typed = {"date": iso_day, "datetime": with_plus}.get(kind, str)(text)
    value, notes = Field.from_descriptor({"name": field["name"], "type": kind}).read_cell(typed)
    if notes or not _is_ordinary(value):
        raise _no_value(field, text)
    if kind == "yearmonth":
        return f"{value.year:04}-{value.month:02}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # without a zone it is UTC, as everywhere in our tables
        value = value.replace(tzinfo=value.tzinfo or UTC)
    return str(json_value(value)) if isinstance(value, date) else str(value)


def _no_value(field: Mapping[str, Any], text: str) -> FilterError:
    sentence = N_("“{found}” is no value of the column “{column}” ({kind}).")
    told = {"found": text[:60], "column": field["name"], "kind": field["type"]}
    return FilterError(Message(sentence, told), field["name"])
