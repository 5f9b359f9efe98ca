"""Figures of all measures with their series."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services.measures.catalogue import read_point_in_time
from ckanext.digitalms.services.measures.indicators import indicators

__all__ = ["digitalms_indicator_list"]


@tk.side_effect_free
def digitalms_indicator_list(context: Context, data_dict: Json) -> Json:
    """List the figures of all public measures, in the order of the measures, each with its series.

    Args:
        measure: only of this measure (its key).
        cut_off_date: as they were at the end of this day.
        known_at: as we knew it then.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, cut_off_date, known_at}``; each figure has measure_id, measure_title, organisation,
        url, id, title, value, unit, target, day, origin, definition, source, direction (more, less),
        interval (months), next_due (day), is_due, is_reached (null where no direction or target is said),
        goals (that it measures: id, year, text, target, state) and series (date, value; the earliest day
        first, of each the last word).
    """
    tk.check_access("digitalms_indicator_list", context, data_dict)
    told = schema.asked("digitalms_indicator_list", context, data_dict)
    found = list(indicators(*read_point_in_time(told), told.get("measure")))
    return schema.dated(schema.paged(found, told), told)
