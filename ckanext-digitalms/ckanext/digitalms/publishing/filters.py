"""Which part of a table is asked for: rows by their values, ranges and words, columns, an order, a number.

Every column is a filter; ``COLUMN.from`` and ``COLUMN.to`` are the ends of a range, ``COLUMN.contains`` looks
for a part of the text, ``COLUMN.not`` leaves values out. ``q`` looks for words in all of a row. ``columns``,
``sort``, ``limit`` and ``offset`` say what is shown of the rows; where a table has a column of that name, it
is meant. Downloads, pages and the API read this and nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.tables.spec import TableSpec

from .conditions import Where
from .filter_values import RANGED, FilterError, bound, cell, compared, order, part_of, plain, words_in

__all__ = ["ALL", "ENDS", "RANGED", "ROW", "SEARCH", "SHOWING", "Filter", "FilterError", "asked"]

Field = Mapping[str, Any]

SEARCH = "q"
SHOWING = (SEARCH, "columns", "sort", "limit", "offset")
ENDS = ("from", "to", "contains", "not")
_RANGES = ENDS[:2]
# the column that has the place of a row in its file; no column of a table begins with this sign
ROW = "_row"
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
        order: SQL terms that the rows are sorted by; those that are equal in them stay as in the file.
        window: SQL that says which of the rows are shown.
    """

    chosen: Mapping[str, tuple[str, ...]]
    where: str = "true"
    values: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    window: str = ""

    @property
    def told(self) -> str:
        """Return the filter in one line, as the package and the file's name say it."""
        return " ".join(f"{name}={'+'.join(values)}" for name, values in self.chosen.items())

    @property
    def clause(self) -> str:
        """Return the SQL that follows the name of the table, which has :data:`ROW` where it is sorted."""
        return f"WHERE {self.where} {self.ordering} {self.window}"

    @property
    def ordering(self) -> str:
        """Return the SQL of the order; nothing where the rows stand as in the file."""
        return f"ORDER BY {', '.join([*self.order, ROW])}" if self.order else ""

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
    showing = {name: grouped.pop(name) for name in SHOWING if name in grouped and name not in fields}
    return read(spec, grouped, showing)


def read(
    spec: TableSpec, conditions: Mapping[str, Sequence[str]], showing: Mapping[str, Sequence[str]]
) -> Filter:
    """Read a filter that is told apart from what is shown, so that a column may have any name.

    Args:
        spec: of the table.
        conditions: texts by ``COLUMN`` or ``COLUMN.END``.
        showing: texts by the names of :data:`SHOWING`.

    Raises:
        FilterError: as :func:`asked`.
    """
    fields = {one["name"]: one for one in spec.fields}
    told = {name: _read(fields, _column(fields, name), texts) for name, texts in conditions.items()}
    _refuse_upside_down(fields, told)
    where = Where(spec)
    asked_for = [_condition(where, fields, name, texts) for name, texts in told.items()]
    kept = {name: tuple(texts) for name, texts in showing.items()}
    if SEARCH in showing:
        kept[SEARCH] = (words_in(_one(SEARCH, showing[SEARCH])),)
        asked_for.append(where.has_words(kept[SEARCH][0].split()))
    columns = _columns(fields, showing.get("columns"))
    if columns:
        kept["columns"] = (",".join(columns),)
    where_all = " AND ".join(asked_for) or "true"
    order, window = _order(fields, showing.get("sort")), _window(showing)
    return Filter({**told, **kept}, where_all, where.values, columns, order, window)


def _known(fields: Mapping[str, Field], name: str) -> str:
    return name if name in SHOWING else _column(fields, name)


def _column(fields: Mapping[str, Field], name: str) -> str:
    if name in fields:
        return name
    column, _, end = name.rpartition(".")
    if end in ENDS and column in fields:
        if end not in _RANGES or fields[column]["type"] in RANGED:
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
        if end == "not":
            return tuple(dict.fromkeys(plain(fields[column], text) for text in texts))
        if end == "contains":
            return tuple(dict.fromkeys(part_of(column, text, len(texts)) for text in texts))
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


def _condition(where: Where, fields: Mapping[str, Field], name: str, texts: Sequence[str]) -> str:
    if name in fields:
        return where.is_one_of(fields[name], texts)
    column, _, end = name.rpartition(".")
    if end == "not":
        return where.is_none_of(fields[column], texts)
    if end == "contains":
        return where.contains(fields[column], texts)
    return where.reaches(fields[column], "<=" if end == "to" else ">=", texts[0])


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


def _order(fields: Mapping[str, Field], texts: Sequence[str] | None) -> tuple[str, ...]:
    if texts is None:
        return ()
    names = [name.strip() for text in texts for name in text.split(",")]
    list(_each_once("sort", fields, [name.removeprefix("-") for name in names]))
    return tuple(_by(fields[name.removeprefix("-")], name.startswith("-")) for name in names)


def _window(showing: Mapping[str, Sequence[str]]) -> str:
    return " ".join(
        f"{name.upper()} {_count(name, _one(name, showing[name]))}"
        for name in ("limit", "offset")
        if name in showing
    )


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
