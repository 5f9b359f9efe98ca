"""Schemas of the actions on the sitting calendar and on wordings of dates."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.council.sitting_files import LONGEST_BODY

from .common import at_most, page, yes_or_no


@tk.validator_args
def listing(ignore_empty: Validator, unicode_safe: Validator, digitalms_day: Validator) -> Schema:
    """Check of which time sittings are asked for."""
    day = [ignore_empty, unicode_safe, digitalms_day]
    return {**page(), "since": day, "until": day}


@tk.validator_args
def one(
    not_empty: Validator, unicode_safe: Validator, digitalms_line: Validator, digitalms_day: Validator
) -> Schema:
    """Check a sitting."""
    return {
        "day": [not_empty, unicode_safe, digitalms_day],
        "body": [not_empty, unicode_safe, at_most(LONGEST_BODY), digitalms_line],
    }


@tk.validator_args
def upload(
    default: ValidatorFactory,
    ignore_empty: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
) -> Schema:
    """Check a calendar's file; what is in it is read by the action."""
    return {
        "upload": [ignore_missing],
        "content": [ignore_missing],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
        "replace": [default(False), yes_or_no],
    }


@tk.validator_args
def undo(not_empty: Validator, natural_number_validator: Validator) -> Schema:
    """Check which version is taken back."""
    return {"version": [not_empty, natural_number_validator]}


@tk.validator_args
def wording(
    not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator, digitalms_day: Validator
) -> Schema:
    """Check a wording of a date and the day that it counts from."""
    return {
        "text": [not_empty, unicode_safe, at_most(1000)],
        "as_of": [ignore_empty, unicode_safe, digitalms_day],
    }
