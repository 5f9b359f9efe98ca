"""The page of one source: its runs, what went wrong in the last one, what vanished, what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint
from markupsafe import Markup

from ckanext.digitalms import config
from ckanext.digitalms.helpers import digitalms_moment
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.sources import errors as run_errors
from ckanext.digitalms.sources import trend

from .errors import done_unless, handle_errors
from .findings import download, error_groups
from .pages import Page, for_view, reader, redirect, rendered

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


def source_of(id: str) -> Json:  # noqa: A002 - the parameter's name in the API
    """Return what everybody may know of a source; raises ``ObjectNotFound``."""
    found: Json = tk.get_action("digitalms_source_list")(reader(), {"id": id})["results"][0]
    return found


@digitalms_source.get("/<id>")
def read(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Show a source; errors, missing records and the question only to those who keep it."""
    source = source_of(id)
    keeps = tk.h.check_access("digitalms_source_show", {"id": source["id"]})
    if keeps:
        asked = {"id": source["id"], "limit": SHOWN_GONE}
        source = tk.get_action("digitalms_source_show")(for_view(), asked)
    errors = source["errors"]["results"] if keeps else []
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
    source = tk.get_action("digitalms_source_show")(for_view(), {"id": source_of(id)["id"]})
    found = source["errors"]["results"]
    return download(run_errors.to_csv(found, tk._), f"fehler-{source['name'][:60]}.csv")


@digitalms_source.post("/<id>/frage")
def decide(id: str) -> Page:  # noqa: A002 - the parameter's name in the API
    """Take the coordinator's answer."""
    source = source_of(id)
    asked: Mapping[str, str] = tk.request.form
    data = {"id": asked.get("question", ""), **{name: asked.get(name, "") for name in ("confirm", "seen")}}
    decided = done_unless("digitalms_vanishing_decide", data, "seen")
    if decided and decided["state"] == "confirmed":
        tk.h.flash_success(tk._("Confirmed: the records count as removed at the source; a run begins."))
    elif decided:
        tk.h.flash_success(tk._("Rejected: all records stay; the next run looks again."))
    return redirect("digitalms_source.read", id=source["name"])
