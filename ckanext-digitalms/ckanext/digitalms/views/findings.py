"""What the pages on delivered and uploaded tables and on runs show alike: what was found, by cause."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import make_response

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.sources.errors import ErrorGroup
from ckanext.digitalms.validation.findings import Report

from .pages import for_view

SHOWN_PER_CAUSE = 100


def report_of(delivery_id: str) -> Report | None:
    """Return the whole report on a delivery that the reader may see."""
    stored = tk.get_action("digitalms_delivery_show")(for_view(), {"id": delivery_id})["report"]
    return Report.from_json(stored) if stored else None


def found_groups(report: Report | None) -> list[Json]:
    """Return what was found in a table in the reader's language, by cause; the first places of each."""
    groups = []
    for group in report.groups() if report else ():
        shown = [finding.shown(tk._) for finding in group.findings[:SHOWN_PER_CAUSE]]
        places = [{**each, "place": each["row"] or tk._("file")} for each in shown]
        groups.append(
            _group(group.cause.value, group.cause.label, len(group.findings), places)
            | {"severity": group.cause.severity}
        )
    return groups


def error_groups(groups: list[ErrorGroup]) -> list[Json]:
    """Return the errors of a run in the reader's language, by cause; the first places of each."""
    told = []
    for group in groups:
        shown = [error.shown(tk._) for error in group.errors[:SHOWN_PER_CAUSE]]
        places = [{**each, "place": _place(each)} for each in shown]
        told.append(_group(group.cause, group.label, len(group.errors), places))
    return told


def _group(cause: str, label: str, count: int, places: list[dict[str, str]]) -> Json:
    return {"cause": cause, "label": tk._(label), "count": count, "findings": places}


def _place(error: dict[str, str]) -> str:
    row = tk._("row {row}").format(row=error["row"]) if error["row"] else ""
    return ", ".join(filter(None, (error["record"] or "–", row)))


def download(text: str, filename: str) -> Response:
    """Return a table as a file to keep."""
    answer: Response = make_response(text)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


def findings_file(delivery_id: str) -> Response:
    """Return everything that was found in a table as a table for Excel."""
    found = report_of(delivery_id) or Report("")
    return download(found.to_csv(tk._), f"befunde-{delivery_id[:8]}.csv")
