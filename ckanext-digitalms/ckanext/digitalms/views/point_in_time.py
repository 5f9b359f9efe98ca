"""``?stichtag=`` and ``?bekannt_am=``: which day a page shows, and as it was known when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema

from .pages import reader

QUERY = {"stichtag": "cut_off_date", "bekannt_am": "known_at"}


@dataclass
class PointInTime:
    """What was asked for, what can be shown, and a sentence for each that cannot be read."""

    asked: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_past(self) -> bool:
        """Return whether the page shows anything but today."""
        return bool(self.told)

    def query(self, **more: str) -> dict[str, str]:
        """Return the parameters that keep this moment in a link."""
        return {**{name: self.asked[name] for name, key in QUERY.items() if key in self.told}, **more}


def requested_point_in_time() -> PointInTime:
    """Read the moment of the request; what cannot be read is said and left out: a page still shows."""
    moment = PointInTime()
    for name, key in QUERY.items():
        typed = tk.request.args.get(name, "").strip()
        if not typed:
            continue
        moment.asked[name] = typed
        try:
            told = schema.validated(reader(), {key: typed}, schema.moment())
        except tk.ValidationError as refused:
            moment.errors[name] = " ".join(str(text) for text in refused.error_dict.get(key, [str(refused)]))
        else:
            moment.told[key] = told[key]
    return moment


def kept_measures(moment: PointInTime, **wanted: Any) -> list[Json]:
    """Return the measures at a moment, today with the internal ones that the reader keeps."""
    return measures(moment, **_internal(moment), **wanted)


def kept_part(moment: PointInTime, **wanted: Any) -> Json:
    """Return a part of these measures, and how many there are: ``limit`` and ``offset`` say which."""
    asked = {**moment.told, **_internal(moment), **wanted}
    found: Json = tk.get_action("digitalms_measure_list")(reader(), asked)
    return found


def _internal(moment: PointInTime) -> Json:
    return {} if moment.is_past or tk.current_user.is_anonymous else {"include_internal": True}


def measures(moment: PointInTime, **wanted: Any) -> list[Json]:
    """Return the measures at a moment, all of them."""
    found: list[Json] = []
    while True:
        asked = {**moment.told, **wanted, "limit": 1000, "offset": len(found)}
        page = tk.get_action("digitalms_measure_list")(reader(), asked)
        found += page["results"]
        if len(found) >= page["count"] or not page["results"]:
            return found
