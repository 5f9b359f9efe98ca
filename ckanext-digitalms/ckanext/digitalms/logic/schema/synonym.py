"""Schemas of the actions on the synonyms of the search."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.search.synonym import DIRECTIONS

from .common import one_of


@tk.validator_args
def one(not_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    """Check which synonym is meant."""
    text = [not_empty, unicode_safe, digitalms_line, not_empty]
    return {"word": text, "meaning": text}


@tk.validator_args
def create(ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator) -> Schema:
    """Check a synonym."""
    return {
        **one(),
        "direction": [ignore_empty, one_of(DIRECTIONS)],
        "note": [ignore_empty, unicode_safe, digitalms_line],
    }


@tk.validator_args
def upload(
    ignore_empty: Validator, ignore_missing: Validator, unicode_safe: Validator, digitalms_line: Validator
) -> Schema:
    """Check a file of synonyms; what is in it is read by the action."""
    return {
        "upload": [ignore_missing],
        "content": [ignore_missing],
        "filename": [ignore_empty, unicode_safe, digitalms_line],
    }
