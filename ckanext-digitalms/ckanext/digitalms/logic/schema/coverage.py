"""The schema of the action on coverage."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.publishing.coverage_rows import read_cursor
from ckanext.digitalms.vocabularies import SPEED_CLASSES, Base, Customer, Technology

from .common import one_of, page, unless_unsaid
from .moment import moment


@tk.validator_args
def show(
    ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator, int_validator: Validator
) -> Schema:
    """Check which figures are asked for."""
    return {
        **page(),
        **moment(),
        "after": [ignore_empty, unicode_safe, digitalms_line, _cursor],
        "area_code": [ignore_empty, unicode_safe, digitalms_line],
        "edition": [ignore_empty, unicode_safe, digitalms_line],
        "customer": [ignore_empty, unicode_safe, one_of(Customer)],
        "technology": [ignore_empty, unicode_safe, one_of(Technology)],
        "base": [ignore_empty, unicode_safe, one_of(Base)],
        "speed_mbit_s": [unless_unsaid, int_validator, one_of(SPEED_CLASSES)],
    }


def _cursor(value: str) -> list[Any]:
    try:
        return read_cursor(value)
    except ValueError as error:
        message = tk._("“{found}” is no place in the list: take what stands in “next”.")
        raise tk.Invalid(message.format(found=value[:40])) from error
