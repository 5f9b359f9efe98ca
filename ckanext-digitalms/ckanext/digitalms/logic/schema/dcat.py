"""Schemas of what other portals read of the catalogue."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.messages import N_

from .common import at_most, one_of
from .json_schema import takes
from .moment import cut_off_date

LONGEST = 2000
FAREST = 10**7
PROFILES = ("own", "delivered")
LICENSES = ("de", "eu")

is_profile = one_of(PROFILES, N_("“{found}” is no profile of the feed. Use one of: {allowed}."))
is_list = one_of(LICENSES, N_("“{found}” is no list of licences. Use one of: {allowed}."))


@takes(type="integer", minimum=1)
def _page(value: object) -> int:
    told = str(value).strip()
    if not told.isascii() or not told.isdigit() or len(told) > 18 or int(told) < 1:
        message = tk._("“{found}” is no number of a page: they are counted from 1.")
        raise tk.Invalid(message.format(found=told[:60]))
    return min(int(told), FAREST)


@tk.validator_args
def how(default: ValidatorFactory, unicode_safe: Validator) -> Schema:
    """Check for whom a feed is."""
    return {
        "profile": [default("own"), unicode_safe, is_profile],
        "licenses": [default("de"), unicode_safe, is_list],
    }


@tk.validator_args
def listing(default: ValidatorFactory, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which page of the catalogue is wanted, and which datasets."""
    words = [ignore_empty, unicode_safe, at_most(LONGEST)]
    return {
        **how(),
        "page": [default(1), _page],
        "q": words,
        "fq": words,
        "modified_since": [ignore_empty, unicode_safe, cut_off_date],
    }


@tk.validator_args
def show(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which dataset is wanted."""
    return {**how(), "id": [not_empty, unicode_safe]}


@tk.validator_args
def croissant(not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which dataset is wanted."""
    return {"id": [not_empty, unicode_safe]}
