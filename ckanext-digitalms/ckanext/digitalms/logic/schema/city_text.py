"""Schemas of the actions on the texts of the city's own pages."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.city_pages.pages import LANGUAGES, LONGEST_TEXT, PAGES

from .common import at_most, one_of, page


@tk.validator_args
def city_text_show(not_empty: Validator, unicode_safe: Validator, default: ValidatorFactory) -> Schema:
    """Check which text is asked for."""
    return {
        **page(),
        "page": [not_empty, unicode_safe, one_of(PAGES)],
        "language": [default(LANGUAGES[0]), unicode_safe, one_of(LANGUAGES)],
    }


@tk.validator_args
def city_text_update(
    not_empty: Validator,
    not_missing: Validator,
    ignore_missing: Validator,
    natural_number_validator: Validator,
    unicode_safe: Validator,
    digitalms_text: Validator,
) -> Schema:
    """Check a text; an empty one is meant."""
    return {
        "page": [not_empty, unicode_safe, one_of(PAGES)],
        "language": [not_empty, unicode_safe, one_of(LANGUAGES)],
        "text": [not_missing, unicode_safe, at_most(LONGEST_TEXT), digitalms_text],
        "seen": [ignore_missing, natural_number_validator],
    }
