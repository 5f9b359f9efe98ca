"""What somebody types of the columns of a draft: titles, names, types, rules, and how cells are written.

Of a schema that is drafted from the file, only what differs from the draft is kept, by the column's title in
the file: so it holds when the file is read in another way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk

from ckanext.digitalms.custom_tables.schema_check import SchemaError, check_schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.model.about import DraftAbout
from ckanext.digitalms.validation.column_forms import DAY_FORMS, MONTH_FORMS, NUMBER, form_of, same
from ckanext.digitalms.validation.dialect import Dialect

Told = Mapping[str, Any]
EDITED = ("name", "title", "description", "type", "required", "unique", "key")
_KINDS = {"text": {"string"}, "number": {"number", "integer"}, "day": {"date"}, "month": {"yearmonth"}}


def columns_of(schema: Told | None, forms: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the columns of a schema for people and programs.

    Args:
        schema: the Table Schema of the file.
        forms: those that were chosen, by :func:`same` of the titles in the file.
    """
    key = (schema or {}).get("primaryKey", [])
    return [
        {
            "name": field["name"],
            "title": field["title"],
            "description": field["description"],
            "type": field["type"],
            "required": bool(field.get("constraints", {}).get("required")),
            "unique": bool(field.get("constraints", {}).get("unique")),
            "key": field["name"] in key,
            "decimal_char": field.get("decimalChar"),
            "group_char": field.get("groupChar"),
            "date_format": field.get("format") if field["type"] in {"date", "yearmonth"} else None,
            "unit": field.get("unit"),
            "form": _form(field, forms or {}),
            "column": field.get("source", field["title"]),
        }
        for field in (schema or {}).get("fields", [])
    ]


def _form(field: Told, forms: Mapping[str, str]) -> str:
    return forms.get(same(source_of(field))) or forms.get(same(field["name"])) or "auto"


def source_of(field: Told) -> str:
    """Return the title of a field's column in the file."""
    return str(field.get("source", field["title"]))


def with_columns(schema: Told, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a schema with what was typed of its columns, in their order.

    Raises:
        ValidationError: there are more or fewer columns, or the schema cannot be used then.
    """
    if len(columns) != len(schema["fields"]):
        refuse_number(len(schema["fields"]), len(columns))
    pairs = list(zip(schema["fields"], columns, strict=True))
    fields = [_with_column(field, column) for field, column in pairs]
    key = [c["name"] for f, c in pairs if c.get("key", f["name"] in schema.get("primaryKey", []))]
    try:
        checked = check_schema({**schema, "fields": fields, "primaryKey": key})
    except SchemaError as refused:
        raise tk.ValidationError({"columns": [translate(refused.message, tk._)]}) from refused
    # the column of the file stays known when its title is changed
    for made, (field, _) in zip(checked["fields"], pairs, strict=True):
        source = field.get("source", field["title"])
        if "source" in field or made["title"] != source:
            made["source"] = source
    return checked


def refuse_number(expected: int, found: int) -> NoReturn:
    """Say that there are more or fewer columns than the schema has; raises ``ValidationError``."""
    message = tk._(
        "The schema has {expected} columns, and {found} were sent: send all of them in their order."
    )
    raise tk.ValidationError({"columns": [message.format(expected=expected, found=found)]})


def _with_column(field: Told, column: Told) -> dict[str, Any]:
    kind = column.get("type") or field["type"]
    kept = (
        {"name", "title", "description", "type", "constraints", "example"}
        if kind != field["type"]
        else set(field)
    )
    made = {name: field[name] for name in field if name in kept} | {"type": kind, "name": column["name"]}
    for name in ("title", "description"):
        if column.get(name) is not None:
            made[name] = column[name] or (column["name"] if name == "title" else "")
    constraints = dict(field.get("constraints", {}))
    if kind != field["type"]:
        constraints = {name: constraints[name] for name in ("required", "unique") if name in constraints}
    for name in ("required", "unique"):
        if column.get(name) is not None:
            constraints[name] = column[name]
    return {**made, "constraints": {name: value for name, value in constraints.items() if value is not False}}


def with_edits(schema: dict[str, Any], edits: Mapping[str, Told]) -> dict[str, Any]:
    """Return a schema with what was typed of its columns before; raises ``ValidationError``."""
    shown = columns_of(schema)
    if not any(column["column"] in edits for column in shown):
        return schema
    return with_columns(schema, [{**column, **edits.get(column["column"], {})} for column in shown])


def typed(
    about: DraftAbout, dialect: Told, rows: Sequence[Told]
) -> tuple[dict[str, dict[str, Any]], Dialect]:
    """Return what was typed of the columns, by their titles in the file, and the dialect with their forms.

    Args:
        about: the draft.
        dialect: how its file is said to be written.
        rows: the columns as they were typed, all in their order.

    Raises:
        ValidationError: there are more or fewer columns than the schema has.
    """
    declared = Dialect.declared(dialect)
    forms, said = declared.said_forms, declared.column_forms
    shown = columns_of(about.get("effective") or about.get("schema"), said)
    if len(rows) != len(shown):
        refuse_number(len(shown), len(rows))
    edits: dict[str, dict[str, Any]] = {}
    for before, row in zip(shown, rows, strict=True):
        source = before["column"]
        changed = {n: row[n] for n in EDITED if row.get(n) is not None and row[n] != before[n]}
        form = _said(before, row)
        if form != before["form"]:
            forms = _without(forms, before)
            if form != "auto":
                forms[source] = form
            # the form says which type it is, unless another one is chosen with it
            changed.setdefault("type", None)
        elif "type" in changed and form != "auto" and changed["type"] not in _KINDS[form_of(form).kind]:
            forms = _without(forms, before)
        if changed:
            edits[source] = changed
    return edits, Dialect.declared({**dialect, "forms": forms})


def _said(before: Told, row: Told) -> str:
    """Return the form of a column with its unit, as it was typed: together, or each by itself."""
    form = str(row.get("form") or before["form"])
    unit = " ".join(str(row["unit"]).split()) if row.get("unit") is not None else None
    if unit is None or form in {"text", *DAY_FORMS, *MONTH_FORMS}:
        return form
    if form == "auto" and unit == (before["unit"] or ""):
        return form  # what was recognised and is left as it is stays recognised
    own = "" if form == "auto" else form_of(form).unit
    base = NUMBER if form == "auto" else form.removesuffix(own).strip() if own else form
    said = f"{base} {unit or own if form != before['form'] else unit}".strip()
    try:
        form_of(said)
    except ValueError as error:
        message = tk._("“{found}” is no unit: use signs such as %, € or Mbit/s, without digits.")
        raise tk.ValidationError({"columns": [message.format(found=unit[:60])]}) from error
    return said


def _without(forms: Mapping[str, str], column: Told) -> dict[str, str]:
    gone = {same(column["column"]), same(column["name"])}
    return {title: code for title, code in forms.items() if same(title) not in gone}


def merged(before: Mapping[str, Told], edits: Mapping[str, Told]) -> dict[str, dict[str, Any]]:
    """Return what was typed up to now; ``None`` takes a part back."""
    told = {source: {**before.get(source, {}), **edits.get(source, {})} for source in (*before, *edits)}
    return {source: {n: v for n, v in row.items() if v is not None} for source, row in told.items()}
