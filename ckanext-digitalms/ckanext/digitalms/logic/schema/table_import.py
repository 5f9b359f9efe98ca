"""Schemas of the actions on tables that come back."""

from __future__ import annotations

from datetime import date

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms import config
from ckanext.digitalms.imports.mapping import MAPPINGS
from ckanext.digitalms.messages import N_, Message
from ckanext.digitalms.services.language import with_days_in_words

from .common import one_of, yes_or_no
from .delivery import dialect

_is_table = one_of(MAPPINGS, N_("“{found}” is no table that can be read in. Use one of: {allowed}."))


@tk.validator_args
def table_import(
    default: ValidatorFactory,
    ignore_empty: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
    digitalms_day: Validator,
) -> Schema:
    """Check an import; the file itself is read by the action."""
    return {
        "table": [
            ignore_empty,
            unicode_safe,
            _is_table,
        ],
        "indicator": [ignore_empty, unicode_safe, digitalms_line],
        "upload": [ignore_missing],
        "content": [ignore_missing],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
        "import_id": [ignore_empty, unicode_safe],
        "dry_run": [default(False), yes_or_no],
        "background": [default(False), yes_or_no],
        "as_of": [ignore_empty, digitalms_day, _not_in_the_future],
        "correction": [default(False), yes_or_no],
        **dialect(),
    }


def _not_in_the_future(value: object) -> object:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return value  # what is no day has its error already
    if day > config.today():
        text = N_("The Stand ({as_of}) lies in the future: enter a day up to today ({today}).")
        told = Message(text, {"as_of": day, "today": config.today()})
        raise tk.Invalid(with_days_in_words(told))
    return value
