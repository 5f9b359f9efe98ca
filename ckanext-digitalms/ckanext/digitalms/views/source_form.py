"""The form of a source: fields instead of JSON, known sources to begin with, a trial before it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.sources.presets import presets
from ckanext.digitalms.sources.settings import (
    COMMON,
    COVERAGE,
    MORE,
    PROGRESS,
    fields_of,
    from_config,
    to_config,
)
from ckanext.digitalms.validation.findings import Report
from ckanext.digitalms.vocabularies import Base, Customer

from . import form_fields
from .errors import handle_errors
from .findings import found_groups
from .pages import Page, for_view, reader, redirect, rendered
from .source import source_of

digitalms_source_form = Blueprint(
    "digitalms_source_form", __name__, url_prefix="/digitalisierung/datenqualitaet"
)
handle_errors(digitalms_source_form)

PLAIN = ("title", "name", "url", "source_type", "owner_org", "frequency", "notes", "state")
_BEFORE = "Error parsing the configuration options:"
FREQUENCIES = ("MANUAL", "DAILY", "WEEKLY", "BIWEEKLY", "MONTHLY", "ALWAYS")


@digitalms_source_form.get("/quelle-anlegen")
def new() -> Page:
    """Show the known sources, or the form filled with one of them."""
    _may_add()
    known = presets(config.today())
    key = tk.request.args.get("vorlage", "")
    if key not in known:
        return rendered("digitalms/sources/presets.html", {"presets": known})
    told = {**from_config(known[key].source_type, {}), **known[key].fields}
    return _form({"source_type": known[key].source_type, **told}, key=key)


@digitalms_source_form.post("/quelle-anlegen")
def create() -> Page:
    """Try a source, or save it."""
    _may_add()
    told, key = _typed(), tk.request.args.get("vorlage", "")
    return _done(told, None, key)


@digitalms_source_form.get("/quelle/<id>/bearbeiten")
def edit(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Show the form of a source."""
    source = _stored(id)
    settings = json.loads(source.get("config") or "{}")
    told = {name: str(source.get(name) or "") for name in PLAIN}
    return _form({**told, **from_config(told["source_type"], settings)}, source)


@digitalms_source_form.post("/quelle/<id>/bearbeiten")
def update(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Try the source as it is typed, or save it."""
    return _done(_typed(), _stored(id))


def _may_add() -> None:
    """Refuse whoever adds no sources, in our words."""
    if not tk.h.check_access("harvest_source_create"):
        raise tk.NotAuthorized(tk._("Only the editors of an office and the coordinators add sources."))


def _stored(id: str) -> Json:  # noqa: A002 - the parameter's name in the API
    """Return a source for those who keep it; raises ``NotAuthorized`` for others."""
    found = source_of(id)
    tk.check_access("package_update", reader(), {"id": found["id"]})
    stored: Json = tk.get_action("harvest_source_show")(reader(), {"id": found["id"]})
    return stored


def _typed() -> dict[str, str]:
    plain = form_fields.typed(PLAIN)
    return {**plain, **form_fields.typed((*fields_of(plain["source_type"]), MORE))}


def _done(told: dict[str, str], source: Json | None, key: str = "") -> Page:
    """Do what the button says; what is wrong stands at its field, and nothing typed is lost."""
    told = {**told, "url": told["url"].strip(), "name": told["name"].strip() or _proposed(told["title"])}
    try:
        settings = json.dumps(to_config(told["source_type"], told), ensure_ascii=False)
    except (ValueError, TypeError):
        example = '{"delimiter": ";"}'
        text = tk._("This is no JSON object: write it like {example}, or leave it empty.")
        return _form(told, source, key, {MORE: [text.format(example=example)]})
    if tk.request.form.get("do") == "check":
        return _tried(told, settings, source, key)
    named = {name: told[name] for name in PLAIN if told[name] or name not in {"owner_org", "state"}}
    data = {**named, "config": settings, **({"id": source["id"]} if source else {})}
    action = "harvest_source_update" if source else "harvest_source_create"
    try:
        saved = tk.get_action(action)(reader(), data)
    except tk.ValidationError as refused:
        return _form(told, source, key, _in_our_words(refused.error_dict))
    tk.h.flash_success(tk._("The source is saved."))
    return redirect("digitalms_source.read", id=saved["name"])


def _in_our_words(errors: Mapping[str, Any]) -> dict[str, Any]:
    """Return errors without what ckanext-harvest puts before those of the settings."""
    told = dict(errors)
    if "config" in told:
        told["config"] = [str(one).removeprefix(_BEFORE).strip() for one in told["config"]]
    return told


def _proposed(title: str) -> str:
    """Return a name in addresses that fits a title and is not taken."""
    if not title.strip():
        return ""
    found: str = tk.get_action("digitalms_measure_key_propose")(reader(), {"title": title})["key"]
    return found


def _tried(told: Mapping[str, str], settings: str, source: Json | None, key: str) -> Page:
    asked = {name: told[name] for name in ("source_type", "url", "owner_org")}
    asked |= {"config": settings, **({"id": source["id"]} if source else {})}
    try:
        found = tk.get_action("digitalms_source_check")(for_view(), asked)
    except tk.ValidationError as refused:
        return _form(told, source, key, refused.error_dict, is_trial=True)
    return _form(told, source, key, found=found)


def _form(
    told: Mapping[str, str],
    source: Json | None = None,
    key: str = "",
    errors: Mapping[str, Any] | None = None,
    found: Json | None = None,
    *,
    is_trial: bool = False,
) -> Page:
    report = Report.from_json(found["report"]) if found else None
    kinds = [(one["name"], one["title"]) for one in tk.h.harvesters_info()]
    others = [one for one in kinds if one[0] not in {PROGRESS, COVERAGE}]
    kind = told.get("source_type", "")
    values = {
        "told": told,
        "errors": errors or {},
        "is_trial": is_trial,
        "source": source,
        "here": tk.request.full_path.rstrip("?"),
        "kind": dict(kinds).get(kind, kind) if kind in {PROGRESS, COVERAGE} or source else "",
        "kinds": others,
        "is_progress": kind == PROGRESS,
        "is_coverage": kind == COVERAGE,
        "organisations": form_fields.organisations(),
        "frequencies": FREQUENCIES,
        "languages": [("", tk._("that of the catalogue")), ("de", tk._("German")), ("en", tk._("English"))],
        "choices": {
            **form_fields.dialect_choices(),
            "customer": form_fields.terms(Customer),
            "base": form_fields.terms(Base),
            "shares": form_fields.scales(),
        },
        "preset": presets(config.today()).get(key),
        "tried": found,
        "report": report,
        "groups": found_groups(report),
        "common": COMMON,
    }
    return rendered("digitalms/sources/form.html", values)
