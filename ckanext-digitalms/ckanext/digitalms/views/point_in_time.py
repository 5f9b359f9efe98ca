"""``?stichtag=`` and ``?bekannt_am=``: which day a page shows, and as it was known when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.messages import translate
from ckanext.digitalms.moments import IN_ACTIONS, MomentError, the_one

from .pages import every, reader


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
        return {**{name: self.told[key] for name, key in IN_ACTIONS.items() if key in self.told}, **more}


def requested_point_in_time() -> PointInTime:
    """Read the moment of the request; what cannot be read is said and left out: a page still shows.

    A page that asks for it is one of that moment; any other says that it is of today.
    """
    tk.g.digitalms_shows_day = True
    moment = PointInTime()
    for name, key in IN_ACTIONS.items():
        typed = tk.request.args.getlist(name)
        try:
            if told := _validated(name, key, typed):
                moment.told[key] = told
        except tk.ValidationError as refused:
            moment.errors[name] = " ".join(str(text) for text in refused.error_dict.get(key, [str(refused)]))
        if any(map(str.strip, typed)):
            moment.asked[name] = typed[0].strip()
    return moment


def _validated(name: str, key: str, typed: list[str]) -> str:
    try:
        text = the_one(name, typed)
    except MomentError as refused:
        raise tk.ValidationError({key: [translate(refused.message, tk._)]}) from refused
    told = schema.validated(reader(), {key: text}, schema.moment()) if text else {}
    return str(told.get(key, ""))


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
    return every("digitalms_measure_list", {**moment.told, **wanted})
