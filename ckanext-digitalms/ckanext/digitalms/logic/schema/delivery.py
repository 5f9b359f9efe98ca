"""Schemas of the actions on deliveries."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.messages import N_, translate
from ckanext.digitalms.validation.dialect import FORMS, OPTIONS, SHEET, Dialect, DialectError

from .common import one_of, page, yes_or_no

KINDS = ("progress", "coverage")
STATED = ("edition", "customer", "base", "source", "shares")


_is_kind = one_of(KINDS, N_("“{found}” is no kind of delivery. Use one of: {allowed}."))


@tk.validator_args
def create(
    default: ValidatorFactory,
    ignore_empty: Validator,
    ignore_missing: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
) -> Schema:
    """Check a delivery; the file itself is read by the action."""
    return {
        "kind": [
            default("progress"),
            unicode_safe,
            _is_kind,
        ],
        "upload": [ignore_missing],
        "content": [ignore_missing],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
        "source_id": [ignore_empty, unicode_safe],
        "organisation": [ignore_empty, unicode_safe],
        "delivery_id": [ignore_empty, unicode_safe],
        "seen": [ignore_empty, unicode_safe],
        "dry_run": [default(False), yes_or_no],
        "confirm": [default(False), yes_or_no],
        "background": [default(False), yes_or_no],
        "areas": [ignore_missing],
        **{name: [ignore_empty, unicode_safe, digitalms_line] for name in STATED},
        **dialect(),
    }


@tk.validator_args
def dialect(ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    """Check how a table is written."""
    others = (name for name in OPTIONS if name not in {SHEET, FORMS})
    choices = {name: [ignore_empty, unicode_safe, dialect_choice(name)] for name in others}
    return {
        **choices,
        FORMS: [ignore_empty, dialect_choice(FORMS)],
        SHEET: [ignore_empty, unicode_safe, digitalms_line],
    }


def dialect_choice(option: str) -> Validator:
    """Take one of the choices of an option of the dialect."""

    def validator(value: Any) -> Any:
        try:
            return getattr(Dialect.declared({option: value}), option)
        except DialectError as error:
            raise tk.Invalid(translate(error.message, tk._)) from error

    return validator


@tk.validator_args
def show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which delivery is asked for, and which page of its findings and changes."""
    return {**page(), "id": [not_empty, unicode_safe]}


@tk.validator_args
def listing(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check a page of the list of deliveries."""
    return {**page(), "source_id": [ignore_empty, unicode_safe]}
