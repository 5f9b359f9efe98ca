"""Which rows of a table are asked for: columns and the values that they are to have, as addresses say it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from frictionless import Field

from ckanext.digitalms.duck import quoted
from ckanext.digitalms.figures import number_of
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.open_tables import json_value
from ckanext.digitalms.tables.spec import TableSpec

_NUMBERS = {"integer", "number"}
# what DECIMAL(38, 15) can take before the point
_LARGE = 10**20
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NAME = 100
_NOT_IN_NAMES = re.compile(r"[^\w.=+-]+")


class FilterError(ValueError):
    """What is asked for is no column, or no value of one; carries a sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Filter:
    """A choice of rows: of each column, one of some values; no value at all where the text is empty.

    Args:
        chosen: the values by column, in plain form.
        where: SQL over the cells of the table's CSV.
        values: of the parameters in it.
    """

    chosen: Mapping[str, tuple[str, ...]]
    where: str
    values: Mapping[str, Any]

    @property
    def told(self) -> str:
        """Return the filter in one line, as the package and the file's name say it."""
        return " ".join(f"{name}={'+'.join(values)}" for name, values in self.chosen.items())

    @property
    def name(self) -> str:
        """Return the filter as part of a file's name."""
        text = _NOT_IN_NAMES.sub("_", self.told.replace(" ", "-"))
        if len(text) <= _NAME:
            return text
        return f"{text[:_NAME]}-{hashlib.sha256(self.told.encode()).hexdigest()[:8]}"


def asked(spec: TableSpec, arguments: Iterable[tuple[str, str]]) -> Filter:
    """Read a filter.

    Args:
        spec: of the table.
        arguments: column and value, as they stand in an address; a column more than once takes either value.

    Raises:
        FilterError: there is no such column, or a value that it cannot have.
    """
    fields = {field["name"]: field for field in spec.fields}
    chosen: dict[str, list[str]] = {}
    for name, value in arguments:
        if name not in fields:
            text = N_("There is no column “{found}” to filter by. There are: {known}.")
            raise FilterError(Message(text, {"found": name[:60], "known": ", ".join(fields)}))
        chosen.setdefault(name, []).append(_plain(fields[name], value))
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for name, texts in chosen.items():
        conditions.append(_condition(fields[name], texts, values))
    told = {name: tuple(texts) for name, texts in chosen.items()}
    return Filter(told, " AND ".join(conditions) or "true", values)


def _condition(field: Mapping[str, Any], texts: Sequence[str], values: dict[str, Any]) -> str:
    cell = quoted(field["name"])
    is_number = field["type"] in _NUMBERS
    # 97.5 and 97.50 are the same number, and different texts
    compared = f"TRY_CAST({cell} AS DECIMAL(38, 15))" if is_number else cell
    either = []
    for text in texts:
        if not text:
            either.append(f"{cell} IS NULL")
            continue
        parameter = f"v{len(values)}"
        values[parameter] = text
        shown = f"CAST(${parameter} AS DECIMAL(38, 15))" if is_number else f"${parameter}"
        either.append(f"{compared} = {shown}")
    return f"({' OR '.join(either)})"


def _is_ordinary(value: Any) -> bool:
    return not isinstance(value, datetime) or 1 < value.year < datetime.max.year


def _number(kind: str, text: str) -> str | None:
    """Return a number in plain digits, or ``None`` where a text is none that a column can have."""
    number = number_of(text)
    if number is None or abs(number) >= _LARGE or (kind == "integer" and not _WHOLE.fullmatch(text)):
        return None
    return f"{number:f}" if number else "0"


def _plain(field: Mapping[str, Any], text: str) -> str:
    """Return a value as the table's CSV writes it."""
    if not text or field["type"] == "string":
        return text
    if field["type"] in _NUMBERS:
        plain = _number(field["type"], text)
        if plain is None:
            raise _no_value(field, text)
        return plain
    value, notes = Field.from_descriptor({"name": field["name"], "type": field["type"]}).read_cell(text)
    if notes or not _is_ordinary(value):
        raise _no_value(field, text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # without a zone it is UTC, as everywhere in our tables
        value = value.replace(tzinfo=value.tzinfo or UTC)
    if isinstance(value, date):
        return str(json_value(value))
    return str(value)


def _no_value(field: Mapping[str, Any], text: str) -> FilterError:
    sentence = N_("“{found}” is no value of the column “{column}” ({kind}).")
    return FilterError(
        Message(sentence, {"found": text[:60], "column": field["name"], "kind": field["type"]})
    )
