"""A table as we publish it: UTF-8, commas, ISO days, decimal point; nothing is an empty cell."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# how the cells of an uploaded file are written is not how they are published
_OF_THE_FILE = {"source", "decimalChar", "groupChar", "trueValues", "falseValues", "unit"}

# what csv writes as we do
_AS_THEY_ARE = {type(None), str, int, date}


def published_schema(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the table as it is published, from that of the file as it was uploaded."""
    fields = [
        {
            key: value
            for key, value in field.items()
            if key not in _OF_THE_FILE and not (key == "format" and field["type"] != "string")
        }
        for field in descriptor["fields"]
    ]
    key = {"primaryKey": descriptor["primaryKey"]} if descriptor.get("primaryKey") else {}
    return {"fields": fields, "missingValues": [""], **key}


def to_csv(rows: Sequence[Sequence[object]], descriptor: Mapping[str, Any]) -> bytes:
    """Write the values of a table."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([field["name"] for field in descriptor["fields"]])
    writer.writerows(zip(*map(_written, zip(*rows, strict=True)), strict=True))
    return out.getvalue().encode()


def _written(values: Sequence[object]) -> Sequence[object]:
    """Return the cells of a column as they are written, as far as csv does not write them so itself."""
    return values if set(map(type, values)) <= _AS_THEY_ARE else list(map(cell_text, values))


def cell_text(value: object) -> str:
    """Write one value; the digits of a number stay as they were."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


def content_hash(table: bytes, schema: Mapping[str, Any]) -> str:
    """Return the hash of what a version says: its cells and its schema."""
    told = json.dumps(schema, ensure_ascii=False, sort_keys=True).encode()
    return hashlib.sha256(hashlib.sha256(table).digest() + told).hexdigest()
