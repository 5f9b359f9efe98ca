"""The figures of a measure, each with its plot: what its page shows of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.digitalms.figures import number_of
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.measures.indicator_facts import facts
from ckanext.digitalms.measures.series_plot import Value, Words, svg

from .pages import reader
from .point_in_time import PointInTime

_LEAST = 2  # one value tells no more than its line
_MOST = 1000


def of_measure(measure: Json, moment: PointInTime) -> list[Json]:
    """Return the figures of a measure with series, goals and plot; an internal one has no series."""
    asked = {"measure": measure["measure_id"], "limit": _MOST, **moment.told}
    known = (
        tk.get_action("digitalms_indicator_list")(reader(), asked)["results"] if measure["indicators"] else []
    )
    of_id = {one["id"]: one for one in known}
    day = date.fromisoformat(measure["judged_on"])
    shown = (
        of_id.get(one["id"]) or {**facts(measure, one, day), "series": []} for one in measure["indicators"]
    )
    return [{**one, "svg": _drawn(one, place)} for place, one in enumerate(shown)]


def _drawn(indicator: Json, place: int) -> Markup | None:
    values = [
        Value(date.fromisoformat(one["date"]), value)
        for one in indicator["series"]
        if (value := number_of(str(one["value"]))) is not None
    ]
    if len(values) < _LEAST:
        return None
    text = tk._("{count} values from {first} to {last}; the last one is {value}.").format(
        count=len(values),
        first=tk.h.digitalms_day(values[0].day),
        last=tk.h.digitalms_day(values[-1].day),
        value=_number(values[-1].value),
    )
    target = number_of(str(indicator["target"])) if indicator["target"] is not None else None
    words = Words(str(indicator["title"]), text, tk._("target"), _number, tk.h.digitalms_short_day)
    drawn = svg(f"dm-figure-{place}", values, target, words)
    return Markup(drawn)  # noqa: S704 - every text in it is escaped


def _number(value: Decimal) -> str:
    return str(tk.h.digitalms_number(value))
