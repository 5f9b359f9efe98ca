"""What an action takes, as JSON Schema: made by asking the schema that validates.

What is needed and what stands where nothing is said is found by validating nothing; the kind of a value is
told by its validators, those of ours by an attribute that :func:`.common.takes` gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, Schema

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import years

__all__ = ["parameters", "properties"]

_TEXT = {"type": "string"}
_DAY = {"type": "string", "format": "date"}
_REGISTERED: Mapping[str, Json] = {
    "boolean_validator": {"type": "boolean"},
    "digitalms_day": _DAY,
    "digitalms_line": {**_TEXT, "maxLength": 1000},
    "digitalms_measure_id": {**_TEXT, "pattern": "^[a-z0-9-]{2,40}$"},
    "digitalms_percent": {"type": "number", "minimum": 0, "maximum": 100},
    "digitalms_row_id": {**_TEXT, "format": "uuid"},
    "digitalms_text": {**_TEXT, "maxLength": 100_000},
    "digitalms_whole": {"type": "integer", "minimum": 0, "maximum": 9999},
    "digitalms_year": {"type": "integer", "minimum": years.FIRST, "maximum": years.LAST},
    "email_validator": {**_TEXT, "format": "email"},
    "int_validator": {"type": "integer"},
    "natural_number_validator": {"type": "integer", "minimum": 0},
    "unicode_safe": _TEXT,
}
_FILES = frozenset({"upload"})


def parameters(schema: Schema) -> tuple[dict[str, Json], set[str]]:
    """Return the JSON Schema of each parameter, and which of them are needed."""
    context: Context = {}
    defaults, errors = tk.navl_validate({}, schema, context)
    told = properties(schema)
    for name, value in defaults.items():
        if name in told and isinstance(value, str | int | bool):
            told[name]["default"] = value
    return told, set(errors) & set(told)


def properties(schema: Schema) -> dict[str, Json]:
    """Return the JSON Schema of each field; what is only read past is left out."""
    known = {tk.get_validator(name): told for name, told in _REGISTERED.items()}
    passed = tk.get_validator("ignore")
    found: dict[str, Json] = {}
    for name, rules in schema.items():
        if isinstance(rules, dict):
            found[name] = {"type": "array", "items": {"type": "object", "properties": properties(rules)}}
        elif passed not in rules:
            found[name] = _file() if name in _FILES else _value(rules, known)
    return found


def _file() -> Json:
    return {"type": "string", "contentMediaType": "application/octet-stream"}


def _value(rules: Iterable[Callable[..., Any]], known: Mapping[Callable[..., Any], Json]) -> Json:
    told: Json = {}
    for rule in rules:
        said = getattr(rule, "json_schema", None) or known.get(rule, {})
        told |= said
    return told
