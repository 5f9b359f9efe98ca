"""Schemas of the actions that change what was published: a text is blanked, a measure taken out."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from .schema_delivery import yes_or_no


@tk.validator_args
def redact(
    not_empty: Validator,
    default: ValidatorFactory,
    ignore_missing: Validator,
    unicode_safe: Validator,
    int_validator: Validator,
    digitalms_line: Validator,
    digitalms_text: Validator,
) -> Schema:
    """Check what is to be blanked, and why."""
    return {
        "statement_id": [ignore_missing, int_validator],
        "path": [ignore_missing, unicode_safe, digitalms_line],
        "text": [ignore_missing, unicode_safe, digitalms_text],
        "measure": [ignore_missing, unicode_safe, digitalms_line],
        "reason": [not_empty, unicode_safe, digitalms_line],
        "dry_run": [default(False), yes_or_no],
    }


@tk.validator_args
def remove_measure(
    not_empty: Validator,
    default: ValidatorFactory,
    ignore_missing: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
) -> Schema:
    """Check which measure is to be taken out, and why."""
    return {
        "id": [not_empty, unicode_safe],
        "reason": [ignore_missing, unicode_safe, digitalms_line],
        "dry_run": [default(False), yes_or_no],
    }
