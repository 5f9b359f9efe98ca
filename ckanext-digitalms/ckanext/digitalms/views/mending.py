"""From a gap of a report to where it is mended, and from there back to the gaps."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json

from .pages import Page, redirect

# the address of a form that was opened from the gaps names their report
PARAMETER = "bericht"
_NAME = re.compile(r"[a-z0-9_-]{2,100}")
# a page, and the place on it
_PLACES = {
    "overdue": ("digitalms_news.news", "milestones"),
    "old_stand": ("digitalms_news.news", None),
    "no_reason": ("digitalms_editing.edit", "milestones"),
    "goal_open": ("digitalms_editing.edit", "goals"),
    "no_contact": ("digitalms_editing.edit", "contact_function"),
    "no_paper": ("digitalms_editing.edit", "council_references"),
    "doubtful_paper": ("digitalms_editing.edit", "council_references"),
    "old_coverage": ("digitalms_sources.index", None),
    "characters": ("digitalms_editing.edit", None),
}


def address(gap: Json, report: str, day: str) -> str:
    """Return where a gap is mended: what is said there is said of the report's day, so the report has it."""
    endpoint, field = _PLACES[gap["kind"]]
    anchor = {"_anchor": f"field-{field}"} if field else {}
    if endpoint == "digitalms_sources.index":
        return str(tk.url_for(endpoint, **anchor))
    return str(tk.url_for(endpoint, id=gap["measure_id"], stand=day, **{PARAMETER: report}, **anchor))


def came_from() -> dict[str, str]:
    """Return the part of a form's address that leads back to the gaps of a report; empty for other ways."""
    report = tk.request.args.get(PARAMETER, "")
    return {PARAMETER: report} if _NAME.fullmatch(report) else {}


def back_to(measure: str) -> Page:
    """Lead to the gaps that a form was opened from, else to the measure."""
    if report := came_from().get(PARAMETER):
        return redirect("digitalms_report_work.gaps", name=report)
    return redirect("digitalms_measure.read", id=measure)
