"""Which part of a table is asked for: rows by their values and ranges, columns, an order, a number.

Every column is a filter; ``COLUMN.from`` and ``COLUMN.to`` are the ends of a range. ``columns``, ``sort``,
``limit`` and ``offset`` say what is shown of the rows; where a table has a column of that name, it is meant.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.digitalms.duck import literal
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.spec import TableSpec

from .filter_values import NUMBERS, RANGED, FilterError, bound, cell, compared, order, plain

__all__ = ["ALL", "RANGED", "Filter", "FilterError", "asked"]

Field = Mapping[str, Any]

_SHOWING = ("columns", "sort", "limit", "offset")
_MOST = 2**31
_NAME = 100
_NOT_IN_NAMES = re.compile(r"[^\w.=+-]+")


@dataclass(frozen=True)
class Filter:
    """A choice of rows: of each column, one of some values; no value at all where the text is empty.

    Args:
        chosen: what was asked for by parameter, in plain form.
        where: SQL over the cells of the table's CSV.
        values: of the parameters in it.
        columns: those to show, all where there are none.
        tail: SQL that follows: order, and which of the rows.
    """

    chosen: Mapping[str, tuple[str, ...]]
    where: str = "true"
    values: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    tail: str = ""

    @property
    def told(self) -> str:
        """Return the filter in one line, as the package and the file's name say it."""
        return " ".join(f"{name}={'+'.join(values)}" for name, values in self.chosen.items())

    @property
    def clause(self) -> str:
        """Return the SQL that follows the name of the table."""
        return f"WHERE {self.where} {self.tail}"

    @property
    def name(self) -> str:
        """Return the filter as part of a file's name."""
        text = _NOT_IN_NAMES.sub("_", self.told.replace(" ", "-"))
        if len(text) <= _NAME:
            return text
        return f"{text[:_NAME]}-{hashlib.sha256(self.told.encode()).hexdigest()[:8]}"

    def shown(self, spec: TableSpec) -> TableSpec:
        """Return the table with the columns that are asked for, in that order."""
        if not self.columns:
            return spec
        fields = {one["name"]: one for one in spec.fields}
        schema = {**spec.schema, "fields": [fields[name] for name in self.columns]}
        # a key is one only if all of it is there, and what refers to other tables needs all of it, too
        if not set(schema.get("primaryKey", ())) <= set(self.columns):
            schema.pop("primaryKey", None)
        schema.pop("foreignKeys", None)
        return replace(spec, schema=schema)


ALL = Filter({})


def asked(spec: TableSpec, arguments: Iterable[tuple[str, str]]) -> Filter:
    """Read a filter.

    Args:
        spec: of the table.
        arguments: parameter and value, as they stand in an address; a column more than once takes either.

    Raises:
        FilterError: there is no such column, or a value that it cannot have.
    """
    fields = {one["name"]: one for one in spec.fields}
    grouped: dict[str, list[str]] = {}
    for name, value in arguments:
        texts = grouped.setdefault(_known(fields, name), [])
        if name in fields and value in texts:
            continue
        texts.append(value)
    showing = {name: grouped[name] for name in _SHOWING if name in grouped and name not in fields}
    told = {name: _read(fields, name, texts) for name, texts in grouped.items() if name not in showing}
    _refuse_upside_down(fields, told)
    values: dict[str, Any] = {}
    where = " AND ".join(_condition(spec, fields, name, texts, values) for name, texts in told.items())
    columns = _columns(fields, showing.get("columns"))
    tail = _tail(spec, fields, showing)
    kept = {
        name: ((",".join(columns),) if name == "columns" else tuple(texts)) for name, texts in showing.items()
    }
    return Filter({**told, **kept}, where or "true", values, columns, tail)


def _known(fields: Mapping[str, Field], name: str) -> str:
    column, _, end = name.rpartition(".")
    if name in fields or name in _SHOWING:
        return name
    if end in {"from", "to"} and column in fields:
        if fields[column]["type"] in RANGED:
            return name
        text = N_("The column “{column}” ({kind}) has no ranges, only values.")
        raise FilterError(Message(text, {"column": column, "kind": fields[column]["type"]}), name)
    text = N_("There is no column “{found}” to filter by. There are: {known}.")
    raise FilterError(Message(text, {"found": name[:60], "known": ", ".join(fields)}), name)


