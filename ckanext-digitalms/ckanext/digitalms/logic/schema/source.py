"""Schemas of the actions on sources."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from .common import page, yes_or_no


@tk.validator_args
def show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which source is asked for, and which page of its errors."""
    return {**page(), "id": [not_empty, unicode_safe]}


@tk.validator_args
def listing(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check a page of the list of sources, or which one is asked for."""
    return {**page(), "id": [ignore_empty, unicode_safe]}


@tk.validator_args
def check(not_empty: Validator, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which source is to be tried, and which page of its findings is told."""
    needed = {name: [not_empty, unicode_safe] for name in ("source_type", "url", "owner_org")}
    return {**page(), **needed, **{name: [ignore_empty, unicode_safe] for name in ("config", "id")}}


@tk.validator_args
def decide(
    not_empty: Validator, not_missing: Validator, ignore_empty: Validator, unicode_safe: Validator
) -> Schema:
    """Check an answer to a question; there is no default, since yes deletes and no does not."""
    return {
        "id": [not_empty, unicode_safe],
        "confirm": [not_missing, not_empty_bool, yes_or_no],
        "seen": [ignore_empty, unicode_safe],
    }


def not_empty_bool(value: Any) -> Any:
    """Refuse an empty answer."""
    if value is None or value == "":
        raise tk.Invalid(tk._("Say true (they may vanish) or false (they stay)."))
    return value
