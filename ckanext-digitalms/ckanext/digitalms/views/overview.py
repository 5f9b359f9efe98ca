"""The overview: all measures in the order of the report, what they add up to, and the plot."""

from __future__ import annotations

from collections import Counter

import ckan.plugins.toolkit as tk
from flask import Blueprint
from markupsafe import Markup

from ckanext.digitalms.council.reference import reference_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import plot
from ckanext.digitalms.vocabularies import Status

from .errors import handle_errors
from .linked_coverage import LEAST, newest
from .pages import Page, part, rendered
from .point_in_time import PointInTime, kept_measures, kept_part, requested_point_in_time

digitalms_overview = Blueprint("digitalms_overview", __name__)
handle_errors(digitalms_overview)

SHOWN = 200  # measures on a page
FILTERS = ("status", "organisation", "delayed", "q")


@digitalms_overview.route("/digitalisierung")
def index() -> Page:
    """Show the overview."""
    moment = requested_point_in_time()
    every = kept_measures(moment)
    public = [one for one in every if not is_internal(one)]
    wanted = {name: text for name in FILTERS if (text := tk.request.args.get(name, "").strip())}
    shown, errors = _shown(moment, wanted)
    return rendered(
        "digitalms/overview/index.html",
        {
            "moment": moment,
            "measures": shown["results"],
            "count": shown["count"],
            "part": part(SHOWN),
            "wanted": wanted,
            "errors": {**moment.errors, **errors},
            "figures": figures(public),
            "internal": len(every) - len(public),
            "organisations": sorted(
                {(m["organisation"], m["organisation_title"]) for m in every if m["organisation"]}
            ),
            "statuses": list(Status),
            "coverage": {m["measure_id"]: newest(m["coverage"]) for m in shown["results"]},
            "plot": drawn(moment),
        },
    )


def _shown(moment: PointInTime, wanted: dict[str, str]) -> tuple[Json, dict[str, str]]:
    """Return the part of the measures that is shown; a filter that is none is said and left out."""
    asked = {**part(SHOWN).asked, "include_coverage": True}
    try:
        return kept_part(moment, **asked, **wanted), {}
    except tk.ValidationError as refused:
        errors = {name: " ".join(map(str, texts)) for name, texts in refused.error_dict.items()}
        return kept_part(moment, **asked), errors


def is_internal(measure: Json) -> bool:
    """Return whether only those who keep a measure see it."""
    return bool(measure.get("visibility", "public") != "public")


def figures(every: list[Json]) -> Json:
    """Add up the measures: how many in all, by status, delayed, and how many papers they cite."""
    return {
        "measures": len(every),
        "by_status": Counter(m["status"] for m in every),
        "delayed": sum(m["is_delayed"] for m in every),
        "update_due": sum(m["is_update_overdue"] for m in every),
        "in_rhythm": sum(m["is_in_rhythm"] is True for m in every),
        "with_rhythm": sum(m["is_in_rhythm"] is not None for m in every),
        "papers": len(papers(every)),
    }


def papers(every: list[Json]) -> set[tuple[str, str]]:
    """Return the different council papers that measures cite, as (body, reference)."""
    rows = [row for measure in every for row in measure["council_references"]]
    return {(row["body"] or "", row["reference"]) for row in rows if reference_of(row["reference"] or "")}


def drawn(moment: PointInTime) -> Json | None:
    """Draw how many measures had each status, with what is beside the plot; nothing where nothing changed."""
    shown = tk.h.digitalms_status_columns(moment.told)
    if len({tuple(sorted(column.counts.items())) for column in shown}) < LEAST:
        return None
    last = shown[-1]
    words = ", ".join(f"{count} {tk._(status.label)}" for status, count in last.counts.items())
    text = tk._("Bands show how many measures had each status on each day. On {day}: {words}.")
    drawn = plot.svg(
        shown,
        tk._("Status of the measures over time"),
        text.format(day=tk.h.digitalms_day(last.day), words=words),
        lambda status: tk._(status.label),
        lambda column_day: str(tk.h.digitalms_short_day(column_day)),
    )
    used = [status for status in Status if any(column.counts.get(status) for column in shown)]
    return {
        "svg": Markup(drawn),  # noqa: S704 - plot.svg escapes every text
        "columns": shown,
        "statuses": [(status, Markup(plot.swatch(status))) for status in used],  # noqa: S704 - no text in it
    }
