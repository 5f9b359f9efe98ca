"""Milestones of all measures: plan against actual."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services import organisations
from ckanext.digitalms.services.measures.catalogue import read_point_in_time
from ckanext.digitalms.services.measures.milestones import milestones

__all__ = ["digitalms_milestone_list"]


@tk.side_effect_free
def digitalms_milestone_list(context: Context, data_dict: Json) -> Json:
    """List the milestones of all public measures, those that are due first coming first.

    Args:
        organisation: only of measures of this organisation: its name, a former one, or its id.
        state: only in this state, or in one of several: open, overdue, met, met_late, not_judged.
        measure: only of this measure (its key).
        since: only those due from this day on.
        until: only those due by this day.
        cut_off_date: as it was at the end of this day.
        known_at: as we knew it then.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, cut_off_date, known_at}``; each milestone has measure_id, measure_title,
        organisation, organisation_title, url, milestone_id, title, date_text, earliest, latest, met_on,
        state, reason, due (the latest day, or else the earliest), days_late (after the latest day, less than
        0 where it was before; null while it is open), first_latest (what was promised first), days_moved
        (since then), moved (how often), sequence (how often it changed) and changed_at.
    """
    tk.check_access("digitalms_milestone_list", context, data_dict)
    told = schema.asked("digitalms_milestone_list", context, data_dict)
    office = organisations.name_of(told["organisation"]) if told.get("organisation") else None
    since, until = told.get("since"), told.get("until")
    found = [
        one
        for one in milestones(*read_point_in_time(told))
        if (office is None or one["organisation"] == office)
        and (not told.get("state") or one["state"] in told["state"])
        and (not told.get("measure") or one["measure_id"] == told["measure"])
        and (not since or (one["due"] or "") >= since)
        and (not until or (one["due"] or "9999") <= until)
    ]
    return schema.dated(schema.paged(found, told), told)
