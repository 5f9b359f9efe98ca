"""What is asked of the desk."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.messages import N_
from ckanext.digitalms.services.desk.groups import CHOICE, GROUPS

from .common import one_of, page

__all__ = ["show"]

# of each group, where all of them are asked for
FIRST = 5

_is_group = one_of((*GROUPS, CHOICE), N_("The desk has no group “{found}”. Use one of: {allowed}."))


@tk.validator_args
def show(default: ValidatorFactory, ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which group is asked for, by which words its measures are chosen, and which page of it."""
    paged = page()
    paged["limit"] = [default(FIRST), *paged["limit"][1:]]
    return {**paged, "group": [ignore_empty, unicode_safe, _is_group], "q": [default(""), unicode_safe]}
