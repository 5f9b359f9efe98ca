"""frictionless judges the values of a converted table; its errors become findings in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from frictionless import Resource, Schema
from frictionless.resources import TableResource

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation import large_tables
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import MAX_FINDINGS, Finding, short
from ckanext.digitalms.validation.table import Unusable
from ckanext.digitalms.validation.table_check import SENTENCES

from .canonical import to_csv
from .casting import CastTable, Refusal, finding_of

_FILE = "table.csv"
_CONSTRAINT = re.compile(r'constraint "(\w+)"')
_EARLIER = re.compile(r"position (\d+)")

Fields = Sequence[Mapping[str, Any]]


def validate(converted: CastTable, published: Mapping[str, Any]) -> Iterator[Finding]:
    """Say which values are not as the schema demands; what conversion has told is not told again.

    Args:
        converted: the values.
        published: the schema as it is published.
    """
    fields: Fields = published["fields"]
    if not converted.rows or _is_valid_at_once(converted, published):
        return
    resource = Resource(
        data=[[field["name"] for field in fields], *converted.rows],
        format="inline",
        schema=Schema.from_descriptor(dict(published)),
    )
    for task in resource.validate(limit_errors=MAX_FINDINGS + 1).tasks:
        for error in task.errors:
            finding = _worded(error, converted, published)
            if finding is not None:
                yield finding


def _is_valid_at_once(converted: CastTable, published: Mapping[str, Any]) -> bool:
    """Return whether a large table has a value in every cell and the query for these finds nothing wrong.

    Most tables are right, and the query takes a twentieth of the time.
    """
    if any(isinstance(cell, Unusable) for row in converted.rows for cell in row):
        return False
    content = to_csv(converted.rows, published)
    if len(content) <= large_tables.SMALL:
        return False
    with TemporaryDirectory(prefix="digitalms-") as folder:
        Path(folder, _FILE).write_bytes(content)
        told = {"name": "table", "path": _FILE, "encoding": "utf-8", "schema": dict(published)}
        table = TableResource.from_descriptor(told, basepath=folder)
        return isinstance(table, TableResource) and large_tables.validate(table, shown=1).is_valid


def _worded(error: Any, converted: CastTable, published: Mapping[str, Any]) -> Finding | None:
    row, number = converted.rows[error.row_number - 2], converted.numbers[error.row_number - 2]
    constraint = _CONSTRAINT.search(error.note) if error.type == "constraint-error" else None
    cause = Cause.of_frictionless(error.type, constraint[1] if constraint else None)
    if cause is Cause.PRIMARY_KEY:
        return _repeated(error, converted, published)
    fields: Fields = published["fields"]
    name = getattr(error, "field_name", None)  # a row that holds only what was refused has none
    place = next((n for n, field in enumerate(fields) if field["name"] == name), None)
    if place is None or isinstance(row[place], Unusable):
        return None  # told where the cell was read
    field, cell = fields[place], row[place]
    if cause is Cause.UNIQUE:
        return finding_of(
            Refusal(cause, Message(N_("each value once")), _again(error, converted)),
            number,
            field["name"],
            cell,
        )
    allowed = _allowed(cause, field)
    found = {"found": "" if cell is None else short(cell), "allowed": allowed or ""}
    message = Message(
        SENTENCES.get(cause, _SHORT if cause is Cause.SHORT else SENTENCES[Cause.TYPE]), dict(found)
    )
    return finding_of(Refusal(cause, allowed, message), number, field["name"], cell)


_SHORT = N_("the text is shorter than allowed: {allowed}")


def _again(error: Any, converted: CastTable) -> Message:
    earlier = _EARLIER.search(error.note)
    first = converted.numbers[int(earlier[1]) - 2] if earlier else "–"
    return Message(N_("the value of row {first} is repeated"), {"first": first})


def _repeated(error: Any, converted: CastTable, published: Mapping[str, Any]) -> Finding | None:
    key: Sequence[str] = published["primaryKey"]
    names = [field["name"] for field in published["fields"]]
    row, number = converted.rows[error.row_number - 2], converted.numbers[error.row_number - 2]
    values = [row[names.index(name)] for name in key]
    if any(isinstance(value, Unusable) for value in values):
        return None
    told, named = short(", ".join("" if value is None else str(value) for value in values)), ", ".join(key)
    earlier = _EARLIER.search(error.note)
    if earlier is None:
        text = N_("Row {row} has no value for the key {key}.")
        message = Message(text, {"row": number, "key": named})
        return Finding(Cause.PRIMARY_KEY, message, number, named, told, None, Message(N_("Fill the cell.")))
    first = converted.numbers[int(earlier[1]) - 2]
    text = N_("Row {row} has the same {key} as row {first}: {found}.")
    message = Message(text, {"row": number, "key": named, "first": first, "found": told})
    allowed = Message(N_("each {key} once"), {"key": named})
    remedy = Message(N_("Keep one of the rows, or choose another key."))
    return Finding(Cause.PRIMARY_KEY, message, number, named, told, allowed, remedy)


def _allowed(cause: Cause, field: Mapping[str, Any]) -> Message | None:
    rules = field.get("constraints", {})
    if cause is Cause.ENUM:
        return Message("{values}", {"values": short(", ".join(map(str, rules["enum"])))})
    if cause is Cause.PATTERN:
        return Message(N_("the form {pattern}"), {"pattern": rules["pattern"]})
    if cause in {Cause.MINIMUM, Cause.MAXIMUM}:
        bounds: dict[str, object] = {name: rules.get(name, "…") for name in ("minimum", "maximum")}
        return Message(N_("from {minimum} to {maximum}"), bounds)
    if cause is Cause.LENGTH:
        return Message(N_("at most {limit} characters"), {"limit": rules["maxLength"]})
    if cause is Cause.SHORT:
        return Message(N_("at least {limit} characters"), {"limit": rules["minLength"]})
    if cause is Cause.TYPE:
        return Message(N_("a text in the form {form}"), {"form": field.get("format", "")})
    return None
