"""The point in time that reading actions are asked for: ``cut_off_date`` and ``known_at``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Schema, Validator

from ckanext.digitalms import config
from ckanext.digitalms.jsontypes import Json
from ckanext.digitalms.moments import IN_ACTIONS, MomentError, cut_off_day, known_moment
from ckanext.digitalms.services.language import with_days_in_words

from .json_schema import takes

__all__ = ["cut_off_date", "dated", "moment"]


@tk.validator_args
def moment(ignore_empty: Validator, unicode_safe: Validator) -> Schema:
    """Check ``cut_off_date`` and ``known_at``."""
    return {
        "cut_off_date": [ignore_empty, unicode_safe, cut_off_date],
        "known_at": [ignore_empty, unicode_safe, _known_at],
    }


def dated(answer: Mapping[str, Any], told: Mapping[str, Any]) -> Json:
    """Return an answer that says which point in time it is of, for whoever keeps it; null is now."""
    return {**answer, **{name: told.get(name) for name in IN_ACTIONS.values()}}


@takes(type="string", format="date")
def cut_off_date(value: str) -> str:
    """Take a day up to today, as ISO 8601 or German."""
    try:
        return cut_off_day(value, config.today())
    except MomentError as refused:
        raise tk.Invalid(with_days_in_words(refused.message)) from refused


@takes(type="string", examples=["2019-03-14", "2019-03-14T12:00:00+01:00"])
def _known_at(value: str) -> str:
    """Take a day (its end counts) or a moment with a time zone, as ISO 8601, up to today."""
    try:
        return known_moment(value, config.today(), config.time_zone())
    except MomentError as refused:
        raise tk.Invalid(with_days_in_words(refused.message)) from refused
