"""The form of a whole measure; the short one that asks what is new is :mod:`.news_form`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import ckan.plugins.toolkit as tk
from ckan.lib.navl.dictization_functions import unflatten
from ckan.logic import clean_dict, parse_params, tuplize_dict
from flask import Blueprint
from werkzeug.datastructures import MultiDict

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.news import WORDS
from ckanext.digitalms.measures.record import ROW_TYPES
from ckanext.digitalms.vocabularies import MEASURE_TYPE, Status

from . import form_fields, form_numbers, milestone_days
from .errors import handle_errors
from .pages import Page, for_view, reader, redirect, rendered
from .withdrawn import tell

digitalms_editing = Blueprint("digitalms_editing", __name__)
handle_errors(digitalms_editing)

# a field, or one of a row; whatever else is posted is no field of ours
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*(?:__\d{1,4}__[a-z]+(?:_[a-z]+)*)?")
# what a row of the form holds although nobody typed anything into it
UNTYPED = frozenset(
    {"id", "role", "state", "body", "origin", "technology", "speed_mbit_s", "customer", "base"}
)
# what the forms ask beside the fields of the record; `seen`: which state of the measure they show, `shown`:
# of which day, `asked`: what was asked about milestones already
EXTRA_FIELDS = frozenset({"stand", "source", "seen", "shown", "asked"})


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
    typed = typed_fields()
    asked = milestone_days.ask(typed, None)
    if asked.errors:
        return _render(Form({**typed, "asked": asked.marks}, asked.errors))
    try:
        made = tk.get_action("package_create")(form_numbers.typing(), {**typed, "type": MEASURE_TYPE})
    except tk.ValidationError as refused:
        return _render(Form({**typed, "asked": asked.marks}, refused.error_dict))
    tk.h.flash_success(" ".join(filter(None, [tk._("The measure was added."), form_numbers.read_as(typed)])))
    return redirect("digitalms_measure.read", id=made["name"])


@digitalms_editing.route("/digitalisierungsmassnahme/edit/<id>", methods=["GET", "POST"])
def edit(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Change a measure."""
    stored = stored_measure(id)
    if tk.request.method == "GET":
        is_today = stored["as_of"] == config.today().isoformat()
        stand = "correction" if is_today or tk.request.args.get("stand") == "correction" else "new"
        return _render(Form(_for_stand(form_numbers.shown(stored), stored, stand), stored=stored))
    typed = typed_fields(drop_blank="load" not in tk.request.form)
    if "load" in tk.request.form:
        return _render(Form(_for_stand(typed, stored, tk.request.form["load"]), stored=stored))
    if typed.get("stand") == "correction":
        typed["as_of"] = stored["as_of"]
    elif typed.get("as_of") == stored["as_of"]:
        # the day of a new Stand is that of the present one after all, whose words the form did not show
        typed |= {name: typed.get(name) or stored.get(name) for name in WORDS}
    asked = milestone_days.ask(typed, stored)
    if asked.errors:
        shown = {**typed, "name": stored["name"], "asked": asked.marks}
        return _render(Form(shown, asked.errors, stored))
    kept: Json = {
        name: stored[name] for name in ("id", "name", "type", "resources", "groups") if name in stored
    }
    try:
        saved = tk.get_action("package_update")(form_numbers.typing(), {**typed, **kept, "state": "active"})
    except tk.ValidationError as refused:
        return _render(Form({**typed, **kept, "asked": asked.marks}, refused.error_dict, stored_measure(id)))
    tk.h.flash_success(" ".join(filter(None, [_saved(saved, typed), form_numbers.read_as(typed)])))
    if saved["private"] and not stored["private"]:
        tell(stored["name"])
    return redirect("digitalms_measure.read", id=stored["name"])


def _for_stand(data: Json, stored: Json, stand: str) -> Json:
    """Return what the form shows for a new Stand, without words yet, or to correct the present one."""
    told = {name: str(data.get(name) or "").strip() for name in WORDS}
    if stand == "correction":
        words = {name: text or stored.get(name) for name, text in told.items()}
        return {**data, **words, "stand": stand, "as_of": stored["as_of"]}
    words = {name: "" if text == (stored.get(name) or "") else text for name, text in told.items()}
    return {**data, **words, "stand": "new", "as_of": config.today().isoformat()}


def _saved(saved: Json, typed: Json) -> str:
    """Say that it is saved; and which Stand it is now, where that is not the one that was typed."""
    if typed.get("stand") == "correction" or saved["as_of"] == typed.get("as_of"):
        return str(tk._("The measure was saved."))
    text = tk._("The measure was saved. Nothing new was said of it, so its Stand is still that of {day}.")
    return str(text.format(day=tk.h.digitalms_day(saved["as_of"])))


def stored_measure(measure_id: str) -> Json:
    """Return a measure as it is stored, for whoever may change it."""
    dataset: Json = tk.get_action("package_show")(reader(), {"id": measure_id})
    if dataset["type"] != MEASURE_TYPE:
        raise tk.ObjectNotFound(tk._("There is no measure “{found}”.").format(found=measure_id[:60]))
    tk.check_access("package_update", reader(), {"id": dataset["id"]})
    return {**dataset, "tag_string": ", ".join(tag["name"] for tag in dataset.get("tags") or ())}


def typed_fields(*, drop_blank: bool = True) -> Json:
    """Read a form; rows into which nobody typed anything are left out."""
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
        "organisations": form_fields.organisations(),
        "parents": tk.get_action("digitalms_measure_parent_list")(for_view(), {})["results"],
    }
    return rendered("digitalms/form/measure.html", data)
