"""Schemas of the actions on what measures promise and count over time: milestones and figures."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.measures.delay import MilestoneState
from ckanext.digitalms.messages import N_

from .common import one_of, page, several
from .moment import moment

_is_milestone_state = one_of(
    [state for state in MilestoneState if state is not MilestoneState.REMOVED],
    N_("“{found}” is no state of a milestone. Use one of: {allowed}."),
)


@tk.validator_args
def milestone_list(ignore_empty: Validator, unicode_safe: Validator, digitalms_day: Validator) -> Schema:
    """Check the filters of the list of milestones."""
    day = [ignore_empty, unicode_safe, digitalms_day]
    return {
        **page(),
        **moment(),
        "organisation": [ignore_empty, unicode_safe],
        "measure": [ignore_empty, unicode_safe],
        "state": [ignore_empty, several(_is_milestone_state)],
        "since": day,
        "until": day,
    }


@tk.validator_args
def indicator_list(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check of which measure figures are asked for."""
    return {**page(), **moment(), "measure": [ignore_empty, unicode_safe]}
