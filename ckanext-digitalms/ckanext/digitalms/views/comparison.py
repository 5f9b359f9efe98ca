"""What changed between two days: as page, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from dateutil.relativedelta import relativedelta
from flask import Blueprint, make_response

from ckanext.digitalms import config, parameters
from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures import years
from ckanext.digitalms.moments import IN_ACTIONS
from ckanext.digitalms.vocabularies import Status

from .errors import handle_errors
from .pages import Page, conditional, for_view, part, reader, rendered
from .point_in_time import PointInTime, requested_point_in_time

digitalms_comparison = Blueprint("digitalms_comparison", __name__)
handle_errors(digitalms_comparison)

SHOWN = 200  # changes on a page
# what the parameters of the page are called by the action
_ASKED = {
    "von": "from",
    "bis": "to",
    "organisation": "organisation",
    "status": "status",
    "art": "kind",
    "massnahme": "measure",
}
# a report stands for its day, and for the moment up to which it knows of it
_REPORTS = {"von_bericht": "von", "bis_bericht": "bis"}
_KNOWN = {"von_bericht": "from_known_at", "bis_bericht": "known_at"}
COLUMNS = (
    *("measure_id", "title", "organisation", "organisation_title", "status", "kind", "field", "row", "name"),
    *("before", "after", "days", "times", "reason", "outcome", "breaks", "sentence", "url"),
)


@digitalms_comparison.route("/digitalisierung/vergleich")
def index() -> Page:
    """Show what changed between two days; without days since a year ago."""
    moment, reports = requested_point_in_time(), known_reports()
    days, errors = _with_reports(_days(moment), reports)
    known = _known(reports, moment)
    found, wrong, is_swapped = _found(days, known)
    errors |= wrong
    results = found["results"] if found else []
    told = {
        "moment": moment,
        "reports": reports,
        "of_reports": {name: tk.request.args.get(name, "").strip() for name in _REPORTS},
        "typed": {**days, **_days_of(found)},
        "errors": errors,
        "is_swapped": is_swapped,
        "found": found,
        "measures": [list(group) for _, group in groupby(results, key=lambda one: one["measure_id"])],
        "part": part(SHOWN),
        "kinds": list(ChangeKind),
        "kind_options": [(kind.value, tk._(kind.label)) for kind in ChangeKind],
        "status_options": [(status.value, tk._(status.label)) for status in Status],
        "office_options": _offices(found, days.get("organisation")),
        "query": _query({**days, **_days_of(found)}) | _named_reports(is_swapped=is_swapped),
        "knows_reports": bool(known) and "known_at" not in moment.told,
    }
    return rendered("digitalms/comparison/index.html", told)


@digitalms_comparison.route("/digitalisierung/vergleich.csv", endpoint="csv")
def as_csv() -> Page:
    """Give all changes as a table."""
    found = _whole()
    return conditional(table(COLUMNS, found["results"], f"vergleich-{found['from']}-{found['to']}.csv"))


@digitalms_comparison.route("/digitalisierung/vergleich.json", endpoint="json")
def as_json() -> Page:
    """Give all changes as the action does, in one answer."""
    answer: Response = make_response(json.dumps(_whole(), ensure_ascii=False, indent=2) + "\n")
    answer.mimetype = "application/json"
    return conditional(answer)


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], filename: str) -> Response:
    """Return rows as CSV; what is no single value is written as JSON."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(row.get(name)) for name in columns} for row in rows)
    return csv_answer(text.getvalue(), filename)


def csv_answer(text: str, filename: str) -> Response:
    """Send a CSV file that browsers may show."""
    answer: Response = make_response(text)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _offices(found: Json | None, typed: str | None) -> list[tuple[str, str]]:
    """Return the organisations that have changes, and the one that was asked for."""
    known = {one["name"]: one["title"] for one in (found["organisations"] if found else ())}
    if typed and typed not in known:
        known[typed] = typed
    return list(known.items())


def _typed() -> dict[str, str]:
    return {name: text for name in _ASKED if (text := tk.request.args.get(name, "").strip())}


def known_reports() -> list[Json]:
    """Return the reports that the reader may see, the newest day first."""
    found: Json = tk.get_action("digitalms_report_list")(reader(), {"limit": 1000})
    return list(found["results"])