def _read(fields: Mapping[str, Field], name: str, texts: Sequence[str]) -> tuple[str, ...]:
    if name in fields:
        return tuple(dict.fromkeys(plain(fields[name], text) for text in texts))
    column, _, end = name.rpartition(".")
    try:
        return (bound(fields[column], _one(name, texts), is_end=end == "to"),)
    except FilterError as refused:
        raise FilterError(refused.message, name) from refused


def _one(name: str, texts: Sequence[str]) -> str:
    if len(texts) > 1:
        raise FilterError(Message(N_("“{name}” stands in the address more than once."), {"name": name}), name)
    return texts[0]


def _refuse_upside_down(fields: Mapping[str, Field], told: Mapping[str, tuple[str, ...]]) -> None:
    for name, one in fields.items():
        first, last = told.get(f"{name}.from"), told.get(f"{name}.to")
        if first and last and order(one, first[0]) > order(one, last[0]):
            text = N_("The range of “{column}” is upside down: {first} comes after {last}.")
            message = Message(text, {"column": name, "first": first[0], "last": last[0]})
            raise FilterError(message, f"{name}.from")


def _condition(
    spec: TableSpec, fields: Mapping[str, Field], name: str, texts: Sequence[str], values: dict[str, Any]
) -> str:
    if name in fields:
        return f"({' OR '.join(_is(spec, fields[name], text, values) for text in texts)})"
    column, _, end = name.rpartition(".")
    sign = "<=" if end == "to" else ">="
    one = fields[column]
    return f"{compared(one, cell(one))} {sign} {compared(one, _parameter(texts[0], values))}"


def _is(spec: TableSpec, one: Field, text: str, values: dict[str, Any]) -> str:
    if not text:
        return f"{cell(one)} IS NULL"
    parameter = _parameter(text, values)
    if one["name"] in spec.lists:
        separator = literal(spec.lists[one["name"]])
        members = f"list_contains(string_split({cell(one)}, {separator}), {parameter})"
        return f"{members} OR {cell(one)} = {parameter}"
    if one["type"] in NUMBERS:
        return f"{compared(one, cell(one))} = {compared(one, parameter)}"
    return f"{cell(one)} = {parameter}"


def _parameter(text: str, values: dict[str, Any]) -> str:
    name = f"v{len(values)}"
    values[name] = text
    return f"${name}"


def _columns(fields: Mapping[str, Field], texts: Sequence[str] | None) -> tuple[str, ...]:
    if texts is None:
        return ()
    names = [name.strip() for text in texts for name in text.split(",")]
    return tuple(_each_once("columns", fields, names))


def _each_once(parameter: str, fields: Mapping[str, Field], names: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name not in fields:
            text = N_("“{parameter}” names no column with “{found}”. There are: {known}.")
            told: dict[str, object] = {"parameter": parameter, "found": name[:60]}
            raise FilterError(Message(text, {**told, "known": ", ".join(fields)}), parameter)
        if name in seen:
            text = N_("“{parameter}” names the column “{column}” twice.")
            raise FilterError(Message(text, {"parameter": parameter, "column": name}), parameter)
        seen.add(name)
        yield name


def _tail(spec: TableSpec, fields: Mapping[str, Field], showing: Mapping[str, Sequence[str]]) -> str:
    parts = []
    if "sort" in showing:
        names = [name.strip() for text in showing["sort"] for name in text.split(",")]
        plain_names = list(_each_once("sort", fields, [name.removeprefix("-") for name in names]))
        ends = [name for name in spec.schema.get("primaryKey", fields) if name not in plain_names]
        told = [*(_by(fields[name.removeprefix("-")], name.startswith("-")) for name in names)]
        parts.append(f"ORDER BY {', '.join([*told, *(_by(fields[name], False) for name in ends)])}")
    for name in ("limit", "offset"):
        if name in showing:
            parts.append(f"{name.upper()} {_count(name, _one(name, showing[name]))}")
    return " ".join(parts)


def _by(one: Field, is_descending: bool) -> str:
    key = compared(one, cell(one))
    # as a German dictionary: ä beside a, whatever the case
    way = " COLLATE NOCASE.NOACCENT" if one["type"] == "string" else ""
    return f"{key}{way} {'DESC' if is_descending else 'ASC'} NULLS LAST"


def _count(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < _MOST):
        message = N_("“{name}” is a number from 0 to 2147483647, not “{found}”.")
        raise FilterError(Message(message, {"name": name, "found": text[:60]}), name)
    return int(text)
