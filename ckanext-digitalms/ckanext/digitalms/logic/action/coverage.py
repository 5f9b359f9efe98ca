"""Coverage: the counted figures of areas, by edition."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.measures.record import plain
from ckanext.digitalms.publishing import coverage_rows
from ckanext.digitalms.services.measures.catalogue import read_point_in_time

__all__ = ["digitalms_coverage_show"]


@tk.side_effect_free
def digitalms_coverage_show(context: Context, data_dict: Json) -> Json:
    """Show figures of broadband coverage, in the order of the key; each filter may be left out.

    Args:
        area_code: the official key (AGS) of an area, such as ``05515000``.
        edition: year and month of the data, such as ``2019-06``.
        cut_off_date: only editions up to the month of this day; default today.
        known_at: with the editions that we had then: a day or a moment (ISO 8601); default now.
        customer, technology, base: as the open table ``coverage`` names them.
        speed_mbit_s: the class: at least this speed.
        limit: at most this many, up to 1000; default 100.
        offset: leave out the first; the more, the longer it takes.
        after: the ``next`` of the answer before: the page that follows it, however far that is.

    Returns:
        ``{count, results, next, cut_off_date, known_at}``; each result has the columns of the open table
        ``coverage``. ``next`` is what ``after`` is for the following page, or null at the end; the last two
        say of which point in time the figures are (null: now).

    Raises:
        ValidationError: a filter is none of the known values.
    """
    tk.check_access("digitalms_coverage_show", context, data_dict)
    told = schema.asked("digitalms_coverage_show", context, data_dict)
    chosen = {name: told[name] for name in coverage_rows.FILTERS if told.get(name) is not None}
    limit, offset = told["limit"], told["offset"]
    moment = coverage_rows.EditionsAt(*read_point_in_time(told))
    rows = coverage_rows.page(chosen, limit + 1, offset, told.get("after"), moment)
    following = coverage_rows.cursor_of(rows[limit - 1]) if limit and len(rows) > limit else None
    results = [plain(row) for row in rows[:limit]]
    answer = {"count": coverage_rows.count(chosen, moment), "results": results, "next": following}
    return schema.dated(answer, told)
