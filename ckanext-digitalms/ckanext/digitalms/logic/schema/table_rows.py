"""Schemas of what looks into a table: which rows, which columns, in which order."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms.explorer.drawing import KINDS
from ckanext.digitalms.messages import N_
from ckanext.digitalms.publishing.plotting import MEASURES

from .common import at_most, one_of, page
from .json_schema import takes
from .moment import moment

LONGEST_NAME, LONGEST_QUERY = 200, 100_000
MOST_CONDITIONS = 1_000  # values of all columns together


@tk.validator_args
def table(ignore_empty: Validator, not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which table is looked into, at which release or on which day, and which of its rows."""
    name = [ignore_empty, unicode_safe, at_most(LONGEST_NAME)]
    return {
        **moment(),
        "table": [not_empty, unicode_safe, at_most(LONGEST_NAME)],
        "release_id": name,
        "filters": [ignore_empty, _conditions],
        "q": [ignore_empty, unicode_safe, at_most(LONGEST_QUERY)],
        "query": [ignore_empty, unicode_safe, at_most(LONGEST_QUERY)],
    }


@tk.validator_args
def rows(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check which rows of a table are wanted, and how they are shown."""
    named = [ignore_empty, unicode_safe, at_most(LONGEST_QUERY)]
    return {**page(), **table(), "columns": named, "sort": named}


@takes(type="object", additionalProperties={"type": ["string", "number", "boolean", "array"]})
def _conditions(value: Any) -> dict[str, list[str]]:
    """Take an object, or its JSON, of columns and the value or the list of values that rows must have."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._(_NO_OBJECT)) from error
    if not isinstance(value, dict):
        raise tk.Invalid(tk._(_NO_OBJECT))
    conditions = {
        str(name): [_text(one) for one in (told if isinstance(told, list) else [told])]
        for name, told in value.items()
    }
    if not all(conditions.values()):
        raise tk.Invalid(tk._(_NO_OBJECT))
    if sum(map(len, conditions.values())) > MOST_CONDITIONS:
        message = tk._("At most {most} values are taken at once.")
        raise tk.Invalid(message.format(most=MOST_CONDITIONS))
    return conditions


_NO_OBJECT = N_(
    "An object of columns is expected, each with a value or a list of values, such as "
    '{"status": "done", "as_of.from": "2019-01-01"}.'
)


def _text(value: Any) -> str:
    """Return a value as an address has it; nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise tk.Invalid(tk._(_NO_OBJECT))
    return str(value)


@tk.validator_args
def plot(ignore_empty: Validator, not_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check what is drawn of a table."""
    return {
        **table(),
        "plot": [not_empty, one_of(KINDS)],
        "x": [not_empty, unicode_safe, at_most(LONGEST_NAME)],
        "y": [ignore_empty, unicode_safe, at_most(LONGEST_NAME)],
        "measure": [ignore_empty, one_of(MEASURES)],
    }
