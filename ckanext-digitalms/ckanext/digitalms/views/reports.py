"""Reports that go out: the list, the report itself in its forms, and beginning a new one."""

from __future__ import annotations

import io
from base64 import b64decode
from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, jsonify, send_file
from markupsafe import Markup

from ckanext.digitalms import config
from ckanext.digitalms.helpers import digitalms_organisations
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import NO_DAY
from ckanext.digitalms.reporting import canonical, html
from ckanext.digitalms.reporting.citing import Cited
from ckanext.digitalms.reporting.sheet import Field
from ckanext.digitalms.reporting.sheet import sheet as paper_fields
from ckanext.digitalms.reporting.types import types_of
from ckanext.digitalms.vocabularies import Status

from . import form_fields
from .errors import handle_errors, page
from .pages import Page, part, reader, redirect, rendered

digitalms_reports = Blueprint("digitalms_reports", __name__, url_prefix="/digitalisierung/berichte")
handle_errors(digitalms_reports)

_KEPT, _NOT_KEPT = "public, no-cache", "private, no-store"
SHOWN = 50  # reports on a page
_NEW = ("title", "name", "type", "as_of", "previous", "number", "choose", "organisation", "status")


@digitalms_reports.get("/")
def index() -> Page:
    """List the reports: frozen ones; for who makes them drafts, too."""
    shown = part(SHOWN)
    found = tk.get_action("digitalms_report_list")(reader(), shown.asked)
    return rendered("digitalms/reports/index.html", {"reports": found, "part": shown})


@digitalms_reports.get("/neu")
def new() -> Page:
    """Show the form of a new report."""
    tk.check_access("digitalms_report_create", reader(), {})
    kinds, kind = types_of(config.report_types()), tk.request.args.get("art", "council")
    told = {"as_of": config.today().isoformat(), "type": kind, "choose": "all"}
    if kind in kinds and kind != "council":
        told |= {"title": f"{kinds[kind].title} {config.today():%d.%m.%Y}", "choose": "hand"}
    told["previous"] = next((one["name"] for one in _others() if one["as_of"] < told["as_of"]), "")
    return _new(told, [], {})


@digitalms_reports.post("/neu")
def create() -> Page:
    """Begin a report, or show what was typed with what is wrong."""
    typed = {name: text.strip() for name, text in form_fields.typed(_NEW).items()}
    chosen = tk.request.form.getlist("measure")
    asked: Json = {name: typed[name] for name in ("title", "name", "type", "as_of", "previous", "number")}
    if typed["choose"] == "hand":
        asked["measures"] = chosen
    elif typed["choose"] == "filter":
        asked |= {name: typed[name] for name in ("organisation", "status") if typed[name]}
    if typed["choose"] == "hand" and not chosen:
        errors = {"measures": [tk._("No measure is chosen: choose at least one.")]}
        return _new(typed, chosen, errors)
    try:
        made = tk.get_action("digitalms_report_create")(reader(), asked)
    except tk.ValidationError as refused:
        return _new(typed, chosen, refused.error_dict)
    # a paper for the council begins with its gaps; what is made in passing is looked at
    first = "digitalms_report_work.gaps" if made["type"] == "council" else "digitalms_reports.preview"
    return redirect(first, name=made["name"])


def _new(told: Json, chosen: list[str], errors: Any) -> Page:
    measures = tk.get_action("digitalms_measure_list")(reader(), {"limit": 1000})
    previous = [("", tk._("none: it is the first")), *((one["name"], _named(one)) for one in _others())]
    values = {
        "told": told,
        "errors": errors,
        "chosen": chosen,
        "measures": measures["results"],
        "types": [(name, kind.title) for name, kind in types_of(config.report_types()).items()],
        "previous": previous,
        "organisations": digitalms_organisations(),
        "statuses": [("", tk._("every status")), *form_fields.terms(Status)],
    }
    return rendered("digitalms/reports/new.html", values)


def _others() -> list[Json]:
    found: list[Json] = tk.get_action("digitalms_report_list")(reader(), {"limit": 1000})["results"]
    return found


def _named(report: Json) -> str:
    return f"{report['title']} ({tk.h.digitalms_day(report['as_of'])})"


@digitalms_reports.get("/<name>")
def read(name: str) -> Page:
    """Show the newest frozen version; to who makes it the draft, where nothing is frozen yet."""
    return _shown(tk.get_action("digitalms_report_show")(reader(), {"id": name}))


@digitalms_reports.get("/<name>/<int:version>")
def read_version(name: str, version: int) -> Page:
    """Show a frozen version at its own address, which stays."""
    return _shown(tk.get_action("digitalms_report_show")(reader(), {"id": name, "version": version}))


