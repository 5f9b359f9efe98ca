"""The schema of the action on coverage."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.vocabularies import SPEED_CLASSES, Base, Customer, Technology

from .common import page


@tk.validator_args
def show(
    ignore_empty: Validator, unicode_safe: Validator, digitalms_line: Validator, int_validator: Validator
) -> Schema:
    """Check which figures are asked for."""
    return {
        **page(),
        "area_code": [ignore_empty, unicode_safe, digitalms_line],
        "edition": [ignore_empty, unicode_safe, digitalms_line],
        "customer": [ignore_empty, unicode_safe, _one_of([term.value for term in Customer])],
        "technology": [ignore_empty, unicode_safe, _one_of([term.value for term in Technology])],
        "base": [ignore_empty, unicode_safe, _one_of([term.value for term in Base])],
        "speed_mbit_s": [ignore_empty, int_validator, _one_of(list(SPEED_CLASSES))],
    }


def _one_of(known: list[str] | list[int]) -> Validator:
    def validator(value: Any) -> Any:
        if value not in known:
            message = tk._("“{found}” is not known. Use one of: {allowed}.")
            raise tk.Invalid(message.format(found=str(value)[:40], allowed=", ".join(map(str, known))))
        return value

    return validator
