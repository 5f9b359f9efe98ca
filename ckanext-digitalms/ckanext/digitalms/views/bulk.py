"""Changing status and dates of several measures at once: an import like any other, from a form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.vocabularies import Status

from . import form_fields, form_numbers
from .errors import handle_errors
from .overview import FILTERS
from .pages import Page, reader, redirect, rendered
from .point_in_time import PointInTime, kept_measures

digitalms_bulk = Blueprint("digitalms_bulk", __name__, url_prefix="/digitalisierung/mehrere-aendern")
handle_errors(digitalms_bulk)

# what can be set for all of them; what stays empty stays as it is
SET = ("status", "status_reason", "progress_percent", "update_due")


@digitalms_bulk.get("/")
def choose() -> Page:
    """Show the measures that one keeps, filtered as the overview was, and what can be set for them."""
    chosen = [one["measure_id"] for one in _kept()] if tk.request.args.get("alle") else []
    return _form({}, chosen, {})


@digitalms_bulk.post("/")
def preview() -> Page:
    """Show what would change; nothing is changed yet."""
    told = {name: text.strip() for name, text in form_fields.typed((*SET, *form_fields.STAND)).items()}
    chosen = tk.request.form.getlist("measure")
    values, wrong = _with_numbers({name: told[name] for name in SET if told[name]})
    errors = {**_missing(chosen, values), **wrong}
    if errors:
        return _form(told, chosen, errors)
    data = {
        "table": "measures",
        "content": json.dumps([{"measure_id": measure_id, **values} for measure_id in chosen]),
        "filename": tk._("Several measures at once"),
        **form_fields.stand(told),
        "dry_run": True,
    }
    try:
        done = tk.get_action("digitalms_table_import")(reader(), data)
    except tk.ValidationError as refused:
        return _form(told, chosen, refused.error_dict)
    return redirect("digitalms_table_import.read", id=done["id"])


def _missing(chosen: Sequence[str], values: Mapping[str, str]) -> dict[str, list[str]]:
    errors = {}
    if not chosen:
        errors["measure"] = [tk._("No measure is chosen: choose at least one.")]
    if not values:
        errors["status"] = [tk._("Nothing is to change: choose a status, or fill one of the other fields.")]
    return errors


def _with_numbers(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the values as tables write them, and what is wrong with a number."""
    try:
        progress = form_numbers.percent(values.get("progress_percent", ""))
    except tk.Invalid as refused:
        return dict(values), {"progress_percent": [refused.error]}
    return {**values, **({"progress_percent": progress} if progress else {})}, {}


def _kept() -> list[dict[str, Any]]:
    """Return the measures that the user may change; a filter that is none shows all."""
    tk.check_access("digitalms_table_import", {"user": tk.current_user.name}, {})
    wanted = {name: text for name in FILTERS if (text := tk.request.args.get(name, "").strip())}
    try:
        found = kept_measures(PointInTime(), **wanted)
    except tk.ValidationError:
        found = kept_measures(PointInTime())
    found = [measure for measure in found if measure["visibility"] != "draft"]
    names = {each["name"] for each in form_fields.organisations()}
    return [measure for measure in found if measure["organisation"] in names]


def _form(told: Mapping[str, str], chosen: Sequence[str], errors: Mapping[str, Any]) -> Page:
    values = {
        "told": {"as_of": config.today().isoformat(), **told},
        "chosen": set(chosen),
        "errors": errors,
        "measures": _kept(),
        "filters": {name: text for name in FILTERS if (text := tk.request.args.get(name, "").strip())},
        "statuses": form_fields.terms(Status),
    }
    return rendered("digitalms/bulk/index.html", values)
