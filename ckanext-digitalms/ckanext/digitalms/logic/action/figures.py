"""The catalogue's own figures, month by month."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services.figures import kept
from ckanext.digitalms.services.measures.catalogue import read_point_in_time

__all__ = ["digitalms_catalogue_figure_list"]


@tk.side_effect_free
def digitalms_catalogue_figure_list(context: Context, data_dict: Json) -> Json:
    """List what the catalogue had in each month and how it was used; the present month as it is now.

    Ended months are as they were counted then, and never change. Of a past day you get the months that had
    ended by then.

    Args:
        month: only of this one (YYYY-MM).
        figure: only this one: datasets, measures, format, license, topic, office, complete, age, quality,
            downloads, api_reads, harvest, searches or nothing_found.
        cut_off_date: the months that had ended on this day.
        known_at: the same: what was counted is never corrected.
        limit: up to 1000; default 100.
        offset: how many to leave out first.

    Returns:
        ``{count, results, months, cut_off_date, known_at}``: by month, each with month, figure, key, label
        (German), value (nothing where nobody knows), total (of which it is a part), counted_on and is_final;
        and the months there are.
    """
    tk.check_access("digitalms_catalogue_figure_list", context, data_dict)
    wanted = schema.asked("digitalms_catalogue_figure_list", context, data_dict)
    rows = kept.until(_day(*read_point_in_time(wanted)))
    chosen = [
        {**asdict(row), "counted_on": row.counted_on.isoformat()}
        for row in rows
        if wanted.get("month") in (None, row.month) and wanted.get("figure") in (None, row.figure)
    ]
    part = chosen if context.get("for_view") else schema.page_of(chosen, wanted)
    months = sorted({row.month for row in rows})
    return schema.dated({"count": len(chosen), "results": part, "months": months}, wanted)


def _day(day: date | None, known_at: datetime | None) -> date:
    known = known_at.astimezone(config.time_zone()).date() if known_at else config.today()
    return min(day or config.today(), known)
