"""Schema of the action on the catalogue's own figures."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.messages import N_
from ckanext.digitalms.quality.counting import Figure

from .common import one_of, page
from .json_schema import takes
from .moment import moment

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")

_is_figure = one_of([one.value for one in Figure], N_("“{found}” is not counted. Use one of: {allowed}."))


@takes(type="string", pattern=_MONTH.pattern)
def _is_month(value: str) -> str:
    if not _MONTH.fullmatch(value):
        message = tk._("“{found}” is no month: write year and month, such as 2026-11.")
        raise tk.Invalid(message.format(found=value[:60]))
    return value


@tk.validator_args
def listing(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check of which month and what is asked for."""
    return {
        **page(),
        **moment(),
        "month": [ignore_empty, unicode_safe, _is_month],
        "figure": [ignore_empty, unicode_safe, _is_figure],
    }
