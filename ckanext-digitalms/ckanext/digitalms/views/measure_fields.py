"""One field of a measure over all days: what it said on each."""

from __future__ import annotations

from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.record import ROW_TYPES

from .comparison import known_reports
from .errors import handle_errors
from .pages import Page, part, reader, rendered
from .point_in_time import requested_point_in_time

digitalms_measure_fields = Blueprint("digitalms_measure_fields", __name__)
handle_errors(digitalms_measure_fields)

# the fields whose rows tell of figures, and where a row has the id of its figure
_TELLING = {"indicators": "id", "goals": "indicator_id"}
SHOWN = 200  # statements on a page
# in the order in which they are offered; what is no news has no history
_FIELDS = (
    *("status", "status_reason", "progress_percent", "statement", "title", "notes", "steps", "milestones"),
    *("obstacles", "goals", "goal_reviews", "indicators", "vision", "vision_year", "vision_source"),
    *("council_references", "partners", "funding_state", "funding_amount", "funding_programme"),
    *("place", "area_code", "parent_id", "weight"),
)


@digitalms_measure_fields.route("/digitalisierungsmassnahme/<id>/felder")
def read(id: str) -> Page:  # noqa: A002 - as CKAN's links to a dataset name it
    """Show a field side by side over all days of a measure."""
    moment = requested_point_in_time()
    measure = tk.get_action("digitalms_measure_show")(reader(), {"id": id, **moment.told})
    wanted = {"id": id, **moment.told, **part(SHOWN).asked}
    history = tk.get_action("digitalms_measure_history")(reader(), wanted)
    # of several statements about one day the last one counts
    stands = [one for one in history["results"] if not one["replaced_by"]]
    fields = [name for name in _FIELDS if any(_value(one, name) for one in stands)]
    typed = tk.request.args.get("feld", "").strip()
    told = {
        "measure": measure,
        "moment": moment,
        "typed": typed,
        "fields": fields,
        "field": typed if typed in fields else (fields or ["status"])[0],
        "is_unknown": bool(typed) and typed not in _FIELDS,
        "is_empty": typed in _FIELDS and typed not in fields,
        "history": history,
        "part": part(SHOWN),
    }
    told["rows"] = _with_reports(_rows(stands, str(told["field"])))
    return rendered("digitalms/measure/fields.html", told)


def _with_reports(rows: list[Json]) -> list[Json]:
    """Say of each Stand of which reports' days it is: what stood on the day of a report was told in it."""
    told: dict[str, list[Json]] = {row["as_of"]: [] for row in rows}
    for report in known_reports():
        stood = max((day for day in told if day <= str(report["as_of"])), default=None)
        if stood:
            told[stood].append(report)
    return [{**row, "reports": told[row["as_of"]]} for row in rows]


def _value(entry: Json, name: str) -> Any:
    return entry["content"].get(name)


def _figures(entry: Json, name: str) -> list[Json]:
    """Return the figures that the rows of a field tell of, as they were told on that day."""
    content = entry["content"]
    known = {row["id"]: row for row in content.get("indicators") or ()}
    ids = [row.get(_TELLING[name]) for row in content.get(name) or ()] if name in _TELLING else []
    day = date.fromisoformat(entry["as_of"])
    return [facts(content, known[each], day) for each in dict.fromkeys(ids) if each in known]


def _rows(stands: list[Json], name: str) -> list[Json]:
    """Return the days with what the field said, the newest first, and whether that differs from before."""
    earlier = [_value(one, name) for one in stands[1:]]
    return [
        {
            "as_of": one["as_of"],
            "value": _value(one, name),
            "is_list": name in ROW_TYPES,
            "figures": _figures(one, name),
            "differs": place < len(earlier) and (_value(one, name) or None) != (earlier[place] or None),
        }
        for place, one in enumerate(stands)
    ]
