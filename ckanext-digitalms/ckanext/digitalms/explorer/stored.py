"""Columns and rows of CKAN's DataStore as pages of tables show them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["field_of", "row_of"]

# types of PostgreSQL, and what a column of them is compared as; of any other type (lists, objects) it is not
_KINDS = {
    **dict.fromkeys(("int", "int2", "int4", "int8", "bigint", "integer"), "integer"),
    **dict.fromkeys(("numeric", "float4", "float8", "double precision", "real"), "number"),
    **dict.fromkeys(("text", "varchar", "name"), "string"),
    **dict.fromkeys(("timestamp", "timestamptz"), "datetime"),
    "bool": "boolean",
    "date": "date",
}
_SHOWN = frozenset({"integer", "number", "boolean", "date"})


def field_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a column as a Table Schema would say it, with ``stored``: what it is compared as.

    Of moments CKAN keeps no time zone, so they are shown as texts.
    """
    info = told.get("info") or {}
    kind = _KINDS.get(told["type"], "")
    return {
        "name": told["id"],
        "title": info.get("label") or told["id"],
        "type": kind if kind in _SHOWN else "string",
        "stored": kind,
        "description": info.get("notes") or "",
    }


def row_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row whose lists and objects are texts."""
    return {name: str(cell) if isinstance(cell, list | dict) else cell for name, cell in row.items()}
