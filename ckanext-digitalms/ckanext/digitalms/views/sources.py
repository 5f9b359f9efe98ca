"""Pages on data quality: the sources and their runs, the report on a delivery, handing in a table."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, send_file

from ckanext.digitalms import config
from ckanext.digitalms.coverage.edition import LAND_USE
from ckanext.digitalms.helpers import digitalms_moment, digitalms_number
from ckanext.digitalms.imports.mapping import KIND as TABLE_IMPORT
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.messages import translate
from ckanext.digitalms.publishing import progress_template
from ckanext.digitalms.spreadsheet import excel_csv
from ckanext.digitalms.validation.causes import Cause
from ckanext.digitalms.validation.dialect import SURPLUS
from ckanext.digitalms.validation.findings import Report
from ckanext.digitalms.vocabularies import AreaType, Base, Customer, Status

from . import bench_words, form_fields, work
from .errors import done_unless, handle_errors
from .findings import download, findings_file, found_groups, report_of
from .pages import Page, part, reader, redirect, rendered
from .point_in_time import PointInTime, measures
from .source import trend_of

digitalms_sources = Blueprint("digitalms_sources", __name__, url_prefix="/digitalisierung/datenqualitaet")
handle_errors(digitalms_sources)

SHOWN_CHANGES = 200
SHOWN_SOURCES = 500
RECENT = 20
SHOWN_QUESTIONS = 10
STATED = ("edition", "customer", "base", "source", "shares")
TEMPLATE_TITLES = progress_template.TITLES
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELDS = ("organisation", "source_id", *form_fields.DIALECT)


# what a form shows of a dialect that is kept
_SHOWN = {"\t": "tab", "auto": ""}


def _page(template: str, values: Mapping[str, Any]) -> Page:
    return rendered(template, {**values, "moment": digitalms_moment, "number": digitalms_number})


@digitalms_sources.get("/")
def index() -> Page:
    """Show all sources with their runs, and the recent deliveries that one may see."""
    deliveries = []
    if not tk.current_user.is_anonymous:
        deliveries = tk.get_action("digitalms_delivery_list")(reader(), {"limit": RECENT})["results"]
    listed = tk.get_action("digitalms_source_list")(reader(), part(SHOWN_SOURCES).asked)
    found = listed["results"]
    values = {
        "sources": found,
        "count": listed["count"],
        "part": part(SHOWN_SOURCES),
        "late": [source for source in found if source["is_late"]],
        "deliveries": deliveries,
        "may_confirm": _may_confirm(),
        "trend_of": trend_of,
        "may_import": tk.h.check_access("digitalms_table_import"),
    }
    return _page("digitalms/sources/index.html", values)


def _may_confirm() -> bool:
    return bool(tk.h.check_access("digitalms_delivery_create", {"kind": "coverage"}))


@digitalms_sources.get("/hochladen")
def upload() -> Page:
    """Show the form for handing in a table."""
    return _form({}, {})


@digitalms_sources.get("/vorlage.csv")
def template() -> Page:
    """Return a table to fill in: a row for each public measure with what the catalogue says today."""
    asked = tk.request.args.get("organisation", "").strip().replace("\0", "")
    filters = {"organisation": asked} if asked else {}
    rows = map(_template_row, measures(PointInTime(), **filters))
    return download(excel_csv(TEMPLATE_TITLES, rows), "fortschritt.csv")


@digitalms_sources.get("/vorlage.xlsx")
def workbook() -> Page:
    """Return the same as a workbook with lists to choose from and a sheet that explains."""
    asked = tk.request.args.get("organisation", "").strip().replace("\0", "")
    filters = {"organisation": asked} if asked else {}
    content = progress_template.workbook(measures(PointInTime(), **filters), config.today())
    answer: Response = send_file(
        io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="fortschritt.xlsx"
    )
    return answer


def _template_row(measure: Mapping[str, Any]) -> list[str]:
    day, progress = str(measure["as_of"])[:10], measure["progress_percent"]
    number = "" if progress is None else f"{Decimal(str(progress)).normalize():f}".replace(".", ",")
    stand = date.fromisoformat(day).strftime("%d.%m.%Y")
    texts = (measure["statement"] or "", measure["statement_source"] or "")
    status = progress_template.status_words().get(measure["status"], measure["status"])
    return [measure["measure_id"], measure["title"], stand, status, number, *texts]


@digitalms_sources.post("/hochladen")
def receive() -> Page:
    """Read a table and show what it would change; nothing is changed yet."""
    told = form_fields.typed(FIELDS)
    data = {**told, "upload": tk.request.files.get("upload") or None, "dry_run": True, "background": True}
    try:
        delivery = tk.get_action("digitalms_delivery_create")(reader(), data)
    except tk.ValidationError as refused:
        return _form(told, refused.error_dict)
    return redirect("digitalms_sources.report", id=delivery["id"])


def _form(told: Mapping[str, str], errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_table_import", reader(), {})
    values = {
        "told": told,
        "errors": errors,
        "organisations": form_fields.organisations(),
        "is_coordinator": _may_confirm(),
        "choices": form_fields.dialect_choices(),
    }
    return _page("digitalms/sources/upload.html", {**values, **form_fields.upload_limits()})


@digitalms_sources.get("/versorgung-hochladen")
def coverage_upload() -> Page:
    """Show the form for handing in a table of coverage."""
    return _coverage_form({}, {})


@digitalms_sources.post("/versorgung-hochladen")
def coverage_receive() -> Page:
    """Read a table of coverage and show what it would change; nothing is changed yet."""
    told = form_fields.typed(STATED)
    given = {name: tk.request.files.get(name) or None for name in ("upload", "areas")}
    data = {**told, **given, "kind": "coverage", "dry_run": True, "background": True}
    try:
        delivery = tk.get_action("digitalms_delivery_create")(reader(), data)
    except tk.ValidationError as refused:
        return _coverage_form(told, refused.error_dict)
    return redirect("digitalms_sources.report", id=delivery["id"])


def _coverage_form(told: Mapping[str, str], errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_delivery_create", reader(), {"kind": "coverage"})
    choices = {
        "customer": form_fields.terms(Customer),
        "base": form_fields.terms(Base),
        "shares": form_fields.scales(),
    }
    values = {"told": told, "errors": errors, "choices": choices}
    return _page("digitalms/sources/coverage_upload.html", values)


@digitalms_sources.get("/bericht/<id>")
def report(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Show what was found in a delivery and what it changes."""
    return _report_page(id, {}, {})


