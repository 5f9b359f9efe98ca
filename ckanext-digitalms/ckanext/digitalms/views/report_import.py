"""Pages of the report import: upload, look at what was read row by row, correct, publish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.vocabularies import FundingState, ReferenceRole, Status, StepState

from . import form_fields, form_numbers, work
from .errors import flash_refusal, handle_errors
from .pages import Page, reader, redirect, rendered

digitalms_report_import = Blueprint(
    "digitalms_report_import", __name__, url_prefix="/digitalisierung/bericht-einlesen"
)
handle_errors(digitalms_report_import)

_FIELD = re.compile(r"measures__([0-9]{1,3})__([a-z_]+?)(?:__([0-9]{1,3})__([a-z_]+))?")
_PLACE = re.compile(r"[0-9]{1,3}")
_LISTS = ("council_references", "goals", "steps", "milestones", "partners")
_ARRANGES = frozenset({"join", "part", "up", "down"})
# a row counts as empty when these are: its selects always hold something
_TOLD_BY = {
    "council_references": ("reference",),
    "goals": ("text", "year"),
    "steps": ("text",),
    "partners": ("name",),
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
        draft = tk.get_action("digitalms_report_import_create")(
            reader(), {"upload": upload, "background": True}
        )
    except tk.ValidationError as err:
        return _index(err.error_dict)
    return redirect("digitalms_report_import.read", draft_id=draft["id"])


@digitalms_report_import.get("/<draft_id>")
def read(draft_id: str) -> Page:
    """Show what was read beside the source: one row of the report (``?zeile=``), or all of it."""
    draft = tk.get_action("digitalms_report_import_show")(reader(), {"id": draft_id})
    refused = work.errors_of(draft["work"])
    if draft["state"] == "reading" or work.is_busy(draft["work"]):
        return _at_work(draft, refused)
    return _form(draft, {}, refused, _row(draft, tk.request.args.get("zeile", "")))


def _at_work(draft: Json, refused: Mapping[str, Any]) -> Page:
    """Show what a job does with a report, or why it could not read it."""
    told = {
        "draft": draft,
        "work_title": work.title_of(draft["work"]) if draft["work"] else "",
        "refused": work.sentences(refused),
    }
    return work.until_done(rendered("digitalms/report_import/reading.html", told), draft["work"])


@digitalms_report_import.post("/<draft_id>")
def update(draft_id: str) -> Page:
    """Keep what was typed; publish or arrange when asked to. On an error what was typed stays in the form."""
    draft = tk.get_action("digitalms_report_import_show")(reader(), {"id": draft_id})
    form = tk.request.form
    if draft["state"] == "reading":
        return _go_on(draft_id, "digitalms_report_import_update")
    if form.get("action") == "freeze":
        return _go_on(draft_id, "digitalms_report_import_apply")
    typed, seen = typed_values(form), form.get("seen", "")
    row = _row(draft, form.get("zeile", ""))
    action = form.get("action", "")
    asked = {"id": draft_id, "seen": seen, **typed, **(_decided(typed, action, row, form) if row else {})}
    try:
        changed = tk.get_action("digitalms_report_import_update")(form_numbers.typing(), asked)
        seen = str(changed["revision"])
        if action == "publish":
            asked = {"id": draft_id, "seen": seen, "background": True}
            if tk.get_action("digitalms_report_import_apply")(reader(), asked)["work"]:
                return redirect("digitalms_report_import.read", draft_id=draft_id)
    except tk.ValidationError as err:
        return _refused(draft_id, {**typed, "seen": seen}, err.error_dict)
    if row:
        return _after(changed, action, row)
    tk.h.flash_success(
        tk._("The measures are published.") if action == "publish" else tk._("Your corrections are kept.")
    )
    return redirect("digitalms_report_import.read", draft_id=draft_id)


def _go_on(draft_id: str, action: str) -> Page:
    """Read again, or freeze what is published already: the one who did so was ended in between."""
    try:
        tk.get_action(action)(reader(), {"id": draft_id, "background": True})
    except tk.ValidationError as refused:
        flash_refusal(refused)
    return redirect("digitalms_report_import.read", draft_id=draft_id)


def _row(draft: Json, told: str) -> int:
    """Return the row of the report that is worked on, 0 for all of it."""
    positions = {measure["position"] for measure in draft["measures"]}
    return int(told) if _PLACE.fullmatch(told) and int(told) in positions else 0


def _decided(typed: Json, action: str, row: int, form: Mapping[str, Any]) -> Json:
    """Return what the button says of a row: that it was looked at, is left out, or how it is arranged."""
    measures = [dict(measure) for measure in typed["measures"]]
    if action in {"checked", "leave_out"}:
        for measure in measures:
            measure["checked"] = True
            measure["include"] = measure["include"] and action == "checked"
    told: Json = {"measures": measures}
    if action in _ARRANGES:
        rows = " ".join(_kept_row(one, form) for one in getattr(form, "getlist", lambda _name: [])("rows"))
        told |= {"arrange": action, "position": row, "new_title": form.get("new_title", ""), "rows": rows}
    return told


def _kept_row(told: str, form: Mapping[str, Any]) -> str:
    """Count an entry among those that are kept: emptied ones before it are gone."""
    name, _, place = told.rpartition("-")
    if name not in _LISTS or not _PLACE.fullmatch(place):
        return told
    rows: dict[int, Json] = {}
    for key, value in form.items():
        match = _FIELD.fullmatch(key)
        if match and match[2] == name and match[3]:
            rows.setdefault(int(match[3]), {})[match[4]] = value
    before = [rows[number] for number in sorted(rows) if number < int(place)]
    return f"{name}-{len([row for row in before if _is_told(name, row)])}"


def _after(draft: Json, action: str, row: int) -> Page:
    """Lead to the row that comes next, or to the whole report where none is left."""
    moves = {
        "join": row - 1,
        "part": row + 1,
        "up": max(row - 1, 1),
        "down": min(row + 1, len(draft["measures"])),
    }
    place = moves.get(action, row)
    if action in {"checked", "leave_out"}:
        left = [one["position"] for one in draft["measures"] if not one["checked"]]
        place = next((one for one in left if one > row), left[0] if left else 0)
    if not place:
        tk.h.flash_success(tk._("You have looked at every measure: publish them below."))
        return redirect("digitalms_report_import.read", draft_id=draft["id"])
    if action in _ARRANGES or action == "save":
        tk.h.flash_success(tk._("Your corrections are kept."))
    return redirect("digitalms_report_import.read", draft_id=draft["id"], zeile=place)


def _refused(draft_id: str, typed: Json, errors: Mapping[str, Any]) -> Page:
    """Show what was typed, with what is wrong, beside the draft as it is now.

    Where its rows were put in order anew since the form was opened, what was typed is of other rows: it is
    shown alone, and as of that state, so that it is never kept for a row that it does not mean.
    """
    draft = tk.get_action("digitalms_report_import_show")(reader(), {"id": draft_id})
    if draft["state"] != "draft":
        return _form(draft, {}, errors)
    rows, told = _typed_rows(typed), tk.request.form.get("zeile", "")
    known = {measure["position"] for measure in draft["measures"]}
    seen = typed["seen"]
    is_of_other_rows = not rows.keys() <= known or (seen.isdecimal() and int(seen) < draft["arranged"])
    if is_of_other_rows:
        alone = [{**_WITHOUT_SOURCE, **rows[position], "position": position} for position in sorted(rows)]
        row = int(told) if _PLACE.fullmatch(told) and int(told) in rows else 0
        return _form({**draft, "measures": alone}, typed, errors, row)
    # sent again after it was compared, it is meant
    typed["seen"] = draft["revision"] if "seen" in errors else seen
    return _form(draft, typed, errors, _row(draft, told))


# what a row that was typed does not say of itself
_WITHOUT_SOURCE: Json = {
    **dict.fromkeys(("known_because", "status_because"), ""),
    **dict.fromkeys(("source", "warnings", "not_taken_over"), ()),
    "checked": False,
}


def _typed_rows(typed: Json) -> dict[int, Json]:
    return {
        int(each["position"]): each
        for each in typed.get("measures", [])
        if _PLACE.fullmatch(str(each["position"]))
    }


def _form(draft: Json, typed: Json, errors: Mapping[str, Any], row: int = 0) -> Page:
    rows = _typed_rows(typed)
    measures = [
        {**measure, **rows.get(measure["position"], {}), "position": measure["position"]}
        for measure in draft["measures"]
    ]
    shown = {
        **draft,
        **{name: typed[name] for name in ("title", "report_date", "organisation") if name in typed},
    }
    choices = {
        "status": form_fields.terms(Status),
        "state": form_fields.terms(StepState),
        "role": form_fields.terms(ReferenceRole),
        "funding": [("", tk._("not stated")), *form_fields.terms(FundingState)],
        "known": [(one["value"], one["text"]) for one in draft["known"]],
        "organisation": [(one["value"], one["text"]) for one in draft["organisations"]],
    }
    told = {
        "draft": {**shown, "measures": measures},
        "errors": errors,
        "choices": choices,
        "row": row,
        "seen": typed.get("seen", draft["revision"]),
        "work_title": "",
        "refused": [] if draft["state"] == "draft" else work.sentences(errors),
        "left": [one for one in draft["measures"] if not one["checked"]],
        "new_title": tk.request.form.get("new_title", ""),
    }
    template = "published.html" if draft["state"] != "draft" else "row.html" if row else "edit.html"
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
    return [row for row in ordered if _is_told(name, row)]


def _is_told(name: str, row: Json) -> bool:
    return any(row.get(field, "").strip() for field in _TOLD_BY[name])