def _with_reports(days: dict[str, str], reports: list[Json]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the days, in place of one that of a report that was named, and what is wrong with the names."""
    of_name = {one["name"]: one for one in reports}
    errors = {}
    for name, day in _REPORTS.items():
        typed = tk.request.args.get(name, "").strip()
        if typed in of_name:
            days = {**days, day: str(of_name[typed]["as_of"])}
        elif typed:
            errors[name] = tk._("There is no report “{found}”.").format(found=typed[:60])
    return days, errors


def _known(reports: list[Json], moment: PointInTime) -> dict[str, str]:
    """Return up to which moment each day is known: that of the address, else those of frozen reports."""
    if "known_at" in moment.told:
        return dict.fromkeys(_KNOWN.values(), moment.told["known_at"])
    of_name = {one["name"]: one["known_at"] for one in reports}
    named = {key: of_name.get(tk.request.args.get(name, "").strip()) for name, key in _KNOWN.items()}
    return {key: str(known) for key, known in named.items() if known}


def _days(moment: PointInTime) -> dict[str, str]:
    """Return what was typed, with the days that go without saying: that of the page, and a year before."""
    typed = _typed()
    shown = moment.told.get("cut_off_date")
    days = {"bis": shown, **typed} if shown else typed
    return {"von": _a_year_before(days.get("bis")), **days}


def _a_year_before(typed: str | None) -> str:
    """Return the day a year before one, or before today where it is none: then the action says so."""
    last = years.read_day(typed) if typed else None
    if not isinstance(last, date):
        last = config.today()
    return str((last - relativedelta(years=1)).isoformat())


def _asked(days: Mapping[str, str], known: Mapping[str, str]) -> Json:
    return {**known, **{_ASKED[name]: text for name, text in days.items()}}


def _found(days: Mapping[str, str], known: Mapping[str, str]) -> tuple[Json | None, dict[str, str], bool]:
    """Return the part that is shown, a sentence for each wrong parameter, and whether the days were swapped.

    Where only filters are wrong they are left out.
    """
    asked = {**_asked(days, known), **part(SHOWN).asked, "include_figures": True}
    show = tk.get_action("digitalms_comparison_show")
    try:
        return show(reader(), asked), {}, False
    except tk.ValidationError as refused:
        wrong = refused.error_dict
    if set(wrong) == {"from"} and "to" in asked:
        # the other way round is what is meant, if both are days
        try:
            return show(reader(), _turned(asked)), {}, True
        except tk.ValidationError:
            pass
    names = {action: name for name, action in _ASKED.items()}
    errors = {names.get(key, key): " ".join(map(str, texts)) for key, texts in wrong.items()}
    if {"von", "bis"} & errors.keys():
        return None, errors, False
    return show(reader(), {name: told for name, told in asked.items() if name not in wrong}), errors, False


def _turned(asked: Json) -> Json:
    """Return the days the other way round, each as it was known."""
    names = {"from": "to", "to": "from", "known_at": "from_known_at", "from_known_at": "known_at"}
    return {names.get(name, name): value for name, value in asked.items()}


def _days_of(found: Json | None) -> dict[str, str]:
    return {"von": found["from"], "bis": found["to"]} if found else {}


def _query(days: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters of the page, for links to the same as file."""
    return {name: text for name, text in days.items() if name in _ASKED}


def _named_reports(*, is_swapped: bool) -> dict[str, str]:
    """Return the reports that the address names, the earlier one first: files and filters keep them."""
    names = dict(zip(_REPORTS, list(_REPORTS)[::-1] if is_swapped else _REPORTS, strict=True))
    return {names[name]: text for name in _REPORTS if (text := tk.request.args.get(name, "").strip())}


def _whole() -> Json:
    """Return all changes that the address asks for; raises ``ValidationError`` with a sentence."""
    moment, reports = only_known((*_ASKED, *_REPORTS)), known_reports()
    days, errors = _with_reports(_days(moment), reports)
    if errors:
        raise tk.ValidationError({name: [text] for name, text in errors.items()})
    asked = _asked(days, _known(reports, moment))
    found: Json = tk.get_action("digitalms_comparison_show")(for_view(), asked)
    return found


def only_known(names: Iterable[str]) -> PointInTime:
    """Return the point in time of a file, if its address has these parameters and days only.

    Raises:
        ValidationError: it has others, or a day cannot be read.
    """
    known = (*names, *IN_ACTIONS)
    unknown = [name for name in tk.request.args if name not in known]
    if unknown:
        told = tk._("This parameter is not known. Known are: {known}.").format(known=", ".join(known))
        raise parameters.refused({unknown[0][:60]: [told]})
    moment = requested_point_in_time()
    if moment.errors:
        raise tk.ValidationError({name: [text] for name, text in moment.errors.items()})
    return moment
