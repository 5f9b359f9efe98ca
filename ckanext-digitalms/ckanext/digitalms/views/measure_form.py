"""The form of a whole measure; the short one that asks what is new is :mod:`.news_form`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

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

from . import form_fields, form_groups, form_numbers, form_rows, mending, milestone_days, stage_plan
from .errors import handle_errors
from .pages import Page, for_view, reader, redirect, rendered
from .withdrawn import tell

digitalms_editing = Blueprint("digitalms_editing", __name__)
handle_errors(digitalms_editing)

# a field, or one of a row; whatever else is posted is no field of ours
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
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
    """What a form shows: what was typed or stored, what is wrong with it, and which fields are in sight."""

    data: Json
    errors: Json = field(default_factory=dict)
    stored: Json | None = None
    opened: Sequence[str] = ()

    @property
    def is_new(self) -> bool:
        """Return whether the measure is yet to be made."""
        return self.stored is None


@digitalms_editing.route("/digitalisierungsmassnahme/new", methods=["GET", "POST"])
def new() -> Page:
    """Add a measure."""
    tk.check_access("package_create", reader(), {"type": MEASURE_TYPE})
    if tk.request.method == "GET":
        begun = {"as_of": config.today().isoformat(), **tk.request.args.to_dict()}
        return _render(Form(begun, opened=form_groups.required()))
    is_arranged = "do" in tk.request.form
    typed, wrong = arranged_fields(drop_blank=not is_arranged)
    if is_arranged or wrong:
        return _arranged(Form(typed, wrong))
    asked = milestone_days.ask(typed, None)
    if asked.errors:
        return _again(Form({**typed, "asked": asked.marks}, asked.errors))
    try:
        made = tk.get_action("package_create")(form_numbers.typing(), {**typed, "type": MEASURE_TYPE})
    except tk.ValidationError as refused:
        return _again(Form({**typed, "asked": asked.marks}, refused.error_dict))
    tk.h.flash_success(" ".join(filter(None, [tk._("The measure was added."), form_numbers.read_as(typed)])))
    return redirect("digitalms_measure.read", id=made["name"])


@digitalms_editing.route("/digitalisierungsmassnahme/edit/<id>", methods=["GET", "POST"])
def edit(id: str) -> Page:  # noqa: A002 - CKAN's links to a dataset name it so
    """Change a measure."""
    stored = stored_measure(id)
    if tk.request.method == "GET":
        data = _for_stand(form_numbers.shown(stored), stored, tk.request.args.get("stand"))
        return _render(Form(data, stored=stored, opened=["as_of"]))
    loads, is_arranged = tk.request.form.get("load"), "do" in tk.request.form
    typed, wrong = arranged_fields(drop_blank=not (loads or is_arranged))
    if loads or is_arranged or wrong:
        # nothing is saved yet: whoever saved since is told when it is
        seen = {**stored, "metadata_modified": typed.get("seen") or stored["metadata_modified"]}
        data = _for_stand(typed, stored, loads) if loads else {**typed, "name": stored["name"]}
        return _arranged(Form(data, wrong, seen, ["as_of"] if loads else []))
    return _save(typed, stored)


def _save(typed: Json, stored: Json) -> Page:
    if typed.get("stand") == "correction":
        typed["as_of"] = stored["as_of"]
    elif typed.get("as_of") == stored["as_of"]:
        # the day of a new Stand is that of the present one after all, whose words the form did not show
        typed |= {name: typed.get(name) or stored.get(name) for name in WORDS}
    asked = milestone_days.ask(typed, stored)
    if asked.errors:
        shown = {**typed, "name": stored["name"], "asked": asked.marks}
        return _again(Form(shown, asked.errors, stored))
    kept: Json = {
        name: stored[name] for name in ("id", "name", "type", "resources", "groups") if name in stored
    }
    try:
        told = {**typed, **kept, "state": "active"}
        saved = tk.get_action("package_update")(form_numbers.typing(), told)
    except tk.ValidationError as refused:
        shown = {**typed, **kept, "asked": asked.marks}
        return _again(Form(shown, refused.error_dict, stored_measure(stored["id"])))
    tk.h.flash_success(" ".join(filter(None, [_saved(saved, typed), form_numbers.read_as(typed)])))
    if saved["private"] and not stored["private"]:
        tell(stored["name"])
    return mending.back_to(stored["name"])


def _arranged(form: Form) -> Page:
    """Show the form again with an entry more, less or elsewhere."""
    wanted = tk.request.form.get("do", "")
    if wanted == stage_plan.BUTTON:
        wrong = stage_plan.add(form.data)
        return _again(replace(form, errors={**form.errors, **wrong}, opened=[*form.opened, "milestones"]))
    kind = form_rows.change(form.data, wanted)
    return _again(replace(form, opened=[*form.opened, *([kind] if kind else [])]))


def _again(form: Form) -> Page:
    """Show what was typed again; what is new in it is in sight."""
    before = form_numbers.shown(form.stored) if form.stored else {}
    new = form_groups.required() if form.is_new else []
    if form.is_new and not str(form.data.get("name") or "").strip():
        form.data["name"] = _proposed(form.data)
    return _render(replace(form, opened=[*form.opened, *new, *form_groups.changed(form.data, before)]))


def _for_stand(data: Json, stored: Json, stand: str | None) -> Json:
    """Return what the form shows for a new Stand, without words yet, or to correct the present one.

    Args:
        stand: ``correction``, ``new``, or the day of the new Stand where it is later than the present one.
    """
    told = {name: str(data.get(name) or "").strip() for name in WORDS}
    today = config.today().isoformat()
    day = stand if stand and DAY.fullmatch(stand) and stored["as_of"] <= stand <= today else today
    if stand == "correction" or (stand != "new" and day == stored["as_of"]):
        words = {name: text or stored.get(name) for name, text in told.items()}
        return {**data, **words, "stand": "correction", "as_of": stored["as_of"]}
    words = {name: "" if text == (stored.get(name) or "") else text for name, text in told.items()}
    return {**data, **words, "stand": "new", "as_of": day}


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
    return arranged_fields(drop_blank=drop_blank)[0]


def arranged_fields(*, drop_blank: bool) -> tuple[Json, Json]:
    """Read a form with its rows where their places say, and what is wrong with a place, by kind of row."""
    known = _shown() | EXTRA_FIELDS
    form = MultiDict(
        [
            (name, value)
            for name, value in tk.request.form.items(multi=True)
            if _NAME.fullmatch(name) and name.split("__")[0] in known
        ]
    )
    typed: Json = clean_dict(unflatten(tuplize_dict(parse_params(form))))
    wrong: Json = {}
    for kind in ROW_TYPES:
        rows = typed.pop(kind, None)
        if not isinstance(rows, list):
            continue
        rows, errors = form_rows.ordered([row for row in rows if isinstance(row, dict)])
        wrong |= {kind: errors} if errors else {}
        typed[kind] = rows if errors else [row for row in rows if _has_text(row) or not drop_blank]
    return typed, wrong


def _shown() -> set[str]:
    """Return the names of the fields that the form has; what else a dataset holds is left alone."""
    fields = tk.h.scheming_get_dataset_schema(MEASURE_TYPE)["dataset_fields"]
    return {str(field["field_name"]) for field in fields if field.get("form_group")}


def _has_text(row: Json) -> bool:
    return any(str(value).strip() for name, value in row.items() if name not in UNTYPED)


def _proposed(data: Json) -> str:
    """Return the key that a new measure would get by its title; nothing where it has none to speak of."""
    try:
        told = {"title": data.get("title") or ""}
        return str(tk.get_action("digitalms_measure_key_propose")(reader(), told)["key"])
    except tk.ValidationError:
        return ""  # what is wrong with the title is told at its field


def _render(form: Form) -> Page:
    data = {
        # a key that was not written by hand goes on following the title
        "proposed": _proposed(form.data) if form.is_new and form.data.get("title") else "",
        "form": form,
        "data": form.data,
        "errors": form.errors,
        "came_from": mending.came_from(),
        "groups": form_groups.groups(form.data, form.errors, form.opened),
        "row_says": form_groups.row_says,
        "plan": stage_plan.typed_plan(),
        "definitions": list(Status),
        "organisations": form_fields.organisations(),
        "parents": tk.get_action("digitalms_measure_parent_list")(for_view(), {})["results"],
    }
    return rendered("digitalms/form/measure.html", data)
