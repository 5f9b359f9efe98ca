"""How a report is made ready: gaps first, then the texts beside what is generated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.reporting import canonical, html
from ckanext.digitalms.reporting.report import Section

from . import mending, work
from .errors import handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_report_work = Blueprint("digitalms_report_work", __name__, url_prefix="/digitalisierung/berichte")
handle_errors(digitalms_report_work)

GAPS_SHOWN, CHECKS_SHOWN = 100, 50
EMPTY_ROWS = 2
_LINES = ("title", "number", "subject", "office", "contact", "mailbox", "as_of", "previous")
_TEXTS = ("introduction", "summary", "outlook", "method", "decision", "reasons", "finances")
_OF_MEASURE = ("remark", "asked", "sentences")
_ROW = re.compile(r"consultations__([0-9]{1,3})__(day|body|kind|result)")


@digitalms_report_work.get("/<name>/luecken")
def gaps(name: str) -> Page:
    """Show what is missing, each with the way to mend it and the field to leave it with a reason."""
    shown = part(GAPS_SHOWN)
    found = tk.get_action("digitalms_report_gaps")(reader(), {"id": name, **shown.asked})
    return _gaps(name, found, shown, {})


@digitalms_report_work.post("/<name>/luecken")
def leave(name: str) -> Page:
    """Keep the reasons why gaps stay as they are."""
    rows = [
        {"gap": field.removeprefix("reason:"), "reason": text}
        for field, text in tk.request.form.items()
        if field.startswith("reason:")
    ]
    try:
        tk.get_action("digitalms_report_update")(reader(), {"id": name, "left": rows})
    except tk.ValidationError as refused:
        shown = part(GAPS_SHOWN)
        found = tk.get_action("digitalms_report_gaps")(reader(), {"id": name, **shown.asked})
        return _gaps(name, found, shown, refused.error_dict)
    tk.h.flash_success(tk._("The reasons are kept; they are printed in the note on data and method."))
    return redirect("digitalms_report_work.gaps", name=name)


def _gaps(name: str, found: Json, shown: Any, errors: Mapping[str, Any]) -> Page:
    results = [
        {**gap, "address": mending.address(gap, name, found["as_of"]), "typed": _typed(gap)}
        for gap in found["results"]
    ]
    groups: dict[str, list[Json]] = {}
    for gap in results:
        groups.setdefault(gap["label"], []).append(gap)
    told = {"name": name, "title": found["title"]}
    values = {"told": told, "gaps": found, "groups": groups, "part": shown, "errors": errors}
    return rendered("digitalms/reports/gaps.html", values)


def _typed(gap: Json) -> str:
    return str(tk.request.form.get(f"reason:{gap['key']}", gap["reason"] or ""))


def _draft(name: str) -> Json:
    tk.check_access("digitalms_report_update", reader(), {"id": name})
    told: Json = tk.get_action("digitalms_report_show")(reader(), {"id": name, "draft": True})
    return told


@digitalms_report_work.get("/<name>/pruefen")
def checks(name: str) -> Page:
    """Show what the report says of the measures that one keeps, each to be checked."""
    shown = part(CHECKS_SHOWN)
    found = tk.get_action("digitalms_report_check_list")(reader(), {"id": name, **shown.asked})
    parts = [Section(**one) for one in found["sections"]]
    said = {
        one["measure_id"]: html.of_measure(
            canonical.measure_from_plain(one["content"]), parts, found["columns"]
        )
        for one in found["results"]
    }
    values = {"name": name, "checks": found, "said": said, "part": shown}
    return rendered("digitalms/reports/check.html", values)


@digitalms_report_work.post("/<name>/pruefen/<measure>")
def check(name: str, measure: str) -> Page:
    """Note that a measure was looked at."""
    tk.get_action("digitalms_report_check")(reader(), {"id": measure, "report": name})
    tk.h.flash_success(tk._("Checked: thank you."))
    return redirect("digitalms_report_work.checks", name=name, _anchor=f"massnahme-{measure}")


@digitalms_report_work.get("/<name>/einfrieren")
def ask_to_freeze(name: str) -> Page:
    """Ask once more: what is frozen never changes; where a job is at it, say how far that is."""
    tk.check_access("digitalms_report_update", reader(), {"id": name})
    head = tk.get_action("digitalms_report_show")(reader(), {"id": name, "only_head": True})
    if work.is_busy(head["work"]):
        told = {"told": head, "work": head["work"], "title": work.title_of(head["work"])}
        return work.until_done(rendered("digitalms/reports/freezing.html", told), head["work"])
    if head["work"]:
        return _freezing(_draft(name), work.errors_of(head["work"]) or {"id": [_broken_off()]})
    if str(head["version"]) == tk.request.args.get("fassung"):
        return _is_frozen(name)
    return _freezing(_draft(name), {})


def _broken_off() -> str:
    return str(
        tk._("The report could not be frozen; nothing of it was kept. Try it again, or tell the operator.")
    )


def _is_frozen(name: str) -> Page:
    tk.h.flash_success(tk._("The report is frozen."))
    return redirect("digitalms_reports.read", name=name)


def _freezing(told: Json, errors: Mapping[str, Any]) -> Page:
    gaps_left = tk.get_action("digitalms_report_gaps")(reader(), {"id": told["name"], "limit": 1})["open"]
    checking = tk.get_action("digitalms_report_check_list")(reader(), {"id": told["name"], "limit": 1})
    values = {
        "told": told,
        "checking": checking,
        "gaps": gaps_left,
        "errors": errors,
        "reason": tk.request.form.get("reason", ""),
    }
    return rendered("digitalms/reports/freeze.html", values)


@digitalms_report_work.post("/<name>/einfrieren")
def freeze(name: str) -> Page:
    """Freeze the report, or a new version of it that says why."""
    told = _draft(name)
    form = tk.request.form
    asked = {"id": name, "background": True}
    try:
        if told["versions"]:
            asked["reason"] = form.get("reason", "")
            answer = tk.get_action("digitalms_report_correct")(reader(), asked)
        else:
            asked["seen"] = form.get("seen", "")
            answer = tk.get_action("digitalms_report_freeze")(reader(), asked)
    except tk.ValidationError as refused:
        return _freezing(_draft(name), refused.error_dict)
    if work.is_busy(answer["work"]):
        version = len(told["versions"]) + 1
        return redirect("digitalms_report_work.ask_to_freeze", name=name, fassung=version)
    return _is_frozen(name)


@digitalms_report_work.get("/<name>/<int:version>/zuruecknehmen")
def ask_to_withdraw(name: str, version: int) -> Page:
    """Ask why a version is withdrawn."""
    return _withdrawing(name, version, {})


def _withdrawing(name: str, version: int, errors: Mapping[str, Any]) -> Page:
    tk.check_access("digitalms_report_withdraw", reader(), {"id": name})
    told = tk.get_action("digitalms_report_show")(reader(), {"id": name, "version": version})
    values = {
        "told": told,
        "version": version,
        "errors": errors,
        "reason": tk.request.form.get("reason", ""),
    }
    return rendered("digitalms/reports/withdraw.html", values)


@digitalms_report_work.post("/<name>/<int:version>/zuruecknehmen")
def withdraw(name: str, version: int) -> Page:
    """Withdraw a version; its page stays and says so."""
    asked = {"id": name, "version": version, "reason": tk.request.form.get("reason", "")}
    try:
        tk.get_action("digitalms_report_withdraw")(reader(), asked)
    except tk.ValidationError as refused:
        return _withdrawing(name, version, refused.error_dict)
    return redirect("digitalms_reports.read_version", name=name, version=version)


@digitalms_report_work.get("/<name>/bearbeiten")
def edit(name: str) -> Page:
    """Show the texts beside what is generated."""
    told = _draft(name)
    return _form(told, _values(told), {})


@digitalms_report_work.post("/<name>/bearbeiten")
def save(name: str) -> Page:
    """Keep the texts, order and head; on an error all that was typed stays in the form."""
    told = _draft(name)
    typed = _from_form(told)
    try:
        tk.get_action("digitalms_report_update")(reader(), {"id": name, **typed})
    except tk.ValidationError as refused:
        return _form(told, typed, refused.error_dict)
    do = tk.request.form.get("do", "")
    if do:
        key = do.partition(":")[2]
        return redirect("digitalms_report_work.edit", name=name, _anchor=f"place-{key}")
    tk.h.flash_success(tk._("The report is saved."))
    return redirect("digitalms_report_work.edit", name=name)


def _values(told: Json) -> Json:
    """Return what the form shows: what was typed, else what is generated."""
    report, settings = told["report"], told["settings"]
    summary = next((one["text"] for one in report["changes"] if one["kind"] == "summary"), "")
    texts = [
        {
            "measure_id": measure["measure_id"],
            "remark": settings["remarks"].get(measure["measure_id"], ""),
            "asked": settings["asked"].get(measure["measure_id"], ""),
            "sentences": "\n".join(change["text"] for change in measure["changes"]),
        }
        for measure in report["measures"]
    ]
    head = {name: settings[name] for name in ("subject", "office", "contact", "mailbox", "outlook")}
    paper = {name: settings[name] for name in ("decision", "reasons", "finances", "is_public")}
    return {
        **head,
        **paper,
        **{name: told[name] for name in ("title", "number", "as_of", "previous")},
        "seen": told["revision"],
        "introduction": report["introduction"],
        "method": report["method"],
        "summary": summary,
        "consultations": settings["consultations"],
        "texts": texts,
    }


def _from_form(told: Json) -> Json:
    form = tk.request.form
    typed: Json = {name: form[name] for name in (*_LINES, *_TEXTS) if name in form}
    typed["seen"] = form.get("seen", "")
    typed["is_public"] = form.get("is_public", "false")
    typed["consultations"] = _consultations(form)
    keys = [measure["measure_id"] for measure in told["report"]["measures"]]
    typed["texts"] = [
        {
            "measure_id": key,
            **{name: form[f"{name}:{key}"] for name in _OF_MEASURE if f"{name}:{key}" in form},
        }
        for key in keys
        if any(f"{name}:{key}" in form for name in _OF_MEASURE)
    ]
    order = _ordered(keys, form)
    # an order that nobody has changed is left to the catalogue, whose new measures then come along
    return typed if order == keys else {**typed, "measures": order}


def _consultations(form: Mapping[str, str]) -> list[Json]:
    rows: dict[int, Json] = {}
    for field, text in form.items():
        if found := _ROW.fullmatch(field):
            rows.setdefault(int(found[1]), {})[found[2]] = text.strip()
    return [rows[place] for place in sorted(rows) if any(rows[place].values())]


def _ordered(keys: list[str], form: Mapping[str, str]) -> list[str]:
    """Return the measures that are told, where their numbers and a button put them."""
    left_out = set(tk.request.form.getlist("left_out"))
    kept = [key for key in keys if key not in left_out]
    places = {key: _place(form.get(f"{key}__place", ""), place) for place, key in enumerate(kept, 1)}
    order = sorted(kept, key=lambda key: (places[key], kept.index(key)))
    step, _, moved = form.get("do", "").partition(":")
    if moved in order and step in {"up", "down"}:
        at = order.index(moved)
        to = max(0, min(len(order) - 1, at + (-1 if step == "up" else 1)))
        order.insert(to, order.pop(at))
    return order


def _place(text: str, place: int) -> float:
    """Return where a number puts a measure: before what stands there, behind it where it goes down."""
    wanted = int(text) if text.strip().isdecimal() and len(text) < 6 else place
    return wanted + (wanted > place) / 4 - (wanted < place) / 4


def _form(told: Json, values: Json, errors: Mapping[str, Any]) -> Page:
    rows = [*values.get("consultations", ()), *({} for _ in range(EMPTY_ROWS))]
    texts = {row["measure_id"]: row for row in values.get("texts", ())}
    others = tk.get_action("digitalms_report_list")(reader(), {"limit": 1000})["results"]
    previous = [("", tk._("none: it is the first"))]
    previous += [
        (one["name"], f"{one['title']} ({tk.h.digitalms_day(one['as_of'])})")
        for one in others
        if one["name"] != told["name"]
    ]
    shown = {
        "report": told,
        "told": values,
        "texts": texts,
        "rows": rows,
        "errors": errors,
        "previous": previous,
    }
    return rendered("digitalms/reports/edit.html", shown)
