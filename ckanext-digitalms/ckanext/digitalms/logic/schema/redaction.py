"""Schemas of the actions that change what was published: a text is blanked, a measure taken out."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from .common import yes_or_no


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
        "table": [ignore_missing, unicode_safe, digitalms_line],
        "row": [ignore_missing, _cells],
        "reason": [not_empty, unicode_safe, digitalms_line],
        "dry_run": [default(False), yes_or_no],
    }


def _cells(value: Any) -> dict[str, str]:
    """Take a row as an object of columns and cells, in JSON where it comes as text."""
    try:
        told = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        told = None
    if not isinstance(told, dict) or not told or not all(_is_cell(cell) for cell in told.values()):
        raise tk.Invalid(
            tk._("Write the row as an object of columns and cells, as the table's CSV has them.")
        )
    return {str(name): str(cell) for name, cell in told.items()}


def _is_cell(cell: Any) -> bool:
    return isinstance(cell, str | int | float) and not isinstance(cell, bool) and str(cell) != ""


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
