"""Schemas of the report import's actions."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.council.reference import LONGEST_FIELD
from ckanext.digitalms.messages import N_
from ckanext.digitalms.vocabularies import ReferenceRole

from .common import at_most, is_status, is_step_state, one_of, only_shown

# a report of a hundred pages
LONGEST_TEXT = 200_000


is_role = one_of(ReferenceRole, N_("“{found}” is no role of a council paper. Use one of: {allowed}."))


@tk.validator_args
def create(ignore_missing: Validator) -> Schema:
    """Check what comes with a report; the file itself is read by the action."""
    return {"upload": [ignore_missing]}


@tk.validator_args
def update(
    ignore_missing: Validator,
    not_empty: Validator,
    not_missing: Validator,
    int_validator: Validator,
    boolean_validator: Validator,
    unicode_safe: Validator,
    digitalms_day: Validator,
    digitalms_line: Validator,
    digitalms_text: Validator,
) -> Schema:
    """Check what was typed into a draft; what is left out stays as it is."""
    return {
        "id": [not_empty, unicode_safe],
        "title": [ignore_missing, unicode_safe, digitalms_line],
        "report_date": [ignore_missing, digitalms_day],
        "organisation": [ignore_missing, unicode_safe],
        "measures": {
            "position": [not_missing, int_validator],
            "include": [ignore_missing, boolean_validator],
            "known_as": [ignore_missing, unicode_safe],
            "title": [ignore_missing, not_empty, unicode_safe, digitalms_line],
            "status": [ignore_missing, not_empty, unicode_safe, is_status],
            "status_reason": [ignore_missing, unicode_safe, digitalms_text],
            "notes": [ignore_missing, unicode_safe, digitalms_text],
            **_vision(),
            **_rows(),
            **only_shown("status_because", "known_because", "source", "warnings", "not_taken_over"),
        },
    }


@tk.validator_args
def _vision(
    ignore_missing: Validator,
    not_empty: Validator,
    unicode_safe: Validator,
    digitalms_line: Validator,
    digitalms_measure_id: Validator,
    digitalms_text: Validator,
    digitalms_year: Validator,
) -> Schema:
    return {
        "key": [ignore_missing, not_empty, unicode_safe, digitalms_measure_id],
        "vision": [ignore_missing, unicode_safe, digitalms_text],
        "vision_year": [ignore_missing, digitalms_year],
        "vision_source": [ignore_missing, unicode_safe, digitalms_line],
    }


@tk.validator_args
def _rows(
    ignore_missing: Validator,
    not_empty: Validator,
    unicode_safe: Validator,
    digitalms_council_reference: Validator,
    digitalms_day: Validator,
    digitalms_line: Validator,
    digitalms_text: Validator,
    digitalms_year: Validator,
) -> Schema:
    return {
        "council_references": {
            "reference": [not_empty, unicode_safe, digitalms_council_reference],
            "original": [ignore_missing, unicode_safe, digitalms_line],
            "role": [not_empty, unicode_safe, is_role],
        },
        "goals": {
            "text": [not_empty, unicode_safe, digitalms_text],
            "year": [ignore_missing, digitalms_year],
        },
        "steps": {
            "state": [not_empty, unicode_safe, is_step_state],
            "text": [not_empty, unicode_safe, digitalms_text],
        },
        "milestones": {
            "title": [not_empty, unicode_safe, digitalms_line],
            "date_text": [ignore_missing, unicode_safe, digitalms_line],
            "earliest": [ignore_missing, digitalms_day],
            "latest": [ignore_missing, digitalms_day],
            "met_on": [ignore_missing, digitalms_day],
        },
    }


@tk.validator_args
def reference(not_empty: Validator, unicode_safe: Validator, ignore_empty: Validator) -> Schema:
    """Check which council paper is asked for."""
    return {
        "reference": [not_empty, unicode_safe, at_most(LONGEST_FIELD)],
        "body": [ignore_empty, unicode_safe, at_most(LONGEST_FIELD)],
    }


@tk.validator_args
def text(not_missing: Validator, unicode_safe: Validator) -> Schema:
    """Check a text that is searched for references."""
    return {"text": [not_missing, unicode_safe, at_most(LONGEST_TEXT)]}