@digitalms_reports.get("/<name>/vorschau")
def preview(name: str) -> Page:
    """Show the draft as it would be frozen now."""
    tk.check_access("digitalms_report_update", reader(), {"id": name})
    return _shown(tk.get_action("digitalms_report_show")(reader(), {"id": name, "draft": True}))


def _shown(told: Json) -> Page:
    version = next((one for one in told["versions"] if one["version"] == told["shown"]), None)
    values = {
        "told": told,
        "version": version,
        "body": _body(told),
        "cited": _cited(told, version) if version and told["report"] else None,
        "later": told["versions"][0] if version and told["versions"][0] is not version else None,
    }
    return rendered("digitalms/reports/read.html", values)


def _body(told: Json) -> Markup | None:
    """Return the body of the file that is kept, so that no other program ever changes it; of a draft, now."""
    if told["report"] is None:
        return None
    if told["shown"] is None:
        return html.body_markup(canonical.from_plain(told["report"]))
    file = _file({"id": told["name"], "version": told["shown"], "format": "html"})
    return html.body_of(b64decode(file["content"]))


def _cited(told: Json, version: Json) -> Cited:
    report = told["report"]
    return Cited(
        name=told["name"],
        version=version["version"],
        title=report["title"],
        publisher=report["head"]["office"] or config.publisher(),
        number=report["head"]["number"],
        as_of=date.fromisoformat(report["as_of"]),
        frozen_on=datetime.fromisoformat(version["frozen_at"]).astimezone(config.time_zone()).date(),
        url=tk.url_for(
            "digitalms_reports.read_version",
            name=told["name"],
            version=version["version"],
            _external=True,
            locale="default",
            **NO_DAY,
        ),
        sha256=version["sha256"],
    )


def _file(asked: Json) -> Json:
    found: Json = tk.get_action("digitalms_report_file")(reader(), asked)
    return found


@digitalms_reports.get("/<name>/vorlage")
def sheet(name: str) -> Page:
    """Show the fields of the paper, each to be copied into the council's system."""
    told = _with_report(name)
    return rendered("digitalms/reports/sheet.html", {"told": told, "fields": _fields(told)})


@digitalms_reports.get("/<name>/vorlage.json")
def sheet_as_json(name: str) -> Page:
    """Give the fields of the paper as JSON."""
    fields = {field.name: field.text for field in _fields(_with_report(name))}
    return jsonify(fields)


def _with_report(name: str) -> Json:
    """Return a report that has something to tell; raises ``ObjectNotFound`` where it was withdrawn."""
    told: Json = tk.get_action("digitalms_report_show")(reader(), {"id": name})
    if told["report"] is None:
        raise tk.ObjectNotFound(tk._("This report was withdrawn."))
    return told


def _fields(told: Json) -> tuple[Field, ...]:
    endings = [ending for ending in told["formats"] if ending not in {"json", "zip", "html", "xlsx"}]
    names = tuple(f"{told['name']}.{ending}" for ending in endings)
    return paper_fields(canonical.from_plain(told["report"]), names)


@digitalms_reports.get("/<name>.<ending>")
def newest_file(name: str, ending: str) -> Page:
    """Give a file of the newest frozen version; to who makes it one of the draft, where none is frozen."""
    return _sent({"id": name, "format": ending})


@digitalms_reports.get("/<name>/<int:version>.<ending>")
def file(name: str, version: int, ending: str) -> Page:
    """Give a file of a frozen version."""
    return _sent({"id": name, "format": ending, "version": version})


def _sent(asked: Json) -> Page:
    """Send a file; what was frozen can be kept but is asked after, since something may be blanked in it."""
    told = tk.get_action("digitalms_report_show")(reader(), _without_format(asked))
    chosen = next((one for one in told["versions"] if one["version"] == told["shown"]), None)
    if chosen and chosen["state"] == "withdrawn":
        sentence = tk._("This version of the report was withdrawn: {reason}")
        return page(410, tk._("Withdrawn"), sentence.format(reason=chosen["withdrawn_because"]))
    try:
        found = _file(asked)
    except tk.ValidationError as error:
        return page(422, tk._("This file cannot be made"), " ".join(error.error_dict["format"]))
    answer: Response = send_file(
        io.BytesIO(b64decode(found["content"])),
        mimetype=found["media_type"],
        as_attachment=found["media_type"] != "application/json",
        download_name=found["filename"],
        etag=found["sha256"],
        last_modified=datetime.fromisoformat(found["frozen_at"]) if found["frozen_at"] else None,
    )
    answer.headers["Cache-Control"] = _KEPT if found["version"] else _NOT_KEPT
    return answer


def _without_format(asked: Json) -> Json:
    return {name: value for name, value in asked.items() if name != "format"}
