"""Whose school holidays are meant is said by the configuration."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.services import school_state
from ckanext.digitalms.wordings import calendars
from ckanext.digitalms.wordings.reading import read_wording


@pytest.fixture(autouse=True)
def _as_before():
    before = calendars.in_use().state
    yield
    calendars.set_state(before)


def test_the_state_is_taken():
    school_state.take({school_state.OPTION: "by"})  # type: ignore[arg-type]
    found = read_wording("nach den Sommerferien 2019", date(2019, 3, 14))
    assert found is not None
    assert found.earliest == date(2019, 9, 10)


def test_nothing_said_means_the_default():
    school_state.take({})  # type: ignore[arg-type]
    assert calendars.in_use().state == "NW"


def test_a_state_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="NRW is no state; write one of BB, BE"):
        school_state.take({school_state.OPTION: "NRW"})  # type: ignore[arg-type]
