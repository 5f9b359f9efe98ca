"""Schemas of the search of the catalogue."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.messages import N_
from ckanext.digitalms.search.entries import KINDS
from ckanext.digitalms.search.entry_fields import FACETS
from ckanext.digitalms.search.finding import SORTS
from ckanext.digitalms.search.states import DELAYED
from ckanext.digitalms.vocabularies import Status

from .common import at_most, one_of, page, several, unless_unsaid, yes_or_no

LONGEST_VALUE = 200
LONGEST_QUESTION = 100_000  # only the beginning of a long one is read, and that is said

_is_kind = one_of(KINDS)
_is_status = one_of([*Status, DELAYED], N_("“{found}” is no status. Use one of: {allowed}."))


@tk.validator_args
def search(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check what is searched for."""
    value = [ignore_empty, several(at_most(LONGEST_VALUE))]
    return {
        **page(),
        **dict.fromkeys(FACETS, value),
        "kind": [ignore_empty, several(_is_kind)],
        "status": [ignore_empty, several(_is_status)],
        "q": [ignore_empty, unicode_safe, at_most(LONGEST_QUESTION)],
        "sort": [ignore_empty, one_of(SORTS)],
        "include_internal": [unless_unsaid, yes_or_no],
    }


@tk.validator_args
def propose(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check what is typed so far."""
    return {"q": [ignore_empty, unicode_safe, at_most(LONGEST_QUESTION)]}
