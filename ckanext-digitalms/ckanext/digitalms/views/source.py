"""The page of one source: its runs, what went wrong in the last one, what vanished, what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from markupsafe import Markup

from ckanext.digitalms import config
from ckanext.digitalms.helpers import digitalms_moment
from ckanext.digitalms.services.sources.contacts import owners
from ckanext.digitalms.services.sources.errors import errors_of_run
from ckanext.digitalms.services.sources.health import source_health
from ckanext.digitalms.sources import errors as run_errors
from ckanext.digitalms.sources import trend

from .errors import handle_errors
from .findings import download, error_groups
from .pages import Page, reader, redirect, rendered

digitalms_source = Blueprint(
    "digitalms_source", __name__, url_prefix="/digitalisierung/datenqualitaet/quelle"
)
handle_errors(digitalms_source)

SHOWN_GONE = 200


def trend_of(runs: list[dict[str, Any]]) -> Markup:
    """Draw the errors of the last runs, and say them."""
    counts = [run["errors"] for run in runs]
    if not counts:
        return Markup()
    text = tk._("Errors of the last {n} runs, the newest last: {counts}")
    description = text.format(n=len(counts), counts=", ".join(map(str, counts)))
    return Markup(trend.svg(counts, description))  # noqa: S704 - escaped by the plot


@digitalms_source.get("/<id>")
def read(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Show a source; errors, missing records and the question only to those who keep it."""
    health = source_health(id)
    keeps = tk.h.check_access("digitalms_source_show", {"id": health.id})
    asked = {"id": health.id, "limit": SHOWN_GONE}
    told = tk.get_action("digitalms_source_show")(reader(), asked) if keeps else None
    listed = tk.get_action("digitalms_source_list")(reader(), {"limit": 1000})["results"]
    source = told or next(each for each in listed if each["id"] == health.id)
    errors = errors_of_run(source["runs"][-1]["id"]) if told and source["runs"] else []
    values = {
        "source": source,
        "keeps": keeps,
        "may_decide": tk.h.check_access("digitalms_vanishing_decide"),
        "groups": error_groups(run_errors.grouped(errors)),
        "shown_gone": SHOWN_GONE,
        "grace_days": config.harvest_grace().days,
        "trend": trend_of(source["runs"]),
        "moment": digitalms_moment,
    }
    return rendered("digitalms/sources/source.html", values)


@digitalms_source.get("/<id>/fehler.csv")
def errors(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Return all errors of the newest run as a table for Excel."""
    health = source_health(id)
    tk.check_access("digitalms_source_show", {"user": tk.current_user.name}, {"id": health.id})
    contact = ", ".join(each.email for each in owners(health.id, health.organisation))
    found = errors_of_run(health.runs[-1].id, contact) if health.runs else []
    return download(run_errors.to_csv(found, tk._), f"fehler-{health.name[:60]}.csv")


@digitalms_source.post("/<id>/frage")
def decide(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Take the coordinator's answer."""
    health = source_health(id)
    asked: Mapping[str, str] = tk.request.form
    data = {"id": asked.get("question", ""), "confirm": asked.get("confirm", "")}
    decided = tk.get_action("digitalms_vanishing_decide")(reader(), data)
    if decided["state"] == "confirmed":
        tk.h.flash_success(tk._("Confirmed: the records count as removed at the source; a run begins."))
    else:
        tk.h.flash_success(tk._("Rejected: all records stay; the next run looks again."))
    return redirect("digitalms_source.read", id=health.name)
