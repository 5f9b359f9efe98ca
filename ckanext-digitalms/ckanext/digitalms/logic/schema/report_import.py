"""Schemas of the report import's actions."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator, ValidatorFactory

from ckanext.digitalms.council.reference import LONGEST_FIELD
from ckanext.digitalms.messages import N_
from ckanext.digitalms.reports.arranging import PARTED
from ckanext.digitalms.vocabularies import FundingState, ReferenceRole

from .common import at_most, is_status, is_step_state, one_of, only_shown, unless_unsaid, work, yes_or_no

# a report of a hundred pages
LONGEST_TEXT = 200_000


is_arrangement = one_of(("join", "part", "up", "down"))
is_funding_state = one_of(("", *FundingState))


def are_rows(value: str) -> str:
    """Take the names of entries, such as ``steps-0 goals-1``.

    Raises:
        tk.Invalid: one is none.
    """
    for one in value.split():
        if not re.fullmatch(rf"(?:{'|'.join(PARTED)})-[0-9]{{1,3}}", one):
            message = tk._("“{found}” is no entry of a row. Write, for example, steps-0 goals-1.")
            raise tk.Invalid(message.format(found=one[:40]))
    return value


is_role = one_of(ReferenceRole, N_("“{found}” is no role of a council paper. Use one of: {allowed}."))


@tk.validator_args
def create(ignore_missing: Validator, default: ValidatorFactory) -> Schema:
    """Check what comes with a report; the file itself is read by the action."""
    return {"upload": [ignore_missing], "background": [default(False), yes_or_no]}


@tk.validator_args
def apply(natural_number_validator: Validator) -> Schema:
    """Check which draft is published or corrected, and which state of it was read."""
    return {**work(), "seen": [unless_unsaid, natural_number_validator]}


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
        **apply(),
        "title": [ignore_missing, unicode_safe, digitalms_line],
        "report_date": [ignore_missing, digitalms_day],
        "organisation": [ignore_missing, unicode_safe],
        "arrange": [ignore_missing, is_arrangement],
        "position": [ignore_missing, int_validator],
        "new_title": [ignore_missing, unicode_safe, digitalms_line],
        "rows": [ignore_missing, unicode_safe, are_rows],
        "measures": {
            "position": [not_missing, int_validator],
            "include": [ignore_missing, boolean_validator],
            "checked": [ignore_missing, boolean_validator],
            "organisation": [ignore_missing, unicode_safe],
            "known_as": [ignore_missing, unicode_safe],
            "title": [ignore_missing, not_empty, unicode_safe, digitalms_line],
            "status": [ignore_missing, not_empty, unicode_safe, is_status],
            "status_reason": [ignore_missing, unicode_safe, digitalms_text],
            "notes": [ignore_missing, unicode_safe, digitalms_text],
            **_vision(),
            **_people(),
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
def _people(
    ignore_missing: Validator,
    unicode_safe: Validator,
    email_validator: Validator,
    digitalms_amount: Validator,
    digitalms_line: Validator,
) -> Schema:
    return {
        "funding_state": [ignore_missing, unicode_safe, is_funding_state],
        "funding_amount": [ignore_missing, digitalms_amount],
        "funding_programme": [ignore_missing, unicode_safe, digitalms_line],
        "contact_function": [ignore_missing, unicode_safe, digitalms_line],
        "contact_email": [ignore_missing, unicode_safe, email_validator],
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
        "partners": {"name": [not_empty, unicode_safe, digitalms_line]},
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
