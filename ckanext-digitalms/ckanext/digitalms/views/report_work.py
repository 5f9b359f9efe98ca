"""How a report is made ready: gaps first, then the texts beside what is generated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.reporting import canonical, html
from ckanext.digitalms.reporting.report import Section

from . import mending, report_fields, work
from .errors import done_unless, handle_errors
from .pages import Page, part, reader, redirect, rendered

digitalms_report_work = Blueprint("digitalms_report_work", __name__, url_prefix="/digitalisierung/berichte")
handle_errors(digitalms_report_work)

GAPS_SHOWN, CHECKS_SHOWN = 100, 50
EMPTY_ROWS = 2


@digitalms_report_work.get("/<name>/luecken")
def gaps(name: str) -> Page:
    """Show what is missing, each with the way to mend it and the field to leave it with a reason."""
    shown = part(GAPS_SHOWN)
    found = tk.get_action("digitalms_report_gaps")(reader(), {"id": name, **shown.asked})
    return _gaps(name, found, shown, {})


@digitalms_report_work.post("/<name>/luecken")
def leave(name: str) -> Page:
    """Keep the reasons why gaps stay as they are."""
    shown = part(GAPS_SHOWN)
    rows = [
        {"gap": key, "reason": reason, **({"seen": seen} if seen is not None else {})}
        for key, reason, seen in _reasons(tk.request.form)
    ]
    try:
        # who has changed nothing disturbs nobody who edits the texts
        tk.check_access("digitalms_report_update", reader(), {"id": name})
        if rows:
            tk.get_action("digitalms_report_update")(reader(), {"id": name, "left": rows})
    except tk.ValidationError as refused:
        found = tk.get_action("digitalms_report_gaps")(reader(), {"id": name, **shown.asked})
        return _gaps(name, found, shown, refused.error_dict)
    tk.h.flash_success(tk._("The reasons are kept; they are printed in the note on data and method."))
    return redirect("digitalms_report_work.gaps", name=name, **shown.kept)


def _reasons(form: Mapping[str, str]) -> Iterator[tuple[str, str, str | None]]:
    """Go through the gaps whose reason was changed: key, reason, and the reason that the form showed."""
    for field, text in form.items():
        if field.startswith("reason:"):
            key = field.removeprefix("reason:")
            seen = form.get(f"seen:{key}")
            if seen is None or text.strip() != seen.strip():
                yield key, text, seen


def _gaps(name: str, found: Json, shown: Any, errors: Mapping[str, Any]) -> Page:
    typed = {key: reason for key, reason, _ in _reasons(tk.request.form)}
    results = [
        {
            **gap,
            "address": mending.address(gap, name, found["as_of"]),
            "typed": typed.get(gap["key"], gap["reason"] or ""),
        }
        for gap in found["results"]
    ]
    groups: dict[str, list[Json]] = {}
    for gap in results:
        groups.setdefault(gap["label"], []).append(gap)
    told = {"name": name, "title": found["title"]}
    values = {"told": told, "gaps": found, "groups": groups, "part": shown, "errors": errors}
    return rendered("digitalms/reports/gaps.html", values)


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
    asked = {"id": measure, "report": name, "seen": tk.request.form.get("seen", "")}
    if done_unless("digitalms_report_check", asked, "seen", "report") is not None:
        tk.h.flash_success(tk._("Checked: thank you."))
    kept = part(CHECKS_SHOWN).kept
    return redirect("digitalms_report_work.checks", name=name, **kept, _anchor=f"massnahme-{measure}")


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
    asked = {"id": name, "seen": form.get("seen", ""), "background": True}
    try:
        if told["versions"]:
            asked["reason"] = form.get("reason", "")
            answer = tk.get_action("digitalms_report_correct")(reader(), asked)
        else:
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
    return _form(_draft(name), {}, {})


@digitalms_report_work.post("/<name>/bearbeiten")
def save(name: str) -> Page:
    """Keep the texts, order and head; on an error all that was typed stays in the form."""
    told = _draft(name)
    typed = report_fields.from_form(told, tk.request.form)
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


def _form(told: Json, typed: Json, errors: Mapping[str, Any]) -> Page:
    shown = report_fields.shown(told)
    values = report_fields.with_typed(shown, typed)
    rows = [*values["consultations"], *({} for _ in range(EMPTY_ROWS))]
    measures = {measure["measure_id"]: measure for measure in told["report"]["measures"]}
    form = tk.request.form
    others = tk.get_action("digitalms_report_list")(reader(), {"limit": 1000})["results"]
    previous = [("", tk._("none: it is the first"))]
    previous += [
        (one["name"], f"{one['title']} ({tk.h.digitalms_day(one['as_of'])})")
        for one in others
        if one["name"] != told["name"]
    ]
    return rendered(
        "digitalms/reports/edit.html",
        {
            "report": told,
            "told": values,
            "hidden": report_fields.hidden(shown),
            "texts": {row["measure_id"]: row for row in values["texts"]},
            "rows": rows,
            "measures": [measures[key] for key in report_fields.in_typed_order(list(measures), form)],
            "left_out": form.getlist("left_out"),
            "errors": errors,
            "previous": previous,
        },
    )
