"""A Table Schema that somebody uploads: checked by itself, never completed from any address.

Only what is known is taken over; what would send the reader elsewhere (``$ref``, foreign keys, profiles at
other addresses) is refused with a sentence.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from frictionless import Field, FrictionlessException, Schema

from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.validation import patterns
from ckanext.digitalms.validation.column_forms import DAY_FORMS, MONTH_FORMS
from ckanext.digitalms.validation.dialect import UTF8_BOM
from ckanext.digitalms.validation.findings import short
from ckanext.digitalms.validation.table import MAX_COLUMNS
from ckanext.digitalms.validation.units import MAX_UNIT

from .names import MAX_NAME, OF_DATABASES, unique_titles

MAX_BYTES = 10**6
TYPES = ("string", "integer", "number", "boolean", "date", "yearmonth", "datetime")
FORMATS = {"string": ("default", "email", "uri", "uuid")}
PROFILES = frozenset(
    {
        "tabular-data-resource",
        "https://datapackage.org/profiles/1.0/tableschema.json",
        "https://datapackage.org/profiles/2.0/tableschema.json",
        "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "https://frictionlessdata.io/schemas/table-schema.json",
    }
)
CONSTRAINTS: dict[str, type | tuple[type, ...]] = {
    "required": bool,
    "unique": bool,
    "enum": list,
    "pattern": str,
    "minimum": (int, float, str),
    "maximum": (int, float, str),
    "minLength": int,
    "maxLength": int,
}
_SHAPES = {
    "date": ("format",),
    "yearmonth": ("format",),
    "number": ("decimalChar", "groupChar", "unit"),
    "integer": ("decimalChar", "groupChar", "unit"),
    "boolean": ("trueValues", "falseValues"),
}
_OF_CELLS = frozenset({"decimalChar", "groupChar", "format", "unit"})
_TOLD = ("title", "description", "example")
_DAY_FORMAT = re.compile(r"%[dmY](?:[-./ ]%[dmY]){2}")
_CODED = {"date": DAY_FORMS, "yearmonth": MONTH_FORMS}
_STORABLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")

Descriptor = dict[str, Any]


class SchemaError(ValueError):
    """A Table Schema that cannot be used; carries the sentence that says why."""

    def __init__(self, text: str, **values: object) -> None:
        self.message = Message(text, values)
        super().__init__(str(self.message))


def read_schema(data: bytes) -> Descriptor:
    """Read an uploaded Table Schema.

    Raises:
        SchemaError: it is no JSON, or no schema that can be used.
    """
    if len(data) > MAX_BYTES:
        raise SchemaError(
            N_("The schema has {found} bytes; {limit} are allowed."), found=len(data), limit=MAX_BYTES
        )
    try:
        told = json.loads(data.decode(UTF8_BOM))
    except (ValueError, RecursionError) as error:
        raise SchemaError(N_("The schema is no JSON: {reason}."), reason=short(error)) from error
    return check_schema(told)


def check_schema(told: Any) -> Descriptor:
    """Return a schema with what is known of it and nothing else; every field has title and description.

    Raises:
        SchemaError: it cannot be used.
    """
    if not isinstance(told, Mapping) or not isinstance(told.get("fields"), list) or not told["fields"]:
        raise SchemaError(N_("The schema has no list “fields”: a Table Schema describes each column there."))
    _refuse_addresses(told)
    if len(told["fields"]) > MAX_COLUMNS:
        text = N_("The schema has {found} fields; at most {limit} are allowed.")
        raise SchemaError(text, found=len(told["fields"]), limit=MAX_COLUMNS)
    fields = [_field(field, place) for place, field in enumerate(told["fields"], 1)]
    _refuse_repeated([field["name"] for field in fields])
    titles = unique_titles([field["title"] for field in fields])
    fields = [{**field, "title": title} for field, title in zip(fields, titles, strict=True)]
    schema: Descriptor = {"fields": fields}
    key = _key(told.get("primaryKey"), [field["name"] for field in fields])
    if key:
        schema["primaryKey"] = key
    missing = _missing_values(told.get("missingValues"))
    if missing is not None:
        schema["missingValues"] = missing
    _refuse_unstorable(schema)
    _ask_frictionless(schema)
    return schema


def _refuse_unstorable(schema: Descriptor) -> None:
    waiting: list[Any] = [schema]
    while waiting:
        here = waiting.pop()
        waiting.extend(here.values() if isinstance(here, dict) else here if isinstance(here, list) else ())
        is_text = isinstance(here, str) and not _STORABLE.fullmatch(here)
        if is_text or (isinstance(here, float) and not math.isfinite(here)):
            raise SchemaError(N_("The schema has “{found}”, which cannot be stored."), found=short(here))


def _refuse_addresses(told: Mapping[str, Any]) -> None:
    if any(name == "$ref" for name in _names(told)):
        raise SchemaError(
            N_("The schema refers to something else with “$ref”: write it out, nothing is fetched.")
        )
    for name in ("$schema", "profile"):
        profile = told.get(name)
        if profile is not None and str(profile) not in PROFILES:
            text = N_(
                "The schema names “{found}” as its {name}: nothing is fetched. Leave it out, or use {known}."
            )
            known = "https://datapackage.org/profiles/2.0/tableschema.json"
            raise SchemaError(text, found=short(profile), name=name, known=known)
    if told.get("foreignKeys"):
        raise SchemaError(
            N_("The schema has “foreignKeys”: a table of your own stands for itself. Remove them.")
        )


def _names(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            yield from map(str, here)
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def _field(told: Any, place: int) -> Descriptor:
    if not isinstance(told, Mapping):
        raise SchemaError(N_("Field {place} of the schema is no object."), place=place)
    name = told.get("name")
    _check_name(name, place)
    kind = told.get("type", "string")
    if kind not in TYPES:
        text = N_("The field “{name}” has the type “{found}”: use one of {allowed}.")
        raise SchemaError(text, name=short(name), found=short(kind), allowed=", ".join(TYPES))
    field = {"name": name, **_words(told, str(name)), "type": kind, **_shape(told, str(name), kind)}
    constraints = _constraints(told.get("constraints"), str(name))
    return {**field, **({"constraints": constraints} if constraints else {})}


def _check_name(name: Any, place: int) -> None:
    fits = isinstance(name, str) and name.strip() == name and name and _STORABLE.fullmatch(name)
    if not fits or name.startswith("_") or '"' in name or len(name.encode()) > MAX_NAME:
        text = N_(
            "Field {place} of the schema is called “{found}”: a name has 1 to {limit} bytes, no quotation "
            "marks, and does not begin with an underscore."
        )
        raise SchemaError(text, place=place, found=short(name), limit=MAX_NAME)
    if name.casefold() in OF_DATABASES:
        text = N_("Field {place} of the schema is called “{found}”: databases keep this name for themselves.")
        raise SchemaError(text, place=place, found=name)


def _refuse_repeated(names: list[str]) -> None:
    # not every database tells capitals from small letters
    folded = [name.casefold() for name in names]
    repeated = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if repeated is not None:
        raise SchemaError(N_("The field “{name}” is there more than once."), name=repeated)


def _words(told: Mapping[str, Any], name: str) -> Descriptor:
    words = {
        key: told[key] for key in _TOLD if isinstance(told.get(key), str) and _STORABLE.fullmatch(told[key])
    }
    return {"title": name, "description": "", **{key: text for key, text in words.items() if text.strip()}}


def _shape(told: Mapping[str, Any], name: str, kind: str) -> Descriptor:
    shape = {key: told[key] for key in _SHAPES.get(kind, ()) if told.get(key) is not None}
    form = told.get("format")
    if kind in _CODED and form in (None, "default", "any"):
        shape.pop("format", None)
    elif form in _CODED.get(kind, ()):
        pass
    elif kind in _CODED and not (isinstance(form, str) and kind == "date" and _DAY_FORMAT.fullmatch(form)):
        raise SchemaError(
            N_("The field “{name}” has days in the form “{found}”: use a form such as %d.%m.%Y."),
            name=name,
            found=short(form),
        )
    elif kind not in _CODED and form not in (None, *FORMATS.get(kind, ("default", "any"))):
        text = N_("The field “{name}” has the format “{found}”, which is not known for its type.")
        raise SchemaError(text, name=name, found=short(form))
    elif kind == "string" and form not in (None, "default"):
        shape["format"] = form
    if told.get("bareNumber") is False:
        raise SchemaError(
            N_("The field “{name}” has numbers with words (bareNumber): leave them out."), name=name
        )
    _check_shape(shape, name)
    return shape


def _check_shape(shape: Descriptor, name: str) -> None:
    characters = [shape[key] for key in ("decimalChar", "groupChar") if key in shape]
    words = [shape[key] for key in ("trueValues", "falseValues") if key in shape]
    fits = (
        all(character in (",", ".", " ", "'", "") for character in characters)
        and shape.get("decimalChar", ".") in (",", ".")
        and len(set(characters)) == len(characters)
        and isinstance(unit := shape.get("unit", ""), str)
        and len(unit) <= MAX_UNIT
        and all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in words)
    )
    if not fits:
        text = N_("The field “{name}” says how its cells are written in a way that cannot be read: {found}.")
        raise SchemaError(text, name=name, found=short(json.dumps(shape, ensure_ascii=False)))


def _constraints(told: Any, name: str) -> Descriptor:
    if told in (None, {}):
        return {}
    if not isinstance(told, Mapping):
        raise SchemaError(N_("The constraints of the field “{name}” are no object."), name=name)
    for key, value in told.items():
        kind = CONSTRAINTS.get(key)
        if kind is None:
            text = N_("The field “{name}” has the constraint “{found}”: use one of {allowed}.")
            raise SchemaError(text, name=name, found=short(key), allowed=", ".join(CONSTRAINTS))
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool) or value == []:
            text = N_("The constraint “{key}” of the field “{name}” cannot be “{found}”.")
            raise SchemaError(text, key=key, name=name, found=short(value))
    _check_pattern(told.get("pattern"), name)
    return {key: value for key, value in told.items() if value is not False}


def _check_pattern(pattern: str | None, name: str) -> None:
    if pattern is None:
        return
    try:
        patterns.check(pattern)
    except patterns.PatternError as error:
        text = N_("The pattern of the field “{name}” cannot be used: {reason}.")
        raise SchemaError(text, name=name, reason=error.message) from error


def _key(told: Any, names: list[str]) -> list[str]:
    key = [told] if isinstance(told, str) else told or []
    if (
        not isinstance(key, list)
        or any(name not in names for name in key)
        or len(set(map(str, key))) < len(key)
    ):
        text = N_("The primary key names “{found}”; the fields are {allowed}.")
        raise SchemaError(text, found=short(told), allowed=short(", ".join(names)))
    return key


def _missing_values(told: Any) -> list[str] | None:
    if told is None:
        return None
    if not isinstance(told, list) or not all(isinstance(word, str) for word in told):
        raise SchemaError(N_('“missingValues” must be a list of texts, such as ["", "-"].'))
    return told


def _ask_frictionless(schema: Descriptor) -> None:
    fields = [
        {
            key: value
            for key, value in field.items()
            if key not in {"decimalChar", "groupChar", "format", "unit"}
        }
        for field in schema["fields"]
    ]
    try:
        made = Schema.from_descriptor({"fields": fields, "primaryKey": schema.get("primaryKey", [])})
    except FrictionlessException as refused:
        notes = [str(reason.note) for reason in refused.reasons] or [str(refused.error.note)]
        raise SchemaError(
            N_("The schema is not valid: {reason}."), reason=short("; ".join(notes))
        ) from refused
    for field in made.fields:
        _check_bounds(field)


def _check_bounds(field: Field) -> None:
    """Refuse bounds and choices that are no values of their field's type."""
    plain = Field.from_descriptor({"name": field.name, "type": field.type})
    told = [(key, field.constraints[key]) for key in ("minimum", "maximum") if key in field.constraints]
    for key, value in [*told, *(("enum", one) for one in field.constraints.get("enum", []))]:
        if plain.read_cell(value)[1]:
            text = N_("The constraint “{key}” of the field “{name}” cannot be “{found}”.")
            raise SchemaError(text, key=key, name=field.name, found=short(value))
