"""Milestones of all measures by month: plan against actual, as page, table and calendar."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from babel.dates import format_date
from ckan.types import Response
from flask import Blueprint, make_response
from markupsafe import Markup

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import milestone_calendar, milestone_plot
from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.measures.milestone_plot import Period

from .errors import handle_errors
from .pages import Page, every, part, rendered
from .point_in_time import PointInTime, requested_point_in_time

digitalms_milestones = Blueprint("digitalms_milestones", __name__, url_prefix="/digitalisierung")
handle_errors(digitalms_milestones)

SHOWN = 200  # milestones on a page
FILTERS = ("organisation", "state", "since", "until", "measure")
STATES = tuple(state for state in MilestoneState if state is not MilestoneState.REMOVED)
COLUMNS = (
    *("measure_id", "measure_title", "organisation", "milestone_id", "title", "date_text", "earliest"),
    *("latest", "met_on", "state", "days_late", "first_latest", "days_moved", "moved", "reason", "url"),
)


@digitalms_milestones.get("/meilensteine")
def index() -> Page:
    """Show them by month, with the bars of plan and actual."""
    moment, asked = requested_point_in_time(), asked_for()
    try:
        rows, errors = rows_of(moment, asked), {}
    except tk.ValidationError as refused:
        errors = {name: " ".join(map(str, texts)) for name, texts in refused.error_dict.items()}
        asked = {name: value for name, value in asked.items() if name not in errors}
        rows = rows_of(moment, asked)
    offices = rows_of(moment, {}) if asked else rows
    shown = part(SHOWN)
    begin = shown.asked["offset"]
    values = {
        "moment": moment,
        "wanted": {name: tk.request.args.get(name, "").strip() for name in FILTERS},
        "errors": {**moment.errors, **errors},
        "count": len(rows),
        "part": shown,
        "months": list(_months(rows[begin : begin + SHOWN])),
        "states": STATES,
        "organisations": sorted({(m["organisation"], m["organisation_title"]) for m in offices}, key=str),
        "plot": drawn(rows),
    }
    return rendered("digitalms/milestones/index.html", values)


@digitalms_milestones.get("/meilensteine.csv")
def table() -> Page:
    """Give them as CSV."""
    rows = rows_of(_moment(), asked_for())
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([["" if row[name] is None else row[name] for name in COLUMNS] for row in rows])
    return _file(written.getvalue().encode(), "text/csv; charset=utf-8", "meilensteine.csv")


@digitalms_milestones.get("/meilensteine.ics")
def calendar() -> Page:
    """Give them as a calendar that is subscribed to."""
    rows = rows_of(_moment(), asked_for())
    host = urlsplit(str(tk.config["ckan.site_url"])).hostname or "localhost"
    written = milestone_calendar.calendar(rows, host, tk._("Milestones of digitalisation"), _says)
    return _file(written, "text/calendar; charset=utf-8", "meilensteine.ics")


def _moment() -> PointInTime:
    """Return the point in time that a file is asked for; raises ``ValidationError`` where it is none."""
    moment = requested_point_in_time()
    if moment.errors:
        raise tk.ValidationError({name: [text] for name, text in moment.errors.items()})
    return moment


def asked_for() -> Json:
    """Return the filters of the address."""
    asked: Json = {name: text for name in FILTERS if (text := tk.request.args.get(name, "").strip())}
    if "state" in asked:
        asked["state"] = [text for text in tk.request.args.getlist("state") if text.strip()]
    return asked


def rows_of(moment: PointInTime, wanted: Json) -> list[Json]:
    """Return all milestones that fit."""
    return every("digitalms_milestone_list", {**moment.told, **wanted})


@dataclass(frozen=True)
class Month:
    """The milestones that are due in a month; the last ones have no day."""

    name: str
    rows: list[Json]


def _months(rows: list[Json]) -> Iterator[Month]:
    for month, same in groupby(rows, key=lambda row: (row["due"] or "")[:7]):
        name = _in_words(date.fromisoformat(f"{month}-01")) if month else tk._("without a day")
        yield Month(name, list(same))


def _in_words(day: date) -> str:
    return str(format_date(day, "LLLL yyyy", locale=_locale()))


def _locale() -> str:
    return str(tk.h.lang()).partition("_")[0]


def drawn(rows: list[Json]) -> Mapping[str, Any] | None:
    """Draw how many milestones were due and met, with what is beside the plot; nothing for a single time."""
    shown = milestone_plot.periods(rows)
    if len(shown) < 2:
        return None
    planned, met = sum(one.planned for one in shown), sum(one.met for one in shown)
    text = tk._("Two bars for each time: milestones that were due ({planned} in all) and met ({met} in all).")
    words = (tk._("due by plan"), tk._("met"))
    drawn = milestone_plot.svg(
        shown, tk._("Milestones: plan and actual"), text.format(planned=planned, met=met), words, _label
    )
    swatches = milestone_plot.swatches()
    return {
        "svg": Markup(drawn),  # noqa: S704 - every text in it is escaped
        "periods": [(_label(one), one) for one in shown],
        "legend": [(Markup(swatch), word) for swatch, word in zip(swatches, words, strict=True)],  # noqa: S704
    }


def _label(period: Period) -> str:
    """Write a time in short: 03.2019, 1/2019, 2019."""
    if period.months == 1:
        return f"{period.first:%m.%Y}"
    if period.months == 3:
        quarter = (period.first.month + 2) // 3
        return str(tk._("Q{quarter}/{year}").format(quarter=quarter, year=period.first.year))
    last = period.first.year + period.months // 12 - 1
    return str(period.first.year) if last == period.first.year else f"{period.first.year}-{last}"


def _says(row: Mapping[str, Any]) -> str:
    """Say in a calendar what is known of a milestone."""
    state = tk.h.digitalms_label("milestone", row["state"])
    lines = [tk._("State: {state}").format(state=state)]
    if row["date_text"]:
        lines.insert(0, tk._("Said: “{wording}”").format(wording=row["date_text"]))
    if row["met_on"]:
        lines.append(tk._("Met on {day}").format(day=tk.h.digitalms_short_day(row["met_on"])))
    if row["first_latest"] and row["days_moved"]:
        lines.append(
            tk._("First promised by {day}").format(day=tk.h.digitalms_short_day(row["first_latest"]))
        )
    if row["reason"]:
        lines.append(tk._("Reason: {reason}").format(reason=row["reason"]))
    return "\n".join(lines)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    answer: Response = make_response(content)
    answer.headers["Content-Type"] = mimetype
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.add_etag()
    answer.make_conditional(tk.request)
    return answer