def _report_page(delivery_id: str, told: Mapping[str, str], errors: Mapping[str, Any]) -> Page:
    delivery = tk.get_action("digitalms_delivery_show")(reader(), {"id": delivery_id})
    if delivery["kind"] == "dataset":
        return redirect("digitalms_own_tables.read", draft_id=delivery_id)
    if delivery["kind"] == TABLE_IMPORT:
        return redirect("digitalms_table_import.read", id=delivery_id)
    found = report_of(delivery_id)
    values = {
        "delivery": delivery,
        "work_title": work.title_of(delivery["work"]) if delivery["work"] else "",
        "report": found,
        "groups": found_groups(found),
        "changes": found.changes[:SHOWN_CHANGES] if found else [],
        "before": _today() if found and delivery["state"] == "received" else {},
        "organisation": delivery["organisation_title"],
        "may_confirm": _may_confirm(),
        "questions": _questions(found),
        "asks_fractions": any(one.cause is Cause.FRACTIONS for one in found.questions) if found else False,
        "coverage_words": _coverage_words(),
        "statuses": dict(form_fields.terms(Status)),
        **_reading(delivery, found, told, errors),
    }
    return work.until_done(_page("digitalms/sources/report.html", values), delivery["work"])


def _reading(
    delivery: Json, report: Report | None, told: Mapping[str, str], errors: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the form needs that has a delivery read in another way."""
    told = told or {name: _SHOWN.get(value, value) for name, value in delivery["dialect"].items()}
    left_out = bench_words.listed(told, "leave_out")
    surplus = {one["kind"]: bench_words.reason_of(one) for one in (report.surplus if report else ())}
    surplus |= {kind: bench_words.left_out_words(kind) for kind in left_out if kind in SURPLUS}
    return {
        "may_read_again": delivery["kind"] == "progress" and not delivery["source_id"],
        "told": {**told, **bench_words.typed_only(told, surplus, ())},
        "errors": errors,
        "choices": form_fields.dialect_choices(),
        "surplus": surplus,
        "left_out": left_out,
    }


@digitalms_sources.post("/bericht/<id>/anders-lesen")
def read_again(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Read a delivery in the way that somebody says, and show what is found then; nothing is taken over."""
    told = form_fields.typed(form_fields.DIALECT)
    told["leave_out"] = ", ".join(filter(None, tk.request.form.getlist("leave_out")))
    asked = {**told, "delivery_id": id, "dry_run": True, "background": True}
    try:
        tk.get_action("digitalms_delivery_create")(reader(), asked)
    except tk.ValidationError as refused:
        return _report_page(id, told, refused.error_dict)
    return redirect("digitalms_sources.report", id=id)


def _coverage_words() -> dict[str, str]:
    """Return the words for whom, of what and at which level figures of coverage count."""
    terms = form_fields.terms(Customer) + form_fields.terms(Base) + form_fields.terms(AreaType)
    return {**dict(terms), LAND_USE: tk._("area or length of each kind of area")}


def _questions(report: Report | None) -> list[str]:
    """Return the questions of a report in words, where few enough are asked to be read at once."""
    asked = report.questions if report else ()
    return [translate(one.message, tk._) for one in asked] if len(asked) <= SHOWN_QUESTIONS else []


def _today() -> dict[str, dict[str, Any]]:
    """Return what the catalogue says today, so that a change can be compared with it."""
    return {each["measure_id"]: each for each in measures(PointInTime())}


@digitalms_sources.get("/bericht/<id>/befunde.csv")
def findings(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Return the whole list of findings as a table for Excel."""
    tk.check_access("digitalms_delivery_show", reader(), {"id": id})
    return findings_file(id)


@digitalms_sources.post("/bericht/<id>/uebernehmen")
def confirm(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Take over a delivery that was looked at."""
    names = ("confirm", "shares", "seen")
    answers = {name: tk.request.form[name] for name in names if tk.request.form.get(name)}
    asked = {"delivery_id": id, "background": True, **answers}
    delivery = done_unless("digitalms_delivery_create", asked, "seen")
    if delivery is None or delivery["work"]:
        return redirect("digitalms_sources.report", id=id)
    if delivery["state"] == "accepted":
        tk.h.flash_success(tk._("The delivery is taken over."))
    elif delivery["state"] == "waiting":
        tk.h.flash_notice(tk._("Nothing was taken over yet: a coordinator has to confirm the questions."))
    elif delivery["state"] == "unchanged":
        tk.h.flash_notice(tk._("Everything in the delivery is known already."))
    else:
        tk.h.flash_error(tk._("Nothing was taken over; the report says why."))
    return redirect("digitalms_sources.report", id=id)
