"""Trying a source before it is saved: it is fetched and judged, and nothing of it is kept."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.logic import schema
from ckanext.digitalms.services.sources.handlers import checker_of
from ckanext.digitalms.services.uploads import organisation_id

from .delivery import report_in_words

__all__ = ["digitalms_source_check"]


def digitalms_source_check(context: Context, data_dict: Json) -> Json:
    """Fetch what a source would deliver, and say what is wrong with it and what it would change.

    Args:
        source_type: the harvester, as ``harvest_source_create`` takes it.
        url: the address.
        config: its settings (JSON).
        owner_org: the organisation whose measures it may write.
        id: the source, where it is there already.

    Returns:
        ``{filename, size, report}``; the report is as that of ``digitalms_delivery_show``. Nothing is kept.

    Raises:
        ValidationError: the address gives no file, a setting is wrong, or this kind cannot be tried.
    """
    tk.check_access("digitalms_source_check", context, data_dict)
    told = schema.asked("digitalms_source_check", context, data_dict)
    try:
        found = checker_of(told["source_type"]).check_source(
            told["url"], told.get("config") or "{}", organisation_id(told["owner_org"]), told.get("id")
        )
    finally:
        model.Session.rollback()
    report = found.report.to_json()
    told_report = report if context.get("for_view") else report_in_words(report, told)
    return {"filename": found.filename, "size": found.size, "report": told_report}
