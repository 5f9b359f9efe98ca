"""Whose school holidays wordings of dates mean, taken from the configuration when the catalogue starts."""

from __future__ import annotations

from ckan.common import CKANConfig

from ckanext.digitalms import config
from ckanext.digitalms.wordings.calendars import DEFAULT_STATE, set_state
from ckanext.digitalms.wordings.school import STATES

OPTION = f"{config.PREFIX}school_holidays"


def take(settings: CKANConfig) -> None:
    """Mean the holidays of this state from now on.

    Raises:
        ValueError: there is no such state; the sentence names all.
    """
    told = str(settings.get(OPTION) or DEFAULT_STATE).strip().upper()
    if told not in STATES:
        raise ValueError(f"{OPTION}: {told} is no state; write one of {', '.join(STATES)}")
    set_state(told)
