"""Which dates of a sentence are milestones, and which of them are met."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.digitalms.reports.milestones import milestones_in
from ckanext.digitalms.vocabularies import StepState

pytestmark = pytest.mark.pure

REPORT = date(2019, 3, 14)


@pytest.mark.parametrize(
    "text",
    [
        "Der Start zum 01.01.2019 wurde erreicht.",
        "Obwohl nicht alles fertig war, wurde am 01.01.2019 begonnen.",
        "Am 01.01.2019 wurde nicht nur begonnen.",
        "Am 01.01.2019 wurde begonnen und nicht abgeschlossen.",
    ],
)
def test_a_day_on_which_something_happened_is_met(text: str) -> None:
    (found,) = milestones_in(text, REPORT, StepState.IN_PROGRESS)
    assert found.met_on == date(2019, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Der Start zum 01.01.2019 wurde nicht erreicht.",
        "Nicht erreicht wurde der Start zum 01.01.2019.",
        "Am 01.01.2019 war noch keine Stufe abgeschlossen.",
        "Bis zum 01.01.2019 konnte damit nicht begonnen werden, weil Geld fehlte.",
    ],
)
def test_a_day_on_which_nothing_did_is_not(text: str) -> None:
    assert [one for one in milestones_in(text, REPORT, StepState.IN_PROGRESS) if one.met_on] == []
