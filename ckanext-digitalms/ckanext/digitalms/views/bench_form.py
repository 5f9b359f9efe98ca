"""What somebody types on the page of a draft of a table."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.validation.dialect import AUTO

from . import form_fields, portal_fields

METADATA = (
    "title",
    "notes",
    "organisation",
    "license_id",
    "contact_email",
    "keywords",
    "name",
    "spatial_text",
    "area_code",
    "frequency",
    *portal_fields.ONE,
)
_SOURCE = re.compile(r"sources__([0-9]{1,3})__(title|url|license|license_url|attribution)")
_COLUMN = re.compile(r"columns__([0-9]{1,3})__(name|title|description|type|required|unique|key|form|unit)")
_ANSWER = re.compile(r"answer__([0-9]{1,3})")
_FLAGS = ("required", "unique", "key")


def typed() -> Json:
    """Return what was typed; a box that is not ticked is not sent."""
    form = tk.request.form
    typed: Json = {
        name: form[name] for name in (*METADATA, *form_fields.DIALECT, "schema_of") if name in form
    }
    for name in ("leave_out", "missing"):  # what is ticked, and what is typed
        if name in form:
            typed[name] = ", ".join(filter(None, form.getlist(name))) or AUTO
    typed |= {"header": form["header_answer"]} if "header_answer" in form else {}
    rows = _rows(_COLUMN)
    if rows:
        answers = {int(m[1]): form[name] for name in form if (m := _ANSWER.fullmatch(name))}
        told = ({**row, **{flag: flag in row for flag in _FLAGS}} for row in rows)
        typed["columns"] = [
            {**row, "form": answers[n], "unit": ""} if n in answers else row for n, row in enumerate(told)
        ]
    for name in portal_fields.SEVERAL:  # an empty one is sent with the boxes, so that the last can go
        if name in form:
            typed[name] = list(filter(None, form.getlist(name)))
    sources = _rows(_SOURCE)
    if sources:
        # one that was emptied is sent so that the last of them can go
        typed["sources"] = [row for row in sources if any(map(str.strip, row.values()))] or sources[:1]
    return typed


def _rows(pattern: re.Pattern[str]) -> list[Json]:
    """Return the rows of a form in their order; a field's name tells the row's number and the column."""
    rows: dict[int, Json] = {}
    for name, value in tk.request.form.items():
        if match := pattern.fullmatch(name):
            rows.setdefault(int(match[1]), {})[match[2]] = value
    return [rows[number] for number in sorted(rows)]
