"""What is missing in a measure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ckanext.digitalms.measures.gaps import Gap, missing_in
from ckanext.digitalms.measures.record import measure_from_content

pytestmark = pytest.mark.pure

TODAY = date(2026, 11, 29)
PAPER = {"council_references": [{"reference": "V/0954/2018", "original": "V/0954/2018"}]}
AHEAD = {"milestones": [{"title": "Bald", "latest": "2027-01-31"}]}


def gaps(*, contact: bool = True, parts: bool = False, **content: Any) -> list[Gap]:
    told = {"measure_id": "m", "title": "M", "status": "in_progress", **PAPER, **AHEAD, **content}
    measure = measure_from_content(told)
    return [one.gap for one in missing_in(measure, TODAY, has_contact=contact, has_parts=parts)]


def test_nothing() -> None:
    """A measure with all of it."""
    assert gaps() == []


def test_each() -> None:
    """One after the other, in the order of the desk."""
    assert gaps(contact=False) == [Gap.NO_CONTACT]
    assert gaps(council_references=[]) == [Gap.NO_PAPER]
    assert gaps(council_references=[{"reference": "Diverse Vorlagen"}]) == [Gap.UNNAMED_PAPERS]
    doubtful = {"reference": "V/0954/2018", "original": "0954/2018"}
    assert gaps(council_references=[doubtful, doubtful]) == [Gap.DOUBTFUL_PAPERS]
    assert gaps(milestones=[]) == [Gap.NO_MILESTONE]
    assert gaps(contact=False, council_references=[], milestones=[]) == [
        Gap.NO_CONTACT,
        Gap.NO_PAPER,
        Gap.NO_MILESTONE,
    ]


def test_what_is_doubtful_is_told_once_each() -> None:
    """A measure stands in the group once, with all that is said."""
    rows = [{"reference": f"V/095{n}/2018", "original": f"095{n}/2018"} for n in range(3)]
    measure = measure_from_content({"measure_id": "m", "title": "M", "council_references": rows})
    (found,) = [
        one
        for one in missing_in(measure, TODAY, has_contact=True, has_parts=False)
        if one.gap is Gap.DOUBTFUL_PAPERS
    ]
    assert len(found.found) == 3


@pytest.mark.parametrize("status", ["done", "paused", "cancelled"])
def test_nobody_waits_for_a_milestone(status: str) -> None:
    """Where the measure is over or rests, or its parts have them; a late one is one to come."""
    assert gaps(milestones=[], status=status) == []
    assert gaps(milestones=[], parts=True) == []
    assert gaps(milestones=[{"title": "Spät", "latest": "2019-01-31"}]) == []
    assert gaps(milestones=[{"title": "Erreicht", "met_on": "2019-01-31"}]) == [Gap.NO_MILESTONE]
