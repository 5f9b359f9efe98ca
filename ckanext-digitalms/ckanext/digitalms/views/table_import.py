"""Pages for tables of ours that come back: hand in, look at what would change, take over, put back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.figures import number_of
from ckanext.digitalms.imports.mapping import MAPPINGS, TableMapping
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import N_
from ckanext.digitalms.spreadsheet import excel_csv

from . import form_fields, work
from .errors import flash_refusal, handle_errors
from .findings import download, found_groups, report_of
from .pages import Page, reader, redirect, rendered
from .sources import SHOWN_CHANGES

digitalms_table_import = Blueprint(
    "digitalms_table_import", __name__, url_prefix="/digitalisierung/datenqualitaet/tabelle-einlesen"
)
handle_errors(digitalms_table_import)

FIELDS = ("table", *form_fields.STAND, *form_fields.DIALECT)
# the vocabulary of a column's values, by table and column
_WORDS = {
    ("measures", "status"): "status",
    ("status_series", "status"): "status",
    ("steps", "state"): "step",
    ("goals", "state"): "goal",
    ("goal_reviews", "outcome"): "outcome",
    ("indicators", "direction"): "direction",
    ("indicators", "origin"): "origin",
    ("council_references", "role"): "role",
    ("measures", "funding_state"): "funding",
    ("coverage_links", "technology"): "technology",
    ("coverage_links", "customer"): "customer",
    ("coverage_links", "base"): "base",
}

_CHANGES = (N_("Row"), N_("Measure"), N_("Change"), N_("Stand"), N_("Field"), N_("Before"), N_("After"))


@digitalms_table_import.get("/")
def upload() -> Page:
    """Show the form for handing in a table."""
    return _form({"table": tk.request.args.get("table", "")}, {})


@digitalms_table_import.post("/")
def receive() -> Page:
    """Read a table and show what it would change; nothing is changed yet."""
    told = form_fields.typed(FIELDS)
    data = {
        **{name: told[name] for name in ("table", *form_fields.DIALECT)},
        **form_fields.stand(told),
        "upload": tk.request.files.get("upload") or None,
        "dry_run": True,
        "background": True,
    }
    try:
        done = tk.get_action("digitalms_table_import")(reader(), data)
    except tk.ValidationError as refused:
        return _form(told, refused.error_dict)
    return redirect("digitalms_table_import.read", id=done["id"])


def _form(told: Mapping[str, str], errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_table_import", reader(), {})
    values = {
        "told": {"as_of": config.today().isoformat(), **told},
        "errors": errors,
        "tables": [("", tk._("recognise it"))]
        + [(name, f"{shape.table.title} ({name})") for name, shape in MAPPINGS.items()],
        "choices": form_fields.dialect_choices(),
    }
    return rendered("digitalms/table_import/upload.html", {**values, **form_fields.upload_limits()})


@digitalms_table_import.get("/<id>")
def read(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Show what an import would change, or has changed."""
    done = tk.get_action("digitalms_table_import_show")(reader(), {"id": id, "limit": SHOWN_CHANGES})
    report = report_of(id)
    shape = MAPPINGS.get(done["table"] or "")
    values = {
        "delivery": done,
        "work_title": work.title_of(done["work"]) if done["work"] else "",
        "refused": work.sentences(work.errors_of(done["work"])),
        "report": report,
        "shape": shape,
        "groups": found_groups(report),
        "changes": [_change(each, shape) for each in done["changes"]] if shape else [],
    }
    return work.until_done(rendered("digitalms/table_import/read.html", values), done["work"])


def _change(told: Mapping[str, Any], shape: TableMapping) -> Json:
    fields = [
        {
            "title": shape.specs[each["field"]].title,
            "old": _words(shape, each["field"], each["old"]),
            "new": _words(shape, each["field"], each["new"]),
        }
        for each in told["fields"]
    ]
    return {**told, "fields": fields, "about": _about(told, shape)}


def _about(told: Mapping[str, Any], shape: TableMapping) -> str:
    """Return which figure and day a change is about, where its row does not say it."""
    title = (told.get("inherited") or {}).get(shape.told_by)
    day = told["key"].get("date")
    return ", ".join(filter(None, [title, day and str(tk.h.digitalms_short_day(day))])) if title else ""


def _words(shape: TableMapping, column: str, value: str | None) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return ""
    vocabulary = _WORDS.get((shape.name, column))
    if vocabulary:
        return str(tk.h.digitalms_label(vocabulary, value))
    kind, number = shape.specs[column].type, number_of(value)
    if kind == "number" and number is not None:
        return str(tk.h.digitalms_number(number))
    return str(tk.h.digitalms_short_day(value)) if kind == "date" else value


@digitalms_table_import.post("/<id>/uebernehmen")
def take_over(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Apply an import that was looked at, or look once more where that could not be done."""
    is_check = "check" in tk.request.form
    asked = {"import_id": id, "background": True, "dry_run": is_check}
    try:
        done = tk.get_action("digitalms_table_import")(reader(), asked)
    except tk.ValidationError as refused:
        return _told(id, refused)
    if done["work"] or is_check:
        return redirect("digitalms_table_import.read", id=id)
    if done["state"] == "accepted":
        tk.h.flash_success(tk._("The changes are taken over."))
    else:
        tk.h.flash_error(tk._("Nothing was taken over; the report says why."))
    return redirect("digitalms_table_import.read", id=id)


@digitalms_table_import.post("/<id>/zuruecknehmen")
def put_back(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Put back what an import changed."""
    try:
        done = tk.get_action("digitalms_table_import_undo")(reader(), {"id": id, "background": True})
    except tk.ValidationError as refused:
        return _told(id, refused)
    if not done["work"]:
        tk.h.flash_success(tk._("Put back: the measures say again what they said before."))
    return redirect("digitalms_table_import.read", id=id)


def _told(import_id: str, refused: tk.ValidationError) -> Page:
    flash_refusal(refused)
    return redirect("digitalms_table_import.read", id=import_id)


@digitalms_table_import.get("/<id>/aenderungen.csv")
def changes(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Return the whole list of changes as a table for Excel: a line for each field."""
    done = tk.get_action("digitalms_table_import_show")(reader(), {"id": id})
    report = report_of(id)
    changed = [_change(told, MAPPINGS[done["table"]]) for told in (report.changes if report else ())]
    rows = [
        [
            *(str(told["row"]), told["measure_id"], told["change"], told["as_of"] or ""),
            *(field["title"], field["old"], field["new"]),
        ]
        for told in changed
        for field in told["fields"] or [{"title": "", "old": "", "new": ""}]
    ]
    return download(excel_csv([tk._(text) for text in _CHANGES], rows), f"aenderungen-{id[:8]}.csv")
