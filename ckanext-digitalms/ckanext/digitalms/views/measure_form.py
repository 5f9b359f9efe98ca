"""The form of a measure, and the short one that asks what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.navl.dictization_functions import unflatten
from ckan.logic import clean_dict, parse_params, tuplize_dict
from flask import Blueprint
from werkzeug.datastructures import MultiDict

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import MEASURE_TYPE, Status, StepState

from . import form_fields
from .errors import handle_errors
from .pages import Page, reader, redirect, rendered
from .withdrawn import tell

digitalms_editing = Blueprint("digitalms_editing", __name__)
handle_errors(digitalms_editing)

# a field, or one of a row; whatever else is posted is no field of ours
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*(?:__\d{1,4}__[a-z]+(?:_[a-z]+)*)?")
# what a row of the form holds although nobody typed anything into it
UNTYPED = frozenset(
    {"id", "role", "state", "body", "origin", "technology", "speed_mbit_s", "customer", "base"}
)
# what the forms ask beside the fields of the record; `seen`: which state of the measure they show
EXTRA_FIELDS = frozenset({"stand", "source", "seen"})
# what the short form asks; an action refuses what it does not know
NEWS_FIELDS = ("as_of", "status", "status_reason", "progress_percent", "statement", "source")
OUTCOMES = {
    "new_stand": N_("The new Stand is saved."),
    "correction": N_("The Stand is corrected; the former wording stays in the history."),
    "backdated": N_("The earlier Stand was added to the history; the page stays as it is."),
    "unchanged": N_("Nothing was changed: this is what the measure already says."),
}


@dataclass
class Form:
    """What a form shows: what was typed or stored, and what is wrong with it."""

    data: Json
    errors: Json = field(default_factory=dict)
    stored: Json | None = None

    @property
    def is_new(self) -> bool:
        """Return whether the measure is yet to be made."""
        return self.stored is None


@digitalms_editing.route("/digitalisierungsmassnahme/new", methods=["GET", "POST"])
def new() -> Page:
    """Add a measure."""
    tk.check_access("package_create", reader(), {"type": MEASURE_TYPE})
    if tk.request.method == "GET":
        return _render(Form({"as_of": config.today().isoformat(), **tk.request.args.to_dict()}))
    typed = _typed()
    try:
        made = tk.get_action("package_create")(reader(), {**typed, "type": MEASURE_TYPE})
    except tk.ValidationError as refused:
        return _render(Form(typed, refused.error_dict))
    tk.h.flash_success(tk._("The measure was added."))
    return redirect("digitalms_measure.read", id=made["name"])


@digitalms_editing.route("/digitalisierungsmassnahme/edit/<id>", methods=["GET", "POST"])
def edit(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Change a measure."""
    stored = _stored(id)
    if tk.request.method == "GET":
        return _render(Form({**stored, "as_of": config.today().isoformat(), "stand": "new"}, stored=stored))
    typed = _typed()
    if typed.get("stand") == "correction":
        typed["as_of"] = stored["as_of"]
    kept: Json = {
        name: stored[name] for name in ("id", "name", "type", "resources", "groups") if name in stored
    }
    try:
        saved = tk.get_action("package_update")(reader(), {**typed, **kept, "state": "active"})
    except tk.ValidationError as refused:
        return _render(Form({**typed, **kept}, refused.error_dict, _stored(id)))
    tk.h.flash_success(tk._("The measure was saved."))
    if saved["private"] and not stored["private"]:
        tell(stored["name"])
    return redirect("digitalms_measure.read", id=stored["name"])


def _stored(measure_id: str) -> Json:
    dataset: Json = tk.get_action("package_show")(reader(), {"id": measure_id})
    if dataset["type"] != MEASURE_TYPE:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    tk.check_access("package_update", reader(), {"id": dataset["id"]})
    return {**dataset, "tag_string": ", ".join(tag["name"] for tag in dataset.get("tags") or ())}


def _typed(*, drop_blank: bool = True) -> Json:
    """Read the form; rows into which nobody typed anything are left out."""
    known = _shown() | EXTRA_FIELDS
    form = MultiDict(
        [
            (name, value)
            for name, value in tk.request.form.items(multi=True)
            if _NAME.fullmatch(name) and name.split("__")[0] in known
        ]
    )
    typed: Json = clean_dict(unflatten(tuplize_dict(parse_params(form))))
    for kind in ROW_TYPES:
        rows = typed.get(kind)
        if isinstance(rows, list):
            typed[kind] = [r for r in rows if isinstance(r, dict) and (_has_text(r) or not drop_blank)]
        elif kind in typed:
            typed.pop(kind)
    return typed


def _shown() -> set[str]:
    """Return the names of the fields that the form has; what else a dataset holds is left alone."""
    fields = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)["dataset_fields"]
    return {str(field["field_name"]) for field in fields if field.get("form_group")}


def _has_text(row: Json) -> bool:
    return any(str(value).strip() for name, value in row.items() if name not in UNTYPED)


def _render(form: Form) -> Page:
    schema = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)
    groups = [
        {**group, "fields": [f for f in schema["dataset_fields"] if f.get("form_group") == group["name"]]}
        for group in schema["form_groups"]
    ]
    data = {
        "form": form,
        "data": form.data,
        "errors": form.errors,
        "groups": groups,
        "definitions": list(Status),
    }
    return rendered("digitalms/form/measure.html", {**data, "organisations": form_fields.organisations()})


@digitalms_editing.route("/digitalisierungsmassnahme/<id>/neues", methods=["GET", "POST"])
def news(id: str) -> Page:  # noqa: A002 - as above
    """Ask what is new, in a minute."""
    stored = _stored(id)
    if tk.request.method == "GET":
        told = {
            name: stored.get(name) or "" for name in ("status", "status_reason", "progress_percent", "steps")
        }
        return _render_news(stored, {**told, "as_of": config.today().isoformat()}, {})
    typed = _typed(drop_blank=False)
    steps = _steps(typed.pop("steps", None), stored)
    told = {name: typed[name] for name in (*NEWS_FIELDS, "seen") if name in typed}
    asked = {**told, "id": stored["name"], **({"steps": steps} if steps is not None else {})}
    try:
        outcome = tk.get_action("digitalms_statement_create")(reader(), asked)
    except tk.ValidationError as refused:
        shown = {**typed, "steps": steps or stored.get("steps") or []}
        return _render_news(_stored(id), shown, refused.error_dict)
    sentence = OUTCOMES[outcome["change"]]
    tk.h.flash_success(tk._(sentence))
    return redirect("digitalms_measure.read", id=stored["name"])


def _steps(typed: Any, stored: Json) -> list[Json] | None:
    """Return the stored steps with the states that were chosen; ``None`` where the form has none."""
    if not isinstance(typed, list):
        return None
    chosen = {row.get("id"): row.get("state") for row in typed}
    return [{**step, "state": chosen.get(step["id"], step["state"])} for step in stored.get("steps") or ()]


def _render_news(stored: Json, data: Json, errors: Json) -> Page:
    told = {
        "stored": stored,
        "data": data,
        "errors": errors,
        "statuses": form_fields.terms(Status),
        "states": form_fields.terms(StepState),
    }
    return rendered("digitalms/form/news.html", told)
