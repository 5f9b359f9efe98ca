"""Schemas of what compares two days, and of what changed day by day."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.comparison.kinds import ChangeKind
from ckanext.digitalms.council.reference import LONGEST_FIELD
from ckanext.digitalms.messages import N_

from .common import at_most, is_status, one_of, page, several, unless_unsaid, yes_or_no
from .moment import cut_off_date, moment

is_kind = one_of(ChangeKind, N_("“{found}” is no kind of change. Use one of: {allowed}."))


@tk.validator_args
def show(ignore_empty: Validator, not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which two days are compared, and which changes are wanted."""
    return {
        **page(),
        "from": [not_empty, unicode_safe, cut_off_date],
        "to": [ignore_empty, unicode_safe, cut_off_date],
        "known_at": moment()["known_at"],
        "from_known_at": moment()["known_at"],
        "organisation": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
        "status": [ignore_empty, several(is_status)],
        "kind": [ignore_empty, several(is_kind)],
        "measure": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
        "include_figures": [unless_unsaid, yes_or_no],
    }


@tk.validator_args
def listing(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check whose changes are wanted, and which part of them."""
    asked: dict[str, Any] = {
        name: [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)]
        for name in ("measure", "organisation", "reference")
    }
    return {**page(), **moment(), **asked, "include_figures": [unless_unsaid, yes_or_no]}
