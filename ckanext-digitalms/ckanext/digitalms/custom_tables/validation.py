"""frictionless judges the values of a converted table; its errors become findings in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from frictionless import Resource, Schema
from frictionless.resources import TableResource

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation import large_tables, wording
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.findings import MAX_FINDINGS, Finding, short
from ckanext.digitalms.validation.table import Unusable

from .canonical import to_csv
from .casting import CastTable

_FILE = "table.csv"

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
    cause = wording.cause_of(error)
    if cause is Cause.PRIMARY_KEY:
        return _repeated(error, converted, published)
    fields: Fields = published["fields"]
    name = getattr(error, "field_name", None)  # a row that holds only what was refused has none
    place = next((n for n, field in enumerate(fields) if field["name"] == name), None)
    if place is None or isinstance(row[place], Unusable):
        return None  # told where the cell was read
    field, cell = fields[place], row[place]
    if cause is Cause.UNIQUE:
        once = Message(N_("each value once"))
        return wording.of_cell(cause, number, field["name"], cell, once, _again(error, converted))
    allowed = wording.allowed_by(cause, field.get("constraints", {}))
    if cause is Cause.TYPE:
        allowed = Message(N_("a text in the form {form}"), {"form": field.get("format", "")})
    return wording.of_cell(cause, number, field["name"], cell, allowed)


def _again(error: Any, converted: CastTable) -> Message:
    earlier = wording.earlier(error)
    first = "–" if earlier is None else converted.numbers[earlier]
    return Message(N_("the value of row {first} is repeated"), {"first": first})


def _repeated(error: Any, converted: CastTable, published: Mapping[str, Any]) -> Finding | None:
    key: Sequence[str] = published["primaryKey"]
    names = [field["name"] for field in published["fields"]]
    row, number = converted.rows[error.row_number - 2], converted.numbers[error.row_number - 2]
    values = [row[names.index(name)] for name in key]
    if any(isinstance(value, Unusable) for value in values):
        return None
    earlier = wording.earlier(error)
    if earlier is None:
        told, named = short(", ".join("" if each is None else str(each) for each in values)), ", ".join(key)
        text = N_("Row {row} has no value for the key {key}.")
        message = Message(text, {"row": number, "key": named})
        return Finding(Cause.PRIMARY_KEY, message, number, named, told, None, Message(N_("Fill the cell.")))
    remedy = Message(N_("Keep one of the rows, or choose another key."))
    return wording.repeated_key(number, key, values, converted.numbers[earlier], remedy)
