"""Schemas of the actions, a module for each kind of thing; what all of them share is at hand here.

CKAN fills in validators by the names of arguments.
"""

from . import coverage, custom_table, delivery, redaction, report_import, source, table_import
from .common import (
    MAX_PAGE,
    MAX_TEXT,
    at_most,
    by_id,
    digitalms_moment,
    measure_history,
    measure_list,
    measure_show,
    moment,
    note_create,
    note_delete,
    organisation_admit,
    page,
    refuse_unknown,
    refuse_unstorable,
    release_cite,
    statement_create,
    table_validate,
    validated,
)

__all__ = [
    "MAX_PAGE",
    "MAX_TEXT",
    "at_most",
    "by_id",
    "coverage",
    "custom_table",
    "delivery",
    "digitalms_moment",
    "measure_history",
    "measure_list",
    "measure_show",
    "moment",
    "note_create",
    "note_delete",
    "organisation_admit",
    "page",
    "redaction",
    "refuse_unknown",
    "refuse_unstorable",
    "release_cite",
    "report_import",
    "source",
    "statement_create",
    "table_import",
    "table_validate",
    "validated",
]
