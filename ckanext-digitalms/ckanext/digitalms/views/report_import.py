"""Pages of the report import: upload, look at what was read beside the source, correct, publish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.vocabularies import ReferenceRole, Status, StepState

from . import form_fields
from .errors import handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_report_import = Blueprint(
    "digitalms_report_import", __name__, url_prefix="/digitalisierung/bericht-einlesen"
)
handle_errors(digitalms_report_import)

_FIELD = re.compile(r"measures__([0-9]{1,3})__([a-z_]+?)(?:__([0-9]{1,3})__([a-z_]+))?")
_PLACE = re.compile(r"[0-9]{1,3}")
_LISTS = ("council_references", "goals", "steps", "milestones")
# a row counts as empty when these are: its selects always hold something
_TOLD_BY = {
    "council_references": ("reference",),
    "goals": ("text", "year"),
    "steps": ("text",),
    "milestones": ("title", "date_text", "earliest", "latest", "met_on"),
}


@digitalms_report_import.get("/")
def index() -> Page:
    """Show the upload form and the reports that came in."""
    return _index({})


def _index(errors: Mapping[str, Any]) -> Page:
    reports = tk.get_action("digitalms_report_import_list")(reader(), {})
    return rendered("digitalms/report_import/index.html", {"reports": reports, "errors": errors})


@digitalms_report_import.post("/")
def create() -> Page:
    """Read an uploaded report into a draft."""
    try:
        upload = tk.request.files.get("upload")
        draft = tk.get_action("digitalms_report_import_create")(reader(), {"upload": upload})
    except tk.ValidationError as err:
        return _index(err.error_dict)
    return redirect("digitalms_report_import.read", draft_id=draft["id"])


@digitalms_report_import.get("/<draft_id>")
def read(draft_id: str) -> Page:
    """Show what was read, beside the source."""
    draft = tk.get_action("digitalms_report_import_show")(reader(), {"id": draft_id})
    return _form(draft, {}, {})


@digitalms_report_import.post("/<draft_id>")
def update(draft_id: str) -> Page:
    """Keep what was typed; publish when asked to. What was typed stays in the form on an error."""
    draft = tk.get_action("digitalms_report_import_show")(reader(), {"id": draft_id})
    typed = typed_values(tk.request.form)
    publishes = tk.request.form.get("action") == "publish"
    try:
        tk.get_action("digitalms_report_import_update")(reader(), {"id": draft_id, **typed})
        if publishes:
            tk.get_action("digitalms_report_import_apply")(reader(), {"id": draft_id})
    except tk.ValidationError as err:
        return _form(draft, typed, err.error_dict)
    tk.h.flash_success(
        tk._("The measures are published.") if publishes else tk._("Your corrections are kept.")
    )
    return redirect("digitalms_report_import.read", draft_id=draft_id)


def _form(draft: Json, typed: Json, errors: Mapping[str, Any]) -> Page:
    rows = {
        int(row["position"]): row
        for row in typed.get("measures", [])
        if _PLACE.fullmatch(str(row["position"]))
    }
    measures = [{**measure, **rows.get(measure["position"], {})} for measure in draft["measures"]]
    shown = {
        **draft,
        **{name: typed[name] for name in ("title", "report_date", "organisation") if name in typed},
    }
    choices = {
        "status": form_fields.terms(Status),
        "state": form_fields.terms(StepState),
        "role": form_fields.terms(ReferenceRole),
        "known": [(one["value"], one["text"]) for one in draft["known"]],
        "organisation": [(one["value"], one["text"]) for one in draft["organisations"]],
    }
    told = {"draft": {**shown, "measures": measures}, "errors": errors, "choices": choices}
    template = "edit.html" if draft["state"] == "draft" else "published.html"
    return rendered(f"digitalms/report_import/{template}", told)


def typed_values(form: Mapping[str, str]) -> Json:
    """Read the form's fields (``measures__0__steps__1__text``) into rows; empty rows are dropped."""
    measures: dict[int, Json] = {}
    for name, value in form.items():
        match = _FIELD.fullmatch(name)
        if match is None:
            continue
        measure = measures.setdefault(int(match[1]), {})
        if match[3] is None:
            measure[match[2]] = value
        elif match[2] in _LISTS:
            measure.setdefault(f"rows of {match[2]}", {}).setdefault(int(match[3]), {})[match[4]] = value
    typed = {name: form[name] for name in ("title", "report_date", "organisation") if name in form}
    rows = [_typed_measure(measures[number]) for number in sorted(measures)]
    return {**typed, "measures": [row for row in rows if "position" in row]}


def _typed_measure(fields: Json) -> Json:
    plain = {
        name: value
        for name, value in fields.items()
        if not name.startswith("rows of ") and name not in _LISTS
    }
    lists = {name: _told_rows(name, fields.get(f"rows of {name}", {})) for name in _LISTS}
    # a box that is not ticked is not sent
    return {**plain, **lists, "include": fields.get("include") == "true"}


def _told_rows(name: str, rows: Mapping[int, Json]) -> list[Json]:
    ordered = [rows[number] for number in sorted(rows)]
    return [row for row in ordered if any(row.get(field, "").strip() for field in _TOLD_BY[name])]
