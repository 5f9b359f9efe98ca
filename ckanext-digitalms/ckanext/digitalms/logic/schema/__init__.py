"""Schemas of the actions, a module for each kind of thing; what all of them share is at hand here.

CKAN fills in validators by the names of arguments.
"""

from . import city_text, coverage, custom_table, delivery, redaction, report_import, source, table_import
from .actions import SCHEMAS, asked
from .common import (
    FIRST_PAGE,
    MAX_PAGE,
    MAX_TEXT,
    at_most,
    by_id,
    measure_history,
    measure_list,
    measure_show,
    note_create,
    note_delete,
    organisation_admit,
    page,
    page_of,
    paged,
    refuse_unknown,
    refuse_unstorable,
    release_cite,
    statement_create,
    table_validate,
    validated,
)
from .moment import dated, moment

__all__ = [
    "FIRST_PAGE",
    "MAX_PAGE",
    "MAX_TEXT",
    "SCHEMAS",
    "asked",
    "at_most",
    "by_id",
    "city_text",
    "coverage",
    "custom_table",
    "dated",
    "delivery",
    "measure_history",
    "measure_list",
    "measure_show",
    "moment",
    "note_create",
    "note_delete",
    "organisation_admit",
    "page",
    "page_of",
    "paged",
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
