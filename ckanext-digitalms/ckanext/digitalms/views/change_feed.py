"""What changed day by day: as page, Atom, JSON Feed and CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import groupby

import ckan.plugins.toolkit as tk
from ckan.types import Response
from flask import Blueprint, make_response

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import NO_DAY

from . import feed_formats
from .comparison import only_known, table
from .errors import handle_errors
from .pages import Page, conditional, part, reader, rendered
from .point_in_time import PointInTime, requested_point_in_time

digitalms_changes = Blueprint("digitalms_changes", __name__)
handle_errors(digitalms_changes)

SHOWN = 50  # entries on a page, and in a feed
WHOLE = 1000  # entries in a table
_ASKED = {"massnahme": "measure", "organisation": "organisation", "ratsbezug": "reference"}
COLUMNS = (
    *("learnt_at", "day", "statement_id", "measure_id", "title", "organisation", "organisation_title"),
    *("kind", "field", "row", "name", "before", "after", "days", "reason", "outcome", "sentence", "url"),
)


@digitalms_changes.route("/digitalisierung/aenderungen")
def index() -> Page:
    """List what changed, the day on which it was learnt first."""
    typed, errors, moment = _typed(), {}, requested_point_in_time()
    try:
        found = _found(typed, moment, SHOWN, include_figures=True)
    except tk.ValidationError as refused:
        names = {action: name for name, action in _ASKED.items()}
        errors = {names.get(key, key): " ".join(map(str, texts)) for key, texts in refused.error_dict.items()}
        typed = {name: text for name, text in typed.items() if name not in errors}
        found = _found(typed, moment, SHOWN, include_figures=True)
    told = {
        "days": [(day, list(group)) for day, group in groupby(found["results"], key=_day)],
        "found": found,
        "moment": moment,
        "typed": typed,
        "asked": {name: tk.request.args.get(name, "").strip() for name in _ASKED},
        "errors": errors,
        "title": _title(typed, found),
        "part": part(SHOWN),
    }
    return rendered("digitalms/changes/index.html", told)


def _day(entry: Json) -> str:
    moment = datetime.fromisoformat(entry["learnt_at"])
    return moment.astimezone(config.time_zone()).date().isoformat()


@digitalms_changes.route("/digitalisierung/aenderungen.atom", endpoint="atom")
def as_atom() -> Page:
    """Give the newest changes as Atom; the pages before are linked."""
    return _answer("atom", feed_formats.atom, "application/atom+xml")


@digitalms_changes.route("/digitalisierung/aenderungen.json", endpoint="json")
def as_json_feed() -> Page:
    """Give the newest changes as JSON Feed 1.1; the pages before are linked."""
    return _answer("json", feed_formats.json_feed, "application/feed+json")


@digitalms_changes.route("/digitalisierung/aenderungen.csv", endpoint="csv")
def as_csv() -> Page:
    """Give the newest changes as a table, a row for each."""
    found = _found(_typed(), _moment(), WHOLE)
    rows = [
        {**entry, **change} for entry in found["results"] for change in (entry["changes"] or [{"kind": None}])
    ]
    return conditional(table(COLUMNS, rows, "aenderungen.csv"))


def _answer(form: str, written: Callable[[feed_formats.Feed], bytes], kind: str) -> Page:
    typed, shown, moment = _typed(), part(SHOWN), _moment()
    found = _found(typed, moment, SHOWN)
    more = shown.number * shown.size < found["count"]
    feed = feed_formats.Feed(
        title=_title(typed, found),
        language=str(tk.h.lang()).split("_", 1)[0],
        page=_address("index", {**typed, **moment.query()}),
        own=_address(form, {**typed, **moment.query()}, shown.number),
        first=_address(form, {**typed, **moment.query()}),
        following=_address(form, {**typed, **moment.query()}, shown.number + 1) if more else "",
        entries=found["results"],
    )
    answer: Response = make_response(written(feed))
    answer.headers["Content-Type"] = f"{kind}; charset=utf-8"
    return conditional(answer)


def _typed() -> dict[str, str]:
    return {name: text for name in _ASKED if (text := tk.request.args.get(name, "").strip())}


def _found(typed: Mapping[str, str], moment: PointInTime, size: int, **more: bool) -> Json:
    asked = {**more, **moment.told, **{_ASKED[name]: text for name, text in typed.items()}}
    found: Json = tk.get_action("digitalms_catalogue_change_list")(reader(), {**asked, **part(size).asked})
    return found


def _moment() -> PointInTime:
    return only_known((*_ASKED, "seite"))


def _title(typed: Mapping[str, str], found: Json) -> str:
    """Return what the list is of, in words."""
    first = (found["results"] or [{}])[0]
    parts = [
        (first.get("title") or typed["massnahme"]) if "massnahme" in typed else "",
        (first.get("organisation_title") or typed["organisation"]) if "organisation" in typed else "",
        typed.get("ratsbezug", ""),
    ]
    of = ", ".join(filter(None, parts))
    return tk._("Changes: {of}").format(of=of) if of else str(tk._("Changes of the measures"))


def _address(form: str, typed: Mapping[str, str], number: int = 1) -> str:
    more = {"seite": str(number)} if number > 1 else {}
    return str(tk.url_for(f"digitalms_changes.{form}", _external=True, **{**NO_DAY, **typed}, **more))
